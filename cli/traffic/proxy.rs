//! A proxy that passes requests on to the provider and answers back, and observes both.

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderValue, LOCATION};
use hyper::http::request::Parts;
use hyper::{Method, Request, Response, StatusCode};
use pactwork_consumer::draft::Observation;
use pactwork_consumer::server::{Disconnect, Handler, Outgoing, streamed, whole};
use reqwest::Client;
use reqwest::redirect::Policy;
use serde_json::json;

use super::bodies::{Seen, Watched, Watching, take};
use super::headers::{codings, end_to_end, forwarded, observed};
use super::journal::Underway;
use super::{Filter, Journal, Upstream};
use crate::webhook::said;

/// How long it may take to reach the provider; how long it takes to answer is its business.
const CONNECTING: Duration = Duration::from_secs(10);

/// Forwards and observes.
#[derive(Debug)]
pub struct Proxy {
    client: Client,
    upstream: Upstream,
    filter: Filter,
    body_limit: usize,
    journal: Arc<Journal>,
    /// Where it listens itself.
    url: OnceLock<String>,
}

/// What a request was, for the observation.
struct Asked {
    method: String,
    path: String,
    query: Option<String>,
    headers: Vec<(String, String)>,
    codings: String,
    body: Watched,
    _underway: Underway,
}

impl Proxy {
    /// The error is a sentence.
    pub fn new(
        upstream: Upstream,
        filter: Filter,
        body_limit: usize,
        journal: Arc<Journal>,
    ) -> Result<Self, String> {
        // Fails where a provider is installed already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .connect_timeout(CONNECTING)
            .redirect(Policy::none())
            .no_gzip()
            .no_brotli()
            .no_deflate()
            .no_zstd()
            .build()
            .map_err(|error| format!("cannot send requests: {}", said(&error)))?;
        Ok(Self {
            client,
            upstream,
            filter,
            body_limit,
            journal,
            url: OnceLock::new(),
        })
    }

    async fn forward(
        &self,
        head: &Parts,
        body: Incoming,
        seen: Watched,
    ) -> Result<reqwest::Response, String> {
        if head.method == Method::CONNECT {
            return Err(
                "this is no proxy for CONNECT: use its URL in place of the provider's".into(),
            );
        }
        let target = head.uri.path_and_query();
        let url = self
            .upstream
            .url(target.map_or("/", |target| target.as_str()))?;
        let body = Watching::new(body, self.body_limit, seen);
        let mut request = self
            .client
            .request(head.method.clone(), url)
            .headers(forwarded(&head.headers));
        if !hyper::body::Body::is_end_stream(&body) {
            request = request.body(reqwest::Body::wrap(body));
        }
        request.send().await.map_err(|error| said(&error))
    }

    fn answered(&self, answer: reqwest::Response, asked: Option<Asked>) -> Response<Outgoing> {
        let answer: hyper::http::Response<reqwest::Body> = answer.into();
        let (head, body) = answer.into_parts();
        let watched = Watched::default();
        let observing = self.observing(&head, asked, watched.clone());
        let body = Watching::new(body, self.body_limit, watched).then(observing);
        let mut response = Response::new(streamed(body));
        *response.status_mut() = head.status;
        *response.headers_mut() = end_to_end(&head.headers);
        let ours = self.url.get().map_or("", String::as_str);
        if let Some(location) = response.headers_mut().get_mut(LOCATION)
            && let Some(here) = self.upstream.location(location, ours)
        {
            *location = here;
        }
        response
    }

    /// What is done once an answer has passed.
    fn observing(
        &self,
        head: &hyper::http::response::Parts,
        asked: Option<Asked>,
        answer: Watched,
    ) -> impl FnOnce() + Send + Sync + 'static {
        let (status, headers) = (head.status.as_u16(), observed(&head.headers));
        let codings = codings(&head.headers);
        let (limit, journal) = (self.body_limit, self.journal.clone());
        move || {
            let Some(asked) = asked else {
                return;
            };
            let (sent, received) = (take(&asked.body), take(&answer));
            if let Err(reason) = both_whole(&sent, &received) {
                return journal.leave_out(&asked.method, &asked.path, reason);
            }
            journal.observe(&Observation {
                method: asked.method,
                path: asked.path,
                query: asked.query,
                request_headers: asked.headers,
                request_body: sent.observed(&asked.codings, limit),
                status,
                response_headers: headers,
                response_body: received.observed(&codings, limit),
            });
        }
    }
}

fn both_whole(sent: &Seen, received: &Seen) -> Result<(), &'static str> {
    match (sent.is_whole, received.is_whole) {
        (true, true) => Ok(()),
        (false, _) => Err("its body was not sent whole"),
        (true, false) => Err("its answer was not received whole"),
    }
}

impl Handler for Proxy {
    async fn answer(&self, request: Request<Incoming>) -> Result<Response<Outgoing>, Disconnect> {
        let (head, body) = request.into_parts();
        let seen = Watched::default();
        let asked = self.filter.keeps(head.uri.path()).then(|| Asked {
            method: head.method.as_str().into(),
            path: head.uri.path().into(),
            query: head.uri.query().map(String::from),
            headers: observed(&head.headers),
            codings: codings(&head.headers),
            body: seen.clone(),
            _underway: self.journal.begin(),
        });
        match self.forward(&head, body, seen).await {
            Ok(answer) => Ok(self.answered(answer, asked)),
            Err(reason) => {
                if asked.is_some() {
                    let why = "the provider could not be asked";
                    self.journal
                        .leave_out(head.method.as_str(), head.uri.path(), why);
                }
                Ok(self.not_forwarded(&reason))
            }
        }
    }

    fn listening(&self, address: SocketAddr) {
        let _ = self.url.set(format!("http://{address}"));
    }
}

impl Proxy {
    fn not_forwarded(&self, reason: &str) -> Response<Outgoing> {
        let error = json!({
            "error": format!("pactwork record could not forward this request to {}: {reason}", self.upstream),
        });
        let mut response = Response::new(whole(format!("{error:#}\n")));
        *response.status_mut() = StatusCode::BAD_GATEWAY;
        let json = HeaderValue::from_static("application/json");
        response.headers_mut().insert(CONTENT_TYPE, json);
        response
    }
}
