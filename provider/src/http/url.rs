use std::net::SocketAddr;

use hyper::Uri;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use thiserror::Error;

/// What may not stand in a path as it is (RFC 3986, 3.3). A `%` stays: the path
/// of a pact is percent-encoded already.
const NOT_IN_PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// A URL that requests cannot be sent to.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("\"{url}\" is not a URL that requests can be sent to: {reason}")]
pub struct UrlError {
    /// The URL as given.
    pub url: String,
    /// What is wrong with it.
    pub reason: String,
}

/// Reads an absolute `http:` or, with TLS, `https:` URL.
fn parse(text: &str) -> Result<url::Url, UrlError> {
    let error = |reason: String| UrlError {
        url: text.into(),
        reason,
    };
    let url = url::Url::parse(text).map_err(|reason| {
        error(format!(
            "{reason}; expected something like http://127.0.0.1:8080"
        ))
    })?;
    match url.scheme() {
        "http" | "https" if !url.username().is_empty() || url.password().is_some() => {
            Err(error("it holds a user name or password".into()))
        }
        "http" => Ok(url),
        "https" if cfg!(feature = "tls") => Ok(url),
        other => Err(error(format!(
            "its scheme is \"{other}\", expected {}",
            expected_schemes()
        ))),
    }
}

fn expected_schemes() -> &'static str {
    match cfg!(feature = "tls") {
        true => "\"http\" or \"https\"",
        false => "\"http\" (\"https\" is behind the cargo feature \"tls\")",
    }
}

/// Where to send requests to.
#[derive(Debug, Clone)]
pub(crate) enum Place {
    /// Always there.
    Url(Uri),
    /// A path on whichever instance of the provider is asked.
    OnProvider(String),
}

impl Place {
    /// Reads an absolute URL, or a path that begins with `/`.
    pub(crate) fn parse(text: &str) -> Result<Self, UrlError> {
        if text.starts_with('/') {
            return Ok(Self::OnProvider(text.into()));
        }
        Self::url(text)
    }

    /// Reads an absolute URL.
    pub(crate) fn url(text: &str) -> Result<Self, UrlError> {
        let url = parse(text)?;
        let uri = url.as_str().parse().map_err(|reason| UrlError {
            url: text.into(),
            reason: format!("{reason}"),
        })?;
        Ok(Self::Url(uri))
    }

    /// The URL of it for an instance that listens at this base URL.
    pub(crate) fn on(&self, base_url: Option<&str>) -> Result<Uri, String> {
        match (self, base_url) {
            (Self::Url(uri), _) => Ok(uri.clone()),
            (Self::OnProvider(path), Some(base)) => {
                let text = format!("{}{path}", base.trim_end_matches('/'));
                text.parse()
                    .map_err(|reason| format!("\"{text}\" is not a URL: {reason}"))
            }
            (Self::OnProvider(path), None) => Err(format!(
                "{path} is a path on the provider, and it is not known where the provider is"
            )),
        }
    }
}

/// Where a provider's paths begin.
#[derive(Debug, Clone)]
pub(crate) struct BaseUrl(String);

impl BaseUrl {
    pub(crate) fn parse(text: &str) -> Result<Self, UrlError> {
        let url = parse(text)?;
        if url.query().is_some() || url.fragment().is_some() {
            return Err(UrlError {
                url: text.into(),
                reason: "a base URL ends with its path, without ? and #".into(),
            });
        }
        Ok(Self(url.as_str().trim_end_matches('/').into()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Where a server's paths begin.
    pub(crate) fn origin(url: &url::Url) -> Self {
        Self(url.origin().ascii_serialization())
    }

    pub(crate) fn at(address: SocketAddr) -> Self {
        Self(format!("http://{address}"))
    }

    /// The URL of a path, which is encoded as far as it needs to be; or what is wrong with it.
    pub(crate) fn join(&self, path: &str) -> Result<Uri, String> {
        self.join_with(path, "")
    }

    /// The same with a query that is encoded already; the empty string for none.
    pub(crate) fn join_with(&self, path: &str, query: &str) -> Result<Uri, String> {
        let slash = if path.starts_with('/') { "" } else { "/" };
        let mark = if query.is_empty() { "" } else { "?" };
        let encoded = utf8_percent_encode(path, NOT_IN_PATH);
        let text = format!("{}{slash}{encoded}{mark}{query}", self.0);
        text.parse()
            .map_err(|reason| format!("\"{text}\" is not a URL: {reason}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_put_behind_the_base_and_encoded_once() {
        for (base, path, expected) in [
            ("http://h:1", "/a", "http://h:1/a"),
            ("http://h:1/", "a", "http://h:1/a"),
            ("http://h:1/api/", "/a%20b", "http://h:1/api/a%20b"),
            ("http://h:1", "/ä b?{c}", "http://h:1/%C3%A4%20b%3F%7Bc%7D"),
            ("http://[::1]:1", "/", "http://[::1]:1/"),
        ] {
            let base = BaseUrl::parse(base).unwrap();
            assert_eq!(base.join(path).unwrap().to_string(), expected);
        }
    }

    #[test]
    fn a_base_url_that_cannot_be_used_is_refused() {
        for (text, expected) in [
            (
                "localhost:80",
                "its scheme is \"localhost\", expected \"http\" or \"https\"",
            ),
            (
                "/orders",
                "relative URL without a base; expected something like http://127.0.0.1:8080",
            ),
            ("https://me:x@h", "it holds a user name or password"),
            ("http://me:x@h", "it holds a user name or password"),
            (
                "http://h/a?b",
                "a base URL ends with its path, without ? and #",
            ),
        ] {
            assert_eq!(BaseUrl::parse(text).unwrap_err().reason, expected);
        }
    }
}
