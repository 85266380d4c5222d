use std::collections::BTreeMap;
use std::convert::Infallible;
use std::io;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

/// A request, its body read.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The method.
    pub method: String,
    /// The path.
    pub path: String,
    /// The query's parameters; the last one of a name counts.
    pub query: BTreeMap<String, String>,
    /// The JSON body; null where there is none.
    pub body: Value,
}

impl Request {
    /// Method and the path's segments, to match on.
    pub fn route(&self) -> (&str, Vec<&str>) {
        (
            &self.method,
            self.path
                .split('/')
                .filter(|segment| !segment.is_empty())
                .collect(),
        )
    }
}

/// An answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// Headers beside the content type.
    pub headers: Vec<(String, String)>,
    /// The JSON body, if there is one.
    pub body: Option<Value>,
}

impl Reply {
    /// A JSON answer.
    pub fn json(status: u16, body: Value) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Some(body),
        }
    }

    /// An answer without a body.
    pub fn empty(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: None,
        }
    }

    /// An answer that says what is wrong.
    pub fn error(status: u16, message: impl Into<String>) -> Self {
        let message: String = message.into();
        Self::json(status, json!({ "error": message }))
    }

    /// With one more header.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }
}

/// What answers requests.
pub trait Service: Send + Sync {
    /// Answers one request.
    fn answer(&self, request: &Request) -> Reply;
}

/// Listens on loopback and serves until SIGTERM or SIGINT.
///
/// # Errors
/// The port is in use.
pub async fn serve(port: u16, service: Arc<dyn Service>) -> io::Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    let (mut terminated, mut interrupted) = (
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
    );
    tokio::select! {
        served = serve_on(listener, service) => served,
        _ = terminated.recv() => Ok(()),
        _ = interrupted.recv() => Ok(()),
    }
}

/// Serves whoever connects.
///
/// # Errors
/// No more connections can be accepted.
pub async fn serve_on(listener: TcpListener, service: Arc<dyn Service>) -> io::Result<()> {
    loop {
        let (stream, _) = listener.accept().await?;
        let service = service.clone();
        tokio::spawn(async move {
            let answer = service_fn(|request| respond(request, service.clone()));
            // A client that goes away is no concern of the service.
            let _ = http1::Builder::new()
                .serve_connection(TokioIo::new(stream), answer)
                .await;
        });
    }
}

async fn respond(
    request: hyper::Request<Incoming>,
    service: Arc<dyn Service>,
) -> Result<hyper::Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let bytes = body
        .collect()
        .await
        .map(|body| body.to_bytes())
        .unwrap_or_default();
    let parsed = if bytes.is_empty() {
        Ok(Value::Null)
    } else {
        serde_json::from_slice(&bytes)
    };
    let reply = match (head.uri.path(), parsed) {
        ("/health", _) => Reply::json(200, json!({ "status": "ok" })),
        (_, Err(error)) => Reply::error(400, format!("the body is not JSON: {error}")),
        (path, Ok(body)) => service.answer(&Request {
            method: head.method.to_string(),
            path: path.into(),
            query: query(head.uri.query().unwrap_or_default()),
            body,
        }),
    };
    Ok(response(reply))
}

fn query(text: &str) -> BTreeMap<String, String> {
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    pairs
        .map(|(name, value)| (name.into(), value.into()))
        .collect()
}

fn response(reply: Reply) -> hyper::Response<Full<Bytes>> {
    let mut builder = hyper::Response::builder().status(reply.status);
    for (name, value) in reply.headers {
        builder = builder.header(name, value);
    }
    if reply.body.is_some() {
        builder = builder.header("content-type", "application/json");
    }
    let body = reply.body.map(|body| body.to_string()).unwrap_or_default();
    builder
        .body(Full::new(Bytes::from(body)))
        .unwrap_or_default()
}
