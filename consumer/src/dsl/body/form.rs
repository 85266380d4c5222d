use pactwork_contract::Category;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

use crate::dsl::definition::Definition;

/// What a form writes as it is (URL standard, "application/x-www-form-urlencoded
/// percent-encode set"); a space is written as `%20`, which every reader takes.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'*')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_');

/// The text of a form; rules are at `$.name`, or `$.name[0]` for one of several values.
pub(super) fn build(fields: &Value, definition: &mut Definition<'_>) -> String {
    let Some(fields) = by_name(fields) else {
        definition.problem(format_args!(
            "form: expected an object or a list of pairs of name and value, found {fields}"
        ));
        return String::new();
    };
    let example = definition.example(&fields, Category::Body, "$");
    let mut pairs = Vec::new();
    for (name, value) in example.as_object().into_iter().flatten() {
        let values = match value {
            Value::Array(values) => values.as_slice(),
            single => std::slice::from_ref(single),
        };
        for value in values {
            let value = definition.wire_text(value, "form field", name);
            pairs.push(format!("{}={}", encoded(name), encoded(&value)));
        }
    }
    pairs.join("&")
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

/// The fields as an object; of a name that is given several times, the values as a list.
fn by_name(fields: &Value) -> Option<Value> {
    let pairs = match fields {
        Value::Object(_) => return Some(fields.clone()),
        Value::Array(pairs) => pairs,
        _ => return None,
    };
    let mut fields = Map::<String, Value>::new();
    let mut repeated = Vec::new();
    for pair in pairs {
        let [Value::String(name), value] = &pair.as_array()?[..] else {
            return None;
        };
        match fields.get_mut(name) {
            Some(Value::Array(values)) if repeated.contains(&name) => values.push(value.clone()),
            Some(first) => {
                *first = Value::Array(vec![first.take(), value.clone()]);
                repeated.push(name);
            }
            None => drop(fields.insert(name.clone(), value.clone())),
        }
    }
    Some(fields.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn fields_are_an_object_or_pairs() {
        for (fields, expected) in [
            (json!({ "a": 1 }), Some(json!({ "a": 1 }))),
            (json!([["a", 1], ["b", 2]]), Some(json!({ "a": 1, "b": 2 }))),
            (
                json!([["a", 1], ["a", 2], ["a", 3]]),
                Some(json!({ "a": [1, 2, 3] })),
            ),
            (json!([["a"]]), None),
            (json!("a=1"), None),
        ] {
            assert_eq!(by_name(&fields), expected, "{fields}");
        }
    }

    #[test]
    fn names_and_values_are_encoded() {
        assert_eq!(encoded("a b&c=ü"), "a%20b%26c%3D%C3%BC");
    }
}
