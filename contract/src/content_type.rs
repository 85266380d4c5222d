//! What a content type says about how an example is held.

use serde_json::{Map, Value};

use crate::Headers;

/// Media types outside `text/*` that are text all the same.
const TEXTUAL: [&str; 8] = [
    "application/ecmascript",
    "application/graphql",
    "application/javascript",
    "application/sql",
    "application/x-www-form-urlencoded",
    "application/x-yaml",
    "application/xml",
    "application/yaml",
];

/// `application/json`, its relatives and the structured suffix (RFC 6839).
pub(crate) fn is_json(content_type: &str) -> bool {
    let essence = essence(content_type);
    essence.ends_with("/json") || essence.ends_with("+json") || essence.ends_with("/x-json")
}

pub(crate) fn is_text(content_type: &str) -> bool {
    let essence = essence(content_type);
    essence.starts_with("text/") || essence.ends_with("+xml") || TEXTUAL.contains(&essence.as_str())
}

fn essence(content_type: &str) -> String {
    let essence = content_type.split(';').next().unwrap_or_default();
    essence.trim().to_ascii_lowercase()
}

/// The first `Content-Type` header.
pub(crate) fn in_headers(headers: &Headers) -> Option<&str> {
    let (_, values) = headers
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("content-type"))?;
    values.first().map(String::as_str)
}

/// The content type that a message's metadata gives, as `contentType` or `content-type`.
pub(crate) fn in_metadata(metadata: &Map<String, Value>) -> Option<&str> {
    let (_, value) = metadata
        .iter()
        .find(|(name, _)| name.replace('-', "").eq_ignore_ascii_case("contenttype"))?;
    value.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_and_text_are_told_apart() {
        for (content_type, json, text) in [
            ("application/json", true, false),
            ("Application/JSON; charset=utf-8", true, false),
            ("application/vnd.orders+json;v=1", true, false),
            ("text/plain", false, true),
            ("application/soap+xml", false, true),
            ("application/x-www-form-urlencoded", false, true),
            ("application/octet-stream", false, false),
            ("image/png", false, false),
        ] {
            assert_eq!(
                (is_json(content_type), is_text(content_type)),
                (json, text),
                "{content_type}"
            );
        }
    }
}
