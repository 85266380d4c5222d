//! Bodies: the plain member of versions 1 to 3, the described one of version 4
//! (Pact specification version 4, "Body contents").

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use super::reader::{Reader, describe};
use crate::{Body, Content, Headers, ReadError};

/// A body of versions 1 to 3. Its content type is the header's, if there is one.
pub(super) fn plain(value: Option<Value>, content_type: Option<String>) -> Body {
    match value {
        None => Body::Missing,
        Some(Value::Null) => Body::Null,
        Some(Value::String(text)) if text.is_empty() => Body::Empty,
        Some(Value::String(text)) => Body::Present {
            content: text_content(text, content_type.as_deref()),
            content_type,
        },
        Some(value) => Body::Present {
            content: Content::Json(value),
            content_type,
        },
    }
}

/// Text under a JSON content type is a JSON document if it reads as one, and a JSON string otherwise.
fn text_content(text: String, content_type: Option<&str>) -> Content {
    if !content_type.is_some_and(is_json) {
        return Content::Text(text);
    }
    match serde_json::from_str(&text) {
        Ok(value) => Content::Json(value),
        Err(_) => Content::Json(Value::String(text)),
    }
}

/// A body of version 4: `{"content", "contentType", "encoded"}`.
pub(super) fn described(
    reader: &mut Reader,
    value: Option<Value>,
    header: Option<String>,
    path: &str,
) -> Result<Body, ReadError> {
    let mut object = match value {
        None => return Ok(Body::Missing),
        Some(Value::Null) => return Ok(Body::Null),
        Some(value) => reader.object(value, path)?,
    };
    let content_type = reader
        .optional_text(&mut object, "contentType", path)?
        .or(header);
    let encoded = object.remove("encoded").unwrap_or(Value::Bool(false));
    let content = match object.remove("content") {
        None => return Ok(Body::Missing),
        Some(Value::Null) if !content_type.as_deref().is_some_and(is_json) => {
            return Ok(Body::Null);
        }
        Some(Value::String(text)) if text.is_empty() => return Ok(Body::Empty),
        Some(Value::String(text)) => decoded(reader, text, &encoded, content_type.as_deref(), path),
        Some(value) => Content::Json(value),
    };
    Ok(Body::Present {
        content,
        content_type,
    })
}

fn decoded(
    reader: &mut Reader,
    text: String,
    encoded: &Value,
    content_type: Option<&str>,
    path: &str,
) -> Content {
    let encoding = match encoded {
        Value::Bool(true) => "base64".to_owned(),
        Value::String(name) => name.to_lowercase(),
        _ => String::new(),
    };
    match encoding.as_str() {
        "" => text_content(text, content_type),
        "json" => Content::Json(Value::String(text)),
        "base64" => match STANDARD.decode(&text) {
            Ok(bytes) => from_bytes(bytes, content_type),
            Err(error) => {
                reader.warn(
                    path,
                    format!("the content is not base64 ({error}); taken as text"),
                );
                Content::Text(text)
            }
        },
        _ => {
            reader.warn(
                path,
                format!(
                    "the encoding {} is not known; taken as text",
                    describe(Some(encoded))
                ),
            );
            Content::Text(text)
        }
    }
}

fn from_bytes(bytes: Vec<u8>, content_type: Option<&str>) -> Content {
    if content_type.is_some_and(is_json)
        && let Ok(value) = serde_json::from_slice(&bytes)
    {
        return Content::Json(value);
    }
    match content_type {
        Some(kind) if kind.starts_with("text/") => match String::from_utf8(bytes) {
            Ok(text) => Content::Text(text),
            Err(error) => Content::Binary(error.into_bytes()),
        },
        _ => Content::Binary(bytes),
    }
}

/// `application/json` and structured suffixes (RFC 6839).
pub(super) fn is_json(content_type: &str) -> bool {
    let essence = content_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    essence.ends_with("/json") || essence.ends_with("+json") || essence.ends_with("/x-json")
}

pub(super) fn content_type_of(headers: &Headers) -> Option<String> {
    let (_, values) = headers
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("content-type"))?;
    values.first().cloned()
}

/// The content type that a message's metadata gives.
pub(super) fn content_type_in(metadata: &Map<String, Value>) -> Option<String> {
    let (_, value) = metadata
        .iter()
        .find(|(name, _)| name.replace('-', "").eq_ignore_ascii_case("contenttype"))?;
    value.as_str().map(str::to_owned)
}
