//! Interactions and messages, in the shape of each specification version.

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::reader::Reader;
use super::{bodies, rules};
use crate::{
    AsynchronousMessage, Body, Common, Generators, Headers, HttpInteraction, Interaction,
    MatchingRules, MessageContents, ProviderState, Query, ReadError, Request, Response,
    SpecificationVersion, SynchronousMessage,
};

type Object = Map<String, Value>;

/// Every interaction that is understood, and the others as they stand.
pub(super) fn read(
    reader: &mut Reader,
    root: &mut Object,
    specification: SpecificationVersion,
) -> Result<(Vec<Interaction>, Vec<Value>), ReadError> {
    let mut interactions = Vec::new();
    let mut not_understood = Vec::new();
    for (key, message) in [("interactions", false), ("messages", true)] {
        let list = match root.remove(key) {
            None | Some(Value::Null) => continue,
            Some(value) => reader.array(value, &format!("$.{key}"))?,
        };
        for (index, value) in list.into_iter().enumerate() {
            let path = format!("$.{key}[{index}]");
            let mut item = Item {
                reader,
                path,
                version4: specification == SpecificationVersion::V4,
            };
            match item.interaction(value, message)? {
                Ok(interaction) => interactions.push(interaction),
                Err(value) => not_understood.push(value),
            }
        }
    }
    Ok((interactions, not_understood))
}

/// One interaction under way: where it stands and how it is to be read.
struct Item<'r, 'o> {
    reader: &'r mut Reader<'o>,
    path: String,
    version4: bool,
}

impl Item<'_, '_> {
    /// The interaction, or its JSON where its type is not known.
    fn interaction(
        &mut self,
        value: Value,
        message: bool,
    ) -> Result<Result<Interaction, Value>, ReadError> {
        let mut object = self.reader.object(value, &self.path.clone())?;
        object.remove("json_class");
        let named = match object.get("type") {
            Some(Value::String(name)) if self.version4 => Some(name.clone()),
            _ => None,
        };
        let kind = match &named {
            Some(name) => name.as_str(),
            None if message => "Asynchronous/Messages",
            None if object.contains_key("request")
                && object.contains_key("response")
                && self.version4
                && object["request"].get("contents").is_some() =>
            {
                "Synchronous/Messages"
            }
            None => "Synchronous/HTTP",
        };
        Ok(Ok(match kind {
            "Synchronous/HTTP" => Interaction::Http(Box::new(self.http(object)?)),
            "Asynchronous/Messages" => {
                Interaction::AsynchronousMessage(Box::new(self.asynchronous(object)?))
            }
            "Synchronous/Messages" => {
                Interaction::SynchronousMessage(Box::new(self.synchronous(object)?))
            }
            other => {
                let message =
                    format!("interactions of type \"{other}\" are not known; kept, not verifiable");
                self.reader.warn(&self.path, message);
                return Ok(Err(Value::Object(object)));
            }
        }))
    }

    fn http(&mut self, mut object: Object) -> Result<HttpInteraction, ReadError> {
        let request = self.part(&mut object, "request")?;
        let response = self.part(&mut object, "response")?;
        Ok(HttpInteraction {
            request: self.request(request)?,
            response: self.response(response)?,
            common: self.common(object)?,
        })
    }

    fn part(&self, object: &mut Object, key: &str) -> Result<Object, ReadError> {
        let path = format!("{}.{key}", self.path);
        let value = object.remove(key);
        match value {
            Some(Value::Object(part)) => Ok(part),
            other => Err(self.reader.unexpected(&path, "an object", other.as_ref())),
        }
    }

    fn common(&mut self, mut object: Object) -> Result<Common, ReadError> {
        object.remove("type");
        let path = self.path.clone();
        let description = match object.remove("description") {
            Some(Value::String(text)) => text,
            None => {
                self.reader
                    .warn(&path, "has no description; read with an empty one");
                String::new()
            }
            other => {
                return Err(self.reader.unexpected(
                    &format!("{path}.description"),
                    "a text",
                    other.as_ref(),
                ));
            }
        };
        let pending = object
            .remove("pending")
            .and_then(|value| value.as_bool())
            .unwrap_or(false);
        Ok(Common {
            description,
            provider_states: self.provider_states(&mut object)?,
            key: self.reader.optional_text(&mut object, "key", &path)?,
            pending,
            comments: self
                .reader
                .optional_object(&mut object, "comments", &path)?,
            transport: self.reader.optional_text(&mut object, "transport", &path)?,
            extra: object,
        })
    }

