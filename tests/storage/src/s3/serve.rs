//! Connections and requests: where requests are counted and faults happen.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream;
use http_body_util::{BodyExt, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::{Method, Request, Response, header};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s::{Body, HttpError};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use super::objects::Handle;
use super::{ACCESS_KEY, BUCKET, HttpFault, SECRET_KEY, Shared};
use crate::requests::Kind;

/// How long an answer's first half is given to leave.
const UNDER_WAY: Duration = Duration::from_millis(5);

/// Serves until it is told to stop; connections end with it.
pub(super) async fn serve(
    listener: std::net::TcpListener,
    shared: Arc<Shared>,
    mut stopped: oneshot::Receiver<()>,
) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else {
        return;
    };
    let mut builder = S3ServiceBuilder::new(Handle::new(shared.clone(), BUCKET));
    builder.set_auth(SimpleAuth::from_single(ACCESS_KEY, SECRET_KEY));
    let service = builder.build();
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = &mut stopped => return,
        };
        if let Ok((connection, _)) = accepted {
            let _ = connection.set_nodelay(true);
            connections.spawn(converse(connection, service.clone(), shared.clone()));
        }
    }
}

async fn converse(connection: tokio::net::TcpStream, service: S3Service, shared: Arc<Shared>) {
    let answer =
        hyper::service::service_fn(move |request| answer(request, service.clone(), shared.clone()));
    let mut server = hyper_util::server::conn::auto::Builder::new(TokioExecutor::new());
    server.http1().timer(TokioTimer::new());
    // A connection that a fault ends is no failure of the server.
    let _ = server
        .serve_connection(TokioIo::new(connection), answer)
        .await;
}

async fn answer(
    request: Request<Incoming>,
    service: S3Service,
    shared: Arc<Shared>,
) -> Result<Response<Body>, HttpError> {
    shared.requests.begin(kind(&request));
    let carry_out = |request| hyper::service::Service::call(&service, request);
    match shared.faults.next() {
        None => carry_out(request).await,
        Some(HttpFault::Answer(status)) => failure(request, status).await,
        Some(HttpFault::DropBefore) => Err(dropped()),
        Some(HttpFault::DropAfter) => {
            let _ = carry_out(request).await?.into_body().collect().await;
            Err(dropped())
        }
        Some(HttpFault::CutOff) => cut_off(carry_out(request).await?).await,
        Some(HttpFault::Delay(delay)) => {
            tokio::time::sleep(delay).await;
            carry_out(request).await
        }
    }
}

fn kind(request: &Request<Incoming>) -> Kind {
    let query = request.uri().query().unwrap_or_default();
    match *request.method() {
        Method::PUT => Kind::Put,
        Method::DELETE | Method::POST => Kind::Delete,
        _ if query.contains("list-type=2") => Kind::List,
        _ => Kind::Get,
    }
}

fn dropped() -> HttpError {
    HttpError::new("the connection is dropped".into())
}

/// An answer as S3 gives it; the request's body is read, so that the connection
/// stays of use.
async fn failure(request: Request<Incoming>, status: u16) -> Result<Response<Body>, HttpError> {
    let _ = request.into_body().collect().await;
    let code = match status {
        409 => "ConditionalRequestConflict",
        503 => "SlowDown",
        _ => "InternalError",
    };
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <Error><Code>{code}</Code><Message>as the test wants it</Message></Error>"
    );
    let response = Response::builder().status(status).body(Body::from(body));
    response.map_err(|error| HttpError::new(error.into()))
}

/// The same answer with half of its body, and then the connection ends.
async fn cut_off(response: Response<Body>) -> Result<Response<Body>, HttpError> {
    let (mut parts, body) = response.into_parts();
    let body = body.collect().await.map_err(HttpError::new)?.to_bytes();
    if body.is_empty() {
        return Err(dropped());
    }
    parts.headers.insert(
        header::CONTENT_LENGTH,
        header::HeaderValue::from(body.len()),
    );
    let half = body.slice(..body.len() / 2);
    let frames = stream::unfold(Some(half), |half| async {
        match half {
            Some(half) if !half.is_empty() => Some((Ok(Frame::data(half)), Some(Bytes::new()))),
            // What was written before has to be on its way by then.
            Some(_) => {
                tokio::time::sleep(UNDER_WAY).await;
                Some((
                    Err(std::io::Error::other("the connection is dropped")),
                    None,
                ))
            }
            None => None,
        }
    });
    let body = Body::http_body_unsync(StreamBody::new(Box::pin(frames)));
    Ok(Response::from_parts(parts, body))
}
