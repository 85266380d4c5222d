//! `contentType`: the bytes are of a content type, by what they begin with (Pact
//! specification version 4, "Content type matcher").

use serde_json::Value;

use super::{Check, Subject};
use crate::{Difference, content_type::essence};

/// The content type's name.
#[derive(Debug)]
pub(crate) struct ContentType(pub(crate) String);

impl ContentType {
    /// The content type of bytes, by what they begin with; text where they are UTF-8.
    pub(crate) fn detect(bytes: &[u8]) -> &'static str {
        if let Some((_, name)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
            return name;
        }
        if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
            return "image/webp";
        }
        match std::str::from_utf8(bytes) {
            Err(_) => "application/octet-stream",
            Ok(text) if text.trim_start().starts_with(['{', '[']) && is_json(bytes) => {
                "application/json"
            }
            Ok(_) => "text/plain",
        }
    }

    /// Whether bytes of the detected type may be of this one. Text may be of any
    /// textual type, since nothing in it says of which.
    pub(crate) fn accepts(&self, detected: &str) -> bool {
        let expected = essence(&self.0);
        let structured = match detected {
            "application/xml" => expected == "text/xml" || expected.ends_with("+xml"),
            "application/json" => expected.ends_with("+json"),
            "text/plain" => expected.starts_with("text/"),
            _ => false,
        };
        structured || detected == expected || expected == "application/octet-stream"
    }
}

impl Check for ContentType {
    fn difference(&self, _: &Value, actual: Subject<'_>) -> Option<Difference> {
        let detected = match actual {
            Subject::Text(text) => Self::detect(text.as_bytes()),
            Subject::Json(Value::String(text)) => Self::detect(text.as_bytes()),
            Subject::Json(_) => "application/json",
        };
        (!self.accepts(detected)).then_some(Difference::Different)
    }

    fn expected(&self, _: &Value) -> Value {
        Value::from(self.0.as_str())
    }

    fn container_difference(&self, _: bool) -> Option<Difference> {
        (!self.accepts("application/json")).then_some(Difference::Different)
    }

    fn needs_container(&self) -> bool {
        true
    }
}

/// What bytes begin with, by content type.
const MAGIC: &[(&[u8], &str)] = &[
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"\x1f\x8b", "application/gzip"),
    (b"<?xml", "application/xml"),
    (b"<!DOCTYPE html", "text/html"),
    (b"<html", "text/html"),
];

fn is_json(bytes: &[u8]) -> bool {
    serde_json::from_slice::<serde::de::IgnoredAny>(bytes).is_ok()
}

#[cfg(test)]
mod tests {
    use pactwork_contract::RuleKind;
    use serde_json::json;

    use super::{super::testing::accepts_text, *};

    #[test]
    fn bytes_are_known_by_their_beginning() {
        for (bytes, name) in [
            (&b"\x89PNG\r\n\x1a\n..."[..], "image/png"),
            (b"\xff\xd8\xff\xe0", "image/jpeg"),
            (b"RIFF\0\0\0\0WEBP", "image/webp"),
            (b"{\"a\": 1}", "application/json"),
            (b"{a", "text/plain"),
            (b"<?xml version='1.0'?><a/>", "application/xml"),
            (b"hello", "text/plain"),
            (b"\xff\xfe\x00", "application/octet-stream"),
            (b"", "text/plain"),
        ] {
            assert_eq!(ContentType::detect(bytes), name, "{bytes:?}");
        }
    }

    #[test]
    fn parameters_and_suffixes_do_not_matter() {
        let kind = |name: &str| RuleKind::ContentType(name.into());
        assert!(accepts_text(
            kind("application/json; charset=utf-8"),
            "",
            "[1]"
        ));
        assert!(accepts_text(kind("application/hal+json"), "", "{}"));
        assert!(accepts_text(kind("text/csv"), "", "a,b"));
        assert!(!accepts_text(kind("image/png"), "", "a,b"));
        assert_eq!(
            json!("image/png"),
            ContentType("image/png".into()).expected(&json!(1))
        );
    }
}
