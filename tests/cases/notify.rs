#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::support::{Finished, Workshop, get_interaction, pact};

/// A request as a server got it.
#[derive(Debug, Clone)]
struct Got {
    line: String,
    /// By lower-case name.
    headers: BTreeMap<String, String>,
    body: String,
}

impl Got {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.body))
    }
}

/// A server in this process that keeps what it is sent.
struct Server {
    address: String,
    got: Arc<Mutex<Vec<Got>>>,
}

/// How a server answers: by the number of the request, from 0, and the request.
type Answer = dyn Fn(usize, &Got) -> String + Send;

impl Server {
    /// Answers everything with 204, as GitHub does.
    fn new() -> Self {
        Self::answering(|_, _| status("204 No Content", ""))
    }

    fn answering(answer: impl Fn(usize, &Got) -> String + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let got = Arc::new(Mutex::new(Vec::new()));
        let journal = Arc::clone(&got);
        let answer: Box<Answer> = Box::new(answer);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let _ = serve_one(&stream, &journal, &answer);
            }
        });
        Self { address, got }
    }

    fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }

    fn lines(&self) -> Vec<String> {
        let mut lines: Vec<_> = self.got().into_iter().map(|got| got.line).collect();
        lines.sort();
        lines
    }
}

fn serve_one(
    stream: &TcpStream,
    journal: &Mutex<Vec<Got>>,
    answer: &Answer,
) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 || line.trim().is_empty() {
            break;
        }
        lines.push(line.trim().to_owned());
    }
    let headers: BTreeMap<_, _> = lines[1..]
        .iter()
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let length = headers
        .get("content-length")
        .map_or(0, |l| l.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let got = Got {
        line: lines[0].replace(" HTTP/1.1", ""),
        headers,
        body: String::from_utf8(body).unwrap(),
    };
    let mut journal = journal.lock().unwrap();
    let answer = answer(journal.len(), &got);
    journal.push(got);
    drop(journal);
    (&mut &*stream).write_all(answer.as_bytes())
}

fn status(status: &str, headers: &str) -> String {
    format!("HTTP/1.1 {status}\r\n{headers}Content-Length: 0\r\nConnection: close\r\n\r\n")
}

fn with_body(status: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}")
}

/// A configuration that may send to a server.
fn workshop(server: &Server, notify: &str) -> Workshop {
    let notify = notify.replace("SERVER", &server.address);
    Workshop::of(&format!(
        "participant = \"web\"\n[storage]\nurl = \"bucket\"\n\
         [notifications]\nallowed_hosts = [\"127.0.0.1\"]\nattempts = 2\n{notify}"
    ))
}

const WEBHOOK: &str = "[[notify]]\nname = \"tell\"\non = \"contract-published\"\n\
                       [notify.webhook]\nurl = \"http://SERVER/hooks/{provider}\"\n";

fn notify(workshop: &Workshop, arguments: &[&str]) -> Finished {
    let mut command = workshop.command(&[&["notify"], arguments].concat());
    for proxy in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
        command.env_remove(proxy);
    }
    command
        .env("GITHUB_TOKEN", "ghp_secret")
        .env("CI_TOKEN", "hush-hush");
    Finished::of(&mut command)
}

fn publish(workshop: &Workshop, version: &str, branch: &str, order: u64) {
    let interaction = get_interaction("/orders", &json!({ "id": order }));
    let file = format!("recorded/{version}.json");
    workshop.write_json(&file, &pact("web", "orders", &[interaction]));
    let publish = ["publish", &file, "--version", version];
    let job = ["--branch", branch, "--build-url", "https://ci/7"];
    workshop.run(&[&publish[..], &job[..]].concat()).exits(0);
}

/// Verifies orders as a version against what a consumer recorded.
fn verify(workshop: &Workshop, file: &str, version: &str) {
    let (_provider, url) = workshop.start_mock(&["--output", "ignored", file]);
    let target = ["verify", "--provider", "orders", "--base-url", &url];
    let record = ["--record", "--version", version, "--branch", "main"];
    workshop.run(&[&target[..], &record[..]].concat()).exits(0);
}

