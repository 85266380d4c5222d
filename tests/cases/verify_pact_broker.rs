//! A server that answers as a Pact Broker documents it: HAL with curies, templated links,
//! and below a path.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::sync::Arc;

use serde_json::{Value, json};

use crate::support::{Finished, Running, Workshop, get_interaction, pact};
use crate::web_server::{Answer, Request, WebServer};

const BASE: &str = "/broker";

fn order(id: u64) -> Value {
    get_interaction(&format!("/orders/{id}"), &json!({ "id": id }))
}

fn of(consumer: &str, ids: &[u64]) -> Value {
    let interactions: Vec<_> = ids.iter().map(|id| order(*id)).collect();
    pact(consumer, "orders", &interactions)
}

/// What a Pact Broker answers about one pact: the pact, with ids and links in it.
fn document(root: &str, mut pact: Value) -> Value {
    let consumer = pact["consumer"]["name"].as_str().unwrap().to_owned();
    let interactions = pact["interactions"].as_array_mut().unwrap();
    for (index, interaction) in interactions.iter_mut().enumerate() {
        interaction["_id"] = format!("{consumer}-{index}").into();
    }
    let version = format!("{root}/pacts/provider/orders/consumer/{consumer}/pact-version/sha");
    pact["createdAt"] = "2026-05-31T12:00:00+00:00".into();
    pact["_links"] = json!({
        "self": { "title": "Pact", "href": version },
        "pb:consumer-version": { "name": "1.0.0", "href": format!("{root}/pacticipants/{consumer}/versions/1.0.0") },
        "pb:provider": { "title": "Provider", "name": "orders", "href": format!("{root}/pacticipants/orders") },
        "pb:publish-verification-results": {
            "title": "Publish verification results",
            "href": format!("{version}/metadata/abc/verification-results"),
        },
        "curies": [{ "name": "pb", "href": format!("{root}/doc/{{rel}}?context=pact"), "templated": true }],
    });
    pact
}

fn index(root: &str, relations: &[(&str, &str)]) -> Value {
    let mut links = json!({
        "self": { "href": root, "title": "Index", "templated": false },
        "curies": [{ "name": "pb", "href": format!("{root}/doc/{{rel}}?context=index"), "templated": true }],
    });
    for (relation, path) in relations {
        links[*relation] = json!({ "href": format!("{root}{path}"), "templated": true });
    }
    json!({ "_links": links })
}

fn listed(root: &str, consumer: &str, properties: Value) -> Value {
    let href = format!("{root}/pacts/provider/orders/consumer/{consumer}/pact-version/sha");
    json!({
        "shortDescription": "latest from main branch",
        "verificationProperties": properties,
        "_links": { "self": { "href": href, "name": format!("Pact between {consumer} (1.0.0) and orders") } },
    })
}

const NEW: &[(&str, &str)] = &[
    (
        "pb:provider-pacts-for-verification",
        "/pacts/provider/{provider}/for-verification",
    ),
    (
        "pb:latest-provider-pacts",
        "/pacts/provider/{provider}/latest",
    ),
];

const OLD: &[(&str, &str)] = &[
    (
        "pb:latest-provider-pacts",
        "/pacts/provider/{provider}/latest",
    ),
    (
        "pb:latest-provider-pacts-with-tag",
        "/pacts/provider/{provider}/latest/{tag}",
    ),
];

/// What a test has a Pact Broker answer in place of the usual.
type Instead = dyn Fn(&str, &Request) -> Option<Answer> + Send + Sync;

/// The usual answers: pacts by consumer, with what is said of each in the list.
#[derive(Clone)]
struct Imitation {
    relations: &'static [(&'static str, &'static str)],
    pacts: Vec<(Value, Value)>,
    instead: Arc<Instead>,
}

impl Imitation {
    fn of(pacts: &[(Value, Value)]) -> Self {
        Self {
            relations: NEW,
            pacts: pacts.to_vec(),
            instead: Arc::new(|_, _| None),
        }
    }

    fn old(mut self) -> Self {
        self.relations = OLD;
        self
    }

    fn instead(
        mut self,
        answer: impl Fn(&str, &Request) -> Option<Answer> + Send + Sync + 'static,
    ) -> Self {
        self.instead = Arc::new(answer);
        self
    }

