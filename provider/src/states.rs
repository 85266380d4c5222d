//! Provider states: set up before an interaction, torn down after it.

mod command;
mod functions;
mod http;

use std::fmt;

use async_trait::async_trait;
use pactwork_contract::ProviderState;
use serde_json::{Map, Value, json};

use crate::causes::with_causes;

pub use command::CommandStates;
pub use functions::{StateFunctions, StateValues};
pub use http::HttpStates;

/// Brings the provider into a state, and out of it.
///
/// It is asked once for each state of each interaction: setup in the pact's
/// order before the interaction, teardown in the reverse order after it. For an
/// interaction without states it is not asked at all.
///
/// Any `Fn(&StateChange) -> Result<Map<String, Value>, StateError>` is one:
///
/// ```
/// use pactwork_provider::{StateAction, StateChange, StateError, Target, Verifier};
/// use serde_json::Map;
///
/// let states = |change: &StateChange<'_>| match (change.state.name.as_str(), change.action) {
///     ("order 7 exists", StateAction::Setup) => Ok(Map::new()),
///     (_, StateAction::Teardown) => Ok(Map::new()),
///     (other, _) => Err(StateError::new(format!("the provider knows no state \"{other}\""))),
/// };
/// let verifier = Verifier::new(Target::at("http://127.0.0.1:8080")).states(states);
/// # drop(verifier);
/// ```
#[async_trait]
pub trait StateHandler: Send + Sync {
    /// Changes the state and returns values by name for the interaction's
    /// generators; empty for none.
    ///
    /// # Errors
    /// A [`StateError`] says why it could not be done. The interaction is then
    /// one that could not be verified, never one that failed.
    async fn change(&self, change: &StateChange<'_>) -> Result<Map<String, Value>, StateError>;
}

/// One change that a [`StateHandler`] is asked for.
#[derive(Debug, Clone, Copy)]
pub struct StateChange<'a> {
    /// The state, with its parameters.
    pub state: &'a ProviderState,
    /// Into it or out of it.
    pub action: StateAction,
    /// Where the instance of the provider listens that is to be changed; `None` for a
    /// provider that serves no HTTP.
    pub base_url: Option<&'a str>,
    /// The number of that instance, from 1.
    pub instance: usize,
}

/// Into a state or out of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateAction {
    /// Before the interaction.
    Setup,
    /// After the interaction.
    Teardown,
}

impl StateAction {
    /// `setup` or `teardown`, as Pact's convention spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Setup => "setup",
            Self::Teardown => "teardown",
        }
    }
}

/// Why a state could not be set up or torn down. Any error becomes one by `?`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateError {
    message: String,
    pub(crate) connection_lost: bool,
}

impl StateError {
    /// This reason.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            connection_lost: false,
        }
    }

    /// The same with more to say.
    pub(crate) fn extended(mut self, more: &str) -> Self {
        self.message += more;
        self
    }
}

impl fmt::Display for StateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl<E: std::error::Error> From<E> for StateError {
    /// The error with its causes.
    fn from(error: E) -> Self {
        Self::new(with_causes(&error))
    }
}

#[async_trait]
impl<F> StateHandler for F
where
    F: Fn(&StateChange<'_>) -> Result<Map<String, Value>, StateError> + Send + Sync,
{
    async fn change(&self, change: &StateChange<'_>) -> Result<Map<String, Value>, StateError> {
        self(change)
    }
}

/// A change as Pact's convention writes it.
fn question(change: &StateChange<'_>) -> Value {
    json!({
        "state": change.state.name,
        "params": change.state.params,
        "action": change.action.as_str(),
    })
}
