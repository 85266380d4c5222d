use std::error::Error as StdError;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::{HeaderMap, Request, Response, StatusCode, Uri, body::Incoming, header};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use serde_json::Value;
use thiserror::Error;
use tokio::time::timeout;

/// The longest body that is read.
const LONGEST_BODY: usize = 64 * 1024 * 1024;

/// Connections that were idle for longer are not used again: many servers close
/// theirs after five seconds.
const IDLE: Duration = Duration::from_secs(3);

/// One pool of HTTP/1.1 connections. Redirects are not followed.
#[derive(Debug, Clone)]
pub(crate) struct HttpClient {
    client: Client<HttpConnector, Full<Bytes>>,
    timeout: Duration,
}

/// An answer that was received whole.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// No answer, or none that could be read whole.
#[derive(Debug, Error)]
pub(crate) enum HttpError {
    #[error("no answer within {0:?}")]
    Timeout(Duration),
    #[error("cannot connect: {0}")]
    Connect(String),
    #[error("no HTTP answer came back: {0}")]
    Answer(String),
    #[error("the answer has status {status}, but its body broke off: {reason}")]
    Body { status: StatusCode, reason: String },
    #[error("the answer has status {0}, but its body is longer than {max} MiB", max = LONGEST_BODY >> 20)]
    TooLong(StatusCode),
}

impl HttpError {
    /// Whether the other side went away or was not there.
    pub(crate) fn is_connection_lost(&self) -> bool {
        matches!(self, Self::Connect(_) | Self::Answer(_) | Self::Body { .. })
    }
}

impl HttpClient {
    /// A client that gives each request, from sending it to the body's last byte, this long.
    pub(crate) fn new(timeout: Duration) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .build(connector);
        Self { client, timeout }
    }

    pub(crate) async fn get(&self, uri: Uri) -> Result<Answered, HttpError> {
        let mut request = Request::new(Full::default());
        *request.uri_mut() = uri;
        self.send(request).await
    }

    pub(crate) async fn post_json(&self, uri: Uri, body: &Value) -> Result<Answered, HttpError> {
        let mut request = Request::new(Full::from(body.to_string()));
        *request.method_mut() = hyper::Method::POST;
        *request.uri_mut() = uri;
        let json = header::HeaderValue::from_static("application/json");
        request.headers_mut().insert(header::CONTENT_TYPE, json);
        self.send(request).await
    }

    pub(crate) async fn send(&self, request: Request<Full<Bytes>>) -> Result<Answered, HttpError> {
        let exchange = async { read(self.client.request(request).await).await };
        timeout(self.timeout, exchange)
            .await
            .unwrap_or(Err(HttpError::Timeout(self.timeout)))
    }
}

async fn read(
    answer: Result<Response<Incoming>, hyper_util::client::legacy::Error>,
) -> Result<Answered, HttpError> {
    let (head, body) = answer.map_err(no_answer)?.into_parts();
    let status = head.status;
    let body = Limited::new(body, LONGEST_BODY).collect().await;
    Ok(Answered {
        status,
        headers: head.headers,
        body: body
            .map_err(|reason| broken_body(status, &*reason))?
            .to_bytes(),
    })
}

fn no_answer(reason: hyper_util::client::legacy::Error) -> HttpError {
    let text = innermost(&reason);
    if reason.is_connect() {
        HttpError::Connect(text)
    } else {
        HttpError::Answer(text)
    }
}

fn broken_body(status: StatusCode, reason: &(dyn StdError + 'static)) -> HttpError {
    if reason.is::<LengthLimitError>() {
        return HttpError::TooLong(status);
    }
    HttpError::Body {
        status,
        reason: innermost(reason),
    }
}

/// The text of the error that caused the others.
fn innermost(mut error: &(dyn StdError + 'static)) -> String {
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}

impl Answered {
    pub(crate) fn is_success(&self) -> bool {
        self.status.is_success()
    }

    /// One line for an error: the status and the beginning of the body.
    pub(crate) fn in_short(&self) -> String {
        const SHOWN: usize = 1000;
        let body = String::from_utf8_lossy(&self.body);
        let body = body.trim();
        let shown: String = body.chars().take(SHOWN).collect();
        match (shown.is_empty(), shown.len() < body.len()) {
            (true, _) => format!("{} without a body", self.status),
            (_, false) => format!("{}: {shown}", self.status),
            (_, true) => format!("{}: {shown}…", self.status),
        }
    }
}
