//! Which interactions are verified.

use pactwork_provider::Verifier;

use crate::args;

/// Which interactions are verified, and when no more.
#[derive(Debug)]
pub struct Plan {
    fail_fast: bool,
}

/// Checks the arguments.
pub fn plan(args: &args::Choice) -> Plan {
    Plan {
        fail_fast: args.fail_fast,
    }
}

/// Has the verifier do so.
pub fn apply(plan: &Plan, verifier: Verifier) -> Verifier {
    verifier.fail_fast(plan.fail_fast)
}
