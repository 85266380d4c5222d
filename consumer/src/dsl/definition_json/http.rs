use pactwork_contract::{Category, Generators, MatchingRules, Request, Response};
use pactwork_matching::integration::extract;
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::matchers::{self, is_matcher};
use super::place::{Object, Place};
use super::{DefinitionProblems, body};
use crate::Problems;
use crate::dsl::body::BodyDefinition;
use crate::dsl::definition::{Definition, Named};
use crate::dsl::example::{check_request, check_response};

const REQUEST: &[&str] = &["method", "path", "query", "headers", "body", "body_base64"];
const RESPONSE: &[&str] = &["status", "headers", "body", "body_base64"];
/// A query parameter's or header's value.
const VALUE: &str = "a text, a number, true, false, a matcher, or a list of such";

/// What the consumer will send.
pub(super) fn request(place: &Place<'_>, problems: &mut DefinitionProblems) -> Option<Request> {
    let object = place.object(REQUEST, problems)?;
    let before = problems.len();
    let method = method(&object, problems);
    let path = path(&object, problems);
    let query = query(&object, problems);
    let headers = named(object.get("headers"), "headers by name", problems);
    let given = body::read(&object, "body", content_type(&headers), problems);
    if problems.len() > before {
        return None;
    }
    let parts = Parts {
        headers,
        body: given.definition(),
    };
    let request = built(place, problems, |definition| {
        let path = definition.text(&path, Category::Path, "");
        let query = definition.query(&query);
        let (headers, body) = parts.build(definition);
        Request {
            method,
            path,
            query,
            headers,
            body: given.or_none(body),
            matching_rules: std::mem::take(&mut definition.rules),
            generators: std::mem::take(&mut definition.generators),
            ..Request::default()
        }
    })?;
    checked(place, problems, |owner, found| {
        check_request(&request, owner, found);
    });
    Some(request)
}

/// What the mock provider answers.
pub(super) fn response(place: &Place<'_>, problems: &mut DefinitionProblems) -> Option<Response> {
    let object = place.object(RESPONSE, problems)?;
    let before = problems.len();
    let mut rules = MatchingRules::default();
    let mut generators = Generators::default();
    let status = status(&object, &mut rules, &mut generators, problems);
    let headers = named(object.get("headers"), "headers by name", problems);
    let given = body::read(&object, "body", content_type(&headers), problems);
    if problems.len() > before {
        return None;
    }
    let parts = Parts {
        headers,
        body: given.definition(),
    };
    let response = built(place, problems, |definition| {
        definition.rules = rules;
        definition.generators = generators;
        let (headers, body) = parts.build(definition);
        Response {
            status,
            headers,
            body: given.or_none(body),
            matching_rules: std::mem::take(&mut definition.rules),
            generators: std::mem::take(&mut definition.generators),
            ..Response::default()
        }
    })?;
    checked(place, problems, |owner, found| {
        check_response(&response, owner, found);
    });
    Some(response)
}

/// What requests and responses have alike.
struct Parts {
    headers: Named,
    body: BodyDefinition,
}

impl Parts {
    fn build(
        &self,
        definition: &mut Definition<'_>,
    ) -> (pactwork_contract::Headers, pactwork_contract::Body) {
        let mut headers = definition.headers(&self.headers);
        let body = self.body.build_with(&mut headers, definition);
        (headers, body)
    }
}

