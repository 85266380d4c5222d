//! Generated values in bodies: JSON and XML by path, form fields by name, text as a
//! whole.

use std::borrow::Cow;

use pactwork_contract::{Body, Content};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::Value;

use super::{
    Placed,
    parts::{Draw, nowhere},
    xml,
};
use crate::{content_type::Format, json_path::Step};

/// Puts a generator's values into a body.
pub(super) fn put(
    body: &mut Cow<'_, Body>,
    header: Option<&str>,
    placed: &Placed,
    draw: &mut Draw<'_, '_>,
) -> Result<(), String> {
    let format = body.content_type().or(header).map(Format::of);
    if !matches!(**body, Body::Present { .. }) {
        return Err(nowhere(&placed.path));
    }
    let Body::Present { content, .. } = body.to_mut() else {
        return Ok(());
    };
    match content {
        // A pact holds text of other types as JSON text as well.
        Content::Json(Value::String(text)) if format.is_some_and(|it| it != Format::Json) => {
            in_text(text, format, placed, draw)
        }
        Content::Json(document) => in_json(document, placed, draw),
        Content::Text(text) if format == Some(Format::Json) => {
            let mut document = serde_json::from_str(text)
                .map_err(|error| format!("the example is not JSON: {error}"))?;
            in_json(&mut document, placed, draw)?;
            *content = Content::Json(document);
            Ok(())
        }
        Content::Text(text) => in_text(text, format, placed, draw),
        Content::Binary(_) => Err(unreachable_body()),
    }
}

fn unreachable_body() -> String {
    "generators reach into JSON, XML, forms and whole texts alone".into()
}

fn in_text(
    text: &mut String,
    format: Option<Format>,
    placed: &Placed,
    draw: &mut Draw<'_, '_>,
) -> Result<(), String> {
    match format {
        Some(Format::Form) => *text = in_form(text, placed, draw)?,
        Some(Format::Xml) => *text = xml::replaced(text, placed, draw)?,
        Some(Format::Text) | None if placed.steps.as_ref().is_ok_and(Vec::is_empty) => {
            if let Some(made) = draw.text() {
                *text = made;
            }
        }
        Some(Format::Text) | None => {
            return Err(format!(
                "a text is generated as a whole, at `$`, not at {}",
                placed.path
            ));
        }
        _ => return Err(unreachable_body()),
    }
    Ok(())
}

fn in_json(document: &mut Value, placed: &Placed, draw: &mut Draw<'_, '_>) -> Result<(), String> {
    let steps = placed.steps.as_ref().map_err(String::clone)?;
    match replace(document, steps, draw) {
        0 => Err(nowhere(&placed.path)),
        _ => Ok(()),
    }
}

/// How many places the steps lead to.
fn replace(at: &mut Value, steps: &[Step], draw: &mut Draw<'_, '_>) -> usize {
    let Some((step, rest)) = steps.split_first() else {
        if let Some(value) = draw.value(at) {
            *at = value;
        }
        return 1;
    };
    let mut inside = |child: &mut Value| replace(child, rest, draw);
    match (at, step) {
        (Value::Object(map), Step::Exact(name)) => map.get_mut(name).map_or(0, inside),
        (Value::Array(list), Step::Exact(index)) => {
            let index = index.parse::<usize>().ok();
            let found = index.and_then(|index| list.get_mut(index));
            found.map_or(0, inside)
        }
        (Value::Object(map), Step::Any) => map.values_mut().map(&mut inside).sum(),
        (Value::Array(list), Step::Any | Step::AnyIndex) => list.iter_mut().map(&mut inside).sum(),
        _ => 0,
    }
}

/// The name of a form's field and which of its values is meant. A name such as `a[]`
/// or `a.b` may stand after `$.` as it is.
fn field<'p>(placed: &'p Placed, form: &str) -> Option<(&'p str, Option<usize>)> {
    let mut names = form.split('&').map(|pair| pair.split('=').next());
    let as_it_is = placed.path.strip_prefix("$.");
    let as_it_is =
        as_it_is.filter(|name| names.any(|key| key.map(decoded) == Some((*name).into())));
    match (as_it_is, placed.steps.as_deref()) {
        (Some(name), _) => Some((name, None)),
        (None, Ok([Step::Exact(name)] | [Step::Exact(name), Step::Any | Step::AnyIndex])) => {
            Some((name, None))
        }
        (None, Ok([Step::Exact(name), Step::Exact(index)])) => {
            Some((name, Some(index.parse().ok()?)))
        }
        _ => None,
    }
}

fn in_form(form: &str, placed: &Placed, draw: &mut Draw<'_, '_>) -> Result<String, String> {
    let (name, only) = field(placed, form).ok_or_else(|| nowhere(&placed.path))?;
    let mut seen = 0;
    let mut places = 0;
    let pairs = form.split('&').map(|pair| {
        let key = pair.split('=').next().unwrap_or_default();
        if decoded(key) != name {
            return Cow::Borrowed(pair);
        }
        seen += 1;
        if only.is_some_and(|only| only + 1 != seen) {
            return Cow::Borrowed(pair);
        }
        places += 1;
        match draw.text() {
            Some(text) => {
                let encoded = utf8_percent_encode(&text, NON_ALPHANUMERIC);
                format!("{key}={encoded}").into()
            }
            None => pair.into(),
        }
    });
    let form = pairs.collect::<Vec<_>>().join("&");
    match places {
        0 => Err(nowhere(&placed.path)),
        _ => Ok(form),
    }
}

