//! The operations on messages.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use pactwork_consumer::Message;
use pactwork_consumer::definition_json::DefinitionProblem;
use pactwork_contract::Interaction;
use pactwork_matching::{Mismatch, RenderOptions, render_lines};
use serde_json::{Map, Value, json};

use super::answer::{Answer, Answered};
use super::api::{Api, Call};
use super::ledger::Sort;
use super::problem::{Kind, Problem};
use super::registry::Pending;
use super::{reading, resource};

const CONFIRMATION: &[&str] = &["error", "request"];
const CONTENTS: &[&str] = &["contents", "contents_base64", "content_type", "metadata"];

impl Api {
    pub(super) fn create_message(&self, call: &Call) -> Answered {
        let (message, options) = reading::message(&call.body)?;
        let pending = self.registry.await_word(message, options)?;
        let place = format!("{}/messages/{}", call.base, pending.id);
        let shown = resource::message(&pending, &call.base);
        Ok(Answer::Created(place, shown))
    }

    pub(super) fn list_messages(&self, call: &Call) -> Answered {
        let pending = self.registry.all_pending();
        let shown = pending
            .iter()
            .map(|each| resource::message(each, &call.base));
        let shown: Vec<_> = shown.collect();
        Ok(Answer::Ok(json!({ "messages": shown })))
    }

    pub(super) fn show_message(&self, call: &Call) -> Answered {
        let pending = self.registry.pending(&call.route.id)?;
        Ok(Answer::Ok(resource::message(&pending, &call.base)))
    }

    pub(super) fn discard_message(&self, call: &Call) -> Answered {
        self.registry.take_pending(&call.route.id)?;
        Ok(Answer::Done)
    }

    /// The consumer's word: it kept the message, so it is recorded; or it did not.
    pub(super) fn confirm(&self, call: &Call) -> Answered {
        let pending = self.registry.pending(&call.route.id)?;
        let word = Word::read(&call.body, &pending)?;
        let pending = self.registry.take_pending(&call.route.id)?;
        let name = named(&pending);
        match self.recorded(&pending, &word) {
            Ok(pact) => {
                self.ledger.held(Sort::Message, &name, Some(pact.clone()));
                Ok(Answer::Ok(json!({ "pact": pact })))
            }
            Err(problem) => {
                self.ledger.failed(name, problem.detail().to_owned());
                Err(problem)
            }
        }
    }

    fn recorded(&self, pending: &Pending, word: &Word) -> Result<std::path::PathBuf, Problem> {
        let name = named(pending);
        if let Some(reason) = &word.error {
            let detail = format!(
                "the consumer's handler did not accept {name}: {reason}\nNothing was recorded."
            );
            return Err(Problem::of(Kind::Rejected, detail));
        }
        if let Some(sent) = &word.request {
            refuse(&name, &pending.message.differences(sent))?;
        }
        let options = &pending.options;
        let folder = options.folder(&self.settings);
        let test = options.test.as_deref();
        Ok(pending
            .message
            .record(&folder, options.specification, test)?)
    }
}

fn refuse(name: &str, mismatches: &[Mismatch]) -> Result<(), Problem> {
    if mismatches.is_empty() {
        return Ok(());
    }
    let lines = render_lines(mismatches, &RenderOptions::default());
    let lines = lines.iter().map(|line| match line.text.starts_with(' ') {
        true => format!("\n   {}", line.text),
        false => format!("\n  - {}", line.text),
    });
    let detail = format!(
        "the request that the consumer made is not the one of {name}:{}\nNothing was recorded.",
        lines.collect::<String>()
    );
    Err(Problem::of(Kind::Rejected, detail))
}

/// A message as a person finds it.
pub(super) fn named(pending: &Pending) -> String {
    let pact = pending.message.pact();
    let first = pact.interactions.first().map(Interaction::identity);
    let identity = first.map_or_else(String::new, |identity| identity.to_string());
    let (consumer, provider) = (&pact.consumer.name, &pact.provider.name);
    format!("the message {identity} ({consumer} with {provider})")
}

