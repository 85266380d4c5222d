#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::io::Write;
use std::os::unix::fs::symlink;
use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Finished, Running, Workshop, get_interaction, message, pact, serve};
use crate::web_server::{Answer, Request, WebServer};

fn order(id: u64) -> Value {
    get_interaction(&format!("/orders/{id}"), &json!({ "id": id }))
}

fn of(consumer: &str, ids: &[u64]) -> Value {
    let interactions: Vec<_> = ids.iter().map(|id| order(*id)).collect();
    pact(consumer, "orders", &interactions)
}

/// A workshop of the provider orders, which answers for the orders 1 to 9.
struct Shop {
    workshop: Workshop,
    _provider: Running,
    url: String,
}

impl Shop {
    fn new() -> Self {
        let workshop = Workshop::of("participant = \"orders\"\n[storage]\nurl = \"bucket\"\n");
        workshop.write_json("real.json", &of("anybody", &[1, 2, 3, 4, 5, 6, 7, 8, 9]));
        let (provider, url) = workshop.start_mock(&["real.json"]);
        Self {
            workshop,
            _provider: provider,
            url,
        }
    }

    fn arguments<'a>(&'a self, arguments: &[&'a str]) -> Vec<&'a str> {
        [&["verify", "--base-url", &self.url], arguments].concat()
    }

    fn verify(&self, arguments: &[&str]) -> Finished {
        self.workshop.run(&self.arguments(arguments))
    }

    fn verify_with(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Finished {
        let mut command = self.workshop.command(&self.arguments(arguments));
        Finished::of(command.envs(variables.iter().copied()))
    }

    /// Publishes a pact of a consumer to storage.
    fn publish(&self, consumer: &str, ids: &[u64], arguments: &[&str]) {
        let configuration = format!("participant = \"{consumer}\"\n[storage]\nurl = \"bucket\"\n");
        self.workshop.write("consumer.toml", &configuration);
        self.workshop
            .write_json("to-publish.json", &of(consumer, ids));
        let publish = ["publish", "to-publish.json", "--config", "consumer.toml"];
        self.workshop.run(&[&publish, arguments].concat()).exits(0);
    }
}

/// Variables, arguments, and the Authorization that they make.
type Given<'a> = (&'a [(&'a str, &'a str)], &'a [&'a str], &'a str);

fn consumers(report: &Value) -> Vec<(&str, &str)> {
    let pacts = report["pacts"].as_array().unwrap().iter();
    pacts
        .map(|pact| {
            let text = |name: &str| pact[name].as_str().unwrap_or_default();
            (text("consumer"), text("source"))
        })
        .collect()
}

#[test]
fn folders_are_read_with_the_folders_in_them_in_the_order_of_their_paths() {
    let shop = Shop::new();
    for (name, consumer) in [
        ("pacts/z.json", "z"),
        ("pacts/a/b/deep.json", "deep"),
        ("pacts/a/c.json", "c"),
        ("pacts/.hidden.json", "hidden"),
        ("pacts/.git/x.json", "hidden"),
    ] {
        shop.workshop.write_json(name, &of(consumer, &[7]));
    }
    shop.workshop.write("pacts/a/README.md", "no pact");
    shop.workshop
        .write_json("pacts/a/web-billing.json", &pact("web", "billing", &[]));
    let found = shop.verify(&["pacts", "--format", "json"]).exits(0);
    assert_eq!(
        consumers(&found.json()),
        [
            ("deep", "pacts/a/b/deep.json"),
            ("c", "pacts/a/c.json"),
            ("z", "pacts/z.json"),
        ]
    );
    found
        .says("skipped pacts/a/web-billing.json: its provider is billing, not orders")
        .does_not_say("hidden");
    shop.verify(&["pacts"])
        .exits(0)
        .prints("z → orders\n  from pacts/z.json\n  ✓ GET /orders/7\n");
}

#[test]
fn links_that_lead_in_a_circle_are_followed_once() {
    let shop = Shop::new();
    shop.workshop
        .write_json("pacts/a/web.json", &of("web", &[7]));
    symlink("..", shop.workshop.path("pacts/a/up")).unwrap();
    symlink("a", shop.workshop.path("pacts/b")).unwrap();
    let found = shop.verify(&["pacts", "--format", "json"]).exits(0).json();
    assert_eq!(consumers(&found), [("web", "pacts/a/web.json")]);
}

#[test]
fn what_a_folder_holds_beside_pacts_is_an_error_unless_it_may_be_left_out() {
    let shop = Shop::new();
    shop.workshop.write_json("pacts/web.json", &of("web", &[7]));
    let other = shop
        .workshop
        .write("pacts/node/package.json", "{\"name\": \"x\"}");
    shop.verify(&["pacts"])
        .exits(2)
        .says("pacts/node/package.json: $.consumer: expected ")
        .says("what to do: it is JSON, and no pact: name the pacts without it, or give --skip-other-json");
    shop.verify(&["pacts", "--skip-other-json"])
        .exits(0)
        .says("warning: skipped pacts/node/package.json: it is JSON, and no pact");
    for (contents, error) in [
        ("{ half", "package.json: line 1, column 3: not JSON"),
        (
            "{\"interactions\": []}",
            "package.json: $.consumer: expected",
        ),
    ] {
        fs::write(&other, contents).unwrap();
        shop.verify(&["pacts", "--skip-other-json"])
            .exits(2)
            .says(error);
    }
    fs::remove_file(&other).unwrap();
    symlink("nowhere", &other).unwrap();
    shop.verify(&["pacts", "--skip-other-json"])
        .exits(2)
        .says("package.json: cannot read: No such file or directory");
}

#[test]
fn publish_reads_the_folder_alone_as_before() {
    let shop = Shop::new();
    shop.workshop
        .write_json("pacts/deep/web.json", &of("orders", &[7]));
    shop.workshop
        .run(&["publish", "pacts", "--version", "1"])
        .exits(2);
}

#[test]
fn a_pact_is_read_from_a_url() {
    let shop = Shop::new();
    let server = WebServer::start(|_, _| Answer::json(&of("web", &[7])));
    let url = format!("{}/web-orders.json", server.url);
    shop.verify(&[&url])
        .exits(0)
        .prints(&format!("web → orders\n  from {url}\n  ✓ GET /orders/7\n"));
    assert_eq!(server.asked(), ["GET /web-orders.json"]);
    assert_eq!(server.received()[0].header("authorization"), None);
    let found = shop.verify(&[&url, "--format", "json"]).exits(0).json();
    assert_eq!(consumers(&found), [("web", &*url)]);
}

#[test]
fn an_answer_that_is_coded_is_decoded() {
    use flate2::{Compression, write::GzEncoder};
    let shop = Shop::new();
    let server = WebServer::start(|_, _| {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
        gzip.write_all(of("web", &[7]).to_string().as_bytes())
            .unwrap();
        Answer::of(200, "application/json", gzip.finish().unwrap()).with("Content-Encoding", "gzip")
    });
    shop.verify(&[&server.url])
        .exits(0)
        .prints("✓ GET /orders/7");
}

#[test]
fn the_server_of_a_url_is_sent_what_was_given_for_it() {
    let shop = Shop::new();
    let server = WebServer::start(|_, _| Answer::json(&of("web", &[7])));
    let basic = "Basic YW5uOnMzY3JldA==";
    let with_user = server.url.replace("//", "//ann:s3cret@");
    let cases: &[Given<'_>] = &[
        (&[], &["--source-token", "s3cret"], "Bearer s3cret"),
        (
            &[("PACTWORK_SOURCE_TOKEN", "s3cret\n")],
            &[],
            "Bearer s3cret",
        ),
        (
            &[("PACTWORK_SOURCE_TOKEN", "other")],
            &["--source-username", "ann", "--source-password", "s3cret"],
            basic,
        ),
        (
            &[
                ("PACTWORK_SOURCE_USERNAME", "ann"),
                ("PACTWORK_SOURCE_PASSWORD", "s3cret"),
            ],
            &[],
            basic,
        ),
        (
            &[],
            &["--source-header", "Authorization: token s3cret"],
            "token s3cret",
        ),
    ];
    for (variables, arguments, expected) in cases {
        let arguments = [&[&*server.url], *arguments].concat();
        shop.verify_with(variables, &arguments)
            .exits(0)
            .does_not_say("s3cret");
        let last = server.received().pop().unwrap();
        assert_eq!(last.header("authorization"), Some(*expected));
    }
    shop.verify(&[&with_user, "-v"])
        .exits(0)
        .does_not_say("s3cret")
        .does_not_print("s3cret");
    let last = server.received().pop().unwrap();
    assert_eq!(last.header("authorization"), Some(basic));
}

#[test]
fn credentials_go_nowhere_else() {
    let shop = Shop::new();
    let other = WebServer::start(|_, _| Answer::json(&of("web", &[7])));
    let elsewhere = format!("{}/there", other.url);
    let server = WebServer::start(move |url, request| match &*request.path {
        "/pact" => Answer::to(302, format!("{url}/moved")),
        _ => Answer::to(307, elsewhere.clone()),
    });
    let url = format!("{}/pact", server.url);
    let given = [
        "--source-token",
        "s3cret",
        "--source-header",
        "X-Key: s3cret",
    ];
    shop.verify(&[&[&*url], &given[..]].concat()).exits(0);
    assert_eq!(server.asked(), ["GET /pact", "GET /moved"]);
    for request in server.received() {
        assert_eq!(request.header("authorization"), Some("Bearer s3cret"));
        assert_eq!(request.header("x-key"), Some("s3cret"));
    }
    assert_eq!(other.asked(), ["GET /there"]);
    let there = other.received().remove(0);
    assert_eq!(there.header("authorization"), None);
    assert_eq!(there.header("x-key"), None);

    shop.verify(&[&[&*url, &other.url], &given[..]].concat())
        .exits(2)
        .says("error: the credentials for URLs would go to several servers: http://127.0.0.1:");
    assert_eq!(other.asked().len(), 1);
}

fn no_pact(url: &str, request: &Request) -> Answer {
    match &*request.path {
        "/401" => Answer::of(401, "application/json", "{\"error\": \"no s3cret here\"}"),
        "/403" => Answer::of(403, "text/plain", "go\naway \u{1b}[31m"),
        "/404" => Answer::of(404, "text/html", "<html>nothing</html>"),
        "/500" => Answer::of(500, "text/plain", ""),
        "/page" => Answer::of(200, "text/html; charset=utf-8", "<html>log in</html>"),
        "/text" => Answer::of(200, "text/plain", "no\npact"),
        "/list" => Answer::json(&json!({ "pacts": [of("a", &[1]), of("b", &[1])] })),
        "/circle" => Answer::to(302, format!("{url}/circle")),
        "/ftp" => Answer::to(302, "ftp://example.com/x"),
        "/large" => Answer::of(200, "application/json", vec![b' '; (64 << 20) + 1]),
        _ => Answer::json(&json!({ "name": "x" })),
    }
}

/// What is asked for, the exit code, and what is said.
const NO_PACTS: &[(&str, i32, [&str; 2])] = &[
    (
        "/401",
        3,
        [
            "/401: it answered 401",
            "what to do: give PACTWORK_SOURCE_TOKEN",
        ],
    ),
    (
        "/403",
        3,
        [
            "/403: it answered 403",
            "what to do: let these credentials read it",
        ],
    ),
    ("/404", 3, ["/404: it answered 404", "check the URL"]),
    (
        "/500",
        3,
        ["/500: it answered 500", "what to do: ask again later"],
    ),
    (
        "/page",
        2,
        [
            "/page: expected a pact as JSON, found a page (text/html)",
            "log in",
        ],
    ),
    ("/text", 2, ["/text: line 1, column ", "not JSON"]),
    (
        "/list",
        2,
        [
            "/list: expected one pact, found a list of 2",
            "--broker-url",
        ],
    ),
    ("/json?key=s3cret", 2, ["/json?…: $.consumer: expected", ""]),
    (
        "/circle",
        3,
        ["/circle: it redirects more than 5 times", ""],
    ),
    ("/ftp", 3, ["to a URL with ftp:", ""]),
    (
        "/large",
        3,
        ["/large: its answer is longer than 64 MiB", ""],
    ),
];

#[test]
fn what_a_server_answers_instead_of_a_pact_is_said_with_its_url() {
    let shop = Shop::new();
    let server = WebServer::start(no_pact);
    for (path, code, texts) in NO_PACTS {
        let url = format!("{}{path}", server.url);
        let found = shop
            .verify(&[&url, "--source-token", "s3cret"])
            .exits(*code)
            .says("error: ")
            .does_not_say("s3cret")
            .does_not_say("\u{1b}");
        texts.iter().fold(found, |found, text| found.says(text));
    }
}

#[test]
fn a_server_that_is_busy_is_asked_again() {
    let shop = Shop::new();
    let asked = std::sync::atomic::AtomicUsize::new(0);
    let server = WebServer::start(move |_, _| {
        match asked.fetch_add(1, std::sync::atomic::Ordering::SeqCst) {
            0 => Answer::of(503, "text/plain", "in a moment"),
            _ => Answer::json(&of("web", &[7])),
        }
    });
    shop.verify(&[&server.url]).exits(0);
    assert_eq!(server.asked().len(), 2);
}

#[test]
fn a_server_that_is_not_there_or_never_answers_is_could_not_find_out() {
    let shop = Shop::new();
    shop.verify(&["http://127.0.0.1:1/web-orders.json"])
        .exits(3)
        .says("error: http://127.0.0.1:1/web-orders.json: cannot connect: ")
        .says("HTTPS_PROXY");
    let server = WebServer::start(|_, _| {
        std::thread::sleep(Duration::from_secs(600));
        Answer::default()
    });
    shop.verify(&[&server.url, "--source-timeout", "1"])
        .exits(3)
        .says(": no answer within 1 s");
}

#[test]
fn a_certificate_that_is_not_trusted_is_said_and_may_be_trusted() {
    let shop = Shop::new();
    let answer = get_interaction("/web-orders.json", &of("web", &[7]));
    let host = pact("anybody", "files", &[answer]);
    shop.workshop.write_json("host.json", &host);
    let arguments = ["host.json", "--tls", "--tls-certificate-to", "ca.pem"];
    let (_server, url) = shop.workshop.start_mock(&arguments);
    let url = format!("{url}/web-orders.json");
    shop.verify(&[&url])
        .exits(3)
        .says("certificate")
        .says("what to do: let SSL_CERT_FILE name a file with the certificates to trust (PEM)");
    let certificate = shop.workshop.path("ca.pem");
    shop.verify_with(&[("SSL_CERT_FILE", certificate.to_str().unwrap())], &[&url])
        .exits(0)
        .prints("✓ GET /orders/7");
}

#[test]
fn a_pact_is_read_from_stdin() {
    let shop = Shop::new();
    let from_stdin = |contents: &str| {
        let mut command = shop.workshop.command(&shop.arguments(&["-"]));
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(contents.as_bytes()).unwrap();
        drop(stdin);
        let output = child.wait_with_output().unwrap();
        Finished {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    };
    from_stdin(&of("web", &[7]).to_string())
        .exits(0)
        .prints("web → orders\n  from stdin\n");
    from_stdin("")
        .exits(2)
        .says("error: stdin: line 1, column 0: not JSON");
    shop.verify(&["-", "-"])
        .exits(2)
        .says("error: stdin (-) can be read once, and is named twice");
}

#[test]
fn other_schemes_are_no_files() {
    Shop::new()
        .verify(&["s3://bucket/web.json"])
        .exits(2)
        .says("error: a pact cannot be read from s3://…: expected http or https")
        .says("--from-storage");
}

#[test]
fn several_sources_are_verified_together_and_each_content_once() {
    let shop = Shop::new();
    shop.publish("app", &[1], &["--version", "a1", "--branch", "main"]);
    shop.publish("web", &[7], &["--version", "w1", "--branch", "main"]);
    shop.workshop.write_json("pacts/web.json", &of("web", &[7]));
    let server = WebServer::start(|_, _| Answer::json(&of("shop", &[2])));
    let url = format!("{}/shop.json", server.url);
    let found = shop.verify(&["pacts", &url, "--from-storage", "--format", "json"]);
    let found = found
        .exits(0)
        .says("app: newest on main (a1)")
        .says(": verified once");
    assert_eq!(found.stderr.matches("verified once").count(), 1);
    let report = found.json();
    let bucket = shop.workshop.path("bucket").canonicalize().unwrap();
    let bucket = bucket.display();
    let web = format!("pacts/web.json; {bucket}: newest on main (w1)");
    let app = format!("{bucket}: newest on main (a1)");
    assert_eq!(
        consumers(&report),
        [("web", &*web), ("shop", &*url), ("app", &*app)]
    );
    assert_eq!(report["pacts"][0]["consumer_versions"], json!(["w1"]));
    let named_alone = shop.verify(&["pacts", "--format", "json"]).exits(0).json();
    assert_eq!(consumers(&named_alone), [("web", "pacts/web.json")]);
}

#[test]
fn what_is_named_counts_though_storage_says_that_it_is_pending() {
    let shop = Shop::new();
    shop.publish("web", &[99], &["--version", "w1", "--branch", "main"]);
    let from_storage = ["--from-storage", "--branch", "main"];
    shop.verify(&from_storage)
        .exits(0)
        .says("web: newest on main (w1) (pending)");
    shop.verify(&[&["to-publish.json"], &from_storage[..]].concat())
        .exits(1)
        .prints("✗ GET /orders/99");
}

#[test]
fn what_is_in_progress_on_other_branches_is_verified_on_request() {
    let shop = Shop::new();
    shop.publish("web", &[7], &["--version", "w1", "--branch", "main"]);
    shop.publish("web", &[99], &["--version", "w2", "--branch", "feature"]);
    let main = ["--select", "main-branch", "--no-pending"];
    shop.verify(&main).exits(0).does_not_print("/orders/99");
    let select = ["--select", "main-branch", "--branch", "main"];
    let wip = ["--include-wip-pacts-since", "2020-01-01"];
    shop.verify(&[select, [wip[0], wip[1], "--from-storage", "-v"]].concat())
        .exits(0)
        .prints("✗ GET /orders/99")
        .prints("1 pact pending: that does not count");
    shop.verify(&["--include-wip-pacts-since", "yesterday"])
        .exits(2)
        .says("expected a date such as 2026-05-31, found yesterday");
}

#[test]
fn a_choice_that_has_nothing_to_choose_from_is_refused() {
    let shop = Shop::new();
    shop.workshop.write_json("web.json", &of("web", &[7]));
    for option in [
        &["--select", "main-branch"][..],
        &["--include-wip-pacts-since", "2020-01-01"],
        &["--no-pending"],
    ] {
        shop.verify(&[&["web.json"], option].concat())
            .exits(2)
            .says(&format!(
                "error: {} is about pacts in storage or of a Pact Broker, and neither is asked",
                option[0]
            ))
            .says("--from-storage");
    }
    shop.verify(&["--select", "{\"fallbackTag\": \"a\"}"])
        .exits(2)
        .says("--select: storage cannot select by {\"fallbackTag\":\"a\"}: \"fallbackTag\" is not known");
}

#[test]
fn credentials_that_go_nowhere_are_said_and_variables_are_not_in_the_way() {
    let shop = Shop::new();
    shop.workshop.write_json("web.json", &of("web", &[7]));
    shop.verify(&["web.json", "--source-token", "s3cret"])
        .exits(0)
        .says("warning: --source-token is for pacts at URLs, and no URL is named");
    shop.verify(&["web.json", "--broker-token", "s3cret"])
        .exits(2)
        .says("error: --broker-token is for a Pact Broker, and it is not known which");
    let variables = [
        ("PACTWORK_SOURCE_PASSWORD", "s3cret"),
        ("PACT_BROKER_BASE_URL", "no URL"),
        ("PACT_BROKER_TOKEN", "a\nb"),
    ];
    shop.verify_with(&variables, &["web.json"]).exits(0);
}

#[test]
fn what_several_pacts_ask_for_is_asked_once_or_for_each() {
    let workshop = Workshop::of("participant = \"orders\"\n");
    let created = message("Created", &json!({ "id": 7 }));
    for consumer in ["app", "web"] {
        let pact = pact(consumer, "orders", std::slice::from_ref(&created));
        workshop.write_json(&format!("pacts/{consumer}.json"), &pact);
    }
    let (url, received) = serve(|_| json!({ "id": 7 }));
    let verify = ["verify", "pacts", "--messages-url", &url];
    let both = |finished: Finished| {
        finished
            .exits(0)
            .prints("app → orders\n  from pacts/app.json\n  ✓ Created\n")
            .prints("web → orders\n  from pacts/web.json\n  ✓ Created\n")
            .prints("2 interactions: 2 passed");
    };
    both(workshop.run(&verify));
    assert_eq!(received.lock().unwrap().len(), 1);
    both(workshop.run(&[&verify[..], &["--each-pact-alone"]].concat()));
    assert_eq!(received.lock().unwrap().len(), 3);
}
