//! Definitions as JSON in the integration format (Pact documentation, "Integration
//! JSON format"), in a shape that is written by hand in any language:
//!
//! ```json
//! {
//!   "consumer": "web",
//!   "provider": "orders",
//!   "interactions": [{
//!     "description": "a request for order 7",
//!     "given": "order 7 exists",
//!     "request": { "method": "GET", "path": "/orders/7" },
//!     "response": {
//!       "status": 200,
//!       "body": { "id": { "pact:matcher:type": "integer", "value": 7 } }
//!     }
//!   }]
//! }
//! ```
//!
//! Whatever is wrong is said at once, each problem with its JSON path.

mod body;
mod conduct;
mod http;
mod interaction;
mod matchers;
mod message;
mod place;
mod problem;

pub use message::DefinedMessage;
pub use problem::{DefinitionProblem, DefinitionProblems};

use pactwork_contract::Pact;
use serde_json::Value;

use crate::mock::Definition;
use place::{Object, Place};

const PACT: &[&str] = &["consumer", "provider", "interactions"];
const INTERACTIONS: &[&str] = &["interactions"];

/// Reads a pact of HTTP interactions.
///
/// The members of the document are `consumer` and `provider` (a name, or an object
/// with `name`) and the list `interactions`. Each of those has a `request`, a
/// `response` and, where wanted, `description`, `given` (a text, an object with
/// `name` and `params`, or a list of such), `pending`, `comments` and `key`. A
/// request has a `path` and, where wanted, `method` (GET), `query`, `headers` and a
/// body; a response `status` (200), `headers` and a body. A body stands under
/// `body` (JSON, or a text where the header `Content-Type` is of no JSON) or under
/// `body_base64`. Path, status, query, headers and body may hold matchers and
/// generators.
///
/// An interaction may also say what is never written into the pact. Under `times`, how
/// often it is to be requested: a number, or an object with `least`, `most` or both
/// (`most` alone: perhaps never); at least once, unless given. Under `behaviour`, how
/// its answers fail or linger, as [`Fault`](crate::Fault) says: `delay_ms`; `fault`, that is
/// `"drop_connection"` or an object with one of `status`, `truncate_body` and
/// `content_length`; `fault_first`, a list of objects with `requests` and `fault`;
/// `slow_body`, with `bytes` and `every_ms`.
///
/// ```
/// use pactwork_consumer::definition_json::definition;
/// use serde_json::json;
///
/// let definition = definition(&json!({
///     "consumer": "web",
///     "provider": "orders",
///     "interactions": [{ "request": { "path": "/orders/7" }, "response": { "status": 204 } }],
/// }))?;
/// assert_eq!(definition.pact().interactions[0].common().description, "GET /orders/7");
/// # Ok::<(), pactwork_consumer::definition_json::DefinitionProblems>(())
/// ```
///
/// # Errors
/// [`DefinitionProblems`]: all of them.
pub fn definition(document: &Value) -> Result<Definition, DefinitionProblems> {
    let mut problems = DefinitionProblems::default();
    let definition = read_definition(document, &mut problems);
    problems.none_or(definition)
}

/// Reads more interactions for a pact that is there: an object with the list
/// `interactions`, such a list, or a single interaction. [`MockProvider::add`] takes them.
///
/// [`MockProvider::add`]: crate::MockProvider::add
///
/// # Errors
/// [`DefinitionProblems`]: all of them.
pub fn interactions(document: &Value) -> Result<Definition, DefinitionProblems> {
    let mut problems = DefinitionProblems::default();
    let mut definition = Definition::default();
    let root = Place::root(document);
    if document.is_array() {
        add_interactions(&root, &mut definition, &mut problems);
    } else if document.get("request").is_some() || document.get("response").is_some() {
        add_interaction(&root, &mut definition, &mut problems);
    } else if let Some(object) = root.object(INTERACTIONS, &mut problems) {
        listed(&object, &mut definition, &mut problems);
    }
    problems.none_or(definition)
}

/// Reads a message: `consumer`, `provider`, `description`, where wanted `given`,
/// `pending`, `comments` and `key`, and either `contents` (JSON, or a text where
/// `content_type` is of no JSON; or `contents_base64`) with `metadata` and an
/// `example` of a whole payload, or, for a synchronous message, `request` and
/// `responses`, each an object with `contents`, `content_type` and `metadata`.
///
/// ```
/// use pactwork_consumer::definition_json::message;
/// use serde_json::json;
///
/// let message = message(&json!({
///     "consumer": "core",
///     "provider": "templates",
///     "description": "TemplateDeleted",
///     "contents": { "id": { "pact:matcher:type": "type", "value": "a" } },
/// }))?;
/// assert_eq!(message.handed()[0].contents, br#"{"id":"a"}"#);
/// # Ok::<(), pactwork_consumer::definition_json::DefinitionProblems>(())
/// ```
///
/// # Errors
/// [`DefinitionProblems`]: all of them.
pub fn message(document: &Value) -> Result<DefinedMessage, DefinitionProblems> {
    message::read(&Place::root(document))
}

fn read_definition(document: &Value, problems: &mut DefinitionProblems) -> Definition {
    let root = Place::root(document);
    let Some(object) = root.object(PACT, problems) else {
        return Definition::default();
    };
    let mut definition = between(&object, problems).into();
    listed(&object, &mut definition, problems);
    definition
}

fn listed(object: &Object<'_>, definition: &mut Definition, problems: &mut DefinitionProblems) {
    if let Some(list) = object.required("interactions", "a list of interactions", problems) {
        add_interactions(&list, definition, problems);
    }
}

fn add_interactions(
    list: &Place<'_>,
    definition: &mut Definition,
    problems: &mut DefinitionProblems,
) {
    for place in list.list("a list of interactions", problems) {
        add_interaction(&place, definition, problems);
    }
}

fn add_interaction(
    place: &Place<'_>,
    definition: &mut Definition,
    problems: &mut DefinitionProblems,
) {
    let Some((interaction, conduct)) = interaction::read(place, problems) else {
        return;
    };
    if let Err(conflict) = definition.add(interaction, conduct) {
        problems.add(
            &place.path,
            format_args!("{conflict}; give one of them another description or provider state"),
        );
    }
}

/// An empty pact between the two that the members name.
fn between(object: &Object<'_>, problems: &mut DefinitionProblems) -> Pact {
    let mut name = |role: &str| participant(object, role, problems).unwrap_or_default();
    Pact::between(name("consumer"), name("provider"))
}

fn participant(
    object: &Object<'_>,
    role: &str,
    problems: &mut DefinitionProblems,
) -> Option<String> {
    let expected = format!("the {role}'s name");
    let place = object.required(role, &expected, problems)?;
    let place = match place.value.is_object() {
        true => place
            .object(&["name"], problems)?
            .required("name", &expected, problems)?,
        false => place,
    };
    match place.value.as_str() {
        Some(name) if !name.trim().is_empty() => Some(name.to_owned()),
        _ => {
            place.wrong(&expected, problems);
            None
        }
    }
}
