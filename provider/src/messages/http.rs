use std::time::Duration;

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::{StatusCode, Uri, header};
use pactwork_contract::MessageContents;
use serde_json::{Map, Value};

use super::{Answer, MessageError, MessageSource, ProducedMessage, WantedMessage, wire};
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
///
/// The convention has room for one message. An answer of the content type
/// `application/vnd.pactwork.messages+json` has room for as many as there are: its body
/// is a JSON array of messages as version 4 of the specification has them, such as
/// `[{"contents": {"content": {"id": 7}}, "metadata": {"topic": "orders"}}]`. So a
/// synchronous message with several answers can be verified whole; who gives only one
/// can answer in either way.
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
        request: Option<&MessageContents>,
    ) -> Result<(Uri, Answered), MessageError> {
        let url = self.place.on(wanted.base_url).map_err(MessageError::new)?;
        let question = wire::question(wanted, request);
        let answer = self.client.post_json(url.clone(), &question).await;
        let answer = answer.map_err(|reason| MessageError {
            message: format!("POST {url}: {reason}"),
            connection_lost: reason.is_connection_lost(),
        })?;
        if answer.is_success() {
            return Ok((url, answer));
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
        let (url, answer) = self.ask(wanted, None).await?;
        let message = match is_list(&answer) {
            true => wire::read(&answer.body).and_then(wire::only),
            false => message(answer),
        };
        message.map_err(|reason| unusable(&url, &reason))
    }

    async fn answer(
        &self,
        wanted: &WantedMessage<'_>,
        request: &MessageContents,
    ) -> Result<Answer, MessageError> {
        let (url, answer) = self.ask(wanted, Some(request)).await?;
        let answer = match is_list(&answer) {
            true => wire::read(&answer.body).map(Answer::All),
            false => message(answer).map(Answer::First),
        };
        answer.map_err(|reason| unusable(&url, &reason))
    }
}

fn unusable(url: &Uri, reason: &str) -> MessageError {
    MessageError::new(format!("POST {url}: {reason}"))
}

/// Whether every message stands in the answer, each with its metadata.
fn is_list(answer: &Answered) -> bool {
    let content_type = answer.headers.get(header::CONTENT_TYPE);
    let content_type = content_type.and_then(|value| value.to_str().ok());
    let name = content_type.and_then(|text| text.split(';').next());
    name.is_some_and(|name| name.trim().eq_ignore_ascii_case(wire::CONTENT_TYPE))
}

fn message(answer: Answered) -> Result<ProducedMessage, String> {
    let metadata = metadata(&answer)?;
    let content_type = super::content_type(&metadata)
        .or_else(|| answer.headers.get(header::CONTENT_TYPE)?.to_str().ok());
    Ok(ProducedMessage {
        content_type: content_type.map(Into::into),
        contents: answer.body,
        metadata,
    })
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
