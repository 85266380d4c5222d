use std::io;
use std::net::SocketAddr;

use thiserror::Error;

/// A server that did not start.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ListenError {
    /// Another process, or another server of this one, listens there.
    #[error(
        "port {} on {} is in use: stop what listens there, ask for another port, or for port 0 \
         to get a free one",
        .0.port(), .0.ip()
    )]
    PortInUse(SocketAddr),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {reason}")]
    Address {
        /// The address that was asked for.
        address: SocketAddr,
        /// Why.
        reason: io::Error,
    },
    /// The operating system gives no thread or no event queue.
    #[error("cannot run a server: {0}")]
    Run(io::Error),
}

/// A server that ended before it was asked to, for this reason.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the server ended before it was asked to: {0}")]
pub struct Ended(pub String);
