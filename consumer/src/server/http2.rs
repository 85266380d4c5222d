use std::pin::pin;

use h2::Reason;
use hyper::body::Incoming;
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper::{Error, Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};

use super::breakage::{Breakage, broken};
use super::sent::Sent;
use super::visit::Visit;
use super::{Disconnect, Handler, Outgoing};

/// Requests of HTTP/2 until the client closes the connection, breaks its rules, or the
/// server finishes.
pub(super) async fn converse<H, S>(stream: S, visit: &mut Visit<H>)
where
    H: Handler,
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (handler, reception) = (visit.handler.clone(), visit.reception.clone());
    let service = service_fn(move |request: Request<Incoming>| {
        let (handler, request) = (handler.clone(), reception.given_to(request));
        async move { whole_or_broken(handler.answer(request).await?).await }
    });
    let head = u32::try_from(visit.limits.head).unwrap_or(u32::MAX);
    let connection = http2::Builder::new(TokioExecutor::new())
        .timer(TokioTimer::new())
        .max_header_list_size(head)
        .max_concurrent_streams(visit.limits.streams)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        biased;
        ended = connection.as_mut() => ended,
        () = visit.finish.asked() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Some(reason) = ended.err().as_ref().and_then(said) {
        visit.handler.unreadable(reason);
    }
}

async fn whole_or_broken(mut response: Response<Outgoing>) -> Result<Response<Sent>, Disconnect> {
    match response.extensions_mut().remove::<Breakage>() {
        None => Ok(Sent::of(response)),
        Some(breakage) => broken(response, breakage).await.map(Sent::of),
    }
}

/// What the client did wrong, as a sentence; nothing where it only went away.
fn said(error: &Error) -> Option<String> {
    let source = std::error::Error::source(error)?;
    let error = source.downcast_ref::<h2::Error>()?;
    let reason = error.reason().filter(|_| error.is_library())?;
    match reason {
        Reason::NO_ERROR | Reason::CANCEL => None,
        Reason::ENHANCE_YOUR_CALM => Some(format!(
            "the client began and reset too many requests at a time: the connection was ended with \
             {reason:?} (RFC 9113, section 7)"
        )),
        _ => Some(format!(
            "the client broke a rule of HTTP/2: {reason:?}, {} (RFC 9113, section 7)",
            reason.description()
        )),
    }
}
