//! The hosts that requests may go to. HTTPS is needed, but for this machine and for
//! what the configuration names with `http://`.

use reqwest::Url;

/// The list of the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedHosts(Vec<Allowed>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Allowed {
    host: String,
    /// Any, where none is named.
    port: Option<u16>,
    may_be_plain: bool,
}

impl AllowedHosts {
    /// Reads `ci.example.com`, `ci.example.com:8443` or `http://ci.internal:8080`.
    pub fn parse(entries: &[String]) -> Result<Self, String> {
        let allowed = entries.iter().map(|entry| {
            Allowed::parse(entry).ok_or_else(|| {
                format!(
                    "expected a host such as ci.example.com or ci.example.com:8443 \
                     (http://ci.example.com to allow it without TLS), found \"{entry}\""
                )
            })
        });
        allowed.collect::<Result<_, _>>().map(Self)
    }

    /// Whether a request may go there; the error is a sentence without the URL,
    /// which may hold a secret.
    pub fn permit(&self, url: &Url) -> Result<(), String> {
        let is_plain = match url.scheme() {
            "https" => false,
            "http" => true,
            other => return Err(format!("expected an https URL, found {other}:")),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err("the URL names a user; send credentials in a header".into());
        }
        let host = url.host_str().unwrap_or_default();
        let port = url.port_or_known_default();
        let mut known = self.0.iter().filter(|allowed| {
            allowed.host == host && (allowed.port.is_none() || allowed.port == port)
        });
        let Some(first) = known.next() else {
            return Err(format!(
                "{} is not among notifications.allowed_hosts",
                named(url)
            ));
        };
        let may_be_plain = is_loopback(url) || first.may_be_plain || known.any(|a| a.may_be_plain);
        match is_plain && !may_be_plain {
            true => Err(format!(
                "{} would be sent without TLS; use https, or allow it as \"http://{host}\"",
                named(url)
            )),
            false => Ok(()),
        }
    }
}

impl Allowed {
    fn parse(entry: &str) -> Option<Self> {
        let (text, may_be_plain) = match entry.strip_prefix("http://") {
            Some(host) => (host, true),
            None => (entry.strip_prefix("https://").unwrap_or(entry), false),
        };
        if text.is_empty() || text.contains(['/', '*', '@', '?', '#', '\\']) {
            return None;
        }
        // Of another scheme no port is left out.
        let url = Url::parse(&format!("https://{text}")).ok()?;
        let port = match text.strip_suffix(":443") {
            Some(_) => Some(443),
            None => url.port(),
        };
        Some(Self {
            host: url.host_str()?.into(),
            port,
            may_be_plain,
        })
    }
}

/// Host and port, as a list would name them.
pub fn named(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.into(),
    }
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    let address = address.parse::<std::net::IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_listed_hosts_are_permitted_and_plain_ones_where_it_says_so() {
        let hosts = [
            "CI.example.com",
            "other.example.com:8443",
            "http://internal:8080",
            "127.0.0.1",
            "[::1]",
            "tls.example.com:443",
        ];
        let hosts = AllowedHosts::parse(&hosts.map(str::to_owned)).unwrap();
        for (url, error) in [
            ("https://ci.example.com/x", None),
            ("https://ci.example.com:9000/x", None),
            ("https://other.example.com:8443", None),
            ("https://tls.example.com", None),
            ("http://internal:8080/x", None),
            ("https://internal:8080/x", None),
            ("http://127.0.0.1:4711/x", None),
            ("http://[::1]:4711/x", None),
            (
                "https://other.example.com",
                Some("other.example.com is not among notifications.allowed_hosts"),
            ),
            (
                "https://tls.example.com:444",
                Some("tls.example.com:444 is not among"),
            ),
            ("http://internal/x", Some("internal is not among")),
            (
                "https://ci.example.com.evil.org",
                Some("ci.example.com.evil.org is not among"),
            ),
            (
                "https://evil.org/ci.example.com",
                Some("evil.org is not among"),
            ),
            (
                "https://ci.example.com@evil.org",
                Some("the URL names a user"),
            ),
            (
                "http://ci.example.com",
                Some("ci.example.com would be sent without TLS"),
            ),
            ("http://localhost:1", Some("localhost:1 is not among")),
            (
                "ftp://ci.example.com",
                Some("expected an https URL, found ftp:"),
            ),
        ] {
            let found = hosts.permit(&Url::parse(url).unwrap()).err();
            match (found, error) {
                (Some(found), Some(error)) => assert!(found.starts_with(error), "{url}: {found}"),
                (found, error) => assert_eq!(found.as_deref(), error, "{url}"),
            }
        }
    }

    #[test]
    fn an_entry_is_a_host() {
        for entry in ["", "a/b", "*.example.com", "u@h", "a b", "http://", "h:x"] {
            let error = AllowedHosts::parse(&[entry.to_owned()]).unwrap_err();
            assert!(error.ends_with(&format!("found \"{entry}\"")), "{error}");
        }
    }
}
