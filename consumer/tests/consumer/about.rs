//! What is said about an interaction beside what goes over the wire.

use pactwork_consumer::{InteractionBuilder, Pact, SpecificationVersion, get, status};
use serde_json::{Value, json};
use tempfile::tempdir;

use crate::client;

/// Says all there is to say.
fn all(interaction: InteractionBuilder) -> InteractionBuilder {
    interaction
        .pending()
        .comment("the first")
        .comment("the second")
        .comment_value("owner", json!({ "team": "orders" }))
        .reference("jira", "story", "SHOP-12")
        .reference("jira", "epic", "SHOP-1")
        .reference("openapi", "operationId", "getOrder")
        .tag("smoke")
        .key("order-7")
        .transport("http")
        .test_name("orders::gets_one")
}

fn expected() -> Value {
    json!({
        "pending": true,
        "key": "order-7",
        "transport": "http",
        "comments": {
            "text": ["the first", "the second"],
            "owner": { "team": "orders" },
            "references": {
                "jira": { "story": "SHOP-12", "epic": "SHOP-1" },
                "openapi": { "operationId": "getOrder" },
            },
            "tags": ["smoke"],
            "testname": "orders::gets_one",
        },
    })
}

fn assert_all(path: &std::path::Path) {
    let pact: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    for (member, expected) in expected().as_object().unwrap() {
        assert_eq!(&pact["interactions"][0][member], expected, "{pact:#}");
    }
}

#[tokio::test]
async fn what_is_said_about_an_http_interaction_is_recorded() {
    let folder = tempdir().unwrap();
    let pact = Pact::between("web", "orders").output(folder.path());
    let provider = all(pact.given("order 7 exists"))
        .when(get("/orders/7"))
        .then(status(200))
        .start()
        .await
        .unwrap();
    assert_eq!(client::get(&provider, "/orders/7").await.status, 200);
    assert_all(&provider.finish().await.unwrap().pact.unwrap());
}

#[test]
fn what_is_said_about_a_message_is_recorded() {
    let folder = tempdir().unwrap();
    let pact = Pact::between("web", "orders").output(folder.path());
    let path = all(pact.given("order 7 exists"))
        .message("OrderPlaced")
        .json(json!({ "id": 7 }))
        .verify(|_| Ok::<_, String>(()))
        .unwrap();
    assert_all(&path);

    let folder = tempdir().unwrap();
    let pact = Pact::between("web", "orders").output(folder.path());
    let path = pact
        .message("OrderPlaced")
        .json(json!({ "id": 7 }))
        .comment("after the name as well")
        .pending()
        .verify(|_| Ok::<_, String>(()))
        .unwrap();
    let text = std::fs::read_to_string(path).unwrap();
    assert!(text.contains("after the name as well"), "{text}");
}

#[test]
fn what_a_version_cannot_hold_is_told_before_the_test_runs() {
    let pact = Pact::between("web", "orders").specification(SpecificationVersion::V3);
    let error = all(pact.upon_receiving("a"))
        .when(get("/"))
        .then(status(200))
        .start_blocking()
        .unwrap_err()
        .to_string();
    for what in [
        "a pending interaction (needs version 4.0)",
        "comments (needs version 4.0)",
        "a transport (needs version 4.0)",
    ] {
        assert!(error.contains(what), "{error}");
    }

    let pact = Pact::between("web", "orders").specification(SpecificationVersion::V2);
    let error = pact
        .message("OrderPlaced")
        .json(json!({}))
        .verify(|_| -> Result<(), String> { panic!("the handler ran") })
        .unwrap_err()
        .to_string();
    assert!(error.contains("a message (needs version 3.0.0)"), "{error}");
}

#[test]
fn a_comment_that_has_a_word_of_its_own_is_a_problem() {
    for (name, word) in [
        ("text", ".comment(…)"),
        ("testname", ".test_name(…)"),
        ("references", ".reference(…)"),
        ("tags", ".tag(…)"),
    ] {
        let error = Pact::between("web", "orders")
            .upon_receiving("a")
            .comment_value(name, 1)
            .when(get("/"))
            .then(status(200))
            .start_blocking()
            .unwrap_err()
            .to_string();
        let expected = format!("the comment \"{name}\": it is said with {word}");
        assert!(error.contains(&expected), "{error}");
    }
}
