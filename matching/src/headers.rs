use pactwork_contract::{Category, Headers, MatchingRules};
use serde_json::Value;

use crate::{
    Mismatch, Part, actual, content_type,
    fields::{self, FieldRules},
    structure::Plan,
    warnings::Warnings,
};

/// Headers that are content types, and lists of them.
const CONTENT_TYPES: &[&str] = &["accept", "content-type"];

/// Expected headers: names in any case, others allowed (Pact specification
/// version 3, "Headers").
#[derive(Debug)]
pub(crate) struct HeaderMatcher {
    headers: Vec<Header>,
}

#[derive(Debug)]
struct Header {
    name: String,
    values: Vec<String>,
    plan: Option<Plan>,
}

impl HeaderMatcher {
    pub(crate) fn compile(
        headers: &Headers,
        rules: &MatchingRules,
        warnings: &mut Warnings,
    ) -> Self {
        let names = headers.keys().map(String::as_str);
        let same = |left: &str, right: &str| left.eq_ignore_ascii_case(right);
        let rules = FieldRules::compile(rules, Category::Header, names, same, warnings);
        let headers = headers.iter().map(|(name, values)| {
            let trimmed = values.iter().map(|value| Value::from(value.trim()));
            Header {
                plan: rules.plan(name, &trimmed.collect()),
                name: name.clone(),
                values: values.clone(),
            }
        });
        Self {
            headers: headers.collect(),
        }
    }

    pub(crate) fn compare(&self, actual: &actual::Headers<'_>) -> Vec<Mismatch> {
        let mut mismatches = Vec::new();
        for header in &self.headers {
            let values: Vec<_> = values_of(actual, &header.name).collect();
            if values.is_empty() {
                let expected = fields::show(header.values.iter().map(String::as_str));
                mismatches.push(fields::missing(Part::Header, &header.name, expected));
            } else {
                mismatches.extend(header.compare(&values));
            }
        }
        mismatches
    }
}

/// The values of a header, in the order received.
pub(crate) fn values_of<'a>(
    headers: &'a actual::Headers<'_>,
    name: &'a str,
) -> impl Iterator<Item = &'a str> {
    headers
        .iter()
        .filter(move |(actual, _)| actual.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim())
}

/// The first value of an expected header.
pub(crate) fn expected<'h>(headers: &'h Headers, name: &str) -> Option<&'h str> {
    let (_, values) = headers
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name))?;
    values.first().map(String::as_str)
}

impl Header {
    fn compare(&self, actual: &[&str]) -> Vec<Mismatch> {
        if let Some(plan) = &self.plan {
            return fields::compare(plan, &self.name, self.aligned(actual), Part::Header);
        }
        if self.equals(actual) {
            return Vec::new();
        }
        let expected = fields::show(self.values.iter().map(String::as_str));
        let actual = fields::show(actual.iter().copied());
        vec![fields::different(
            Part::Header,
            &self.name,
            expected,
            actual,
        )]
    }

    /// Several lines of one header are one line with commas (RFC 9110, section
    /// 5.3), so they are joined or split to be as many as the expected ones.
    fn aligned(&self, actual: &[&str]) -> Vec<Value> {
        match (self.values.len(), actual) {
            (1, [_, _, ..]) => vec![actual.join(", ").into()],
            (2.., [line]) => content_type::split(line, ',').map(Value::from).collect(),
            _ => actual.iter().copied().map(Value::from).collect(),
        }
    }

    fn equals(&self, actual: &[&str]) -> bool {
        let expected: Vec<_> = items(self.values.iter().map(String::as_str)).collect();
        let actual: Vec<_> = items(actual.iter().copied()).collect();
        let is_content_type = CONTENT_TYPES
            .iter()
            .any(|name| name.eq_ignore_ascii_case(&self.name));
        expected.len() == actual.len()
            && expected.iter().zip(&actual).all(|(expected, actual)| {
                expected == actual || (is_content_type && content_type::accepts(expected, actual))
            })
    }
}

