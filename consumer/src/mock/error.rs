use std::fmt;
use std::io;
use std::net::SocketAddr;

use pactwork_contract::RecordError;
use thiserror::Error;

use super::Report;
use crate::Problems;

/// A mock provider that did not start.
#[derive(Error)]
#[non_exhaustive]
pub enum StartError {
    /// The interactions make no sense.
    #[error("{0}")]
    Definition(Problems),
    /// Another process, or another mock provider, listens there.
    #[error(
        "port {} on {} is in use: stop what listens there, ask for another port, or for port 0 \
         to get a free one",
        .0.port(), .0.ip()
    )]
    PortInUse(SocketAddr),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {reason}")]
    Listen {
        /// The address that was asked for.
        address: SocketAddr,
        /// Why.
        reason: io::Error,
    },
    /// The operating system gives no thread or no event queue.
    #[error("cannot run a mock provider: {0}")]
    Run(io::Error),
}

/// Tests show what they unwrap or return through `Debug`, so that is the text as well.
impl fmt::Debug for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A mock provider whose pact was not recorded.
#[derive(Error)]
#[non_exhaustive]
pub enum FinishError {
    /// What the consumer did is not what the interactions say.
    #[error("{0}")]
    NotAsExpected(Box<Report>),
    /// All held, but the pact file could not be written.
    #[error("every interaction was used as it says, but the pact could not be recorded: {0}")]
    Record(#[from] RecordError),
    /// The mock provider's own thread ended before it was asked to.
    #[error("the mock provider ended before finish(): {0}")]
    Ended(String),
}

/// Tests show what they unwrap or return through `Debug`, so that is the text as well.
impl fmt::Debug for FinishError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
