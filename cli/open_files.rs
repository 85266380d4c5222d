//! How many files this process may open: each connection is one.

/// Allows as many as the system lets this process allow itself: what is allowed at first
/// is often 1,024, which is less than the clients that a mock provider may have.
#[cfg(unix)]
pub fn allow_all() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    // Where it is refused, connections wait, and the report says so.
    let _ = setrlimit(Resource::Nofile, raised);
}

/// Nothing limits it there.
#[cfg(not(unix))]
pub fn allow_all() {}
