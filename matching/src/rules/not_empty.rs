//! `notEmpty`: present, and neither null nor empty (Pact specification version 4, "NotEmpty matcher").

use serde_json::Value;

use super::{Check, Subject};
use crate::Difference;

/// Neither null nor empty.
#[derive(Debug)]
pub(super) struct NotEmpty;

impl Check for NotEmpty {
    fn difference(&self, _: &Value, actual: Subject<'_>) -> Option<Difference> {
        let empty = match actual {
            Subject::Json(Value::Null) => true,
            Subject::Json(Value::String(text)) => text.is_empty(),
            Subject::Json(Value::Array(list)) => list.is_empty(),
            Subject::Json(Value::Object(map)) => map.is_empty(),
            Subject::Json(_) => false,
            Subject::Text(text) => text.is_empty(),
        };
        empty.then_some(Difference::Different)
    }

    fn container_difference(&self, is_empty: bool) -> Option<Difference> {
        is_empty.then_some(Difference::Different)
    }
}

#[cfg(test)]
mod tests {
    use pactwork_contract::RuleKind;
    use serde_json::json;

    use super::super::testing::{accepts, accepts_beside, accepts_text};

    #[test]
    fn null_and_whatever_has_nothing_in_it_are_rejected() {
        for (actual, accepted) in [
            (json!("a"), true),
            (json!(0), true),
            (json!(false), true),
            (json!([1]), true),
            (json!(""), false),
            (json!(null), false),
            (json!([]), false),
            (json!({}), false),
        ] {
            assert_eq!(accepts(RuleKind::NotEmpty, &actual), accepted, "{actual}");
        }
        assert!(!accepts_text(RuleKind::NotEmpty, "a", ""));
    }

    #[test]
    fn any_type_will_do() {
        assert!(accepts_beside(RuleKind::NotEmpty, &json!("a"), &json!(1)));
    }
}
