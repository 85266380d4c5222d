//! Request bodies.

use pactwork_consumer::Definition as Mocked;
use pactwork_consumer::definition_json;
use pactwork_consumer::definition_json::{DefinedMessage, DefinitionProblem};
use pactwork_contract::{Interaction, Pact};
use serde_json::{Map, Value};

use super::options::Options;
use super::problem::{Kind, Problem};

/// Under these names pact files say which version of the specification they follow.
const PACT_FILE: &[&str] = &["pactSpecification", "pact-specification"];

/// A pact to mock, and how.
pub struct Definition {
    pub mocked: Mocked,
    pub options: Options,
    /// What is odd about it.
    pub warnings: Vec<String>,
}

/// A definition in the integration format, or what stands in a pact file; either with
/// `options` beside it.
pub fn definition(body: &[u8]) -> Result<Definition, Problem> {
    let mut document = json(body)?;
    let (options, problems) = options(&mut document);
    if is_pact_file(&document) {
        refuse(problems)?;
        return pact_file(&document, options);
    }
    let mocked = together(definition_json::definition(&document), problems)?;
    Ok(Definition {
        mocked,
        options,
        warnings: Vec::new(),
    })
}

/// A message, and how it is recorded.
pub fn message(body: &[u8]) -> Result<(DefinedMessage, Options), Problem> {
    let mut document = json(body)?;
    let (options, problems) = options(&mut document);
    let message = together(definition_json::message(&document), problems)?;
    Ok((message, options))
}

/// More interactions.
pub fn interactions(body: &[u8]) -> Result<Mocked, Problem> {
    Ok(definition_json::interactions(&json(body)?)?)
}

/// An object that may be left out.
pub fn object(body: &[u8]) -> Result<Map<String, Value>, Problem> {
    if body.trim_ascii().is_empty() {
        return Ok(Map::new());
    }
    match json(body)? {
        Value::Object(map) => Ok(map),
        other => Err(Problem::invalid(vec![DefinitionProblem::wrong(
            "$",
            "an object",
            &other,
        )])),
    }
}

fn json(body: &[u8]) -> Result<Value, Problem> {
    if body.trim_ascii().is_empty() {
        let detail = "the body is empty; expected a definition as JSON";
        return Err(Problem::of(Kind::NotJson, detail));
    }
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    serde_json::from_slice(body).map_err(|error| Problem::not_json(&error))
}

fn options(document: &mut Value) -> (Options, Vec<DefinitionProblem>) {
    let options = document
        .as_object_mut()
        .and_then(|map| map.remove("options"));
    let mut problems = Vec::new();
    let options = Options::read(options.as_ref(), &mut problems);
    (options, problems)
}

fn is_pact_file(document: &Value) -> bool {
    let metadata = &document["metadata"];
    PACT_FILE.iter().any(|name| metadata.get(name).is_some())
}

fn pact_file(document: &Value, options: Options) -> Result<Definition, Problem> {
    let loaded = Pact::read(document.to_string().as_bytes(), "the request's body")?;
    let mut warnings: Vec<_> = loaded.warnings.iter().map(ToString::to_string).collect();
    let is_http = |each: &Interaction| matches!(each, Interaction::Http(_));
    let messages = loaded
        .pact
        .interactions
        .iter()
        .filter(|each| !is_http(each));
    warnings.extend(messages.map(|each| {
        let identity = each.identity();
        format!("{identity} is a message, which a mock provider leaves alone: POST it to /messages")
    }));
    Ok(Definition {
        mocked: loaded.pact.into(),
        options,
        warnings,
    })
}

/// All problems at once.
fn together<T>(
    read: Result<T, definition_json::DefinitionProblems>,
    mut problems: Vec<DefinitionProblem>,
) -> Result<T, Problem> {
    match read {
        Ok(read) => refuse(problems).map(|()| read),
        Err(found) => {
            problems.splice(0..0, found.iter().cloned());
            Err(Problem::invalid(problems))
        }
    }
}

fn refuse(problems: Vec<DefinitionProblem>) -> Result<(), Problem> {
    match problems.is_empty() {
        true => Ok(()),
        false => Err(Problem::invalid(problems)),
    }
}
