use std::path::{Path, PathBuf};

use pactwork_contract::{
    AsynchronousMessage, Body, Category, Content, Interaction, MessageContents, Pact, RecordError,
    SpecificationVersion, SynchronousMessage, record_by, record_into,
};
use pactwork_matching::generators::CompiledGenerators;
use pactwork_matching::{MessageMatcher, Mismatch, actual};
use serde_json::Value;

use super::place::{Object, Place};
use super::{DefinitionProblems, between, body, http, interaction};
use crate::Message;
use crate::dsl::definition::Named;
use crate::dsl::example::check_message;
use crate::source::{Chance, Source};

const ASYNCHRONOUS: &[&str] = &[
    "consumer",
    "provider",
    "description",
    "given",
    "providerStates",
    "pending",
    "comments",
    "key",
    "contents",
    "contents_base64",
    "content_type",
    "metadata",
    "example",
    "request",
    "responses",
];
const OF_ASYNCHRONOUS: &[&str] = &[
    "contents",
    "contents_base64",
    "content_type",
    "metadata",
    "example",
];
const CONTENTS: &[&str] = &["contents", "contents_base64", "content_type", "metadata"];
/// Under which of these names metadata says what the contents are.
const CONTENT_TYPE: &[&str] = &["contentType", "content-type", "Content-Type"];

/// A message that was defined as JSON: what the consumer's handler is to be given,
/// and what is recorded once it has accepted that.
#[derive(Debug)]
pub struct DefinedMessage {
    pact: Pact,
    handed: Vec<Message>,
    request: Option<ExpectedRequest>,
}

#[derive(Debug)]
struct ExpectedRequest {
    example: Message,
    matcher: MessageMatcher,
}

impl DefinedMessage {
    /// The pact that holds this message alone.
    pub fn pact(&self) -> &Pact {
        &self.pact
    }

    /// What the consumer's handler gets: of an asynchronous message the expected
    /// contents and, where one was given, the whole payload; of a synchronous one
    /// the responses. Values that have generators were made anew.
    pub fn handed(&self) -> &[Message] {
        &self.handed
    }

    /// The request of a synchronous message, as the consumer is expected to send it.
    pub fn request(&self) -> Option<&Message> {
        self.request.as_ref().map(|request| &request.example)
    }

    /// In what the request that the consumer made differs from the expected one;
    /// nothing where the message is an asynchronous one.
    pub fn differences(&self, sent: &Message) -> Vec<Mismatch> {
        let compare = |expected: &ExpectedRequest| compared(&expected.matcher, sent);
        self.request.as_ref().map(compare).unwrap_or_default()
    }

    /// Merges the message into the pact file of the folder; `test` is the name of the
    /// test that does so, which a conflict then names.
    ///
    /// # Errors
    /// [`RecordError`]; the file is then as it was before.
    pub fn record(
        &self,
        folder: &Path,
        version: SpecificationVersion,
        test: Option<&str>,
    ) -> Result<PathBuf, RecordError> {
        match test {
            Some(test) => record_by(test, folder, &self.pact, version),
            None => record_into(folder, &self.pact, version),
        }
    }
}

fn compared(matcher: &MessageMatcher, message: &Message) -> Vec<Mismatch> {
    let comparison = matcher.compare(&actual::Message {
        contents: &message.contents,
        content_type: message.content_type.as_deref(),
        metadata: &message.metadata,
    });
    comparison.mismatches
}

pub(super) fn read(root: &Place<'_>) -> Result<DefinedMessage, DefinitionProblems> {
    let mut problems = DefinitionProblems::default();
    let message = root
        .object(ASYNCHRONOUS, &mut problems)
        .and_then(|object| read_object(&object, root, &mut problems));
    // There is always a problem where there is no message.
    problems
        .none_or(message)?
        .ok_or_else(DefinitionProblems::default)
}

fn read_object(
    object: &Object<'_>,
    root: &Place<'_>,
    problems: &mut DefinitionProblems,
) -> Option<DefinedMessage> {
    let pact = between(object, problems);
    let description = object.required("description", "what the message is called", problems);
    let common = interaction::common(object, problems);
    let synchronous = object.get("request").is_some() || object.get("responses").is_some();
    let source = Source::of(Chance::default());
    match synchronous {
        true => {
            let message = synchronous_message(object, problems)?;
            description?;
            Some(answered(
                pact,
                SynchronousMessage { common, ..message },
                &source,
            ))
        }
        false => {
            let message = contents(root, object, problems)?;
            let example = whole_example(object, &message, problems);
            description?;
            let sent = AsynchronousMessage { common, message };
            Some(unasked(pact, sent, example, &source))
        }
    }
}

fn unasked(
    mut pact: Pact,
    sent: AsynchronousMessage,
    example: Option<Message>,
    source: &Source,
) -> DefinedMessage {
    let mut handed = vec![generated(&sent.message, source)];
    handed.extend(example);
    pact.interactions = vec![Interaction::AsynchronousMessage(Box::new(sent))];
    DefinedMessage {
        pact,
        handed,
        request: None,
    }
}

