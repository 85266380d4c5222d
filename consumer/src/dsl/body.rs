use pactwork_contract::{Body, Category, Content, Headers};
use serde::Serialize;
use serde_json::Value;

use super::definition::Definition;

/// A body as the builders collect it.
#[derive(Debug, Clone, Default)]
pub(super) enum BodyDefinition {
    #[default]
    Missing,
    /// With matchers, or why the given value cannot be written as JSON.
    Json(Result<Value, String>),
    /// With a matcher, or plain.
    Text(Value),
    Bytes {
        content_type: String,
        bytes: Vec<u8>,
    },
}

impl BodyDefinition {
    pub fn json(value: impl Serialize) -> Self {
        Self::Json(serde_json::to_value(value).map_err(|error| error.to_string()))
    }

    /// The body; `declared` is the content type that a header gives.
    pub fn build(&self, declared: Option<&str>, definition: &mut Definition<'_>) -> Body {
        let (content, usual) = match self {
            Self::Missing => return Body::Missing,
            Self::Json(Ok(value)) => {
                let example = definition.example(value, Category::Body, "$");
                (Content::Json(example), "application/json")
            }
            Self::Json(Err(reason)) => {
                definition.problem(format_args!("the body cannot be written as JSON: {reason}"));
                return Body::Missing;
            }
            Self::Text(value) => {
                let text = definition.text(value, Category::Body, "$");
                (Content::Text(text), "text/plain")
            }
            Self::Bytes {
                content_type,
                bytes,
            } => (content_of(content_type, bytes), content_type.as_str()),
        };
        Body::Present {
            content,
            content_type: Some(declared.unwrap_or(usual).to_owned()),
        }
    }
}

fn content_of(content_type: &str, bytes: &[u8]) -> Content {
    if is_json(content_type)
        && let Ok(value) = serde_json::from_slice(bytes)
    {
        return Content::Json(value);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Content::Text(text.to_owned()),
        Err(_) => Content::Binary(bytes.to_vec()),
    }
}

/// `application/json` and everything that says so in its suffix (RFC 6839, section 3.1).
pub(super) fn is_json(content_type: &str) -> bool {
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    media_type.eq_ignore_ascii_case("application/json")
        || media_type.to_ascii_lowercase().ends_with("+json")
}

/// What the headers declare as content type.
pub(super) fn declared_content_type(headers: &Headers) -> Option<String> {
    headers
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("content-type"))
        .and_then(|(_, values)| values.first().cloned())
}

/// Adds the body's content type to the headers where they do not say it.
pub(super) fn declare_content_type(headers: &mut Headers, body: &Body) {
    if declared_content_type(headers).is_some() {
        return;
    }
    if let Some(content_type) = body.content_type() {
        headers.insert("Content-Type".into(), vec![content_type.into()]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_content_type_says_how_bytes_are_kept() {
        for (content_type, bytes, expected) in [
            (
                "application/json",
                &b"{\"a\": 1}"[..],
                Content::Json(json!({ "a": 1 })),
            ),
            ("application/hal+json; v=1", b"[]", Content::Json(json!([]))),
            ("application/json", b"{", Content::Text("{".into())),
            ("application/xml", b"<a/>", Content::Text("<a/>".into())),
            (
                "image/png",
                b"\x89PNG",
                Content::Binary(b"\x89PNG".to_vec()),
            ),
        ] {
            assert_eq!(content_of(content_type, bytes), expected, "{content_type}");
        }
    }
}
