//! The lists of interactions and messages, and what every type of them has.

use serde_json::{Map, Value};

use super::reader::{Reader, describe, member};
use super::{http, messages};
use crate::{
    Common, Interaction, InteractionType, NotUnderstood, Pact, ProviderState, ReadError,
    SpecificationVersion,
};

type Object = Map<String, Value>;

/// In which form interactions are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Versions 1 to 3: HTTP interactions and messages in lists of their own, plain bodies.
    Plain,
    /// Version 4: typed interactions in one list, described bodies.
    Typed,
}

/// An interaction that could not be read, and why.
pub(super) struct Failed {
    list: &'static str,
    index: usize,
    problem: Problem,
}

/// Takes both lists out of the file's object, into the pact. Returns what could
/// not be read; reading has taken it apart.
pub(super) fn read(
    reader: &mut Reader,
    root: &mut Object,
    pact: &mut Pact,
) -> Result<Vec<Failed>, ReadError> {
    if !root.contains_key("interactions") && !root.contains_key("messages") {
        reader.warn(
            "$",
            "has neither \"interactions\" nor \"messages\"; read as an empty pact",
        );
    }
    let mut failed = Vec::new();
    for list in ["interactions", "messages"] {
        let values = match root.remove(list) {
            None | Some(Value::Null) => continue,
            Some(value) => reader.array(value, &format!("$.{list}"))?,
        };
        for (index, value) in values.into_iter().enumerate() {
            let path = format!("$.{list}[{index}]");
            let told = reader.warnings.len();
            match one(reader, value, (pact.specification, list), &path) {
                Ok(interaction) => pact.interactions.push(interaction),
                Err(mut problem) => {
                    if let Some((path, message)) = problem.warning.take() {
                        reader.warnings.truncate(told);
                        reader.warn(&path, message);
                    }
                    failed.push(Failed {
                        list,
                        index,
                        problem,
                    });
                }
            }
        }
    }
    Ok(failed)
}

/// Keeps what could not be read as the file has it.
pub(super) fn keep(failed: Vec<Failed>, file: &Value, pact: &mut Pact) {
    let kept = failed.into_iter().map(|each| NotUnderstood {
        value: file[each.list][each.index].clone(),
        interaction_type: each.problem.kind,
        reason: each.problem.reason,
    });
    pact.not_understood.extend(kept);
}

/// Why an interaction could not be read.
struct Problem {
    kind: Option<InteractionType>,
    reason: String,
    /// Where and what; `None` where it was told already.
    warning: Option<(String, String)>,
}

fn one(
    reader: &mut Reader,
    value: Value,
    (version, list): (SpecificationVersion, &str),
    path: &str,
) -> Result<Interaction, Problem> {
    let object = reader.object(value, path);
    let object = object.map_err(|error| Problem::of(error, None, path))?;
    let (kind, form) = match (list, version) {
        ("messages", _) => (InteractionType::AsynchronousMessage, Form::Plain),
        (_, SpecificationVersion::V4) => {
            let kind = kind(reader, &object, path);
            let kind = kind.ok_or_else(|| Problem {
                kind: None,
                reason: unknown_type(&object),
                warning: None,
            })?;
            (kind, Form::Typed)
        }
        _ => kind_before_version_4(&object),
    };
    interaction(reader, object, kind, form, path)
        .map_err(|error| Problem::of(error, Some(kind), path))
}

impl Problem {
    fn of(error: ReadError, kind: Option<InteractionType>, interaction: &str) -> Self {
        let ReadError::Content {
            path,
            expected,
            found,
            ..
        } = error
        else {
            return Self {
                kind,
                reason: error.to_string(),
                warning: Some((interaction.into(), error.to_string())),
            };
        };
        let within = path.strip_prefix(interaction).unwrap_or_default();
        let message = format!("expected {expected}, found {found}");
        Self {
            kind,
            reason: format!("${within}: {message}"),
            warning: Some((
                path,
                format!("{message}; the interaction is kept, but it cannot be verified"),
            )),
        }
    }
}

fn unknown_type(object: &Object) -> String {
    match object.get("type") {
        None => "nothing says which type of interaction it is".into(),
        found => format!(
            "$.type: expected a type of interaction, found {}",
            describe(found)
        ),
    }
}

/// Before version 4 the list says what an interaction is; some files have
/// messages among the others all the same.
fn kind_before_version_4(object: &Object) -> (InteractionType, Form) {
    let named = object.get("type").and_then(Value::as_str);
    let is_http =
        object.contains_key("request") && object.get("response").is_none_or(Value::is_object);
    match named.and_then(InteractionType::from_name) {
        Some(kind) if !is_http => (kind, Form::Typed),
        None if !is_http && object.contains_key("contents") => {
            (InteractionType::AsynchronousMessage, Form::Plain)
        }
        _ => (InteractionType::Http, Form::Plain),
    }
}

/// The type that a version 4 interaction names; where it names none, the one
/// that its members speak for.
fn kind(reader: &mut Reader, object: &Object, path: &str) -> Option<InteractionType> {
    let named = object.get("type").and_then(Value::as_str);
    if let Some(kind) = named.and_then(InteractionType::from_name) {
        return Some(kind);
    }
    let found = describe(object.get("type"));
    let guess = match named {
        Some(_) => None,
        None => from_members(object),
    };
    let consequence = match guess {
        Some(kind) => format!("read as \"{}\"", kind.as_str()),
        None => "kept, but it cannot be verified".into(),
    };
    reader.warn(
        &member(path, "type"),
        format!("expected a type of interaction, found {found}; {consequence}"),
    );
    guess
}