    fn start(self) -> Broker {
        let server = WebServer::start(move |url, request| {
            let root = format!("{url}{BASE}");
            let instead = (self.instead)(&root, request);
            instead.unwrap_or_else(|| self.answer(&root, request))
        });
        let url = format!("{}{BASE}", server.url);
        Broker { server, url }
    }

    fn answer(&self, root: &str, request: &Request) -> Answer {
        let path = request.path.strip_prefix(BASE).unwrap_or("outside");
        match (&*request.method, path) {
            ("GET", "" | "/") => Answer::hal(200, &index(root, self.relations)),
            ("POST", "/pacts/provider/orders/for-verification") => {
                let entries = self.pacts.iter().map(|(pact, properties)| {
                    let consumer = pact["consumer"]["name"].as_str().unwrap();
                    listed(root, consumer, properties.clone())
                });
                let entries: Vec<_> = entries.collect();
                Answer::hal(200, &json!({ "_embedded": { "pacts": entries } }))
            }
            ("GET", "/pacts/provider/orders/latest" | "/pacts/provider/orders/latest/prod") => {
                let links = self.pacts.iter().map(|(pact, _)| {
                    let consumer = pact["consumer"]["name"].as_str().unwrap();
                    json!({
                        "name": consumer,
                        "href": format!("{root}/pacts/provider/orders/consumer/{consumer}/pact-version/sha"),
                    })
                });
                let links: Vec<_> = links.collect();
                Answer::hal(200, &json!({ "_links": { "pb:pacts": links } }))
            }
            ("GET", "/pacticipants/orders") => Answer::hal(200, &provider(root)),
            ("PUT", _) => Answer::hal(201, &json!({})),
            ("POST", _) if path.ends_with("/verification-results") => {
                Answer::hal(201, &json!({ "success": true }))
            }
            ("GET", _) => self.pact(root, path),
            _ => not_found(),
        }
    }

    fn pact(&self, root: &str, path: &str) -> Answer {
        let mut pacts = self.pacts.iter();
        let asked = pacts.find(|(pact, _)| {
            let consumer = pact["consumer"]["name"].as_str().unwrap();
            path.contains(&format!("/consumer/{consumer}/"))
        });
        match asked {
            Some((pact, _)) => Answer::hal(200, &document(root, pact.clone())),
            None => not_found(),
        }
    }
}

fn provider(root: &str) -> Value {
    let at = |path: &str| json!({ "href": format!("{root}/pacticipants/orders/{path}"), "templated": true });
    json!({
        "name": "orders",
        "_links": {
            "pb:branch-version": at("branches/{branch}/versions/{version}"),
            "pb:version-tag": at("versions/{version}/tags/{tag}"),
        },
    })
}

fn not_found() -> Answer {
    Answer::hal(
        404,
        &json!({ "error": "No provider with name 'orders' found" }),
    )
}

struct Broker {
    server: WebServer,
    url: String,
}

impl Broker {
    /// The bodies that were sent to a path that ends so.
    fn sent(&self, method: &str, ending: &str) -> Vec<Value> {
        let received = self.server.received().into_iter();
        let sent = received.filter(|each| each.method == method && each.path.ends_with(ending));
        sent.map(|each| each.json()).collect()
    }

    fn results(&self) -> Vec<Value> {
        self.sent("POST", "/verification-results")
    }
}

/// A workshop of the provider orders, which answers for the orders 1 to 9.
struct Shop {
    workshop: Workshop,
    _provider: Running,
    url: String,
}

impl Shop {
    fn new() -> Self {
        Self::of("participant = \"orders\"\n")
    }

    fn of(configuration: &str) -> Self {
        let workshop = Workshop::of(configuration);
        workshop.write_json("real.json", &of("anybody", &[1, 2, 3, 4, 5, 6, 7, 8, 9]));
        let (provider, url) = workshop.start_mock(&["real.json"]);
        Self {
            workshop,
            _provider: provider,
            url,
        }
    }

    fn verify(&self, broker: &Broker, arguments: &[&str]) -> Finished {
        let broker = ["--broker-url", &broker.url];
        self.verify_with(&[], &[&broker, arguments].concat())
    }