fn decoded(key: &str) -> String {
    let spaced = key.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use pactwork_contract::{Generators, MatchingRules, Response};
    use serde_json::{Map, json};

    use super::super::{CompiledGenerators, GeneratorContext, GeneratorMode, SeededRandom};
    use super::*;

    /// A body with the value `x y` at a path, and what was told.
    fn put_at(body: &Body, path: &str) -> (Vec<u8>, Vec<String>) {
        let mut definitions = json!({"body": {}});
        definitions["body"][path] = json!({"type": "Regex", "regex": "x y"});
        let raw = Generators(definitions.as_object().cloned().unwrap());
        let (compiled, warnings) = CompiledGenerators::compile(&raw, &MatchingRules::default());
        assert_eq!(warnings, []);
        let example = Response {
            body: body.clone(),
            ..Response::default()
        };
        let applied = compiled.response(
            &example,
            &mut GeneratorContext {
                mode: GeneratorMode::Consumer,
                random: &mut SeededRandom::new(1),
                now: std::time::SystemTime::UNIX_EPOCH,
                utc_offset: 0,
                provider_state: &Map::new(),
                mock_server_url: None,
            },
        );
        let told = applied.warnings.iter().map(|each| each.message.clone());
        (applied.parts.body.to_bytes().into_owned(), told.collect())
    }

    fn text(text: &str, content_type: &str) -> Body {
        Body::Present {
            content: Content::Text(text.into()),
            content_type: Some(content_type.into()),
        }
    }

    #[test]
    fn each_kind_of_body() {
        let form = "application/x-www-form-urlencoded";
        for (body, path, expected) in [
            (
                Body::json(json!({"a": [1, 2]})),
                "$.a[*]",
                r#"{"a":["x y","x y"]}"#,
            ),
            (Body::json(json!({"a": [1, 2]})), "$.a", r#"{"a":"x y"}"#),
            (
                Body::json(json!({"a": 1, "b": 2})),
                "$.*",
                r#"{"a":"x y","b":"x y"}"#,
            ),
            (
                text(r#"{"a": 1}"#, "application/json"),
                "$['a']",
                r#"{"a":"x y"}"#,
            ),
            (text("a=1&b+c=2&a=3", form), "$.a", "a=x%20y&b+c=2&a=x%20y"),
            (text("a=1&b+c=2&a=3", form), "$['b c']", "a=1&b+c=x%20y&a=3"),
            (text("a=1&a=3", form), "$.a[1]", "a=1&a=x%20y"),
            (text("a=1&a=3", form), "$.a[*]", "a=x%20y&a=x%20y"),
            (
                text("a%5B%5D=1&a.b=2", form),
                "$.a[]",
                "a%5B%5D=x%20y&a.b=2",
            ),
            (
                text("a%5B%5D=1&a.b=2", form),
                "$.a.b",
                "a%5B%5D=1&a.b=x%20y",
            ),
            (text("old", "text/plain"), "$", "x y"),
            (
                text("<a><b>1</b></a>", "text/xml"),
                "$.a.b",
                "<a><b>x y</b></a>",
            ),
        ] {
            let (bytes, told) = put_at(&body, path);
            assert_eq!(told, [""; 0]);
            assert_eq!(String::from_utf8(bytes).unwrap(), expected);
        }
        let body = Body::Present {
            content: Content::Json("old".into()),
            content_type: Some("text/plain".into()),
        };
        let (bytes, _) = put_at(&body, "$");
        assert_eq!(bytes, br#""x y""#);
    }

    #[test]
    fn what_cannot_be_reached_says_why_and_stays() {
        let binary = Body::Present {
            content: Content::Binary(vec![1]),
            content_type: Some("image/png".into()),
        };
        let alone =
            "generators reach into JSON, XML, forms and whole texts alone; the example stands";
        for (body, path, reason) in [
            (
                Body::json(json!({})),
                "$.a",
                "$.a leads nowhere in the example; the example stands",
            ),
            (
                Body::Missing,
                "$.a",
                "$.a leads nowhere in the example; the example stands",
            ),
            (
                text("a=1", "application/x-www-form-urlencoded"),
                "$.b",
                "$.b leads nowhere in the example; the example stands",
            ),
            (
                Body::json(json!({})),
                "$.a[]",
                "the path is not understood: `[]` is neither an index, `[*]`, nor a quoted name; the example stands",
            ),
            (
                text("{", "application/json"),
                "$.a",
                "the example is not JSON: EOF while parsing an object at line 1 column 1; the example stands",
            ),
            (
                text("abc", "text/plain"),
                "$.a",
                "a text is generated as a whole, at `$`, not at $.a; the example stands",
            ),
            (binary, "$", alone),
            (text("--b", "multipart/form-data; boundary=b"), "$.a", alone),
        ] {
            let (bytes, told) = put_at(&body, path);
            assert_eq!(told, [reason]);
            assert_eq!(bytes, *body.to_bytes());
        }
    }
}
