use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The part of a request, response or message that differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The request's method.
    Method,
    /// The request's path.
    Path,
    /// A query parameter.
    Query,
    /// The response's status.
    Status,
    /// A header.
    Header,
    /// The body, or a message's contents.
    Body,
    /// A message's metadata.
    Metadata,
}

/// How expected and actual differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Difference {
    /// Expected and not there.
    Missing,
    /// There and not expected.
    Unexpected,
    /// Another value than the example's, or one that a rule rejects.
    Different,
    /// A list of another length: `expected` is the length, or the rule's bounds
    /// (`{"min": 1}`), `actual` the length found.
    Length,
    /// Another JSON type, or another content type.
    Type,
    /// The bytes are not of the format that the content type says: `expected` is
    /// the format, `actual` what the parser said.
    Unreadable,
}

/// One thing in which the actual differs from the expected. Its `Display` is one line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mismatch {
    /// Which part.
    pub part: Part,
    /// Where in the part: a JSON path in a body (`$.items[2].id`), a name for
    /// headers, query and metadata, empty for the parts that have no inside.
    pub path: String,
    /// How they differ.
    pub difference: Difference,
    /// The rule that rejected the actual, as the specification names it;
    /// `equality` where no rule was given, `eachKey(regex)` where the rule is about a key.
    pub rule: String,
    /// What was expected: the example, or the rule's own value.
    pub expected: Value,
    /// What was found; `None` if nothing was there.
    pub actual: Option<Value>,
    /// Of what is missing: a name that was found and is spelt much like it, such as
    /// `userID` for `userId`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub near: Option<String>,
}

impl Mismatch {
    /// Bytes that are not of the format that their content type says.
    pub(crate) fn unreadable(part: Part, format: &str, reason: &impl ToString) -> Self {
        Self {
            part,
            path: "$".into(),
            difference: Difference::Unreadable,
            rule: "contentType".into(),
            expected: format.into(),
            actual: Some(reason.to_string().into()),
            near: None,
        }
    }
}