/// What the words of the DSL make of it; what they find is noted with the place.
pub(super) fn built<T>(
    place: &Place<'_>,
    problems: &mut DefinitionProblems,
    build: impl FnOnce(&mut Definition<'_>) -> T,
) -> Option<T> {
    let mut found = Problems::default();
    let built = build(&mut Definition::of(String::new(), &mut found));
    let none = found.is_empty();
    note(place, &found, problems);
    none.then_some(built)
}

/// Notes what a check of the DSL finds.
pub(super) fn checked(
    place: &Place<'_>,
    problems: &mut DefinitionProblems,
    check: impl FnOnce(&str, &mut Problems),
) {
    let mut found = Problems::default();
    check("", &mut found);
    note(place, &found, problems);
}

fn note(place: &Place<'_>, found: &Problems, problems: &mut DefinitionProblems) {
    for problem in found.iter() {
        problems.add(&place.path, without_owner(problem));
    }
}

/// The sentence alone: the JSON path says the place already.
fn without_owner(problem: &str) -> &str {
    let sentence = problem.trim_start_matches([':', ' ']);
    ["the request: ", "the response: "]
        .iter()
        .find_map(|part| sentence.strip_prefix(part))
        .unwrap_or(sentence)
}

fn method(object: &Object<'_>, problems: &mut DefinitionProblems) -> String {
    let Some(place) = object.get("method") else {
        return "GET".into();
    };
    let method = place.text(problems).unwrap_or("GET").to_ascii_uppercase();
    if hyper::Method::from_bytes(method.as_bytes()).is_err() {
        place.wrong("a method such as GET", problems);
    }
    method
}

fn path(object: &Object<'_>, problems: &mut DefinitionProblems) -> Value {
    let expected = "the path, such as \"/orders/7\"";
    let Some(place) = object.required("path", expected, problems) else {
        return Value::Null;
    };
    if is_matcher(place.value) {
        matchers::check(&place, problems);
        return place.value.clone();
    }
    match place.value.as_str() {
        Some(path) if path.contains(['?', '#']) => place.wrong(
            "a path without query and fragment (the query has its place under `query`)",
            problems,
        ),
        Some(path) if path.starts_with('/') => {}
        _ => place.wrong("a path that starts with \"/\", or a matcher", problems),
    }
    place.value.clone()
}

/// By name, or as it stands in a URL.
fn query(object: &Object<'_>, problems: &mut DefinitionProblems) -> Named {
    let place = object.get("query");
    match place.as_ref().and_then(|place| place.value.as_str()) {
        Some(text) => parameters(text),
        None => named(
            place,
            "query parameters by name, or a text such as \"page=2\"",
            problems,
        ),
    }
}

fn parameters(query: &str) -> Named {
    let decoded = |text: &str| {
        let text = text.replace('+', " ");
        percent_decode_str(&text).decode_utf8_lossy().into_owned()
    };
    let parameters = query.trim_start_matches('?').split('&');
    parameters
        .filter(|parameter| !parameter.is_empty())
        .map(|parameter| {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            (decoded(name), decoded(value).into())
        })
        .collect()
}

pub(super) fn named(
    place: Option<Place<'_>>,
    expected: &str,
    problems: &mut DefinitionProblems,
) -> Named {
    let Some(place) = place else {
        return Named::new();
    };
    let members = place.members(expected, problems);
    for (_, each) in &members {
        check_value(each, problems);
    }
    members
        .into_iter()
        .map(|(name, each)| (name.to_owned(), each.value.clone()))
        .collect()
}

fn check_value(place: &Place<'_>, problems: &mut DefinitionProblems) {
    match place.value {
        Value::Array(list) if !list.is_empty() => {
            for each in place.list(VALUE, problems) {
                check_value(&each, problems);
            }
        }
        Value::String(_) | Value::Number(_) | Value::Bool(_) => {}
        value if is_matcher(value) => {
            matchers::check(place, problems);
        }
        _ => place.wrong(VALUE, problems),
    }
}

/// What the headers say it is.
fn content_type(headers: &Named) -> Option<&str> {
    let (_, value) = headers
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("content-type"))?;
    match value {
        Value::Array(values) => values.first()?.as_str(),
        Value::Object(matcher) => matcher.get("value")?.as_str(),
        value => value.as_str(),
    }
}

fn status(
    object: &Object<'_>,
    rules: &mut MatchingRules,
    generators: &mut Generators,
    problems: &mut DefinitionProblems,
) -> u16 {
    let Some(place) = object.get("status") else {
        return 200;
    };
    if !matchers::check(&place, problems) {
        return 200;
    }
    let code = extract(place.value, Category::Status, "", rules, generators)
        .ok()
        .and_then(|example| u16::try_from(example.as_u64()?).ok())
        .filter(|code| (200..=999).contains(code));
    code.unwrap_or_else(|| {
        let expected = "a status from 200 to 999, or a matcher whose value is one";
        place.wrong(expected, problems);
        200
    })
}
