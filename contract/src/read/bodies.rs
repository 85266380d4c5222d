//! Bodies: the plain member of versions 1 to 3, the described one of version 4
//! (Pact specification version 4, "Body contents").

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use super::interactions::Form;
use super::reader::{Reader, describe};
use super::scan;
use crate::content_type::{is_json, is_text};
use crate::{Body, Content};

/// The members that describe a body in version 4.
const DESCRIPTION: [&str; 4] = ["content", "contentType", "contentTypeHint", "encoded"];

/// A body in the form of its version, and what was not understood of it.
/// `declared` is the content type that the headers or the metadata give.
pub(super) fn read(
    reader: &mut Reader,
    mut value: Option<Value>,
    declared: Option<&str>,
    form: Form,
    path: &str,
) -> (Body, Option<Value>) {
    match form {
        Form::Plain => (plain_with_losses(reader, value, declared, path), None),
        Form::Typed => {
            let body = described(reader, &mut value, declared, path);
            (body, value)
        }
    }
}

fn plain_with_losses(
    reader: &mut Reader,
    value: Option<Value>,
    declared: Option<&str>,
    path: &str,
) -> Body {
    let losses = match &value {
        Some(Value::String(text)) if declared.is_some_and(is_json) => {
            scan::losses(text.as_bytes(), path)
        }
        _ => Vec::new(),
    };
    let body = plain(value, declared);
    warn_of_losses(reader, losses, &body);
    body
}

/// Text that stayed text has lost nothing.
fn warn_of_losses(reader: &mut Reader, losses: Vec<(String, String)>, body: &Body) {
    if let Body::Present {
        content: Content::Json(value),
        ..
    } = body
        && !value.is_string()
    {
        scan::warn(reader, losses);
    }
}

/// A body of versions 1 to 3. `declared` is the content type that the headers
/// or the metadata give.
pub(crate) fn plain(value: Option<Value>, declared: Option<&str>) -> Body {
    let content = match value {
        None => return Body::Missing,
        Some(Value::Null) => return Body::Null,
        Some(Value::String(text)) if text.is_empty() => return Body::Empty,
        Some(Value::String(text)) => plain_text(text, declared),
        Some(value) => Content::Json(value),
    };
    Body::Present {
        content,
        content_type: declared.map(str::to_owned),
    }
}

/// Text under a JSON content type is a JSON document if it reads as one and a
/// JSON string otherwise; text under a binary content type is base64 if it reads as such.
fn plain_text(text: String, declared: Option<&str>) -> Content {
    match declared {
        Some(json) if is_json(json) => match serde_json::from_str(&text) {
            Ok(value) => Content::Json(value),
            Err(_) => Content::Json(Value::String(text)),
        },
        Some(binary) if !is_text(binary) => match STANDARD.decode(&text) {
            Ok(bytes) => Content::Binary(bytes),
            Err(_) => Content::Text(text),
        },
        _ => Content::Text(text),
    }
}

/// A body of version 4: `{"content", "contentType", "encoded"}`. Members that
/// are not understood stay in `value`.
fn described(
    reader: &mut Reader,
    value: &mut Option<Value>,
    declared: Option<&str>,
    path: &str,
) -> Body {
    match value.take() {
        None => Body::Missing,
        Some(Value::Null) => Body::Null,
        Some(Value::Object(mut object)) if is_description(&object) => {
            let body = from_description(reader, &mut object, declared, path);
            *value = (!object.is_empty()).then_some(Value::Object(object));
            body
        }
        other => {
            reader.warn(
                path,
                "expected an object with \"content\"; the whole value is taken as the body",
            );
            plain_with_losses(reader, other, declared, path)
        }
    }
}

fn is_description(object: &Map<String, Value>) -> bool {
    object.contains_key("content") || object.keys().all(|key| DESCRIPTION.contains(&key.as_str()))
}

