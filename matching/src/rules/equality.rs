//! `equality`: equal to the example (Pact specification version 3, "Equality
//! matcher": resets a rule inherited from above).

use serde_json::{Number, Value};

use super::Subject;
use crate::Difference;

/// How the actual differs from the example.
pub(super) fn difference(example: &Value, actual: Subject<'_>) -> Option<Difference> {
    match actual {
        Subject::Json(actual) if equal(example, actual) => None,
        Subject::Json(actual)
            if std::mem::discriminant(example) != std::mem::discriminant(actual) =>
        {
            Some(Difference::Type)
        }
        Subject::Json(_) => Some(Difference::Different),
        Subject::Text(actual) => {
            let same = Subject::Json(example)
                .text_form()
                .is_some_and(|expected| expected == actual);
            (!same).then_some(Difference::Different)
        }
    }
}

/// Whether two JSON values are equal. The order of keys does not count; an
/// integer is never equal to a decimal (`1` and `1.0`).
pub(crate) fn equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => equal_numbers(left, right),
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(l, r)| equal(l, r))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .all(|(key, l)| right.get(key).is_some_and(|r| equal(l, r)))
        }
        (left, right) => left == right,
    }
}

/// `1.0` and `1.00` are equal even where serde_json keeps the digits as written
/// (its `arbitrary_precision` feature).
fn equal_numbers(left: &Number, right: &Number) -> bool {
    left == right || (left.is_f64() && right.is_f64() && left.as_f64() == right.as_f64())
}

#[cfg(test)]
mod tests {
    use pactwork_contract::RuleKind;
    use serde_json::json;

    use super::super::testing::{accepts_beside, accepts_text};

    #[test]
    fn only_the_example_is_accepted() {
        let cases = [
            (json!(1), json!(1), true),
            (json!(1), json!(2), false),
            (json!(1), json!(1.0), false),
            (json!(1.0), json!(1.0), true),
            (json!("1"), json!(1), false),
            (json!(null), json!(null), true),
            (json!({"a": 1, "b": 2}), json!({"b": 2, "a": 1}), true),
            (json!({"a": 1}), json!({"a": 1, "b": 2}), false),
            (json!([1, 2]), json!([2, 1]), false),
            (json!(u64::MAX), json!(u64::MAX), true),
        ];
        for (example, actual, accepted) in cases {
            assert_eq!(
                accepts_beside(RuleKind::Equality, &example, &actual),
                accepted,
                "{example} {actual}"
            );
        }
    }

    #[test]
    fn text_is_compared_with_the_string_form() {
        assert!(accepts_text(RuleKind::Equality, "a", "a"));
        assert!(!accepts_text(RuleKind::Equality, "a", "A"));
    }
}
