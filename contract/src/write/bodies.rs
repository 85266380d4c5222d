//! Bodies: plain in versions 2 and 3, described in version 4.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::ordered::{self, Members, Ordered};
use crate::content_type::is_json;
use crate::read::bodies as read;
use crate::read::ruby;
use crate::{Body, Content, SpecificationVersion};

/// A JSON body of more levels is written as JSON text, so that a pact can hold
/// every document that can be read on its own.
const NESTED: usize = 100;

/// The body's member; `None` where the pact says nothing about the body.
/// `declared` is the content type that headers or metadata give.
pub(super) fn body<'a>(
    body: &'a Body,
    declared: Option<&str>,
    version: SpecificationVersion,
) -> Option<Ordered<'a>> {
    let content_type = body.content_type().or(declared);
    let content = match body {
        Body::Missing => return None,
        Body::Null => return Some(Ordered::Value(Value::Null)),
        Body::Present { content, .. } if !is_empty(content) => content,
        Body::Empty | Body::Present { .. } => return Some(empty(version)),
    };
    Some(match version {
        SpecificationVersion::V4 => described(content, content_type),
        _ => plain(content, content_type),
    })
}

fn is_empty(content: &Content) -> bool {
    match content {
        Content::Json(_) => false,
        Content::Text(text) => text.is_empty(),
        Content::Binary(bytes) => bytes.is_empty(),
    }
}

fn empty<'a>(version: SpecificationVersion) -> Ordered<'a> {
    if version != SpecificationVersion::V4 {
        return Ordered::text("");
    }
    let mut members = Members::default();
    members.add("content", Ordered::text(""));
    members.into()
}

/// What versions 2 and 3 cannot tell: their bodies have no content type of their own.
pub(super) fn beyond_version_3(body: &Body, declared: Option<&str>) -> Option<String> {
    let Body::Present {
        content,
        content_type,
    } = body
    else {
        return None;
    };
    let effective = content_type.as_deref().or(declared);
    let written = plain(content, effective).to_value();
    let lost = match read::plain(Some(written), declared) {
        Body::Present { content: again, .. } => again != *content.canonical(effective),
        _ => !is_empty(content),
    };
    let json = matches!(content, Content::Json(_));
    if !lost && (json || content_type.is_none() || declared.is_some()) {
        return None;
    }
    let kind = content_type.as_deref().unwrap_or("unknown type");
    Some(format!(
        "a body of {kind} and nothing beside the body that says so"
    ))
}

/// Whether its content is held as base64.
pub(super) fn is_binary(body: &Body, declared: Option<&str>) -> bool {
    let Body::Present {
        content,
        content_type,
    } = body
    else {
        return false;
    };
    let effective = content_type.as_deref().or(declared);
    matches!(&*content.canonical(effective), Content::Binary(bytes) if !bytes.is_empty())
}

/// Whether its JSON would be read as something else before version 3.
pub(super) fn holds_ruby_objects(body: &Body) -> bool {
    match body {
        Body::Present {
            content: Content::Json(value),
            ..
        } => ruby::holds_objects(value),
        _ => false,
    }
}

/// Whether its JSON has more levels.
pub(super) fn is_deeper_than(body: &Body, levels: usize) -> bool {
    match body {
        Body::Present {
            content: Content::Json(value),
            ..
        } => ordered::is_deeper_than(value, levels),
        _ => false,
    }
}

fn plain<'a>(content: &'a Content, content_type: Option<&str>) -> Ordered<'a> {
    match &*content.canonical(content_type) {
        Content::Json(value) if needs_quoting(value) => Ordered::text(value.to_string()),
        Content::Json(value) => json(content, value),
        Content::Text(text) => Ordered::text(text.clone()),
        Content::Binary(bytes) => Ordered::text(STANDARD.encode(bytes)),
    }
}

/// Whether versions 2 and 3 would read the value back as another one: `null` as
/// no body, and a text that is JSON itself as that JSON.
fn needs_quoting(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => {
            text.is_empty() || serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
        }
        value => ordered::is_deeper_than(value, NESTED),
    }
}

