//! Answers that fail or linger because the test asked for it.

use std::path::Path;
use std::time::{Duration, Instant};

use pactwork_consumer::{Fault, MockProvider, Pact, ResponseBuilder, get, post, status};
use serde_json::json;
use tempfile::tempdir;

use crate::client::{self, Client};
use crate::wire::exchange;

const REQUEST: &[u8] = b"GET /orders/7 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

fn provider(folder: &Path, response: ResponseBuilder) -> MockProvider {
    pact(folder, response).start_blocking().unwrap()
}

fn pact(folder: &Path, response: ResponseBuilder) -> Pact {
    Pact::between("web", "orders")
        .output(folder)
        .when(get("/orders/7"))
        .then(response)
}

#[test]
fn a_fault_is_what_arrives_on_the_socket_and_is_never_recorded() {
    for (fault, begins, holds, ends) in [
        (Fault::DropConnection, "", "", ""),
        (Fault::Status(503), "HTTP/1.1 503 ", "", "asked for"),
        (
            Fault::TruncateBody(2),
            "HTTP/1.1 200 OK\r\n",
            "\r\ncontent-length: 5\r\n",
            "\r\n\r\nse",
        ),
        (
            Fault::ContentLength(99),
            "HTTP/1.1 200 OK\r\n",
            "\r\ncontent-length: 99\r\n",
            "\r\n\r\nseven",
        ),
        (
            Fault::ContentLength(2),
            "HTTP/1.1 200 OK\r\n",
            "\r\ncontent-length: 2\r\n",
            "\r\n\r\nseven",
        ),
    ] {
        let folder = tempdir().unwrap();
        let provider = provider(folder.path(), status(200).text("seven").fault(fault));
        let answer = exchange(provider.address(), REQUEST);
        assert!(answer.starts_with(begins), "{fault:?}: {answer}");
        assert!(answer.contains(holds), "{fault:?}: {answer}");
        assert!(answer.ends_with(ends), "{fault:?}: {answer}");
        assert_eq!(
            answer.is_empty(),
            fault == Fault::DropConnection,
            "{answer}"
        );
        assert_eq!(provider.requests()[0].fault, Some(fault));

        let finished = provider.finish_blocking().unwrap();
        assert_eq!(finished.pact, None, "{fault:?}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        let report = finished.report.to_string();
        let expected = "web used every interaction with orders as it says.\n\n\
            1 interaction not recorded, for want of a whole answer:\n  - \"GET /orders/7\"";
        assert_eq!(report, expected, "{fault:?}");
    }
}

#[tokio::test]
async fn a_fault_of_one_interaction_keeps_no_other_from_being_recorded() {
    let folder = tempdir().unwrap();
    let pact = pact(folder.path(), status(200).fault(Fault::DropConnection));
    let pact = pact.when(post("/orders")).then(status(201));
    let provider = pact.start().await.unwrap();
    exchange(provider.address(), REQUEST);
    client::send(&provider, "POST /orders", &[], "").await;
    let path = provider.finish().await.unwrap().pact.unwrap();
    let written = pactwork_contract::read_file(&path).unwrap().pact;
    let descriptions = written.interactions.iter();
    let descriptions: Vec<_> = descriptions
        .map(|each| each.identity().to_string())
        .collect();
    assert_eq!(descriptions, ["\"POST /orders\""]);
}

#[tokio::test]
async fn a_client_that_tries_again_gets_the_response_and_the_pact_knows_no_fault() {
    let recorded = async |response: ResponseBuilder, requests: usize| {
        let folder = tempdir().unwrap();
        let provider = provider(folder.path(), response);
        let mut answers = Vec::new();
        for _ in 0..requests {
            let answer = exchange(provider.address(), REQUEST);
            answers.push(answer.get(9..12).unwrap_or_default().to_owned());
        }
        let finished = provider.finish().await.unwrap();
        let usage = &finished.report.interactions[0];
        assert_eq!((usage.times, usage.whole), (requests as u64, 1));
        (answers, std::fs::read(finished.pact.unwrap()).unwrap())
    };
    let response = || status(200).json(json!({ "id": 7 }));
    let (_, plain) = recorded(response(), 1).await;
    let failing = response()
        .fault_first(1, Fault::DropConnection)
        .fault_first(2, Fault::Status(503));
    let (answers, pact) = recorded(failing, 4).await;
    assert_eq!(answers, ["", "503", "503", "200"]);
    assert_eq!(pact, plain);
}

#[test]
fn a_client_that_does_not_try_again_is_told() {
    let folder = tempdir().unwrap();
    let response = status(200).fault_first(2, Fault::Status(503));
    let provider = provider(folder.path(), response);
    exchange(provider.address(), REQUEST);
    let error = provider.finish_blocking().unwrap_err().to_string();
    let expected = "web did not use orders as its interactions say.\n\n\
        1 interaction requested too seldom:\n\
        \x20 - \"GET /orders/7\" (expected at least 3 times, with 2 that fail at first, came once)\n\n\
        Nothing was recorded.";
    assert_eq!(error, expected);
}

#[test]
fn an_interaction_with_faults_has_its_turn_until_it_answered_whole() {
    let folder = tempdir().unwrap();
    let provider = Pact::between("web", "orders")
        .output(folder.path())
        .given("no order")
        .when(get("/orders/7"))
        .then(status(404).fault_first(1, Fault::Status(503)))
        .given("order 7 exists")
        .when(get("/orders/7"))
        .then(status(200))
        .start_blocking()
        .unwrap();
    for expected in ["503", "404", "200", "200"] {
        let answer = exchange(provider.address(), REQUEST);
        assert_eq!(&answer[9..12], expected);
    }
    provider.finish_blocking().unwrap();
}

#[test]
fn a_delay_and_a_slow_body_take_their_time_and_are_whole() {
    let delay = Duration::from_millis(60);
    for response in [
        status(200).text("seven").delay(delay),
        status(200).text("seven").slow_body(2, delay / 3),
    ] {
        let folder = tempdir().unwrap();
        let provider = provider(folder.path(), response);
        let start = Instant::now();
        let answer = exchange(provider.address(), REQUEST);
        assert!(start.elapsed() >= delay, "{:?}", start.elapsed());
        assert!(answer.contains("content-length: 5\r\n"), "{answer}");
        assert!(answer.ends_with("\r\n\r\nseven"), "{answer}");
        let finished = provider.finish_blocking().unwrap();
        assert!(finished.pact.is_some());
    }
}

/// A consumer's own timeout is tested this way.
#[tokio::test]
async fn a_client_that_gives_up_during_a_delay_is_not_recorded() {
    let folder = tempdir().unwrap();
    // Short enough to pass before the mock provider has ended, had it gone on.
    let delay = Duration::from_millis(500);
    let response = status(200).text("seven").delay(delay);
    let provider = pact(folder.path(), response).start().await.unwrap();
    let mut client = Client::of(&provider).await;
    let answer = client.send("GET /orders/7", &[], "");
    let impatient = tokio::time::timeout(Duration::from_millis(100), answer).await;
    assert!(impatient.is_err());
    drop(client);
    let finished = provider.finish().await.unwrap();
    assert_eq!(finished.pact, None);
    let usage = &finished.report.interactions[0];
    assert_eq!((usage.times, usage.whole), (1, 0));
}

#[test]
fn faults_that_would_be_none_are_told_before_the_test() {
    let folder = tempdir().unwrap();
    let error = pact(
        folder.path(),
        status(200)
            .text("seven")
            .fault_first(1, Fault::Status(99))
            .fault_first(1, Fault::TruncateBody(5))
            .fault(Fault::ContentLength(5))
            .slow_body(0, Duration::ZERO),
    )
    .start_blocking()
    .unwrap_err();
    let owner = "an interaction without a description: the response";
    let expected = format!(
        "the definition cannot be used:\n\
        \x20 - {owner}: Fault::Status(99) does not end an exchange; expected 200 to 999\n\
        \x20 - {owner}: Fault::TruncateBody(5) leaves nothing out: the body has 5 bytes\n\
        \x20 - {owner}: Fault::ContentLength(5) is no fault: the body has 5 bytes\n\
        \x20 - {owner}: .slow_body(0, …) would never end: say at least 1 byte"
    );
    assert_eq!(error.to_string(), expected);
}

/// First not there, then created, then there: two interactions share a request and
/// differ in their provider state, with another between them.
#[tokio::test]
async fn a_sequence_goes_on_however_it_interleaves() {
    let folder = tempdir().unwrap();
    let sequence = || {
        Pact::between("web", "orders")
            .output(folder.path())
            .given("no order 7")
            .when(get("/orders/7"))
            .then(status(404))
            .when(post("/orders"))
            .then(status(201))
            .given("order 7 exists")
            .when(get("/orders/7"))
            .then(status(200))
    };
    let provider = sequence().start().await.unwrap();
    let mut client = Client::of(&provider).await;
    for (line, expected) in [
        ("GET /orders/7", 404),
        ("POST /orders", 201),
        ("GET /orders/7", 200),
        ("GET /orders/7", 200),
    ] {
        assert_eq!(client.send(line, &[], "").await.status, expected);
    }
    provider.finish().await.unwrap();

    // What was not reached is named with the state that tells it from the other.
    let provider = sequence().start().await.unwrap();
    let mut client = Client::of(&provider).await;
    client.send("GET /orders/7", &[], "").await;
    client.send("POST /orders", &[], "").await;
    let error = provider.finish().await.unwrap_err().to_string();
    let expected = "1 interaction never requested:\n\
        \x20 - \"GET /orders/7\" given \"order 7 exists\"";
    assert!(error.contains(expected), "{error}");
}

/// However many ask at a time, each of a sequence answers once before the last one stays.
#[tokio::test(flavor = "multi_thread")]
async fn a_sequence_is_the_same_for_clients_that_ask_at_a_time() {
    const STATES: usize = 8;
    let folder = tempdir().unwrap();
    let mut pact = Pact::between("web", "orders").output(folder.path());
    for state in 0..STATES {
        let response = status(200).text(format!("{state}"));
        pact = pact
            .given(format!("state {state}"))
            .when(get("/orders/7"))
            .then(response);
    }
    let provider = std::sync::Arc::new(pact.start().await.unwrap());
    let asking = (0..STATES + 3).map(|_| {
        let provider = provider.clone();
        tokio::spawn(async move { client::get(&provider, "/orders/7").await.body })
    });
    let asking: Vec<_> = asking.collect();
    let mut bodies = Vec::new();
    for each in asking {
        let body = each.await.unwrap();
        bodies.push(String::from_utf8(body.to_vec()).unwrap());
    }
    bodies.sort();
    let expected = ["0", "1", "2", "3", "4", "5", "6", "7", "7", "7", "7"];
    assert_eq!(bodies, expected);
    let provider = std::sync::Arc::into_inner(provider).unwrap();
    provider.finish().await.unwrap();
}
