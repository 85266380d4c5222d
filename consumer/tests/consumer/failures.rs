//! The texts of tests that fail.

use pactwork_consumer::matchers::{integer, like};
use pactwork_consumer::{MockOptions, MockProvider, Pact, get, post, status};
use serde_json::json;
use tempfile::tempdir;

use crate::client::{self, send};

fn orders() -> Pact {
    Pact::between("web", "orders")
        .given("order 7 exists")
        .upon_receiving("a request for order 7")
        .when(get("/orders/7").header("Accept", "application/json"))
        .then(status(200).json(json!({ "id": integer(7) })))
        .upon_receiving("a new order")
        .when(post("/orders").json(json!({ "sku": like("ABC-1"), "amount": integer(2) })))
        .then(status(201))
}

#[tokio::test]
async fn interactions_never_requested_are_listed() {
    let folder = tempdir().unwrap();
    let provider = orders().output(folder.path()).start().await.unwrap();
    let error = provider.finish().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "web did not use orders as its interactions say.\n\
         \n\
         2 interactions never requested:\n\
         \x20 - \"a request for order 7\" given \"order 7 exists\": GET /orders/7\n\
         \x20 - \"a new order\": POST /orders\n\
         \n\
         Nothing was recorded."
    );
    assert_eq!(format!("{error:?}"), error.to_string());
    let left = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(left, 0, "nothing is written");
}

#[tokio::test]
async fn unexpected_requests_are_listed_with_the_nearest_interaction() {
    let folder = tempdir().unwrap();
    let provider = orders().output(folder.path()).start().await.unwrap();
    let accept = ["Accept: application/json"];
    assert_eq!(
        send(&provider, "GET /orders/7", &accept, "").await.status,
        200
    );
    for _ in 0..2 {
        assert_eq!(client::get(&provider, "/orders/8").await.status, 500);
    }
    let json = ["Content-Type: application/json"];
    let wrong = r#"{"sku":"XYZ-9","amount":"two"}"#;
    assert_eq!(
        send(&provider, "POST /orders", &json, wrong).await.status,
        500
    );
    let error = provider.finish().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "web did not use orders as its interactions say.\n\
         \n\
         3 unexpected requests:\n\
         \x20 - GET /orders/8 (2 times)\n\
         \x20   nearest interaction: \"a request for order 7\" given \"order 7 exists\": GET /orders/7\n\
         \x20     - path: expected \"/orders/7\", but found \"/orders/8\"\n\
         \x20     - header Accept: expected \"application/json\", but it is missing\n\
         \x20 - POST /orders\n\
         \x20   nearest interaction: \"a new order\": POST /orders\n\
         \x20     - $.amount: expected an integer like 2, but found the string \"two\"\n\
         \n\
         1 interaction never requested:\n\
         \x20 - \"a new order\": POST /orders\n\
         \n\
         Nothing was recorded."
    );
}

