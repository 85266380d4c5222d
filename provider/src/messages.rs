//! Messages: asked from the provider that would send them.

mod command;
mod functions;
mod http;
mod wire;

use std::fmt;

use async_trait::async_trait;
use bytes::Bytes;
use pactwork_contract::{MessageContents, ProviderState};
use serde_json::{Map, Value};

use crate::causes::with_causes;

pub use command::CommandMessages;
pub use functions::MessageFunctions;
pub use http::HttpMessages;

/// Has the provider's real code produce the messages that it would send.
#[async_trait]
pub trait MessageSource: Send + Sync {
    /// Produces the message that is wanted.
    ///
    /// # Errors
    /// A [`MessageError`] says why there is none. The interaction is then one
    /// that could not be verified, never one that failed.
    async fn produce(&self, wanted: &WantedMessage<'_>) -> Result<ProducedMessage, MessageError>;

    /// Answers a consumer's message (a synchronous message). A source that does
    /// not say otherwise cannot.
    ///
    /// # Errors
    /// As for [`produce`](Self::produce).
    async fn answer(
        &self,
        wanted: &WantedMessage<'_>,
        request: &MessageContents,
    ) -> Result<Answer, MessageError> {
        let _ = (wanted, request);
        Err(MessageError::new(
            "this message source produces messages but cannot answer any",
        ))
    }
}

/// The message that a [`MessageSource`] is asked for.
#[derive(Debug, Clone, Copy)]
pub struct WantedMessage<'a> {
    /// The consumer's description.
    pub description: &'a str,
    /// The states that the provider is in.
    pub provider_states: &'a [ProviderState],
    /// Where the instance of the provider listens that is asked; `None` for a provider
    /// that serves no HTTP.
    pub base_url: Option<&'a str>,
    /// The number of that instance, from 1.
    pub instance: usize,
}

/// A message as the provider would send it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ProducedMessage {
    /// The contents' bytes.
    pub contents: Bytes,
    /// The content type, if it is known.
    pub content_type: Option<String>,
    /// Metadata by name.
    pub metadata: Map<String, Value>,
}

impl ProducedMessage {
    /// A JSON message with content type `application/json` and no metadata.
    pub fn json(contents: &Value) -> Self {
        Self {
            contents: contents.to_string().into(),
            content_type: Some("application/json".into()),
            metadata: Map::new(),
        }
    }

    /// Adds metadata.
    #[must_use]
    pub fn metadata(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.metadata.insert(name.into(), value.into());
        self
    }
}

/// What the provider answers to a consumer's message.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// Every message, in order.
    All(Vec<ProducedMessage>),
    /// The first message; the transport does not tell whether there are more.
    First(ProducedMessage),
}

/// The content type that stands in a message's metadata.
fn content_type(metadata: &Map<String, Value>) -> Option<&str> {
    let known = |name: &str| {
        ["contentType", "Content-Type"]
            .iter()
            .any(|each| each.eq_ignore_ascii_case(name))
    };
    let (_, value) = metadata.iter().find(|(name, _)| known(name))?;
    value.as_str()
}

/// Why there is no message. Any error becomes one by `?`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageError {
    message: String,
    pub(crate) connection_lost: bool,
}

impl MessageError {
    /// This reason.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            connection_lost: false,
        }
    }
}

impl fmt::Display for MessageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl<E: std::error::Error> From<E> for MessageError {
    /// The error with its causes.
    fn from(error: E) -> Self {
        Self::new(with_causes(&error))
    }
}