/// The items between the commas of all lines, without white space around them.
fn items<'a>(lines: impl Iterator<Item = &'a str>) -> impl Iterator<Item = &'a str> {
    lines.flat_map(|line| content_type::split(line, ','))
}

#[cfg(test)]
mod tests {
    use pactwork_contract::RuleKind;

    use super::*;

    fn sentences(
        expected: &[(&str, &[&str])],
        rules: &[(&str, RuleKind)],
        actual: &actual::Headers<'_>,
    ) -> Vec<String> {
        let mut headers = Headers::new();
        for (name, values) in expected {
            let values = values.iter().map(|value| (*value).into()).collect();
            headers.insert((*name).into(), values);
        }
        let mut matching_rules = MatchingRules::default();
        for (path, kind) in rules {
            matching_rules.add(Category::Header, *path, kind.clone());
        }
        let mut warnings = Warnings::default();
        let matcher = HeaderMatcher::compile(&headers, &matching_rules, &mut warnings);
        assert_eq!(warnings.list, []);
        let mismatches = matcher.compare(actual);
        mismatches.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn values() {
        for (expected, actual, accepted) in [
            (&["a, b"][..], &["a,b"][..], true),
            (&["a", "b"], &["a, b"], true),
            (&["a, b"], &["a", "b"], true),
            (&["a, b"], &["b, a"], false),
            (&["a"], &["A"], false),
            (&["a"], &["a", "b"], false),
            (&["a"], &[" a "], true),
            (&["Tue, 15 Nov 2022"], &["Tue, 15 Nov 2022"], true),
        ] {
            let lines: Vec<_> = actual.iter().map(|value| ("x-LIST", *value)).collect();
            let mismatches = sentences(&[("X-List", expected)], &[], &lines);
            assert_eq!(mismatches.is_empty(), accepted, "{expected:?} {actual:?}");
        }
    }

    #[test]
    fn content_types_by_their_parameters() {
        let expected: &[(&str, &[&str])] = &[("Accept", &["application/json, text/html;q=0.5"])];
        let actual = [("accept", "application/json;v=1,text/html; q=0.5")];
        assert_eq!(sentences(expected, &[], &actual), [""; 0]);
        let actual = [("accept", "application/json, text/html")];
        assert_eq!(
            sentences(expected, &[], &actual),
            [concat!(
                r#"header Accept: expected "application/json, text/html;q=0.5", "#,
                r#"but found "application/json, text/html""#
            )]
        );
    }

    #[test]
    fn a_missing_header() {
        assert_eq!(
            sentences(&[("X-Id", &["1"])], &[], &[("x-other", "1")]),
            [r#"header X-Id: expected "1", but it is missing"#]
        );
    }

    #[test]
    fn rules() {
        let regex = |path| [(path, RuleKind::Regex(r"\d+".into()))];
        for path in [
            "X-Id",
            "x-id",
            "X-Id[0]",
            "$.X-Id",
            "$.X-Id[0]",
            "$['X-Id']",
        ] {
            let expected: &[(&str, &[&str])] = &[("X-Id", &["1"])];
            assert_eq!(
                sentences(expected, &regex(path), &[("X-ID", "77")]),
                [""; 0],
                "{path}"
            );
            assert_eq!(
                sentences(expected, &regex(path), &[("X-ID", "x")]),
                [r#"header X-Id: expected a value matching /\d+/ (rule regex), but found "x""#]
            );
        }
    }

    #[test]
    fn lines_are_joined_for_a_rule_about_the_whole() {
        let rules = [("X-List", RuleKind::Regex("a, b".into()))];
        let actual = [("X-List", "a"), ("X-List", "b")];
        assert_eq!(
            sentences(&[("X-List", &["a, b"])], &rules, &actual),
            [""; 0]
        );
    }
}
