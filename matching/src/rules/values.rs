//! `values`: keys are not compared, each value is compared with the example's of
//! that key, or with the first (Pact specification version 3, "Values matcher").

use serde_json::Value;

use super::{Subject, equality};
use crate::Difference;

/// Where there are no keys, the value is the example.
pub(super) fn difference(example: &Value, actual: Subject<'_>) -> Option<Difference> {
    equality::difference(example, actual)
}

#[cfg(test)]
mod tests {
    use pactwork_contract::RuleKind;
    use serde_json::json;

    use crate::structure::testing::mismatches;

    #[test]
    fn keys_do_not_count_and_values_do() {
        let example = json!({"map": {"a": 1}});
        let with_type = [("$.map", RuleKind::Values), ("$.map.*", RuleKind::Type)];
        let alone = [("$.map", RuleKind::Values)];
        assert!(mismatches(&example, &with_type, &json!({"map": {"x": 2, "y": 3}})).is_empty());
        assert!(mismatches(&example, &with_type, &json!({"map": {}})).is_empty());
        assert_eq!(
            mismatches(&example, &with_type, &json!({"map": {"x": "2"}})),
            [r#"$.map.x: expected a number like 1, but found the string "2""#]
        );
        assert!(mismatches(&example, &alone, &json!({"map": {"x": 1}})).is_empty());
        assert_eq!(
            mismatches(&example, &alone, &json!({"map": {"x": 2}})),
            ["$.map.x: expected 1, but found 2"]
        );
    }

    #[test]
    fn equality_holds_below_even_under_a_type_rule() {
        let rules = [("$", RuleKind::Type), ("$.map", RuleKind::Values)];
        let example = json!({"map": {"a": 1}});
        assert_eq!(
            mismatches(&example, &rules, &json!({"map": {"x": 2}})),
            ["$.map.x: expected 1, but found 2"]
        );
    }

    #[test]
    fn a_rule_below_a_wildcard_reaches_every_key() {
        let rules = [
            ("$.map", RuleKind::Values),
            ("$.map.*.id", RuleKind::Integer),
        ];
        let example = json!({"map": {"a": {"id": 1}}});
        assert!(mismatches(&example, &rules, &json!({"map": {"b": {"id": 9}}})).is_empty());
        assert_eq!(
            mismatches(&example, &rules, &json!({"map": {"b": {"id": 1.5}}})),
            ["$.map.b.id: expected an integer like 1, but found 1.5"]
        );
    }
}
