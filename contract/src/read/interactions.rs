//! The lists of interactions and messages, and what every type of them has.

use serde_json::{Map, Value};

use super::reader::{Reader, describe, member};
use super::{http, messages};
use crate::{
    Common, Interaction, InteractionType, Pact, ProviderState, ReadError, SpecificationVersion,
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

/// Takes both lists out of the file's object, into the pact.
pub(super) fn read(
    reader: &mut Reader,
    root: &mut Object,
    pact: &mut Pact,
) -> Result<(), ReadError> {
    if !root.contains_key("interactions") && !root.contains_key("messages") {
        reader.warn(
            "$",
            "has neither \"interactions\" nor \"messages\"; read as an empty pact",
        );
    }
    let form = match pact.specification {
        SpecificationVersion::V4 => Form::Typed,
        _ => Form::Plain,
    };
    for (key, form) in [("interactions", form), ("messages", Form::Plain)] {
        let list = match root.remove(key) {
            None | Some(Value::Null) => continue,
            Some(value) => reader.array(value, &format!("$.{key}"))?,
        };
        for (index, value) in list.into_iter().enumerate() {
            let path = format!("$.{key}[{index}]");
            let object = reader.object(value, &path)?;
            let found = match (key, form) {
                ("messages", _) => Some(InteractionType::AsynchronousMessage),
                (_, Form::Plain) => Some(InteractionType::Http),
                (_, Form::Typed) => kind(reader, &object, &path),
            };
            match found {
                Some(kind) => {
                    let interaction = interaction(reader, object, kind, form, &path)?;
                    pact.interactions.push(interaction);
                }
                None => pact.not_understood.push(Value::Object(object)),
            }
        }
    }
    Ok(())
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
    }
    Ok(common)
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

/// `providerStates` of versions 3 and 4; `providerState` and `provider_state` before.
fn provider_states(
    reader: &mut Reader,
    object: &mut Object,
    path: &str,
) -> Result<Vec<ProviderState>, ReadError> {
    for key in ["providerStates", "providerState", "provider_state"] {
        let place = member(path, key);
        let list = match object.remove(key) {
            None | Some(Value::Null) => continue,
            Some(Value::String(name)) if name.is_empty() => continue,
            Some(Value::String(name)) => return Ok(vec![ProviderState::named(name)]),
            Some(value) => reader.array(value, &place)?,
        };
        let mut states = Vec::new();
        let mut unknown = Vec::new();
        for (index, value) in list.into_iter().enumerate() {
            let (state, rest) = provider_state(reader, value, &format!("{place}[{index}]"))?;
            states.push(state);
            unknown.push(Value::Object(rest));
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
