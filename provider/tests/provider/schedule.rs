//! What is replayed at the same time, and what is not.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use pactwork_contract::Interaction;
use pactwork_provider::{MessageFunctions, StateChange, Target, Verifier};
use serde_json::{Map, json};
use tokio::sync::Barrier;

use crate::support::pacts::{get, get_given, http, message, pact, sent};
use crate::support::server::{Request, Server, json};
use crate::support::{assert_passed, run};

/// How many requests a server had at the same time.
#[derive(Default)]
struct Crowd {
    now: AtomicUsize,
    most: AtomicUsize,
}

impl Crowd {
    fn enter(&self) {
        let now = self.now.fetch_add(1, SeqCst) + 1;
        self.most.fetch_max(now, SeqCst);
    }

    fn leave(&self) {
        self.now.fetch_sub(1, SeqCst);
    }
}

fn numbered(count: usize) -> impl Iterator<Item = Interaction> {
    (0..count).map(|number| http(get(&format!("/{number}"), json!({}))))
}

#[tokio::test]
async fn so_many_jobs_are_replayed_at_once_and_reported_in_order() {
    let crowd = Arc::new(Crowd::default());
    let gate = Arc::new(Barrier::new(4));
    let seen = Arc::clone(&crowd);
    // Nobody is answered before four have asked.
    let server = Server::start(move |_| {
        let (seen, gate) = (Arc::clone(&seen), Arc::clone(&gate));
        async move {
            seen.enter();
            gate.wait().await;
            seen.leave();
            json(json!({}))
        }
    })
    .await;
    let verifier = Verifier::new(Target::at(&server.url)).jobs(4);
    let report = run(verifier, pact(numbered(20))).await;
    assert_passed(&report);
    assert_eq!(crowd.most.load(SeqCst), 4);
    let reported: Vec<_> = report.pacts[0]
        .interactions
        .iter()
        .map(|each| each.description.clone())
        .collect();
    let expected: Vec<_> = (0..20).map(|number| format!("GET /{number}")).collect();
    assert_eq!(reported, expected);
}

#[tokio::test]
async fn one_job_keeps_the_order_of_the_pact() {
    let server = Server::always(json(json!({}))).await;
    let verifier = Verifier::new(Target::at(&server.url));
    assert_passed(&run(verifier, pact(numbered(20))).await);
    let seen: Vec<_> = server.seen().into_iter().map(|each| each.path).collect();
    let expected: Vec<_> = (0..20).map(|number| format!("/{number}")).collect();
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn interactions_with_states_are_replayed_alone_after_the_others() {
    let crowd = Arc::new(Crowd::default());
    let seen = Arc::clone(&crowd);
    let server = Server::start(move |_: Request| {
        let seen = Arc::clone(&seen);
        async move {
            seen.enter();
            tokio::task::yield_now().await;
            seen.leave();
            json(json!({}))
        }
    })
    .await;
    let stateful = |number: usize| http(get_given(&["s"], &format!("/s{number}"), json!({})));
    let interactions = (0..10).map(stateful).chain([http(get("/free", json!({})))]);
    let verifier = Verifier::new(Target::at(&server.url))
        .states(|_: &StateChange<'_>| Ok(Map::new()))
        .jobs(8);
    let report = run(verifier, pact(interactions)).await;
    assert_passed(&report);
    assert_eq!(crowd.most.load(SeqCst), 1);
    let paths: Vec<_> = server.seen().into_iter().map(|each| each.path).collect();
    assert_eq!(paths[0], "/free");
    assert_eq!(
        paths[1..],
        (0..10)
            .map(|number| format!("/s{number}"))
            .collect::<Vec<_>>()
    );
    assert_eq!(report.pacts[0].interactions[10].description, "GET /free");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_verification_may_run_in_a_task_of_its_own() {
    let server = Server::always(json(json!({}))).await;
    let verifier = Verifier::new(Target::at(&server.url)).jobs(4);
    let pacts = vec![pact(numbered(20))];
    let verifying = tokio::spawn(async move { verifier.run(&pacts, |_event| {}).await });
    assert_passed(&verifying.await.unwrap().unwrap());
}

#[tokio::test]
async fn a_panic_of_a_handler_reaches_whoever_verifies() {
    let server = Server::always(json(json!({}))).await;
    let messages = MessageFunctions::new().message("a", |_| panic!("of all things"));
    let verifier = Verifier::new(Target::at(&server.url))
        .messages(messages)
        .jobs(4);
    let pacts = vec![pact([sent(message("a", json!({})))])];
    let verifying = tokio::spawn(async move { verifier.run(&pacts, |_event| {}).await });
    let panic = verifying.await.unwrap_err().into_panic();
    assert_eq!(panic.downcast_ref(), Some(&"of all things"));
}
