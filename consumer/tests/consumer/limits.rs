//! How often an interaction is to be requested.

use pactwork_consumer::{Pact, Times, get, post, status};
use pactwork_contract::read_file;
use tempfile::tempdir;

use crate::client;

/// Two requests with this answer to the second, and what `finish` says.
async fn asked(times: impl Into<Times>, requests: usize) -> (Vec<u16>, Result<(), String>) {
    let folder = tempdir().unwrap();
    let provider = Pact::between("web", "orders")
        .output(folder.path())
        .upon_receiving("a new order")
        .when(post("/orders"))
        .times(times)
        .then(status(201))
        .start()
        .await
        .unwrap();
    let mut answers = Vec::new();
    for _ in 0..requests {
        let answer = client::send(&provider, "POST /orders", &[], "").await;
        answers.push(answer.status.as_u16());
    }
    let finished = provider.finish().await;
    (
        answers,
        finished.map(drop).map_err(|error| error.to_string()),
    )
}

#[tokio::test]
async fn as_often_as_it_says_is_right() {
    for (times, requests) in [
        (Times::from(1), 1),
        (3.into(), 3),
        ((1..=2).into(), 1),
        ((1..=2).into(), 2),
        ((2..).into(), 5),
        ((0..).into(), 0),
        ((..=1).into(), 1),
    ] {
        let (answers, finished) = asked(times, requests).await;
        assert_eq!(answers, vec![201; requests], "{times}");
        assert_eq!(finished, Ok(()), "{times}");
    }
}

#[tokio::test]
async fn more_often_is_refused_and_told() {
    let (answers, finished) = asked(1, 3).await;
    assert_eq!(answers, [201, 500, 500]);
    let expected = "2 unexpected requests:\n  \
        - POST /orders (2 times)\n    came too often: \"a new order\" is expected once\n\n\
        Nothing was recorded.";
    let told = finished.unwrap_err();
    assert!(told.ends_with(expected), "{told}");
}

#[tokio::test]
async fn the_client_is_told_what_came_too_often() {
    let folder = tempdir().unwrap();
    let pact = Pact::between("web", "orders").output(folder.path());
    let pact = pact.when(get("/a")).times(..=1).then(status(200));
    let provider = pact.start().await.unwrap();
    client::get(&provider, "/a").await;
    let answer = client::get(&provider, "/a").await.json();
    assert_eq!(answer["too_often"]["interaction"], "\"GET /a\"");
    assert_eq!(answer["too_often"]["expected"], "at most once");
    let hint = "Let the client ask once less, or say .times(…) as often as it may.";
    assert_eq!(answer["hint"], hint);
    provider.finish().await.unwrap_err();
}

#[tokio::test]
async fn less_often_is_told() {
    for (times, requests, expected) in [
        (
            Times::from(2),
            1,
            "1 interaction requested too seldom:\n  \
             - \"a new order\": POST /orders (expected 2 times, came once)",
        ),
        (
            (2..).into(),
            0,
            "1 interaction never requested:\n  \
             - \"a new order\": POST /orders (expected at least 2 times)",
        ),
    ] {
        let (_, finished) = asked(times, requests).await;
        let told = finished.unwrap_err();
        assert!(told.contains(expected), "{told}");
    }
}

#[tokio::test]
async fn what_need_not_be_requested_is_recorded_only_if_it_was() {
    let folder = tempdir().unwrap();
    for (paths, recorded) in [(&["/a"][..], 1), (&["/a", "/health"], 2)] {
        let provider = Pact::between("web", "orders")
            .output(folder.path())
            .when(get("/health"))
            .times(0..)
            .then(status(200))
            .when(get("/a"))
            .then(status(200))
            .start()
            .await
            .unwrap();
        for path in paths {
            client::get(&provider, path).await;
        }
        let path = provider.finish().await.unwrap().pact.unwrap();
        let pact = read_file(&path).unwrap().pact;
        assert_eq!(pact.interactions.len(), recorded);
    }
}

#[tokio::test]
async fn interactions_that_share_a_request_are_used_up_in_order() {
    let folder = tempdir().unwrap();
    let pact = Pact::between("web", "jobs").output(folder.path());
    let provider = pact
        .given("the job is running")
        .when(get("/jobs/1"))
        .times(2)
        .then(status(202))
        .given("the job is done")
        .when(get("/jobs/1"))
        .times(1)
        .then(status(200))
        .start()
        .await
        .unwrap();
    let mut answers = Vec::new();
    for _ in 0..4 {
        answers.push(client::get(&provider, "/jobs/1").await.status.as_u16());
    }
    assert_eq!(answers, [202, 202, 200, 500]);
    provider.finish().await.unwrap_err();
}

#[test]
fn a_number_of_requests_that_cannot_be_is_a_problem() {
    let pact = Pact::between("web", "orders");
    let pact = pact
        .upon_receiving("a")
        .when(get("/"))
        .times(0)
        .then(status(200));
    assert_eq!(
        pact.start_blocking().unwrap_err().to_string(),
        "the definition cannot be used:\n  - \"a\": no number of requests is what .times(…) says"
    );
}
