//! `decimal`: a number with a fractional part (Pact specification version 3,
//! "Decimal matcher"). In text a whole number is a decimal as well, since text
//! does not say of which type a number is.

use serde_json::Value;

use super::{Check, Subject, number};
use crate::Difference;

/// A number with a fractional part.
#[derive(Debug)]
pub(super) struct Decimal;

impl Check for Decimal {
    fn difference(&self, _: &Value, actual: Subject<'_>) -> Option<Difference> {
        match actual {
            Subject::Json(Value::Number(number)) => {
                (!number.is_f64()).then_some(Difference::Different)
            }
            Subject::Json(_) => Some(Difference::Type),
            Subject::Text(text) => (!number::is_number(text)).then_some(Difference::Different),
        }
    }
}

#[cfg(test)]
mod tests {
    use pactwork_contract::RuleKind;
    use serde_json::json;

    use super::super::testing::{accepts, accepts_text};

    #[test]
    fn a_fraction_is_needed() {
        for (actual, accepted) in [
            (json!(1.5), true),
            (json!(1.0), true),
            (json!(-0.1), true),
            (json!(1), false),
            (json!("1.5"), false),
            (json!(null), false),
        ] {
            assert_eq!(accepts(RuleKind::Decimal, &actual), accepted, "{actual}");
        }
    }

    #[test]
    fn text_has_to_be_a_number() {
        for (text, accepted) in [("1.5", true), ("101", true), ("a", false)] {
            assert_eq!(
                accepts_text(RuleKind::Decimal, "1.0", text),
                accepted,
                "{text}"
            );
        }
    }
}
