//! Mismatches as text: one line each ([`fmt::Display`]), or as a person compares
//! two values that do not fit on a line ([`render`]).

mod bytes;
mod groups;
mod lines;
mod phrases;
mod render;
mod texts;
mod values;

use std::fmt;

use serde_json::Value;

use self::values::{kind, plain, shown};
use crate::{Difference, Mismatch, Part};

pub use self::{
    groups::summary,
    render::{Line, LineKind, RenderOptions, render, render_lines},
};

/// How many characters of a value a line shows.
const SHOWN: usize = 120;
/// How many characters of a path or name a line shows.
const PLACE_SHOWN: usize = 200;

/// Rules about what a text stands for: where a string breaks one, it is said that
/// it is a string.
const ABOUT_TYPES: &[&str] = &["integer", "decimal", "number", "boolean"];

impl fmt::Display for Mismatch {
    /// One line: where, what was expected, and what was found.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place(), self.sentence())
    }
}

/// What was found, as a sentence says it.
enum Found {
    /// Something: `the string "8"`.
    Value(String),
    /// Nothing that could be shown: `it is missing`.
    Because(String),
}

impl Mismatch {
    /// Where it is: `status`, `header ETag`, `$.items[2].id`.
    fn place(&self) -> String {
        self.place_at(&self.path)
    }

    fn place_at(&self, path: &str) -> String {
        let path = values::on_one_line(path, PLACE_SHOWN);
        match (self.part, path.as_str()) {
            (Part::Method, _) => "method".into(),
            (Part::Path, _) => "path".into(),
            (Part::Status, _) => "status".into(),
            (Part::Body, "$") => "body".into(),
            (Part::Body, _) => path,
            (Part::Query, _) => format!("query {path}"),
            (Part::Header, _) => format!("header {path}"),
            (Part::Metadata, _) => format!("metadata {path}"),
        }
    }

    /// What was expected and what was found, on one line.
    fn sentence(&self) -> String {
        let (expected, found) = match self.texts() {
            Some((expected, actual)) => {
                let windows = texts::windows(expected, actual, SHOWN);
                let lengths = windows.lengths();
                let found = format!("found {}{lengths}", windows.actual.text);
                (windows.expected.text, found)
            }
            None => (self.wanted(SHOWN), self.got()),
        };
        format!("expected {expected}, but {found}{}", self.hint())
    }

    fn got(&self) -> String {
        match self.found(SHOWN) {
            Found::Value(found) => format!("found {found}"),
            Found::Because(reason) => reason,
        }
    }

    /// Both texts, where the expected one was to be found as it is.
    fn texts(&self) -> Option<(&str, &str)> {
        let is_plain = matches!(self.rule.as_str(), "equality" | "values");
        let is_plain = is_plain && self.difference == Difference::Different;
        let texts = self.expected.as_str().zip(self.actual.as_ref()?.as_str());
        texts.filter(|_| is_plain)
    }

    /// What is easy to overlook, behind a semicolon.
    fn hint(&self) -> String {
        if let Some(near) = &self.near {
            let near = shown(&Value::from(near.as_str()), SHOWN);
            return format!("; there is {} {near}", self.named());
        }
        if let Some((expected, actual)) = self.texts() {
            let only = texts::only_difference(expected, actual);
            return only.map_or_else(String::new, |only| format!("; they differ in {only} only"));
        }
        match (&self.expected, &self.actual) {
            (Value::Number(expected), Some(Value::Number(actual)))
                if self.rule == "equality" && expected.as_f64() == actual.as_f64() =>
            {
                "; an integer is not equal to a decimal number".into()
            }
            _ => String::new(),
        }
    }

    /// What the names of the part are.
    fn named(&self) -> &'static str {
        match self.part {
            Part::Header => "a header",
            Part::Query => "a parameter",
            _ => "a key",
        }
    }

    /// What was expected, with at most so many characters of a value.
    fn wanted(&self, most: usize) -> String {
        let rule = self.rule.as_str();
        let is_exact = matches!(rule, "equality" | "values");
        match self.difference {
            Difference::Unexpected if self.is_whole_body() => "no body".into(),
            Difference::Unexpected => "nothing".into(),
            Difference::Unreadable => plain(&self.expected, most),
            Difference::Length => length(&self.expected),
            Difference::Missing if is_exact => shown(&self.expected, most),
            Difference::Missing => phrases::missing(self, most),
            Difference::Type if is_exact => self.of_kind(&self.expected, most),
            _ => phrases::expectation(self, most),
        }
    }

    fn found(&self, most: usize) -> Found {
        let Some(actual) = &self.actual else {
            return Found::Because(self.nothing_there().into());
        };
        match (self.difference, self.rule.as_str()) {
            (Difference::Unreadable, _) => {
                Found::Because(format!("cannot read it: {}", plain(actual, most)))
            }
            (Difference::Missing, _) => Found::Because(self.nothing_there().into()),
            (Difference::Different, "arrayContains") => none_like_it(actual, most),
            (_, rule) if rule.starts_with("eachKey(") => {
                Found::Value(format!("the key {}", shown(actual, most)))
            }
            (Difference::Type, "contentType") => Found::Value(plain(actual, most)),
            (Difference::Type, _) => Found::Value(self.of_kind(actual, most)),
            (_, rule) if self.is_text_instead(rule, actual) => {
                Found::Value(self.of_kind(actual, most))
            }
            _ => Found::Value(shown(actual, most)),
        }
    }

    /// `the string "8"`; `null` is a type of its own. Where expected and actual are
    /// of one type, the difference is in what the texts name.
    fn of_kind(&self, value: &Value, most: usize) -> String {
        let same = |actual: &Value| kind(actual) == kind(&self.expected);
        let is_named = self.rule == "equality" && self.actual.as_ref().is_some_and(same);
        match value {
            Value::Null => "null".into(),
            Value::String(_) if is_named => plain(value, most),
            value => format!("the {} {}", kind(value), shown(value, most)),
        }
    }

    fn is_text_instead(&self, rule: &str, actual: &Value) -> bool {
        self.part == Part::Body && actual.is_string() && ABOUT_TYPES.contains(&rule)
    }

    fn is_whole_body(&self) -> bool {
        self.part == Part::Body && self.path == "$"
    }

    fn nothing_there(&self) -> &'static str {
        match self.is_whole_body() {
            true => "the body is empty",
            false => "it is missing",
        }
    }
}

fn none_like_it(list: &Value, most: usize) -> Found {
    match list.as_array().is_some_and(Vec::is_empty) {
        true => Found::Because("the list is empty".into()),
        false => Found::Value(format!("none in {}", shown(list, most))),
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

fn elements(length: &Value) -> String {
    match length.as_u64() {
        Some(0) => "no elements".into(),
        Some(1) => "1 element".into(),
        _ => format!("{length} elements"),
    }
}

#[cfg(test)]
mod tests;
