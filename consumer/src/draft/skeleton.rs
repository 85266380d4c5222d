//! Which members a request's body has, without their values: requests of another
//! skeleton are other requests, since a provider may answer each in its way.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::shape::identifiers;

/// The skeleton as text.
pub(super) fn skeleton(value: &Value) -> String {
    match value {
        Value::Null => "null".into(),
        Value::Bool(_) => "boolean".into(),
        Value::Number(_) => "number".into(),
        Value::String(_) => "text".into(),
        Value::Array(elements) => {
            let kinds: BTreeSet<_> = elements.iter().map(skeleton).collect();
            format!("[{}]", kinds.into_iter().collect::<Vec<_>>().join("|"))
        }
        Value::Object(members) => of_members(members),
    }
}

fn of_members(members: &Map<String, Value>) -> String {
    let texts: BTreeSet<_> = match identifiers(members.keys()) {
        Some(_) => members
            .values()
            .map(|value| format!("*:{}", skeleton(value)))
            .collect(),
        None => members
            .iter()
            .map(|(name, value)| format!("{name:?}:{}", skeleton(value)))
            .collect(),
    };
    format!("{{{}}}", texts.into_iter().collect::<Vec<_>>().join(","))
}

/// What a JSON document is at its root.
pub(super) fn root(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "text",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_names_and_kinds_count() {
        for (left, right, same) in [
            (
                json!({ "a": 1, "b": "x" }),
                json!({ "b": "y", "a": 2.5 }),
                true,
            ),
            (json!({ "a": 1 }), json!({ "a": "1" }), false),
            (json!({ "a": 1 }), json!({ "a": 1, "b": 1 }), false),
            (json!({ "a": 1 }), json!({ "a": null }), false),
            (json!([1, 2]), json!([3]), true),
            (json!([1]), json!([]), false),
            (json!({ "7": 1 }), json!({ "8": 1, "9": 2 }), true),
            (json!({ "a,b": 1 }), json!({ "a": 1, "b": 1 }), false),
        ] {
            assert_eq!(skeleton(&left) == skeleton(&right), same, "{left} {right}");
        }
    }
}
