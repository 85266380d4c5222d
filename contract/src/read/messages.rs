//! Messages: asynchronous (versions 3 and 4) and synchronous (version 4).

use serde_json::{Map, Value};

use super::bodies;
use super::http::rules_and_generators;
use super::interactions::Form;
use super::reader::{Reader, member};
use crate::{
    AsynchronousMessage, Common, MessageContents, ReadError, SynchronousMessage, content_type,
};

type Object = Map<String, Value>;

/// The message's own members stand beside the interaction's, so what is not
/// known among them belongs to the interaction.
pub(super) fn asynchronous(
    reader: &mut Reader,
    object: Object,
    mut common: Common,
    form: Form,
    path: &str,
) -> Result<AsynchronousMessage, ReadError> {
    let mut message = contents(reader, object, form, path)?;
    common.extra = std::mem::take(&mut message.extra);
    Ok(AsynchronousMessage { common, message })
}

pub(super) fn synchronous(
    reader: &mut Reader,
    mut object: Object,
    mut common: Common,
    path: &str,
) -> Result<SynchronousMessage, ReadError> {
    let request = reader.required_object(&mut object, "request", path)?;
    let request = contents(reader, request, Form::Typed, &member(path, "request"))?;
    let path = member(path, "response");
    let list = match object.remove("response") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(list)) => list,
        Some(single) => vec![single],
    };
    let mut responses = Vec::new();
    for (index, value) in list.into_iter().enumerate() {
        let path = format!("{path}[{index}]");
        let part = reader.object(value, &path)?;
        responses.push(contents(reader, part, Form::Typed, &path)?);
    }
    common.extra = object;
    Ok(SynchronousMessage {
        common,
        request,
        responses,
    })
}

fn contents(
    reader: &mut Reader,
    mut object: Object,
    form: Form,
    path: &str,
) -> Result<MessageContents, ReadError> {
    let mut metadata = reader.optional_object(&mut object, "metadata", path)?;
    metadata.extend(reader.optional_object(&mut object, "metaData", path)?);
    let declared = content_type::in_metadata(&metadata).map(str::to_owned);
    let declared = declared.as_deref();
    let key = match object.contains_key("contents") {
        true => "contents",
        false => "content",
    };
    let value = object.remove(key);
    let (contents, rest) = bodies::read(reader, value, declared, form, &member(path, key));
    object.extend(rest.map(|rest| ("contents".into(), rest)));
    let (matching_rules, generators) = rules_and_generators(reader, &mut object, path);
    Ok(MessageContents {
        contents,
        metadata,
        matching_rules,
        generators,
        extra: object,
    })
}