fn from_description(
    reader: &mut Reader,
    object: &mut Map<String, Value>,
    declared: Option<&str>,
    path: &str,
) -> Body {
    let own = reader.lenient_text(object, "contentType", path);
    let content_type = own.or_else(|| declared.map(str::to_owned));
    let encoded = object.remove("encoded").unwrap_or(Value::Bool(false));
    let json = content_type.as_deref().is_some_and(is_json);
    let content = match object.remove("content") {
        None => return Body::Missing,
        Some(Value::Null) if !json => return Body::Null,
        Some(Value::String(text)) if text.is_empty() => return Body::Empty,
        Some(Value::String(text)) => decoded(reader, text, &encoded, content_type.as_deref(), path),
        Some(value) => Content::Json(value),
    };
    Body::Present {
        content,
        content_type,
    }
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
    let problem = match encoding.as_str() {
        "" if content_type.is_some_and(is_json) => return Content::Json(Value::String(text)),
        "" => return Content::Text(text),
        "json" => match serde_json::from_str(&text) {
            Ok(value) => {
                scan::warn(reader, scan::losses(text.as_bytes(), path));
                return Content::Json(value);
            }
            Err(error) => format!("the content is not JSON ({error})"),
        },
        "base64" => match STANDARD.decode(&text) {
            Ok(bytes) => {
                let losses = match content_type.is_some_and(is_json) {
                    true => scan::losses(&bytes, path),
                    false => Vec::new(),
                };
                let content = Content::from_bytes(bytes, content_type);
                if matches!(content, Content::Json(_)) {
                    scan::warn(reader, losses);
                }
                return content;
            }
            Err(error) => format!("the content is not base64 ({error})"),
        },
        _ => format!("the encoding {} is not known", describe(Some(encoded))),
    };
    reader.warn(path, format!("{problem}; taken as text"));
    Content::Text(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn present(content: Content, content_type: Option<&str>) -> Body {
        Body::Present {
            content,
            content_type: content_type.map(str::to_owned),
        }
    }

    fn text(text: &str) -> Content {
        Content::Text(text.into())
    }

    #[test]
    fn plain_bodies_are_read_by_their_content_type() {
        let (json, image) = (Some("application/json"), Some("image/png"));
        for (value, declared, expected) in [
            (json!(null), json, Body::Null),
            (json!(""), json, Body::Empty),
            (
                json!({ "a": 1 }),
                None,
                present(Content::Json(json!({ "a": 1 })), None),
            ),
            (
                json!("{\"a\":1}"),
                json,
                present(Content::Json(json!({ "a": 1 })), json),
            ),
            (
                json!("hello"),
                json,
                present(Content::Json(json!("hello")), json),
            ),
            (json!("hello"), None, present(text("hello"), None)),
            (
                json!("AJ//"),
                image,
                present(Content::Binary(vec![0, 159, 255]), image),
            ),
            (
                json!("no base64!"),
                image,
                present(text("no base64!"), image),
            ),
        ] {
            assert_eq!(plain(Some(value.clone()), declared), expected, "{value}");
        }
        assert_eq!(plain(None, json), Body::Missing);
    }

    #[test]
    fn described_bodies_are_decoded() {
        let (json, plain) = (Some("application/json"), Some("text/plain"));
        for (value, expected, warning) in [
            (json!(null), Body::Null, ""),
            (json!({}), Body::Missing, ""),
            (json!({ "content": null }), Body::Null, ""),
            (json!({ "content": "" }), Body::Empty, ""),
            (
                json!({ "content": null, "contentType": "application/json" }),
                present(Content::Json(json!(null)), json),
                "",
            ),
            (
                json!({ "content": "12", "contentType": "application/json", "encoded": false }),
                present(Content::Json(json!("12")), json),
                "",
            ),
            (
                json!({ "content": "12", "contentType": "application/json", "encoded": "JSON" }),
                present(Content::Json(json!(12)), json),
                "",
            ),
            (
                json!({ "content": "aGk=", "contentType": "text/plain", "encoded": true }),
                present(text("hi"), plain),
                "",
            ),
            (
                json!({ "content": "aGk=", "encoded": "base64" }),
                present(Content::Binary(b"hi".to_vec()), None),
                "",
            ),
            (
                json!({ "content": "?", "encoded": "base64" }),
                present(text("?"), None),
                "the content is not base64 (Invalid symbol 63, offset 0.); taken as text",
            ),
            (
                json!({ "content": "x", "encoded": "rot13" }),
                present(text("x"), None),
                "the encoding the text \"rot13\" is not known; taken as text",
            ),
            (
                json!({ "id": 7 }),
                present(Content::Json(json!({ "id": 7 })), None),
                "expected an object with \"content\"; the whole value is taken as the body",
            ),
        ] {
            let mut reader = Reader::new("p");
            let body = described(&mut reader, &mut Some(value.clone()), None, "$.body");
            assert_eq!(body, expected, "{value}");
            let warnings: Vec<_> = reader
                .warnings
                .iter()
                .map(|each| each.message.as_str())
                .collect();
            assert_eq!(warnings.join(""), warning, "{value}");
        }
    }
}
