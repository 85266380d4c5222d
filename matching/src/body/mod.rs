//! Bodies. One content type, one file; [`BodyMatcher`] picks the file by the
//! declared content type, or by the example where none is declared. A missing body is not compared; a null or empty one
//! must have no bytes (Pact specification version 3, "Body").

mod bytes;
mod form;
mod json;
mod multipart;
mod text;
pub(crate) mod xml;

use std::{borrow::Cow, cell::OnceCell};

use pactwork_contract::{Body, Category, Content, MatchingRules, Warning};
use serde_json::Value;

use crate::{
    Difference, Mismatch, Part,
    charset::Charset,
    content_type::Format,
    json_path::{self, Step},
    rules::ContentType,
    structure::{Keys, RulePaths},
    warnings::Warnings,
};

/// How deep multipart bodies within each other are read.
const DEPTH: usize = 8;

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
        self.json.get_or_init(|| json::parse(&self.json_text()?))
    }

    /// The bytes as the text of a JSON document, valid also where nobody looks.
    fn json_text(&self) -> Result<Cow<'_, str>, String> {
        Charset::of_json(self.content_type).decode(self.bytes)
    }

    /// The bytes as text of the declared charset, or of another where none is declared.
    fn text(&self, undeclared: Charset) -> Result<Cow<'_, str>, String> {
        let charset = Charset::declared(self.content_type)?.unwrap_or(undeclared);
        charset.decode(self.bytes)
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
    /// What no document can be, and why.
    Impossible(String),
    Json(json::Json),
    Xml(Box<xml::Xml>),
    Text(text::Text),
    Form(form::Form),
    Multipart(multipart::Multipart),
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
                let rules = Rules {
                    rules,
                    warnings,
                    depth: 0,
                };
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
            Expectation::Impossible(reason) => {
                return vec![Mismatch::unreadable(Part::Body, "JSON", reason)];
            }
            Expectation::Json(_) => Format::Json,
            Expectation::Xml(_) => Format::Xml,
            Expectation::Text(_) => Format::Text,
            Expectation::Form(_) => Format::Form,
            Expectation::Multipart(_) => Format::Multipart,
            Expectation::Bytes(_) => Format::Bytes,
        };
        if let Some(mismatch) = self.another_format(expected, received) {
            return vec![mismatch];
        }
        match &self.expectation {
            Expectation::Json(json) => json.compare(received),
            Expectation::Xml(xml) => xml.compare(received),
            Expectation::Text(text) => text.compare(received),
            Expectation::Form(form) => form.compare(received),
            Expectation::Multipart(multipart) => multipart.compare(received),
            Expectation::Bytes(bytes) => bytes.compare(received),
            Expectation::Anything
            | Expectation::Null
            | Expectation::Empty
            | Expectation::Impossible(_) => Vec::new(),
        }
    }

    /// How many values of its own the body expects.
    pub(crate) fn values(&self) -> usize {
        match &self.expectation {
            Expectation::Json(json) => json.values(),
            Expectation::Form(form) => form.values(),
            _ => 1,
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
            near: None,
        })
    }
}

/// The rules of the body, and who is told of those that are not understood.
struct Rules<'a> {
    rules: &'a MatchingRules,
    warnings: &'a mut Warnings,
    /// How many multipart bodies the body is within.
    depth: usize,
}

