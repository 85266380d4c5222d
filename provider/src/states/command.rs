use std::path::PathBuf;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::{Map, Value};

use super::{StateChange, StateError, StateHandler};
use crate::command::{Asked, CommandLine};

/// Provider states by a command, one process for each change.
///
/// It gets `{"state": name, "params": {…}, "action": "setup"}` or `"teardown"` on
/// standard input, and the provider's base URL in `PACTWORK_BASE_URL`, its port in
/// `PORT`, the number of its instance in `PACTWORK_INSTANCE`. Status 0 says that it is
/// done; a JSON object on standard output gives values by name. Any other status is an
/// error that shows what it wrote to standard error. What it leaves running ends with it.
///
/// ```
/// use pactwork_provider::CommandStates;
///
/// let states = CommandStates::new("python3 contract_tests/states.py")
///     .environment([("DATABASE", "orders_{instance}")]);
/// # drop(states);
/// ```
#[derive(Debug, Clone)]
pub struct CommandStates(Asked);

impl CommandStates {
    /// This command, in the current folder; it may take 30 seconds for each change.
    pub fn new(command: impl Into<CommandLine>) -> Self {
        Self(Asked::of(command.into()))
    }

    /// The folder that it runs in.
    #[must_use]
    pub fn directory(mut self, directory: impl Into<PathBuf>) -> Self {
        self.0.directory = directory.into();
        self
    }

    /// Variables beside those inherited. `{port}` and `{instance}` in a value stand for
    /// those of the instance of the provider that is changed.
    #[must_use]
    pub fn environment<N: Into<String>, V: Into<String>>(
        mut self,
        variables: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        self.0.set_environment(variables);
        self
    }

    /// Each process may take this long; then it is killed with all that it started.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.0.timeout = timeout;
        self
    }
}

#[async_trait]
impl StateHandler for CommandStates {
    async fn change(&self, change: &StateChange<'_>) -> Result<Map<String, Value>, StateError> {
        let question = super::question(change);
        let wrote = self
            .0
            .ask(change.base_url, change.instance, &question)
            .await;
        let wrote = wrote.map_err(|error| StateError::new(error.to_string()))?;
        let text = String::from_utf8_lossy(&wrote);
        let text = text.trim();
        if text.is_empty() {
            return Ok(Map::new());
        }
        serde_json::from_str(text).map_err(|_| {
            let command = &self.0.command;
            let short: String = text.chars().take(200).collect();
            StateError::new(format!(
                "`{command}` wrote to standard output what is not a JSON object of values, \
                 nor nothing (anything else goes to standard error): {short}"
            ))
        })
    }
}