/// Publishes a golden contract of orders.
fn promise(workshop: &Workshop, version: &str, schema: &Value) {
    let configuration = "participant = \"orders\"\n[storage]\nurl = \"bucket\"\n";
    workshop.write("orders.toml", configuration);
    workshop.write_json("golden/OrderShipped.json", schema);
    let publish = ["golden", "publish", "--version", version];
    let who = ["--branch", "main", "--config", "orders.toml"];
    workshop.run(&[&publish[..], &who[..]].concat()).exits(0);
}

#[test]
fn a_new_consumer_contract_starts_the_providers_verification() {
    let github = Server::new();
    let workshop = workshop(
        &github,
        "[[notify]]\nname = \"verify-providers\"\non = \"contract-requiring-verification\"\n\
         [notify.github]\nrepository = \"acme/{provider}\"\napi_url = \"http://SERVER/\"\n\
         event_type = \"contract-requiring-verification\"\n",
    );
    publish(&workshop, "w0", "main", 0);
    notify(&workshop, &[])
        .exits(0)
        .says("verify-providers runs for the first time: what is recorded from now on counts")
        .prints("nothing to send");
    assert!(github.got().is_empty());

    publish(&workshop, "w1", "fix/1", 1);
    notify(&workshop, &[])
        .exits(0)
        .prints("✓ verify-providers: contract-requiring-verification web w1 → orders: 204")
        .prints(&format!(
            "POST http://{}/repos/acme/orders/dispatches",
            github.address
        ));
    let got = github.got();
    assert_eq!(got.len(), 1, "{got:?}");
    assert_eq!(got[0].line, "POST /repos/acme/orders/dispatches");
    for (header, value) in [
        ("accept", "application/vnd.github+json"),
        ("authorization", "Bearer ghp_secret"),
        ("content-type", "application/json"),
        ("x-github-api-version", "2022-11-28"),
        ("x-pactwork-event", "contract-requiring-verification"),
    ] {
        assert_eq!(got[0].headers[header], value, "{header}");
    }
    assert!(got[0].headers["user-agent"].starts_with("pactwork/"));
    let body = got[0].json();
    let content = &body["client_payload"]["content"];
    assert_eq!(content.as_str().unwrap().len(), 64);
    let payload = json!({
        "event": "contract-requiring-verification", "content": content,
        "consumer": "web", "consumer_version": "w1", "consumer_branch": "fix/1",
        "provider": "orders", "provider_version": "", "provider_branch": "", "environment": "",
        "build_url": "https://ci/7",
    });
    let event_type = "contract-requiring-verification";
    assert_eq!(
        body,
        json!({ "event_type": event_type, "client_payload": payload })
    );

    // The same content on another branch needs no other verification, told or done.
    publish(&workshop, "w2", "main", 1);
    notify(&workshop, &[]).exits(0).prints("nothing to send");
    verify(&workshop, "recorded/w1.json", "o1");
    publish(&workshop, "w3", "main", 1);
    notify(&workshop, &["--since", "1h", "--dry-run"])
        .exits(0)
        .does_not_print("web w3");
}

#[test]
fn a_new_version_of_a_library_starts_its_consumers_tests_at_that_ref() {
    let github = Server::new();
    let workshop = workshop(
        &github,
        "[[notify]]\nname = \"test-consumers\"\non = \"golden-published\"\n\
         provider = \"orders\"\nbranch = \"main\"\nfor_each_consumer = true\n\
         [notify.github]\nrepository = \"acme/{consumer}\"\napi_url = \"http://SERVER\"\n\
         workflow = \"contracts.yml\"\nref = \"{consumer_branch|main}\"\n\
         inputs = { provider = \"{provider}\", provider_version = \"{provider_version}\" }\n",
    );
    publish(&workshop, "w1", "main", 1);
    notify(&workshop, &[]).exits(0);
    promise(&workshop, "o1", &json!({ "type": "object" }));
    notify(&workshop, &[])
        .exits(0)
        .prints("✓ test-consumers: golden-published orders o1 ← web: OrderShipped: 204");
    let got = github.got();
    assert_eq!(got.len(), 1, "{got:?}");
    let workflow = "POST /repos/acme/web/actions/workflows/contracts.yml/dispatches";
    assert_eq!(got[0].line, workflow);
    let inputs = json!({ "provider": "orders", "provider_version": "o1" });
    assert_eq!(got[0].json(), json!({ "ref": "main", "inputs": inputs }));

    // What the workflow that was started runs: the result counts for that version.
    let version = got[0].json()["inputs"]["provider_version"].clone();
    let ask = || {
        let ask = ["can-i-deploy", "--participant", "orders", "--version", "o1"];
        workshop.run(&[&ask[..], &["--to-branch", "main"]].concat())
    };
    ask().exits(3);
    verify(&workshop, "recorded/w1.json", version.as_str().unwrap());
    ask()
        .exits(0)
        .prints("orders o1 keeps what web w1 relies on");
}

