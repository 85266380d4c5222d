//! What the mock provider answers.

use std::path::Path;

use pactwork_consumer::matchers::{each_like, from_state, generated, integer, like, regex};
use pactwork_consumer::{MockOptions, MockProvider, Pact, delete, get, head, post, status};
use pactwork_contract::read_file;
use serde_json::json;
use tempfile::tempdir;

use crate::client::{self, Client, send};

#[tokio::test]
async fn a_request_gets_the_examples_and_the_pact_holds_the_rules() {
    let folder = tempdir().unwrap();
    let provider = Pact::between("web", "orders")
        .output(folder.path())
        .given("order 7 exists")
        .upon_receiving("a request for order 7")
        .when(
            get("/orders/7")
                .header("Accept", regex("application/json.*", "application/json"))
                .query("page", "2"),
        )
        .then(status(200).header("ETag", "\"a1\"").json(json!({
            "id": integer(7),
            "lines": each_like(json!({ "sku": regex(r"^[A-Z]{3}-\d+$", "ABC-1") })),
        })))
        .start()
        .await
        .unwrap();
    let accept = ["Accept: application/json; q=0.9"];
    let answer = send(&provider, "GET /orders/7?page=2", &accept, "").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.header("etag"), Some("\"a1\""));
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let expected = json!({ "id": 7, "lines": [{ "sku": "ABC-1" }] });
    assert_eq!(answer.json(), expected);

    let finished = provider.finish().await.unwrap();
    let path = folder.path().join("web-orders.json");
    assert_eq!(finished.pact.as_ref(), Some(&path));
    let written: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    let interaction = &written["interactions"][0];
    assert_eq!(interaction["description"], "a request for order 7");
    assert_eq!(
        interaction["providerStates"],
        json!([{ "name": "order 7 exists" }])
    );
    assert_eq!(interaction["response"]["body"]["content"], expected);
    let rules = &interaction["response"]["matchingRules"]["body"];
    assert_eq!(rules["$.id"]["matchers"], json!([{ "match": "integer" }]));
    assert_eq!(
        rules["$.lines[*].sku"]["matchers"],
        json!([{ "match": "regex", "regex": r"^[A-Z]{3}-\d+$" }])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn several_interactions_share_one_connection() {
    let folder = tempdir().unwrap();
    let provider = Pact::between("web", "orders")
        .output(folder.path())
        .when(post("/orders").json(json!({ "sku": like("ABC-1") })))
        .then(status(201).header("Location", "/orders/7"))
        .given("order 7 exists")
        .when(delete("/orders/7"))
        .then(status(204))
        .start()
        .await
        .unwrap();
    let mut client = Client::of(&provider).await;
    let json = ["Content-Type: application/json"];
    let created = client
        .send("POST /orders", &json, r#"{"sku":"XYZ-9"}"#)
        .await;
    assert_eq!(created.status, 201, "{created:?}");
    assert_eq!(created.header("location"), Some("/orders/7"));
    let deleted = client.send("DELETE /orders/7", &[], "").await;
    assert_eq!(deleted.status, 204);
    let requests = provider.requests();
    let lines: Vec<_> = requests.iter().map(|each| each.request.as_str()).collect();
    assert_eq!(lines, ["POST /orders", "DELETE /orders/7"]);

    let report = provider.finish().await.unwrap().report;
    let used: Vec<_> = report
        .interactions
        .iter()
        .map(|each| (each.interaction.as_str(), each.times))
        .collect();
    let expected = [
        ("\"POST /orders\"", 1),
        ("\"DELETE /orders/7\" given \"order 7 exists\"", 1),
    ];
    assert_eq!(used, expected);
}

#[test]
fn the_blocking_start_needs_no_runtime() {
    let folder = tempdir().unwrap();
    let provider = Pact::between("web", "orders")
        .output(folder.path())
        .when(get("/orders/7"))
        .then(status(200).text("seven"))
        .start_blocking()
        .unwrap();
    let answer = crate::wire::exchange(provider.address(), b"GET /orders/7 HTTP/1.0\r\n\r\n");
    assert!(answer.ends_with("\r\n\r\nseven"), "{answer}");
    provider.finish_blocking().unwrap();
}

/// The mock provider has a thread of its own, so a client that blocks the
/// runtime's only thread gets its answer all the same.
#[tokio::test(flavor = "current_thread")]
async fn a_blocking_client_in_a_single_threaded_test_is_answered() {
    let folder = tempdir().unwrap();
    let provider = one_interaction(folder.path()).start().await.unwrap();
    let answer = crate::wire::exchange(provider.address(), b"GET /a HTTP/1.0\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.0 200"), "{answer}");
    provider.finish().await.unwrap();
}

#[tokio::test]
async fn interactions_that_differ_in_provider_state_alone_answer_in_order() {
    let folder = tempdir().unwrap();
    let provider = Pact::between("web", "orders")
        .output(folder.path())
        .given("no order")
        .when(get("/orders/7"))
        .then(status(404))
        .given("order 7 exists")
        .when(get("/orders/7"))
        .then(status(200))
        .start()
        .await
        .unwrap();
    let mut client = Client::of(&provider).await;
    let mut answers = Vec::new();
    for _ in 0..3 {
        let answer = client.send("GET /orders/7", &[], "").await;
        answers.push(answer.status.as_u16());
    }
    assert_eq!(answers, [404, 200, 200]);
    provider.finish().await.unwrap();
}

#[tokio::test]
async fn head_has_the_length_that_the_pact_says_and_no_body() {
    let folder = tempdir().unwrap();
    let provider = Pact::between("web", "files")
        .output(folder.path())
        .when(head("/file"))
        .then(status(200).header("Content-Length", "123"))
        .when(head("/other"))
        .then(status(200).text("abc"))
        .when(get("/file"))
        .then(status(200).header("Content-Length", "3").text("abc"))
        .start()
        .await
        .unwrap();
    let mut client = Client::of(&provider).await;
    for (line, length, body) in [
        ("HEAD /file", "123", ""),
        ("HEAD /other", "3", ""),
        ("GET /file", "3", "abc"),
    ] {
        let answer = client.send(line, &[], "").await;
        assert_eq!(answer.header("content-length"), Some(length), "{line}");
        assert_eq!(answer.body, body, "{line}");
    }
    provider.finish().await.unwrap();
}

#[tokio::test]
async fn a_header_with_several_values_is_sent_as_often() {
    let folder = tempdir().unwrap();
    let provider = Pact::between("web", "login")
        .output(folder.path())
        .when(get("/a"))
        .then(
            status(200)
                .header("Set-Cookie", "a=1")
                .header("Set-Cookie", "b=2"),
        )
        .start()
        .await
        .unwrap();
    let answer = client::get(&provider, "/a").await;
    let cookies: Vec<_> = answer.headers.get_all("set-cookie").iter().collect();
    assert_eq!(cookies, ["a=1", "b=2"]);
    provider.finish().await.unwrap();
}

#[tokio::test]
async fn bodies_of_50_megabytes_pass_both_ways() {
    const SIZE: usize = 50 * 1024 * 1024;
    let folder = tempdir().unwrap();
    let large = "x".repeat(SIZE);
    let provider = Pact::between("web", "files")
        .output(folder.path())
        .when(post("/files").text(like("x")))
        .then(status(200).text(large.as_str()))
        .start()
        .await
        .unwrap();
    let text = ["Content-Type: text/plain"];
    let answer = send(&provider, "POST /files", &text, large).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body.len(), SIZE);
    drop(answer);
    provider.finish().await.unwrap();
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_refused_and_reported() {
    let pact = pactwork_contract::Pact::between("web", "files");
    let options = MockOptions::default().body_limit(10);
    let provider = MockProvider::serve(pact, options).await.unwrap();
    let answer = send(&provider, "POST /files", &[], "12345678901").await;
    assert_eq!(answer.status, 413);
    assert_eq!(
        answer.json()["unreadable"],
        "its body is larger than 10 bytes"
    );
    let error = provider.finish().await.unwrap_err().to_string();
    assert!(
        error.contains("POST /files\n    its body is larger than 10 bytes"),
        "{error}"
    );
}

#[tokio::test]
async fn a_pact_from_a_file_is_served_and_written_again() {
    let folder = tempdir().unwrap();
    let provider = one_interaction(folder.path()).start().await.unwrap();
    client::get(&provider, "/a").await;
    let recorded = provider.finish().await.unwrap().pact.unwrap();

    let loaded = read_file(&recorded).unwrap().pact;
    let copy = tempdir().unwrap();
    let options = MockOptions::default().threads(2).output(copy.path());
    let provider = MockProvider::serve(loaded, options).await.unwrap();
    assert_eq!(provider.warnings(), []);
    client::get(&provider, "/a").await;
    let written = provider.finish().await.unwrap().pact.unwrap();
    assert_eq!(
        std::fs::read(recorded).unwrap(),
        std::fs::read(written).unwrap()
    );
}

#[tokio::test]
async fn a_port_in_use_is_a_sentence() {
    let folder = tempdir().unwrap();
    let first = one_interaction(folder.path()).start().await.unwrap();
    let port = first.address().port();
    let error = one_interaction(folder.path())
        .port(port)
        .start()
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "port {port} on 127.0.0.1 is in use: stop what listens there, ask for another port, or for port 0 \
             to get a free one"
        )
    );
    client::get(&first, "/a").await;
    first.finish().await.unwrap();
    // The port is free again once the mock provider has finished.
    let again = one_interaction(folder.path())
        .port(port)
        .start()
        .await
        .unwrap();
    client::get(&again, "/a").await;
    again.finish().await.unwrap();
}

