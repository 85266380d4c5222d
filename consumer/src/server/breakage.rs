use std::io;

use hyper::Response;
use hyper::header::{CONTENT_LENGTH, HeaderValue};
use hyper::http::response::Parts;
use tokio::io::{AsyncWrite, AsyncWriteExt};

use super::Outgoing;
use super::sent::all_of;

/// How an answer is broken on its way, to test a client's resilience: put into the
/// extensions of a response.
///
/// Over HTTP/1 the connection is closed after it. Over HTTP/2 the stream is reset where
/// the body is truncated, and a wrong length is what the header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Breakage {
    /// After this many bytes of the body nothing more comes.
    TruncateBody(usize),
    /// `Content-Length` says this.
    ContentLength(u64),
}

impl Breakage {
    /// Puts a length into the head that the body does not have.
    fn spoil(self, head: &mut Parts, length: usize) {
        let said = match self {
            Self::TruncateBody(_) => length as u64,
            Self::ContentLength(said) => said,
        };
        head.headers.insert(CONTENT_LENGTH, HeaderValue::from(said));
    }

    fn kept(self, length: usize) -> usize {
        match self {
            Self::TruncateBody(bytes) => bytes.min(length),
            Self::ContentLength(_) => length,
        }
    }
}

/// Writes an answer of HTTP/1.1 that no library would write.
pub(super) async fn write_broken<S: AsyncWrite + Unpin>(
    stream: &mut S,
    response: Response<Outgoing>,
    breakage: Breakage,
) -> io::Result<()> {
    let (mut head, body) = response.into_parts();
    let body = all_of(body).await?;
    breakage.spoil(&mut head, body.len());
    stream.write_all(&head_bytes(&head)).await?;
    stream.write_all(&body[..breakage.kept(body.len())]).await?;
    stream.shutdown().await
}

/// The status line and headers (RFC 9112, section 2.1).
pub(super) fn head_bytes(head: &Parts) -> Vec<u8> {
    let status = head.status;
    let reason = status.canonical_reason().unwrap_or_default();
    let mut bytes = format!("HTTP/1.1 {} {reason}\r\n", status.as_u16()).into_bytes();
    for (name, value) in &head.headers {
        bytes.extend_from_slice(name.as_str().as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(value.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"\r\n");
    bytes
}

#[cfg(feature = "http2")]
pub(super) use http2::broken;

#[cfg(feature = "http2")]
mod http2 {
    use std::pin::Pin;
    use std::task::{Context, Poll, ready};
    use std::time::Duration;

    use bytes::Bytes;
    use hyper::body::{Body, Frame};
    use tokio::time::{Sleep, sleep};

    use super::super::{Disconnect, streamed, whole};
    use super::{Breakage, Outgoing, Response, all_of};

    /// What was sent before gets that long to leave: a reset discards what has not left.
    const LEAVING: Duration = Duration::from_millis(20);

    /// The answer as it goes over a stream of HTTP/2.
    pub async fn broken(
        response: Response<Outgoing>,
        breakage: Breakage,
    ) -> Result<Response<Outgoing>, Disconnect> {
        let (mut head, body) = response.into_parts();
        let body = all_of(body).await.map_err(|_| Disconnect)?;
        breakage.spoil(&mut head, body.len());
        let kept = body.slice(..breakage.kept(body.len()));
        let body = match breakage {
            Breakage::TruncateBody(_) => streamed(Truncated {
                left: Some(kept),
                leaving: None,
            }),
            Breakage::ContentLength(_) => whole(kept),
        };
        Ok(Response::from_parts(head, body))
    }

    /// A body that ends with an error.
    struct Truncated {
        left: Option<Bytes>,
        leaving: Option<Pin<Box<Sleep>>>,
    }

    impl Body for Truncated {
        type Data = Bytes;
        type Error = Disconnect;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            context: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Disconnect>>> {
            if let Some(left) = self.left.take().filter(|left| !left.is_empty()) {
                return Poll::Ready(Some(Ok(Frame::data(left))));
            }
            let leaving = self.leaving.get_or_insert_with(|| Box::pin(sleep(LEAVING)));
            ready!(leaving.as_mut().poll(context));
            Poll::Ready(Some(Err(Disconnect)))
        }
    }
}
