//! How many files this process may open: each connection is one.

/// More connections than any test has, and little enough for the commands that we start:
/// some look at every file that they might have inherited.
#[cfg(unix)]
const MANY: u64 = 65_536;

/// Allows many: what is allowed at first is often 1,024, which is less than the clients
/// that a mock provider may have.
#[cfg(unix)]
pub fn allow_many() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let many = limit.maximum.map_or(MANY, |maximum| maximum.min(MANY));
    if limit.current.is_none_or(|current| current >= many) {
        return;
    }
    let raised = Rlimit {
        current: Some(many),
        ..limit
    };
    // Where it cannot be raised, connections beyond it wait, and the report says so.
    let _ = setrlimit(Resource::Nofile, raised);
}

/// Elsewhere there is no such limit.
#[cfg(not(unix))]
pub fn allow_many() {}
