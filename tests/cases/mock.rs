#![allow(clippy::unwrap_used, clippy::panic)]

use serde_json::json;

use crate::support::{Workshop, get, get_interaction, get_trusting, message, pact};

fn workshop() -> Workshop {
    let workshop = Workshop::new();
    let interactions = [
        get_interaction("/orders/7", &json!({ "id": 7 })),
        get_interaction("/orders/8", &json!({ "id": 8 })),
    ];
    workshop.write_json("web-orders.json", &pact("web", "orders", &interactions));
    workshop
}

#[test]
fn it_answers_and_writes_the_pact_once_everything_was_asked_for() {
    let workshop = workshop();
    let (mock, url) = workshop.start_mock(&["--output", "recorded", "web-orders.json"]);

    let answer = get(&url, "/orders/7");
    get(&url, "/orders/8");

    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.ends_with(r#"{"id":7}"#), "{answer}");
    mock.stop()
        .exits(0)
        .prints("web used every interaction with orders as it says.")
        .prints("recorded in recorded/web-orders.json");
    assert!(
        workshop
            .read("recorded/web-orders.json")
            .contains("/orders/8")
    );
}

#[test]
fn sigint_ends_it_as_sigterm_does() {
    let workshop = workshop();
    let (mock, url) = workshop.start_mock(&["--output", "recorded", "web-orders.json"]);
    get(&url, "/orders/7");
    get(&url, "/orders/8");
    mock.signal("INT");
    mock.finish()
        .exits(0)
        .prints("recorded in recorded/web-orders.json");
}

#[test]
fn what_was_missing_and_unexpected_is_said_and_nothing_is_written() {
    let workshop = workshop();
    let (mock, url) = workshop.start_mock(&["--output", "recorded", "web-orders.json"]);

    get(&url, "/orders/7");
    let answer = get(&url, "/orders/9");

    assert!(answer.starts_with("HTTP/1.1 500"), "{answer}");
    mock.stop()
        .exits(1)
        .prints("1 unexpected request:")
        .prints("GET /orders/9")
        .prints("1 interaction never requested:")
        .prints("GET /orders/8");
    assert!(!workshop.has("recorded"));
}

#[test]
fn the_default_folder_is_the_configured_one() {
    let workshop = Workshop::of("participant = \"web\"\n[consumer]\npacts = \"contracts\"\n");
    let interaction = get_interaction("/a", &json!({}));
    workshop.write_json("in.json", &pact("web", "orders", &[interaction]));
    let (mock, url) = workshop.start_mock(&["in.json"]);
    get(&url, "/a");
    mock.stop()
        .exits(0)
        .prints("recorded in contracts/web-orders.json");
}

#[test]
fn several_files_of_one_consumer_and_provider_are_one_mock_provider() {
    let workshop = Workshop::new();
    for path in ["/a", "/b"] {
        let interaction = get_interaction(path, &json!({}));
        workshop.write_json(
            &format!("in{path}.json"),
            &pact("web", "orders", &[interaction]),
        );
    }
    let (mock, url) = workshop.start_mock(&["--output", "out", "in"]);
    get(&url, "/a");
    get(&url, "/b");
    mock.stop().exits(0);
}

#[test]
fn a_port_in_use_is_a_sentence() {
    let workshop = workshop();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    workshop
        .run(&["mock", "--port", &port, "web-orders.json"])
        .exits(2)
        .says(&format!("error: port {port} on 127.0.0.1 is in use"));
}

#[test]
fn an_unwritable_folder_is_a_sentence() {
    let workshop = workshop();
    workshop.write("recorded", "a file");
    let (mock, url) = workshop.start_mock(&["--output", "recorded", "web-orders.json"]);
    get(&url, "/orders/7");
    get(&url, "/orders/8");
    mock.stop().exits(2).says("cannot write recorded");
}

#[test]
fn what_cannot_be_mocked_is_a_sentence() {
    let workshop = workshop();
    workshop.write("broken.json", "{\n  \"consumer\": }");
    workshop.write("number.json", r#"{"consumer": {"name": 7}}"#);
    workshop.write_json("core-orders.json", &pact("core", "orders", &[]));
    std::fs::create_dir(workshop.path("empty")).unwrap();
    let cases: &[(&[&str], &str)] = &[
        (
            &["none.json"],
            "none.json: cannot read: No such file or directory",
        ),
        (
            &["broken.json"],
            "broken.json: line 2, column 15: not JSON: ",
        ),
        (&["number.json"], "number.json: $.consumer.name: expected "),
        (&["empty"], "no pact file (*.json)"),
        (
            &["web-orders.json", "core-orders.json"],
            "core-orders.json: is between core and orders, the others are between web and orders",
        ),
    ];
    for (pacts, text) in cases {
        let mut arguments = vec!["mock"];
        arguments.extend_from_slice(pacts);
        workshop.run(&arguments).exits(2).says(text);
    }
}

#[test]
fn a_pact_without_http_interactions_is_said() {
    let workshop = Workshop::new();
    let event = message("Created", &json!({ "id": 1 }));
    workshop.write_json("p.json", &pact("web", "orders", &[event]));
    let (mock, _) = workshop.start_mock(&["--output", "out", "p.json"]);
    mock.stop().exits(0).says("there is no HTTP interaction");
}

#[test]
fn it_speaks_tls_and_lets_pages_ask() {
    let workshop = workshop();
    let (mock, url) = workshop.start_mock(&[
        "--tls",
        "--tls-certificate-to",
        "trusted.pem",
        "--cors",
        "any",
        "--output",
        "recorded",
        "web-orders.json",
    ]);
    assert!(url.starts_with("https://"), "{url}");
    for path in ["/orders/7", "/orders/8"] {
        let origin = "http://a.example";
        let trusted = workshop.read("trusted.pem");
        let answer = get_trusting(&trusted, &format!("{url}{path}"), &[("Origin", origin)]);
        assert_eq!(answer.header("Access-Control-Allow-Origin"), Some(origin));
    }
    mock.stop().exits(0);
}