    fn verify_with(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Finished {
        let arguments = [&["verify", "--base-url", &self.url], arguments].concat();
        let mut command = self.workshop.command(&arguments);
        Finished::of(command.envs(variables.iter().copied()))
    }
}

/// Variables, arguments, and the Authorization that they make.
type Given<'a> = (&'a [(&'a str, &'a str)], &'a [&'a str], &'a str);

const RECORD: [&str; 5] = ["--record", "--version", "1.2.3", "--branch", "feat/x"];

#[test]
fn the_pacts_that_a_pact_broker_wants_verified_are_verified() {
    let shop = Shop::new();
    let notices = json!([
        { "when": "before_verification", "text": "It is verified because:\n    * it is \u{1b}[31mnew" },
        { "when": "after_verification:success_true_published_false", "text": "It is still pending" },
    ]);
    let broker = Imitation::of(&[
        (
            of("web", &[7]),
            json!({ "pending": true, "notices": notices }),
        ),
        (of("app", &[8]), json!({ "pending": false, "wip": false })),
    ])
    .start();
    let found = shop.verify(&broker, &["--branch", "main"]).exits(0);
    found
        .says("web: latest from main branch (pending)\n  | It is verified because:\n  |     * it is \u{FFFD}[31mnew")
        .says("app: latest from main branch\n")
        .says("web: It is still pending")
        .prints(&format!(
            "web 1.0.0 → orders\n  from {}: latest from main branch\n  ✓ GET /orders/7\n",
            broker.url
        ))
        .prints("app 1.0.0 → orders\n");
    assert_eq!(
        broker.sent("POST", "/for-verification"),
        [json!({ "includePendingStatus": true, "providerVersionBranch": "main" })]
    );
    assert_eq!(broker.results(), [Value::Null; 0]);
    assert!(!shop.workshop.has(".pactwork/bucket"));
}

#[test]
fn results_of_parts_are_not_recorded_anywhere_else() {
    let shop = Shop::new();
    let broker = Imitation::of(&[(of("web", &[7, 8]), json!({}))]).start();
    for number in ["1", "2"] {
        let (shard, file) = (format!("{number}/2"), format!("{number}.json"));
        let output = ["--format", "json", "--output", &file, "--shard", &shard];
        shop.verify(&broker, &output).exits(0);
    }
    let report: Value = serde_json::from_str(&shop.workshop.read("1.json")).unwrap();
    assert_eq!(report["pacts"][0]["pact_broker"], broker.url);
    let record = ["record-verification", "1.json", "2.json", "--version", "1"];
    shop.workshop
        .run(&record)
        .exits(2)
        .says(&format!(
            "error: 1.json: the pact of web is of the Pact Broker at {}, where only the run that \
             verified it as a whole can record its result",
            broker.url
        ))
        .says("what to do: verify it in one run, with --record");
    assert!(!shop.workshop.has(".pactwork/bucket"));
    assert_eq!(broker.results(), [Value::Null; 0]);
}

#[test]
fn what_is_pending_or_in_progress_there_does_not_fail_the_provider() {
    let shop = Shop::new();
    for (properties, code) in [
        (json!({ "pending": true }), 0),
        (json!({ "wip": true }), 0),
        (json!({ "pending": false }), 1),
        (json!({}), 1),
    ] {
        let broker = Imitation::of(&[(of("web", &[99]), properties)]).start();
        shop.verify(&broker, &[])
            .exits(code)
            .prints("✗ GET /orders/99");
    }
    let broker = Imitation::of(&[(of("web", &[99]), json!({ "pending": true }))]).start();
    shop.verify(&broker, &["--no-pending"]).exits(1);
    let asked = broker.sent("POST", "/for-verification");
    assert_eq!(asked[0]["includePendingStatus"], false);
}

