use std::collections::BTreeMap;
use std::fmt;
use std::future::{Future, ready};
use std::pin::Pin;

use async_trait::async_trait;
use pactwork_contract::{MessageContents, ProviderState};

use super::{Answer, MessageError, MessageSource, ProducedMessage, WantedMessage};
use crate::names::unknown;

type Working<T> = Pin<Box<dyn Future<Output = Result<T, MessageError>> + Send>>;
type Produce = dyn Fn(&[ProviderState]) -> Working<ProducedMessage> + Send + Sync;
type Reply =
    dyn Fn(&MessageContents, &[ProviderState]) -> Working<Vec<ProducedMessage>> + Send + Sync;

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
///     })
///     .message_async("TemplateMoved", |states| async move {
///         let template = states.first().map(|state| state.params["id"].clone());
///         Ok(ProducedMessage::json(&json!({ "id": template })))
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
        let produce = move |states: &[ProviderState]| -> Working<ProducedMessage> {
            Box::pin(ready(produce(states)))
        };
        self.messages.insert(description.into(), Box::new(produce));
        self
    }

    /// The same with an async function.
    #[must_use]
    pub fn message_async<F, W>(mut self, description: impl Into<String>, produce: F) -> Self
    where
        F: Fn(Vec<ProviderState>) -> W + Send + Sync + 'static,
        W: Future<Output = Result<ProducedMessage, MessageError>> + Send + 'static,
    {
        let produce = move |states: &[ProviderState]| -> Working<ProducedMessage> {
            Box::pin(produce(states.to_vec()))
        };
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
        let reply = move |request: &MessageContents,
                          states: &[ProviderState]|
              -> Working<Vec<ProducedMessage>> {
            Box::pin(ready(reply(request, states)))
        };
        self.replies.insert(description.into(), Box::new(reply));
        self
    }

    /// The same with an async function.
    #[must_use]
    pub fn reply_async<F, W>(mut self, description: impl Into<String>, reply: F) -> Self
    where
        F: Fn(MessageContents, Vec<ProviderState>) -> W + Send + Sync + 'static,
        W: Future<Output = Result<Vec<ProducedMessage>, MessageError>> + Send + 'static,
    {
        let reply = move |request: &MessageContents,
                          states: &[ProviderState]|
              -> Working<Vec<ProducedMessage>> {
            Box::pin(reply(request.clone(), states.to_vec()))
        };
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
        let name = wanted.description;
        match self.messages.get(name) {
            Some(produce) => produce(wanted.provider_states).await,
            None => Err(MessageError::new(unknown(
                "message",
                name,
                self.messages.keys(),
            ))),
        }
    }

    async fn answer(
        &self,
        wanted: &WantedMessage<'_>,
        request: &MessageContents,
    ) -> Result<Answer, MessageError> {
        let name = wanted.description;
        match self.replies.get(name) {
            Some(reply) => Ok(Answer::All(reply(request, wanted.provider_states).await?)),
            None => Err(MessageError::new(unknown(
                "reply",
                name,
                self.replies.keys(),
            ))),
        }
    }
}
