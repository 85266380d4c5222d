use std::fmt;
use std::path::PathBuf;

use pactwork_contract::{AsynchronousMessage, Interaction};
use serde::Serialize;

use super::about::{About, about_words};
use super::body::{BodyDefinition, body_words};
use super::definition::{Definition, Named};
use super::example::check_message;
use super::{InteractionBuilder, Pact, Payload};
use crate::matchers::{Matcher, problems};
use crate::message::{Expected, Rehearsal};
use crate::{Message, MessageError, Problems};

/// An event that the provider sends and the consumer handles.
///
/// ```
/// use pactwork_consumer::matchers::uuid;
/// use pactwork_consumer::{Message, Pact};
/// use serde_json::{Value, json};
///
/// fn forget_template(event: &Value) -> Result<(), String> {
///     event["detail"]["id"].as_str().map(drop).ok_or("no id".into())
/// }
///
/// # let folder = tempfile::tempdir()?;
/// # let pacts = folder.path();
/// Pact::between("core", "templates")
///     .output(pacts)
///     .given("a template has been deleted")
///     .message("TemplateDeleted")
///     .json(json!({ "detail": { "id": uuid("c9ea4bb9-39e2-4b14-a1b0-0c3a3e3b3a4f") } }))
///     .verify(|message: &Message| {
///         let event: Value = message.json().map_err(|error| error.to_string())?;
///         forget_template(&event)
///     })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Several messages in one chain go to one handler, in their order, and are recorded
/// together:
///
/// ```
/// # use pactwork_consumer::{Message, Pact};
/// # use serde_json::{Value, json};
/// # fn dispatch(message: &Message) -> Result<(), serde_json::Error> { message.json::<Value>().map(drop) }
/// # let folder = tempfile::tempdir()?;
/// # let pacts = folder.path();
/// Pact::between("core", "templates")
///     .output(pacts)
///     .message("TemplateCreated")
///     .json(json!({ "id": 7 }))
///     .given("a template has been deleted")
///     .message("TemplateDeleted")
///     .json(json!({ "id": 7 }))
///     .metadata("source", "templates")
///     .verify(dispatch)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct MessageBuilder {
    pact: Pact,
    about: About,
    name: String,
    body: BodyDefinition,
    metadata: Named,
    example: Option<Result<Vec<u8>, String>>,
}

/// A message that was defined and is to be handled.
#[derive(Debug, Clone)]
pub(super) struct Drafted {
    about: About,
    pub name: String,
    payload: Payload,
    example: Option<Result<Vec<u8>, String>>,
}

about_words!(MessageBuilder);
body_words!(MessageBuilder);

impl MessageBuilder {
    pub(super) fn of(pact: Pact, about: About, name: String) -> Self {
        Self {
            pact,
            about,
            name,
            body: BodyDefinition::Missing,
            metadata: Named::new(),
            example: None,
        }
    }

    /// A piece of metadata that the consumer relies on; may be a matcher.
    pub fn metadata(mut self, name: impl Into<String>, value: impl Matcher) -> Self {
        self.metadata.push((name.into(), value.definition()));
        self
    }

    /// A whole payload as the provider really sends it. It has to satisfy the
    /// expectation, and the handler has to accept it as well; it is not recorded.
    pub fn example(mut self, payload: impl Serialize) -> Self {
        let definition = payload.definition();
        self.example = Some(match &problems(&definition)[..] {
            [] => Ok(definition.to_string().into_bytes()),
            [reason, ..] => Err((*reason).to_owned()),
        });
        self
    }

    /// The same for contents that are no JSON.
    pub fn example_bytes(mut self, payload: impl Into<Vec<u8>>) -> Self {
        self.example = Some(Ok(payload.into()));
        self
    }

    /// Begins the next message of the chain, which goes to the same handler.
    pub fn message(self, name: impl Into<String>) -> Self {
        InteractionBuilder::of(self.drafted()).message(name)
    }

    /// Begins the next message of the chain with a state that the provider has to be in.
    pub fn given(self, state: impl Into<String>) -> InteractionBuilder {
        InteractionBuilder::of(self.drafted()).given(state)
    }

