use std::borrow::Cow;

use pactwork_contract::{Category, Query, Request};
use serde_json::Value;

use crate::{
    Difference, Mismatch, Part,
    charset::Charset,
    fields::{self, FieldRules},
    near, parameters,
    structure::Plan,
    warnings::Warnings,
};

/// An expected query: the order of the names does not count, that of the values
/// of one name does, and there are no others (Pact specification version 2, "Query").
#[derive(Debug)]
pub(crate) struct QueryMatcher {
    parameters: Vec<Parameter>,
}

#[derive(Debug)]
struct Parameter {
    name: String,
    values: Vec<String>,
    plan: Option<Plan>,
}

impl QueryMatcher {
    pub(crate) fn compile(request: &Request, warnings: &mut Warnings) -> Self {
        let query: &Query = &request.query;
        let names = query.keys().map(String::as_str);
        let same = |left: &str, right: &str| left == right;
        let category = Category::Query;
        let rules = FieldRules::compile(&request.matching_rules, category, names, same, warnings);
        let parameters = query.iter().map(|(name, values)| {
            let values: Vec<_> = values
                .iter()
                .map(|v| v.clone().unwrap_or_default())
                .collect();
            Parameter {
                plan: rules.plan(name, &Value::from(values.as_slice())),
                name: name.clone(),
                values,
            }
        });
        Self {
            parameters: parameters.collect(),
        }
    }

    pub(crate) fn compare(&self, actual: Option<&str>) -> Vec<Mismatch> {
        let mut actual = parameters::parse(actual.unwrap_or_default().as_bytes(), Charset::UTF_8);
        let mut mismatches = Vec::new();
        for parameter in &self.parameters {
            match actual.swap_remove(parameter.name.as_str()) {
                Some(values) => mismatches.extend(parameter.compare(values)),
                None => {
                    let expected = fields::show(parameter.values.iter().map(String::as_str));
                    let names = actual.keys().map(|name| &**name);
                    let names = names.filter(|name| !self.expects(name));
                    mismatches.push(Mismatch {
                        near: near::nearest(&parameter.name, names),
                        ..fields::missing(Part::Query, &parameter.name, expected)
                    });
                }
            }
        }
        let mut unexpected: Vec<_> = actual.into_iter().collect();
        unexpected.sort_unstable();
        mismatches.extend(unexpected.into_iter().map(|(name, values)| Mismatch {
            difference: Difference::Unexpected,
            ..fields::different(
                Part::Query,
                &name,
                Value::Null,
                fields::show(values.iter().map(|value| &**value)),
            )
        }));
        mismatches
    }
}

impl QueryMatcher {
    fn expects(&self, name: &str) -> bool {
        self.parameters
            .iter()
            .any(|parameter| parameter.name == name)
    }
}

impl Parameter {
    fn compare(&self, actual: Vec<Cow<'_, str>>) -> Vec<Mismatch> {
        if let Some(plan) = &self.plan {
            let actual = actual.iter().map(|value| Value::from(&**value)).collect();
            return fields::compare(plan, &self.name, actual, Part::Query);
        }
        let mut pairs = self.values.iter().zip(&actual);
        if self.values.len() == actual.len() && pairs.all(|(l, r)| same(l, r)) {
            return Vec::new();
        }
        let expected = fields::show(self.values.iter().map(String::as_str));
        let actual = fields::show(actual.iter().map(|value| &**value));
        vec![fields::different(Part::Query, &self.name, expected, actual)]
    }
}

/// Whether a value is the expected one. An expected value that does not decode to
/// text may be meant as it is written.
fn same(expected: &str, actual: &str) -> bool {
    expected == actual || parameters::expected(expected) == actual
}

#[cfg(test)]
mod tests {
    use pactwork_contract::RuleKind;

    use super::*;

    fn sentences(
        expected: &[(&str, &[&str])],
        rules: &[(&str, RuleKind)],
        actual: Option<&str>,
    ) -> Vec<String> {
        let mut request = Request::default();
        for (name, values) in expected {
            let values = values.iter().map(|value| Some((*value).into())).collect();
            request.query.insert((*name).into(), values);
        }
        for (path, kind) in rules {
            request
                .matching_rules
                .add(Category::Query, *path, kind.clone());
        }
        let mut warnings = Warnings::default();
        let matcher = QueryMatcher::compile(&request, &mut warnings);
        assert_eq!(warnings.list, []);
        let mismatches = matcher.compare(actual);
        mismatches.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn names_in_any_order_values_in_theirs() {
        let expected: &[(&str, &[&str])] = &[("a", &["1", "2"]), ("b", &["x y"])];
        assert_eq!(sentences(expected, &[], Some("b=x+y&a=1&a=2")), [""; 0]);
        assert_eq!(sentences(expected, &[], Some("a=1&b=x%20y&a=2")), [""; 0]);
        assert_eq!(
            sentences(expected, &[], Some("a=2&a=1&c=")),
            [
                r#"query a: expected ["1","2"], but found ["2","1"]"#,
                r#"query b: expected "x y", but it is missing"#,
                r#"query c: expected nothing, but found """#,
            ]
        );
        assert_eq!(sentences(&[], &[], None), [""; 0]);
    }

    #[test]
    fn a_name_without_a_value_has_an_empty_one() {
        assert_eq!(sentences(&[("a", &[""])], &[], Some("a")), [""; 0]);
        assert_eq!(sentences(&[("a", &[""])], &[], Some("a=")), [""; 0]);
    }

    #[test]
    fn a_rule_is_for_every_value() {
        let rules = [("id", RuleKind::Regex(r"\d+".into()))];
        assert_eq!(sentences(&[("id", &["1"])], &rules, Some("id=7")), [""; 0]);
        assert_eq!(
            sentences(&[("id", &["1"])], &rules, Some("id=7&id=8")),
            [""; 0]
        );
        assert_eq!(
            sentences(&[("id", &["1"])], &rules, Some("id=7&id=x")),
            [r#"query id[1]: expected a value matching /\d+/, but found "x""#]
        );
        assert_eq!(
            sentences(&[("id", &["1"])], &rules, Some("id=x")),
            [r#"query id: expected a value matching /\d+/, but found "x""#]
        );
    }

    #[test]
    fn a_rule_for_one_value() {
        let rules = [("id[0]", RuleKind::Integer)];
        let expected: &[(&str, &[&str])] = &[("id", &["1", "b"])];
        assert_eq!(sentences(expected, &rules, Some("id=7&id=b")), [""; 0]);
        assert_eq!(sentences(expected, &rules, Some("id=7&id=c")).len(), 1);
    }

    #[test]
    fn how_many_values() {
        let rules = [("id", RuleKind::MinType(2))];
        assert_eq!(
            sentences(&[("id", &["1", "2"])], &rules, Some("id=7&id=8&id=9")),
            [""; 0]
        );
        assert_eq!(
            sentences(&[("id", &["1", "2"])], &rules, Some("id=7")),
            ["query id: expected at least 2 elements, but found 1"]
        );
    }

    #[test]
    fn bytes_that_are_no_text_are_equal_only_to_themselves() {
        for (expected, actual, accepted) in [
            ("1", "a=%ff%zz", false),
            ("%ff", "a=%ff", true),
            ("%ff", "a=%FF", true),
            ("%ff", "a=%fe", false),
            ("%ff", "a=%25ff", true),
            ("\u{fffd}", "a=%ff", false),
        ] {
            let mismatches = sentences(&[("a", &[expected])], &[], Some(actual));
            assert_eq!(mismatches.is_empty(), accepted, "{expected} {actual}");
        }
    }
}
