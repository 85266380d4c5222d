use std::fmt;
use std::path::PathBuf;

use pactwork_contract::{
    AsynchronousMessage, Category, Common, Interaction, MessageContents, ProviderState,
};
use pactwork_matching::generators::CompiledGenerators;
use serde::Serialize;
use serde_json::Value;

use super::Pact;
use super::body::BodyDefinition;
use super::definition::{Definition, Named};
use super::example::check_message;
use crate::message::Rehearsal;
use crate::mock::generated::Source;
use crate::{Message, MessageError};

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
#[derive(Debug, Clone)]
#[must_use]
pub struct MessageBuilder {
    pact: Pact,
    states: Vec<ProviderState>,
    name: String,
    contents: BodyDefinition,
    metadata: Named,
    example: Option<Result<Value, String>>,
}

impl MessageBuilder {
    pub(super) fn of(pact: Pact, states: Vec<ProviderState>, name: String) -> Self {
        Self {
            pact,
            states,
            name,
            contents: BodyDefinition::Missing,
            metadata: Named::new(),
            example: None,
        }
    }

    /// JSON contents, with matchers where values may vary: only what the
    /// consumer's handler reads.
    pub fn json(mut self, contents: impl Serialize) -> Self {
        self.contents = BodyDefinition::json(contents);
        self
    }

    /// Text contents; may be a matcher.
    pub fn text(mut self, contents: impl Into<Value>) -> Self {
        self.contents = BodyDefinition::Text(contents.into());
        self
    }

    /// Contents of any content type.
    pub fn body(mut self, content_type: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        self.contents = BodyDefinition::Bytes {
            content_type: content_type.into(),
            bytes: bytes.into(),
        };
        self
    }

    /// A piece of metadata that the consumer relies on; may be a matcher.
    pub fn metadata(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.metadata.push((name.into(), value.into()));
        self
    }

    /// A whole payload as the provider really sends it. It has to satisfy the
    /// expectation, and the handler has to accept it as well; it is not recorded.
    pub fn example(mut self, payload: impl Serialize) -> Self {
        self.example = Some(serde_json::to_value(payload).map_err(|error| error.to_string()));
        self
    }

    /// Hands the expected contents, and then the whole payload where one was
    /// given, to the consumer's real handler. If it accepts them, the message is
    /// recorded, and the pact file's path is returned.
    ///
    /// # Errors
    /// [`MessageError`]; nothing was recorded then.
    pub fn verify<T, E: fmt::Display>(
        self,
        mut handler: impl FnMut(&Message) -> Result<T, E>,
    ) -> Result<PathBuf, MessageError> {
        let rehearsal = self.rehearsal()?;
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
        let rehearsal = self.rehearsal()?;
        for scene in rehearsal.scenes() {
            scene.accepted(handler(&scene.message).await)?;
        }
        rehearsal.record_in_background().await
    }

    fn rehearsal(self) -> Result<Rehearsal, MessageError> {
        let Self {
            mut pact,
            states,
            name,
            contents,
            metadata,
            example,
        } = self;
        let owner = format!("the message \"{name}\"");
        let problems = &mut pact.problems;
        if !pact.contract.interactions.is_empty() {
            let problem = "HTTP interactions before it in this chain need a mock provider; \
                           define them in a pact of their own and start that";
            problems.add(&owner, problem);
        }
        let expected = expectation(&contents, &metadata, Definition::of(&owner, problems));
        let example = example.transpose().unwrap_or_else(|reason| {
            let problem = format!("the example cannot be written as JSON: {reason}");
            problems.add(&owner, problem);
            None
        });
        if problems.is_empty() {
            check_message(&expected, &owner, problems);
        }
        std::mem::take(problems).none_or(MessageError::Definition)?;
        let common = Common {
            description: name,
            provider_states: states,
            ..Common::default()
        };
        pact.contract.interactions = vec![Interaction::AsynchronousMessage(Box::new(
            AsynchronousMessage {
                common,
                message: expected.clone(),
            },
        ))];
        let generated = generated(&expected, &pact.options.source());
        Rehearsal::of(
            pact.contract,
            pact.recording,
            (&expected, &generated),
            example,
        )
    }
}

/// The message as the handler gets it.
fn generated(expected: &MessageContents, source: &Source) -> MessageContents {
    let (generators, _) =
        CompiledGenerators::compile(&expected.generators, &expected.matching_rules);
    match generators.is_empty() {
        true => expected.clone(),
        false => source.message(&generators, expected).0,
    }
}

fn expectation(
    contents: &BodyDefinition,
    metadata: &Named,
    mut definition: Definition<'_>,
) -> MessageContents {
    let metadata: serde_json::Map<_, _> = metadata
        .iter()
        .map(|(name, value)| {
            let example = definition.example(value, Category::Metadata, name);
            (name.clone(), example)
        })
        .collect();
    let declared = ["contentType", "content-type", "Content-Type"]
        .iter()
        .find_map(|name| metadata.get(*name)?.as_str());
    let contents = contents.build(declared, &mut definition);
    MessageContents {
        contents,
        metadata,
        matching_rules: definition.rules,
        generators: definition.generators,
        ..MessageContents::default()
    }
}
