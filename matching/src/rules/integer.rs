//! `integer`: a number without a fractional part (Pact specification version 3, "Integer matcher").

use serde_json::Value;

use super::{Check, Subject};
use crate::Difference;

/// A number without a fractional part.
#[derive(Debug)]
pub(super) struct Integer;

/// From here on floats are whole numbers.
const TWO_TO_64: f64 = 18_446_744_073_709_551_616.0;

impl Check for Integer {
    fn difference(&self, _: &Value, actual: Subject<'_>) -> Option<Difference> {
        match actual {
            Subject::Json(Value::Number(number)) => {
                // What no integer type holds is read as a float; it has no fraction.
                let is_small = number
                    .as_f64()
                    .is_none_or(|number| number.abs() < TWO_TO_64);
                (number.is_f64() && is_small).then_some(Difference::Different)
            }
            Subject::Json(_) => Some(Difference::Type),
            Subject::Text(text) => (!is_integer(text)).then_some(Difference::Different),
        }
    }
}

fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use pactwork_contract::RuleKind;
    use serde_json::json;

    use super::super::testing::{accepts, accepts_text};

    #[test]
    fn a_fraction_is_not_accepted() {
        for (actual, accepted) in [
            (json!(1), true),
            (json!(-1), true),
            (json!(u64::MAX), true),
            (json!(1.0), false),
            (json!(1.5), false),
            (json!("1"), false),
            (json!(null), false),
        ] {
            assert_eq!(accepts(RuleKind::Integer, &actual), accepted, "{actual}");
        }
    }

    #[test]
    fn text_has_to_be_digits() {
        for (text, accepted) in [
            ("1", true),
            ("-12", true),
            ("1.0", false),
            ("", false),
            ("-", false),
        ] {
            assert_eq!(
                accepts_text(RuleKind::Integer, "1", text),
                accepted,
                "{text}"
            );
        }
        assert!(accepts_text(RuleKind::Integer, "1", &"9".repeat(400)));
    }
}
