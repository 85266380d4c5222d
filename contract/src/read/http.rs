//! HTTP interactions: a request and its response.

use serde_json::{Map, Value};

use super::interactions::Form;
use super::reader::{Reader, describe, member, sorted};
use super::ruby::{self, Reified};
use super::{bodies, query, rules};
use crate::{
    Body, Common, Generators, Headers, HttpInteraction, MatchingRules, ReadError, Request,
    Response, content_type,
};

type Object = Map<String, Value>;

pub(super) fn read(
    reader: &mut Reader,
    mut object: Object,
    mut common: Common,
    form: Form,
    path: &str,
) -> Result<HttpInteraction, ReadError> {
    let request = reader.required_object(&mut object, "request", path)?;
    let response = reader.required_object(&mut object, "response", path)?;
    common.extra = object;
    Ok(HttpInteraction {
        common,
        request: read_request(reader, request, form, &member(path, "request"))?,
        response: read_response(reader, response, form, &member(path, "response"))?,
    })
}

fn read_request(
    reader: &mut Reader,
    mut object: Object,
    form: Form,
    path: &str,
) -> Result<Request, ReadError> {
    let reified = reify(reader, &mut object, path);
    let method = text_or(reader, &mut object, "method", "GET", path)?;
    let target = text_or(reader, &mut object, "path", "/", path)?;
    let query = query::read(reader, object.remove("query"), &member(path, "query"))?;
    let mut headers = read_headers(reader, &mut object, path)?;
    let body = read_body(reader, &mut object, &headers, form, path);
    let (mut matching_rules, generators) = rules_and_generators(reader, &mut object, path);
    if let Some(reified) = reified {
        reified.finish(reader, &mut matching_rules);
    }
    split(&mut headers, &matching_rules);
    Ok(Request {
        method: method.to_uppercase(),
        path: target,
        query,
        headers,
        body,
        matching_rules,
        generators,
        extra: object,
    })
}

fn read_response(
    reader: &mut Reader,
    mut object: Object,
    form: Form,
    path: &str,
) -> Result<Response, ReadError> {
    let reified = reify(reader, &mut object, path);
    let status = status(reader, object.remove("status"), &member(path, "status"))?;
    let mut headers = read_headers(reader, &mut object, path)?;
    let body = read_body(reader, &mut object, &headers, form, path);
    let (mut matching_rules, generators) = rules_and_generators(reader, &mut object, path);
    if let Some(reified) = reified {
        reified.finish(reader, &mut matching_rules);
    }
    split(&mut headers, &matching_rules);
    Ok(Response {
        status,
        headers,
        body,
        matching_rules,
        generators,
        extra: object,
    })
}

fn reify(reader: &Reader, part: &mut Object, path: &str) -> Option<Reified> {
    reader.has_ruby_objects.then(|| ruby::reify(part, path))
}

fn text_or(
    reader: &mut Reader,
    object: &mut Object,
    key: &str,
    default: &str,
    path: &str,
) -> Result<String, ReadError> {
    match object.remove(key) {
        Some(Value::String(text)) => Ok(text),
        None | Some(Value::Null) => {
            reader.warn(path, format!("has no {key}; read as \"{default}\""));
            Ok(default.into())
        }
        other => Err(reader.unexpected(&member(path, key), "a text", other.as_ref())),
    }
}

fn status(reader: &mut Reader, value: Option<Value>, path: &str) -> Result<u16, ReadError> {
    let value = match value {
        None | Some(Value::Null) => {
            reader.warn(path, "the response has no status; read as 200");
            return Ok(200);
        }
        Some(value) => value,
    };
    let number = value.as_u64().or_else(|| value.as_str()?.parse().ok());
    number
        .and_then(|number| u16::try_from(number).ok())
        .ok_or_else(|| reader.unexpected(path, "a status code", Some(&value)))
}

fn read_headers(
    reader: &mut Reader,
    object: &mut Object,
    path: &str,
) -> Result<Headers, ReadError> {
    let found = reader.optional_object(object, "headers", path)?;
    let path = member(path, "headers");
    sorted(found)
        .map(|(name, value)| {
            let values = texts(reader, value, &member(&path, &name))?;
            Ok((name, values))
        })
        .collect()
}

/// Before version 4 a header is one text, and a rule may be about one of the
/// values that stand in it, as `$.headers.Accept[1]` is.
fn split(headers: &mut Headers, rules: &MatchingRules) {
    for (name, values) in headers {
        if let [text] = &values[..]
            && text.contains(',')
            && rules.counts_values_of(name)
        {
            *values = text.split(',').map(|value| value.trim().into()).collect();
        }
    }
}

/// A list of texts, or one text; numbers and booleans as their text.
fn texts(reader: &mut Reader, value: Value, path: &str) -> Result<Vec<String>, ReadError> {
    let list = match value {
        Value::Array(list) => list,
        single => vec![single],
    };
    list.into_iter()
        .map(|value| match value {
            Value::String(text) => Ok(text),
            Value::Number(_) | Value::Bool(_) => {
                let found = describe(Some(&value));
                reader.warn(
                    path,
                    format!("expected a text, found {found}; read as its text"),
                );
                Ok(value.to_string())
            }
            other => Err(reader.unexpected(path, "a text or a list of texts", Some(&other))),
        })
        .collect()
}

fn read_body(
    reader: &mut Reader,
    object: &mut Object,
    headers: &Headers,
    form: Form,
    path: &str,
) -> Body {
    let declared = content_type::in_headers(headers);
    let value = object.remove("body");
    let (body, rest) = bodies::read(reader, value, declared, form, &member(path, "body"));
    object.extend(rest.map(|rest| ("body".into(), rest)));
    body
}

/// Takes the rules out of the object, under their name or an early one of version 2.
pub(super) fn rules_and_generators(
    reader: &mut Reader,
    object: &mut Object,
    path: &str,
) -> (MatchingRules, Generators) {
    let key = [
        "matchingRules",
        "requestMatchingRules",
        "responseMatchingRules",
    ]
    .into_iter()
    .find(|key| object.contains_key(*key))
    .unwrap_or("matchingRules");
    let found = reader.lenient_object(object, key, path);
    let rules = rules::read(reader, found, &member(path, key));
    let generators = reader.lenient_object(object, "generators", path);
    (rules, Generators(generators))
}
