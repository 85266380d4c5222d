//! `arrayContains`: the list has an element for each variant, anywhere and in any
//! order; other elements are allowed (Pact specification version 4, "ArrayContains matcher").

use pactwork_contract::Variant;

use super::{Kind, Patterns, Rule};
use crate::structure::RulePaths;

pub(super) fn rule(
    variants: &[Variant],
    patterns: &mut Patterns,
    problems: &mut Vec<String>,
) -> Rule {
    let variants = variants.iter().map(|variant| {
        let mut paths = RulePaths::default();
        for (path, list) in &variant.rules {
            let found = match paths.add(path, list, patterns) {
                Ok(found) => found,
                Err(reason) => vec![format!("{reason}; its rules are not used")],
            };
            let found = found.into_iter();
            problems.extend(found.map(|it| format!("in an arrayContains variant at {path}: {it}")));
        }
        (variant.index, paths)
    });
    Rule {
        name: "arrayContains",
        kind: Kind::ArrayContains(variants.collect()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use pactwork_contract::{RuleKind, RuleList, Variant};
    use serde_json::json;

    use crate::structure::testing::mismatches;

    fn variant(index: usize, rules: &[(&str, RuleKind)]) -> Variant {
        let mut by_path = BTreeMap::<String, RuleList>::new();
        for (path, kind) in rules {
            let list = by_path.entry((*path).into()).or_default();
            list.rules.push(kind.clone().into());
        }
        Variant {
            index,
            rules: by_path,
            ..Default::default()
        }
    }

    #[test]
    fn each_variant_has_to_be_found_somewhere() {
        let example = json!([{"kind": "self", "href": "a"}, {"kind": "next", "href": "b"}]);
        let rules = [(
            "$",
            RuleKind::ArrayContains(vec![
                variant(0, &[("$.href", RuleKind::Type)]),
                variant(1, &[("$.href", RuleKind::Type)]),
            ]),
        )];
        let both = json!([
            {"kind": "other"},
            {"kind": "next", "href": "x"},
            {"kind": "self", "href": "y"}
        ]);
        assert!(mismatches(&example, &rules, &both).is_empty());
        let one = json!([{"href": "x", "kind": "next"}]);
        assert_eq!(
            mismatches(&example, &rules, &one),
            [concat!(
                r#"body: expected an element like {"href":"a","kind":"self"}, "#,
                r#"but found none in [{"href":"x","kind":"next"}]"#
            )]
        );
    }

    #[test]
    fn without_variants_each_element_of_the_example_is_one() {
        let rules = [("$", RuleKind::ArrayContains(vec![]))];
        assert!(mismatches(&json!([1, 2]), &rules, &json!([3, 2, 1])).is_empty());
        assert_eq!(mismatches(&json!([1, 2]), &rules, &json!([3, 1])).len(), 1);
    }

    #[test]
    fn a_list_is_needed() {
        let rules = [("$", RuleKind::ArrayContains(vec![]))];
        assert_eq!(
            mismatches(&json!([1]), &rules, &json!({"a": 1})),
            [r#"body: expected a list like [1], but found the object {"a":1}"#]
        );
    }
}
