//! A mismatch as one line for people.

use std::fmt;

use serde_json::Value;

use crate::{Difference, Mismatch, Part, window};

/// How many characters of a value a line shows.
const SHOWN: usize = 120;

/// How the expectation of each rule reads; `{}` is the expected value. Rules that
/// are not here read as the type rule.
const PHRASES: &[(&str, &str)] = &[
    ("equality", "{}"),
    ("values", "{}"),
    ("regex", "a value matching /{}/"),
    ("include", "a value containing \"{}\""),
    ("integer", "an integer like {}"),
    ("decimal", "a decimal number like {}"),
    ("number", "a number like {}"),
    ("boolean", "a boolean like {}"),
    ("null", "null"),
    ("date", "a date in the format {}"),
    ("time", "a time in the format {}"),
    ("datetime", "a date and time in the format {}"),
    ("notEmpty", "a value like {} that is not empty"),
    ("semver", "a semantic version like {}"),
    ("statusCode", "a status of class {}"),
    ("contentType", "content of type {}"),
    ("type", "a value like {}"),
];

/// Rules whose own value reads better without quotes.
const UNQUOTED: &[&str] = &[
    "regex",
    "include",
    "date",
    "time",
    "datetime",
    "statusCode",
    "contentType",
];

impl fmt::Display for Mismatch {
    /// One line: where, what was expected, by which rule, and what was found.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.part, self.path.as_str()) {
            (Part::Method, _) => f.write_str("method")?,
            (Part::Path, _) => f.write_str("path")?,
            (Part::Status, _) => f.write_str("status")?,
            (Part::Body, "$") => f.write_str("body")?,
            (Part::Body, path) => f.write_str(path)?,
            (Part::Query, name) => write!(f, "query {name}")?,
            (Part::Header, name) => write!(f, "header {name}")?,
            (Part::Metadata, name) => write!(f, "metadata {name}")?,
        }
        match self.texts() {
            Some((expected, actual)) => between_texts(f, expected, actual),
            None => write!(f, ": expected {}, but {}", self.wanted(), self.got()),
        }
    }
}

/// Two texts that should be equal: where they differ, if they are long.
fn between_texts(f: &mut fmt::Formatter<'_>, expected: &str, actual: &str) -> fmt::Result {
    let quoted = |text: &str| cut(&window::made_visible(&Value::from(text).to_string()));
    match window::around(expected, actual, SHOWN) {
        Some((expected, actual, at)) => write!(
            f,
            ": expected {}, but found {} (from character {at})",
            quoted(&expected),
            quoted(&actual)
        )?,
        None => write!(
            f,
            ": expected {}, but found {}",
            quoted(expected),
            quoted(actual)
        )?,
    }
    match window::only_difference(expected, actual) {
        Some(only) => write!(f, "; they differ in {only} only"),
        None => Ok(()),
    }
}

impl Mismatch {
    /// Both texts, where the expected one was to be found as it is.
    fn texts(&self) -> Option<(&str, &str)> {
        let is_plain = self.rule == "equality" && self.difference == Difference::Different;
        let texts = self.expected.as_str().zip(self.actual.as_ref()?.as_str());
        texts.filter(|_| is_plain)
    }

    fn wanted(&self) -> String {
        let what = match self.difference {
            Difference::Unexpected if self.part == Part::Body && self.path == "$" => {
                return "no body".into();
            }
            Difference::Unexpected => return "nothing".into(),
            Difference::Unreadable => return plain(&self.expected),
            Difference::Length => length(&self.expected),
            _ => self.phrase(),
        };
        match self.rule.as_str() {
            "equality" => what,
            rule => format!("{what} (rule {rule})"),
        }
    }

    fn phrase(&self) -> String {
        let of_key = self.rule.strip_prefix("eachKey(");
        let rule = of_key.map_or(self.rule.as_str(), |rule| rule.trim_end_matches(')'));
        // The example of what is missing says more than the rule for it.
        let rule = match self.difference {
            Difference::Missing if UNQUOTED.contains(&rule) => "type",
            _ => rule,
        };
        let contains = rule == "arrayContains" && self.difference == Difference::Different;
        let phrase = match PHRASES.iter().find(|(name, _)| *name == rule) {
            _ if contains => "an element like {}",
            Some((_, phrase)) => phrase,
            None => "a value like {}",
        };
        let value = match UNQUOTED.contains(&rule) {
            true => plain(&self.expected),
            false => cut(&self.expected.to_string()),
        };
        let phrase = phrase.replace("{}", &value);
        match of_key {
            Some(_) => phrase.replacen("a value", "a key", 1),
            None => phrase,
        }
    }