#[test]
fn selectors_are_passed_on_in_its_words() {
    let shop = Shop::new();
    let broker = Imitation::of(&[(of("web", &[7]), json!({}))]).start();
    let select = [
        "--select",
        "main-branch",
        "--select",
        "deployed=production,consumer=web",
        "--select",
        "{\"tag\": \"a\", \"latest\": true, \"fallbackTag\": \"b\"}",
        "--include-wip-pacts-since",
        "2026-05-31",
        "--branch",
        "feat",
        "--provider-tag",
        "dev",
    ];
    shop.verify(&broker, &select).exits(0);
    assert_eq!(
        broker.sent("POST", "/for-verification"),
        [json!({
            "consumerVersionSelectors": [
                { "mainBranch": true },
                { "deployed": true, "environment": "production", "consumer": "web" },
                { "tag": "a", "latest": true, "fallbackTag": "b" },
            ],
            "includePendingStatus": true,
            "includeWipPactsSince": "2026-05-31",
            "providerVersionBranch": "feat",
            "providerVersionTags": ["dev"],
        })]
    );
    for option in [
        ["--select", "matching-branch"],
        ["--include-wip-pacts-since", "2026-05-31"],
    ] {
        shop.verify(&broker, &option)
            .exits(2)
            .says("provider's branch")
            .says("--branch");
    }
}

#[test]
fn it_is_sent_the_credentials_that_were_given() {
    let shop = Shop::new();
    let basic = "Basic YW5uOnMzY3JldA==";
    let cases: &[Given<'_>] = &[
        (&[("PACT_BROKER_TOKEN", "s3cret")], &[], "Bearer s3cret"),
        (&[], &["--broker-token", "s3cret"], "Bearer s3cret"),
        (
            &[
                ("PACT_BROKER_USERNAME", "ann"),
                ("PACT_BROKER_PASSWORD", "s3cret"),
            ],
            &[],
            basic,
        ),
        (
            &[("PACT_BROKER_TOKEN", "other")],
            &["--broker-username", "ann", "--broker-password", "s3cret"],
            basic,
        ),
    ];
    for (variables, arguments, expected) in cases {
        let broker = Imitation::of(&[(of("web", &[7]), json!({}))]).start();
        let url = ["--broker-url", &broker.url, "-v"];
        let arguments = [&url, *arguments, &RECORD].concat();
        shop.verify_with(variables, &arguments)
            .exits(0)
            .does_not_say("s3cret");
        let received = broker.server.received();
        assert!(received.len() >= 6, "{received:?}");
        for request in received {
            assert_eq!(request.header("authorization"), Some(*expected));
        }
    }
}

#[test]
fn results_are_recorded_behind_the_branch_and_the_tags() {
    let shop = Shop::new();
    let broker = Imitation::of(&[
        (of("web", &[7, 99]), json!({})),
        (of("app", &[8]), json!({})),
    ])
    .start();
    let more = [
        "--provider-tag",
        "dev",
        "--build-url",
        "https://ci.example.com/7",
    ];
    shop.verify(&broker, &[&RECORD[..], &more].concat())
        .exits(1)
        .says(&format!(
            "recorded in the Pact Broker at {}: orders 1.2.3 was verified against web 1.0.0: failed",
            broker.url
        ))
        .says("was verified against app 1.0.0: passed");
    let asked = broker.server.asked();
    let marks: Vec<_> = asked
        .iter()
        .filter(|each| !each.starts_with("GET"))
        .collect();
    let results = |consumer: &str| {
        format!(
            "POST {BASE}/pacts/provider/orders/consumer/{consumer}/pact-version/sha/metadata/abc/verification-results"
        )
    };
    assert_eq!(
        marks,
        [
            &format!("POST {BASE}/pacts/provider/orders/for-verification"),
            &format!("PUT {BASE}/pacticipants/orders/branches/feat%2Fx/versions/1.2.3"),
            &format!("PUT {BASE}/pacticipants/orders/versions/1.2.3/tags/dev"),
            &results("web"),
            &results("app"),
        ]
    );
    let [web, app] = broker.results().try_into().unwrap();
    assert_eq!(web["success"], false);
    assert_eq!(web["providerApplicationVersion"], "1.2.3");
    assert_eq!(web["buildUrl"], "https://ci.example.com/7");
    assert_eq!(web["verifiedBy"]["implementation"], "Pactwork");
    let tests = &web["testResults"];
    assert_eq!(tests[0]["interactionId"], "web-0");
    assert_eq!(tests[0]["interactionDescription"], "GET /orders/7");
    assert_eq!(tests[0]["success"], true);
    assert_eq!(tests[1]["interactionId"], "web-1");
    assert_eq!(tests[1]["success"], false);
    assert_eq!(tests[1]["mismatches"][0]["attribute"], "status");
    assert_eq!(app["success"], true);
    assert_eq!(app["testResults"][0]["interactionId"], "app-0");
    // Nothing of it is storage's affair.
    assert!(!shop.workshop.has(".pactwork/bucket"));
}

