use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::ordered::{Members, Ordered};
use crate::{Body, Content, SpecificationVersion};

pub(super) fn beyond_version_3(body: &Body) -> Option<&'static str> {
    match body {
        Body::Present {
            content: Content::Binary(_),
            ..
        } => Some("has a binary body"),
        _ => None,
    }
}

/// The body's member; `None` where the pact says nothing about the body.
pub(super) fn body(body: &Body, version: SpecificationVersion) -> Option<Ordered<'_>> {
    if version == SpecificationVersion::V4 {
        described(body)
    } else {
        plain(body)
    }
}

fn plain(body: &Body) -> Option<Ordered<'_>> {
    match body {
        Body::Missing => None,
        Body::Null => Some(Ordered::Value(Value::Null)),
        Body::Empty => Some(Ordered::text("")),
        Body::Present { content, .. } => Some(match content {
            // A JSON string stands there as JSON text, so that "7" is not read back as 7.
            Content::Json(value @ Value::String(_)) => Ordered::text(value.to_string()),
            Content::Json(value) => Ordered::Borrowed(value),
            Content::Text(text) => Ordered::text(text),
            Content::Binary(bytes) => Ordered::text(STANDARD.encode(bytes)),
        }),
    }
}

fn described(body: &Body) -> Option<Ordered<'_>> {
    let mut members = Members::default();
    match body {
        Body::Missing => return None,
        Body::Null => return Some(Ordered::Value(Value::Null)),
        Body::Empty => {
            members.add("content", Ordered::text(""));
        }
        Body::Present {
            content,
            content_type,
        } => {
            let (content, encoded) = match content {
                Content::Json(value @ Value::String(_)) => {
                    (Ordered::Borrowed(value), "json".into())
                }
                Content::Json(value) => (Ordered::Borrowed(value), Value::Bool(false)),
                Content::Text(text) => (Ordered::text(text), Value::Bool(false)),
                Content::Binary(bytes) => (Ordered::text(STANDARD.encode(bytes)), "base64".into()),
            };
            members
                .add("content", content)
                .add("encoded", Ordered::Value(encoded));
            if let Some(content_type) = content_type {
                members.add("contentType", Ordered::text(content_type));
            }
        }
    }
    Some(members.sorted())
}
