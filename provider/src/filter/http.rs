use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use pactwork_contract::Interaction;
use serde_json::{Map, Value, json};

use super::{Asked, FilterError, OutgoingRequest, RequestFilter};
use crate::http::{HttpClient, HttpOptions, Place, UrlError};

/// A filter somewhere else, over HTTP, in any language.
///
/// Each request is posted as JSON; the answer is the changed request, also as JSON:
///
/// ```json
/// {
///   "method": "POST",
///   "path": "/orders",
///   "query": "page=2",
///   "headers": { "Content-Type": ["application/json"] },
///   "body": { "content": "{\"id\":7}", "encoded": false },
///   "interaction": {
///     "type": "Synchronous/HTTP",
///     "description": "a request to add order 7",
///     "providerStates": [{ "name": "order 7 exists", "params": {} }]
///   }
/// }
/// ```
///
/// A body that is not UTF-8 has `"encoded": "base64"`; a request without one has no `body`. In
/// the answer, members that are missing stay as they are, a header's value may be one text,
/// `"body": null` removes the body, and `interaction` is not looked at. An answer without
/// contents changes nothing. Any other member, and any status but 2xx, is an error.
#[derive(Debug, Clone)]
pub struct HttpFilter {
    place: Place,
    client: HttpClient,
}

impl HttpFilter {
    /// The filter at this URL.
    ///
    /// # Errors
    /// [`UrlError`] for what is not an absolute URL that requests can be sent to.
    pub fn new(url: &str) -> Result<Self, UrlError> {
        Ok(Self {
            place: Place::url(url)?,
            client: HttpClient::new(HttpOptions::new()),
        })
    }

    /// Requests to the filter are sent like this.
    #[must_use]
    pub fn http(mut self, options: HttpOptions) -> Self {
        self.client = HttpClient::new(options);
        self
    }
}

#[async_trait]
impl RequestFilter for HttpFilter {
    async fn filter(
        &self,
        request: &mut OutgoingRequest,
        asked: &Asked<'_>,
    ) -> Result<(), FilterError> {
        let url = self.place.on(None).map_err(FilterError::new)?;
        let failed = |what: String| FilterError::new(format!("the filter at {url} {what}"));
        let posted = posted(request, asked);
        let answer = self.client.post_json(url.clone(), &posted).await;
        let answer = answer.map_err(|reason| failed(format!("did not answer: {reason}")))?;
        if !answer.is_success() {
            return Err(failed(format!("answered {}", answer.in_short())));
        }
        if answer.body.is_empty() {
            return Ok(());
        }
        let changed: Value = serde_json::from_slice(&answer.body).map_err(|reason| {
            failed(format!(
                "answered what is not JSON ({reason}): {}",
                answer.in_short()
            ))
        })?;
        change(request, changed).map_err(|problem| failed(format!("answered {problem}")))
    }
}

fn posted(request: &OutgoingRequest, asked: &Asked<'_>) -> Value {
    let mut headers = Map::new();
    for (name, value) in &request.headers {
        let values = headers.entry(name).or_insert_with(|| json!([]));
        if let Value::Array(values) = values {
            values.push(value.as_str().into());
        }
    }
    let mut posted = json!({
        "method": request.method,
        "path": request.path,
        "query": request.query,
        "headers": headers,
    });
    if !request.body.is_empty() {
        posted["body"] = match std::str::from_utf8(&request.body) {
            Ok(text) => json!({ "content": text, "encoded": false }),
            Err(_) => json!({ "content": STANDARD.encode(&request.body), "encoded": "base64" }),
        };
    }
    if let Some(interaction) = asked.interaction {
        posted["interaction"] = about(interaction);
    }
    posted
}

fn about(interaction: &Interaction) -> Value {
    let common = interaction.common();
    let states = common.provider_states.iter();
    let states = states.map(|state| json!({ "name": state.name, "params": state.params }));
    let mut about = json!({
        "type": interaction.interaction_type().as_str(),
        "description": common.description,
        "providerStates": states.collect::<Vec<_>>(),
    });
    if let Some(key) = &common.key {
        about["key"] = key.as_str().into();
    }
    about
}

