//! What each matching rule expects, in words.

use serde_json::Value;

use super::{
    Part,
    values::{kind, plain, shown},
};
use crate::{Difference, Mismatch};

/// How the expectation of a rule reads.
#[derive(Debug, Clone, Copy)]
enum Phrase {
    /// These words, and the example behind `like`.
    Like(&'static str),
    /// As `Like`, for an example that is a number or boolean; as text it needs no quotes.
    LikeScalar(&'static str),
    /// These words; `{}` is the rule's own value, as it is.
    Own(&'static str),
    /// The same, in quotes.
    Quoted(&'static str),
    /// The class of a status code.
    Status,
    /// The example's JSON type.
    Type,
    /// The example itself.
    Example,
}

use Phrase::{Example, Like, LikeScalar, Own, Quoted, Status, Type};

/// The phrase of each rule. A rule that is not here reads as `type`.
const PHRASES: &[(&str, Phrase)] = &[
    ("equality", Example),
    ("values", Example),
    ("type", Type),
    ("regex", Own("a value matching /{}/")),
    ("include", Quoted("a value containing {}")),
    ("integer", LikeScalar("an integer")),
    ("decimal", LikeScalar("a decimal number")),
    ("number", LikeScalar("a number")),
    ("boolean", LikeScalar("a boolean")),
    ("null", Own("null")),
    ("date", Own("a date in the format {}")),
    ("time", Own("a time in the format {}")),
    ("datetime", Own("a date and time in the format {}")),
    ("notEmpty", Like("a value that is not empty,")),
    ("semver", Like("a semantic version")),
    ("statusCode", Status),
    ("contentType", Own("content of type {}")),
    ("arrayContains", Like("an element")),
];

/// Classes of status codes as pact files name them, and as people do.
const STATUS_CLASSES: &[(&str, &str)] = &[
    ("info", "an informational status (100 to 199)"),
    ("success", "a success status (200 to 299)"),
    ("redirect", "a redirection status (300 to 399)"),
    ("clientError", "a client error status (400 to 499)"),
    ("serverError", "a server error status (500 to 599)"),
    ("nonError", "a status that is no error (100 to 399)"),
    ("error", "an error status (400 to 599)"),
];

/// What the rule that was broken expects.
pub(super) fn expectation(mismatch: &Mismatch, most: usize) -> String {
    let of_key = mismatch.rule.strip_prefix("eachKey(");
    let rule = of_key.map_or(mismatch.rule.as_str(), |rule| rule.trim_end_matches(')'));
    let phrase = PHRASES.iter().find(|(name, _)| *name == rule);
    let phrase = phrase.map_or(Type, |(_, phrase)| *phrase);
    let phrase = match (phrase, mismatch.difference) {
        // Something else than a list stands there.
        (Like(_), Difference::Type) if rule == "arrayContains" => Type,
        (phrase, _) => phrase,
    };
    let text = phrase.text(mismatch, most);
    match of_key {
        Some(_) => text.replacen("a value", "a key", 1),
        None => text,
    }
}

/// What was expected where nothing is. The example says more than most rules do.
pub(super) fn missing(mismatch: &Mismatch, most: usize) -> String {
    let phrase = PHRASES.iter().find(|(name, _)| *name == mismatch.rule);
    match phrase {
        Some((_, phrase @ LikeScalar(_))) => phrase.text(mismatch, most),
        _ => format!("a value like {}", shown(&mismatch.expected, most)),
    }
}

impl Phrase {
    fn text(self, mismatch: &Mismatch, most: usize) -> String {
        let expected = &mismatch.expected;
        // Where there is no example, none can be shown.
        let has_example = !expected.is_null() && mismatch.actual.as_ref() != Some(expected);
        match self {
            Example => shown(expected, most),
            Own(words) => words.replacen("{}", &plain(expected, most), 1),
            Quoted(words) => words.replacen("{}", &shown(expected, most), 1),
            Status => status(expected),
            Type => format!("{} like {}", of_type(expected), shown(expected, most)),
            Like(words) if has_example => format!("{words} like {}", shown(expected, most)),
            LikeScalar(words) if has_example && is_scalar(expected, mismatch.part) => {
                format!("{words} like {}", plain(expected, most))
            }
            Like(words) | LikeScalar(words) => words.trim_end_matches(',').into(),
        }
    }
}

/// Whether an example says what a number or boolean looks like. Where everything
/// is text, so are those.
fn is_scalar(example: &Value, part: Part) -> bool {
    match example {
        Value::Number(_) | Value::Bool(_) => true,
        Value::String(text) => {
            part != Part::Body || text.parse::<f64>().is_ok() || text.parse::<bool>().is_ok()
        }
        _ => false,
    }
}

fn of_type(example: &Value) -> String {
    match kind(example) {
        "null" => "a value".into(),
        "object" => "an object".into(),
        kind => format!("a {kind}"),
    }
}

fn status(expected: &Value) -> String {
    if let Value::Array(codes) = expected {
        let codes: Vec<_> = codes.iter().map(Value::to_string).collect();
        return match codes.as_slice() {
            [code] => format!("the status {code}"),
            codes => format!("one of the statuses {}", codes.join(", ")),
        };
    }
    let name = expected.as_str().unwrap_or_default();
    let class = STATUS_CLASSES.iter().find(|(known, _)| *known == name);
    class.map_or_else(
        || format!("a status of the class {name}"),
        |(_, text)| (*text).into(),
    )
}