    /// Begins the next message of the chain with a state that has parameters.
    pub fn given_with(
        self,
        state: impl Into<String>,
        params: impl Serialize,
    ) -> InteractionBuilder {
        InteractionBuilder::of(self.drafted()).given_with(state, params)
    }

    /// Hands the expected contents, with new values where they have generators, and then
    /// the whole payload where one was given, to the consumer's real handler: those of
    /// every message of the chain. If it accepts them, the messages are recorded, and the
    /// pact file's path is returned.
    ///
    /// # Errors
    /// [`MessageError`]; nothing was recorded then.
    pub fn verify<T, E: fmt::Display>(
        self,
        mut handler: impl FnMut(&Message) -> Result<T, E>,
    ) -> Result<PathBuf, MessageError> {
        let rehearsal = self.drafted().rehearsal()?;
        for scene in rehearsal.scenes() {
            scene.accepted(handler(&scene.message))?;
        }
        rehearsal.record()
    }

    /// As [`verify`](Self::verify) for an async handler:
    /// `.verify_async(async |message: &Message| handle(message).await).await`.
    ///
    /// # Errors
    /// [`MessageError`]; nothing was recorded then.
    pub async fn verify_async<T, E: fmt::Display>(
        self,
        mut handler: impl AsyncFnMut(&Message) -> Result<T, E>,
    ) -> Result<PathBuf, MessageError> {
        let rehearsal = self.drafted().rehearsal()?;
        for scene in rehearsal.scenes() {
            scene.accepted(handler(&scene.message).await)?;
        }
        rehearsal.record_in_background().await
    }

    /// The pact with this message among those that are to be handled.
    fn drafted(self) -> Pact {
        let mut pact = self.pact;
        pact.messages.push(Drafted {
            about: self.about,
            name: self.name,
            payload: Payload::of(self.body, self.metadata),
            example: self.example,
        });
        pact
    }
}

impl Drafted {
    fn owner(&self) -> String {
        format!("the message \"{}\"", self.name)
    }

    fn build(self, problems: &mut Problems) -> (AsynchronousMessage, Option<Vec<u8>>) {
        let owner = self.owner();
        let before = problems.len();
        let contents = self.payload.build(Definition::of(&owner, problems));
        let example = self.example.transpose().unwrap_or_else(|reason| {
            problems.add(&owner, format_args!("the example: {reason}"));
            None
        });
        if problems.len() == before {
            check_message(&contents, &owner, problems);
        }
        let message = AsynchronousMessage {
            common: self.about.described(self.name),
            message: contents,
        };
        (message, example)
    }
}

impl Pact {
    /// HTTP interactions and messages are verified in different ways.
    pub(super) fn no_other_interactions(&mut self, owner: &str) {
        if !self.contract.interactions.is_empty() {
            let problem = "HTTP interactions before it in this chain need a mock provider; \
                           define them in a pact of their own and start that";
            self.problems.add(owner, problem);
        }
    }

    /// Messages of the chain that nothing handles.
    pub(super) fn no_waiting_messages(&mut self) {
        for message in std::mem::take(&mut self.messages) {
            let problem = "no handler gets it: end its chain with .verify(…)";
            self.problems.add(message.owner(), problem);
        }
    }

    fn rehearsal(mut self) -> Result<Rehearsal, MessageError> {
        let drafted = std::mem::take(&mut self.messages);
        if let Some(first) = drafted.first() {
            self.no_other_interactions(&first.owner());
        }
        let mut messages = Vec::new();
        self.contract.interactions.clear();
        for draft in drafted {
            let (message, example) = draft.build(&mut self.problems);
            let contents = message.message.clone();
            let interaction = Interaction::AsynchronousMessage(Box::new(message));
            messages.push(Expected {
                name: interaction.identity().to_string(),
                contents,
                example,
            });
            super::interaction::add(&mut self.contract, interaction, &mut self.problems);
        }
        let (recorded, source) = self.ready_to_record()?;
        Rehearsal::of(recorded, &messages, &source)
    }
}
