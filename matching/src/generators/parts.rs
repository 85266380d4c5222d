//! Putting generated values into a request, response or message. Only parts that
//! have generators are copied.

use std::borrow::Cow;

use pactwork_contract::{Body, Headers, MessageContents, Query, Request, Response, Warning};
use serde_json::{Map, Value};

use super::{CompiledGenerators, Generator, GeneratorContext, Made, Placed, body, not_used, plain};
use crate::{headers, metadata};

/// What generators made of an example.
#[derive(Debug, Clone, PartialEq)]
pub struct Applied<T> {
    /// The parts with generated values; those without generators are the example's own.
    pub parts: T,
    /// Where no value was made, and why; the example stands there.
    pub warnings: Vec<Warning>,
    /// The same where the provider states did not return what is needed.
    pub not_returned: Vec<Warning>,
}

/// A request with generated values.
#[derive(Debug, Clone, PartialEq)]
pub struct GeneratedRequest<'e> {
    /// The method.
    pub method: Cow<'e, str>,
    /// The path, as far encoded as the example's and what was put into it.
    pub path: Cow<'e, str>,
    /// The query's parameters.
    pub query: Cow<'e, Query>,
    /// The headers.
    pub headers: Cow<'e, Headers>,
    /// The body.
    pub body: Cow<'e, Body>,
}

/// A response with generated values.
#[derive(Debug, Clone, PartialEq)]
pub struct GeneratedResponse<'e> {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: Cow<'e, Headers>,
    /// The body.
    pub body: Cow<'e, Body>,
}

/// A message with generated values.
#[derive(Debug, Clone, PartialEq)]
pub struct GeneratedMessage<'e> {
    /// The contents.
    pub contents: Cow<'e, Body>,
    /// The metadata.
    pub metadata: Cow<'e, Map<String, Value>>,
}

impl<'e> From<&'e Request> for GeneratedRequest<'e> {
    /// The example as it is.
    fn from(example: &'e Request) -> Self {
        Self {
            method: Cow::Borrowed(&example.method),
            path: Cow::Borrowed(&example.path),
            query: Cow::Borrowed(&example.query),
            headers: Cow::Borrowed(&example.headers),
            body: Cow::Borrowed(&example.body),
        }
    }
}

impl CompiledGenerators {
    /// The request with generated values.
    pub fn request<'e>(
        &self,
        example: &'e Request,
        context: &mut GeneratorContext<'_>,
    ) -> Applied<GeneratedRequest<'e>> {
        let content_type = headers::expected(&example.headers, "content-type");
        let mut parts = GeneratedRequest::from(example);
        let told = self.each(context, |placed, draw| match placed.category.as_str() {
            "path" => text(&mut parts.path, draw),
            "method" => text(&mut parts.method, draw),
            "header" => header(&mut parts.headers, &placed.path, draw),
            "query" => query(&mut parts.query, &placed.path, draw),
            "body" => body::put(&mut parts.body, content_type, placed, draw),
            other => Err(format!("a request has no {other}")),
        });
        told.with(parts)
    }

    /// The response with generated values.
    pub fn response<'e>(
        &self,
        example: &'e Response,
        context: &mut GeneratorContext<'_>,
    ) -> Applied<GeneratedResponse<'e>> {
        let content_type = headers::expected(&example.headers, "content-type");
        let mut parts = GeneratedResponse {
            status: example.status,
            headers: Cow::Borrowed(&example.headers),
            body: Cow::Borrowed(&example.body),
        };
        let told = self.each(context, |placed, draw| match placed.category.as_str() {
            "status" => status(&mut parts.status, draw),
            "header" => header(&mut parts.headers, &placed.path, draw),
            "body" => body::put(&mut parts.body, content_type, placed, draw),
            other => Err(format!("a response has no {other}")),
        });
        told.with(parts)
    }

    /// The message with generated values.
    pub fn message<'e>(
        &self,
        example: &'e MessageContents,
        context: &mut GeneratorContext<'_>,
    ) -> Applied<GeneratedMessage<'e>> {
        let content_type = metadata::content_type(&example.metadata);
        let mut parts = GeneratedMessage {
            contents: Cow::Borrowed(&example.contents),
            metadata: Cow::Borrowed(&example.metadata),
        };
        let told = self.each(context, |placed, draw| match placed.category.as_str() {
            "metadata" => entry(&mut parts.metadata, &placed.path, draw),
            "body" => body::put(&mut parts.contents, content_type, placed, draw),
            other => Err(format!("a message has no {other}")),
        });
        told.with(parts)
    }

    /// Has each generator of this mode put where it belongs.
    fn each(
        &self,
        context: &mut GeneratorContext<'_>,
        mut put: impl FnMut(&Placed, &mut Draw<'_, '_>) -> Result<(), String>,
    ) -> Told {
        let mut told = Told::default();
        let mode = context.mode;
        let here = |placed: &&Placed| placed.generator.modes.contains(&mode);
        for placed in self.placed.iter().filter(here) {
            let mut draw = Draw {
                generator: &placed.generator,
                context: &mut *context,
                failed: None,
                not_returned: None,
            };
            let failed = put(placed, &mut draw).err().or(draw.failed.take());
            told.warnings
                .extend(failed.map(|reason| at(placed, &reason)));
            let missing = draw.not_returned.take();
            told.not_returned
                .extend(missing.map(|reason| at(placed, &reason)));
        }
        told
    }
}

