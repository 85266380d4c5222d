use std::borrow::Cow;

use pactwork_contract::{Category, Request};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::{
    Mismatch, Part, distance, fields, parameters,
    structure::{Keys, Plan, Reading},
    warnings::Warnings,
};

/// An expected path. Percent-encoding does not count, a trailing slash does.
#[derive(Debug)]
pub(crate) struct PathMatcher {
    example: String,
    normal: String,
    plan: Option<Plan>,
}

impl PathMatcher {
    pub(crate) fn compile(request: &Request, warnings: &mut Warnings) -> Self {
        let example = Value::from(request.path.as_str());
        let rules = &request.matching_rules;
        Self {
            plan: fields::whole(rules, Category::Path, &example, warnings),
            normal: normalise(&request.path).into_owned(),
            example: request.path.clone(),
        }
    }

    /// The normalised path, if it is the only one accepted.
    pub(crate) fn literal(&self) -> Option<&str> {
        self.plan.is_none().then_some(self.normal.as_str())
    }

    pub(crate) fn compare(&self, actual: &str) -> Vec<Mismatch> {
        let normal = normalise(actual);
        let Some(plan) = &self.plan else {
            if self.normal == normal {
                return Vec::new();
            }
            let expected = self.example.as_str().into();
            return vec![fields::different(Part::Path, "", expected, actual.into())];
        };
        let reading = Reading {
            part: Part::Path,
            keys: Keys::NoMore,
            text: true,
        };
        let mismatches = plan.compare(&Value::from(actual), reading);
        // A rule may have been written for the path as sent or as read.
        if mismatches.is_empty() || plan.compare(&Value::from(&*normal), reading).is_empty() {
            return Vec::new();
        }
        fields::nameless(mismatches)
    }

    /// How far the path is from the example, where it is among the mismatches.
    pub(crate) fn distance(&self, mismatches: &[Mismatch], actual: &str) -> u64 {
        let differs = mismatches.iter().any(|each| each.part == Part::Path);
        match differs {
            true => distance::between_paths(&self.normal, &normalise(actual)),
            false => 0,
        }
    }
}

/// Brings a path into the one form of all that mean the same: each segment
/// decoded, but for `/` and `%`. One that does not decode to text stays as it is
/// written, so that paths of different bytes stay different.
pub(crate) fn normalise(path: &str) -> Cow<'_, str> {
    if !path.contains('%') {
        return path.into();
    }
    let segments = path
        .split('/')
        .map(|segment| match percent_decode_str(segment).decode_utf8() {
            Ok(decoded) => decoded.replace('%', "%25").replace('/', "%2F"),
            Err(_) => parameters::as_written(segment.as_bytes()),
        });
    segments.collect::<Vec<_>>().join("/").into()
}

#[cfg(test)]
mod tests {
    use pactwork_contract::RuleKind;

    use super::*;

    fn matcher(path: &str, rule: Option<RuleKind>) -> PathMatcher {
        let mut request = Request {
            path: path.into(),
            ..Default::default()
        };
        if let Some(rule) = rule {
            request.matching_rules.add(Category::Path, "", rule);
        }
        PathMatcher::compile(&request, &mut Warnings::default())
    }

    #[test]
    fn a_literal_path() {
        let matcher = matcher("/orders/a b", None);
        for (actual, accepted) in [
            ("/orders/a%20b", true),
            ("/orders/a%2fb", false),
            ("/orders/a b/", false),
            ("/Orders/a%20b", false),
            ("", false),
            ("/orders/%ff", false),
            ("/orders/a+b", false),
            ("/orders/a%20b?", false),
        ] {
            assert_eq!(matcher.compare(actual).is_empty(), accepted, "{actual}");
        }
        assert_eq!(
            matcher.compare("/x")[0].to_string(),
            r#"path: expected "/orders/a b", but found "/x""#
        );
    }

    #[test]
    fn paths_that_mean_the_same() {
        for (expected, actual, accepted) in [
            ("/é", "/%C3%a9", true),
            ("/%c3%A9", "/é", true),
            ("/a%2fb", "/a%2Fb", true),
            ("/a%2Fb", "/a/b", false),
            ("/a%2Fb", "/a%252Fb", false),
            ("/100%", "/100%25", true),
            ("/100%25", "/100%", true),
            ("/%ff", "/%FF", true),
            ("/%ff", "/%fe", false),
            ("/%ff", "/%25ff", false),
            ("/%ff", "/\u{fffd}", false),
            ("/a;b=1", "/a;b=1", true),
            ("/a//b", "/a/b", false),
            ("/.", "/", false),
        ] {
            let mismatches = matcher(expected, None).compare(actual);
            assert_eq!(mismatches.is_empty(), accepted, "{expected} {actual}");
        }
    }

    #[test]
    fn a_path_with_a_rule() {
        let matcher = matcher("/orders/7", Some(RuleKind::Regex(r"/orders/\d+".into())));
        assert_eq!(matcher.literal(), None);
        assert!(matcher.compare("/orders/99").is_empty());
        assert_eq!(
            matcher.compare("/orders/x")[0].to_string(),
            r#"path: expected a value matching /\/orders\/\d+/, but found "/orders/x""#
                .replace(r"\/", "/")
        );
    }
}
