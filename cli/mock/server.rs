//! The control API as an HTTP server.

use std::sync::Arc;

use hyper::body::Incoming;
use hyper::header::HOST;
use hyper::http::request::Parts;
use hyper::{Request, Response};
use pactwork_consumer::server::{Disconnect, Guard, Handler, Outgoing, received_whole};

use super::answer::{Answered, response};
use super::api::{Api, Call};
use super::problem::{Kind, Problem};
use super::route::Route;

/// The largest definition that is read.
const LARGEST_BODY: usize = 64 * 1024 * 1024;

/// Answers those who may ask.
#[derive(Debug)]
pub struct Control {
    api: Arc<Api>,
    guard: Guard,
}

impl Control {
    pub fn new(api: Arc<Api>, guard: Guard) -> Self {
        Self { api, guard }
    }

    async fn answered(&self, request: Request<Incoming>) -> Answered {
        let (head, body) = request.into_parts();
        self.guard.check(&head)?;
        let route = Route::of(head.method.as_str(), head.uri.path())?;
        let base = base(&head);
        let (_, body) = received_whole(Request::from_parts(head, body), LARGEST_BODY).await;
        let body = body?.into();
        let call = Call { route, base, body };
        let api = Arc::clone(&self.api);
        tokio::task::spawn_blocking(move || api.answer(&call))
            .await
            .unwrap_or_else(|reason| Err(Problem::of(Kind::Internal, reason)))
    }
}

impl Handler for Control {
    async fn answer(&self, request: Request<Incoming>) -> Result<Response<Outgoing>, Disconnect> {
        Ok(response(self.answered(request).await))
    }
}

/// How the client calls this server. The guard has looked at the header.
fn base(head: &Parts) -> String {
    let host = head.headers.get(HOST).and_then(|host| host.to_str().ok());
    format!("http://{}", host.unwrap_or_default())
}
