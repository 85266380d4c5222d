use std::fmt;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Body, Generators, MatchingRules};

/// Header names as written, each with its values in order.
pub type Headers = IndexMap<String, Vec<String>>;

/// Query parameters, decoded, each with its values in order; a parameter
/// without `=` has the value `None`.
pub type Query = IndexMap<String, Vec<Option<String>>>;

/// One thing a consumer relies on.
#[derive(Debug, Clone, PartialEq)]
pub enum Interaction {
    /// A request and its response (`Synchronous/HTTP`).
    Http(Box<HttpInteraction>),
    /// A message that the provider sends unasked (`Asynchronous/Messages`).
    AsynchronousMessage(Box<AsynchronousMessage>),
    /// A message and the messages that answer it (`Synchronous/Messages`).
    SynchronousMessage(Box<SynchronousMessage>),
}

impl Interaction {
    /// What every type of interaction has.
    pub fn common(&self) -> &Common {
        match self {
            Self::Http(interaction) => &interaction.common,
            Self::AsynchronousMessage(message) => &message.common,
            Self::SynchronousMessage(message) => &message.common,
        }
    }

    /// Which of the three types this is.
    pub fn interaction_type(&self) -> InteractionType {
        match self {
            Self::Http(_) => InteractionType::Http,
            Self::AsynchronousMessage(_) => InteractionType::AsynchronousMessage,
            Self::SynchronousMessage(_) => InteractionType::SynchronousMessage,
        }
    }

    /// What tells this interaction from every other one of the same pact.
    pub fn identity(&self) -> Identity<'_> {
        let common = self.common();
        Identity {
            interaction_type: self.interaction_type(),
            description: &common.description,
            provider_states: &common.provider_states,
        }
    }
}

/// The types of interaction, as version 4 of the specification names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InteractionType {
    /// `Asynchronous/Messages`
    AsynchronousMessage,
    /// `Synchronous/HTTP`
    Http,
    /// `Synchronous/Messages`
    SynchronousMessage,
}

impl InteractionType {
    /// The type as a version 4 pact file spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AsynchronousMessage => "Asynchronous/Messages",
            Self::Http => "Synchronous/HTTP",
            Self::SynchronousMessage => "Synchronous/Messages",
        }
    }

    /// The type that a version 4 pact file spells so.
    pub fn from_name(name: &str) -> Option<Self> {
        [
            Self::AsynchronousMessage,
            Self::Http,
            Self::SynchronousMessage,
        ]
        .into_iter()
        .find(|each| each.as_str() == name)
    }
}

/// What identifies an interaction within its pact: type, description and the
/// provider states with their parameters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Identity<'a> {
    /// HTTP, asynchronous or synchronous message.
    pub interaction_type: InteractionType,
    /// The consumer's description.
    pub description: &'a str,
    /// The states that the provider has to be in.
    pub provider_states: &'a [ProviderState],
}

impl fmt::Display for Identity<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.description)?;
        for (index, state) in self.provider_states.iter().enumerate() {
            f.write_str(if index == 0 { " given " } else { " and " })?;
            write!(f, "\"{state}\"")?;
        }
        Ok(())
    }
}

/// What every type of interaction has.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Common {
    /// What the interaction is for, in the consumer's words.
    pub description: String,
    /// The states that the provider has to be in, in the order of setting them.
    pub provider_states: Vec<ProviderState>,
    /// The interaction's key (version 4).
    pub key: Option<String>,
    /// Whether a failing verification of it is to be reported without failing (version 4).
    pub pending: bool,
    /// Comments (version 4).
    pub comments: Map<String, Value>,
    /// The transport, such as `http` or `grpc` (version 4).
    pub transport: Option<String>,
    /// Members that this version does not know, plugin data among them, and below
    /// the name of a known member what is not known within it; written back.
    pub extra: Map<String, Value>,
}

/// A state that the provider has to be in for an interaction.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ProviderState {
    /// The state's name: "order 7 exists".
    pub name: String,
    /// Parameters by name; empty for none.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub params: Map<String, Value>,
}

impl ProviderState {
    /// A state without parameters.
    pub fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            params: Map::new(),
        }
    }
}

impl fmt::Display for ProviderState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        if self.params.is_empty() {
            return Ok(());
        }
        write!(f, " {}", Value::Object(self.params.clone()))
    }
}

/// A request that the consumer makes and the response it relies on.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct HttpInteraction {
    /// Description, states and the rest.
    pub common: Common,
    /// What the consumer sends.
    pub request: Request,
    /// What the provider answers.
    pub response: Response,
}

/// A message that the provider sends unasked: an event.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AsynchronousMessage {
    /// Description, states and the rest.
    pub common: Common,
    /// The message.
    pub message: MessageContents,
}

/// A message that the consumer sends and the messages that answer it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SynchronousMessage {
    /// Description, states and the rest.
    pub common: Common,
    /// What the consumer sends.
    pub request: MessageContents,
    /// What the provider answers, in order.
    pub responses: Vec<MessageContents>,
}

/// An expected HTTP request.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// The method, in upper case.
    pub method: String,
    /// The path, as it stands in the pact (not decoded).
    pub path: String,
    /// The query's parameters.
    pub query: Query,
    /// The headers.
    pub headers: Headers,
    /// The body.
    pub body: Body,
    /// Rules that replace equality.
    pub matching_rules: MatchingRules,
    /// Generators of values.
    pub generators: Generators,
    /// Members that this version does not know, and below the name of a known
    /// member what is not known within it; written back.
    pub extra: Map<String, Value>,
}

impl Default for Request {
    /// `GET /`.
    fn default() -> Self {
        Self {
            method: "GET".into(),
            path: "/".into(),
            query: Query::new(),
            headers: Headers::new(),
            body: Body::Missing,
            matching_rules: MatchingRules::default(),
            generators: Generators::default(),
            extra: Map::new(),
        }
    }
}

/// An expected HTTP response.
#[derive(Debug, Clone, PartialEq)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: Headers,
    /// The body.
    pub body: Body,
    /// Rules that replace equality.
    pub matching_rules: MatchingRules,
    /// Generators of values.
    pub generators: Generators,
    /// Members that this version does not know, and below the name of a known
    /// member what is not known within it; written back.
    pub extra: Map<String, Value>,
}

impl Default for Response {
    /// 200 without headers and body.
    fn default() -> Self {
        Self {
            status: 200,
            headers: Headers::new(),
            body: Body::Missing,
            matching_rules: MatchingRules::default(),
            generators: Generators::default(),
            extra: Map::new(),
        }
    }
}

/// An expected message: its contents and its metadata.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MessageContents {
    /// The contents.
    pub contents: Body,
    /// Metadata by name, `contentType` among them.
    pub metadata: Map<String, Value>,
    /// Rules that replace equality: category `body` for the contents, `metadata` for the metadata.
    pub matching_rules: MatchingRules,
    /// Generators of values.
    pub generators: Generators,
    /// Members that this version does not know, and below the name of a known
    /// member what is not known within it; written back.
    pub extra: Map<String, Value>,
}
