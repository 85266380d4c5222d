//! `eachKey`: every key keeps the rules; keys are not compared with the
//! example's (Pact specification version 4, "EachKey matcher").

use serde_json::Value;

use super::{Kind, Rule, RuleSet, Subject};
use crate::Difference;

pub(super) fn rule(rules: RuleSet) -> Rule {
    Rule {
        name: "eachKey",
        kind: Kind::EachKey(rules),
    }
}

impl RuleSet {
    /// The first rule that a key breaks, and how.
    pub(crate) fn broken_by_key(&self, key: &str) -> Option<(&Rule, Difference)> {
        let example = Value::from(key);
        self.rules.iter().find_map(|rule| {
            let difference = rule.difference(&example, Subject::Text(key))?;
            Some((rule.as_ref(), difference))
        })
    }
}

#[cfg(test)]
mod tests {
    use pactwork_contract::{RuleDefinition, RuleKind};
    use serde_json::json;

    use crate::structure::testing::mismatches;

    fn keys_like(pattern: &str) -> RuleKind {
        RuleKind::EachKey(RuleDefinition {
            rules: vec![RuleKind::Regex(pattern.into()).into()],
            ..Default::default()
        })
    }

    #[test]
    fn every_key_is_checked_and_none_is_required() {
        let rules = [("$", keys_like("[a-z]+"))];
        let example = json!({"abc": 1});
        assert!(mismatches(&example, &rules, &json!({"abc": 1})).is_empty());
        assert!(mismatches(&example, &rules, &json!({"xyz": "other"})).is_empty());
        assert_eq!(
            mismatches(&example, &rules, &json!({"A1": 1})),
            [r#"$.A1: expected a key matching /[a-z]+/, but found the key "A1""#]
        );
    }

    #[test]
    fn values_of_the_examples_keys_are_still_compared() {
        let rules = [("$", keys_like("[a-z]+"))];
        assert_eq!(
            mismatches(&json!({"abc": 1}), &rules, &json!({"abc": 2})),
            ["$.abc: expected 1, but found 2"]
        );
    }

    #[test]
    fn rules_of_the_values_reach_other_keys() {
        let rules = [("$", keys_like("[a-z]+")), ("$.*", RuleKind::Integer)];
        let example = json!({"abc": 1});
        assert!(mismatches(&example, &rules, &json!({"xyz": 5})).is_empty());
        assert_eq!(mismatches(&example, &rules, &json!({"xyz": "5"})).len(), 1);
    }
}
