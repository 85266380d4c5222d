use hyper::header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use hyper::http::response::Parts;
use hyper::{Response, StatusCode};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::Handler;
use super::breakage::head_bytes;

/// A connection that begins with another protocol than the one that is spoken.
#[derive(Debug, Clone, Copy)]
pub(super) enum Refused {
    TlsHello,
    #[cfg(feature = "tls")]
    PlainHttp,
}

impl Refused {
    fn reason(self) -> &'static str {
        match self {
            Self::TlsHello => {
                "the client began TLS, and this mock provider speaks plain HTTP: let the client use \
                 http://, or start the mock provider with .tls(…)"
            }
            #[cfg(feature = "tls")]
            Self::PlainHttp => {
                "the client sent plain HTTP, and this mock provider speaks TLS: let the client use \
                 https://, or start the mock provider without .tls(…)"
            }
        }
    }
}

/// Says so to the client as far as it can read it, and to the handler.
pub(super) async fn refuse<H: Handler>(mut stream: TcpStream, refused: Refused, handler: &H) {
    handler.unreadable(refused.reason().into());
    let answer = answer(refused.reason());
    // A client that speaks TLS may well be gone by then.
    let _ = stream.write_all(&answer).await;
    let _ = stream.shutdown().await;
    let mut rest = [0; 4096];
    // What is left unread would reset the connection, and the answer with it.
    while stream.try_read(&mut rest).is_ok_and(|length| length > 0) {}
}

fn answer(reason: &str) -> Vec<u8> {
    let body = serde_json::json!({ "error": reason }).to_string();
    let mut head = head();
    let length = HeaderValue::from(body.len());
    head.headers.insert(CONTENT_LENGTH, length);
    let mut answer = head_bytes(&head);
    answer.extend_from_slice(body.as_bytes());
    answer
}

fn head() -> Parts {
    let (mut head, ()) = Response::new(()).into_parts();
    head.status = StatusCode::BAD_REQUEST;
    for (name, value) in [(CONTENT_TYPE, "application/json"), (CONNECTION, "close")] {
        head.headers.insert(name, HeaderValue::from_static(value));
    }
    head
}
