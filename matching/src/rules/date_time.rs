//! `date`, `time` and `datetime`: text in a format (Pact specification version 3,
//! "Date and time matchers"), as [`crate::date_pattern`] reads it.

use serde_json::Value;

use super::{Check, Rule, Subject};
use crate::{Difference, date_pattern::Format};

/// Compiles the rule of a name; an empty format is the name's default.
pub(super) fn rule(name: &'static str, format: &str) -> Result<Rule, String> {
    Ok(Rule::check(name, Format::parse(name, format)?))
}

impl Check for Format {
    fn difference(&self, _: &Value, actual: Subject<'_>) -> Option<Difference> {
        let text = match actual {
            Subject::Json(Value::Null | Value::Bool(_)) => return Some(Difference::Type),
            actual => actual.text_form(),
        };
        match text {
            None => Some(Difference::Type),
            Some(text) => (!self.accepts(&text)).then_some(Difference::Different),
        }
    }

    fn expected(&self, _: &Value) -> Value {
        Value::from(self.source())
    }
}

#[cfg(test)]
mod tests {
    use pactwork_contract::RuleKind;
    use serde_json::json;

    use super::super::testing::{accepts, problems};

    fn check(format: &str, text: &str, accepted: bool) {
        let kind = RuleKind::DateTime(format.into());
        assert_eq!(accepts(kind, &json!(text)), accepted, "{format} {text}");
    }

    #[test]
    fn formats_of_the_java_documentation() {
        for (format, text) in [
            (
                "yyyy.MM.dd G 'at' HH:mm:ss z",
                "2001.07.04 AD at 12:08:56 PDT",
            ),
            ("EEE, MMM d, ''yy", "Wed, Jul 4, '01"),
            ("h:mm a", "12:08 PM"),
            (
                "hh 'o''clock' a, zzzz",
                "12 o'clock PM, Pacific Daylight Time",
            ),
            ("K:mm a, z", "0:08 PM, PDT"),
            ("yyyyy.MMMM.dd GGG hh:mm a", "02001.July.04 AD 12:08 PM"),
            (
                "EEE, d MMM yyyy HH:mm:ss Z",
                "Wed, 4 Jul 2001 12:08:56 -0700",
            ),
            ("yyMMddHHmmssZ", "010704120856-0700"),
            ("yyyy-MM-dd'T'HH:mm:ss.SSSZ", "2001-07-04T12:08:56.235-0700"),
            (
                "yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
                "2001-07-04T12:08:56.235-07:00",
            ),
            ("YYYY-'W'ww-u", "2001-W27-3"),
            (
                "yyyy-MM-dd'T'HH:mmXXX'['VV']'",
                "2020-01-01T10:00+01:00[Europe/Warsaw]",
            ),
        ] {
            check(format, text, true);
        }
    }

    #[test]
    fn what_is_out_of_range_or_left_over_is_rejected() {
        for (format, text) in [
            ("yyyy-MM-dd", "2001-13-01"),
            ("yyyy-MM-dd", "2001-00-01"),
            ("yyyy-MM-dd", "2001-01-32"),
            ("yyyy-MM-dd", "2001-01-01T00:00"),
            ("yyyy-MM-dd", "20011-01-01"),
            ("yyyy-MM-dd", "2001/01/01"),
            ("yyyy-MM-dd", ""),
            ("HH:mm", "24:00"),
            ("kk:mm", "00:00"),
            ("hh:mm a", "13:00 PM"),
            ("HH:mm:ss", "10:60:00"),
            ("EEE", "Foo"),
            ("yyyy-MM-dd'T'HH:mm:ssXXX", "2001-07-04T12:08:56-0700"),
            ("yyyy-MM-dd'T'HH:mm:ssX", "2001-07-04T12:08:56"),
        ] {
            check(format, text, false);
        }
    }

    #[test]
    fn days_that_the_calendar_has_not_are_rejected() {
        for (text, accepted) in [
            ("2024-02-29", true),
            ("2023-02-29", false),
            ("1900-02-29", false),
            ("2000-02-29", true),
            ("2023-04-31", false),
        ] {
            check("yyyy-MM-dd", text, accepted);
        }
        check("d MMM yyyy", "30 Feb 2024", false);
        check("dd/MM", "29/02", true);
    }

    #[test]
    fn offsets() {
        for (format, text, accepted) in [
            ("X", "Z", true),
            ("X", "+01", true),
            ("X", "+0130", true),
            ("XX", "+01", false),
            ("XXX", "+01:30", true),
            ("XXX", "+19:00", false),
            ("xxx", "Z", false),
            ("Z", "+0130", true),
            ("Z", "+01:30", false),
            ("ZZZZ", "GMT+01:30", true),
            ("ZZZZZ", "Z", true),
            ("O", "GMT+8", true),
        ] {
            check(format, text, accepted);
        }
    }

    #[test]
    fn optional_sections() {
        for (text, accepted) in [("10:00", true), ("10:00:30", true), ("10:00:", false)] {
            check("HH:mm[:ss]", text, accepted);
        }
    }

    #[test]
    fn without_a_format_iso_8601_is_expected() {
        assert!(accepts(RuleKind::Date(String::new()), &json!("2024-01-31")));
        assert!(accepts(RuleKind::Time(String::new()), &json!("10:11:12")));
        let datetime = RuleKind::DateTime(String::new());
        assert!(accepts(datetime.clone(), &json!("2024-01-31T10:11:12Z")));
        assert!(!accepts(datetime, &json!("2024-01-31T10:11:12")));
    }

    #[test]
    fn only_text_and_numbers_can_be_dates() {
        let year = RuleKind::Date("yyyy".into());
        assert!(accepts(year.clone(), &json!(2024)));
        for actual in [json!(null), json!(true), json!([2024]), json!({})] {
            assert!(!accepts(year.clone(), &actual), "{actual}");
        }
    }

    #[test]
    fn a_format_that_is_not_understood_becomes_equality() {
        let nested = "[".repeat(100_000);
        for format in ["yyyy-bb", "'open", "[", "]", "MMMMMM", nested.as_str()] {
            let problems = problems(&RuleKind::Date(format.into()));
            assert!(
                problems[0].starts_with("the date format"),
                "{problems:.80?}"
            );
        }
    }
}
