pub mod pacts;
pub mod processes;
pub mod server;
pub mod tls;

use pactwork_contract::{Outcome, Pact};
use pactwork_provider::{InteractionReport, Report, Target, Verifier};

/// Verifies one pact against a provider at this URL.
pub async fn verify(url: &str, pact: Pact) -> Report {
    run(Verifier::new(Target::at(url)), pact).await
}

pub async fn run(verifier: Verifier, pact: Pact) -> Report {
    verifier.run(&[pact], |_event| {}).await.unwrap()
}

/// The only interaction of the only pact.
pub fn only(report: &Report) -> &InteractionReport {
    assert_eq!(report.pacts.len(), 1);
    assert_eq!(report.pacts[0].interactions.len(), 1);
    &report.pacts[0].interactions[0]
}

#[track_caller]
pub fn assert_passed(report: &Report) {
    assert_eq!(report.outcome(), Outcome::Passed, "{report:#?}");
}

/// The only interaction could not be verified, for this reason.
#[track_caller]
pub fn could_not(report: &Report) -> &str {
    assert_eq!(report.outcome(), Outcome::CouldNotVerify, "{report:#?}");
    only(report).reason.as_deref().unwrap()
}

/// Where the only interaction's mismatches are.
pub fn places(report: &Report) -> Vec<&str> {
    let mismatches = only(report).mismatches.iter();
    mismatches.map(|each| each.path.as_str()).collect()
}