#[test]
fn each_fact_is_sent_once() {
    let server = Server::new();
    let workshop = workshop(&server, WEBHOOK);
    notify(&workshop, &[]).exits(0);
    publish(&workshop, "w1", "main", 1);
    notify(&workshop, &[])
        .exits(0)
        .prints("tell: contract-published web w1");
    notify(&workshop, &[]).exits(0).prints("nothing to send");
    publish(&workshop, "w2", "main", 2);
    notify(&workshop, &["--since", "1h"])
        .exits(0)
        .prints("w2")
        .does_not_print("w1");
    let got = server.got();
    assert_eq!(got.len(), 2);
    assert_eq!(got[0].line, "POST /hooks/orders");
    let body = got[0].json();
    assert_eq!(
        (&body["consumer"], &body["consumer_version"]),
        (&json!("web"), &json!("w1"))
    );
    let delivery = |index: usize| server.got()[index].headers["x-pactwork-delivery"].clone();
    assert_ne!(delivery(0), delivery(1));

    // As if it had ended between sending and remembering.
    std::fs::remove_dir_all(workshop.path("bucket/v1/notified/tell/sent")).unwrap();
    notify(&workshop, &[]).exits(0).prints("w1").prints("w2");
    let again = [delivery(2), delivery(3)];
    assert!(again.contains(&delivery(0)) && again.contains(&delivery(1)));
}