/// What there is to say about generators that were applied.
#[derive(Default)]
struct Told {
    warnings: Vec<Warning>,
    not_returned: Vec<Warning>,
}

impl Told {
    fn with<T>(self, parts: T) -> Applied<T> {
        Applied {
            parts,
            warnings: self.warnings,
            not_returned: self.not_returned,
        }
    }
}

fn at(placed: &Placed, reason: &str) -> Warning {
    let mut place = format!("$.generators.{}", placed.category);
    if !placed.path.is_empty() {
        place += &format!("['{}']", placed.path);
    }
    not_used(&place, reason)
}

/// One generator at work on every place that its path leads to.
pub(super) struct Draw<'g, 'c> {
    generator: &'g Generator,
    context: &'g mut GeneratorContext<'c>,
    /// Why a first place has no value.
    failed: Option<String>,
    not_returned: Option<String>,
}

impl Draw<'_, '_> {
    /// A value for the place where this example stands; `None` leaves it there.
    pub(super) fn value(&mut self, example: &Value) -> Option<Value> {
        match (self.generator.make)(self.context, example) {
            Made::Value(value) => return Some(value),
            Made::NotHere => {}
            Made::Failed(reason) => drop(self.failed.get_or_insert(reason)),
            Made::NotReturned(reason) => drop(self.not_returned.get_or_insert(reason)),
        }
        None
    }

    /// A value for a place that holds text whatever it is.
    pub(super) fn text(&mut self) -> Option<String> {
        self.value(&Value::Null).as_ref().map(plain)
    }
}

pub(super) fn nowhere(path: &str) -> String {
    format!("{path} leads nowhere in the example")
}

fn text(place: &mut Cow<'_, str>, draw: &mut Draw<'_, '_>) -> Result<(), String> {
    if let Some(text) = draw.text() {
        *place = Cow::Owned(text);
    }
    Ok(())
}

fn status(status: &mut u16, draw: &mut Draw<'_, '_>) -> Result<(), String> {
    let Some(value) = draw.text() else {
        return Ok(());
    };
    let code = value.parse().ok();
    *status = code
        .filter(|code| (100..=599).contains(code))
        .ok_or_else(|| format!("{value} is no status code"))?;
    Ok(())
}

/// `Name` for every value, `Name[1]` for one.
fn indexed(path: &str) -> (&str, Option<usize>) {
    let found = path
        .strip_suffix(']')
        .and_then(|path| path.rsplit_once('['));
    match found.map(|(name, index)| (name, index.parse().ok())) {
        Some((name, Some(index))) => (name, Some(index)),
        _ => (path, None),
    }
}

fn header(
    headers: &mut Cow<'_, Headers>,
    path: &str,
    draw: &mut Draw<'_, '_>,
) -> Result<(), String> {
    let (name, index) = indexed(path);
    let mut names = headers.keys();
    let known = names.find(|known| known.eq_ignore_ascii_case(name));
    let known = known.cloned().ok_or_else(|| nowhere(path))?;
    let values = headers.to_mut().get_mut(&known);
    let chosen = chosen(values, index).ok_or_else(|| nowhere(path))?;
    for value in chosen {
        if let Some(text) = draw.text() {
            *value = text;
        }
    }
    Ok(())
}

fn query(query: &mut Cow<'_, Query>, path: &str, draw: &mut Draw<'_, '_>) -> Result<(), String> {
    let (name, index) = match query.contains_key(path) {
        true => (path, None),
        false => indexed(path.strip_prefix("$.").unwrap_or(path)),
    };
    if !query.contains_key(name) {
        return Err(nowhere(path));
    }
    let values = query.to_mut().get_mut(name);
    let chosen = chosen(values, index).ok_or_else(|| nowhere(path))?;
    for value in chosen {
        if let Some(text) = draw.text() {
            *value = Some(text);
        }
    }
    Ok(())
}