/// What the consumer says of a message.
struct Word {
    /// Why its handler did not accept it.
    error: Option<String>,
    /// The request that it made.
    request: Option<Message>,
}

impl Word {
    fn read(body: &[u8], pending: &Pending) -> Result<Self, Problem> {
        let map = reading::object(body)?;
        let mut problems = unknown(&map, "$", CONFIRMATION);
        let error = map.get("error").filter(|error| !error.is_null());
        let error = error.and_then(|error| text(error, "$.error", &mut problems));
        let request = map.get("request").filter(|request| !request.is_null());
        let request = match (request, pending.message.request()) {
            (Some(request), Some(expected)) => sent(request, expected, &mut problems),
            (Some(_), None) => {
                let message = "an asynchronous message has no request";
                problems.push(problem("$.request", message));
                None
            }
            (None, Some(_)) if error.is_none() => {
                let message = "expected the request that the consumer made under `request`, \
                               found nothing";
                problems.push(problem("$", message));
                None
            }
            (None, _) => None,
        };
        match problems.is_empty() {
            true => Ok(Self { error, request }),
            false => Err(Problem::invalid(problems)),
        }
    }
}

/// A message that the consumer sent; what it does not say of itself is as expected.
fn sent(
    value: &Value,
    expected: &Message,
    problems: &mut Vec<DefinitionProblem>,
) -> Option<Message> {
    let Value::Object(map) = value else {
        let found = DefinitionProblem::wrong("$.request", "an object with `contents`", value);
        problems.push(found);
        return None;
    };
    problems.extend(unknown(map, "$.request", CONTENTS));
    let mut message = Message::default();
    message.content_type = match map.get("content_type").filter(|value| !value.is_null()) {
        Some(value) => text(value, "$.request.content_type", problems),
        None => expected.content_type.clone(),
    };
    message.metadata = match map.get("metadata") {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Object(metadata)) => metadata.clone(),
        Some(other) => {
            let path = "$.request.metadata";
            problems.push(DefinitionProblem::wrong(path, "metadata by name", other));
            Map::new()
        }
    };
    message.contents = bytes(map, message.content_type.as_deref(), problems);
    Some(message)
}

fn bytes(
    map: &Map<String, Value>,
    content_type: Option<&str>,
    problems: &mut Vec<DefinitionProblem>,
) -> Vec<u8> {
    if let Some(encoded) = map.get("contents_base64").filter(|value| !value.is_null()) {
        let decoded = encoded.as_str().map(|text| BASE64_STANDARD.decode(text));
        let Some(Ok(bytes)) = decoded else {
            let path = "$.request.contents_base64";
            problems.push(DefinitionProblem::wrong(path, "bytes as base64", encoded));
            return Vec::new();
        };
        return bytes;
    }
    let is_json = content_type.is_none_or(resource::is_json);
    match map.get("contents") {
        None => Vec::new(),
        Some(Value::String(text)) if !is_json => text.clone().into_bytes(),
        Some(value) => value.to_string().into_bytes(),
    }
}

fn unknown(map: &Map<String, Value>, path: &str, known: &[&str]) -> Vec<DefinitionProblem> {
    map.keys()
        .filter(|name| !known.contains(&name.as_str()))
        .map(|name| DefinitionProblem::unknown_member(path, name, known))
        .collect()
}

fn text(value: &Value, path: &str, problems: &mut Vec<DefinitionProblem>) -> Option<String> {
    let text = value.as_str().map(str::to_owned);
    if text.is_none() {
        problems.push(DefinitionProblem::wrong(path, "a text", value));
    }
    text
}

fn problem(path: &str, message: &str) -> DefinitionProblem {
    DefinitionProblem {
        path: path.into(),
        message: message.into(),
    }
}
