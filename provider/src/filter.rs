//! Changes of requests before they are sent.

mod command;
mod fixed;
mod http;

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use hyper::header::{CONTENT_LENGTH, HeaderName, HeaderValue, TRANSFER_ENCODING};
use hyper::{HeaderMap, Method};
use pactwork_contract::Interaction;
use thiserror::Error;

pub use command::{HeaderCommand, HeaderCommandOptions};
pub use fixed::FixedHeaders;
pub use http::HttpFilter;

use crate::http::{BaseUrl, Outgoing};

/// Changes requests before they are sent: adds a token, signs, calls another path.
///
/// What it makes of an interaction's request is replayed in its place, so that a pact can be
/// verified whose consumer did not know the token. Any
/// `Fn(&mut OutgoingRequest) -> Result<(), FilterError>` is one:
///
/// ```
/// use pactwork_provider::{OutgoingRequest, Target, Verifier};
///
/// let verifier = Verifier::new(Target::at("http://127.0.0.1:8080"))
///     .request_filter(|request: &mut OutgoingRequest| {
///         request.path = format!("/v2{}", request.path);
///         request.set_header("X-Length", request.body.len().to_string());
///         Ok(())
///     });
/// # drop(verifier);
/// ```
#[async_trait]
pub trait RequestFilter: Send + Sync {
    /// Changes a request, or leaves it as it is.
    ///
    /// # Errors
    /// A [`FilterError`] says why it cannot be sent. The interaction is then one that could
    /// not be verified, never one that failed.
    async fn filter(
        &self,
        request: &mut OutgoingRequest,
        asked: &Asked<'_>,
    ) -> Result<(), FilterError>;
}

#[async_trait]
impl<F> RequestFilter for F
where
    F: Fn(&mut OutgoingRequest) -> Result<(), FilterError> + Send + Sync,
{
    async fn filter(
        &self,
        request: &mut OutgoingRequest,
        _asked: &Asked<'_>,
    ) -> Result<(), FilterError> {
        self(request)
    }
}

/// What a request is sent for.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct Asked<'a> {
    /// The interaction that is replayed; `None` for a call that sets a state or asks for a
    /// message.
    pub interaction: Option<&'a Interaction>,
}

impl<'a> Asked<'a> {
    pub(crate) fn of(interaction: &'a Interaction) -> Self {
        Self {
            interaction: Some(interaction),
        }
    }
}

/// Why a filter could not do its work.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct FilterError {
    message: String,
}

impl FilterError {
    /// This reason.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
        }
    }
}

/// A request as it is about to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OutgoingRequest {
    /// The method.
    pub method: String,
    /// The path below the base URL. What may not stand in a path is percent-encoded when it
    /// is sent; a `%` stays.
    pub path: String,
    /// The query, percent-encoded; the empty string for none.
    pub query: String,
    /// Names and values, in the order in which they are sent. `Content-Length` and
    /// `Transfer-Encoding` follow from the body and are left out.
    pub headers: Vec<(String, String)>,
    /// The body; empty for none.
    pub body: Bytes,
    /// Headers that a filter set or changed: another origin does not get them.
    confidential: Vec<String>,
}

impl OutgoingRequest {
    /// The value of a header, its name in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let found = headers.find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        Some(&found.1)
    }

    /// Sets a header in place of those with its name in any case.
    pub fn set_header(&mut self, name: impl Into<String>, value: impl Into<String>) {
        let name = name.into();
        self.remove_header(&name);
        self.headers.push((name, value.into()));
    }

    /// Removes the headers with this name in any case.
    pub fn remove_header(&mut self, name: &str) {
        self.headers
            .retain(|(known, _)| !known.eq_ignore_ascii_case(name));
    }

    pub(crate) fn new(method: &str, path: &str, query: String, body: Bytes) -> Self {
        Self {
            method: method.into(),
            path: path.into(),
            query,
            headers: Vec::new(),
            body,
            confidential: Vec::new(),
        }
    }

    /// A request of our own.
    pub(crate) fn of(sent: &Outgoing) -> Self {
        let query = sent.uri.query().unwrap_or_default().into();
        let mut request = Self::new(
            sent.method.as_str(),
            sent.uri.path(),
            query,
            sent.body.clone(),
        );
        let headers = sent.headers.iter().map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes());
            (name.to_string(), value.into_owned())
        });
        request.headers = headers.collect();
        request
    }

    /// Has filters change it, one after the other.
    pub(crate) async fn pass(
        &mut self,
        filters: &[Arc<dyn RequestFilter>],
        asked: &Asked<'_>,
    ) -> Result<(), String> {
        if filters.is_empty() {
            return Ok(());
        }
        let before = self.headers.clone();
        for filter in filters {
            let filtered = filter.filter(self, asked).await;
            filtered.map_err(|error| format!("the request could not be made ready: {error}"))?;
        }
        let changed = self
            .headers
            .iter()
            .filter(|header| !before.contains(header));
        self.confidential = changed.map(|(name, _)| name.clone()).collect();
        Ok(())
    }

    /// As it is sent to a provider, or why it cannot be sent.
    pub(crate) fn sent_to(self, base: &BaseUrl) -> Result<Outgoing, String> {
        let uri = base.join_with(&self.path, &self.query)?;
        self.sent(uri)
    }

    /// As it is sent where another one was about to be.
    pub(crate) fn sent_instead_of(self, sent: &Outgoing) -> Result<Outgoing, String> {
        let text = sent.uri.to_string();
        let origin = url::Url::parse(&text).map_err(|reason| format!("\"{text}\": {reason}"))?;
        let base = BaseUrl::origin(&origin);
        self.sent_to(&base)
    }

    fn sent(self, uri: hyper::Uri) -> Result<Outgoing, String> {
        let confidential = self.confidential.iter();
        Ok(Outgoing {
            method: Method::from_bytes(self.method.as_bytes())
                .map_err(|_| format!("\"{}\" is not an HTTP method", self.method))?,
            uri,
            confidential: confidential
                .filter_map(|name| HeaderName::from_bytes(name.as_bytes()).ok())
                .collect(),
            headers: headers(self.headers)?,
            body: self.body,
        })
    }
}

/// The headers without those that frame the body: they follow from how it is sent now.
fn headers(given: Vec<(String, String)>) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::with_capacity(given.len());
    for (name, value) in given {
        let parsed = HeaderName::from_bytes(name.as_bytes()).map_err(|_| {
            format!("the request cannot be sent: \"{name}\" is not a header's name")
        })?;
        if parsed == CONTENT_LENGTH || parsed == TRANSFER_ENCODING {
            continue;
        }
        headers.append(parsed, header_value(&name, &value)?);
    }
    Ok(headers)
}

fn header_value(name: &str, value: &str) -> Result<HeaderValue, String> {
    HeaderValue::from_bytes(value.as_bytes()).map_err(|_| {
        format!("the request cannot be sent: the value {value:?} of the header {name} holds control characters")
    })
}