#[test]
fn what_could_not_be_verified_is_neither_success_nor_failure() {
    let shop = Shop::new();
    let broker = Imitation::of(&[(of("web", &[7]), json!({}))]).start();
    let arguments = [
        &[
            "verify",
            "--base-url",
            "http://127.0.0.1:1",
            "--broker-url",
            &broker.url,
        ][..],
        &RECORD,
    ];
    shop.workshop
        .run(&arguments.concat())
        .exits(3)
        .says(&format!(
            "warning: not recorded in the Pact Broker at {}: web 1.0.0: it could not be verified, \
         and a Pact Broker knows success and failure alone",
            broker.url
        ));
    assert_eq!(broker.results(), [Value::Null; 0]);
}

#[test]
fn one_result_that_cannot_be_recorded_does_not_keep_the_others_from_it() {
    let shop = Shop::new();
    let broker = Imitation::of(&[(of("web", &[7]), json!({})), (of("app", &[8]), json!({}))])
        .instead(|_, request| {
            let fails = request.path.contains("/consumer/web/") && request.method == "POST";
            let body = json!({ "errors": { "buildUrl": ["is no URL"] } });
            fails.then(|| Answer::hal(400, &body))
        })
        .start();
    shop.verify(&broker, &RECORD)
        .exits(3)
        .prints("2 interactions: 2 passed")
        .says("was verified against app 1.0.0: passed")
        .says("error: not everything was recorded in the Pact Broker:\n  | web 1.0.0: http://127.0.0.1:")
        .says("it answered 400 Bad Request: buildUrl: is no URL");
    assert_eq!(broker.results().len(), 2);
}

#[test]
fn a_pact_broker_without_branches_is_told_and_the_result_recorded() {
    let shop = Shop::new();
    let broker = Imitation::of(&[(of("web", &[7]), json!({}))])
        .instead(|_, request| {
            let asked = request.path.ends_with("/pacticipants/orders");
            asked.then(|| Answer::hal(200, &json!({ "_links": {} })))
        })
        .start();
    shop.verify(&broker, &RECORD)
        .exits(0)
        .says("is too old for branches: the branch of 1.2.3 is not recorded");
    assert_eq!(broker.results().len(), 1);
}

#[test]
fn of_an_old_one_the_latest_of_each_consumer_is_taken_and_said() {
    let shop = Shop::new();
    let broker = Imitation::of(&[(of("web", &[7]), json!({})), (of("app", &[8]), json!({}))])
        .old()
        .start();
    let warning = format!(
        "warning: the Pact Broker at {} is too old to say what is to be verified: taking the \
         latest pact of each consumer; none of them is pending",
        broker.url
    );
    shop.verify(&broker, &[])
        .exits(0)
        .says(&warning)
        .says("web: latest\n")
        .prints("2 interactions: 2 passed");
    shop.verify(&broker, &["--select", "tag=prod"])
        .exits(0)
        .says("web: latest with tag prod\n");
    for choice in [
        &["--select", "deployed=production"][..],
        &["--include-wip-pacts-since", "2026-05-31", "--branch", "b"],
    ] {
        shop.verify(&broker, choice)
            .exits(3)
            .says("is too old for --select or --include-wip-pacts-since")
            .says("what to do: select by latest or tag=NAME there, or update the Pact Broker");
    }
}

#[test]
fn a_list_may_have_several_pages_and_no_circle() {
    let shop = Shop::new();
    let broker = Imitation::of(&[(of("web", &[7]), json!({})), (of("app", &[8]), json!({}))])
        .instead(|root, request| {
            let first = format!("{BASE}/pacts/provider/orders/for-verification");
            let page = |consumer: &str, next: &str| {
                Answer::hal(
                    200,
                    &json!({
                        "_embedded": { "pacts": [listed(root, consumer, json!({}))] },
                        "_links": { "next": { "href": format!("{root}{next}") } },
                    }),
                )
            };
            match request.path.strip_prefix(&first) {
                Some("") => Some(page(
                    "web",
                    "/pacts/provider/orders/for-verification?page=2",
                )),
                Some("?page=2") => Some(page(
                    "app",
                    "/pacts/provider/orders/for-verification?page=2",
                )),
                _ => None,
            }
        })
        .start();
    shop.verify(&broker, &[])
        .exits(0)
        .prints("2 interactions: 2 passed");
}

