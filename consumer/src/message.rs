use std::fmt;
use std::path::PathBuf;
use std::str::Utf8Error;

use pactwork_contract::{Interaction, MessageContents, Pact, RecordError};
use pactwork_matching::generators::CompiledGenerators;
use pactwork_matching::{MessageMatcher, Mismatch, actual};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use thiserror::Error;

use crate::Problems;
use crate::mock::{Listed, described};
use crate::recorder::Recording;
use crate::source::Source;

/// What the consumer's handler gets, as it would come over the transport.
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
        /// `the expected contents` or `the example`.
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

/// A message that can be handed to the handler and, once accepted, recorded.
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
    /// The pact holds the message alone; `example` is the whole payload.
    pub fn of(
        (pact, recording): (Pact, Recording),
        expected: &MessageContents,
        example: Option<Value>,
        source: &Source,
    ) -> Result<Self, MessageError> {
        // What is wrong with generators was told as a problem of the definition.
        let (generators, _) =
            CompiledGenerators::compile(&expected.generators, &expected.matching_rules);
        let generated = source.make(None, |context| generators.message(expected, context).parts);
        let name = pact
            .interactions
            .first()
            .map(Interaction::identity)
            .map_or_else(String::new, |identity| identity.to_string());
        let scene = |what, contents: Vec<u8>| Scene {
            message: Message {
                contents,
                content_type: expected.contents.content_type().map(str::to_owned),
                metadata: generated.metadata.clone().into_owned(),
            },
            what,
            name: name.clone(),
        };
        let contents = generated.contents.to_bytes().into_owned();
        let mut scenes = vec![scene("the expected contents", contents)];
        if let Some(example) = example {
            let scene = scene("the example", example.to_string().into_bytes());
            scene.satisfies(expected)?;
            scenes.push(scene);
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