    /// `providerStates` of version 3 and 4; `providerState` and `provider_state` before.
    fn provider_states(&mut self, object: &mut Object) -> Result<Vec<ProviderState>, ReadError> {
        let old = ["providerState", "provider_state"].map(|key| object.remove(key));
        match object.remove("providerStates") {
            None | Some(Value::Null) => {}
            Some(Value::String(name)) => return Ok(vec![ProviderState::named(name)]),
            Some(value) => {
                let path = format!("{}.providerStates", self.path);
                let list = self.reader.array(value, &path)?;
                return list
                    .into_iter()
                    .enumerate()
                    .map(|(index, value)| self.provider_state(value, &format!("{path}[{index}]")))
                    .collect();
            }
        }
        let names = old.into_iter().flatten().filter_map(|value| match value {
            Value::String(name) if !name.is_empty() => Some(ProviderState::named(name)),
            _ => None,
        });
        Ok(names.take(1).collect())
    }

    fn provider_state(&self, value: Value, path: &str) -> Result<ProviderState, ReadError> {
        let mut object = match value {
            Value::String(name) => return Ok(ProviderState::named(name)),
            value => self.reader.object(value, path)?,
        };
        let params = self.reader.optional_object(&mut object, "params", path)?;
        match object.remove("name") {
            Some(Value::String(name)) => Ok(ProviderState { name, params }),
            other => Err(self
                .reader
                .unexpected(&format!("{path}.name"), "a text", other.as_ref())),
        }
    }

    fn request(&mut self, mut object: Object) -> Result<Request, ReadError> {
        let path = format!("{}.request", self.path);
        let defaults = Request::default();
        let method = self.reader.optional_text(&mut object, "method", &path)?;
        let uri = self.reader.optional_text(&mut object, "path", &path)?;
        let query = self.query(object.remove("query"), &format!("{path}.query"))?;
        let (headers, body) = self.headers_and_body(&mut object, &path)?;
        let (matching_rules, generators) = self.rules(&mut object, &path)?;
        Ok(Request {
            method: method.map_or(defaults.method, |method| method.to_uppercase()),
            path: uri.unwrap_or(defaults.path),
            query,
            headers,
            body,
            matching_rules,
            generators,
            extra: object,
        })
    }

    fn response(&mut self, mut object: Object) -> Result<Response, ReadError> {
        let path = format!("{}.response", self.path);
        let status = match object.remove("status") {
            None | Some(Value::Null) => 200,
            Some(value) => self.status(&value, &format!("{path}.status"))?,
        };
        let (headers, body) = self.headers_and_body(&mut object, &path)?;
        let (matching_rules, generators) = self.rules(&mut object, &path)?;
        Ok(Response {
            status,
            headers,
            body,
            matching_rules,
            generators,
            extra: object,
        })
    }

    fn status(&self, value: &Value, path: &str) -> Result<u16, ReadError> {
        let number = value.as_u64().or_else(|| value.as_str()?.parse().ok());
        number
            .and_then(|number| u16::try_from(number).ok())
            .ok_or_else(|| self.reader.unexpected(path, "a status code", Some(value)))
    }

    fn headers_and_body(
        &mut self,
        object: &mut Object,
        path: &str,
    ) -> Result<(Headers, Body), ReadError> {
        let mut headers = Headers::new();
        let found = self.reader.optional_object(object, "headers", path)?;
        for (name, value) in sorted(found) {
            let values = self.texts(value, &format!("{path}.headers.{name}"))?;
            headers.insert(name, values);
        }
        let content_type = bodies::content_type_of(&headers);
        let body = object.remove("body");
        let body = if self.version4 {
            bodies::described(self.reader, body, content_type, &format!("{path}.body"))?
        } else {
            bodies::plain(body, content_type)
        };
        Ok((headers, body))
    }

    fn rules(
        &mut self,
        object: &mut Object,
        path: &str,
    ) -> Result<(MatchingRules, Generators), ReadError> {
        let found = self.reader.optional_object(object, "matchingRules", path)?;
        let rules = rules::read(self.reader, found, &format!("{path}.matchingRules"));
        let generators = self.reader.optional_object(object, "generators", path)?;
        Ok((rules, Generators(generators)))
    }

