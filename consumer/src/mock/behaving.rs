use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use hyper::{Response, StatusCode};
use tokio::time::{Sleep, sleep};

use crate::dsl::{Behaviour, Fault, Pace};
use crate::server::{Breakage, Disconnect, Outgoing, all_of, streamed, whole};

/// An answer that fails or lingers.
#[derive(Debug)]
pub(super) struct Behaving {
    pub behaviour: Arc<Behaviour>,
    pub fault: Option<Fault>,
    /// How many answers have left whole.
    pub whole: Arc<AtomicU64>,
}

impl Behaving {
    /// What becomes of the response.
    pub async fn behave(
        &self,
        mut response: Response<Outgoing>,
    ) -> Result<Response<Outgoing>, Disconnect> {
        sleep(self.behaviour.delay).await;
        match self.fault {
            None => return self.counted(response).await,
            Some(Fault::Status(code)) => return Ok(failed(code)),
            Some(Fault::DropConnection) => return Err(Disconnect),
            Some(Fault::TruncateBody(bytes)) => {
                response
                    .extensions_mut()
                    .insert(Breakage::TruncateBody(bytes));
            }
            Some(Fault::ContentLength(said)) => {
                response
                    .extensions_mut()
                    .insert(Breakage::ContentLength(said));
            }
        }
        Ok(response)
    }

    /// The response, at its pace; it counts once all of it has been sent.
    async fn counted(
        &self,
        response: Response<Outgoing>,
    ) -> Result<Response<Outgoing>, Disconnect> {
        let (head, body) = response.into_parts();
        let left = all_of(body).await.map_err(|_| Disconnect)?;
        if left.is_empty() {
            self.whole.fetch_add(1, Ordering::Relaxed);
        }
        let body = Counted {
            left,
            pace: self.behaviour.pace,
            pause: None,
            whole: self.whole.clone(),
        };
        Ok(Response::from_parts(head, streamed(body)))
    }
}

fn failed(code: u16) -> Response<Outgoing> {
    let mut response = Response::new(whole("a fault that the test asked for"));
    *response.status_mut() = StatusCode::from_u16(code).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
    response
}

/// A body in pieces, that says when it has been sent.
struct Counted {
    left: Bytes,
    pace: Option<Pace>,
    pause: Option<Pin<Box<Sleep>>>,
    whole: Arc<AtomicU64>,
}

impl Body for Counted {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.left.is_empty() {
            return Poll::Ready(None);
        }
        let mut piece = self.left.len();
        if let Some(pace) = self.pace {
            let pause = self
                .pause
                .get_or_insert_with(|| Box::pin(sleep(pace.every)));
            ready!(pause.as_mut().poll(context));
            self.pause = None;
            piece = piece.min(pace.bytes);
        }
        let piece = self.left.split_to(piece);
        if self.left.is_empty() {
            self.whole.fetch_add(1, Ordering::Relaxed);
        }
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.left.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left.len() as u64)
    }
}
