//! Bodies of answers, read whole in bounded memory and time.

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::StatusCode;
use hyper::body::{Body, Incoming};
use tokio::time::{Instant, timeout_at};

use super::HttpOptions;
use super::error::{HttpError, in_bytes, innermost};

/// Memory is taken beforehand for so many bytes that were announced, and for what comes
/// after them when it does.
const ANNOUNCED: u64 = 32 << 20;

/// Reads a body to its end.
pub(super) async fn read(
    status: StatusCode,
    body: Incoming,
    options: &HttpOptions,
    deadline: Instant,
) -> Result<Bytes, HttpError> {
    let limit = options.largest_body;
    let announced = body.size_hint().exact();
    if announced.is_some_and(|length| length > limit as u64) {
        return Err(HttpError::TooLong { status, limit });
    }
    let mut read = Reading {
        body,
        announced,
        received: Received::default(),
    };
    match timeout_at(deadline, read.all(limit)).await {
        Ok(Ok(true)) => Ok(read.received.into_bytes()),
        Ok(Ok(false)) => Err(HttpError::TooLong { status, limit }),
        Ok(Err(reason)) => Err(HttpError::Body {
            status,
            received: read.progress(),
            reason: innermost(&reason),
        }),
        Err(_) => Err(HttpError::SlowBody {
            status,
            received: read.progress(),
            timeout: options.timeout,
        }),
    }
}

struct Reading {
    body: Incoming,
    announced: Option<u64>,
    received: Received,
}

/// What was received of a body: most come in one piece, which is not copied.
#[derive(Default)]
struct Received {
    first: Bytes,
    all: BytesMut,
}

impl Reading {
    /// Whether it ended before it was longer than the limit.
    async fn all(&mut self, limit: usize) -> Result<bool, hyper::Error> {
        while let Some(frame) = self.body.frame().await {
            let Ok(data) = frame?.into_data() else {
                continue;
            };
            if self.received.len() + data.len() > limit {
                return Ok(false);
            }
            self.received.add(data, self.announced);
        }
        Ok(true)
    }

    fn progress(&self) -> String {
        let received = self.received.len();
        match self.announced {
            Some(announced) => format!("{received} of {announced} bytes"),
            None => in_bytes(received),
        }
    }
}

impl Received {
    fn len(&self) -> usize {
        self.first.len() + self.all.len()
    }

    fn add(&mut self, data: Bytes, announced: Option<u64>) {
        if self.len() == 0 {
            self.first = data;
            return;
        }
        if self.all.is_empty() {
            let announced = announced.unwrap_or_default().min(ANNOUNCED);
            self.all.reserve(announced as usize);
            self.all.extend_from_slice(&std::mem::take(&mut self.first));
        }
        self.all.extend_from_slice(&data);
    }

    fn into_bytes(self) -> Bytes {
        match self.all.is_empty() {
            true => self.first,
            false => self.all.freeze(),
        }
    }
}
