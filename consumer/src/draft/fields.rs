//! Values by name: query parameters, headers and the fields of a form.

use std::collections::BTreeMap;

use pactwork_contract::{RuleKind, SpecificationVersion};
use percent_encoding::percent_decode_str;

use super::formats::Texts;

/// Names with their values as one request has them, in its order.
pub(super) type Pairs = Vec<(String, Option<String>)>;

/// What several requests have in common.
#[derive(Debug, Clone, Default)]
pub(super) struct Fields(BTreeMap<String, Field>);

#[derive(Debug, Clone)]
struct Field {
    /// How many requests had it.
    seen: u64,
    texts: Texts,
}

impl Fields {
    /// Those of one request.
    pub fn of<'p>(pairs: impl IntoIterator<Item = (&'p str, &'p str)>) -> Self {
        let mut fields = Self::default();
        for (name, value) in pairs {
            let texts = Texts::of(value);
            match fields.0.get_mut(name) {
                Some(field) => field.texts.merge(texts),
                None => drop(fields.0.insert(name.into(), Field { seen: 1, texts })),
            }
        }
        fields
    }

    pub fn merge(&mut self, other: Self) {
        for (name, field) in other.0 {
            match self.0.get_mut(&name) {
                Some(known) => {
                    known.seen += field.seen;
                    known.texts.merge(field.texts);
                }
                None => drop(self.0.insert(name, field)),
            }
        }
    }

    /// How many requests had a field.
    pub fn seen(&self, name: &str) -> u64 {
        self.0.get(name).map_or(0, |field| field.seen)
    }

    pub fn texts(&self, name: &str) -> Option<&Texts> {
        self.0.get(name).map(|field| &field.texts)
    }

    /// The rule for what varied, or is a secret's placeholder or the like; `None` for
    /// what is expected as it is.
    pub fn rule(&self, name: &str, version: SpecificationVersion) -> Option<RuleKind> {
        let texts = self.texts(name)?;
        match (texts.rule(version), texts.is_constant()) {
            (None, true) => None,
            (rule, _) => Some(rule.unwrap_or(RuleKind::Type)),
        }
    }
}

/// The parameters of a query or a form (application/x-www-form-urlencoded).
pub(super) fn parse(text: &str) -> Pairs {
    let parameters = text.split('&').filter(|parameter| !parameter.is_empty());
    parameters
        .map(|parameter| match parameter.split_once('=') {
            Some((name, value)) => (decoded(name), Some(decoded(value))),
            None => (decoded(parameter), None),
        })
        .collect()
}

/// What does not decode to text stays as it is written.
fn decoded(text: &str) -> String {
    let spaced = text.replace('+', " ");
    match percent_decode_str(&spaced).decode_utf8() {
        Ok(decoded) => decoded.into_owned(),
        Err(_) => text.into(),
    }
}

/// A form as it is sent.
pub(super) fn written(pairs: &Pairs) -> String {
    let encode = |text: &str| {
        percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC)
            .to_string()
            .replace("%20", "+")
            .replace("%2D", "-")
            .replace("%2E", ".")
            .replace("%5F", "_")
    };
    let parameters = pairs.iter().map(|(name, value)| match value {
        Some(value) => format!("{}={}", encode(name), encode(value)),
        None => encode(name),
    });
    parameters.collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_decoded_and_forms_written() {
        let pairs = parse("a=1&b=x+y%26&c&&d=%ff");
        let value = |text: &str| Some(text.to_owned());
        assert_eq!(
            pairs,
            [
                ("a".into(), value("1")),
                ("b".into(), value("x y&")),
                ("c".into(), None),
                ("d".into(), value("%ff")),
            ]
        );
        assert_eq!(written(&parse("a=x+y%26&b_c&d=1.5")), "a=x+y%26&b_c&d=1.5");
    }

    #[test]
    fn what_varied_has_a_rule() {
        let mut fields = Fields::of([("page", "1"), ("sort", "asc"), ("since", "2026-05-01")]);
        fields.merge(Fields::of([
            ("page", "2"),
            ("sort", "asc"),
            ("since", "2026-05-01"),
        ]));
        fields.merge(Fields::of([("page", "3"), ("sort", "asc"), ("q", "a")]));
        fields.merge(Fields::of([("q", "b")]));
        let rule = |name: &str| fields.rule(name, SpecificationVersion::V4);
        assert_eq!(rule("page"), Some(RuleKind::Regex(r"^-?\d+$".into())));
        assert_eq!(rule("sort"), None);
        assert_eq!(rule("since"), Some(RuleKind::Date("yyyy-MM-dd".into())));
        assert_eq!(rule("q"), Some(RuleKind::Type));
        assert_eq!(fields.seen("since"), 2);
    }
}