#[test]
fn links_to_another_name_of_the_server_are_asked_at_the_given_one() {
    let shop = Shop::new();
    let inner = "http://broker.internal:9292";
    let broker = Imitation::of(&[(of("web", &[7]), json!({}))])
        .instead(move |root, request| {
            let path = request.path.strip_prefix(BASE)?;
            if path.is_empty() || path == "/" {
                return Some(Answer::hal(200, &index(inner, NEW)));
            }
            if path.ends_with("/for-verification") {
                let list = [listed(inner, "web", json!({}))];
                return Some(Answer::hal(200, &json!({ "_embedded": { "pacts": list } })));
            }
            let asks_pact = request.method == "GET" && path.contains("/consumer/web/");
            let _ = root;
            asks_pact.then(|| Answer::hal(200, &document(inner, of("web", &[7]))))
        })
        .start();
    let token = ["--broker-token", "s3cret"];
    shop.verify(&broker, &[&token, &RECORD[..]].concat())
        .exits(0);
    assert_eq!(broker.results().len(), 1);
}

const LIST: &str = "/for-verification";

/// A path, what is answered there, and what is said of it.
type Mistaken = (&'static str, Answer, [&'static str; 2]);

fn mistaken() -> Vec<Mistaken> {
    let refused = json!({ "errors": { "consumerVersionSelectors": ["branch is no text"] } });
    vec![
        (
            BASE,
            Answer::hal(401, &json!({ "error": "s3cret is wrong" })),
            [
                "it answered 401 Unauthorized: [redacted] is wrong",
                "PACT_BROKER_TOKEN",
            ],
        ),
        (
            BASE,
            Answer::hal(403, &json!({})),
            ["it answered 403 Forbidden", "let these credentials read it"],
        ),
        (
            BASE,
            Answer::of(404, "text/plain", "nothing"),
            ["404", "check the URL"],
        ),
        (
            BASE,
            Answer::of(200, "text/html", "<html>"),
            [
                "expected a document of a Pact Broker (application/hal+json), found a page (text/html)",
                "check the URL: it is the Pact Broker's own",
            ],
        ),
        (
            BASE,
            Answer::json(&json!({ "pacts": [] })),
            ["found JSON without _links", "what to do"],
        ),
        (
            LIST,
            not_found(),
            [
                "does not know the provider orders: it answered 404 Not Found: No provider with name 'orders' found",
                "correct --provider",
            ],
        ),
        (
            LIST,
            Answer::hal(400, &refused),
            ["branch is no text", "correct --select"],
        ),
        (
            LIST,
            Answer::hal(200, &json!({ "_embedded": {} })),
            ["expected a list of pacts at $._embedded.pacts", "error"],
        ),
        (
            "/consumer/app/pact-version/sha",
            Answer::hal(500, &json!({ "error": { "message": "out of order" } })),
            [
                "/consumer/app/pact-version/sha: it answered 500",
                "out of order",
            ],
        ),
    ]
}

#[test]
fn what_it_answers_instead_is_said_with_what_to_do() {
    let shop = Shop::new();
    let answering = |path: &'static str, answer: Answer| {
        Imitation::of(&[(of("web", &[7]), json!({})), (of("app", &[8]), json!({}))])
            .instead(move |_, request| {
                let asked = request.path.trim_end_matches('/').ends_with(path);
                asked.then(|| answer.clone())
            })
            .start()
    };
    for (path, answer, texts) in mistaken() {
        let broker = answering(path, answer);
        let found = shop
            .verify(&broker, &["--broker-token", "s3cret"])
            .exits(3)
            .says("error: ")
            .does_not_say("s3cret");
        texts
            .into_iter()
            .fold(found, |found, text| found.says(text));
    }
    let broken = answering(
        "/consumer/app/pact-version/sha",
        Answer::hal(200, &json!({ "consumer": 7, "interactions": [] })),
    );
    shop.verify(&broken, &[])
        .exits(2)
        .says("/consumer/app/pact-version/sha: $.consumer: expected ");
}