    /// A list of texts, or one text; numbers and booleans as their text.
    fn texts(&self, value: Value, path: &str) -> Result<Vec<String>, ReadError> {
        let list = match value {
            Value::Array(list) => list,
            single => vec![single],
        };
        list.into_iter()
            .map(|value| match value {
                Value::String(text) => Ok(text),
                Value::Number(_) | Value::Bool(_) => Ok(value.to_string()),
                other => {
                    Err(self
                        .reader
                        .unexpected(path, "a text or a list of texts", Some(&other)))
                }
            })
            .collect()
    }

    /// A map of versions 3 and 4, or the query string of versions 1 and 2.
    fn query(&self, value: Option<Value>, path: &str) -> Result<Query, ReadError> {
        match value {
            None | Some(Value::Null) => Ok(Query::new()),
            Some(Value::String(text)) => Ok(parse_query(&text)),
            Some(Value::Object(object)) => sorted(object)
                .map(|(name, value)| {
                    let values = self.query_values(value, &format!("{path}.{name}"))?;
                    Ok((name, values))
                })
                .collect(),
            other => {
                Err(self
                    .reader
                    .unexpected(path, "a query string or an object", other.as_ref()))
            }
        }
    }

    fn query_values(&self, value: Value, path: &str) -> Result<Vec<Option<String>>, ReadError> {
        match value {
            Value::Null => Ok(vec![None]),
            Value::Array(list) => {
                let values: Result<Vec<_>, _> = list
                    .into_iter()
                    .map(|value| self.query_values(value, path))
                    .collect();
                Ok(values?.into_iter().flatten().collect())
            }
            value => Ok(self.texts(value, path)?.into_iter().map(Some).collect()),
        }
    }

    fn asynchronous(&mut self, mut object: Object) -> Result<AsynchronousMessage, ReadError> {
        let keys = [
            "contents",
            "content",
            "metadata",
            "metaData",
            "matchingRules",
            "generators",
        ];
        let mut message = Object::new();
        for key in keys {
            if let Some(value) = object.remove(key) {
                message.insert(key.into(), value);
            }
        }
        let path = self.path.clone();
        Ok(AsynchronousMessage {
            message: self.contents(message, &path)?,
            common: self.common(object)?,
        })
    }

    fn synchronous(&mut self, mut object: Object) -> Result<SynchronousMessage, ReadError> {
        let request = self.part(&mut object, "request")?;
        let request = self.contents(request, &format!("{}.request", self.path))?;
        let path = format!("{}.response", self.path);
        let responses = match object.remove("response") {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(list)) => list,
            Some(single) => vec![single],
        };
        let responses: Result<Vec<_>, _> = responses
            .into_iter()
            .enumerate()
            .map(|(index, value)| {
                let path = format!("{path}[{index}]");
                let part = self.reader.object(value, &path)?;
                self.contents(part, &path)
            })
            .collect();
        Ok(SynchronousMessage {
            request,
            responses: responses?,
            common: self.common(object)?,
        })
    }

    fn contents(&mut self, mut object: Object, path: &str) -> Result<MessageContents, ReadError> {
        let mut metadata = self.reader.optional_object(&mut object, "metadata", path)?;
        metadata.extend(self.reader.optional_object(&mut object, "metaData", path)?);
        let content_type = bodies::content_type_in(&metadata);
        let contents = object
            .remove("contents")
            .or_else(|| object.remove("content"));
        let contents = if self.version4 {
            bodies::described(
                self.reader,
                contents,
                content_type,
                &format!("{path}.contents"),
            )?
        } else {
            bodies::plain(contents, content_type)
        };
        let (matching_rules, generators) = self.rules(&mut object, path)?;
        Ok(MessageContents {
            contents,
            metadata,
            matching_rules,
            generators,
            extra: object,
        })
    }
}

/// Members by name: an object has no order of its own (RFC 8259, section 4).
fn sorted(object: Object) -> impl Iterator<Item = (String, Value)> {
    let mut members: Vec<_> = object.into_iter().collect();
    members.sort_by(|(left, _), (right, _)| left.cmp(right));
    members.into_iter()
}

fn parse_query(text: &str) -> Query {
    let mut query = Query::new();
    let text = text.strip_prefix('?').unwrap_or(text);
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = match pair.split_once('=') {
            Some((name, value)) => (name, Some(decode(value))),
            None => (pair, None),
        };
        query.entry(decode(name)).or_default().push(value);
    }
    query
}

fn decode(text: &str) -> String {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}
