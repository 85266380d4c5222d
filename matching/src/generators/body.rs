//! Generated values in bodies: JSON by path, form fields by name, text as a whole.

use std::borrow::Cow;

use pactwork_contract::{Body, Content};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::Value;

use super::{
    Placed,
    parts::{nowhere, plain, with_content},
};
use crate::{content_type::Format, json_path::Step};

/// Puts a value into a body.
pub(super) fn put(
    body: &mut Body,
    header: Option<&str>,
    placed: &Placed,
    value: &Value,
) -> Result<(), String> {
    let declared = body.content_type().or(header).map(Format::of);
    let Body::Present { content, .. } = &mut *body else {
        return Err(nowhere(&placed.path));
    };
    let found = match (declared, &mut *content) {
        (_, Content::Json(document)) => {
            return in_json(document, placed, value);
        }
        (Some(Format::Json), _) => {
            let mut document = serde_json::from_slice(&body.to_bytes())
                .map_err(|error| format!("the example is not JSON: {error}"))?;
            in_json(&mut document, placed, value)?;
            Content::Text(document.to_string())
        }
        (Some(Format::Form), Content::Text(text)) => Content::Text(in_form(text, placed, value)?),
        (Some(Format::Text) | None, Content::Text(_)) if placed.steps.is_empty() => {
            Content::Text(plain(value))
        }
        _ => return Err("generators reach into JSON, forms and whole texts alone".into()),
    };
    *body = with_content(body, found);
    Ok(())
}

fn in_json(document: &mut Value, placed: &Placed, value: &Value) -> Result<(), String> {
    match replace(document, &placed.steps, value) {
        0 => Err(nowhere(&placed.path)),
        _ => Ok(()),
    }
}

/// How many places were replaced.
fn replace(at: &mut Value, steps: &[Step], value: &Value) -> usize {
    let Some((step, rest)) = steps.split_first() else {
        *at = value.clone();
        return 1;
    };
    let mut inside = |child: &mut Value| replace(child, rest, value);
    match (at, step) {
        (Value::Object(map), Step::Exact(name)) => map.get_mut(name).map_or(0, inside),
        (Value::Array(list), Step::Exact(index)) => {
            let found = index
                .parse::<usize>()
                .ok()
                .and_then(|index| list.get_mut(index));
            found.map_or(0, inside)
        }
        (Value::Object(map), Step::Any) => map.values_mut().map(&mut inside).sum(),
        (Value::Array(list), Step::Any | Step::AnyIndex) => list.iter_mut().map(&mut inside).sum(),
        _ => 0,
    }
}

fn in_form(text: &str, placed: &Placed, value: &Value) -> Result<String, String> {
    let (Some(Step::Exact(name)), rest) = (
        placed.steps.first(),
        &placed.steps[1.min(placed.steps.len())..],
    ) else {
        return Err(nowhere(&placed.path));
    };
    let only = match rest {
        [] | [Step::AnyIndex | Step::Any] => None,
        [Step::Exact(index)] => Some(index.parse::<usize>().map_err(|_| nowhere(&placed.path))?),
        _ => return Err(nowhere(&placed.path)),
    };
    let encoded = utf8_percent_encode(&plain(value), NON_ALPHANUMERIC).to_string();
    let mut seen = 0;
    let mut replaced = false;
    let pairs = text.split('&').map(|pair| {
        let key = pair.split('=').next().unwrap_or_default();
        if decoded(key) != *name {
            return Cow::Borrowed(pair);
        }
        seen += 1;
        match only.is_none_or(|only| only + 1 == seen) {
            true => {
                replaced = true;
                format!("{key}={encoded}").into()
            }
            false => pair.into(),
        }
    });
    let form = pairs.collect::<Vec<_>>().join("&");
    replaced
        .then_some(form)
        .ok_or_else(|| nowhere(&placed.path))
}

fn decoded(key: &str) -> String {
    let spaced = key.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::compile;
    use super::*;

    fn put_at(body: &mut Body, path: &str, value: &Value) -> Result<(), String> {
        let definition = json!({"type": "RandomBoolean"});
        let placed = Placed {
            category: "body".into(),
            path: path.into(),
            steps: crate::json_path::parse(path).unwrap(),
            generator: compile(definition.as_object().unwrap()).unwrap(),
        };
        put(body, None, &placed, value)
    }

    fn text(text: &str, content_type: &str) -> Body {
        Body::Present {
            content: Content::Text(text.into()),
            content_type: Some(content_type.into()),
        }
    }

    #[test]
    fn each_kind_of_body() {
        for (mut body, path, expected) in [
            (
                Body::json(json!({"a": [1, 2]})),
                "$.a[*]",
                r#"{"a":["x y","x y"]}"#,
            ),
            (
                text(r#"{"a": 1}"#, "application/json"),
                "$.a",
                r#"{"a":"x y"}"#,
            ),
            (
                text("a=1&b+c=2&a=3", "application/x-www-form-urlencoded"),
                "$.a",
                "a=x%20y&b+c=2&a=x%20y",
            ),
            (
                text("a=1&b+c=2&a=3", "application/x-www-form-urlencoded"),
                "$['b c']",
                "a=1&b+c=x%20y&a=3",
            ),
            (
                text("a=1&a=3", "application/x-www-form-urlencoded"),
                "$.a[1]",
                "a=1&a=x%20y",
            ),
            (text("old", "text/plain"), "$", "x y"),
        ] {
            put_at(&mut body, path, &json!("x y")).unwrap();
            assert_eq!(body.to_bytes(), expected.as_bytes());
        }
    }

    #[test]
    fn what_cannot_be_reached_says_why() {
        for (mut body, path, reason) in [
            (
                Body::json(json!({})),
                "$.a",
                "$.a leads nowhere in the example",
            ),
            (Body::Missing, "$.a", "$.a leads nowhere in the example"),
            (
                text("<a/>", "text/xml"),
                "$.a",
                "generators reach into JSON, forms and whole texts alone",
            ),
            (
                text("{", "application/json"),
                "$.a",
                "the example is not JSON: EOF while parsing an object at line 1 column 1",
            ),
        ] {
            assert_eq!(put_at(&mut body, path, &json!(1)), Err(reason.into()));
        }
    }
}
