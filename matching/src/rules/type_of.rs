//! `type`, alone or with `min` and `max`: the example's JSON type, and so for
//! everything below (Pact specification version 2, "Type matching").

use serde_json::{Value, json};

use super::{Kind, Rule, Subject};
use crate::Difference;

/// How long a list may be.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Bounds {
    min: Option<usize>,
    max: Option<usize>,
}

impl Bounds {
    pub(super) fn new(min: Option<usize>, max: Option<usize>) -> Self {
        Self { min, max }
    }

    pub(super) fn is_bounded(self) -> bool {
        self.min.is_some() || self.max.is_some()
    }

    /// How a list's length breaks the bounds.
    pub(crate) fn difference(self, length: usize) -> Option<Difference> {
        let short = self.min.is_some_and(|min| length < min);
        let long = self.max.is_some_and(|max| length > max);
        (short || long).then_some(Difference::Length)
    }

    /// The bounds as the rule writes them.
    pub(crate) fn expected(self) -> Value {
        match (self.min, self.max) {
            (Some(min), Some(max)) => json!({"min": min, "max": max}),
            (Some(min), None) => json!({"min": min}),
            (None, Some(max)) => json!({"max": max}),
            (None, None) => json!({}),
        }
    }
}

pub(super) fn rule(bounds: Bounds) -> Rule {
    Rule {
        name: "type",
        kind: Kind::Type(bounds),
    }
}

/// How the types differ. Text has no type but its own.
pub(super) fn difference(example: &Value, actual: Subject<'_>) -> Option<Difference> {
    match actual {
        Subject::Text(_) => None,
        Subject::Json(actual) => (std::mem::discriminant(example)
            != std::mem::discriminant(actual))
        .then_some(Difference::Type),
    }
}

#[cfg(test)]
mod tests {
    use pactwork_contract::RuleKind;
    use serde_json::json;

    use super::super::testing::{accepts_beside, accepts_text};

    #[test]
    fn the_types_are_the_six_of_json() {
        let samples = [
            json!(null),
            json!(true),
            json!(1),
            json!("a"),
            json!([1]),
            json!({"a": 1}),
        ];
        for (i, example) in samples.iter().enumerate() {
            for (j, actual) in samples.iter().enumerate() {
                assert_eq!(
                    accepts_beside(RuleKind::Type, example, actual),
                    i == j,
                    "{example} {actual}"
                );
            }
        }
        assert!(accepts_beside(RuleKind::Type, &json!(1), &json!(1.5)));
    }

    #[test]
    fn any_text_is_of_the_type_of_text() {
        assert!(accepts_text(RuleKind::Type, "a", "7"));
    }
}
