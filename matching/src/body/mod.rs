//! Bodies. One content type, one file; [`BodyMatcher`] picks the file by the
//! declared content type. A missing body is not compared; a null or empty one
//! must have no bytes (Pact specification version 3, "Body").

mod bytes;
mod json;
mod text;
mod xml;

use std::cell::OnceCell;

use pactwork_contract::{Body, Category, Content, MatchingRules};
use serde_json::Value;

use crate::{
    Difference, Mismatch, Part, content_type::Format, rules::ContentType, structure::Keys,
    warnings::Warnings,
};

/// The bytes that were received. Where several expectations share them, they are
/// read once; otherwise they are compared while they are read.
#[derive(Debug)]
pub(crate) struct Received<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) content_type: Option<&'a str>,
    /// Whether more than one expectation is compared with them.
    pub(crate) is_shared: bool,
    json: OnceCell<Result<Value, String>>,
}

impl<'a> Received<'a> {
    pub(crate) fn new(bytes: &'a [u8], content_type: Option<&'a str>) -> Self {
        Self {
            bytes,
            content_type,
            is_shared: false,
            json: OnceCell::new(),
        }
    }

    fn json(&self) -> &Result<Value, String> {
        self.json.get_or_init(|| json::parse(self.bytes))
    }
}

/// A body's expectation, compiled.
#[derive(Debug)]
pub(crate) struct BodyMatcher {
    expectation: Expectation,
    /// What the pact declares the body to be.
    content_type: Option<String>,
}

#[derive(Debug)]
enum Expectation {
    /// The pact says nothing.
    Anything,
    /// No bytes, or the JSON document `null`.
    Null,
    /// No bytes.
    Empty,
    Json(json::Json),
    Xml(Box<xml::Xml>),
    Text(text::Text),
    Bytes(bytes::Bytes),
}

impl BodyMatcher {
    /// Compiles a body. `header` is the content type that a header or the metadata gives.
    pub(crate) fn compile(
        body: &Body,
        header: Option<&str>,
        rules: &MatchingRules,
        keys: Keys,
        warnings: &mut Warnings,
    ) -> Self {
        let content_type = body.content_type().or(header).map(String::from);
        let expectation = match body {
            Body::Missing => Expectation::Anything,
            Body::Null => Expectation::Null,
            Body::Empty => Expectation::Empty,
            Body::Present { content, .. } => {
                let rules = Rules { rules, warnings };
                present(content, content_type.as_deref(), keys, rules)
            }
        };
        Self {
            expectation,
            content_type,
        }
    }

    /// Compares what was received.
    pub(crate) fn compare(&self, received: &Received<'_>) -> Vec<Mismatch> {
        let expected = match &self.expectation {
            Expectation::Anything => return Vec::new(),
            Expectation::Null if matches!(received.json(), Ok(Value::Null)) => return Vec::new(),
            Expectation::Null | Expectation::Empty => return nothing(received),
            Expectation::Json(_) => Format::Json,
            Expectation::Xml(_) => Format::Xml,
            Expectation::Text(_) => Format::Text,
            Expectation::Bytes(_) => Format::Bytes,
        };
        if let Some(mismatch) = self.another_format(expected, received) {
            return vec![mismatch];
        }
        match &self.expectation {
            Expectation::Json(json) => json.compare(received),
            Expectation::Xml(xml) => xml.compare(received),
            Expectation::Text(text) => text.compare(received),
            Expectation::Bytes(bytes) => bytes.compare(received),
            Expectation::Anything | Expectation::Null | Expectation::Empty => Vec::new(),
        }
    }

    /// Comparing a web page with JSON key by key helps nobody.
    fn another_format(&self, expected: Format, received: &Received<'_>) -> Option<Mismatch> {
        let declared = self.content_type.as_deref()?;
        let actual = received.content_type?;
        let comparable = received.bytes.is_empty()
            || Format::of(declared) != expected
            || Format::of(actual) == expected;
        (!comparable).then(|| Mismatch {
            part: Part::Body,
            path: "$".into(),
            difference: Difference::Type,
            rule: "contentType".into(),
            expected: declared.into(),
            actual: Some(actual.into()),
        })
    }
}

/// The rules of the body, and who is told of those that are not understood.
struct Rules<'a> {
    rules: &'a MatchingRules,
    warnings: &'a mut Warnings,
}

fn present(
    content: &Content,
    content_type: Option<&str>,
    keys: Keys,
    rules: Rules<'_>,
) -> Expectation {
    let format = match (content_type.map(Format::of), content) {
        (Some(Format::Json), _) => Format::Json,
        (Some(format), Content::Json(Value::String(_)) | Content::Text(_) | Content::Binary(_)) => {
            format
        }
        (_, Content::Json(_)) => Format::Json,
        (None, Content::Text(text)) => match Format::of(ContentType::detect(text.as_bytes())) {
            Format::Bytes => Format::Text,
            detected => detected,
        },
        (None, Content::Binary(_)) => Format::Bytes,
    };
    match (format, content) {
        (Format::Json, Content::Json(example)) => {
            Expectation::Json(json::Json::compile(example, keys, rules))
        }
        (Format::Json, content) => match json::parse(bytes_of(content)) {
            Ok(example) => Expectation::Json(json::Json::compile(&example, keys, rules)),
            Err(_) => Expectation::Bytes(bytes::Bytes::compile(bytes_of(content), rules)),
        },
        (Format::Xml, content) => xml(bytes_of(content), content_type, keys, rules),
        (Format::Text, content) => match std::str::from_utf8(bytes_of(content)) {
            Ok(example) => Expectation::Text(text::Text::compile(example, rules)),
            Err(_) => Expectation::Bytes(bytes::Bytes::compile(bytes_of(content), rules)),
        },
        (Format::Bytes, content) => {
            Expectation::Bytes(bytes::Bytes::compile(bytes_of(content), rules))
        }
    }
}

fn xml(
    example: &[u8],
    content_type: Option<&str>,
    keys: Keys,
    mut rules: Rules<'_>,
) -> Expectation {
    match xml::Xml::compile(example, content_type, keys, &mut rules) {
        Ok(xml) => Expectation::Xml(Box::new(xml)),
        Err(reason) => {
            let reason =
                format!("the example is no XML ({reason}), so it is compared byte by byte");
            rules.warnings.add(Category::Body, "", reason);
            Expectation::Bytes(bytes::Bytes::compile(example, rules))
        }
    }
}

fn bytes_of(content: &Content) -> &[u8] {
    match content {
        Content::Json(Value::String(text)) | Content::Text(text) => text.as_bytes(),
        Content::Json(_) => &[],
        Content::Binary(bytes) => bytes,
    }
}

fn nothing(received: &Received<'_>) -> Vec<Mismatch> {
    if received.bytes.is_empty() {
        return Vec::new();
    }
    vec![Mismatch {
        part: Part::Body,
        path: "$".into(),
        difference: Difference::Unexpected,
        rule: "equality".into(),
        expected: Value::Null,
        actual: Some(bytes::show(received.bytes)),
    }]
}

/// The body that was expected is not there.
fn missing(rule: &str, expected: Value) -> Vec<Mismatch> {
    vec![Mismatch {
        part: Part::Body,
        path: "$".into(),
        difference: Difference::Missing,
        rule: rule.into(),
        expected,
        actual: None,
    }]
}

impl Rules<'_> {
    /// The body's rules as a tree of paths.
    fn paths(&mut self) -> crate::structure::RulePaths {
        crate::fields::paths(self.rules, Category::Body, self.warnings)
    }
}