/// All values, or the one with this index.
fn chosen<T>(values: Option<&mut Vec<T>>, index: Option<usize>) -> Option<&mut [T]> {
    let values = values?;
    match index {
        Some(index) => values.get_mut(index..=index),
        None => Some(values),
    }
}

fn entry(
    metadata: &mut Cow<'_, Map<String, Value>>,
    path: &str,
    draw: &mut Draw<'_, '_>,
) -> Result<(), String> {
    let name = match metadata.contains_key(path) {
        true => path,
        false => path.strip_prefix("$.").unwrap_or(path),
    };
    let example = metadata.get(name).ok_or_else(|| nowhere(path))?;
    if let Some(value) = draw.value(example) {
        metadata.to_mut().insert(name.into(), value);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use pactwork_contract::{Generators, MatchingRules};
    use serde_json::{Map, json};

    use super::super::{GeneratorMode, SeededRandom};
    use super::*;

    fn context<'a>(
        random: &'a mut SeededRandom,
        state: &'a Map<String, Value>,
    ) -> GeneratorContext<'a> {
        GeneratorContext {
            mode: GeneratorMode::Provider,
            random,
            now: std::time::SystemTime::UNIX_EPOCH,
            utc_offset: 0,
            provider_state: state,
            mock_server_url: None,
        }
    }

    fn generators(definitions: &Value) -> CompiledGenerators {
        let raw = Generators(definitions.as_object().cloned().unwrap());
        let (compiled, warnings) = CompiledGenerators::compile(&raw, &MatchingRules::default());
        assert_eq!(warnings, []);
        compiled
    }

    #[test]
    fn every_part_of_a_request() {
        let state = |expression: &str| json!({"type": "ProviderState", "expression": expression});
        let generators = generators(&json!({
            "path": state("/users/${id}"),
            "header": {"x-user": state("${id}"), "Accept[1]": state("${name}")},
            "query": {"q": state("${name}"), "a[]": state("${id}"), "gone": state("${id}")},
            "body": {"$.id": state("${id}"), "$.lines[*].user": state("${name}"), "$.no.where": state("${id}")},
        }));
        let mut request = Request {
            path: "/users/1".into(),
            body: Body::json(json!({"id": 1, "lines": [{"user": "a"}, {"user": "b"}]})),
            ..Request::default()
        };
        request.headers.insert("X-User".into(), vec!["1".into()]);
        request
            .headers
            .insert("Accept".into(), vec!["a".into(), "b".into()]);
        request
            .query
            .insert("q".into(), vec![Some("x".into()), None]);
        request.query.insert("a[]".into(), vec![Some("x".into())]);
        let values = json!({"id": 7, "name": "é"});
        let mut random = SeededRandom::new(1);
        let applied = generators.request(
            &request,
            &mut context(&mut random, values.as_object().unwrap()),
        );
        let made = applied.parts;
        assert_eq!(made.path, "/users/7");
        assert_eq!(made.headers["X-User"], ["7"]);
        assert_eq!(made.headers["Accept"], ["a", "é"]);
        assert_eq!(made.query["q"], [Some("é".into()), Some("é".into())]);
        assert_eq!(made.query["a[]"], [Some("7".into())]);
        let body: Value = serde_json::from_slice(&made.body.to_bytes()).unwrap();
        assert_eq!(
            body,
            json!({"id": 7, "lines": [{"user": "é"}, {"user": "é"}]})
        );
        let told: Vec<_> = applied.warnings.iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "$.generators.body['$.no.where']: $.no.where leads nowhere in the example; the example stands",
                "$.generators.query['gone']: gone leads nowhere in the example; the example stands",
            ]
        );
    }

    #[test]
    fn responses_and_messages() {
        let none = Map::new();
        let mut random = SeededRandom::new(1);
        let status = json!({"status": {"type": "RandomInt", "min": 200, "max": 204}});
        let example = Response::default();
        let applied = generators(&status).response(&example, &mut context(&mut random, &none));
        assert!((200..=204).contains(&applied.parts.status));
        assert!(matches!(applied.parts.headers, Cow::Borrowed(_)));

        let metadata = json!({"metadata": {"id": {"type": "RandomInt", "min": 5, "max": 5}}});
        let message = MessageContents {
            metadata: json!({"id": 1}).as_object().cloned().unwrap(),
            ..MessageContents::default()
        };
        let applied = generators(&metadata).message(&message, &mut context(&mut random, &none));
        assert_eq!(applied.parts.metadata["id"], json!(5));
        assert_eq!(applied.warnings, []);
    }

    #[test]
    fn each_place_of_a_wildcard_gets_a_value_of_its_own() {
        let mut random = SeededRandom::new(1);
        let none = Map::new();
        let uuids = generators(&json!({"body": {"$.items[*].id": {"type": "Uuid"}}}));
        let example = Response {
            body: Body::json(json!({"items": [{"id": "a"}, {"id": "b"}]})),
            ..Response::default()
        };
        let applied = uuids.response(&example, &mut context(&mut random, &none));
        let body: Value = serde_json::from_slice(&applied.parts.body.to_bytes()).unwrap();
        assert_ne!(body["items"][0]["id"], body["items"][1]["id"]);
        assert_eq!(body["items"][0]["id"].as_str().unwrap().len(), 36);
    }

    #[test]
    fn the_same_seed_gives_the_same_bytes_and_another_others() {
        let definition = json!({"body": {
            "$.a": {"type": "Uuid"},
            "$.b": {"type": "RandomDecimal"},
            "$.c": {"type": "Regex", "regex": "[a-z]{8}"},
        }});
        let example = Response {
            body: Body::json(json!({"a": "", "b": 1.5, "c": ""})),
            ..Response::default()
        };
        let bytes = |seed| {
            let mut random = SeededRandom::new(seed);
            let none = Map::new();
            let applied =
                generators(&definition).response(&example, &mut context(&mut random, &none));
            applied.parts.body.to_bytes().into_owned()
        };
        assert_eq!(bytes(7), bytes(7));
        assert_ne!(bytes(7), bytes(8));
    }

    #[test]
    fn what_the_states_did_not_return_is_told_apart_and_the_example_stands() {
        let definition = json!({
            "path": {"type": "ProviderState", "expression": "/users/${id}"},
            "body": {"$.at": {"type": "Date"}, "$.none": {"type": "Uuid"}},
        });
        let example = Request {
            path: "/users/1".into(),
            body: Body::json(json!({"at": "2020-01-01"})),
            ..Request::default()
        };
        let mut random = SeededRandom::new(1);
        let none = Map::new();
        let applied = generators(&definition).request(&example, &mut context(&mut random, &none));
        assert_eq!(applied.parts.path, "/users/1");
        let told: Vec<_> = applied
            .not_returned
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(
            told,
            [
                "$.generators.path: the provider states returned no value \"id\" for \"/users/${id}\"; returned: none; the example stands"
            ]
        );
        assert_eq!(applied.warnings.len(), 1);
    }

    #[test]
    fn variants_of_lists_have_generators_of_their_own() {
        let mut rules = MatchingRules::default();
        let generator = json!({"$.id": {"type": "RandomInt", "min": 5, "max": 5}});
        let variant = pactwork_contract::Variant {
            index: 1,
            generators: Generators(generator.as_object().cloned().unwrap()),
            ..Default::default()
        };
        let rule = pactwork_contract::RuleKind::ArrayContains(vec![variant]);
        rules.add(pactwork_contract::Category::Body, "$.items", rule);
        let (compiled, warnings) = CompiledGenerators::compile(&Generators::default(), &rules);
        assert_eq!(warnings, []);
        let example = Response {
            body: Body::json(json!({"items": [{"id": 1}, {"id": 2}]})),
            ..Response::default()
        };
        let mut random = SeededRandom::new(1);
        let none = Map::new();
        let applied = compiled.response(&example, &mut context(&mut random, &none));
        let body: Value = serde_json::from_slice(&applied.parts.body.to_bytes()).unwrap();
        assert_eq!(body, json!({"items": [{"id": 1}, {"id": 5}]}));
    }

    #[test]
    fn what_is_not_understood_is_a_warning() {
        let raw =
            json!({"body": {"$[": {"type": "Uuid"}, "$.a": 1, "$.b": {"type": "x"}}, "colour": {}});
        let raw = Generators(raw.as_object().cloned().unwrap());
        let (compiled, warnings) = CompiledGenerators::compile(&raw, &MatchingRules::default());
        assert!(compiled.is_empty());
        let mut told: Vec<_> = warnings.iter().map(ToString::to_string).collect();
        told.sort();
        assert_eq!(
            told,
            [
                "$.generators.body['$.a']: 1 is no generator; the example stands",
                "$.generators.body['$.b']: the generator \"x\" is not known; the example stands",
                "$.generators.body['$[']: the path is not understood: `]` is missing; the example stands",
                "$.generators.colour: the category is not known; the example stands",
            ]
        );
    }
}
