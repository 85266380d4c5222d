use pactwork_contract::RecordError;
use std::fmt;
use thiserror::Error;

use super::Report;
use crate::Problems;
use crate::server::{Ended, ListenError};

/// A mock provider that did not start.
#[derive(Error)]
#[non_exhaustive]
pub enum StartError {
    /// The interactions make no sense.
    #[error("{0}")]
    Definition(Problems),
    /// It cannot listen where it should.
    #[error(transparent)]
    Listen(#[from] ListenError),
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
    #[error("the mock provider ended before finish(): {}", .0.0)]
    Ended(#[from] Ended),
}

/// Tests show what they unwrap or return through `Debug`, so that is the text as well.
impl fmt::Debug for FinishError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
