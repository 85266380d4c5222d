#![allow(clippy::unwrap_used, clippy::panic)]
//! `pactwork mock` as a control API.

mod document;
mod messages;
mod playing;
mod process;
mod refusals;

use std::thread;

use serde_json::{Value, json};

use crate::support::{Reply, Running, Workshop, ask, get, get_trusting, pact};

/// A control API that runs, and its URL.
struct Controlled {
    workshop: Workshop,
    running: Running,
    url: String,
}

impl Controlled {
    fn new() -> Self {
        Self::started(&["mock"])
    }

    fn started(arguments: &[&str]) -> Self {
        let workshop = Workshop::new();
        let mut running = workshop.start(arguments);
        let url = running.first_line();
        Self {
            workshop,
            running,
            url,
        }
    }

    #[track_caller]
    fn ask(&self, method: &str, path: &str, body: &Value) -> Reply {
        let url = format!("{}{path}", self.url);
        let body = match body {
            Value::Null => String::new(),
            body => body.to_string(),
        };
        ask(method, &url, &body)
    }

    /// Starts a mock provider; gives its own URL and the one to control it by.
    #[track_caller]
    fn create(&self, definition: &Value) -> (String, String) {
        let reply = self.ask("POST", "/mock-providers", definition).is(201);
        let mock = reply.json();
        let control = mock["links"]["self"].as_str().unwrap().to_owned();
        assert_eq!(reply.header("Location"), Some(&*control));
        (mock["url"].as_str().unwrap().to_owned(), control)
    }
}

fn order(number: u32) -> Value {
    json!({
        "description": format!("a request for order {number}"),
        "given": format!("order {number} exists"),
        "request": { "path": format!("/orders/{number}") },
        "response": { "body": { "id": { "pact:matcher:type": "integer", "value": number } } },
    })
}

fn definition(interactions: &[Value]) -> Value {
    json!({ "consumer": "web", "provider": "orders", "interactions": interactions })
}

