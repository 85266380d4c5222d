//! Mismatches by the names that the Pact tools have for them, for programs that
//! read the results of those.

use serde_json::{Value, json};

use crate::{Mismatch, Part};

/// A part, the type of its mismatches, and the headline above them.
const NAMES: &[(Part, &str, &str)] = &[
    (Part::Method, "MethodMismatch", "Method had differences"),
    (Part::Path, "PathMismatch", "Path had differences"),
    (Part::Query, "QueryMismatch", "Query had differences"),
    (Part::Header, "HeaderMismatch", "Headers had differences"),
    (Part::Status, "StatusMismatch", "Status had differences"),
    (Part::Body, "BodyMismatch", "Body had differences"),
    (
        Part::Metadata,
        "MetadataMismatch",
        "Metadata had differences",
    ),
];

impl Part {
    fn names(self) -> (&'static str, &'static str) {
        let found = NAMES.iter().find(|(part, ..)| *part == self);
        found.map_or(("", ""), |(_, name, headline)| (name, headline))
    }

    /// The type of a mismatch of this part in Pact's verification results, such as
    /// `BodyMismatch`.
    pub fn pact_name(self) -> &'static str {
        self.names().0
    }

    /// What stands above mismatches of this part, such as `Body had differences`.
    pub fn pact_headline(self) -> &'static str {
        self.names().1
    }
}

impl Mismatch {
    /// As Pact's verification results have it: `type`, `mismatch`, `expected`,
    /// `actual`, and `path`, `key` or `parameter` for where it is.
    ///
    /// ```
    /// use pactwork_matching::{Difference, Mismatch, Part};
    /// use serde_json::json;
    ///
    /// let mismatch = Mismatch {
    ///     part: Part::Header,
    ///     path: "ETag".into(),
    ///     difference: Difference::Different,
    ///     rule: "equality".into(),
    ///     expected: json!("a"),
    ///     actual: Some(json!("b")),
    /// };
    /// assert_eq!(mismatch.to_pact_json(), json!({
    ///     "type": "HeaderMismatch",
    ///     "key": "ETag",
    ///     "expected": "a",
    ///     "actual": "b",
    ///     "mismatch": "header ETag: expected \"a\", but found \"b\"",
    /// }));
    /// ```
    pub fn to_pact_json(&self) -> Value {
        let mut members = json!({
            "type": self.part.pact_name(),
            "expected": self.expected,
            "actual": self.actual,
            "mismatch": self.to_string(),
        });
        let place = match self.part {
            Part::Header | Part::Metadata => "key",
            Part::Query => "parameter",
            Part::Body => "path",
            Part::Method | Part::Path | Part::Status => return members,
        };
        members[place] = self.path.as_str().into();
        members
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_has_its_names() {
        for (part, name, headline) in NAMES {
            assert_eq!((part.pact_name(), part.pact_headline()), (*name, *headline));
        }
        assert_eq!(NAMES.len(), 7);
    }
}
