use std::path::Path;

use pactwork_contract::{Category, RuleKind};
use serde_json::{Map, Value, json};

use super::{Bytes, read, step};
use crate::dsl::definition::Definition;
use crate::matchers::Matcher;

/// A part of a multipart body (RFC 7578), for `.multipart([…])`.
///
/// ```
/// use pactwork_consumer::matchers::{integer, regex};
/// use pactwork_consumer::{Part, post};
/// use serde_json::json;
///
/// let upload = post("/documents").multipart([
///     Part::text("title", regex("^.+$", "Invoice")),
///     Part::json("meta", json!({ "pages": integer(2) })),
///     Part::bytes("file", "a.png", "image/png", b"\x89PNG\r\n\x1a\n"),
/// ]);
/// # let _ = upload;
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct Part {
    name: String,
    content: Content,
}

#[derive(Debug, Clone)]
enum Content {
    Text(Value),
    Json(Value),
    File { file_name: String, bytes: Bytes },
}

impl Part {
    fn of(name: impl Into<String>, content: Content) -> Self {
        Self {
            name: name.into(),
            content,
        }
    }

    /// A field with text; may be a matcher.
    pub fn text(name: impl Into<String>, value: impl Matcher) -> Self {
        Self::of(name, Content::Text(value.definition()))
    }

    /// A field with JSON (`application/json`), with matchers where values may vary.
    pub fn json(name: impl Into<String>, value: impl Matcher) -> Self {
        Self::of(name, Content::Json(value.definition()))
    }

    /// A file by its path, compared by its content type, not byte by byte. A relative
    /// path is relative to the working directory.
    pub fn file(
        name: impl Into<String>,
        path: impl AsRef<Path>,
        content_type: impl Into<String>,
    ) -> Self {
        let path = path.as_ref();
        let file_name = path.file_name().unwrap_or(path.as_os_str());
        let content = Content::File {
            file_name: file_name.to_string_lossy().into_owned(),
            bytes: Bytes::by_type(content_type, read(path)),
        };
        Self::of(name, content)
    }

    /// A file from memory, compared by its content type, not byte by byte.
    pub fn bytes(
        name: impl Into<String>,
        file_name: impl Into<String>,
        content_type: impl Into<String>,
        bytes: impl Into<Vec<u8>>,
    ) -> Self {
        let content = Content::File {
            file_name: file_name.into(),
            bytes: Bytes::by_type(content_type, Ok(bytes.into())),
        };
        Self::of(name, content)
    }

    /// What is written between the boundaries.
    fn build(&self, definition: &mut Definition<'_>) -> Vec<u8> {
        let name = quoted(&self.name);
        let mut head = format!("Content-Disposition: form-data; name={name}");
        let content = match &self.content {
            Content::Text(value) => {
                let example = self.example(value, definition);
                let text = definition.wire_text(&example, "part", &self.name);
                text.into_bytes()
            }
            Content::Json(value) => {
                head += "\r\nContent-Type: application/json";
                self.example(value, definition).to_string().into_bytes()
            }
            Content::File { file_name, bytes } => {
                let content_type = &bytes.content_type;
                let file_name = quoted(file_name);
                head += &format!("; filename={file_name}\r\nContent-Type: {content_type}");
                let rule = RuleKind::ContentType(content_type.clone());
                definition.rule(&format!("${}", step(&self.name)), rule);
                bytes.bytes(definition)
            }
        };
        [head.as_bytes(), b"\r\n\r\n", &content, b"\r\n"].concat()
    }

    /// The example of the value, whose rules stand below the part's name.
    fn example(&self, value: &Value, definition: &mut Definition<'_>) -> Value {
        let below = json!({ &self.name: value });
        match definition.example(&below, Category::Body, "$") {
            Value::Object(mut fields) => fields.remove(&self.name).unwrap_or_default(),
            other => other,
        }
    }
}

/// A quoted parameter (RFC 7578, section 4.2; the escapes of the URL standard's forms).
fn quoted(text: &str) -> String {
    let text = text.replace('"', "%22");
    let text = text.replace('\r', "%0D").replace('\n', "%0A");
    format!("\"{text}\"")
}

/// The content type, with the boundary, and the bytes.
pub(super) fn build(parts: &[Part], definition: &mut Definition<'_>) -> (String, Vec<u8>) {
    let written: Vec<_> = parts.iter().map(|part| part.build(definition)).collect();
    note_repeated(parts, definition);
    let boundary = boundary(&written);
    let mut bytes = Vec::new();
    for part in &written {
        bytes.extend(format!("--{boundary}\r\n").bytes());
        bytes.extend(part);
    }
    bytes.extend(format!("--{boundary}--\r\n").bytes());
    (format!("multipart/form-data; boundary={boundary}"), bytes)
}

/// Rules name a part by its name, so that two of one name would share theirs.
fn note_repeated(parts: &[Part], definition: &mut Definition<'_>) {
    let mut seen = Map::new();
    for part in parts {
        if seen.insert(part.name.clone(), Value::Null).is_some() {
            definition.problem(format_args!("two parts are both named \"{}\"", part.name));
        }
    }
}

/// Always the same for the same parts, and in none of them.
fn boundary(parts: &[Vec<u8>]) -> String {
    let mut boundary = String::from("pactwork-boundary");
    let stands_in = |text: &str| {
        let text = text.as_bytes();
        let mut windows = parts.iter().flat_map(|part| part.windows(text.len()));
        windows.any(|window| window == text)
    };
    let mut number = 0;
    while stands_in(&boundary) {
        number += 1;
        boundary = format!("pactwork-boundary-{number}");
    }
    boundary
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_boundary_is_in_no_part() {
        let boundary_of = |text: &str| boundary(&[text.as_bytes().to_vec()]);
        assert_eq!(boundary_of("a"), "pactwork-boundary");
        assert_eq!(boundary_of("--pactwork-boundary"), "pactwork-boundary-1");
    }

    #[test]
    fn names_are_quoted() {
        assert_eq!(quoted("a\"b\n"), "\"a%22b%0A\"");
    }
}
