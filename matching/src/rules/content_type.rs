//! `contentType`: the bytes are of a content type, by what they are themselves
//! (Pact specification version 4, "Content type matcher"). Binary formats are
//! known by their magic bytes, textual ones by reading them.

use infer::Infer;
use serde_json::Value;

use super::{Check, Subject};
use crate::{
    Difference,
    content_type::{Format, essence},
};

/// The content type's name.
#[derive(Debug)]
pub(crate) struct ContentType(pub(crate) String);

const OCTETS: &str = "application/octet-stream";
const JSON: &str = "application/json";
const XML: &str = "application/xml";
const HTML: &str = "text/html";
const TEXT: &str = "text/plain";

/// Names of one content type: what it is also called, and the name used here.
const ALIASES: &[(&str, &str)] = &[
    ("application/font-sfnt", "font/sfnt"),
    ("application/font-woff", "font/woff"),
    ("application/java-vm", "application/java"),
    ("application/x-bzip2", "application/x-bzip"),
    ("application/x-elf", "application/x-executable"),
    ("application/x-gzip", "application/gzip"),
    ("application/x-pdf", "application/pdf"),
    ("application/x-rar-compressed", "application/vnd.rar"),
    ("application/x-sqlite3", "application/vnd.sqlite3"),
    ("application/x-zip-compressed", "application/zip"),
    ("audio/flac", "audio/x-flac"),
    ("audio/mp3", "audio/mpeg"),
    ("audio/mp4", "audio/m4a"),
    ("audio/vnd.wave", "audio/x-wav"),
    ("audio/wav", "audio/x-wav"),
    ("audio/wave", "audio/x-wav"),
    ("audio/x-m4a", "audio/m4a"),
    ("font/otf", "font/sfnt"),
    ("font/ttf", "font/sfnt"),
    ("font/woff2", "font/woff"),
    ("image/heic", "image/heif"),
    ("image/jpg", "image/jpeg"),
    ("image/pjpeg", "image/jpeg"),
    ("image/x-icon", "image/vnd.microsoft.icon"),
    ("image/x-ms-bmp", "image/bmp"),
    ("image/x-png", "image/png"),
    ("text/rtf", "application/rtf"),
    ("text/xml", "application/xml"),
    ("video/avi", "video/x-msvideo"),
];

/// Formats that are written in text and known by how they begin.
const BORN_AS_TEXT: &[&str] = &[
    "application/pdf",
    "application/postscript",
    "application/rtf",
    "application/x-x509-ca-cert",
];

impl ContentType {
    /// The content type of bytes: by magic bytes, else by reading them as text.
    pub(crate) fn detect(bytes: &[u8]) -> &'static str {
        let text = std::str::from_utf8(bytes).ok();
        let text = text.filter(|text| !text.contains(is_binary));
        let magic = Infer::new().get(bytes);
        match text {
            None => magic.map_or(OCTETS, |kind| kind.mime_type()),
            Some(text) => magic
                .map(|kind| kind.mime_type())
                .filter(|name| BORN_AS_TEXT.contains(name))
                .unwrap_or_else(|| of_text(text)),
        }
    }

    /// Whether bytes are of this content type; else the type they are of.
    pub(crate) fn check(&self, bytes: &[u8]) -> Result<(), &'static str> {
        let expected = essence(&self.0);
        // JSON may be a single number or string, which any other text could be.
        if Format::of(&expected) == Format::Json && is_json(bytes) {
            return Ok(());
        }
        let detected = Self::detect(bytes);
        match accepts(&expected, detected) {
            true => Ok(()),
            false => Err(detected),
        }
    }
}

/// Whether bytes of the detected type may be of the expected one.
fn accepts(expected: &str, detected: &str) -> bool {
    if expected == OCTETS || same(expected, detected) {
        return true;
    }
    let is_text = Format::of(expected) == Format::Text;
    match detected {
        XML => expected.ends_with("+xml") || expected == TEXT,
        // What begins like a page may as well be XML with elements of such names.
        HTML => same(expected, XML) || expected.ends_with("+xml") || expected == TEXT,
        JSON => Format::of(expected) == Format::Json || expected == TEXT,
        // Nothing in a text says which of the textual formats it is in.
        TEXT => (is_text && expected != HTML) || Format::of(expected) == Format::Form,
        // Formats that are archives inside.
        "application/zip" => expected.ends_with("+zip") || expected == "application/java-archive",
        other => expected == "application/zip" && is_archive(other),
    }
}

fn same(expected: &str, detected: &str) -> bool {
    canonical(expected) == canonical(detected)
}

fn canonical(name: &str) -> &str {
    let known = ALIASES.iter().find(|(alias, _)| *alias == name);
    known.map_or(name, |(_, name)| name)
}

fn is_archive(name: &str) -> bool {
    name.ends_with("+zip")
        || name.starts_with("application/vnd.openxmlformats-")
        || name.starts_with("application/vnd.oasis.opendocument.")
}

/// Control characters that stand in no text.
fn is_binary(c: char) -> bool {
    c.is_ascii_control() && !matches!(c, '\t' | '\n' | '\r' | '\x0c' | '\x1b')
}