    fn got(&self) -> String {
        match (self.difference, &self.actual) {
            (Difference::Unreadable, Some(reason)) => format!("cannot read it: {}", plain(reason)),
            (Difference::Missing, _) | (_, None) => self.nothing_there().into(),
            (_, Some(actual)) => {
                format!("found {}", cut(&window::made_visible(&actual.to_string())))
            }
        }
    }

    fn nothing_there(&self) -> &'static str {
        match (self.part, self.path.as_str()) {
            (Part::Body, "$") => "the body is empty",
            (Part::Body, _) => "the key is missing",
            _ => "it is missing",
        }
    }
}

/// A list's length: a number, or the rule's bounds.
fn length(expected: &Value) -> String {
    match (expected.get("min"), expected.get("max")) {
        (Some(min), Some(max)) => format!("from {min} to {max} elements"),
        (Some(min), None) => format!("at least {}", elements(min)),
        (None, Some(max)) => format!("at most {}", elements(max)),
        (None, None) => elements(expected),
    }
}

fn elements(count: &Value) -> String {
    match count.as_u64() {
        Some(0) => "no elements".into(),
        Some(1) => "1 element".into(),
        _ => format!("{count} elements"),
    }
}

/// A text without quotes, anything else as JSON.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => cut(text),
        other => cut(&other.to_string()),
    }
}

/// Cuts a long text and says how long it is; keeps it on one line.
fn cut(text: &str) -> String {
    let one_line = text.replace(['\n', '\r'], " ");
    match one_line.char_indices().nth(SHOWN) {
        None => one_line,
        Some((end, _)) => {
            let all = one_line.chars().count();
            format!("{}… ({all} characters)", &one_line[..end])
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sentence(
        difference: Difference,
        rule: &str,
        expected: Value,
        actual: Option<Value>,
    ) -> String {
        let mismatch = Mismatch {
            part: Part::Body,
            path: "$.detail.owner".into(),
            difference,
            rule: rule.into(),
            expected,
            actual,
        };
        mismatch.to_string()
    }

    fn check(difference: Difference, rule: &str, values: (Value, Option<Value>), expected: &str) {
        let (wanted, found) = values;
        assert_eq!(
            sentence(difference, rule, wanted, found),
            format!("$.detail.owner: expected {expected}")
        );
    }

    #[test]
    fn what_is_missing_or_too_much() {
        use Difference::{Missing, Unexpected};
        let missing = r#"a value like "x" (rule type), but the key is missing"#;
        check(Missing, "type", (json!("x"), None), missing);
        let missing = "1, but the key is missing";
        check(Missing, "equality", (json!(1), None), missing);
        let nothing = (Value::Null, Some(json!(3)));
        check(Unexpected, "equality", nothing, "nothing, but found 3");
    }

    #[test]
    fn what_is_different() {
        use Difference::{Different, Type};
        let values = (json!("a"), Some(json!("b")));
        check(Different, "equality", values, r#""a", but found "b""#);
        let values = (json!({"a": 1}), Some(Value::Null));
        let sentence = r#"a value like {"a":1} (rule type), but found null"#;
        check(Type, "type", values, sentence);
        let values = (json!("yyyy-MM-dd"), Some(json!("x")));
        let sentence = r#"a date in the format yyyy-MM-dd (rule date), but found "x""#;
        check(Different, "date", values, sentence);
    }

    #[test]
    fn lengths() {
        for (rule, expected, actual, sentence) in [
            (
                "type",
                json!({"min": 1}),
                0,
                "at least 1 element (rule type), but found 0",
            ),
            (
                "type",
                json!({"max": 2}),
                3,
                "at most 2 elements (rule type), but found 3",
            ),
            (
                "type",
                json!({"min": 1, "max": 2}),
                3,
                "from 1 to 2 elements (rule type), but found 3",
            ),
            ("equality", json!(0), 3, "no elements, but found 3"),
        ] {
            check(
                Difference::Length,
                rule,
                (expected, Some(json!(actual))),
                sentence,
            );
        }
    }

    #[test]
    fn what_cannot_be_read() {
        let values = (json!("JSON"), Some(json!("EOF")));
        let sentence = "JSON, but cannot read it: EOF";
        check(Difference::Unreadable, "contentType", values, sentence);
    }

    #[test]
    fn long_values_are_cut_at_characters() {
        let long = json!("é".repeat(500));
        let line = sentence(Difference::Different, "equality", json!(1), Some(long));
        assert!(line.ends_with("é… (502 characters)"), "{line}");
        assert!(line.chars().count() < 200);
    }

    #[test]
    fn a_sentence_is_one_line() {
        let line = sentence(
            Difference::Unreadable,
            "contentType",
            json!("JSON"),
            Some(json!("a\nb")),
        );
        assert_eq!(line.lines().count(), 1);
    }
}
