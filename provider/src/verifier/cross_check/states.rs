//! Provider states for the reference implementation, set by our handler.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use pact_models::provider_states::ProviderState as TheirState;
use pact_verifier::callback_executors::ProviderStateExecutor;
use pactwork_contract::ProviderState;
use serde_json::Value;

use crate::{StateAction, StateChange, StateHandler};

pub(super) struct States<'v> {
    pub(super) handler: Option<&'v dyn StateHandler>,
    pub(super) base_url: Option<&'v str>,
    /// The instance's number.
    pub(super) instance: usize,
    pub(super) teardown: bool,
}

#[async_trait]
impl ProviderStateExecutor for States<'_> {
    /// An interaction without states is announced by a state without a name, which nobody
    /// has to set.
    async fn call(
        self: Arc<Self>,
        _interaction: Option<String>,
        state: &TheirState,
        setup: bool,
        _client: Option<&reqwest::Client>,
    ) -> anyhow::Result<HashMap<String, Value>> {
        let Some(handler) = self.handler.filter(|_| !state.name.is_empty()) else {
            return Ok(HashMap::new());
        };
        let mut known = ProviderState::named(&state.name);
        known.params.extend(state.params.clone());
        let change = StateChange {
            state: &known,
            action: match setup {
                true => StateAction::Setup,
                false => StateAction::Teardown,
            },
            base_url: self.base_url,
            instance: self.instance,
        };
        let values = handler.change(&change).await;
        let values = values.map_err(|error| anyhow::Error::msg(error.to_string()))?;
        Ok(values.into_iter().collect())
    }

    fn teardown(&self) -> bool {
        self.handler.is_some() && self.teardown
    }
}

impl fmt::Debug for States<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("States")
            .field("base_url", &self.base_url)
            .finish_non_exhaustive()
    }
}