fn of_text(text: &str) -> &'static str {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if text.starts_with("<?xml") {
        return XML;
    }
    if infer::text::is_html(text.as_bytes()) {
        return HTML;
    }
    if is_element(text) {
        return XML;
    }
    match text.starts_with(['{', '[']) && is_json(text.as_bytes()) {
        true => JSON,
        false => TEXT,
    }
}

/// Whether a text begins and ends as an element or a comment before one does.
fn is_element(text: &str) -> bool {
    let second = text.strip_prefix('<').and_then(|rest| rest.chars().next());
    let named = second.is_some_and(|c| c.is_alphabetic() || matches!(c, '_' | ':' | '!'));
    named && text.trim_end().ends_with('>')
}

fn is_json(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    serde_json::from_slice::<serde::de::IgnoredAny>(bytes).is_ok()
}

impl Check for ContentType {
    fn difference(&self, _: &Value, actual: Subject<'_>) -> Option<Difference> {
        let is = match actual {
            Subject::Text(text) => self.check(text.as_bytes()).is_ok(),
            Subject::Json(Value::String(text)) => self.check(text.as_bytes()).is_ok(),
            Subject::Json(_) => accepts(&essence(&self.0), JSON),
        };
        (!is).then_some(Difference::Different)
    }

    fn expected(&self, _: &Value) -> Value {
        Value::from(self.0.as_str())
    }

    fn container_difference(&self, _: bool) -> Option<Difference> {
        (!accepts(&essence(&self.0), JSON)).then_some(Difference::Different)
    }

    fn needs_container(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use pactwork_contract::RuleKind;
    use serde_json::json;

    use super::{super::testing::accepts_text, *};

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    const ZIP: &[u8] = b"PK\x03\x04\x14\0\0\0\x08\0";

    #[test]
    fn bytes_are_known_by_what_they_are() {
        for (bytes, name) in [
            (PNG, "image/png"),
            (b"\xff\xd8\xff\xe0", "image/jpeg"),
            (b"GIF89a\x01\0", "image/gif"),
            (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
            (b"%PDF-1.7\n", "application/pdf"),
            (b"%PDF-1.7\n%\xe2\xe3", "application/pdf"),
            (b"{\\rtf1\\ansi}", "application/rtf"),
            (ZIP, "application/zip"),
            (b"\x1f\x8b\x08\0", "application/gzip"),
            (b"{\"a\": 1}", "application/json"),
            (b"\xef\xbb\xbf [1]", "application/json"),
            (b"{a", "text/plain"),
            (b"<?xml version='1.0'?><a/>", "application/xml"),
            (b"<order><id/></order>", "application/xml"),
            (b"<!DOCTYPE html>", "text/html"),
            (b"\n<html lang='en'>", "text/html"),
            (b"< 3", "text/plain"),
            (b"hello", "text/plain"),
            (b"BMW and MZ and ID3", "text/plain"),
            (b"\xff\xfe\x00", "application/octet-stream"),
            (b"a\0b", "application/octet-stream"),
            (b"", "text/plain"),
        ] {
            assert_eq!(ContentType::detect(bytes), name, "{bytes:?}");
        }
    }

    #[test]
    fn what_each_content_type_accepts() {
        for (name, bytes, found) in [
            ("image/png", PNG, None),
            ("Image/X-PNG; a=b", PNG, None),
            ("image/jpeg", PNG, Some("image/png")),
            ("application/octet-stream", PNG, None),
            ("application/zip", ZIP, None),
            ("application/java-archive", ZIP, None),
            ("application/gzip", ZIP, Some("application/zip")),
            ("application/json; charset=utf-8", b"[1]", None),
            ("application/hal+json", b"{}", None),
            ("application/json", b"17", None),
            ("application/json", b"hello", Some("text/plain")),
            ("application/json", b"{\"a\": ", Some("text/plain")),
            ("application/xml", b"<a/>", None),
            ("text/xml", b"<table ><p/></table>", None),
            ("image/svg+xml", b"<svg/>", None),
            ("text/html", b"<p>hello</p>", None),
            ("text/html", b"hello", Some("text/plain")),
            (
                "text/html",
                b"<?xml version='1.0'?><a/>",
                Some("application/xml"),
            ),
            ("text/csv", b"a,b", None),
            ("text/csv", b"[1]", Some("application/json")),
            ("text/plain", b"[1]", None),
            ("application/yaml", b"a: 1", None),
            ("application/x-www-form-urlencoded", b"a=1", None),
            ("text/plain", PNG, Some("image/png")),
            ("image/png", b"a,b", Some("text/plain")),
        ] {
            let checked = ContentType(name.into()).check(bytes);
            assert_eq!(checked.err(), found, "{name} {bytes:?}");
        }
    }

    #[test]
    fn json_values_and_text() {
        let kind = |name: &str| RuleKind::ContentType(name.into());
        assert!(accepts_text(kind("application/hal+json"), "", "{}"));
        assert!(!accepts_text(kind("image/png"), "", "a,b"));
        let rule = ContentType("image/png".into());
        assert_eq!(rule.expected(&json!(1)), json!("image/png"));
        assert!(rule.container_difference(true).is_some());
    }
}
