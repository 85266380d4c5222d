use pactwork_contract::{Category, Headers, MatchingRules};
use serde_json::Value;

use crate::{
    Mismatch, Part, actual, content_type,
    fields::{self, FieldRules},
    near,
    structure::Plan,
    warnings::Warnings,
};

/// Headers that are content types, and lists of them.
const CONTENT_TYPES: &[&str] = &["accept", "content-type"];

/// Headers whose value is one thing, commas and all, so that lines of them are
/// neither joined nor split: dates, and what has a syntax of its own (RFC 9110,
/// section 5.3; RFC 6265, section 3).
const SINGLE: &[&str] = &[
    "accept-datetime",
    "authorization",
    "cookie",
    "date",
    "expires",
    "if-modified-since",
    "if-range",
    "if-unmodified-since",
    "last-modified",
    "location",
    "referer",
    "retry-after",
    "server",
    "set-cookie",
    "sunset",
    "user-agent",
];

/// Headers that are lists, so that a rule may be about each item of a line.
const LISTS: &[&str] = &[
    "accept",
    "accept-charset",
    "accept-encoding",
    "accept-language",
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-expose-headers",
    "access-control-request-headers",
    "allow",
    "cache-control",
    "connection",
    "content-encoding",
    "content-language",
    "if-match",
    "if-none-match",
    "vary",
];

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
    lines: Lines,
    plan: Option<Plan>,
    /// Whether the plan is for the items of a list, since a rule names one of them.
    by_item: bool,
    /// Of a list whose plan is for the whole line: the plan for its items.
    items: Option<Plan>,
}

/// What the lines of one header are to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lines {
    /// Each is a value of its own.
    Single,
    /// Together they are a list, as one line with commas is.
    List,
    /// Perhaps a list: nobody knows this header.
    Unknown,
}

impl Lines {
    fn of(name: &str) -> Self {
        let is_in = |names: &[&str]| names.iter().any(|known| known.eq_ignore_ascii_case(name));
        match () {
            () if is_in(SINGLE) => Self::Single,
            () if is_in(LISTS) => Self::List,
            () => Self::Unknown,
        }
    }
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
            let lines = Lines::of(name);
            let trimmed = values.iter().map(|value| Value::from(value.trim()));
            let split = items(values.iter().map(String::as_str)).map(Value::from);
            let by_item = lines == Lines::List && rules.has_steps(name);
            Header {
                plan: match by_item {
                    true => rules.plan(name, &split.clone().collect()),
                    false => rules.plan(name, &trimmed.collect()),
                },
                items: match lines {
                    Lines::List if !by_item => rules.plan(name, &split.collect()),
                    _ => None,
                },
                by_item,
                lines,
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
                let names = actual.iter().map(|(name, _)| *name);
                let names = names.filter(|name| !self.expects(name));
                mismatches.push(Mismatch {
                    near: near::nearest(&header.name, names),
                    ..fields::missing(Part::Header, &header.name, expected)
                });
            } else {
                mismatches.extend(header.compare(&values));
            }
        }
        mismatches
    }
}

impl HeaderMatcher {
    fn expects(&self, name: &str) -> bool {
        let mut headers = self.headers.iter();
        headers.any(|header| header.name.eq_ignore_ascii_case(name))
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
            return self.by_rules(plan, actual);
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

    /// A rule for a list may have been written for the whole line or for its items.
    fn by_rules(&self, plan: &Plan, actual: &[&str]) -> Vec<Mismatch> {
        let compare = |plan, values| fields::compare(plan, &self.name, values, Part::Header);
        let mismatches = compare(plan, self.aligned(actual));
        let Some(plan) = self.items.as_ref().filter(|_| !mismatches.is_empty()) else {
            return mismatches;
        };
        let split = items(actual.iter().copied()).map(Value::from).collect();
        match compare(plan, split).is_empty() {
            true => Vec::new(),
            false => mismatches,
        }
    }

    /// Several lines of one header are one line with commas (RFC 9110, section
    /// 5.3), so they are joined or split to be as many as the expected ones.
    fn aligned(&self, actual: &[&str]) -> Vec<Value> {
        match (self.values.len(), actual) {
            _ if self.by_item => items(actual.iter().copied()).map(Value::from).collect(),
            _ if self.lines == Lines::Single => actual.iter().copied().map(Value::from).collect(),
            (1, [_, _, ..]) => vec![actual.join(", ").into()],
            (2.., [line]) => content_type::split(line, ',').map(Value::from).collect(),
            _ => actual.iter().copied().map(Value::from).collect(),
        }
    }

    fn equals(&self, actual: &[&str]) -> bool {
        let expected = self.values.iter().map(String::as_str);
        if self.lines == Lines::Single {
            return expected.map(str::trim).eq(actual.iter().copied());
        }
        let expected: Vec<_> = items(expected).collect();
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

/// The items between the commas of all lines, without white space around them;
/// an empty line has none.
fn items<'a>(
    lines: impl Iterator<Item = &'a str> + Clone,
) -> impl Iterator<Item = &'a str> + Clone {
    lines
        .filter(|line| !line.trim().is_empty())
        .flat_map(|line| content_type::split(line, ','))
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
                [r#"header X-Id: expected a value matching /\d+/, but found "x""#]
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
