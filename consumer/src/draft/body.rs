//! Bodies: read as what their content type says, redacted, and merged.

use std::borrow::Cow;
use std::collections::BTreeSet;

use pactwork_contract::Content;
use serde_json::Value;

use super::ObservedBody;
use super::derive::Side;
use super::fields::{self, Fields, Pairs};
use super::formats::Texts;
use super::headers::essence;
use super::redact::Redactor;
use super::shape::Shape;
use super::skeleton;

/// A text that is longer makes no example that anybody reads.
const LONGEST_TEXT: usize = 64 * 1024;

/// The same for bytes.
const LONGEST_BINARY: usize = 16 * 1024;

/// A body as one observation has it, without secrets.
#[derive(Debug, Clone)]
pub(super) enum Read {
    None,
    Json(Value),
    Form(Pairs),
    Xml(String),
    Text(String),
    Binary(Vec<u8>),
    /// Why it is not in the draft: a clause.
    LeftOut(String),
}

/// A body with the places within it that were replaced.
pub(super) struct ReadBody {
    pub body: Read,
    pub redacted: Vec<String>,
}

impl ReadBody {
    /// Reads and redacts.
    pub fn of(body: &ObservedBody, content_type: Option<&str>, redactor: &Redactor) -> Self {
        let mut redacted = Vec::new();
        let body = match read(body, content_type) {
            Read::Json(mut value) => {
                redacted = redactor.json(&mut value);
                Read::Json(value)
            }
            Read::Form(pairs) => Read::Form(form(pairs, redactor, &mut redacted)),
            Read::Xml(text) => Read::Xml(whole(text, redactor, &mut redacted)),
            Read::Text(text) => Read::Text(whole(text, redactor, &mut redacted)),
            Read::Binary(bytes) => {
                let text = String::from_utf8_lossy(&bytes);
                match redactor.text(&text) {
                    Cow::Borrowed(_) => Read::Binary(bytes),
                    Cow::Owned(_) => Read::LeftOut("something in it looks like a secret".into()),
                }
            }
            other => other,
        };
        Self { body, redacted }
    }
}

fn form(pairs: Pairs, redactor: &Redactor, redacted: &mut Vec<String>) -> Pairs {
    let pairs = pairs.into_iter().map(|(name, value)| {
        let after = value.as_deref().map(|value| redactor.field(&name, value));
        let after = after.map(Cow::into_owned);
        let shown = redactor.text(&name).into_owned();
        if after != value {
            redacted.push(shown.clone());
        }
        (shown, after)
    });
    pairs.collect()
}

fn whole(text: String, redactor: &Redactor, redacted: &mut Vec<String>) -> String {
    match redactor.text(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(replaced) => {
            redacted.push("$".into());
            replaced
        }
    }
}

fn read(body: &ObservedBody, content_type: Option<&str>) -> Read {
    let bytes = match body {
        ObservedBody::Unknown(reason) => return Read::LeftOut(reason.clone()),
        ObservedBody::Bytes(bytes) if bytes.is_empty() => return Read::None,
        ObservedBody::Bytes(bytes) => bytes,
    };
    let essence = content_type.map(essence).unwrap_or_default();
    if essence.starts_with("multipart/") {
        return Read::LeftOut("it is multipart, which a person has to write".into());
    }
    if essence.is_empty()
        && let Ok(value @ (Value::Array(_) | Value::Object(_))) = serde_json::from_slice(bytes)
    {
        return Read::Json(value);
    }
    match Content::from_bytes(bytes.clone(), content_type) {
        Content::Json(value) => Read::Json(value),
        Content::Text(_) if essence.ends_with("json") => {
            Read::LeftOut("its content type says JSON, which it is not".into())
        }
        Content::Text(text) if essence == "application/x-www-form-urlencoded" => {
            Read::Form(fields::parse(&text))
        }
        Content::Text(text) if text.len() > LONGEST_TEXT => too_long(text.len()),
        Content::Text(text) if essence.ends_with("/xml") || essence.ends_with("+xml") => {
            Read::Xml(text)
        }
        Content::Text(text) => Read::Text(text),
        Content::Binary(bytes) if bytes.len() > LONGEST_BINARY => too_long(bytes.len()),
        Content::Binary(bytes) => Read::Binary(bytes),
    }
}

fn too_long(bytes: usize) -> Read {
    Read::LeftOut(format!("its {bytes} bytes are too many for an example"))
}

impl Read {
    /// What tells bodies apart that cannot be one expectation.
    pub fn key(&self, side: Side, content_type: Option<&str>) -> String {
        let essence = content_type.map(essence).unwrap_or_default();
        let what = match (self, side) {
            (Self::None, _) => return String::new(),
            (Self::LeftOut(_), _) => "?".into(),
            (Self::Json(value), Side::Request) => skeleton::skeleton(value),
            (Self::Json(value), Side::Response) => skeleton::root(value).into(),
            (Self::Form(pairs), _) => {
                let names: BTreeSet<_> = pairs.iter().map(|(name, _)| name).collect();
                format!("{names:?}")
            }
            (Self::Xml(_) | Self::Text(_) | Self::Binary(_), _) => "bytes".into(),
        };
        format!("{essence} {what}")
    }

    /// What a person tells it by: the names of its members or fields.
    pub fn names(&self) -> BTreeSet<&str> {
        match self {
            Self::Json(Value::Object(members)) => members.keys().map(String::as_str).collect(),
            Self::Form(pairs) => pairs.iter().map(|(name, _)| name.as_str()).collect(),
            _ => BTreeSet::new(),
        }
    }

    /// How much of an example it is: with more of its members, and lists that are not empty.
    pub fn weight(&self) -> usize {
        match self {
            Self::Json(value) => weight(value),
            Self::None | Self::LeftOut(_) => 0,
            _ => 1,
        }
    }
}

fn weight(value: &Value) -> usize {
    match value {
        Value::Null => 0,
        Value::Array(elements) => 1 + elements.iter().map(weight).max().unwrap_or(0),
        Value::Object(members) => 1 + members.values().map(weight).sum::<usize>(),
        _ => 1,
    }
}

/// What several bodies have in common.
#[derive(Debug, Clone, Default)]
pub(super) struct BodyShape {
    /// How many were left out.
    pub left_out: u64,
    pub json: Option<Shape>,
    pub form: Fields,
    pub text: Option<Texts>,
}

impl BodyShape {
    pub fn of(body: &Read) -> Self {
        let mut shape = Self::default();
        match body {
            Read::Json(value) => shape.json = Some(Shape::of(value)),
            Read::Form(pairs) => {
                let pairs = pairs.iter();
                let pairs = pairs.map(|(name, value)| (&**name, value.as_deref().unwrap_or("")));
                shape.form = Fields::of(pairs);
            }
            Read::Text(text) | Read::Xml(text) => shape.text = Some(Texts::of(text)),
            Read::LeftOut(_) => shape.left_out = 1,
            Read::None | Read::Binary(_) => {}
        }
        shape
    }

    pub fn merge(&mut self, other: Self) {
        self.left_out += other.left_out;
        match (self.json.as_mut(), other.json) {
            (Some(shape), Some(other)) => shape.merge(other),
            (None, other) => self.json = other,
            (Some(_), None) => {}
        }
        self.form.merge(other.form);
        match (self.text.as_mut(), other.text) {
            (Some(texts), Some(other)) => texts.merge(other),
            (None, other) => self.text = other,
            (Some(_), None) => {}
        }
    }
}
