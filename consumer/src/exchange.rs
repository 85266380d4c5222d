use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pactwork_contract::{Interaction, Pact, SynchronousMessage};
use pactwork_matching::{MessageMatcher, Mismatch, actual};
use thiserror::Error;

use crate::mock::{Listed, described};
use crate::recorder::Recording;
use crate::source::Source;
use crate::{Message, MessageError};

/// What stands in for the transport while a synchronous message is verified: the
/// consumer's code sends its request through it and gets the responses. Clones of it
/// are the same exchange, so that one can be moved into the consumer's client.
///
/// ```
/// use pactwork_consumer::{Message, Pact};
/// use serde_json::json;
///
/// # let folder = tempfile::tempdir()?;
/// # let pacts = folder.path();
/// Pact::between("web", "clock")
///     .output(pacts)
///     .synchronous_message("the time")
///     .request(json!({ "zone": "UTC" }))
///     .response(json!({ "hour": 10 }))
///     .verify(|exchange| {
///         let request = Message::of("application/json", r#"{ "zone": "UTC" }"#);
///         exchange.send(&request).map(|answers| assert_eq!(answers.len(), 1))
///     })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct SynchronousExchange(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    name: String,
    request: MessageMatcher,
    responses: Vec<Message>,
    sent: Mutex<Sent>,
}

/// What was sent up to now.
#[derive(Debug, Default)]
struct Sent {
    as_expected: usize,
    unexpected: Option<Vec<Mismatch>>,
}

/// A request that is not the expected one.
#[derive(Error, Clone, PartialEq)]
#[error(
    "the consumer sent another request than {message} expects:{}",
    Listed(&described(mismatches))
)]
#[non_exhaustive]
pub struct UnexpectedMessage {
    /// Which message.
    pub message: String,
    /// Where it differs.
    pub mismatches: Vec<Mismatch>,
}

/// Tests show what they unwrap or return through `Debug`, so that is the text as well.
impl fmt::Debug for UnexpectedMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl SynchronousExchange {
    /// Sends the consumer's request, and gives back the responses.
    ///
    /// # Errors
    /// [`UnexpectedMessage`]: it is not the expected request. The verification fails then,
    /// even where the consumer's code goes on.
    pub fn send(&self, request: &Message) -> Result<Vec<Message>, UnexpectedMessage> {
        let comparison = self.0.request.compare(&actual::Message {
            contents: &request.contents,
            content_type: request.content_type.as_deref(),
            metadata: &request.metadata,
        });
        let mut sent = self.sent();
        if comparison.is_match() {
            sent.as_expected += 1;
            return Ok(self.0.responses.clone());
        }
        let mismatches = comparison.mismatches;
        sent.unexpected.get_or_insert_with(|| mismatches.clone());
        Err(UnexpectedMessage {
            message: self.0.name.clone(),
            mismatches,
        })
    }

    fn sent(&self) -> MutexGuard<'_, Sent> {
        self.0.sent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A synchronous message that can be played and, once accepted, recorded.
pub(crate) struct Rehearsal {
    pub exchange: SynchronousExchange,
    pact: Pact,
    recording: Recording,
}

impl Rehearsal {
    /// The pact holds the message alone.
    pub fn of(
        (pact, recording): (Pact, Recording),
        message: &SynchronousMessage,
        source: &Source,
    ) -> Self {
        let responses = message.responses.iter();
        let inner = Inner {
            name: pact
                .interactions
                .first()
                .map(Interaction::identity)
                .map_or_else(String::new, |identity| identity.to_string()),
            request: MessageMatcher::compile_request(&message.request),
            responses: responses.map(|each| Message::made(each, source)).collect(),
            sent: Mutex::default(),
        };
        Self {
            exchange: SynchronousExchange(Arc::new(inner)),
            pact,
            recording: recording.by_this_test(),
        }
    }

    /// What the consumer's answer means: a request that was not expected is the reason
    /// for whatever came after it.
    pub fn accepted<T, E: fmt::Display>(&self, answer: Result<T, E>) -> Result<(), MessageError> {
        let message = self.exchange.0.name.clone();
        let mut sent = self.exchange.sent();
        if let Some(mismatches) = sent.unexpected.take() {
            return Err(MessageError::Request {
                message,
                mismatches,
            });
        }
        match answer {
            Err(error) => Err(MessageError::Rejected {
                message,
                what: "the responses",
                reason: format!("{error:#}"),
            }),
            Ok(_) if sent.as_expected == 0 => Err(MessageError::NotSent { message }),
            Ok(_) => Ok(()),
        }
    }

    pub fn record(&self) -> Result<PathBuf, MessageError> {
        Ok(self.recording.record(&self.pact)?)
    }

    pub async fn record_in_background(self) -> Result<PathBuf, MessageError> {
        Ok(self.recording.record_in_background(self.pact).await?)
    }
}
