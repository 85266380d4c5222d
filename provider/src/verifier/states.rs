//! Provider states around one interaction.

use pactwork_contract::{ProviderState, Warning};
use serde_json::{Map, Value};

use super::finding::Obstacle;
use super::instance::Instance;
use crate::{StateAction, StateChange, StateHandler};

/// The states that were set up for an interaction, in order.
pub(super) struct Entered<'a> {
    handler: Option<&'a dyn StateHandler>,
    instance: &'a Instance,
    states: &'a [ProviderState],
    /// What the handler returned, by name; a later state's value wins.
    pub(super) values: Map<String, Value>,
}

impl<'a> Entered<'a> {
    pub(super) fn nothing(handler: Option<&'a dyn StateHandler>, instance: &'a Instance) -> Self {
        Self {
            handler,
            instance,
            states: &[],
            values: Map::new(),
        }
    }

    /// Sets up one state after the other, up to the first that cannot be set up.
    pub(super) async fn set_up(&mut self, states: &'a [ProviderState]) -> Result<(), Obstacle> {
        let Some(handler) = self.handler else {
            return Ok(());
        };
        for (index, state) in states.iter().enumerate() {
            let action = StateAction::Setup;
            let values = handler.change(&self.change(state, action)).await;
            let values = values.map_err(|error| Obstacle::state(&state.name, &error))?;
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
        }
    }

    /// Tears down what was set up, in the reverse order. What cannot be torn
    /// down does not change what was found, so it is a warning.
    pub(super) async fn tear_down(self, warnings: &mut Vec<Warning>) {
        let Some(handler) = self.handler else { return };
        for (index, state) in self.states.iter().enumerate().rev() {
            let action = StateAction::Teardown;
            if let Err(error) = handler.change(&self.change(state, action)).await {
                let name = &state.name;
                warnings.push(Warning {
                    origin: String::new(),
                    path: format!("$.providerStates[{index}]"),
                    message: format!("the state \"{name}\" could not be torn down: {error}"),
                });
            }
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