#[test]
fn nothing_to_verify_is_said() {
    let broker = Imitation::of(&[]).start();
    Shop::new().verify(&broker, &[]).exits(0).says(&format!(
        "warning: nothing to verify: the Pact Broker at {} has no pact with orders that was asked for",
        broker.url
    ));
}

#[test]
fn it_is_one_source_among_others() {
    let shop = Shop::of("participant = \"orders\"\n[storage]\nurl = \"bucket\"\n");
    shop.workshop.write_json("pacts/web.json", &of("web", &[7]));
    shop.workshop
        .write_json("pacts/shop.json", &of("shop", &[6]));
    let broker = Imitation::of(&[
        (of("web", &[7]), json!({ "pending": true })),
        (of("app", &[8]), json!({})),
    ])
    .start();
    let json = [
        &["pacts", "--from-storage", "--format", "json"][..],
        &RECORD,
    ]
    .concat();
    let found = shop.verify(&broker, &json).exits(0);
    let report = found.json();
    let pacts = report["pacts"].as_array().unwrap();
    let sources: Vec<_> = pacts.iter().map(|pact| &pact["source"]).collect();
    let from_broker = format!("{}: latest from main branch", broker.url);
    assert_eq!(
        sources,
        [
            &json!("pacts/shop.json"),
            &json!(format!("pacts/web.json; {from_broker}")),
            &json!(from_broker),
        ]
    );
    assert_eq!(report["pacts"][1]["pending"], false);
    found
        .says("web: ")
        .says("has the same content as pacts/web.json: verified once")
        .says("recorded: orders 1.2.3 was verified against shop: passed")
        .says("recorded: orders 1.2.3 was verified against web 1.0.0: passed")
        .does_not_say("recorded: orders 1.2.3 was verified against app")
        .says("Pact Broker at ");
    assert_eq!(broker.results().len(), 2);
}

#[test]
fn the_variable_counts_where_nothing_is_named_and_no_storage_is_configured() {
    let broker = Imitation::of(&[(of("web", &[7]), json!({}))]).start();
    let variable = [("PACT_BROKER_BASE_URL", &*broker.url)];
    let shop = Shop::new();
    shop.verify_with(&variable, &[])
        .exits(0)
        .prints("✓ GET /orders/7");
    let asked = broker.server.asked().len();
    shop.workshop.write_json("mine.json", &of("shop", &[6]));
    shop.verify_with(&variable, &["mine.json"])
        .exits(0)
        .does_not_print("web");
    let configured = Shop::of("participant = \"orders\"\n[storage]\nurl = \"bucket\"\n");
    configured
        .verify_with(&variable, &[])
        .exits(0)
        .says("no consumer has published a pact with orders in ");
    assert_eq!(broker.server.asked().len(), asked);
}

#[test]
fn the_result_of_a_pact_at_its_url_goes_to_its_pact_broker() {
    let shop = Shop::new();
    let broker = Imitation::of(&[(of("web", &[7]), json!({}))]).start();
    let url = format!(
        "{}/pacts/provider/orders/consumer/web/pact-version/sha",
        broker.url
    );
    let pact = [&[&*url], &RECORD[..]].concat();
    let token = ["--source-token", "s3cret"];
    shop.verify_with(&[], &[&pact[..], &token].concat())
        .exits(0)
        .prints("web 1.0.0 → orders\n")
        .says("was verified against web 1.0.0: passed");
    // Where it is known whose URL it is, its variables count.
    let variables = [
        ("PACT_BROKER_BASE_URL", &*broker.url),
        ("PACT_BROKER_TOKEN", "s3cret"),
    ];
    shop.verify_with(&variables, &pact).exits(0);
    assert_eq!(broker.results().len(), 2);
    for request in broker.server.received() {
        assert_eq!(request.header("authorization"), Some("Bearer s3cret"));
    }
    assert!(!shop.workshop.has(".pactwork/bucket"));
}
