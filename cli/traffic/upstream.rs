use reqwest::header::HeaderValue;
use url::Url;

/// The provider that requests are forwarded to: its origin, and perhaps a path that
/// all of its paths begin with.
#[derive(Debug, Clone)]
pub struct Upstream {
    /// Without a slash at the end.
    base: String,
}

impl Upstream {
    /// The error is a clause that does not repeat the URL, which may hold a password.
    pub fn new(url: &Url) -> Result<Self, &'static str> {
        if !url.username().is_empty() || url.password().is_some() {
            return Err("expected a URL without user and password: the consumer sends them");
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err("expected a URL without query and fragment");
        }
        Ok(Self {
            base: url.as_str().trim_end_matches('/').to_owned(),
        })
    }

    /// Where a request goes; the error is a sentence.
    pub fn url(&self, path_and_query: &str) -> Result<Url, String> {
        let path = match path_and_query.starts_with('/') {
            true => path_and_query,
            false => "/",
        };
        Url::parse(&format!("{}{path}", self.base))
            .map_err(|reason| format!("the path cannot be forwarded: {reason}"))
    }

    /// Where an answer leads: to this proxy, if it would lead past it.
    pub fn location(&self, location: &HeaderValue, proxy: &str) -> Option<HeaderValue> {
        let rest = location.to_str().ok()?.strip_prefix(&self.base)?;
        let inside = rest.is_empty() || rest.starts_with(['/', '?', '#']);
        inside
            .then(|| HeaderValue::from_str(&format!("{proxy}{rest}")).ok())
            .flatten()
    }
}

impl std::fmt::Display for Upstream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.base)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_below_the_upstream() {
        for (base, path, expected) in [
            (
                "http://a.example",
                "/orders/7?x=1",
                "http://a.example/orders/7?x=1",
            ),
            (
                "http://a.example/v2/",
                "/orders",
                "http://a.example/v2/orders",
            ),
            ("http://a.example", "*", "http://a.example/"),
            (
                "http://a.example",
                "/a%2Fb?q=%20+",
                "http://a.example/a%2Fb?q=%20+",
            ),
        ] {
            let upstream = Upstream::new(&Url::parse(base).unwrap()).unwrap();
            assert_eq!(upstream.url(path).unwrap().as_str(), expected);
        }
    }

    #[test]
    fn redirects_to_the_upstream_lead_to_the_proxy() {
        let upstream = Upstream::new(&Url::parse("http://a.example:80/v2").unwrap()).unwrap();
        for (location, expected) in [
            (
                "http://a.example/v2/orders/7",
                Some("http://proxy/orders/7"),
            ),
            ("http://a.example/v2", Some("http://proxy")),
            ("http://a.example/v20", None),
            ("http://b.example/v2/orders", None),
            ("/orders/7", None),
        ] {
            let found = upstream.location(&HeaderValue::from_static(location), "http://proxy");
            assert_eq!(
                found.as_ref().map(|value| value.to_str().unwrap()),
                expected
            );
        }
    }
}