fn answered(mut pact: Pact, message: SynchronousMessage, source: &Source) -> DefinedMessage {
    let handed = message.responses.iter();
    let handed = handed.map(|response| generated(response, source)).collect();
    let request = ExpectedRequest {
        example: generated(&message.request, source),
        matcher: MessageMatcher::compile(&message.request),
    };
    pact.interactions = vec![Interaction::SynchronousMessage(Box::new(message))];
    DefinedMessage {
        pact,
        handed,
        request: Some(request),
    }
}

fn generated(expected: &MessageContents, source: &Source) -> Message {
    // What is wrong with generators was told as a problem of the definition.
    let (generators, _) =
        CompiledGenerators::compile(&expected.generators, &expected.matching_rules);
    let parts = source.make(None, |context| generators.message(expected, context).parts);
    Message {
        contents: parts.contents.to_bytes().into_owned(),
        content_type: expected.contents.content_type().map(str::to_owned),
        metadata: parts.metadata.into_owned(),
    }
}

fn synchronous_message(
    object: &Object<'_>,
    problems: &mut DefinitionProblems,
) -> Option<SynchronousMessage> {
    for place in OF_ASYNCHRONOUS.iter().filter_map(|name| object.get(name)) {
        let message = "a message with `request` and `responses` has its contents in those";
        problems.add(place.path, message);
    }
    let request = object.required("request", "the request", problems);
    let responses = object.required("responses", "a list of responses", problems);
    let request = request.and_then(|place| nested(&place, problems));
    let places = responses?.list("a list of responses", problems);
    let responses: Vec<_> = places
        .iter()
        .map(|place| nested(place, problems))
        .collect::<Vec<_>>()
        .into_iter()
        .collect::<Option<_>>()?;
    Some(SynchronousMessage {
        request: request?,
        responses,
        ..SynchronousMessage::default()
    })
}

fn nested(place: &Place<'_>, problems: &mut DefinitionProblems) -> Option<MessageContents> {
    let object = place.object(CONTENTS, problems)?;
    contents(place, &object, problems)
}

fn contents(
    place: &Place<'_>,
    object: &Object<'_>,
    problems: &mut DefinitionProblems,
) -> Option<MessageContents> {
    let before = problems.len();
    let metadata = metadata(object, problems);
    let declared = declared(object, &metadata, problems);
    let given = body::read(object, "contents", declared.as_deref(), problems);
    if problems.len() > before {
        return None;
    }
    let definition = given.definition();
    let message = http::built(place, problems, |builder| {
        let metadata = metadata
            .iter()
            .map(|(name, value)| {
                let example = builder.example(value, Category::Metadata, name);
                (name.clone(), example)
            })
            .collect();
        let contents = definition.build(declared.as_deref(), builder);
        MessageContents {
            contents: given.or_none(contents),
            metadata,
            matching_rules: std::mem::take(&mut builder.rules),
            generators: std::mem::take(&mut builder.generators),
            ..MessageContents::default()
        }
    })?;
    http::checked(place, problems, |owner, found| {
        check_message(&message, owner, found);
    });
    Some(message)
}

fn metadata(object: &Object<'_>, problems: &mut DefinitionProblems) -> Named {
    let Some(place) = object.get("metadata") else {
        return Named::new();
    };
    let members = place.members("metadata by name", problems);
    for (_, each) in &members {
        super::matchers::check(each, problems);
    }
    members
        .into_iter()
        .map(|(name, each)| (name.to_owned(), each.value.clone()))
        .collect()
}

/// What the contents are, by the member for it or by the metadata.
fn declared(
    object: &Object<'_>,
    metadata: &Named,
    problems: &mut DefinitionProblems,
) -> Option<String> {
    if let Some(place) = object.get("content_type") {
        return place.text(problems).map(str::to_owned);
    }
    let (_, value) = metadata
        .iter()
        .find(|(name, _)| CONTENT_TYPE.contains(&name.as_str()))?;
    value.as_str().map(str::to_owned)
}

/// The whole payload, which has to be what is expected.
fn whole_example(
    object: &Object<'_>,
    expected: &MessageContents,
    problems: &mut DefinitionProblems,
) -> Option<Message> {
    let place = object.get("example")?;
    let message = Message {
        contents: match place.value {
            Value::String(text) if !is_json(&expected.contents) => text.clone().into_bytes(),
            value => value.to_string().into_bytes(),
        },
        content_type: expected.contents.content_type().map(str::to_owned),
        metadata: expected.metadata.clone(),
    };
    for mismatch in compared(&MessageMatcher::compile(expected), &message) {
        let sentence = format!("the example does not satisfy the expectation: {mismatch}");
        problems.add(&place.path, sentence);
    }
    Some(message)
}

fn is_json(body: &Body) -> bool {
    matches!(
        body,
        Body::Present {
            content: Content::Json(_),
            ..
        }
    )
}
