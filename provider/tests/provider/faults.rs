//! Providers that do not answer, answer nonsense, hang or die.

use std::time::Duration;

use pactwork_contract::Outcome;
use pactwork_provider::{ProviderProcess, Target, Verifier};
use serde_json::json;

use crate::support::pacts::{get, http, pact};
use crate::support::processes::{entry_point, options};
use crate::support::server::{Request, Server, json};
use crate::support::{could_not, run, verify};

#[tokio::test]
async fn nobody_listens() {
    let report = verify("http://127.0.0.1:1", pact([http(get("/", json!({})))])).await;
    let reason = could_not(&report);
    assert!(reason.starts_with("cannot connect: "), "{reason}");
    assert!(reason.contains("refused"), "{reason}");
}

#[tokio::test]
async fn a_hang_ends_at_the_timeout_and_the_rest_goes_on() {
    let server = Server::start(|request: Request| async move {
        if request.path == "/hang" {
            std::future::pending::<()>().await;
        }
        json(json!({}))
    })
    .await;
    let verifier = Verifier::new(Target::at(&server.url)).timeout(Duration::from_millis(300));
    let report = run(
        verifier,
        pact([http(get("/hang", json!({}))), http(get("/", json!({})))]),
    )
    .await;
    let [hung, other] = &report.pacts[0].interactions[..] else {
        panic!("expected two interactions");
    };
    assert_eq!(hung.reason.as_deref(), Some("no answer within 300ms"));
    assert_eq!(hung.outcome, Outcome::CouldNotVerify);
    assert_eq!(other.outcome, Outcome::Passed);
}

#[tokio::test]
async fn a_provider_that_dies_half_way_is_noticed_and_the_rest_is_not_tried() {
    let process = ProviderProcess::start(options(entry_point("provider")))
        .await
        .unwrap();
    let verifier = Verifier::new(Target::process(&process));
    let echoed = |path: &str| http(get(path, json!({ "path": path })));
    let report = run(verifier, pact([echoed("/1"), echoed("/die"), echoed("/3")])).await;
    let [first, second, third] = &report.pacts[0].interactions[..] else {
        panic!("expected three interactions");
    };
    assert_eq!(report.outcome(), Outcome::CouldNotVerify);
    assert_eq!(first.outcome, Outcome::Passed);
    let reason = second.reason.as_deref().unwrap();
    assert!(
        reason
            .starts_with("the provider's process ended with exit status 7 during this interaction"),
        "{reason}"
    );
    assert_eq!(second.provider_output, ["out of memory, of all things"]);
    assert_eq!(
        third.reason.as_deref(),
        Some("not replayed: the provider's process had ended before with exit status 7")
    );
    let end = report.provider_ended.unwrap();
    assert_eq!(end.status, "exit status 7");
    assert_eq!(end.output.last().unwrap(), "out of memory, of all things");
}

#[tokio::test]
async fn what_the_provider_wrote_stands_with_the_interaction_that_failed() {
    let process = ProviderProcess::start(options(entry_point("provider")))
        .await
        .unwrap();
    let verifier = Verifier::new(Target::process(&process));
    let pact = pact([
        http(get("/1", json!({ "path": "/1" }))),
        http(get("/2", json!({ "path": "/other" }))),
    ]);
    let report = run(verifier, pact).await;
    let [passed, failed] = &report.pacts[0].interactions[..] else {
        panic!("expected two interactions");
    };
    assert!(passed.provider_output.is_empty());
    assert_eq!(failed.provider_output, ["asked for /2"]);
    assert!(report.provider_ended.is_none());
}
