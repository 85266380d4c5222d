use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Error, Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};

use super::breakage::{Breakage, write_broken};
use super::sent::Sent;
use super::visit::Visit;
use super::{Disconnect, Handler, Outgoing};

/// An answer that hyper would not send, because it is broken on purpose.
type Broken = Arc<Mutex<Kept>>;
type Kept = Option<(Response<Outgoing>, Breakage)>;

/// Requests of HTTP/1 until the client closes the connection, breaks its rules, or the
/// server finishes.
pub(super) async fn converse<H, S>(mut stream: S, visit: &mut Visit<H>)
where
    H: Handler,
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    let broken = Broken::default();
    let ended = serve(&mut stream, visit, &broken).await;
    let broken = lock(&broken).take();
    if let Some((response, breakage)) = broken {
        // The client may be gone, which it was asked to be prepared for.
        let _ = write_broken(&mut stream, response, breakage).await;
    }
    if let Some(reason) = ended {
        visit.handler.unreadable(reason);
    }
}

/// What a client did wrong, if it did.
async fn serve<H, S>(stream: &mut S, visit: &mut Visit<H>, broken: &Broken) -> Option<String>
where
    H: Handler,
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    let (handler, reception) = (&*visit.handler, &visit.reception);
    let service = service_fn(|request: Request<Incoming>| {
        let answer = handler.answer(reception.given_to(request));
        let broken = broken.clone();
        async move { whole_or_kept(answer.await?, &broken) }
    });
    let limits = visit.limits;
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        // Otherwise a client that closes right after its request may not have asked.
        .half_close(!handler.ends_with_client())
        .header_read_timeout(limits.head_timeout)
        .max_header_size(limits.head)
        .serve_connection(TokioIo::new(stream), service);
    let ended = tokio::select! {
        biased;
        ended = &mut connection => Some(ended),
        () = visit.finish.asked() => None,
    };
    let ended = match ended {
        Some(ended) => ended,
        None => {
            Pin::new(&mut connection).graceful_shutdown();
            (&mut connection).await
        }
    };
    let error = ended.err()?;
    let within_head = !connection.into_parts().read_buf.is_empty();
    said(&error, within_head, visit)
}

/// The answer, unless it is to be broken: then it is kept and the connection given up.
fn whole_or_kept(
    mut response: Response<Outgoing>,
    broken: &Broken,
) -> Result<Response<Sent>, Disconnect> {
    let Some(breakage) = response.extensions_mut().remove::<Breakage>() else {
        return Ok(Sent::of(response));
    };
    *lock(broken) = Some((response, breakage));
    Err(Disconnect)
}

fn lock(broken: &Broken) -> MutexGuard<'_, Kept> {
    broken.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What the client did wrong, as a sentence; nothing where it only went away, or was
/// idle for long.
fn said<H>(error: &Error, within_head: bool, visit: &Visit<H>) -> Option<String> {
    if error.is_parse_version_h2() {
        return Some(
            "it speaks HTTP/2, and the mock provider HTTP/1.1: turn on the cargo feature http2 of \
             pactwork-consumer, or let the client use HTTP/1.1"
                .into(),
        );
    }
    if error.is_parse_too_large() {
        let limit = visit.limits.head;
        return Some(format!(
            "{error}: the mock provider takes {limit} bytes, and 100 headers"
        ));
    }
    if error.is_parse() {
        return Some(format!("the mock provider speaks plain HTTP/1.1: {error}"));
    }
    if !within_head {
        return None;
    }
    if error.is_timeout() {
        let timeout = visit.limits.head_timeout;
        return Some(format!(
            "the request's head did not arrive whole within {timeout:?}"
        ));
    }
    let closed = error.is_incomplete_message() || is_reset(error);
    closed.then(|| "the client closed the connection within the request's head".into())
}

fn is_reset(error: &Error) -> bool {
    let source = std::error::Error::source(error);
    let io = source.and_then(|source| source.downcast_ref::<io::Error>());
    io.is_some()
}
