use std::net::IpAddr;

use hyper::Uri;
use hyper::header::{HOST, HeaderName, ORIGIN};
use hyper::http::request::Parts;
use thiserror::Error;

/// Keeps web pages from giving orders to a server on this machine. A browser sends
/// them on behalf of any page: the page's own name then stands in `Origin`, or in
/// `Host` where a foreign name was made to lead to this machine.
///
/// Names of this machine are always allowed: `localhost` and loopback addresses.
#[derive(Debug, Clone, Default)]
pub struct Guard {
    allowed: Vec<String>,
}

/// A request that does not come from where it may.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "the header {header} names \"{found}\", which is not this machine{allowed}: only this machine \
     may ask this"
)]
pub struct Foreign {
    /// `host` or `origin`.
    pub header: &'static str,
    /// What it names.
    pub found: String,
    /// Which other names would do, as the end of a sentence.
    allowed: String,
}

impl Guard {
    /// Allows one more name or address, without port.
    #[must_use]
    pub fn allow(mut self, name: impl Into<String>) -> Self {
        let name = name.into().to_ascii_lowercase();
        if !is_this_machine(&name) {
            self.allowed.push(name);
        }
        self
    }

    /// Whether `Host` (or the authority of HTTP/2) and, where there is one, `Origin`
    /// name this machine or what is allowed.
    ///
    /// # Errors
    /// [`Foreign`].
    pub fn check(&self, head: &Parts) -> Result<(), Foreign> {
        let authority = head.uri.authority().map(ToString::to_string);
        let host = authority.or_else(|| text(head, HOST)).unwrap_or_default();
        self.check_name("host", &host, &host)?;
        let Some(origin) = text(head, ORIGIN) else {
            return Ok(());
        };
        let (_, authority) = origin.split_once("://").unwrap_or_default();
        self.check_name("origin", authority, &origin)
    }

    fn check_name(
        &self,
        header: &'static str,
        authority: &str,
        found: &str,
    ) -> Result<(), Foreign> {
        let name = name_of(authority);
        if is_this_machine(&name) || self.allowed.contains(&name) {
            return Ok(());
        }
        Err(Foreign {
            header,
            found: found.into(),
            allowed: match self.allowed.is_empty() {
                true => String::new(),
                false => format!(" (nor {})", self.allowed.join(", ")),
            },
        })
    }
}

fn text(head: &Parts, name: HeaderName) -> Option<String> {
    let value = head.headers.get(name)?;
    Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// The host of an authority, without port and brackets, in lower case.
fn name_of(authority: &str) -> String {
    let uri: Option<Uri> = format!("http://{authority}/").parse().ok();
    let host = uri.as_ref().and_then(Uri::host).unwrap_or_default();
    host.trim_matches(['[', ']']).to_ascii_lowercase()
}

fn is_this_machine(name: &str) -> bool {
    let is_loopback = |address: IpAddr| address.is_loopback();
    name == "localhost" || name.ends_with(".localhost") || name.parse().is_ok_and(is_loopback)
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::Request;

    fn check(guard: &Guard, host: &str, origin: Option<&str>) -> Result<(), String> {
        let mut request = Request::get("/").header("Host", host);
        if let Some(origin) = origin {
            request = request.header("Origin", origin);
        }
        let (head, ()) = request.body(()).unwrap().into_parts();
        guard.check(&head).map_err(|foreign| foreign.to_string())
    }

    #[test]
    fn this_machine_may_ask() {
        for (host, origin) in [
            ("localhost:8080", None),
            ("127.0.0.1:1", Some("http://localhost:3000")),
            ("[::1]:8080", Some("http://[::1]:8080")),
            ("LOCALHOST", Some("https://app.localhost")),
            ("mock", None),
        ] {
            let guard = Guard::default().allow("mock");
            assert_eq!(check(&guard, host, origin), Ok(()), "{host} {origin:?}");
        }
    }

    #[test]
    fn names_that_are_allowed_beside_this_machines_are_said() {
        let guard = Guard::default().allow("127.0.0.1").allow("Mock");
        assert_eq!(check(&guard, "mock:80", None), Ok(()));
        assert_eq!(
            check(&guard, "evil.example", None).unwrap_err(),
            "the header host names \"evil.example\", which is not this machine (nor mock): only this \
             machine may ask this"
        );
    }

    #[test]
    fn nobody_else_may() {
        for (host, origin, found) in [
            (
                "evil.example",
                None,
                "the header host names \"evil.example\"",
            ),
            ("localhost.evil.example:80", None, "the header host names"),
            ("", None, "the header host names \"\""),
            (
                "localhost",
                Some("http://evil.example"),
                "the header origin names \"http://evil.example\"",
            ),
            (
                "localhost",
                Some("null"),
                "the header origin names \"null\"",
            ),
            ("user@evil.example", None, "the header host names"),
            ("localhost@evil.example", None, "the header host names"),
        ] {
            let refused = check(&Guard::default(), host, origin).unwrap_err();
            assert!(refused.starts_with(found), "{refused}");
        }
    }
}
