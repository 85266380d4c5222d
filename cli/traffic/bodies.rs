//! Bodies that are looked at while they pass.

use std::error::Error;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};

use super::decode::{decoded, too_large};
use pactwork_consumer::draft::ObservedBody;

/// What was seen of a body.
#[derive(Debug, Default)]
pub struct Seen {
    bytes: Vec<u8>,
    is_too_large: bool,
    /// Whether it came to its end.
    pub is_whole: bool,
}

impl Seen {
    fn add(&mut self, bytes: &[u8], limit: usize) {
        if self.is_too_large || self.bytes.len() + bytes.len() > limit {
            self.is_too_large = true;
            self.bytes = Vec::new();
            return;
        }
        self.bytes.extend_from_slice(bytes);
    }

    /// Without content codings.
    pub fn observed(self, codings: &str, limit: usize) -> ObservedBody {
        if self.is_too_large {
            return ObservedBody::Unknown(too_large(limit));
        }
        match decoded(self.bytes, codings, limit) {
            Ok(bytes) => ObservedBody::Bytes(bytes),
            Err(reason) => ObservedBody::Unknown(reason),
        }
    }
}

/// What was seen of a body that still passes.
pub type Watched = Arc<Mutex<Seen>>;

/// Takes what was seen up to now.
pub fn take(watched: &Watched) -> Seen {
    std::mem::take(&mut *watched.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Called once, with what was seen, when a body ends or is given up.
type AtEnd = Box<dyn FnOnce() + Send + Sync>;

/// A body that is passed on as it comes, and looked at up to a limit.
pub struct Watching<B: Body> {
    body: B,
    limit: usize,
    watched: Watched,
    at_end: Option<AtEnd>,
}

impl<B: Body> Watching<B> {
    pub fn new(body: B, limit: usize, watched: Watched) -> Self {
        let watching = Self {
            body,
            limit,
            watched,
            at_end: None,
        };
        watching.end_if_over();
        watching
    }

    /// Calls this at the end, before the last bytes are passed on.
    pub fn then(mut self, at_end: impl FnOnce() + Send + Sync + 'static) -> Self {
        self.at_end = Some(Box::new(at_end));
        if self.body.is_end_stream() {
            self.conclude();
        }
        self
    }

    fn end_if_over(&self) {
        if self.body.is_end_stream() {
            self.seen(|seen| seen.is_whole = true);
        }
    }

    fn seen(&self, change: impl FnOnce(&mut Seen)) {
        change(&mut self.watched.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn conclude(&mut self) {
        if let Some(at_end) = self.at_end.take() {
            at_end();
        }
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for Watching<B>
where
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let this = self.get_mut();
        let frame = ready!(Pin::new(&mut this.body).poll_frame(context));
        match &frame {
            Some(Ok(frame)) => {
                if let Some(data) = frame.data_ref() {
                    this.seen(|seen| seen.add(data, this.limit));
                }
                this.end_if_over();
            }
            Some(Err(_)) => {}
            None => this.seen(|seen| seen.is_whole = true),
        }
        if this.body.is_end_stream() || !matches!(frame, Some(Ok(_))) {
            this.conclude();
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl<B: Body> Drop for Watching<B> {
    /// Nobody asks on where all bytes that were announced have come, or where the
    /// client is gone.
    fn drop(&mut self) {
        self.end_if_over();
        self.conclude();
    }
}
