//! `boolean`: true or false; the texts `true` and `false` are accepted as well
//! (Pact specification version 4, "Boolean matcher").

use serde_json::Value;

use super::{Check, Subject};
use crate::Difference;

/// True or false.
#[derive(Debug)]
pub(super) struct Boolean;

impl Check for Boolean {
    fn difference(&self, _: &Value, actual: Subject<'_>) -> Option<Difference> {
        let text = match actual {
            Subject::Json(Value::Bool(_)) => return None,
            Subject::Json(Value::String(text)) => text.as_str(),
            Subject::Json(_) => return Some(Difference::Type),
            Subject::Text(text) => text,
        };
        (!matches!(text, "true" | "false")).then_some(Difference::Different)
    }
}

#[cfg(test)]
mod tests {
    use pactwork_contract::RuleKind;
    use serde_json::json;

    use super::super::testing::{accepts, accepts_text};

    #[test]
    fn true_and_false_are_accepted() {
        for (actual, accepted) in [
            (json!(true), true),
            (json!(false), true),
            (json!("true"), true),
            (json!("yes"), false),
            (json!(1), false),
            (json!(null), false),
        ] {
            assert_eq!(accepts(RuleKind::Boolean, &actual), accepted, "{actual}");
        }
        assert!(accepts_text(RuleKind::Boolean, "true", "false"));
        assert!(!accepts_text(RuleKind::Boolean, "true", "0"));
    }
}
