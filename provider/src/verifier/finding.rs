//! What was found for one interaction, before it is reported.

use pactwork_contract::{Outcome, Warning};
use pactwork_matching::Mismatch;

use crate::http::HttpError;
use crate::{MessageError, RequestLine, StateError};

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
    pub(super) notes: Notes,
}

/// What there is to say beside what was found.
#[derive(Debug, Default)]
pub(super) struct Notes {
    pub(super) warnings: Vec<Warning>,
    /// The request as it was sent, where it is not the example.
    pub(super) request: Option<RequestLine>,
    /// Why the request was not the one that the pact asks for.
    pub(super) not_asked: Option<String>,
}

impl Notes {
    /// What was found, in the light of what was asked: an answer that does not match
    /// says nothing about the provider where another request was sent.
    pub(super) fn judge(&self, found: Result<Compared, Obstacle>) -> Result<Compared, Obstacle> {
        match (found, &self.not_asked) {
            (Ok(compared), Some(reason)) if !compared.holds() => {
                let first = compared.mismatches.first().map(ToString::to_string);
                let first = first.or(compared.failure).unwrap_or_default();
                let more = match compared.mismatches.len() {
                    0 | 1 => String::new(),
                    count => format!("; and {} more", count - 1),
                };
                Err(Obstacle::from(format!(
                    "{reason}, and the answer to it does not match: {first}{more}; \
                     let the provider state return the value"
                )))
            }
            (found, _) => found,
        }
    }
}

impl Compared {
    fn holds(&self) -> bool {
        self.mismatches.is_empty() && self.failure.is_none()
    }
}

impl Finding {
    pub(super) fn obstacle(reason: String) -> Self {
        Self {
            result: Err(reason.into()),
            notes: Notes::default(),
        }
    }

    pub(super) fn outcome(&self) -> Outcome {
        match &self.result {
            Ok(compared) if compared.holds() => Outcome::Passed,
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
