mod form;
mod multipart;
mod xml;

use std::path::Path;

use pactwork_contract::{Body, Category, Content, Headers, RuleKind};
use serde_json::Value;

use super::definition::Definition;
use crate::matchers::Matcher;
pub use multipart::Part;
pub use xml::{Element, Xml, element};

/// A body as the builders collect it.
#[derive(Debug, Clone, Default)]
pub(super) enum BodyDefinition {
    #[default]
    Missing,
    /// With matchers.
    Json(Value),
    /// With a matcher, or plain.
    Text(Value),
    /// Fields by name, with matchers.
    Form(Value),
    Xml(Xml),
    Multipart(Vec<Part>),
    Bytes(Bytes),
}

/// Bytes of a content type.
#[derive(Debug, Clone)]
pub(super) struct Bytes {
    pub content_type: String,
    /// Or why they cannot be read.
    pub bytes: Result<Vec<u8>, String>,
    /// Whether any bytes of this content type will do.
    pub by_type: bool,
}

impl Bytes {
    /// Compared as the content type is.
    pub fn of(content_type: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            content_type: content_type.into(),
            bytes: Ok(bytes.into()),
            by_type: false,
        }
    }

    /// Of which any others of the content type will do.
    pub fn by_type(content_type: impl Into<String>, bytes: Result<Vec<u8>, String>) -> Self {
        Self {
            content_type: content_type.into(),
            bytes,
            by_type: true,
        }
    }

    fn bytes(&self, definition: &mut Definition<'_>) -> Vec<u8> {
        self.bytes.clone().unwrap_or_else(|reason| {
            definition.problem(reason);
            Vec::new()
        })
    }
}

/// The bytes of a file; the error is a sentence.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|reason| format!("cannot read {}: {reason}", path.display()))
}

/// The words for a body, the same for requests, responses and messages.
macro_rules! body_words {
    ($builder:ident) => {
        impl $builder {
            /// JSON, with matchers where values may vary: `json!`, or anything that
            /// derives `Serialize`. Its content type is `application/json` unless
            /// another is given.
            pub fn json(mut self, body: impl $crate::matchers::Matcher) -> Self {
                self.body = BodyDefinition::json(body);
                self
            }

            /// JSON of the example's types, each value compared by type:
            /// [`like`](crate::matchers::like) for the whole body.
            pub fn json_like(self, example: impl $crate::matchers::Matcher) -> Self {
                self.json($crate::matchers::like(example))
            }

            /// JSON as the Rust type says: [`of_type`](crate::matchers::of_type) for
            /// the whole body.
            #[cfg(feature = "schemars")]
            pub fn json_of<T: serde::Serialize + schemars::JsonSchema>(self, example: &T) -> Self {
                self.json($crate::matchers::of_type(example))
            }

            /// Text (`text/plain` unless another content type is given); may be a matcher.
            pub fn text(mut self, body: impl $crate::matchers::Matcher) -> Self {
                self.body = BodyDefinition::Text($crate::matchers::Matcher::definition(&body));
                self
            }

            /// A form (`application/x-www-form-urlencoded`): an object or a list of pairs
            /// of name and value, not encoded, with matchers where values may vary.
            /// `.form(json!({ "page": integer(2), "tag": ["a", "b"] }))`.
            pub fn form(mut self, fields: impl $crate::matchers::Matcher) -> Self {
                self.body = BodyDefinition::Form($crate::matchers::Matcher::definition(&fields));
                self
            }

            /// XML (`application/xml` unless another content type is given): a text, or
            /// [`element`](crate::element)s with matchers in them.
            pub fn xml(mut self, document: impl Into<$crate::Xml>) -> Self {
                self.body = BodyDefinition::Xml(document.into());
                self
            }

            /// `multipart/form-data` with these [`Part`](crate::Part)s. The boundary
            /// is each sender's own.
            pub fn multipart(mut self, parts: impl IntoIterator<Item = $crate::Part>) -> Self {
                self.body = BodyDefinition::Multipart(parts.into_iter().collect());
                self
            }

            /// Bytes of any content type, compared as that content type is: byte by byte
            /// where it is no text.
            pub fn body(
                mut self,
                content_type: impl Into<String>,
                bytes: impl Into<Vec<u8>>,
            ) -> Self {
                let bytes = $crate::dsl::body::Bytes::of(content_type, bytes);
                self.body = BodyDefinition::Bytes(bytes);
                self
            }

            /// Bytes of a content type, of which any others of that content type will do
            /// (the rule `contentType`): an image, a PDF.
            pub fn body_of_type(
                mut self,
                content_type: impl Into<String>,
                example: impl Into<Vec<u8>>,
            ) -> Self {
                let example = Ok(example.into());
                let bytes = $crate::dsl::body::Bytes::by_type(content_type, example);
                self.body = BodyDefinition::Bytes(bytes);
                self
            }

            /// As [`body_of_type`](Self::body_of_type) with the bytes of a file. A relative
            /// path is relative to the working directory, which under `cargo test` is the
            /// package's folder.
            pub fn file(
                mut self,
                path: impl AsRef<std::path::Path>,
                content_type: impl Into<String>,
            ) -> Self {
                let read = $crate::dsl::body::read(path.as_ref());
                let bytes = $crate::dsl::body::Bytes::by_type(content_type, read);
                self.body = BodyDefinition::Bytes(bytes);
                self
            }
        }
    };
}

