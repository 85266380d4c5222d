//! Mismatches by the names that the Pact tools have for them, for programs that
//! read the results of those.

use serde_json::{Value, json};

use crate::{Difference, Mismatch, Part};

/// What Pact has for a part.
#[derive(Debug)]
struct Names {
    /// The type of its mismatches.
    category: &'static str,
    /// The error that a verification names; there is none for requests.
    headline: Option<&'static str>,
    /// The member that says where in the part.
    place: Option<&'static str>,
}

impl Part {
    fn names(self) -> Names {
        let (category, headline, place) = match self {
            Self::Method => ("MethodMismatch", "", ""),
            Self::Path => ("PathMismatch", "", ""),
            Self::Query => ("QueryMismatch", "", "parameter"),
            Self::Header => ("HeaderMismatch", "Headers had differences", "key"),
            Self::Status => ("StatusMismatch", "Response status did not match", ""),
            Self::Body => ("BodyMismatch", "Body had differences", "path"),
            Self::Metadata => ("MetadataMismatch", "Metadata had differences", "key"),
        };
        let some = |name: &'static str| (!name.is_empty()).then_some(name);
        Names {
            category,
            headline: some(headline),
            place: some(place),
        }
    }

    /// The type of a mismatch of this part in Pact's verification results, such as
    /// `BodyMismatch`.
    pub fn pact_category(self) -> &'static str {
        self.names().category
    }

    /// The error that Pact's verification results name for mismatches of this part,
    /// such as `Body had differences`; `None` for the parts of a request.
    pub fn pact_headline(self) -> Option<&'static str> {
        self.names().headline
    }
}

impl Mismatch {
    /// As Pact's verification results have it: `type`, `mismatch` (a sentence),
    /// `expected` and `actual` (texts, JSON values as JSON, but the status as a
    /// number), and `path`, `key` or `parameter` for where it is. A body of another
    /// content type is a `BodyTypeMismatch`.
    ///
    /// ```
    /// use pactwork_matching::{Difference, Mismatch, Part};
    /// use serde_json::json;
    ///
    /// let mismatch = Mismatch {
    ///     part: Part::Header,
    ///     path: "ETag".into(),
    ///     difference: Difference::Different,
    ///     rule: "equality".into(),
    ///     expected: json!("a"),
    ///     actual: Some(json!("b")),
    ///     near: None,
    /// };
    /// assert_eq!(mismatch.to_pact_json(), json!({
    ///     "type": "HeaderMismatch",
    ///     "key": "ETag",
    ///     "expected": "a",
    ///     "actual": "b",
    ///     "mismatch": "header ETag: expected \"a\", but found \"b\"",
    /// }));
    /// ```
    pub fn to_pact_json(&self) -> Value {
        let names = self.part.names();
        let is_type = self.is_of_another_type();
        let mut members = json!({
            "type": if is_type { "BodyTypeMismatch" } else { names.category },
            "expected": self.pact_value(Some(&self.expected), self.is_expected()),
            "actual": self.pact_value(self.actual.as_ref(), true),
            "mismatch": self.to_string(),
        });
        match names.place {
            Some(_) if is_type => {}
            Some(place) => members[place] = self.path.as_str().into(),
            None => {}
        }
        members
    }

    fn is_of_another_type(&self) -> bool {
        self.part == Part::Body
            && self.difference == Difference::Type
            && self.path == "$"
            && self.rule == "contentType"
    }

    fn is_expected(&self) -> bool {
        self.difference != Difference::Unexpected
    }

    /// What is not there is null in a body, and empty text elsewhere.
    fn pact_value(&self, value: Option<&Value>, is_there: bool) -> Value {
        match (value.filter(|_| is_there), self.part) {
            (Some(Value::Number(status)), Part::Status) => status.clone().into(),
            (Some(Value::String(text)), _) => text.as_str().into(),
            (Some(value), _) => value.to_string().into(),
            (None, Part::Body) => Value::Null,
            (None, _) => "".into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mismatch(part: Part, difference: Difference, values: (Value, Option<Value>)) -> Mismatch {
        let (expected, actual) = values;
        Mismatch {
            part,
            path: "$.a".into(),
            difference,
            rule: "equality".into(),
            expected,
            actual,
            near: None,
        }
    }

    #[test]
    fn names_that_the_pact_tools_look_for() {
        for (part, category, headline) in [
            (Part::Method, "MethodMismatch", None),
            (Part::Path, "PathMismatch", None),
            (Part::Query, "QueryMismatch", None),
            (
                Part::Header,
                "HeaderMismatch",
                Some("Headers had differences"),
            ),
            (
                Part::Status,
                "StatusMismatch",
                Some("Response status did not match"),
            ),
            (Part::Body, "BodyMismatch", Some("Body had differences")),
            (
                Part::Metadata,
                "MetadataMismatch",
                Some("Metadata had differences"),
            ),
        ] {
            assert_eq!(
                (part.pact_category(), part.pact_headline()),
                (category, headline)
            );
        }
    }

    fn check(
        part: Part,
        difference: Difference,
        values: (Value, Option<Value>),
        found: [Value; 2],
    ) {
        let json = mismatch(part, difference, values).to_pact_json();
        assert_eq!(
            [&json["expected"], &json["actual"]],
            [&found[0], &found[1]],
            "{part:?}"
        );
    }

    #[test]
    fn values_are_texts_and_the_status_a_number() {
        use Difference::{Different, Missing, Unexpected};
        let two = |expected, actual| (expected, Some(actual));
        let body = Part::Body;
        check(
            body,
            Different,
            two(json!(1), json!([2])),
            [json!("1"), json!("[2]")],
        );
        check(
            body,
            Different,
            two(json!("1"), json!(null)),
            [json!("1"), json!("null")],
        );
        check(body, Missing, (json!(1), None), [json!("1"), json!(null)]);
        check(
            body,
            Unexpected,
            two(json!(null), json!(1)),
            [json!(null), json!("1")],
        );
        check(
            Part::Header,
            Missing,
            (json!("a"), None),
            [json!("a"), json!("")],
        );
        check(
            Part::Query,
            Unexpected,
            two(json!(null), json!("1")),
            [json!(""), json!("1")],
        );
        let status = Part::Status;
        check(
            status,
            Different,
            two(json!(200), json!(404)),
            [json!(200), json!(404)],
        );
        check(
            status,
            Different,
            two(json!("error"), json!(404)),
            [json!("error"), json!(404)],
        );
    }

    #[test]
    fn a_body_of_another_content_type_has_a_type_of_its_own() {
        let values = (json!("application/json"), Some(json!("text/html")));
        let found = Mismatch {
            path: "$".into(),
            rule: "contentType".into(),
            ..mismatch(Part::Body, Difference::Type, values)
        };
        assert_eq!(
            found.to_pact_json(),
            json!({
                "type": "BodyTypeMismatch",
                "expected": "application/json",
                "actual": "text/html",
                "mismatch": "body: expected content of type application/json, but found text/html",
            })
        );
    }
}
