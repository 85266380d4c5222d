use std::path::PathBuf;
use std::time::Duration;

use async_trait::async_trait;
use pactwork_contract::MessageContents;

use super::{Answer, MessageError, MessageSource, ProducedMessage, WantedMessage, wire};
use crate::command::{Asked, CommandLine};

/// Messages from a command, one process for each.
///
/// It gets on standard input what [`HttpMessages`](crate::HttpMessages) send:
/// `{"description": …, "providerStates": [{"name", "params"}]}`, for a synchronous
/// message with `"request"` as a version 4 pact writes it; and the provider's base URL in
/// `PACTWORK_BASE_URL`, its port in `PORT`, the number of its instance in
/// `PACTWORK_INSTANCE`. It writes the message to standard output as version 4 of the
/// specification has it, `{"contents": {"content": {"id": 7}}, "metadata": {"topic":
/// "orders"}}`, or an array of such for the answers to a synchronous message. A status
/// other than 0 is an error that shows what it wrote to standard error.
///
/// ```
/// use pactwork_provider::CommandMessages;
///
/// let messages = CommandMessages::new("python3 contract_tests/message.py")
///     .environment([("DATABASE", "orders_{instance}")]);
/// # drop(messages);
/// ```
#[derive(Debug, Clone)]
pub struct CommandMessages(Asked);

impl CommandMessages {
    /// This command, in the current folder; it may take 30 seconds for each message.
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
    /// those of the instance of the provider that is asked.
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

    async fn ask(
        &self,
        wanted: &WantedMessage<'_>,
        request: Option<&MessageContents>,
    ) -> Result<Vec<ProducedMessage>, MessageError> {
        let question = wire::question(wanted, request);
        let wrote = self
            .0
            .ask(wanted.base_url, wanted.instance, &question)
            .await;
        let wrote = wrote.map_err(|error| MessageError::new(error.to_string()))?;
        wire::read(&wrote).map_err(|reason| self.unusable(&reason))
    }

    fn unusable(&self, reason: &str) -> MessageError {
        let command = &self.0.command;
        MessageError::new(format!(
            "what `{command}` wrote to standard output is no message: {reason}"
        ))
    }
}

#[async_trait]
impl MessageSource for CommandMessages {
    async fn produce(&self, wanted: &WantedMessage<'_>) -> Result<ProducedMessage, MessageError> {
        let messages = self.ask(wanted, None).await?;
        wire::only(messages).map_err(|reason| self.unusable(&reason))
    }

    async fn answer(
        &self,
        wanted: &WantedMessage<'_>,
        request: &MessageContents,
    ) -> Result<Answer, MessageError> {
        self.ask(wanted, Some(request)).await.map(Answer::All)
    }
}