fn described<'a>(content: &'a Content, content_type: Option<&str>) -> Ordered<'a> {
    let declares_json = content_type.is_some_and(is_json);
    let encoded = |text: String, encoding: &str| (Ordered::text(text), Value::from(encoding));
    let (content, encoding) = match &*content.canonical(content_type) {
        // Nothing but these two could be taken for something else.
        Content::Json(value @ Value::Null) => encoded(value.to_string(), "json"),
        Content::Json(value @ Value::String(text)) if !declares_json || text.is_empty() => {
            encoded(value.to_string(), "json")
        }
        Content::Json(value) if ordered::is_deeper_than(value, NESTED) => {
            encoded(value.to_string(), "json")
        }
        Content::Json(value) => (json(content, value), Value::Bool(false)),
        Content::Text(text) if !declares_json => (Ordered::text(text.clone()), Value::Bool(false)),
        Content::Text(text) => encoded(STANDARD.encode(text), "base64"),
        Content::Binary(bytes) => encoded(STANDARD.encode(bytes), "base64"),
    };
    let mut members = Members::default();
    members
        .add("content", content)
        .add("encoded", Ordered::Value(encoding));
    if let Some(content_type) = content_type {
        members.add("contentType", Ordered::text(content_type.to_owned()));
    }
    members.into()
}

/// Borrows a large example where its form is canonical already.
fn json<'a>(content: &'a Content, canonical: &Value) -> Ordered<'a> {
    match content {
        Content::Json(value) => Ordered::Borrowed(value),
        _ => Ordered::Value(canonical.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const V4: SpecificationVersion = SpecificationVersion::V4;

    fn present(content: Content, content_type: Option<&str>) -> Body {
        Body::Present {
            content,
            content_type: content_type.map(str::to_owned),
        }
    }

    #[test]
    fn version_4_describes_every_content() {
        let (json, xml) = (Some("application/json"), Some("application/xml"));
        for (content, content_type, expected) in [
            (
                Content::Json(json!({ "a": 1 })),
                json,
                json!({ "content": { "a": 1 }, "contentType": "application/json", "encoded": false }),
            ),
            (
                Content::Json(json!("7")),
                json,
                json!({ "content": "7", "contentType": "application/json", "encoded": false }),
            ),
            (
                Content::Json(json!("7")),
                None,
                json!({ "content": "\"7\"", "encoded": "json" }),
            ),
            (
                Content::Json(json!(null)),
                json,
                json!({ "content": "null", "contentType": "application/json", "encoded": "json" }),
            ),
            (
                Content::Text("<a/>".into()),
                xml,
                json!({ "content": "<a/>", "contentType": "application/xml", "encoded": false }),
            ),
            (
                Content::Text("{\"a\":1}".into()),
                json,
                json!({ "content": { "a": 1 }, "contentType": "application/json", "encoded": false }),
            ),
            (
                Content::Text("{broken".into()),
                json,
                json!({ "content": "e2Jyb2tlbg==", "contentType": "application/json", "encoded": "base64" }),
            ),
            (
                Content::Binary(vec![0, 159]),
                None,
                json!({ "content": "AJ8=", "encoded": "base64" }),
            ),
            (
                Content::Binary(b"<a/>".to_vec()),
                xml,
                json!({ "content": "<a/>", "contentType": "application/xml", "encoded": false }),
            ),
            (Content::Text(String::new()), xml, json!({ "content": "" })),
        ] {
            let example = present(content, content_type);
            let written = body(&example, None, V4).map(|ordered| ordered.to_value());
            assert_eq!(written, Some(expected), "{example:?}");
        }
    }

    #[test]
    fn version_3_holds_what_it_reads_back_the_same() {
        let (json, image) = (Some("application/json"), Some("image/png"));
        let untold = |kind| {
            Some(format!(
                "a body of {kind} and nothing beside the body that says so"
            ))
        };
        for (content, own, declared, expected) in [
            (Content::Json(json!({ "a": 1 })), json, None, None),
            (Content::Json(json!("7")), json, json, None),
            (Content::Json(json!(null)), json, json, None),
            (
                Content::Json(json!("7")),
                json,
                None,
                untold("application/json"),
            ),
            (
                Content::Json(json!(null)),
                json,
                None,
                untold("application/json"),
            ),
            (Content::Text("hi".into()), None, None, None),
            (
                Content::Text("hi".into()),
                Some("text/csv"),
                Some("text/csv"),
                None,
            ),
            (
                Content::Text("hi".into()),
                Some("text/csv"),
                None,
                untold("text/csv"),
            ),
            (Content::Binary(vec![0, 159]), image, image, None),
            (
                Content::Binary(vec![0, 159]),
                image,
                None,
                untold("image/png"),
            ),
            (
                Content::Binary(vec![0, 159]),
                None,
                None,
                untold("unknown type"),
            ),
        ] {
            let example = present(content, own);
            assert_eq!(
                beyond_version_3(&example, declared),
                expected,
                "{example:?}"
            );
        }
    }
}
