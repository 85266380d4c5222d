//! What a browser has to be told before it lets a page of another origin see an answer
//! (Fetch standard, section 3.2, "CORS protocol").

use hyper::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, HeaderMap, HeaderName, HeaderValue, ORIGIN, VARY,
};
use hyper::http::request::Parts;
use hyper::{Method, Response, StatusCode};

use super::{Outgoing, whole};

const REQUEST_PRIVATE_NETWORK: HeaderName =
    HeaderName::from_static("access-control-request-private-network");
const ALLOW_PRIVATE_NETWORK: HeaderName =
    HeaderName::from_static("access-control-allow-private-network");

/// Lets pages of other origins ask a server and read its answers.
///
/// Whatever method and headers a preflight asks for are allowed, and credentials, so
/// that nothing but the pact decides what a consumer may send.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[must_use]
pub struct Cors {
    /// Empty for all.
    origins: Vec<String>,
}

impl Cors {
    /// Pages of any origin.
    pub fn any_origin() -> Self {
        Self::default()
    }

    /// Pages of these origins alone: `http://localhost:3000`, without a slash at the end.
    pub fn origins(origins: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let origins = origins.into_iter().map(Into::into);
        Self {
            origins: origins.collect(),
        }
    }

    /// Whether this asks if another request may be sent.
    pub fn is_preflight(head: &Parts) -> bool {
        head.method == Method::OPTIONS
            && head.headers.contains_key(ORIGIN)
            && head.headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
    }

    /// Whether the request comes from no page, or from one that is allowed.
    ///
    /// # Errors
    /// A sentence that names the origin and those that are allowed.
    pub fn check(&self, head: &Parts) -> Result<(), String> {
        let Some(origin) = head.headers.get(ORIGIN) else {
            return Ok(());
        };
        if self.allows(origin) {
            return Ok(());
        }
        Err(format!(
            "the origin {origin:?} is not among those that CORS is for: {}",
            self.origins.join(", ")
        ))
    }

    /// The answer to a preflight, without the headers of [`permit`](Self::permit).
    pub fn preflight(head: &Parts) -> Response<Outgoing> {
        let mut response = Response::new(whole(""));
        *response.status_mut() = StatusCode::NO_CONTENT;
        let asked = &head.headers;
        let headers = response.headers_mut();
        for (asked_for, allowed) in [
            (ACCESS_CONTROL_REQUEST_METHOD, ACCESS_CONTROL_ALLOW_METHODS),
            (ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_ALLOW_HEADERS),
            (REQUEST_PRIVATE_NETWORK, ALLOW_PRIVATE_NETWORK),
        ] {
            if let Some(value) = asked.get(asked_for) {
                headers.insert(allowed, value.clone());
            }
        }
        response
    }

    /// Lets the page that sent the request read this answer, with all of its headers.
    /// What the answer says of CORS itself stays.
    pub fn permit(&self, head: &Parts, headers: &mut HeaderMap) {
        let Some(origin) = head.headers.get(ORIGIN) else {
            return;
        };
        headers.append(VARY, HeaderValue::from_static("Origin"));
        if headers.contains_key(ACCESS_CONTROL_ALLOW_ORIGIN) || !self.allows(origin) {
            return;
        }
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        let credentials = HeaderValue::from_static("true");
        headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, credentials);
        if !headers.contains_key(ACCESS_CONTROL_EXPOSE_HEADERS) {
            let exposed = names(headers);
            headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
        }
    }

    fn allows(&self, origin: &HeaderValue) -> bool {
        let same = |allowed: &String| allowed.as_bytes().eq_ignore_ascii_case(origin.as_bytes());
        self.origins.is_empty() || self.origins.iter().any(same)
    }
}

fn names(headers: &HeaderMap) -> HeaderValue {
    let names: Vec<_> = headers.keys().map(HeaderName::as_str).collect();
    let names = names.join(", ");
    HeaderValue::from_str(&names).unwrap_or_else(|_| HeaderValue::from_static(""))
}
