//! Whose socket it is that listens where the provider is expected.

#[cfg(target_os = "linux")]
mod linux;

use std::net::SocketAddr;

use super::Leader;

/// Who listens, as far as it can be found out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Listener {
    /// Nothing speaks against its being the provider: a process of it, or one that may
    /// listen on its behalf, as a container engine does for what it runs.
    Possible,
    /// Somebody else, in words.
    Foreign(String),
}

/// Finds out who listens at this address. Where that cannot be found out (on other
/// systems than Linux, or where other users' processes are hidden), whoever does is
/// possible.
pub(super) fn at(address: SocketAddr, leader: &Leader) -> Listener {
    #[cfg(target_os = "linux")]
    return linux::at(address, leader);
    #[cfg(not(target_os = "linux"))]
    {
        let _ = (address, leader);
        Listener::Possible
    }
}
