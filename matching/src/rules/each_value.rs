//! `eachValue`: every value of a map or element of a list keeps the rules; keys
//! are not compared (Pact specification version 4, "EachValue matcher").

use super::{Kind, Rule, RuleSet};

pub(super) fn rule(rules: RuleSet) -> Rule {
    Rule {
        name: "eachValue",
        kind: Kind::EachValue(rules),
    }
}

#[cfg(test)]
mod tests {
    use pactwork_contract::{RuleDefinition, RuleKind};
    use serde_json::json;

    use crate::structure::testing::mismatches;

    fn values_like(rule: RuleKind) -> RuleKind {
        RuleKind::EachValue(RuleDefinition {
            rules: vec![rule.into()],
            ..Default::default()
        })
    }

    #[test]
    fn every_value_of_a_map_is_checked() {
        let rules = [("$", values_like(RuleKind::Regex(r"\w+\d+".into())))];
        let example = json!({"id1": "book1"});
        assert!(mismatches(&example, &rules, &json!({"x": "book2", "y": "b9"})).is_empty());
        assert_eq!(
            mismatches(&example, &rules, &json!({"x": "book2", "y": "b"})),
            [r#"$.y: expected a value matching /\w+\d+/, but found "b""#]
        );
    }

    #[test]
    fn every_element_of_a_list_is_checked() {
        let rules = [("$.list", values_like(RuleKind::Integer))];
        let example = json!({"list": [1]});
        assert!(mismatches(&example, &rules, &json!({"list": [1, 2, 3]})).is_empty());
        assert_eq!(
            mismatches(&example, &rules, &json!({"list": [1, "2", 3]})).len(),
            1
        );
    }

    #[test]
    fn an_empty_example_does_not_switch_the_rules_off() {
        let rules = [("$", values_like(RuleKind::Integer))];
        assert!(mismatches(&json!({}), &rules, &json!({"a": 1})).is_empty());
        assert_eq!(mismatches(&json!({}), &rules, &json!({"a": "1"})).len(), 1);
        assert_eq!(mismatches(&json!([]), &rules, &json!([1.5])).len(), 1);
    }

    #[test]
    fn definitions_nest() {
        let rules = [("$", values_like(values_like(RuleKind::Integer)))];
        let example = json!({"a": [1]});
        assert!(mismatches(&example, &rules, &json!({"x": [1, 2]})).is_empty());
        assert_eq!(
            mismatches(&example, &rules, &json!({"x": [1, 2.5]})),
            ["$.x[1]: expected an integer like 1, but found 2.5"]
        );
    }

    #[test]
    fn a_rule_at_a_deeper_path_stays() {
        let rules = [
            ("$", values_like(RuleKind::Type)),
            ("$.*.code", RuleKind::Regex("[A-Z]+".into())),
        ];
        let example = json!({"a": {"code": "AB", "n": 1}});
        assert!(mismatches(&example, &rules, &json!({"b": {"code": "X", "n": 2}})).is_empty());
        assert_eq!(
            mismatches(&example, &rules, &json!({"b": {"code": "x", "n": 2}})).len(),
            1
        );
    }
}
