//! `include`: the string form contains a text (Pact specification version 3, "Include matcher").

use serde_json::Value;

use super::{Check, Subject};
use crate::Difference;

/// The text to be contained.
#[derive(Debug)]
pub(super) struct Include(pub(super) String);

impl Check for Include {
    fn difference(&self, _: &Value, actual: Subject<'_>) -> Option<Difference> {
        let accepted = actual
            .text_form()
            .is_some_and(|text| text.contains(&self.0));
        (!accepted).then_some(Difference::Different)
    }

    fn expected(&self, _: &Value) -> Value {
        Value::from(self.0.as_str())
    }
}

#[cfg(test)]
mod tests {
    use pactwork_contract::RuleKind;
    use serde_json::json;

    use super::super::testing::accepts;

    #[test]
    fn the_string_form_has_to_contain_the_text() {
        for (text, actual, accepted) in [
            ("lig", json!("alligator"), true),
            ("LIG", json!("alligator"), false),
            ("23", json!(1234), true),
            ("", json!(""), true),
            ("a", json!(["a"]), false),
        ] {
            let kind = RuleKind::Include(text.into());
            assert_eq!(accepts(kind, &actual), accepted, "{text} {actual}");
        }
    }
}