fn present(
    content: &Content,
    content_type: Option<&str>,
    keys: Keys,
    mut rules: Rules<'_>,
) -> Expectation {
    if let Content::Json(value) = content
        && let Some(reason) = json::unreadable(value)
    {
        rules.warnings.list.push(Warning {
            origin: String::new(),
            path: "$.body".into(),
            message: format!("{reason}, so that nothing can be like it"),
        });
        return Expectation::Impossible(reason);
    }
    let example = match Example::of(content, content_type) {
        Ok(example) => example,
        Err(reason) => return byte_by_byte(&bytes_of(content), &reason, rules),
    };
    let bytes = &example.bytes;
    let format = match (content_type.map(Format::of), content) {
        _ if bytes::is_for_type(rules.rules) => Format::Bytes,
        (Some(Format::Bytes), _) if text::is_for_text(rules.rules, bytes) => Format::Text,
        (Some(Format::Json), _) => Format::Json,
        (Some(format), Content::Json(Value::String(_)) | Content::Text(_) | Content::Binary(_)) => {
            format
        }
        (_, Content::Json(_)) => Format::Json,
        // Nothing says what it is but the example itself.
        (None, _) => Format::of(ContentType::detect(bytes)),
    };
    match (format, content) {
        (Format::Json, Content::Json(value)) => {
            Expectation::Json(json::Json::compile(value, keys, rules))
        }
        (Format::Json, _) => match example.text().and_then(|text| json::parse(&text)) {
            Ok(value) => Expectation::Json(json::Json::compile(&value, keys, rules)),
            Err(reason) => byte_by_byte(bytes, &format!("it is not JSON: {reason}"), rules),
        },
        (Format::Xml, _) => match xml::Xml::compile(&example, keys, &mut rules) {
            Ok(xml) => Expectation::Xml(Box::new(xml)),
            Err(reason) => byte_by_byte(bytes, &format!("it is not XML: {reason}"), rules),
        },
        (Format::Text, _) => match example.text() {
            Ok(text) => Expectation::Text(text::Text::compile(&text, example.declared, rules)),
            Err(reason) => byte_by_byte(bytes, &reason, rules),
        },
        (Format::Form, _) => Expectation::Form(form::Form::compile(&example, keys, rules)),
        (Format::Multipart, _) => match multipart::Example::read(bytes, content_type, &rules) {
            Ok(parts) => Expectation::Multipart(multipart::Multipart::compile(parts, keys, rules)),
            Err(reason) => byte_by_byte(bytes, &reason, rules),
        },
        (Format::Bytes, _) => Expectation::Bytes(bytes::Bytes::compile(bytes, rules)),
    }
}

/// The expectation for an example that is not what its content type says.
fn byte_by_byte(example: &[u8], reason: &str, rules: Rules<'_>) -> Expectation {
    rules.warnings.list.push(Warning {
        origin: String::new(),
        path: "$.body".into(),
        message: format!("the example cannot be read: {reason}; it is compared byte by byte"),
    });
    Expectation::Bytes(bytes::Bytes::compile(example, rules))
}

/// An example as bytes.
struct Example<'a> {
    bytes: Cow<'a, [u8]>,
    /// How these bytes are read.
    charset: Charset,
    /// Whether that is sure, or what goes without saying.
    is_told: bool,
    /// How those of an actual body are read that declares no charset.
    declared: Charset,
}

impl<'a> Example<'a> {
    /// The error says which charset is not known.
    fn of(content: &'a Content, content_type: Option<&str>) -> Result<Self, String> {
        let told = match content_type.map(Format::of) {
            Some(Format::Json) => Some(Charset::of_json(content_type)),
            _ => Charset::declared(content_type)?,
        };
        let declared = told.unwrap_or(Charset::UTF_8);
        let bytes = bytes_of(content);
        // Text stands in a pact as it reads, whatever its charset.
        let is_text = match content {
            Content::Binary(_) => false,
            Content::Text(text) => !declared.is_undecoded(text),
            Content::Json(_) => true,
        };
        let charset = if is_text { Charset::UTF_8 } else { declared };
        Ok(Self {
            bytes,
            charset,
            is_told: is_text || told.is_some(),
            declared,
        })
    }

    fn text(&self) -> Result<Cow<'_, str>, String> {
        self.charset.decode(&self.bytes)
    }
}

fn bytes_of(content: &Content) -> Cow<'_, [u8]> {
    match content {
        Content::Json(Value::String(text)) | Content::Text(text) => text.as_bytes().into(),
        Content::Json(value) => value.to_string().into_bytes().into(),
        Content::Binary(bytes) => bytes.into(),
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
        actual: Some(bytes::show(received.bytes, 0)),
        near: None,
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
        near: None,
    }]
}

impl Rules<'_> {
    /// The body's rules as a tree of paths.
    fn paths(&mut self) -> RulePaths {
        crate::fields::paths(self.rules, Category::Body, self.warnings)
    }
}

/// The steps of a rule's path in a body of named parts. A name such as `a.b` or
/// `a[]` may stand after `$.` as it is.
fn steps(path: &str, is_name: impl Fn(&str) -> bool) -> Result<Vec<Step>, String> {
    match path.strip_prefix("$.").filter(|name| is_name(name)) {
        Some(name) => Ok(vec![Step::Exact(name.into())]),
        None => json_path::parse(path),
    }
}
