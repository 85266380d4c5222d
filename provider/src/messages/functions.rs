use std::collections::BTreeMap;
use std::fmt;

use async_trait::async_trait;
use pactwork_contract::{MessageContents, ProviderState};

use super::{Answer, MessageError, MessageSource, ProducedMessage, WantedMessage};

type Produce = dyn Fn(&[ProviderState]) -> Result<ProducedMessage, MessageError> + Send + Sync;
type Reply = dyn Fn(&MessageContents, &[ProviderState]) -> Result<Vec<ProducedMessage>, MessageError>
    + Send
    + Sync;

/// Rust functions that produce messages, by description: for a provider's own tests.
///
/// ```
/// use pactwork_provider::{MessageFunctions, ProducedMessage};
/// use serde_json::json;
///
/// let messages = MessageFunctions::new()
///     .message("TemplateDeleted", |_states| {
///         Ok(ProducedMessage::json(&json!({ "id": 7 })).metadata("topic", "templates"))
///     })
///     .reply("a price is asked for", |request, _states| {
///         let asked = request.contents.to_bytes();
///         Ok(vec![ProducedMessage::json(&json!({ "bytes": asked.len() }))])
///     });
/// # drop(messages);
/// ```
#[derive(Default)]
pub struct MessageFunctions {
    messages: BTreeMap<String, Box<Produce>>,
    replies: BTreeMap<String, Box<Reply>>,
}

impl MessageFunctions {
    /// No function yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The message with this description is what the function returns for the
    /// interaction's provider states. A second function for the same
    /// description replaces the first.
    #[must_use]
    pub fn message<F>(mut self, description: impl Into<String>, produce: F) -> Self
    where
        F: Fn(&[ProviderState]) -> Result<ProducedMessage, MessageError> + Send + Sync + 'static,
    {
        self.messages.insert(description.into(), Box::new(produce));
        self
    }

    /// The synchronous message with this description is answered by what the
    /// function returns for the consumer's message.
    #[must_use]
    pub fn reply<F>(mut self, description: impl Into<String>, reply: F) -> Self
    where
        F: Fn(&MessageContents, &[ProviderState]) -> Result<Vec<ProducedMessage>, MessageError>
            + Send
            + Sync
            + 'static,
    {
        self.replies.insert(description.into(), Box::new(reply));
        self
    }
}

impl fmt::Debug for MessageFunctions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MessageFunctions")
            .field("messages", &self.messages.keys())
            .field("replies", &self.replies.keys())
            .finish()
    }
}

#[async_trait]
impl MessageSource for MessageFunctions {
    async fn produce(&self, wanted: &WantedMessage<'_>) -> Result<ProducedMessage, MessageError> {
        match self.messages.get(wanted.description) {
            Some(produce) => produce(wanted.provider_states),
            None => Err(unknown("message", wanted, self.messages.keys())),
        }
    }

    async fn answer(
        &self,
        wanted: &WantedMessage<'_>,
        request: &MessageContents,
    ) -> Result<Answer, MessageError> {
        match self.replies.get(wanted.description) {
            Some(reply) => reply(request, wanted.provider_states).map(Answer::All),
            None => Err(unknown("reply", wanted, self.replies.keys())),
        }
    }
}

fn unknown<'a>(
    what: &str,
    wanted: &WantedMessage<'_>,
    known: impl Iterator<Item = &'a String>,
) -> MessageError {
    let known: Vec<_> = known.map(|name| format!("\"{name}\"")).collect();
    let known = match known.len() {
        0 => "none".into(),
        _ => known.join(", "),
    };
    let description = wanted.description;
    MessageError::new(format!(
        "no function is registered for the {what} \"{description}\"; registered: {known}"
    ))
}
