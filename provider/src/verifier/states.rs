//! Provider states around one interaction.

use std::time::Duration;

use pactwork_contract::{ProviderState, Warning};
use serde_json::{Map, Value};
use tokio::time::sleep;

use super::exchange::Exchange;
use super::finding::Obstacle;
use super::instance::Instance;
use crate::{StateAction, StateChange, StateError, StateHandler};

/// The states that were set up for an interaction, in order.
pub(super) struct Entered<'a> {
    handler: Option<&'a dyn StateHandler>,
    rules: StateRules,
    instance: &'a Instance,
    states: &'a [ProviderState],
    /// What was only done at a later attempt.
    late: Vec<Warning>,
    /// What the handler returned, by name; a later state's value wins.
    pub(super) values: Map<String, Value>,
}

impl<'a> Entered<'a> {
    pub(super) fn nothing(exchange: Exchange<'a>) -> Self {
        let verifier = &exchange.run.verifier;
        Self {
            handler: verifier.states.as_deref(),
            rules: verifier.state_rules,
            instance: exchange.instance,
            states: &[],
            late: Vec::new(),
            values: Map::new(),
        }
    }

    /// Sets up one state after the other, up to the first that cannot be set up.
    pub(super) async fn set_up(&mut self, states: &'a [ProviderState]) -> Result<(), Obstacle> {
        let Some(handler) = self.handler else {
            return Ok(());
        };
        for (index, state) in states.iter().enumerate() {
            let change = self.change(state, StateAction::Setup);
            let changed = self.rules.attempt(handler, &change).await;
            let values = changed
                .result
                .map_err(|error| Obstacle::state(&state.name, &error))?;
            let late = changed.failed.map(|error| late(index, state, &error));
            self.late.extend(late);
            self.values.extend(values);
            self.states = &states[..=index];
        }
        Ok(())
    }

    fn change<'c>(&'c self, state: &'c ProviderState, action: StateAction) -> StateChange<'c> {
        StateChange {
            state,
            action,
            base_url: self.instance.base_url(),
            instance: self.instance.number,
        }
    }

    /// Tears down what was set up, in the reverse order. What cannot be torn
    /// down does not change what was found, so it is a warning.
    pub(super) async fn tear_down(self, warnings: &mut Vec<Warning>) {
        warnings.extend_from_slice(&self.late);
        let Some(handler) = self.handler.filter(|_| self.rules.teardown) else {
            return;
        };
        for (index, state) in self.states.iter().enumerate().rev() {
            let change = self.change(state, StateAction::Teardown);
            if let Err(error) = self.rules.attempt(handler, &change).await.result {
                let name = &state.name;
                let message = format!("the state \"{name}\" could not be torn down: {error}");
                warnings.push(warning(index, message));
            }
        }
    }
}

fn late(index: usize, state: &ProviderState, error: &StateError) -> Warning {
    let name = &state.name;
    let message =
        format!("the state \"{name}\" was set up at a later attempt only; before: {error}");
    warning(index, message)
}

fn warning(index: usize, message: String) -> Warning {
    Warning {
        origin: String::new(),
        path: format!("$.providerStates[{index}]"),
        message,
    }
}

/// How changes of states are asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct StateRules {
    /// Whether what was set up is torn down.
    pub(super) teardown: bool,
    /// How often a change that failed is asked for again.
    pub(super) retries: u32,
    /// How long is waited before.
    pub(super) pause: Duration,
}

/// What became of a change.
struct Changed {
    result: Result<Map<String, Value>, StateError>,
    /// Why the last attempt but one failed.
    failed: Option<StateError>,
}

impl Default for StateRules {
    fn default() -> Self {
        Self {
            teardown: true,
            retries: 0,
            pause: Duration::from_secs(1),
        }
    }
}

impl StateRules {
    async fn attempt(self, handler: &dyn StateHandler, change: &StateChange<'_>) -> Changed {
        let mut failed = None;
        for _ in 0..self.retries {
            match handler.change(change).await {
                Ok(values) => {
                    return Changed {
                        result: Ok(values),
                        failed,
                    };
                }
                Err(error) => failed = Some(error),
            }
            sleep(self.pause).await;
        }
        let result = handler.change(change).await;
        Changed {
            result: result.map_err(|error| self.every_attempt(error)),
            failed,
        }
    }

    fn every_attempt(self, error: StateError) -> StateError {
        match self.retries {
            0 => error,
            retries => error.extended(&format!(
                "; it was tried {} times, {:?} apart",
                u64::from(retries) + 1,
                self.pause
            )),
        }
    }
}

/// States that nobody can set.
pub(super) fn without_handler(states: &[ProviderState]) -> Warning {
    let names: Vec<_> = states.iter().map(|state| format!("\"{state}\"")).collect();
    Warning {
        origin: String::new(),
        path: "$.providerStates".into(),
        message: format!(
            "nothing is configured to set provider states, so the provider was not brought into {}; \
             configure where states are set if the provider depends on it",
            names.join(" and ")
        ),
    }
}