#[tokio::test]
async fn every_interface_is_reached_through_loopback() {
    let folder = tempdir().unwrap();
    let pact = one_interaction(folder.path()).host([0, 0, 0, 0]);
    let provider = pact.start().await.unwrap();
    let port = provider.address().port();
    assert_eq!(provider.url(), format!("http://127.0.0.1:{port}"));
    client::get(&provider, "/a").await;
    provider.finish().await.unwrap();
}

fn one_interaction(folder: &Path) -> Pact {
    Pact::between("web", "orders")
        .output(folder)
        .when(get("/a"))
        .then(status(200))
}

#[tokio::test]
async fn generated_values_are_served_and_the_pact_holds_example_and_generator() {
    let folder = tempdir().unwrap();
    let mut ids = Vec::new();
    for seed in [1, 1, 2] {
        let provider = Pact::between("web", "orders")
            .output(folder.path())
            .seed(seed)
            .given("orders exist")
            .when(get(from_state("/orders/${id}", "/orders/7")))
            .then(status(200).json(json!({
                "id": generated("RandomInt", json!({ "min": 10, "max": 1_000_000 }), integer(7)),
                "self": generated(
                    "MockServerURL",
                    json!({ "example": "http://localhost/orders/7", "regex": ".*(/orders/7)$" }),
                    like("http://localhost/orders/7"),
                ),
            })))
            .start()
            .await
            .unwrap();
        let answer = send(&provider, "GET /orders/7", &[], "").await.json();
        assert_eq!(answer["self"], format!("{}/orders/7", provider.url()));
        ids.push(answer["id"].as_i64().unwrap());
        provider.finish().await.unwrap();
    }
    assert!(ids[0] == ids[1] && ids[1] != ids[2], "{ids:?}");

    let path = folder.path().join("web-orders.json");
    let written: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    let interaction = &written["interactions"][0];
    assert_eq!(interaction["request"]["path"], "/orders/7");
    assert_eq!(
        interaction["request"]["generators"],
        json!({ "path": {
            "type": "ProviderState", "expression": "/orders/${id}", "dataType": "STRING",
        } })
    );
    assert_eq!(interaction["response"]["body"]["content"]["id"], 7);
    let generator = &interaction["response"]["generators"]["body"]["$.id"];
    assert_eq!(
        *generator,
        json!({ "type": "RandomInt", "min": 10, "max": 1_000_000 })
    );
}
