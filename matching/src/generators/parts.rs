//! Putting generated values into a request, response or message. Only what has
//! generators is copied.

use pactwork_contract::{Body, Headers, MessageContents, Request, Response, Warning};
use serde_json::Value;

use super::{CompiledGenerators, GeneratorContext, Made, Placed, body, not_used};
use crate::{headers, metadata};

impl CompiledGenerators {
    /// The request with generated values, and what was not generated.
    pub fn request(
        &self,
        example: &Request,
        context: &mut GeneratorContext<'_>,
    ) -> (Request, Vec<Warning>) {
        let mut request = example.clone();
        let content_type = headers::expected(&example.headers, "content-type");
        let content_type = content_type.map(str::to_owned);
        let warnings = self.each(context, |placed, value| match placed.category.as_str() {
            "path" => set(&mut request.path, plain(value)),
            "method" => set(&mut request.method, plain(value)),
            "header" => header(&mut request.headers, &placed.path, value),
            "query" => query(&mut request, &placed.path, value),
            "body" => body::put(&mut request.body, content_type.as_deref(), placed, value),
            other => Err(format!("a request has no {other}")),
        });
        (request, warnings)
    }

    /// The response with generated values, and what was not generated.
    pub fn response(
        &self,
        example: &Response,
        context: &mut GeneratorContext<'_>,
    ) -> (Response, Vec<Warning>) {
        let mut response = example.clone();
        let content_type = headers::expected(&example.headers, "content-type");
        let content_type = content_type.map(str::to_owned);
        let warnings = self.each(context, |placed, value| match placed.category.as_str() {
            "status" => status(&mut response.status, value),
            "header" => header(&mut response.headers, &placed.path, value),
            "body" => body::put(&mut response.body, content_type.as_deref(), placed, value),
            other => Err(format!("a response has no {other}")),
        });
        (response, warnings)
    }

    /// The message with generated values, and what was not generated.
    pub fn message(
        &self,
        example: &MessageContents,
        context: &mut GeneratorContext<'_>,
    ) -> (MessageContents, Vec<Warning>) {
        let mut message = example.clone();
        let content_type = metadata::content_type(&example.metadata).map(str::to_owned);
        let warnings = self.each(context, |placed, value| match placed.category.as_str() {
            "metadata" => match message.metadata.get_mut(&placed.path) {
                Some(found) => set(found, value.clone()),
                None => Err(nowhere(&placed.path)),
            },
            "body" => body::put(
                &mut message.contents,
                content_type.as_deref(),
                placed,
                value,
            ),
            other => Err(format!("a message has no {other}")),
        });
        (message, warnings)
    }

    fn each(
        &self,
        context: &mut GeneratorContext<'_>,
        mut put: impl FnMut(&Placed, &Value) -> Result<(), String>,
    ) -> Vec<Warning> {
        let mut warnings = Vec::new();
        for placed in &self.placed {
            let done = match placed.generator.0(context) {
                Made::Value(value) => put(placed, &value),
                Made::NotHere => Ok(()),
                Made::Failed(reason) => Err(reason),
            };
            if let Err(reason) = done {
                let mut place = format!("$.generators.{}", placed.category);
                if !placed.path.is_empty() {
                    place += &format!("['{}']", placed.path);
                }
                warnings.push(not_used(&place, &reason));
            }
        }
        warnings
    }
}

fn set<T>(place: &mut T, value: T) -> Result<(), String> {
    *place = value;
    Ok(())
}

pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

pub(super) fn nowhere(path: &str) -> String {
    format!("{path} leads nowhere in the example")
}

fn status(status: &mut u16, value: &Value) -> Result<(), String> {
    let code = plain(value)
        .parse()
        .ok()
        .filter(|code| (100..=599).contains(code));
    match code {
        Some(code) => set(status, code),
        None => Err(format!("{value} is no status code")),
    }
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

fn header(headers: &mut Headers, path: &str, value: &Value) -> Result<(), String> {
    let (name, index) = indexed(path);
    let found = headers
        .iter_mut()
        .find(|(known, _)| known.eq_ignore_ascii_case(name));
    let values = found
        .map(|(_, values)| values)
        .ok_or_else(|| nowhere(path))?;
    replace(values, index, &plain(value)).ok_or_else(|| nowhere(path))
}

fn query(request: &mut Request, path: &str, value: &Value) -> Result<(), String> {
    let (name, index) = match request.query.contains_key(path) {
        true => (path, None),
        false => indexed(path.strip_prefix("$.").unwrap_or(path)),
    };
    let values = request.query.get_mut(name).ok_or_else(|| nowhere(path))?;
    replace(values, index, &Some(plain(value))).ok_or_else(|| nowhere(path))
}

fn replace<T: Clone>(values: &mut [T], index: Option<usize>, value: &T) -> Option<()> {
    match index {
        Some(index) => *values.get_mut(index)? = value.clone(),
        None => values.fill(value.clone()),
    }
    Some(())
}

/// A body that holds other content of the same type.
pub(super) fn with_content(body: &Body, content: pactwork_contract::Content) -> Body {
    Body::Present {
        content,
        content_type: body.content_type().map(str::to_owned),
    }
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
        let (made, warnings) = generators.request(
            &request,
            &mut context(&mut random, values.as_object().unwrap()),
        );
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
        let told: Vec<_> = warnings.iter().map(ToString::to_string).collect();
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
        let (response, _) =
            generators(&status).response(&Response::default(), &mut context(&mut random, &none));
        assert!((200..=204).contains(&response.status));

        let metadata = json!({"metadata": {"id": {"type": "RandomInt", "min": 5, "max": 5}}});
        let message = MessageContents {
            metadata: json!({"id": 1}).as_object().cloned().unwrap(),
            ..MessageContents::default()
        };
        let (message, warnings) =
            generators(&metadata).message(&message, &mut context(&mut random, &none));
        assert_eq!(
            (message.metadata["id"].clone(), warnings),
            (json!(5), vec![])
        );
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
