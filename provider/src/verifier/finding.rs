//! What was found for one interaction, before it is reported.

use pactwork_contract::{Outcome, Warning};
use pactwork_matching::Mismatch;

use crate::http::HttpError;
use crate::{MessageError, StateError};

/// What a comparison found.
#[derive(Debug, Default)]
pub(super) struct Compared {
    pub(super) mismatches: Vec<Mismatch>,
    /// Why it failed, where no mismatch says so.
    pub(super) failure: Option<String>,
}

/// What keeps an interaction from being verified.
#[derive(Debug)]
pub(super) struct Obstacle {
    pub(super) reason: String,
    /// Whether somebody went away in the middle of a conversation.
    pub(super) connection_lost: bool,
}

/// What was found, and what was odd meanwhile.
#[derive(Debug)]
pub(super) struct Finding {
    pub(super) result: Result<Compared, Obstacle>,
    pub(super) warnings: Vec<Warning>,
}

impl Finding {
    pub(super) fn obstacle(reason: String) -> Self {
        Self {
            result: Err(reason.into()),
            warnings: Vec::new(),
        }
    }

    pub(super) fn outcome(&self) -> Outcome {
        match &self.result {
            Ok(compared) if compared.mismatches.is_empty() && compared.failure.is_none() => {
                Outcome::Passed
            }
            Ok(_) => Outcome::Failed,
            Err(_) => Outcome::CouldNotVerify,
        }
    }

    pub(super) fn connection_lost(&self) -> bool {
        matches!(&self.result, Err(obstacle) if obstacle.connection_lost)
    }
}

impl From<String> for Obstacle {
    fn from(reason: String) -> Self {
        Self {
            reason,
            connection_lost: false,
        }
    }
}

impl From<HttpError> for Obstacle {
    fn from(error: HttpError) -> Self {
        Self {
            reason: error.to_string(),
            connection_lost: error.is_connection_lost(),
        }
    }
}

impl From<MessageError> for Obstacle {
    fn from(error: MessageError) -> Self {
        Self {
            reason: error.to_string(),
            connection_lost: error.connection_lost,
        }
    }
}

impl Obstacle {
    /// A state that could not be set up.
    pub(super) fn state(name: &str, error: &StateError) -> Self {
        Self {
            reason: format!("the state \"{name}\" could not be set up: {error}"),
            connection_lost: error.connection_lost,
        }
    }
}