#[test]
fn a_dry_run_shows_everything_but_secrets_and_changes_nothing() {
    let server = Server::new();
    let workshop = workshop(
        &server,
        &format!(
            "{WEBHOOK}headers = {{ Authorization = \"Bearer {{env.CI_TOKEN}}\" }}\n\
             body = {{ text = \"{{consumer}} says \\\"{{env.CI_TOKEN}}\\\"\", n = [1, true] }}\n"
        ),
    );
    publish(&workshop, "w1", "main", 1);
    let before = workshop.snapshot("bucket");
    notify(&workshop, &["--dry-run"])
        .exits(0)
        .says("tell never ran: its first run will send nothing; --since shows more")
        .prints("nothing would be sent");
    let shown = ["--dry-run", "--since", "1h"];
    notify(&workshop, &shown)
        .exits(0)
        .prints("· tell: contract-published web w1 → orders")
        .prints("Authorization: Bearer ***")
        .prints(r#"{"n":[1,true],"text":"web says \"***\""}"#)
        .does_not_print("hush");
    // Without the secret too, for nothing is sent.
    workshop.run(&[&["notify"], &shown[..]].concat()).exits(0);
    assert_eq!(workshop.snapshot("bucket"), before);
    assert!(server.got().is_empty());

    let sent = ["--since", "1h", "--verbose", "--format", "json"];
    let finished = notify(&workshop, &sent).exits(0);
    let finished = finished.does_not_print("hush").does_not_say("hush");
    let told = &finished.json()["notifications"][0];
    assert_eq!(
        (&told["result"], &told["status"]),
        (&json!("sent"), &json!(204))
    );
    assert_eq!(told["fact"]["consumer_version"], "w1");
    let got = server.got();
    assert_eq!(got[0].headers["authorization"], "Bearer hush-hush");
    assert_eq!(got[0].json()["text"], "web says \"hush-hush\"");
}

#[test]
fn what_cannot_be_delivered_is_named_and_tried_again_while_the_others_are_sent() {
    let is_well = Arc::new(Mutex::new(false));
    let well = Arc::clone(&is_well);
    let server =
        Server::answering(
            move |_, got| match got.body.contains("w1") && !*well.lock().unwrap() {
                true => with_body("404 Not Found", "no such\nhook for hush-hush"),
                false => status("200 OK", ""),
            },
        );
    let workshop = workshop(
        &server,
        &format!("{WEBHOOK}headers = {{ X-Token = \"{{env.CI_TOKEN}}\" }}\n"),
    );
    notify(&workshop, &[]).exits(0);
    publish(&workshop, "w1", "main", 1);
    publish(&workshop, "w2", "main", 2);
    notify(&workshop, &[])
        .exits(3)
        .prints("✗ tell: contract-published web w1 → orders\n")
        .prints("    404 Not Found: no such hook for ***\n")
        .prints("✓ tell: contract-published web w2 → orders: 200")
        .says("error: 1 of 2 could not be delivered")
        .says("what to do: run pactwork notify again: it tries again what was not delivered");
    assert_eq!(server.got().len(), 2, "a 404 is not tried again");
    *is_well.lock().unwrap() = true;
    notify(&workshop, &[])
        .exits(0)
        .prints("web w1")
        .does_not_print("web w2");
    notify(&workshop, &[]).exits(0).prints("nothing to send");
}

#[test]
fn a_server_that_is_busy_is_asked_again() {
    let server = Server::answering(|number, _| match number {
        0 => status("503 Service Unavailable", "Retry-After: 0\r\n"),
        1 => status("200 OK", ""),
        2 => status("429 Too Many Requests", ""),
        _ => status("503 Service Unavailable", "Retry-After: 86400\r\n"),
    });
    let workshop = workshop(&server, WEBHOOK);
    notify(&workshop, &[]).exits(0);
    publish(&workshop, "w1", "main", 1);
    notify(&workshop, &[]).exits(0).prints(": 200");
    assert_eq!(server.got().len(), 2);
    publish(&workshop, "w2", "main", 2);
    notify(&workshop, &[])
        .exits(3)
        .prints("503 Service Unavailable (2 attempts)");
    assert_eq!(server.got().len(), 4);
    // It asked for a day.
    notify(&workshop, &[])
        .exits(3)
        .prints("503 Service Unavailable\n");
    assert_eq!(server.got().len(), 5);
}

#[test]
fn a_server_that_is_not_there_is_an_error_that_names_no_secret() {
    let address = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let nobody = Server {
        address: address.to_string(),
        got: Arc::default(),
    };
    for scheme in ["http", "https"] {
        let webhook = WEBHOOK.replace("http://SERVER/hooks", "SCHEME://SERVER/{env.CI_TOKEN}");
        let workshop = workshop(&nobody, &webhook.replace("SCHEME", scheme));
        notify(&workshop, &[]).exits(0);
        publish(&workshop, "w1", "main", 1);
        notify(&workshop, &[])
            .exits(3)
            .prints("/***/orders")
            .prints("cannot connect: ")
            .prints("refused")
            .prints("(2 attempts)")
            .does_not_print("hush")
            .does_not_say("hush");
    }
}

#[test]
fn a_redirect_is_followed_only_where_the_same_request_goes_on_to_the_same_server() {
    let other = Server::new();
    let elsewhere = format!("Location: http://{}/\r\n", other.address);
    let server = Server::answering(move |_, got| match got.line.as_str() {
        "POST /hooks/orders" if got.body.contains("w1") => {
            status("307 Temporary Redirect", "Location: /moved\r\n")
        }
        "POST /hooks/orders" if got.body.contains("w2") => {
            status("302 Found", "Location: /moved\r\n")
        }
        "POST /hooks/orders" => status("308 Permanent Redirect", &elsewhere),
        _ => status("200 OK", ""),
    });
    let workshop = workshop(&server, WEBHOOK);
    notify(&workshop, &[]).exits(0);
    for (order, version) in [(1, "w1"), (2, "w2"), (3, "w3")] {
        publish(&workshop, version, "main", order);
    }
    notify(&workshop, &[])
        .exits(3)
        .prints("✓ tell: contract-published web w1 → orders: 200")
        .prints("302 Found; a redirect to another server, or one that changes the request, is not followed")
        .prints("308 Permanent Redirect; a redirect to another server")
        .says("error: 2 of 3 could not be delivered");
    assert!(other.got().is_empty());
    let moved = server.lines();
    assert_eq!(
        moved.iter().filter(|line| *line == "POST /moved").count(),
        1
    );
}

#[test]
fn names_that_mean_something_elsewhere_stay_names() {
    let server = Server::new();
    let webhook = WEBHOOK.replace("{provider}", "{branch}/{version}");
    let body = "body = '{\"branch\": \"{branch}\", \"who\": \"{consumer}\"}'\n";
    let workshop = workshop(&server, &format!("{webhook}{body}"));
    notify(&workshop, &[]).exits(0);
    publish(&workshop, "1", "a/b \"c\"?", 1);
    publish(&workshop, "2", "..", 2);
    notify(&workshop, &[])
        .exits(3)
        .prints("a value makes another path of the URL than the configured one");
    let got = server.got();
    assert_eq!(got.len(), 1);
    assert_eq!(got[0].line, "POST /hooks/a%2Fb%20%22c%22%3F/1");
    assert_eq!(
        got[0].json(),
        json!({ "branch": "a/b \"c\"?", "who": "web" })
    );
}

#[test]
fn deployments_and_failed_verifications_are_told_where_they_are_asked_for() {
    let server = Server::new();
    let workshop = workshop(
        &server,
        "[[notify]]\nname = \"deployed\"\non = \"deployment-recorded\"\nenvironment = [\"production\", \"x\"]\n\
         [notify.webhook]\nurl = \"http://SERVER/{environment}/{participant}/{version}\"\nmethod = \"PUT\"\n\
         [[notify]]\nname = \"failed\"\non = \"verification-failed\"\n\
         [notify.webhook]\nurl = \"http://SERVER/failed\"\n\
         headers = { Content-Type = \"text/plain\" }\nbody = \"{provider} {provider_version} {outcome}\"\n",
    );
    notify(&workshop, &[]).exits(0);
    publish(&workshop, "w1", "main", 1);
    for environment in ["production", "test"] {
        let deploy = ["record-deployment", "--version", "w1", "--environment"];
        workshop
            .run(&[&deploy[..], &[environment]].concat())
            .exits(0);
    }
    let other = get_interaction("/orders", &json!({ "number": 1 }));
    workshop.write_json("other.json", &pact("web", "orders", &[other]));
    let (_provider, url) = workshop.start_mock(&["--output", "ignored", "other.json"]);
    let target = ["verify", "--provider", "orders", "--base-url", &url];
    let record = ["--record", "--version", "o1"];
    workshop.run(&[&target[..], &record[..]].concat()).exits(1);
    notify(&workshop, &["--only", "failed"])
        .exits(0)
        .prints("✓ failed: verification-failed orders o1 ← web: failed: 204")
        .does_not_print("deployed");
    notify(&workshop, &[])
        .exits(0)
        .prints("✓ deployed: deployment-recorded web w1 in production: 204");
    assert_eq!(server.lines(), ["POST /failed", "PUT /production/web/w1"]);
    assert_eq!(server.got()[0].body, "orders o1 failed");
}

/// Each configuration is refused with this, and nothing is sent or written.
#[track_caller]
fn assert_refused(cases: &[(String, &str)]) {
    let server = Server::new();
    for (configuration, error) in cases {
        let workshop = workshop(&server, configuration);
        notify(&workshop, &[]).exits(2).says(error);
        assert!(!workshop.has("bucket"), "{configuration}");
    }
    assert!(server.got().is_empty());
}

#[test]
fn a_webhook_that_cannot_be_meant_is_refused_before_anything_is_sent() {
    let webhook = |rest: &str| format!("{WEBHOOK}{rest}");
    let instead = |from: &str, to: &str| WEBHOOK.replace(from, to);
    assert_refused(&[
        (
            webhook(WEBHOOK),
            "notify \"tell\": there are two of that name",
        ),
        (
            instead("{provider}", "{provder}"),
            "notify \"tell\": webhook.url: {provder} is no placeholder; known are branch, build_url, ",
        ),
        (
            webhook("headers = { A = \"{env.MISSING}\" }\n"),
            "notify \"tell\": webhook.headers.A: the environment variable MISSING is not set",
        ),
        (
            webhook("headers = { \"A B\" = \"\" }\n"),
            "\"A B\" is no name of a header",
        ),
        (
            webhook("body = '{\"a\": {consumer}}'\n"),
            "webhook.body: it is not JSON: expected value at line 1 column 7",
        ),
        (
            webhook("body = 7\n"),
            "webhook.body: expected a text or a table, found integer",
        ),
        (
            instead("SERVER", "evil.org"),
            "evil.org is not among notifications.allowed_hosts",
        ),
        (
            instead("http://SERVER", "here"),
            "it is no URL: relative URL without a base; expected https://",
        ),
    ]);
}

#[test]
fn a_trigger_that_cannot_be_meant_is_refused_before_anything_is_sent() {
    let on = |event: &str, rest: &str| {
        format!(
            "[[notify]]\nname = \"n\"\non = \"{event}\"\n{rest}\
             [notify.webhook]\nurl = \"http://SERVER\"\n"
        )
    };
    assert_refused(&[
        (
            String::new(),
            "no [[notify]] in pactwork.toml: there is nobody to tell",
        ),
        (
            on("deployment-recorded", "consumer = \"web\"\n"),
            "consumer: deployment-recorded says nothing of that",
        ),
        (
            on("contract-published", "for_each_consumer = true\n"),
            "for_each_consumer goes with version-published, golden-published",
        ),
        (
            on("contract-published", "for_each_consumer = 7\n"),
            "expected true, false or a list of the consumers' names",
        ),
        (
            on("contract-published", "consumer = 7\n"),
            "line 10, column 12: expected a name or a list of names",
        ),
        (
            on("contract-publish", ""),
            "line 9, column 6: unknown variant `contract-publish`",
        ),
        (
            on("contract-published", "consumers = \"web\"\n"),
            "line 10, column 1: unknown field `consumers`",
        ),
        (
            "[[notify]]\nname = \"n\"\non = \"version-published\"\n".into(),
            "expected either [notify.webhook] or [notify.github]",
        ),
    ]);
}

#[test]
fn a_workflow_that_cannot_be_meant_is_refused_before_anything_is_sent() {
    let github = |rest: &str| {
        format!("[[notify]]\nname = \"n\"\non = \"version-published\"\n[notify.github]\n{rest}\n")
    };
    let many: Vec<_> = (0..11).map(|n| format!("a{n} = 1")).collect();
    let many = format!("payload = {{ {} }}", many.join(", "));
    assert_refused(&[
        (
            github("repository = \"acme\"\nevent_type = \"e\""),
            "repository: expected OWNER/NAME, found \"acme\"",
        ),
        (
            github("repository = \"a/b\""),
            "expected event_type (for a repository_dispatch) or workflow and ref",
        ),
        (
            github("repository = \"a/b\"\nworkflow = \"c.yml\""),
            "ref: expected the branch or tag that the workflow runs at",
        ),
        (
            github("repository = \"a/b\"\nevent_type = \"e\"\nref = \"main\""),
            "ref and inputs go with workflow, not with event_type",
        ),
        (
            github(&format!("repository = \"a/b\"\nevent_type = \"e\"\n{many}")),
            "payload: GitHub takes 10 members, found 11; put some into one table",
        ),
        (
            github("repository = \"a/b\"\nevent_type = \"e\""),
            "api.github.com is not among notifications.allowed_hosts",
        ),
        (
            github("repository = \"a/b\"\nevent_type = \"e\"\ntoken_env = \"NO_TOKEN\""),
            "the environment variable NO_TOKEN is not set",
        ),
    ]);
}

#[test]
fn where_nothing_may_be_sent_to_and_who_is_not_named_is_said() {
    let nowhere = Workshop::of(&format!("participant = \"web\"\n{WEBHOOK}"));
    notify(&nowhere, &[])
        .exits(2)
        .says("no host may be sent to: notifications.allowed_hosts names none");
    let workshop = workshop(&Server::new(), WEBHOOK);
    notify(&workshop, &["--only", "tel"])
        .exits(2)
        .says("no [[notify]] is named tel; there are tell");
}

#[test]
fn the_configuration_that_the_help_shows_is_right() {
    let help = Workshop::new().run(&["notify", "--help"]).exits(0).stdout;
    let shown = help.split("Configuration:\n").nth(1).unwrap();
    let shown = shown.split("Exit codes:").next().unwrap();
    let workshop = Workshop::of(&format!("participant = \"web\"\n{shown}"));
    publish(&workshop, "w1", "main", 1);
    workshop
        .run(&["notify", "--dry-run", "--since", "1h"])
        .exits(0)
        .prints("· verify-providers: contract-requiring-verification web w1 → orders");
}
