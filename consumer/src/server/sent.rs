use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::Response;
use hyper::body::{Body, Frame, SizeHint};

use super::Outgoing;

/// A body as it is given to hyper. It has an error type of its own, because the compiler
/// cannot see in a spawned task that a box of any error becomes one.
pub(super) struct Sent(Outgoing);

impl Sent {
    pub fn of(response: Response<Outgoing>) -> Response<Self> {
        response.map(Self)
    }
}

/// All bytes of an answer's body.
pub(crate) async fn all_of(body: Outgoing) -> io::Result<Bytes> {
    Ok(Sent(body).collect().await?.to_bytes())
}

impl Body for Sent {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let frame = Pin::new(&mut self.0).poll_frame(context);
        frame.map_err(io::Error::other)
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}
