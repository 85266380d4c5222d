use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Either, Full};
use hyper::body::{Body, Incoming};
use hyper::header::EXPECT;
use hyper::http::request::Parts;
use hyper::{Request, StatusCode};
use thiserror::Error;

use super::budget::{Budget, Share};
use super::limits::Limits;

/// How long the rest of a body that is refused is read, so that the client gets to
/// read the answer: most write all of their request first.
const DRAIN: Duration = Duration::from_secs(5);

/// The body of an answer: bytes at hand, or a stream.
pub type Outgoing = Either<Full<Bytes>, UnsyncBoxBody<Bytes, Box<dyn Error + Send + Sync>>>;

/// A body of these bytes.
pub fn whole(bytes: impl Into<Bytes>) -> Outgoing {
    Either::Left(Full::new(bytes.into()))
}

/// A body that is sent while it is made. An error of the stream ends the connection.
pub fn streamed<B>(body: B) -> Outgoing
where
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    Either::Right(body.map_err(Into::into).boxed_unsync())
}

/// A request's body that is not there as a whole.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BodyError {
    /// It has more bytes than this.
    #[error("its body is larger than {0} bytes")]
    TooLarge(usize),
    /// The bodies that are being received have more bytes together than this.
    #[error("its body and those of other requests have more than {0} bytes together")]
    NoRoom(usize),
    /// It took longer than this.
    #[error("its body did not arrive whole within {0:?}")]
    TooSlow(Duration),
    /// The client went away, or broke the rules of the transfer.
    #[error("its body was not received whole: {0}")]
    Incomplete(Box<dyn Error + Send + Sync>),
}

impl BodyError {
    /// What such a request is answered with: 413, 503, 408 or 400
    /// (RFC 9110, section 15.5 and 15.6).
    pub fn status(&self) -> StatusCode {
        match self {
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::NoRoom(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::TooSlow(_) => StatusCode::REQUEST_TIMEOUT,
            Self::Incomplete(_) => StatusCode::BAD_REQUEST,
        }
    }
}

/// What a server allows the bodies of its requests; travels with each that has one.
#[derive(Debug, Clone)]
pub(super) struct Reception {
    budget: Arc<Budget>,
    /// Of which this was all.
    bodies: usize,
    timeout: Duration,
}

impl Reception {
    pub fn of(limits: &Limits) -> Self {
        Self {
            budget: Budget::of(limits.bodies),
            bodies: limits.bodies,
            timeout: limits.body_timeout,
        }
    }
}

/// Waits for a request's body of at most `limit` bytes, and within what the
/// [`ServerOptions`](super::ServerOptions) allow all of them.
///
/// A body that is refused has been read on for a while, so that the answer arrives.
pub async fn received_whole(
    request: Request<Incoming>,
    limit: usize,
) -> (Parts, Result<Bytes, BodyError>) {
    let (mut head, mut body) = request.into_parts();
    if body.is_end_stream() {
        return (head, Ok(Bytes::new()));
    }
    let reception = head.extensions.remove::<Reception>();
    let reception = reception.unwrap_or_else(|| Reception::of(&Limits::default()));
    if waits_for_permission(&head) && body.size_hint().lower() > limit as u64 {
        return (head, Err(BodyError::TooLarge(limit)));
    }
    let received = tokio::time::timeout(reception.timeout, reception.receive(&mut body, limit));
    let received = received
        .await
        .unwrap_or(Err(BodyError::TooSlow(reception.timeout)));
    if let Err(BodyError::TooLarge(_) | BodyError::NoRoom(_)) = &received {
        // It is read for the client's sake, not for ours.
        let _ = tokio::time::timeout(reception.timeout.min(DRAIN), drain(&mut body)).await;
    }
    (head, received)
}

/// Whether the body comes only once it is asked for (RFC 9110, section 10.1.1).
fn waits_for_permission(head: &Parts) -> bool {
    let expected = head.headers.get(EXPECT);
    expected.is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"100-continue"))
}

impl Reception {
    async fn receive(&self, body: &mut Incoming, limit: usize) -> Result<Bytes, BodyError> {
        let mut share = self.budget.share();
        let mut first = None;
        let mut bytes = Vec::new();
        while let Some(data) = next_data(body).await? {
            let length = bytes.len() + first.as_ref().map_or(0, Bytes::len) + data.len();
            if length > limit {
                return Err(BodyError::TooLarge(limit));
            }
            if !share.grow_to(length) {
                return Err(BodyError::NoRoom(self.bodies));
            }
            if bytes.is_empty() && first.is_none() {
                first = Some(data);
                continue;
            }
            bytes.extend_from_slice(&first.take().unwrap_or_default());
            bytes.extend_from_slice(&data);
        }
        Ok(together(first, bytes, share))
    }
}

/// Most bodies arrive in one piece, which need not be copied.
fn together(first: Option<Bytes>, bytes: Vec<u8>, share: Share) -> Bytes {
    match first {
        Some(whole) => whole,
        None if bytes.is_empty() => Bytes::new(),
        None => share.hold(bytes),
    }
}

/// The next bytes; trailers are passed over.
async fn next_data(body: &mut Incoming) -> Result<Option<Bytes>, BodyError> {
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| BodyError::Incomplete(error.into()))?;
        if let Ok(data) = frame.into_data() {
            return Ok(Some(data));
        }
    }
    Ok(None)
}

async fn drain(body: &mut Incoming) {
    while let Ok(Some(_)) = next_data(body).await {}
}