#[tokio::test]
async fn the_client_gets_the_diagnosis_as_json() {
    let folder = tempdir().unwrap();
    let provider = orders().output(folder.path()).start().await.unwrap();
    let json = ["Content-Type: application/json"];
    let answer = send(&provider, "POST /orders?x=1", &json, r#"{"sku":"XYZ-9"}"#).await;
    assert_eq!(answer.status, 500);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(
        answer.json(),
        json!({
            "error": "the mock provider does not expect this request",
            "request": "POST /orders?x=1",
            "times": 1,
            "nearest": {
                "interaction": "\"a new order\"",
                "expects": "POST /orders",
                "differences": [
                    "query x: expected nothing, but found \"1\"",
                    "$.amount: expected an integer like 2, but it is missing"
                ],
                "mismatches": [
                    {
                        "part": "query", "path": "x", "difference": "unexpected", "rule": "equality",
                        "expected": null, "actual": "1"
                    },
                    {
                        "part": "body", "path": "$.amount", "difference": "missing", "rule": "integer",
                        "expected": 2, "actual": null
                    }
                ],
                "further_mismatches": 0
            },
            "hint": "The query differs: let the client send it as the interaction says, or say it with \
                     .query(name, value), with a matcher where it may vary."
        })
    );
    provider.finish().await.unwrap_err();
}

#[tokio::test]
async fn a_mock_provider_without_interactions_expects_nothing() {
    let pact = pactwork_contract::Pact::between("web", "orders");
    let provider = MockProvider::serve(pact.clone(), MockOptions::default())
        .await
        .unwrap();
    let answer = client::get(&provider, "/orders/7").await;
    assert_eq!(
        answer.json()["hint"],
        "Define an interaction with .when(…).then(…) before the mock provider is started."
    );
    let error = provider.finish().await.unwrap_err().to_string();
    let expected =
        "1 unexpected request:\n  - GET /orders/7\n    there is no HTTP interaction to answer it";
    assert!(error.contains(expected), "{error}");

    let folder = tempdir().unwrap();
    let options = MockOptions::default().output(folder.path());
    let quiet = MockProvider::serve(pact, options).await.unwrap();
    let finished = quiet.finish().await.unwrap();
    assert_eq!(finished.pact, None);
}

#[tokio::test]
async fn long_values_are_cut_in_the_diagnosis() {
    let folder = tempdir().unwrap();
    let provider = orders().output(folder.path()).start().await.unwrap();
    let json = ["Content-Type: application/json"];
    let long = format!(r#"{{"sku":"a","amount":"{}"}}"#, "x".repeat(1_000_000));
    let answer = send(&provider, "POST /orders", &json, long).await;
    assert!(answer.body.len() < 2_000, "{}", answer.body.len());
    let actual = &answer.json()["nearest"]["mismatches"][0]["actual"];
    assert!(
        actual.as_str().unwrap().ends_with("x… (1000000 bytes)"),
        "{actual}"
    );
    provider.finish().await.unwrap_err();
}

#[cfg(unix)]
#[tokio::test]
async fn a_folder_that_cannot_be_written_is_a_sentence() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("pacts");
    std::fs::write(&file, "a file, not a folder").unwrap();
    let pact = Pact::between("web", "orders").output(&file);
    let pact = pact.when(get("/a")).then(status(200));
    let provider = pact.start().await.unwrap();
    client::get(&provider, "/a").await;
    let error = provider.finish().await.unwrap_err().to_string();
    let expected = format!(
        "every interaction was used as it says, but the pact could not be recorded: cannot write {}: ",
        file.display()
    );
    assert!(error.starts_with(&expected), "{error}");
}

#[tokio::test]
async fn long_texts_stand_below_each_other_and_alike_differences_together() {
    let folder = tempdir().unwrap();
    let note = "Please leave the parcel with the neighbours in the second house on the left";
    let lines: Vec<_> = (0..30).map(|number| json!({ "sku": number })).collect();
    let pact = Pact::between("web", "orders").output(folder.path());
    let pact = pact.upon_receiving("a new order").when(
        post("/orders")
            .json(json!({ "note": format!("{note} side."), "lines": lines, "userId": 7 })),
    );
    let provider = pact.then(status(201)).start().await.unwrap();
    let wrong: Vec<_> = (1..31).map(|number| json!({ "sku": number })).collect();
    let body = json!({ "note": format!("{note} hand."), "lines": wrong, "userID": 7 }).to_string();
    let json = ["Content-Type: application/json"];
    let answer = send(&provider, "POST /orders", &json, body).await;
    assert_eq!(answer.json()["nearest"]["further_mismatches"], 13);
    let error = provider.finish().await.unwrap_err().to_string();
    let expected = "\
        1 unexpected request:\n\
        \x20 - POST /orders\n\
        \x20   nearest interaction: \"a new order\": POST /orders\n\
        \x20     - $.lines[0].sku … $.lines[29].sku: expected 0, but found 1 (the first of 30)\n\
        \x20     - $.note: the texts differ\n\
        \x20         expected: \"Please leave the parcel with the neighbours in the second house on the left side.\"\n\
        \x20         found:    \"Please leave the parcel with the neighbours in the second house on the left hand.\"\n\
        \x20                                                                                                ^^^^\n\
        \x20     - $.userId: expected 7, but it is missing; there is a key \"userID\"\n\
        \x20     - $.userID: expected nothing, but found 7\n";
    assert!(error.contains(expected), "{error}");
}
