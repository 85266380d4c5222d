use std::fmt;
use std::path::PathBuf;
use std::str::Utf8Error;

use pactwork_contract::{MessageContents, Pact, RecordError};
use pactwork_matching::generators::CompiledGenerators;
use pactwork_matching::{MessageMatcher, Mismatch, actual};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use thiserror::Error;

use crate::Problems;
use crate::mock::{Listed, described};
use crate::recorder::Recording;
use crate::source::Source;

/// A message as it goes over the transport: what the consumer's handler gets, or what
/// its code sends.
///
/// ```
/// use pactwork_consumer::Message;
/// use serde_json::{Value, json};
///
/// let message = Message::of_json(&json!({ "id": 7 }))?.with_metadata("version", "2");
/// assert_eq!(message.json::<Value>()?["id"], 7);
/// assert_eq!(message.text()?, r#"{"id":7}"#);
///
/// let image = Message::of("image/png", b"\x89PNG");
/// assert_eq!(image.content_type.as_deref(), Some("image/png"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Message {
    /// The contents' bytes.
    pub contents: Vec<u8>,
    /// The contents' type, such as `application/json`.
    pub content_type: Option<String>,
    /// The metadata by name.
    pub metadata: Map<String, Value>,
}

impl Message {
    /// A message with contents of a content type.
    pub fn of(content_type: impl Into<String>, contents: impl Into<Vec<u8>>) -> Self {
        Self {
            contents: contents.into(),
            content_type: Some(content_type.into()),
            metadata: Map::new(),
        }
    }

    /// A message with JSON contents.
    ///
    /// # Errors
    /// The value cannot be written as JSON.
    pub fn of_json<T: Serialize + ?Sized>(contents: &T) -> Result<Self, serde_json::Error> {
        Ok(Self::of("application/json", serde_json::to_vec(contents)?))
    }

    /// The message with a piece of metadata.
    pub fn with_metadata(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.metadata.insert(name.into(), value.into());
        self
    }

    /// What an expectation says, with new values where it has generators.
    pub(crate) fn made(expected: &MessageContents, source: &Source) -> Self {
        // What is wrong with generators was told as a problem of the definition.
        let (generators, _) =
            CompiledGenerators::compile(&expected.generators, &expected.matching_rules);
        let made = source.make(None, |context| generators.message(expected, context).parts);
        Self {
            contents: made.contents.to_bytes().into_owned(),
            content_type: expected.contents.content_type().map(str::to_owned),
            metadata: made.metadata.into_owned(),
        }
    }

    /// The contents as JSON.
    ///
    /// # Errors
    /// They are not JSON, or not of this type.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_slice(&self.contents)
    }

    /// The contents as text.
    ///
    /// # Errors
    /// They are not UTF-8.
    pub fn text(&self) -> Result<&str, Utf8Error> {
        std::str::from_utf8(&self.contents)
    }
}

/// A message that was not recorded.
#[derive(Error)]
#[non_exhaustive]
pub enum MessageError {
    /// The definition makes no sense.
    #[error("{0}")]
    Definition(Problems),
    /// The consumer's handler does not accept what the consumer says it relies on.
    #[error(
        "the consumer's handler did not accept {what} of {message}: {reason}\nNothing was recorded."
    )]
    Rejected {
        /// Which message.
        message: String,
        /// `the expected contents`, `the example` or `the responses`.
        what: &'static str,
        /// The handler's error.
        reason: String,
    },
    /// The whole payload does not satisfy the expectation.
    #[error(
        "the example of {message} does not satisfy the expectation:{}\nNothing was recorded.",
        Listed(&described(mismatches))
    )]
    Example {
        /// Which message.
        message: String,
        /// Where it does not.
        mismatches: Vec<Mismatch>,
    },
    /// The consumer sent another request than the synchronous message expects.
    #[error(
        "the consumer sent another request than {message} expects:{}\nNothing was recorded.",
        Listed(&described(mismatches))
    )]
    Request {
        /// Which message.
        message: String,
        /// Where it differs.
        mismatches: Vec<Mismatch>,
    },
    /// The consumer did not send the request of the synchronous message.
    #[error(
        "the consumer did not send the request of {message}: its code has to send it through \
         the exchange that .verify(…) hands over\nNothing was recorded."
    )]
    NotSent {
        /// Which message.
        message: String,
    },
    /// The pact file could not be written.
    #[error(transparent)]
    Record(#[from] RecordError),
}

/// Tests show what they unwrap or return through `Debug`, so that is the text as well.
impl fmt::Debug for MessageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A message that is to be handled.
pub(crate) struct Expected {
    /// Description and provider states.
    pub name: String,
    pub contents: MessageContents,
    /// A whole payload.
    pub example: Option<Vec<u8>>,
}

/// Messages that can be handed to the handler and, once accepted, recorded.
pub(crate) struct Rehearsal {
    pact: Pact,
    recording: Recording,
    scenes: Vec<Scene>,
}

/// One call of the handler.
pub(crate) struct Scene {
    pub message: Message,
    what: &'static str,
    name: String,
}

impl Rehearsal {
    /// The pact holds these messages alone.
    pub fn of(
        (pact, recording): (Pact, Recording),
        messages: &[Expected],
        source: &Source,
    ) -> Result<Self, MessageError> {
        let mut scenes = Vec::new();
        for Expected {
            name,
            contents,
            example,
        } in messages
        {
            let message = Message::made(contents, source);
            let scene = |what, message| Scene {
                message,
                what,
                name: name.clone(),
            };
            scenes.push(scene("the expected contents", message.clone()));
            if let Some(example) = example.clone() {
                let whole = Message {
                    contents: example,
                    ..message
                };
                let scene = scene("the example", whole);
                scene.satisfies(contents)?;
                scenes.push(scene);
            }
        }
        Ok(Self {
            pact,
            recording: recording.by_this_test(),
            scenes,
        })
    }

    pub fn scenes(&self) -> &[Scene] {
        &self.scenes
    }

    pub fn record(&self) -> Result<PathBuf, MessageError> {
        Ok(self.recording.record(&self.pact)?)
    }

    pub async fn record_in_background(self) -> Result<PathBuf, MessageError> {
        Ok(self.recording.record_in_background(self.pact).await?)
    }
}

impl Scene {
    /// What the handler's answer means.
    pub fn accepted<T, E: fmt::Display>(&self, answer: Result<T, E>) -> Result<(), MessageError> {
        match answer {
            Ok(_) => Ok(()),
            Err(error) => Err(MessageError::Rejected {
                message: self.name.clone(),
                what: self.what,
                // The alternate form, because some error types show their causes only there.
                reason: format!("{error:#}"),
            }),
        }
    }

    fn satisfies(&self, expected: &MessageContents) -> Result<(), MessageError> {
        let comparison = MessageMatcher::compile(expected).compare(&actual::Message {
            contents: &self.message.contents,
            content_type: self.message.content_type.as_deref(),
            metadata: &self.message.metadata,
        });
        if comparison.is_match() {
            return Ok(());
        }
        Err(MessageError::Example {
            message: self.name.clone(),
            mismatches: comparison.mismatches,
        })
    }
}
