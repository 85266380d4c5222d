use serde_json::{Map, Value};

use crate::{ReadError, Warning};

/// Where the input came from, and what was odd about it so far.
pub(super) struct Reader<'a> {
    origin: &'a str,
    pub(super) warnings: Vec<Warning>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(origin: &'a str) -> Self {
        Self {
            origin,
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

    pub(super) fn error(&self, path: &str, expected: &str, found: &str) -> ReadError {
        ReadError::Content {
            origin: self.origin.into(),
            path: path.into(),
            expected: expected.into(),
            found: found.into(),
        }
    }

    pub(super) fn unexpected(
        &self,
        path: &str,
        expected: &str,
        found: Option<&Value>,
    ) -> ReadError {
        self.error(path, expected, &describe(found))
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

    /// The object under a key; empty where there is none.
    pub(super) fn optional_object(
        &self,
        parent: &mut Map<String, Value>,
        key: &str,
        path: &str,
    ) -> Result<Map<String, Value>, ReadError> {
        match parent.remove(key) {
            None | Some(Value::Null) => Ok(Map::new()),
            Some(value) => self.object(value, &format!("{path}.{key}")),
        }
    }

    /// The text under a key; `None` where there is none.
    pub(super) fn optional_text(
        &self,
        parent: &mut Map<String, Value>,
        key: &str,
        path: &str,
    ) -> Result<Option<String>, ReadError> {
        match parent.remove(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(self.unexpected(&format!("{path}.{key}"), "a text", Some(&other))),
        }
    }
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
    let mut text = value.to_string();
    if let Some((end, _)) = text.char_indices().nth(60) {
        text.truncate(end);
        text.push('…');
    }
    format!("{kind}{text}")
}
