//! `semver`: a semantic version (Pact specification version 4, "Semver matcher"; semver 2.0.0).

use serde_json::Value;

use super::{Check, Subject};
use crate::Difference;

/// A semantic version.
#[derive(Debug)]
pub(super) struct Semver;

impl Check for Semver {
    fn difference(&self, _: &Value, actual: Subject<'_>) -> Option<Difference> {
        let text = match actual {
            Subject::Json(Value::String(text)) => text.as_str(),
            Subject::Json(_) => return Some(Difference::Type),
            Subject::Text(text) => text,
        };
        semver::Version::parse(text)
            .is_err()
            .then_some(Difference::Different)
    }
}

#[cfg(test)]
mod tests {
    use pactwork_contract::RuleKind;
    use serde_json::json;

    use super::super::testing::accepts;

    #[test]
    fn three_numbers_and_what_may_follow_them() {
        for (actual, accepted) in [
            (json!("1.0.0"), true),
            (json!("1.0.0-beta.1+build"), true),
            (json!("1.0"), false),
            (json!("v1.0.0"), false),
            (json!("01.0.0"), false),
            (json!(1), false),
        ] {
            assert_eq!(accepts(RuleKind::Semver, &actual), accepted, "{actual}");
        }
    }
}
