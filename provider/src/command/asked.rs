use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;

use super::{Call, CallError, CommandLine, Placeholders, port_of};
use crate::http::TIMEOUT;

/// A command that is asked for something, in a process of its own each time.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) command: CommandLine,
    pub(crate) directory: PathBuf,
    pub(crate) timeout: Duration,
    environment: Vec<(String, String)>,
}

impl Asked {
    pub(crate) fn of(command: CommandLine) -> Self {
        Self {
            command,
            directory: ".".into(),
            timeout: TIMEOUT,
            environment: Vec::new(),
        }
    }

    pub(crate) fn set_environment<N: Into<String>, V: Into<String>>(
        &mut self,
        variables: impl IntoIterator<Item = (N, V)>,
    ) {
        let variables = variables.into_iter();
        let variables = variables.map(|(name, value)| (name.into(), value.into()));
        self.environment = variables.collect();
    }

    /// What it writes to standard output when it is asked this about an instance of the
    /// provider.
    pub(crate) async fn ask(
        &self,
        base_url: Option<&str>,
        instance: usize,
        question: &Value,
    ) -> Result<Vec<u8>, CallError> {
        let placeholders = Placeholders {
            port: base_url.and_then(port_of),
            instance,
        };
        let command = self.command.filled(placeholders);
        let call = Call {
            command: &command,
            directory: self.directory.clone(),
            environment: placeholders.variables_at(&self.environment, base_url),
            input: format!("{question}\n").into_bytes(),
            timeout: Some(self.timeout),
        };
        call.run().await
    }
}
