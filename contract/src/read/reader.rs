//! Where the input came from and what was odd about it; members by type.

use serde_json::{Map, Value};

use crate::{ReadError, Warning};

pub(super) struct Reader<'a> {
    origin: &'a str,
    /// Whether Ruby's objects may stand in the place of examples.
    pub(super) has_ruby_objects: bool,
    pub(super) warnings: Vec<Warning>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(origin: &'a str) -> Self {
        Self {
            origin,
            has_ruby_objects: false,
            warnings: Vec::new(),
        }
    }

    pub(super) fn warn(&mut self, path: &str, message: impl Into<String>) {
        self.warnings.push(Warning {
            origin: self.origin.into(),
            path: path.into(),
            message: message.into(),
        });
    }

    pub(super) fn unexpected(
        &self,
        path: &str,
        expected: &str,
        found: Option<&Value>,
    ) -> ReadError {
        ReadError::Content {
            origin: self.origin.into(),
            path: path.into(),
            expected: expected.into(),
            found: describe(found),
        }
    }

    pub(super) fn object(&self, value: Value, path: &str) -> Result<Map<String, Value>, ReadError> {
        match value {
            Value::Object(object) => Ok(object),
            other => Err(self.unexpected(path, "an object", Some(&other))),
        }
    }

    pub(super) fn array(&self, value: Value, path: &str) -> Result<Vec<Value>, ReadError> {
        match value {
            Value::Array(array) => Ok(array),
            other => Err(self.unexpected(path, "a list", Some(&other))),
        }
    }

    /// The object under a key that has to be there.
    pub(super) fn required_object(
        &self,
        parent: &mut Map<String, Value>,
        key: &str,
        path: &str,
    ) -> Result<Map<String, Value>, ReadError> {
        match parent.remove(key) {
            Some(Value::Object(object)) => Ok(object),
            other => Err(self.unexpected(&member(path, key), "an object", other.as_ref())),
        }
    }

    /// The object under a key; empty where there is none. PHP writes an empty
    /// object as an empty list.
    pub(super) fn optional_object(
        &self,
        parent: &mut Map<String, Value>,
        key: &str,
        path: &str,
    ) -> Result<Map<String, Value>, ReadError> {
        match parent.remove(key) {
            None | Some(Value::Null) => Ok(Map::new()),
            Some(Value::Array(none)) if none.is_empty() => Ok(Map::new()),
            Some(value) => self.object(value, &member(path, key)),
        }
    }

    /// The object under a key that nothing depends on: where something else
    /// stands there, it stays where it is, with a warning.
    pub(super) fn lenient_object(
        &mut self,
        parent: &mut Map<String, Value>,
        key: &str,
        path: &str,
    ) -> Map<String, Value> {
        match parent.remove(key) {
            None | Some(Value::Null) => Map::new(),
            Some(Value::Object(object)) => object,
            Some(Value::Array(none)) if none.is_empty() => Map::new(),
            Some(other) => {
                self.warn(&member(path, key), kept("an object", &other));
                parent.insert(key.into(), other);
                Map::new()
            }
        }
    }

    /// The text under a key that nothing depends on; see [`Self::lenient_object`].
    pub(super) fn lenient_text(
        &mut self,
        parent: &mut Map<String, Value>,
        key: &str,
        path: &str,
    ) -> Option<String> {
        match parent.remove(key)? {
            Value::String(text) => Some(text),
            Value::Null => None,
            other => {
                self.warn(&member(path, key), kept("a text", &other));
                parent.insert(key.into(), other);
                None
            }
        }
    }

    /// The boolean under a key that nothing depends on; see [`Self::lenient_object`].
    pub(super) fn lenient_bool(
        &mut self,
        parent: &mut Map<String, Value>,
        key: &str,
        path: &str,
    ) -> bool {
        match parent.remove(key) {
            None | Some(Value::Null) => false,
            Some(Value::Bool(value)) => value,
            Some(other) => {
                self.warn(&member(path, key), kept("true or false", &other));
                parent.insert(key.into(), other);
                false
            }
        }
    }
}

fn kept(expected: &str, found: &Value) -> String {
    let found = describe(Some(found));
    format!("expected {expected}, found {found}; kept, not used")
}

/// The path of an object's member: `$.request.headers`, `$.matchingRules["$.id"]`.
pub(super) fn member(path: &str, key: &str) -> String {
    crate::path::member(path, key)
}

/// Members by name: an object has no order of its own (RFC 8259, section 4).
pub(super) fn sorted(object: Map<String, Value>) -> impl Iterator<Item = (String, Value)> {
    let mut members: Vec<_> = object.into_iter().collect();
    members.sort_by(|(left, _), (right, _)| left.cmp(right));
    members.into_iter()
}

/// A value as an error message shows it: its type and, where it is short, itself.
pub(super) fn describe(value: Option<&Value>) -> String {
    let Some(value) = value else {
        return "nothing".into();
    };
    let kind = match value {
        Value::Null => return "null".into(),
        Value::Bool(_) => "",
        Value::Number(_) => "the number ",
        Value::String(_) => "the text ",
        Value::Array(list) => return format!("a list of {}", list.len()),
        Value::Object(object) => return format!("an object of {}", object.len()),
    };
    format!("{kind}{}", crate::path::shortened(&value.to_string()))
}
