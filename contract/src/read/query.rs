//! Queries: a string in versions 1 and 2, an object of lists from version 3 on.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::reader::{Reader, member, sorted};
use crate::{Query, ReadError};

pub(super) fn read(reader: &Reader, value: Option<Value>, path: &str) -> Result<Query, ReadError> {
    match value {
        None | Some(Value::Null) => Ok(Query::new()),
        Some(Value::String(text)) => Ok(from_text(&text)),
        // PHP writes an empty object as an empty list.
        Some(Value::Array(none)) if none.is_empty() => Ok(Query::new()),
        Some(Value::Object(object)) => sorted(object)
            .map(|(name, value)| {
                let values = values(reader, value, &member(path, &name))?;
                Ok((name, values))
            })
            .collect(),
        other => Err(reader.unexpected(path, "a query string or an object", other.as_ref())),
    }
}

fn values(reader: &Reader, value: Value, path: &str) -> Result<Vec<Option<String>>, ReadError> {
    let list = match value {
        Value::Array(list) => list,
        single => vec![single],
    };
    list.into_iter()
        .map(|value| match value {
            Value::Null => Ok(None),
            Value::String(text) => Ok(Some(text)),
            Value::Number(_) | Value::Bool(_) => Ok(Some(value.to_string())),
            other => Err(reader.unexpected(path, "a text or a list of texts", Some(&other))),
        })
        .collect()
}

pub(crate) fn from_text(text: &str) -> Query {
    let mut query = Query::new();
    let text = text.strip_prefix('?').unwrap_or(text);
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = match pair.split_once('=') {
            Some((name, value)) => (name, Some(decoded(value))),
            None => (pair, None),
        };
        query.entry(decoded(name)).or_default().push(value);
    }
    query
}

/// What does not decode to UTF-8 stays as it is written.
fn decoded(text: &str) -> String {
    let spaced = text.replace('+', " ");
    match percent_decode_str(&spaced).decode_utf8() {
        Ok(decoded) => decoded.into_owned(),
        Err(_) => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn query(pairs: &[(&str, &[Option<&str>])]) -> Query {
        let owned = |values: &[Option<&str>]| {
            let values = values.iter().map(|value| value.map(str::to_owned));
            values.collect()
        };
        pairs
            .iter()
            .map(|(name, values)| ((*name).to_owned(), owned(values)))
            .collect()
    }

    #[test]
    fn strings_and_objects_give_the_same_query() {
        for (value, expected) in [
            (json!(null), query(&[])),
            (json!(""), query(&[])),
            (json!([]), query(&[])),
            (json!({ "a": [] }), query(&[("a", &[])])),
            (
                json!("a=1&b=2&a=3"),
                query(&[("a", &[Some("1"), Some("3")]), ("b", &[Some("2")])]),
            ),
            (
                json!({ "a": ["1", "3"], "b": "2" }),
                query(&[("a", &[Some("1"), Some("3")]), ("b", &[Some("2")])]),
            ),
            (
                json!("a&b=&c=x=y"),
                query(&[("a", &[None]), ("b", &[Some("")]), ("c", &[Some("x=y")])]),
            ),
            (
                json!({ "a": [null], "n": 7 }),
                query(&[("a", &[None]), ("n", &[Some("7")])]),
            ),
            (
                json!("ids%5B%5D=a+b%20c%C3%BC"),
                query(&[("ids[]", &[Some("a b cü")])]),
            ),
            (json!("raw=%FF+%zz"), query(&[("raw", &[Some("%FF+%zz")])])),
        ] {
            let found = read(&Reader::new("p"), Some(value.clone()), "$.query");
            assert_eq!(found.unwrap(), expected, "{value}");
        }
    }
}
