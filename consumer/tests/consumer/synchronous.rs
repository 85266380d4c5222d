//! Synchronous messages: the consumer's real code sends the request and handles the responses.

use std::path::Path;

use pactwork_consumer::generators::random_integer;
use pactwork_consumer::matchers::{each_like, integer, regex, string};
use pactwork_consumer::{
    Message, Pact, SpecificationVersion, SynchronousExchange, SynchronousMessageBuilder, get,
    payload, status,
};
use pactwork_contract::{Interaction, read_file};
use serde_json::{Value, json};
use tempfile::tempdir;

fn prices(folder: &Path) -> SynchronousMessageBuilder {
    Pact::between("web", "prices")
        .output(folder)
        .given("ABC-1 is on sale")
        .synchronous_message("a request for prices")
        .request(
            payload()
                .json(json!({ "skus": each_like(regex("^[A-Z]{3}-[0-9]+$", "ABC-1")) }))
                .metadata("version", string("2")),
        )
        .response(json!({ "sku": "ABC-1", "price": integer(995) }))
        .response(payload().text("end").metadata("last", true))
}

/// The consumer's client: sends one request, and reads responses up to the last.
fn total(exchange: &SynchronousExchange, request: &Value) -> Result<i64, String> {
    let text = |error: &dyn std::fmt::Display| error.to_string();
    let request = Message::of_json(request).map_err(|error| text(&error))?;
    let request = request.with_metadata("version", "3");
    let answers = exchange.send(&request).map_err(|error| text(&error))?;
    let mut total = 0;
    for answer in answers {
        if answer.metadata.contains_key("last") {
            return Ok(total);
        }
        let price: Value = answer.json().map_err(|error| text(&error))?;
        total += price["price"].as_i64().ok_or("no price")?;
    }
    Err("there was no last response".into())
}

#[test]
fn an_exchange_that_holds_is_recorded() {
    let folder = tempdir().unwrap();
    let path = prices(folder.path())
        .verify(
            |exchange| match total(exchange, &json!({ "skus": ["XYZ-7", "ABC-2"] }))? {
                995 => Ok(()),
                other => Err(format!("{other}")),
            },
        )
        .unwrap();
    let pact = read_file(&path).unwrap().pact;
    let Interaction::SynchronousMessage(message) = &pact.interactions[0] else {
        panic!("{pact:?}");
    };
    assert_eq!(message.common.description, "a request for prices");
    assert_eq!(message.common.provider_states[0].name, "ABC-1 is on sale");
    assert_eq!(message.request.metadata["version"], "2");
    assert!(!message.request.matching_rules.is_empty());
    assert_eq!(message.responses.len(), 2);
    assert_eq!(message.responses[1].contents.to_bytes(), &b"end"[..]);
}

#[tokio::test]
async fn async_code_is_awaited_and_may_own_the_exchange() {
    let folder = tempdir().unwrap();
    prices(folder.path())
        .verify_async(async |exchange: &SynchronousExchange| {
            let exchange = exchange.clone();
            let client =
                tokio::spawn(async move { total(&exchange, &json!({ "skus": ["ABC-1"] })) });
            client.await.unwrap()
        })
        .await
        .unwrap();
}

#[test]
fn another_request_fails_the_test_whatever_the_consumer_makes_of_it() {
    let folder = tempdir().unwrap();
    let error = prices(folder.path())
        .verify(|exchange| {
            let request = json!({ "skus": ["abc"], "currency": "EUR" });
            let _ = total(exchange, &request);
            Ok::<_, String>(())
        })
        .unwrap_err()
        .to_string();
    assert_eq!(
        error,
        "the consumer sent another request than \"a request for prices\" given \"ABC-1 is on sale\" expects:\
         \n      - $.skus[0]: expected a value matching /^[A-Z]{3}-[0-9]+$/, but found \"abc\"\
         \n      - $.currency: expected nothing, but found \"EUR\"\
         \nNothing was recorded."
    );
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_request_that_is_never_sent_fails_the_test() {
    let folder = tempdir().unwrap();
    let error = prices(folder.path())
        .verify(|_| Ok::<_, String>(()))
        .unwrap_err()
        .to_string();
    assert!(
        error
            .starts_with("the consumer did not send the request of \"a request for prices\" given"),
        "{error}"
    );
}

#[test]
fn what_the_consumer_returns_as_error_fails_the_test() {
    let folder = tempdir().unwrap();
    let error = prices(folder.path())
        .verify(|exchange| {
            total(exchange, &json!({ "skus": ["ABC-1"] }))?;
            Err::<(), _>("too expensive".to_owned())
        })
        .unwrap_err()
        .to_string();
    assert_eq!(
        error,
        "the consumer's handler did not accept the responses of \"a request for prices\" given \
         \"ABC-1 is on sale\": too expensive\nNothing was recorded."
    );
}

#[test]
fn responses_have_generated_values_and_the_pact_the_example() {
    let folder = tempdir().unwrap();
    let mut seen = Vec::new();
    for seed in [1, 2] {
        let path = Pact::between("web", "dice")
            .output(folder.path())
            .seed(seed)
            .synchronous_message("a throw")
            .request(json!({}))
            .response(json!({ "eyes": random_integer(1..=1_000_000, 6) }))
            .verify(|exchange| {
                let request = Message::of("application/json", *b"{}");
                let answers = exchange.send(&request).map_err(|error| error.to_string())?;
                let answer: Value = answers[0].json().map_err(|error| error.to_string())?;
                seen.push(answer["eyes"].clone());
                Ok::<_, String>(())
            })
            .unwrap();
        let pact = std::fs::read_to_string(path).unwrap();
        assert!(pact.contains("\"eyes\": 6"), "{pact}");
    }
    assert_ne!(seen[0], seen[1]);
}

#[test]
fn what_makes_no_sense_is_told_before_the_consumer_runs() {
    let pact = || Pact::between("web", "prices");
    let http = pact().when(get("/")).then(status(200));
    let v3 = pact().specification(SpecificationVersion::V3);
    for (message, expected) in [
        (
            pact().synchronous_message("a").response(json!({})),
            "the synchronous message \"a\": it has no request; say it with .request(…)",
        ),
        (
            pact()
                .synchronous_message("a")
                .request(json!({ "id": regex("^x$", "y") })),
            "the synchronous message \"a\": the request: the example does not keep its own matcher: $.id: ",
        ),
        (
            pact()
                .synchronous_message("a")
                .request(json!({}))
                .response(json!({}))
                .response(json!({ "id": regex("^x$", "y") })),
            "the synchronous message \"a\": response 2: the example does not keep its own matcher: $.id: ",
        ),
        (
            http.synchronous_message("a").request(json!({})),
            "the synchronous message \"a\": HTTP interactions before it in this chain need a mock provider",
        ),
        (
            v3.synchronous_message("a").request(json!({})),
            "a synchronous message (needs version 4.0)",
        ),
        (
            pact()
                .message("b")
                .json(json!({}))
                .given("c")
                .synchronous_message("a")
                .request(json!({})),
            "the message \"b\": no handler gets it: end its chain with .verify(…)",
        ),
    ] {
        let error = message
            .verify(|_| -> Result<(), String> { panic!("the consumer ran") })
            .unwrap_err()
            .to_string();
        assert!(error.contains(expected), "{error}");
    }
}
