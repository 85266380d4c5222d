use std::time::Duration;

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::{StatusCode, header};
use pactwork_contract::{Body, Content, MessageContents};
use serde_json::{Map, Value, json};

use super::{Answer, MessageError, MessageSource, ProducedMessage, WantedMessage};
use crate::HttpOptions;
use crate::http::{Answered, HttpClient, Place, TIMEOUT, UrlError};

/// The header that carries a message's metadata: a JSON object in base64.
const METADATA: &str = "pact-message-metadata";

/// Messages over HTTP, by Pact's convention.
///
/// Each message is asked for with a `POST` of `{"description": …,
/// "providerStates": [{"name", "params"}]}`, for a synchronous message with
/// `"request"` as a version 4 pact writes it. A 2xx answer's body is the message's
/// contents; its metadata is the JSON object that stands base64-encoded in the
/// header `Pact-Message-Metadata`. Any other status is an error that shows status and body.
#[derive(Debug, Clone)]
pub struct HttpMessages {
    place: Place,
    client: HttpClient,
}

impl HttpMessages {
    /// Messages are asked for at this URL, or at this path on the provider (`/…`); each
    /// request may take 30 seconds.
    ///
    /// # Errors
    /// [`UrlError`] for what is neither a path nor an absolute URL that requests can be sent to.
    pub fn new(place: &str) -> Result<Self, UrlError> {
        Ok(Self {
            place: Place::parse(place)?,
            client: HttpClient::within(TIMEOUT),
        })
    }

    /// Each request may take this long.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        let options = self.client.options().clone();
        self.client = HttpClient::new(options.timeout(timeout));
        self
    }

    /// Requests are sent like this, in place of what [`timeout`](Self::timeout) said before.
    #[must_use]
    pub fn http(mut self, options: HttpOptions) -> Self {
        self.client = HttpClient::new(options);
        self
    }

    async fn ask(
        &self,
        wanted: &WantedMessage<'_>,
        question: Map<String, Value>,
    ) -> Result<ProducedMessage, MessageError> {
        let url = self.place.on(wanted.base_url).map_err(MessageError::new)?;
        let answer = self.client.post_json(url.clone(), &question.into()).await;
        let answer = answer.map_err(|reason| MessageError {
            message: format!("POST {url}: {reason}"),
            connection_lost: reason.is_connection_lost(),
        })?;
        if answer.is_success() {
            return message(answer)
                .map_err(|reason| MessageError::new(format!("POST {url}: {reason}")));
        }
        let seen = answer.in_short();
        let meaning = match answer.status {
            StatusCode::NOT_FOUND => "the provider does not know this message: ",
            _ => "the provider did not produce this message: ",
        };
        Err(MessageError::new(format!(
            "{meaning}POST {url} answered {seen}"
        )))
    }
}

#[async_trait]
impl MessageSource for HttpMessages {
    async fn produce(&self, wanted: &WantedMessage<'_>) -> Result<ProducedMessage, MessageError> {
        self.ask(wanted, question(wanted)).await
    }

    async fn answer(
        &self,
        wanted: &WantedMessage<'_>,
        request: &MessageContents,
    ) -> Result<Answer, MessageError> {
        let mut question = question(wanted);
        question.insert("request".into(), in_version_4(request));
        self.ask(wanted, question).await.map(Answer::First)
    }
}

fn question(wanted: &WantedMessage<'_>) -> Map<String, Value> {
    let mut question = Map::new();
    question.insert("description".into(), wanted.description.into());
    let states = wanted
        .provider_states
        .iter()
        .map(|state| json!({ "name": state.name, "params": state.params }));
    question.insert("providerStates".into(), states.collect());
    question
}

fn message(answer: Answered) -> Result<ProducedMessage, String> {
    let metadata = metadata(&answer)?;
    let content_type = metadata
        .iter()
        .find(|(name, _)| is_content_type(name))
        .and_then(|(_, value)| value.as_str())
        .or_else(|| answer.headers.get(header::CONTENT_TYPE)?.to_str().ok());
    Ok(ProducedMessage {
        content_type: content_type.map(Into::into),
        contents: answer.body,
        metadata,
    })
}

fn is_content_type(name: &str) -> bool {
    ["contentType", "Content-Type"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(name))
}

fn metadata(answer: &Answered) -> Result<Map<String, Value>, String> {
    let Some(value) = answer.headers.get(METADATA) else {
        return Ok(Map::new());
    };
    let unusable = |reason: &dyn std::fmt::Display| {
        let found = String::from_utf8_lossy(value.as_bytes());
        format!(
            "the header Pact-Message-Metadata holds \"{found}\", \
             expected a JSON object in base64: {reason}"
        )
    };
    let json = STANDARD.decode(value).map_err(|reason| unusable(&reason))?;
    serde_json::from_slice(&json).map_err(|reason| unusable(&reason))
}

/// A message's contents and metadata as version 4 of the specification writes them.
fn in_version_4(message: &MessageContents) -> Value {
    let mut written = Map::new();
    if let Some(contents) = contents_in_version_4(&message.contents) {
        written.insert("contents".into(), contents);
    }
    if !message.metadata.is_empty() {
        written.insert("metadata".into(), message.metadata.clone().into());
    }
    Value::Object(written)
}

fn contents_in_version_4(contents: &Body) -> Option<Value> {
    let (content, encoded) = match contents {
        Body::Missing => return None,
        Body::Null => return Some(Value::Null),
        Body::Empty => return Some(json!({ "content": "" })),
        Body::Present { content, .. } => match content {
            Content::Json(value) => (value.clone(), Value::Bool(false)),
            Content::Text(text) => (text.as_str().into(), Value::Bool(false)),
            Content::Binary(bytes) => (STANDARD.encode(bytes).into(), "base64".into()),
        },
    };
    let mut written = json!({ "content": content, "encoded": encoded });
    if let Some(content_type) = contents.content_type() {
        written["contentType"] = content_type.into();
    }
    Some(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_consumers_message_is_sent_as_version_4_writes_it() {
        let binary = Body::Present {
            content: Content::Binary(vec![1, 2]),
            content_type: Some("application/octet-stream".into()),
        };
        for (contents, expected) in [
            (Body::Missing, json!({})),
            (Body::Null, json!({ "contents": null })),
            (
                Body::json(json!([1])),
                json!({ "contents": { "content": [1], "contentType": "application/json", "encoded": false } }),
            ),
            (
                binary,
                json!({ "contents": { "content": "AQI=", "contentType": "application/octet-stream", "encoded": "base64" } }),
            ),
        ] {
            let message = MessageContents {
                contents,
                ..MessageContents::default()
            };
            assert_eq!(in_version_4(&message), expected);
        }
    }
}