fn change(request: &mut OutgoingRequest, changed: Value) -> Result<(), String> {
    let Value::Object(members) = changed else {
        return Err(expected("$", "an object", &changed));
    };
    for (name, value) in members {
        match name.as_str() {
            "method" => request.method = text("$.method", value)?,
            "path" => request.path = text("$.path", value)?,
            "query" => request.query = text("$.query", value)?,
            "headers" => request.headers = headers(value)?,
            "body" => request.body = body(&value)?,
            "interaction" => {}
            other => {
                return Err(format!(
                    "$.{other}, which is not known; expected method, path, query, headers, body"
                ));
            }
        }
    }
    Ok(())
}

fn headers(value: Value) -> Result<Vec<(String, String)>, String> {
    let Value::Object(members) = value else {
        return Err(expected("$.headers", "an object", &value));
    };
    let mut headers = Vec::new();
    for (name, value) in members {
        let place = format!("$.headers.{name}");
        let values = match value {
            Value::Array(values) => values,
            one => vec![one],
        };
        for value in values {
            headers.push((name.clone(), text(&place, value)?));
        }
    }
    Ok(headers)
}

fn body(value: &Value) -> Result<Bytes, String> {
    let wanted = "null or {\"content\": TEXT, \"encoded\": false or \"base64\"}";
    let content = value.get("content").and_then(Value::as_str);
    match (value, content, value.get("encoded")) {
        (Value::Null, ..) => Ok(Bytes::new()),
        (_, Some(text), None | Some(Value::Bool(false))) => Ok(text.to_owned().into()),
        (_, Some(text), Some(Value::String(encoding))) if encoding == "base64" => STANDARD
            .decode(text)
            .map(Bytes::from)
            .map_err(|reason| format!("$.body.content, which is not base64: {reason}")),
        _ => Err(expected("$.body", wanted, value)),
    }
}

fn text(place: &str, value: Value) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text),
        other => Err(expected(place, "a text", &other)),
    }
}

fn expected(place: &str, what: &str, found: &Value) -> String {
    let found: String = found.to_string().chars().take(200).collect();
    format!("{place}: expected {what}, found {found}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> OutgoingRequest {
        let mut request = OutgoingRequest::new("GET", "/a", "b=c".into(), Bytes::new());
        request.headers.push(("X".into(), "1".into()));
        request
    }

    #[test]
    fn what_is_not_answered_stays() {
        let mut changed = request();
        let answer = json!({ "path": "/b", "headers": { "Y": "2", "Z": ["3", "4"] },
            "body": { "content": "AQI=", "encoded": "base64" }, "interaction": 7 });
        change(&mut changed, answer).unwrap();
        assert_eq!(
            (&*changed.method, &*changed.path, &*changed.query),
            ("GET", "/b", "b=c")
        );
        let headers: Vec<_> = changed
            .headers
            .iter()
            .map(|(n, v)| format!("{n}: {v}"))
            .collect();
        assert_eq!(headers, ["Y: 2", "Z: 3", "Z: 4"]);
        assert_eq!(&changed.body[..], [1, 2]);
        change(&mut changed, json!({ "body": null })).unwrap();
        assert!(changed.body.is_empty());
    }

    #[test]
    fn what_is_posted_may_be_answered_as_it_is() {
        for body in [&b"{}"[..], b"\xff\x00", b""] {
            let mut before = request();
            before.body = Bytes::copy_from_slice(body);
            let mut after = before.clone();
            change(&mut after, posted(&before, &Asked::default())).unwrap();
            assert_eq!(after, before);
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        for (answer, expected) in [
            (json!([]), "$: expected an object, found []"),
            (json!({ "method": 7 }), "$.method: expected a text, found 7"),
            (
                json!({ "headers": { "X": [1] } }),
                "$.headers.X: expected a text, found 1",
            ),
            (
                json!({ "header": {} }),
                "$.header, which is not known; expected method, path, query, headers, body",
            ),
            (
                json!({ "body": "text" }),
                "$.body: expected null or {\"content\": TEXT, \"encoded\": false or \"base64\"}, \
                 found \"text\"",
            ),
        ] {
            assert_eq!(change(&mut request(), answer).unwrap_err(), expected);
        }
    }
}
