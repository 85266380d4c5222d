//! How interactions are replayed.

use std::time::Duration;

use pactwork_provider::Verifier;

use crate::args;

/// How requests are sent, and how many at once.
#[derive(Debug)]
pub struct Plan {
    jobs: usize,
    timeout: Duration,
}

/// Checks the arguments.
pub fn plan(args: &args::Replay) -> Plan {
    Plan {
        jobs: usize::from(args.jobs),
        timeout: Duration::from_secs(args.timeout),
    }
}

/// Has the verifier do so.
pub fn apply(plan: &Plan, verifier: Verifier) -> Verifier {
    verifier.jobs(plan.jobs).timeout(plan.timeout)
}
