//! `number`: any number (Pact specification version 3, "Number matcher").

use serde_json::Value;

use super::{Check, Subject};
use crate::Difference;

/// Any number.
#[derive(Debug)]
pub(super) struct Number;

impl Check for Number {
    fn difference(&self, _: &Value, actual: Subject<'_>) -> Option<Difference> {
        match actual {
            Subject::Json(Value::Number(_)) => None,
            Subject::Json(_) => Some(Difference::Type),
            Subject::Text(text) => (!is_number(text)).then_some(Difference::Different),
        }
    }
}

/// Whether a text is a number: an optional sign, digits, perhaps a fraction and an exponent.
pub(super) fn is_number(text: &str) -> bool {
    text.ends_with(|c: char| c.is_ascii_digit())
        && text
            .bytes()
            .all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E'))
        && text.parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use pactwork_contract::RuleKind;
    use serde_json::json;

    use super::super::testing::{accepts, accepts_text};

    #[test]
    fn any_number_is_accepted() {
        for (actual, accepted) in [
            (json!(1), true),
            (json!(-1.5), true),
            (json!(1e300), true),
            (json!("1"), false),
            (json!(null), false),
            (json!(true), false),
        ] {
            assert_eq!(accepts(RuleKind::Number, &actual), accepted, "{actual}");
        }
    }

    #[test]
    fn text_has_to_be_written_as_a_number() {
        for (text, accepted) in [
            ("1", true),
            ("-1.5e3", true),
            ("abc", false),
            ("", false),
            ("NaN", false),
            ("inf", false),
            ("1 ", false),
        ] {
            assert_eq!(
                accepts_text(RuleKind::Number, "1", text),
                accepted,
                "{text}"
            );
        }
    }
}
