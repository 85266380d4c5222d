//! A consumer's HTTP client: one connection, kept alive.

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{HeaderMap, Request, StatusCode};
use hyper_util::rt::TokioIo;
use pactwork_consumer::MockProvider;
use serde_json::Value;
use tokio::net::TcpStream;

pub struct Client {
    sender: SendRequest<Full<Bytes>>,
}

#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

impl Client {
    pub async fn of(provider: &MockProvider) -> Self {
        let stream = TcpStream::connect(provider.address()).await.unwrap();
        let (sender, connection) = handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        Self { sender }
    }

    /// Sends `GET /path`, `POST /path`, … with headers as `Name: value`.
    pub async fn send(&mut self, line: &str, headers: &[&str], body: impl Into<Bytes>) -> Answer {
        let (method, target) = line.split_once(' ').unwrap();
        let mut request = Request::builder()
            .method(method)
            .uri(target)
            .header("Host", "localhost");
        for header in headers {
            let (name, value) = header.split_once(": ").unwrap();
            request = request.header(name, value);
        }
        let request = request.body(Full::new(body.into())).unwrap();
        self.sender.ready().await.unwrap();
        let (head, body) = self
            .sender
            .send_request(request)
            .await
            .unwrap()
            .into_parts();
        Answer {
            status: head.status,
            headers: head.headers,
            body: body.collect().await.unwrap().to_bytes(),
        }
    }
}

/// One request on a connection of its own.
pub async fn send(
    provider: &MockProvider,
    line: &str,
    headers: &[&str],
    body: impl Into<Bytes>,
) -> Answer {
    Client::of(provider).await.send(line, headers, body).await
}

pub async fn get(provider: &MockProvider, path: &str) -> Answer {
    send(provider, &format!("GET {path}"), &[], "").await
}
