use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::{HeaderMap, Method, Request, Response, StatusCode, Uri};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{Builder, Client, ResponseFuture};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use serde_json::Value;
use tokio::time::{Instant, timeout_at};

#[cfg(feature = "tls")]
use super::tls::TlsClient;
use super::{HttpError, HttpOptions, body, redirect};
use crate::filter::{Asked, OutgoingRequest};

/// Connections that were idle for longer are not used again: many servers close
/// theirs after five seconds.
const IDLE: Duration = Duration::from_secs(3);

/// One pool of connections.
///
/// A request is sent again, on a new connection, only where the one from the pool was
/// closed before a byte of it was written: nobody can have acted on it.
#[derive(Debug, Clone)]
pub(crate) struct HttpClient {
    plain: Client<HttpConnector, Full<Bytes>>,
    #[cfg(feature = "tls")]
    tls: Arc<TlsClient>,
    options: Arc<HttpOptions>,
}

/// A request, as often as it is to be sent.
#[derive(Debug, Clone)]
pub(crate) struct Outgoing {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// Headers that are for the first server alone.
    pub(crate) confidential: Vec<HeaderName>,
}

/// An answer that was received whole.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl HttpClient {
    pub(crate) fn new(options: HttpOptions) -> Self {
        let plain = client_builder(&options).build(connector(&options));
        Self {
            plain,
            #[cfg(feature = "tls")]
            tls: Arc::default(),
            options: Arc::new(options),
        }
    }

    /// A client that gives each request, from sending it to the body's last byte, this long.
    pub(crate) fn within(timeout: Duration) -> Self {
        Self::new(HttpOptions::new().timeout(timeout))
    }

    pub(crate) fn options(&self) -> &HttpOptions {
        &self.options
    }

    pub(crate) async fn get(&self, uri: Uri) -> Result<Answered, HttpError> {
        let sent = Outgoing {
            method: Method::GET,
            uri,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            confidential: Vec::new(),
        };
        self.send(sent).await
    }

    /// Posts JSON, as this client's filters change it.
    pub(crate) async fn post_json(&self, uri: Uri, body: &Value) -> Result<Answered, HttpError> {
        let json = HeaderValue::from_static("application/json");
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, json)]);
        self.posted(uri, headers, body.to_string().into()).await
    }

    /// Posts nothing, as this client's filters change it.
    pub(crate) async fn post(&self, uri: Uri) -> Result<Answered, HttpError> {
        self.posted(uri, HeaderMap::new(), Bytes::new()).await
    }

    async fn posted(
        &self,
        uri: Uri,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<Answered, HttpError> {
        let mut request = Outgoing {
            method: Method::POST,
            uri,
            headers,
            body,
            confidential: Vec::new(),
        };
        if !self.options.filters.is_empty() {
            request = self.filtered(request).await.map_err(HttpError::Filter)?;
        }
        self.send(request).await
    }

    async fn filtered(&self, sent: Outgoing) -> Result<Outgoing, String> {
        let mut request = OutgoingRequest::of(&sent);
        let asked = Asked::default();
        request.pass(&self.options.filters, &asked).await?;
        request.sent_instead_of(&sent)
    }

    pub(crate) async fn send(&self, sent: Outgoing) -> Result<Answered, HttpError> {
        let deadline = Instant::now() + self.options.timeout;
        if self.options.redirects == 0 {
            return self.exchange(sent, deadline).await;
        }
        self.follow(sent, deadline).await
    }

    async fn follow(&self, mut sent: Outgoing, deadline: Instant) -> Result<Answered, HttpError> {
        for _ in 0..=self.options.redirects {
            let answer = self.exchange(sent.clone(), deadline).await?;
            let next = redirect::next(&sent, answer.status, &answer.headers);
            match next.map_err(HttpError::Redirect)? {
                Some(next) => sent = next,
                None => return Ok(answer),
            }
        }
        Err(HttpError::Redirect(format!(
            "more than {} redirects, the last one to {}",
            self.options.redirects, sent.uri
        )))
    }

    async fn exchange(&self, sent: Outgoing, deadline: Instant) -> Result<Answered, HttpError> {
        let options = &self.options;
        let mut request = Request::new(Full::new(sent.body));
        *request.method_mut() = sent.method;
        *request.uri_mut() = sent.uri;
        *request.headers_mut() = sent.headers;
        let answer = timeout_at(deadline, self.request(request)?).await;
        let answer: Response<Incoming> =
            answer
                .map_err(|_| HttpError::Timeout(options.timeout))?
                .map_err(|reason| HttpError::no_answer(&reason, options.http2))?;
        let (head, body) = answer.into_parts();
        Ok(Answered {
            status: head.status,
            headers: head.headers,
            body: body::read(head.status, body, options, deadline).await?,
        })
    }

    fn request(&self, request: Request<Full<Bytes>>) -> Result<ResponseFuture, HttpError> {
        #[cfg(feature = "tls")]
        if request.uri().scheme() == Some(&hyper::http::uri::Scheme::HTTPS) {
            return self.tls.request(request, &self.options);
        }
        Ok(self.plain.request(request))
    }
}

pub(super) fn connector(options: &HttpOptions) -> HttpConnector {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    connector.enforce_http(false);
    connector.set_connect_timeout(options.connect_timeout);
    connector
}

pub(super) fn client_builder(options: &HttpOptions) -> Builder {
    let mut builder = Client::builder(TokioExecutor::new());
    builder
        .pool_timer(TokioTimer::new())
        .timer(TokioTimer::new())
        .pool_idle_timeout(IDLE);
    #[cfg(feature = "http2")]
    builder.http2_only(options.http2);
    #[cfg(not(feature = "http2"))]
    let _ = options;
    builder
}

impl Answered {
    pub(crate) fn is_success(&self) -> bool {
        self.status.is_success()
    }

    /// One line for an error: the status and the beginning of the body.
    pub(crate) fn in_short(&self) -> String {
        const SHOWN: usize = 1000;
        let body = String::from_utf8_lossy(&self.body);
        let body = body.trim();
        let shown: String = body.chars().take(SHOWN).collect();
        match (shown.is_empty(), shown.len() < body.len()) {
            (true, _) => format!("{} without a body", self.status),
            (_, false) => format!("{}: {shown}", self.status),
            (_, true) => format!("{}: {shown}…", self.status),
        }
    }
}