pub(super) use body_words;

/// A step of a rule's path: `.name`, or `['a name']` where it would be read otherwise.
fn step(name: &str) -> String {
    let mut characters = name.chars();
    let is_plain = characters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && characters.all(|other| other.is_ascii_alphanumeric() || other == '_');
    match is_plain {
        true => format!(".{name}"),
        false => format!("['{}']", name.replace('\\', "\\\\").replace('\'', "\\'")),
    }
}

/// The content type of any `multipart/form-data`, whatever its boundary; as a rule so
/// that every implementation of Pact takes it.
const MULTIPART: &str = r"^multipart/form-data;(.*;)?\s*boundary=.+$";

impl BodyDefinition {
    pub fn json(value: impl Matcher) -> Self {
        Self::Json(value.definition())
    }

    /// The body; `declared` is the content type that a header gives.
    pub fn build(&self, declared: Option<&str>, definition: &mut Definition<'_>) -> Body {
        let (content, usual) = match self {
            Self::Missing => return Body::Missing,
            Self::Json(value) => {
                let example = definition.example(value, Category::Body, "$");
                (Content::Json(example), "application/json".into())
            }
            Self::Text(value) => {
                let text = definition.text(value, Category::Body, "$");
                (Content::Text(text), "text/plain".into())
            }
            Self::Form(fields) => {
                let text = form::build(fields, definition);
                let usual = "application/x-www-form-urlencoded".into();
                (Content::Text(text), usual)
            }
            Self::Xml(document) => {
                let text = document.build(definition);
                (Content::Text(text), "application/xml".into())
            }
            Self::Multipart(parts) => {
                let (content_type, bytes) = multipart::build(parts, definition);
                if declared.is_some() {
                    definition.problem("multipart: its content type is not given by hand");
                }
                (Content::Binary(bytes), content_type)
            }
            Self::Bytes(given) => {
                let bytes = given.bytes(definition);
                if given.by_type {
                    definition.rule("$", RuleKind::ContentType(given.content_type.clone()));
                }
                (
                    content_of(&given.content_type, &bytes),
                    given.content_type.clone(),
                )
            }
        };
        Body::Present {
            content,
            content_type: Some(declared.map_or(usual, str::to_owned)),
        }
    }

    /// The body of a request or response, whose content type stands in the headers.
    pub fn build_with(&self, headers: &mut Headers, definition: &mut Definition<'_>) -> Body {
        let declared = declared_content_type(headers);
        let body = self.build(declared.as_deref(), definition);
        if declared.is_none()
            && let Some(content_type) = body.content_type()
        {
            headers.insert("Content-Type".into(), vec![content_type.into()]);
            if matches!(self, Self::Multipart(_)) {
                let rule = RuleKind::Regex(MULTIPART.into());
                definition.rules.add(Category::Header, "Content-Type", rule);
            }
        }
        body
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
fn declared_content_type(headers: &Headers) -> Option<String> {
    headers
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("content-type"))
        .and_then(|(_, values)| values.first().cloned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_step_is_quoted_where_it_has_to_be() {
        for (name, expected) in [
            ("file", ".file"),
            ("n:b", "['n:b']"),
            ("it's", "['it\\'s']"),
            ("", "['']"),
        ] {
            assert_eq!(step(name), expected);
        }
    }

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