fn from_members(object: &Object) -> Option<InteractionType> {
    if object.contains_key("contents") {
        return Some(InteractionType::AsynchronousMessage);
    }
    match (object.get("request"), object.get("response")) {
        (Some(_), Some(Value::Array(_))) => Some(InteractionType::SynchronousMessage),
        (Some(Value::Object(_)), Some(Value::Object(_))) => Some(InteractionType::Http),
        _ => None,
    }
}

fn interaction(
    reader: &mut Reader,
    mut object: Object,
    kind: InteractionType,
    form: Form,
    path: &str,
) -> Result<Interaction, ReadError> {
    let common = common(reader, &mut object, form, path)?;
    Ok(match kind {
        InteractionType::Http => {
            Interaction::Http(Box::new(http::read(reader, object, common, form, path)?))
        }
        InteractionType::AsynchronousMessage => Interaction::AsynchronousMessage(Box::new(
            messages::asynchronous(reader, object, common, form, path)?,
        )),
        InteractionType::SynchronousMessage => Interaction::SynchronousMessage(Box::new(
            messages::synchronous(reader, object, common, path)?,
        )),
    })
}

/// What every type has. Before version 4 the members that it brought are
/// unknown ones, and stay in `object` with those.
fn common(
    reader: &mut Reader,
    object: &mut Object,
    form: Form,
    path: &str,
) -> Result<Common, ReadError> {
    let mut common = Common {
        description: description(reader, object, path)?,
        provider_states: provider_states(reader, object, path)?,
        ..Common::default()
    };
    if form == Form::Typed {
        object.remove("type");
        common.key = reader.lenient_text(object, "key", path);
        common.pending = reader.lenient_bool(object, "pending", path);
        common.comments = reader.lenient_object(object, "comments", path);
        common.transport = reader.lenient_text(object, "transport", path);
    } else {
        object.retain(|key, value| !says_nothing(key, value));
    }
    Ok(common)
}

/// A member of version 4 with the value that it has where it is missing.
fn says_nothing(key: &str, value: &Value) -> bool {
    match key {
        "pending" => matches!(value, Value::Null | Value::Bool(false)),
        "comments" => match value {
            Value::Object(members) => members.is_empty(),
            Value::Array(items) => items.is_empty(),
            _ => value.is_null(),
        },
        "key" | "transport" => value.is_null(),
        _ => false,
    }
}

fn description(reader: &mut Reader, object: &mut Object, path: &str) -> Result<String, ReadError> {
    match object.remove("description") {
        Some(Value::String(text)) => Ok(text),
        None | Some(Value::Null) => {
            reader.warn(path, "has no description; read with an empty one");
            Ok(String::new())
        }
        other => Err(reader.unexpected(&member(path, "description"), "a text", other.as_ref())),
    }
}

/// The members that name provider states: that of versions 3 and 4, those before.
const STATE_MEMBERS: [&str; 3] = ["providerStates", "providerState", "provider_state"];

/// The states of the first member that names one. Some files name the same state
/// under several.
fn provider_states(
    reader: &mut Reader,
    object: &mut Object,
    path: &str,
) -> Result<Vec<ProviderState>, ReadError> {
    for key in STATE_MEMBERS {
        let place = member(path, key);
        let list = match object.remove(key) {
            None | Some(Value::Null) => continue,
            Some(Value::String(name)) if name.is_empty() => continue,
            Some(Value::Array(none)) if none.is_empty() => continue,
            Some(single @ (Value::String(_) | Value::Object(_))) => vec![single],
            Some(value) => reader.array(value, &place)?,
        };
        let mut states = Vec::new();
        let mut unknown = Vec::new();
        for (index, value) in list.into_iter().enumerate() {
            let (state, rest) = provider_state(reader, value, &format!("{place}[{index}]"))?;
            states.push(state);
            unknown.push(Value::Object(rest));
        }
        for other in STATE_MEMBERS.into_iter().filter(|other| *other != key) {
            if object
                .get(other)
                .is_some_and(|value| says_the_same(value, &states))
            {
                object.remove(other);
            }
        }
        if unknown
            .iter()
            .any(|rest| rest != &Value::Object(Object::new()))
        {
            object.insert("providerStates".into(), Value::Array(unknown));
        }
        return Ok(states);
    }
    Ok(Vec::new())
}

/// Whether an older member says nothing beside what is known.
fn says_the_same(value: &Value, states: &[ProviderState]) -> bool {
    match value {
        Value::Null => true,
        Value::String(name) => name.is_empty() || states.iter().any(|state| state.name == *name),
        _ => false,
    }
}

/// A state, and the members that it does not know.
fn provider_state(
    reader: &Reader,
    value: Value,
    path: &str,
) -> Result<(ProviderState, Object), ReadError> {
    let mut object = match value {
        Value::String(name) => return Ok((ProviderState::named(name), Object::new())),
        value => reader.object(value, path)?,
    };
    let params = reader.optional_object(&mut object, "params", path)?;
    match object.remove("name") {
        Some(Value::String(name)) => Ok((ProviderState { name, params }, object)),
        other => Err(reader.unexpected(&member(path, "name"), "a text", other.as_ref())),
    }
}