#[test]
fn a_test_in_two_requests() {
    let controlled = Controlled::new();
    let (url, control) = controlled.create(&definition(&[order(7)]));
    assert!(get(&url, "/orders/7").ends_with(r#"{"id":7}"#));

    let recorded = ask("POST", &format!("{control}/finish"), "").is(200).json();

    let file = controlled.workshop.path("pacts/web-orders.json");
    assert_eq!(recorded["pact"], json!(file));
    assert_eq!(
        recorded["report"]["text"],
        "web used every interaction with orders as it says."
    );
    let file: Value =
        serde_json::from_str(&controlled.workshop.read("pacts/web-orders.json")).unwrap();
    let interaction = &file["interactions"][0];
    assert_eq!(interaction["providerStates"][0]["name"], "order 7 exists");
    let rules = &interaction["response"]["matchingRules"]["body"];
    assert_eq!(rules["$.id"]["matchers"][0]["match"], "integer");
    controlled
        .running
        .stop()
        .exits(0)
        .prints("1 mock provider held\nrecorded in pacts/web-orders.json");
}

#[test]
fn what_does_not_hold_is_told_and_not_recorded() {
    let controlled = Controlled::new();
    let (url, control) = controlled.create(&definition(&[order(7), order(8)]));
    get(&url, "/orders/7");
    get(&url, "/orders/9");

    let refused = ask("POST", &format!("{control}/finish"), "{}").is(409);

    let text = refused.detail();
    assert_eq!(
        text,
        "web did not use orders as its interactions say.\n\n\
         1 unexpected request:\n  \
         - GET /orders/9\n    \
         nearest interaction: \"a request for order 7\" given \"order 7 exists\": GET /orders/7\n      \
         - path: expected \"/orders/7\", but found \"/orders/9\"\n\n\
         1 interaction never requested:\n  \
         - \"a request for order 8\" given \"order 8 exists\": GET /orders/8\n\n\
         Nothing was recorded."
    );
    let problem = refused.json();
    assert_eq!(problem["type"], "urn:pactwork:problem:not-as-expected");
    let report = &problem["report"];
    assert_eq!(report["text"], text);
    assert_eq!(report["missing"][0]["request"], "GET /orders/8");
    assert_eq!(report["unexpected"][0]["request"], "GET /orders/9");
    assert!(!controlled.workshop.has("pacts"));
    let again = ask("POST", &format!("{control}/finish"), "").is(410);
    assert_eq!(
        again.detail(),
        "mock provider 1 has ended: it was finished, confirmed or deleted before"
    );
    controlled.running.stop().exits(1).prints(&text);
}

#[test]
fn a_test_that_is_run_again_and_holds_takes_its_failure_back() {
    let controlled = Controlled::new();
    for (path, status) in [("/orders/9", 409), ("/orders/7", 200)] {
        let (url, control) = controlled.create(&definition(&[order(7)]));
        get(&url, path);
        ask("POST", &format!("{control}/finish"), "").is(status);
    }
    controlled.running.stop().exits(0);
}

#[test]
fn the_journal_says_what_was_asked_and_what_answered() {
    let controlled = Controlled::new();
    let (url, control) = controlled.create(&definition(&[order(7), order(8)]));
    get(&url, "/orders/8?");
    get(&url, "/orders/9?page=2");

    let journal = ask("GET", &format!("{control}/journal"), "").is(200).json();

    assert_eq!(
        journal["requests"],
        json!([
            { "request": "GET /orders/8?", "answered_by": {
                "position": 1,
                "interaction": "\"a request for order 8\" given \"order 8 exists\"",
            } },
            { "request": "GET /orders/9?page=2", "answered_by": null },
        ])
    );
    let unexpected = &journal["unexpected"][0];
    assert_eq!(unexpected["times"], 1);
    assert_eq!(unexpected["nearest"]["expects"], "GET /orders/7");
    assert_eq!(
        unexpected["nearest"]["differences"][0],
        "path: expected \"/orders/7\", but found \"/orders/9\""
    );

    ask("DELETE", &format!("{control}/journal"), "").is(204);
    let journal = ask("GET", &format!("{control}/journal"), "").json();
    assert_eq!(journal["requests"], json!([]));
    assert_eq!(journal["unexpected"], json!([]));
    let report = ask("GET", &format!("{control}/report"), "").json();
    assert_eq!(report["missing"].as_array().unwrap().len(), 2);
    ask("DELETE", &control, "").is(204);
    controlled.running.stop().exits(0);
}

#[test]
fn interactions_are_added_to_a_mock_provider_that_runs() {
    let controlled = Controlled::new();
    let (url, control) = controlled.create(&definition(&[order(7)]));
    get(&url, "/orders/7");
    let interactions = format!("{control}/interactions");
    for (body, count) in [
        (json!({ "interactions": [order(8)] }), 2),
        (json!([order(9), order(8)]), 3),
        (order(10), 4),
    ] {
        let mock = ask("POST", &interactions, &body.to_string()).is(200).json();
        let there = mock["interactions"].as_array().unwrap();
        assert_eq!(there.len(), count, "{body}");
        assert_eq!(there[0]["times"], 1, "what was asked before stays");
    }
    for number in 8..=10 {
        let answer = get(&url, &format!("/orders/{number}"));
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
    ask("PUT", &format!("{control}/pact"), "").is(200);
    ask("POST", &format!("{control}/finish"), "").is(200);
    let pact = controlled.workshop.read("pacts/web-orders.json");
    assert!(pact.contains("/orders/10"), "{pact}");
    controlled.running.stop().exits(0);
}

#[test]
fn interactions_are_forgotten() {
    let controlled = Controlled::new();
    let (url, control) = controlled.create(&definition(&[order(7)]));
    let interactions = format!("{control}/interactions");
    ask("DELETE", &interactions, "").is(204);
    let answer = get(&url, "/orders/7");
    assert!(answer.contains("\"no_interactions\""), "{answer}");
    ask("DELETE", &interactions, "").is(204);
    ask("POST", &interactions, &order(8).to_string()).is(200);
    get(&url, "/orders/8");
    ask("POST", &format!("{control}/finish"), "").is(200);
    let pact = controlled.workshop.read("pacts/web-orders.json");
    assert!(!pact.contains("/orders/7"), "{pact}");
    controlled.running.stop().exits(0);
}

#[test]
fn a_pact_that_was_written_and_still_holds_needs_no_finish() {
    let controlled = Controlled::new();
    let (url, control) = controlled.create(&definition(&[order(7)]));
    let refused = ask("PUT", &format!("{control}/pact"), "").is(409);
    assert!(refused.detail().contains("1 interaction never requested"));
    get(&url, "/orders/7");
    let written = ask("PUT", &format!("{control}/pact"), "").is(200).json();
    let file = controlled.workshop.path("pacts/web-orders.json");
    assert_eq!(written["pact"], json!(file));
    controlled.running.stop().exits(0);
}

#[test]
fn a_pact_file_is_a_definition_too() {
    let controlled = Controlled::new();
    let interactions = [
        crate::support::get_interaction("/orders/7", &json!({ "id": 7 })),
        crate::support::message("OrderShipped", &json!({ "id": 7 })),
    ];
    let mut file = pact("web", "orders", &interactions);
    file["options"] = json!({ "output": "elsewhere" });
    let mock = controlled
        .ask("POST", "/mock-providers", &file)
        .is(201)
        .json();
    assert_eq!(
        mock["warnings"],
        json!([
            "\"OrderShipped\" is a message, which a mock provider leaves alone: POST it to /messages"
        ])
    );
    get(mock["url"].as_str().unwrap(), "/orders/7");
    let finish = mock["links"]["finish"].as_str().unwrap();
    let recorded = ask("POST", finish, "").is(200).json();
    let file = controlled.workshop.path("elsewhere/web-orders.json");
    assert_eq!(recorded["pact"], json!(file));
    controlled.running.stop().exits(0);
}

#[test]
fn what_a_definition_may_hold_reaches_the_pact() {
    let controlled = Controlled::new();
    let (url, control) = controlled.create(&json!({
        "consumer": { "name": "web" },
        "provider": "orders",
        "interactions": [{
            "description": null,
            "providerStates": ["a", { "name": "b", "params": { "n": 1 } }],
            "pending": true,
            "comments": { "text": ["c"] },
            "key": "k",
            "request": {
                "method": "post",
                "path": { "pact:matcher:type": "regex", "regex": "/o/\\d+", "value": "/o/1" },
                "query": "q=a+b&q=c",
                "headers": { "X-One": 1, "X-Many": ["a", "b"], "Content-Type": "text/csv" },
                "body": "a;b",
            },
            "response": {
                "status": { "pact:matcher:type": "statusCode", "status": "success", "value": 202 },
                "headers": { "Content-Type": "image/png" },
                "body_base64": "iVBORw==",
            },
        }],
    }));
    let answer = crate::support::ask_with(
        "POST",
        &format!("{url}/o/22?q=a%20b&q=c"),
        &[
            ("X-One", "1"),
            ("X-Many", "a, b"),
            ("Content-Type", "text/csv"),
        ],
        b"a;b",
    );
    assert_eq!(answer.status, 202, "{answer:?}");
    ask("POST", &format!("{control}/finish"), "").is(200);
    let file: Value =
        serde_json::from_str(&controlled.workshop.read("pacts/web-orders.json")).unwrap();
    let interaction = &file["interactions"][0];
    assert_eq!(interaction["description"], "POST /o/1?q=a b&q=c");
    assert_eq!(interaction["pending"], true);
    assert_eq!(interaction["key"], "k");
    assert_eq!(interaction["comments"]["text"][0], "c");
    assert_eq!(interaction["providerStates"][1]["params"]["n"], 1);
    assert_eq!(interaction["request"]["body"]["content"], "a;b");
    assert_eq!(interaction["response"]["body"]["content"], "iVBORw==");
    let status = &interaction["response"]["matchingRules"]["status"];
    assert_eq!(status["matchers"][0]["status"], "success");
}

/// Ports, numbers and ids differ from run to run; the pact does not.
#[test]
fn sixty_four_clients_at_once_lose_nothing_and_write_the_same_bytes() {
    let together = Controlled::new();
    thread::scope(|scope| {
        for number in 0..64 {
            let together = &together;
            scope.spawn(move || exercise(together, number));
        }
    });
    let one_by_one = Controlled::new();
    for number in (0..64).rev() {
        exercise(&one_by_one, number);
    }
    let pact = together.workshop.read("pacts/web-orders.json");
    assert_eq!(pact.matches("\"Synchronous/HTTP\"").count(), 64);
    assert_eq!(pact, one_by_one.workshop.read("pacts/web-orders.json"));
    let stopped = together.running.stop().exits(0);
    stopped.prints("64 mock providers held");
}

fn exercise(controlled: &Controlled, number: u32) {
    let (url, control) = controlled.create(&definition(&[order(number)]));
    get(&url, &format!("/orders/{number}"));
    ask("POST", &format!("{control}/finish"), "").is(200);
}

#[test]
fn a_hundred_mock_providers_answer_at_once() {
    let controlled = Controlled::new();
    let created: Vec<_> = (0..100)
        .map(|number| (number, controlled.create(&definition(&[order(number)]))))
        .collect();
    let list = controlled
        .ask("GET", "/mock-providers", &Value::Null)
        .json();
    assert_eq!(list["mock_providers"].as_array().unwrap().len(), 100);
    for (number, (url, _)) in &created {
        let answer = get(url, &format!("/orders/{number}"));
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
    controlled
        .ask("DELETE", "/mock-providers", &Value::Null)
        .is(204);
    let list = controlled
        .ask("GET", "/mock-providers", &Value::Null)
        .json();
    assert_eq!(list["mock_providers"], json!([]));
    controlled.running.stop().exits(0);
}

#[test]
fn the_journal_is_bounded_and_counts_go_on() {
    use std::io::{Read, Write};
    let controlled = Controlled::new();
    let (url, control) = controlled.create(&definition(&[order(7)]));
    let address = url.trim_start_matches("http://");
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    let mut reader = stream.try_clone().unwrap();
    let reading = thread::spawn(move || {
        let mut all = Vec::new();
        reader.read_to_end(&mut all).unwrap();
    });
    let request = format!("GET /orders/7 HTTP/1.1\r\nHost: {address}\r\n\r\n");
    for _ in 0..10_049 {
        stream.write_all(request.as_bytes()).unwrap();
    }
    let last = request.replace("Host", "Connection: close\r\nHost");
    stream.write_all(last.as_bytes()).unwrap();
    reading.join().unwrap();

    let journal = ask("GET", &format!("{control}/journal"), "").json();
    assert_eq!(journal["requests"].as_array().unwrap().len(), 10_000);
    let report = ask("GET", &format!("{control}/report"), "").json();
    assert_eq!(report["interactions"][0]["times"], 10_050);
}

#[test]
fn a_mock_provider_speaks_tls_and_lets_pages_ask() {
    let controlled = Controlled::new();
    let mut asked = definition(&[order(7)]);
    asked["options"] = json!({ "tls": true, "cors": ["http://localhost:3000"] });
    let mock = controlled
        .ask("POST", "/mock-providers", &asked)
        .is(201)
        .json();
    let url = mock["url"].as_str().unwrap();
    assert!(url.starts_with("https://127.0.0.1:"), "{url}");
    let certificate = mock["certificate"].as_str().unwrap();
    let origin = "http://localhost:3000";
    let answer = get_trusting(
        certificate,
        &format!("{url}/orders/7"),
        &[("Origin", origin)],
    );
    assert_eq!(answer.body, "{\"id\":7}");
    assert_eq!(answer.header("Access-Control-Allow-Origin"), Some(origin));
    let finish = mock["links"]["finish"].as_str().unwrap();
    ask("POST", finish, "").is(200);
}

#[test]
fn a_certificate_that_is_not_there_is_told() {
    let controlled = Controlled::new();
    let mut asked = definition(&[order(7)]);
    asked["options"] = json!({ "tls": { "certificate": "c.pem", "key": "k.pem" } });
    let refused = controlled
        .ask("POST", "/mock-providers", &asked)
        .is(422)
        .detail();
    assert!(refused.contains("c.pem"), "{refused}");
    controlled
        .workshop
        .run(&[
            "mock",
            "--tls-certificate",
            "c.pem",
            "--tls-key",
            "k.pem",
            "p.json",
        ])
        .exits(2)
        .says("c.pem");
}
