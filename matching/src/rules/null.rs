//! `null`: JSON null (Pact specification version 3, "Null matcher").

use serde_json::Value;

use super::{Check, Subject};
use crate::Difference;

/// JSON null.
#[derive(Debug)]
pub(super) struct Null;

impl Check for Null {
    fn difference(&self, _: &Value, actual: Subject<'_>) -> Option<Difference> {
        match actual {
            Subject::Json(Value::Null) => None,
            Subject::Json(_) => Some(Difference::Type),
            Subject::Text(text) => (!text.is_empty()).then_some(Difference::Different),
        }
    }

    fn expected(&self, _: &Value) -> Value {
        Value::Null
    }

    fn container_difference(&self, _: bool) -> Option<Difference> {
        Some(Difference::Type)
    }

    fn needs_container(&self) -> bool {
        true
    }

    fn replaces_container(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use pactwork_contract::RuleKind;
    use serde_json::json;

    use super::super::testing::accepts;

    #[test]
    fn only_null_is_accepted() {
        for (actual, accepted) in [
            (json!(null), true),
            (json!(""), false),
            (json!(0), false),
            (json!([]), false),
        ] {
            assert_eq!(accepts(RuleKind::Null, &actual), accepted, "{actual}");
        }
    }
}
