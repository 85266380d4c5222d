//! The provider: the same answer to every request.

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::Response;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use crate::figures::Outcomes;
use crate::pacts;

/// How the provider answers.
#[derive(Debug, Clone, Copy)]
pub struct Manner {
    pub latency: Duration,
    pub lines: usize,
}

impl Manner {
    pub const QUICK: Self = Self {
        latency: Duration::ZERO,
        lines: pacts::FEW,
    };

    pub fn arguments(self) -> String {
        format!("{} {}", self.latency.as_millis(), self.lines)
    }

    pub fn parse(latency: &str, lines: &str) -> Outcomes<Self> {
        Ok(Self {
            latency: Duration::from_millis(latency.parse()?),
            lines: lines.parse()?,
        })
    }
}

/// Serves until the process ends.
pub async fn provide(port: u16, manner: Manner) -> Outcomes<()> {
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    let body = Bytes::from(pacts::answer(manner.lines).to_string());
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let body = body.clone();
        tokio::spawn(async move {
            let service = service_fn(|_request| async {
                if !manner.latency.is_zero() {
                    tokio::time::sleep(manner.latency).await;
                }
                let answer = Response::builder().header("content-type", "application/json");
                Ok::<_, Infallible>(answer.body(Full::new(body.clone())).unwrap_or_default())
            });
            let server = hyper::server::conn::http1::Builder::new();
            server.serve_connection(TokioIo::new(stream), service).await
        });
    }
}
