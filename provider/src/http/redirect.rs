//! Redirects (RFC 9110, 15.4).

use hyper::header::{
    AUTHORIZATION, CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_LOCATION, CONTENT_TYPE, COOKIE,
    HOST, HeaderName, LOCATION, PROXY_AUTHORIZATION,
};
use hyper::{HeaderMap, Method, StatusCode, Uri};

use super::client::Outgoing;

/// What says who asks.
const CREDENTIALS: [HeaderName; 3] = [AUTHORIZATION, COOKIE, PROXY_AUTHORIZATION];

/// What is about a body.
const OF_THE_BODY: [HeaderName; 4] = [
    CONTENT_ENCODING,
    CONTENT_LANGUAGE,
    CONTENT_LOCATION,
    CONTENT_TYPE,
];

/// The request to follow a redirect with: `None` where the answer is none, an error where
/// it leads nowhere.
pub(super) fn next(
    sent: &Outgoing,
    status: StatusCode,
    headers: &HeaderMap,
) -> Result<Option<Outgoing>, String> {
    let keeps = match status.as_u16() {
        301..=303 => false,
        307 | 308 => true,
        _ => return Ok(None),
    };
    let Some(location) = headers.get(LOCATION) else {
        return Ok(None);
    };
    let location = String::from_utf8_lossy(location.as_bytes());
    let uri = target(&sent.uri, &location).map_err(|reason| {
        format!("the answer has status {status} and leads to \"{location}\": {reason}")
    })?;
    let mut next = Outgoing {
        uri,
        ..sent.clone()
    };
    if !keeps && next.method != Method::GET && next.method != Method::HEAD {
        next.method = Method::GET;
        next.body = Default::default();
        OF_THE_BODY.iter().for_each(|name| {
            next.headers.remove(name);
        });
    }
    if origin(&next.uri) != origin(&sent.uri) {
        let secrets = CREDENTIALS.iter().chain([&HOST]).chain(&sent.confidential);
        for name in secrets {
            next.headers.remove(name);
        }
    }
    Ok(Some(next))
}

fn target(from: &Uri, location: &str) -> Result<Uri, String> {
    let base = url::Url::parse(&from.to_string()).map_err(|reason| reason.to_string())?;
    let mut url = base.join(location).map_err(|reason| reason.to_string())?;
    url.set_fragment(None);
    match url.scheme() {
        "http" => {}
        "https" if cfg!(feature = "tls") => {}
        other => return Err(format!("its scheme is \"{other}\"")),
    }
    url.as_str()
        .parse()
        .map_err(|reason| format!("it is not a URL: {reason}"))
}

fn origin(uri: &Uri) -> Option<url::Origin> {
    let url = url::Url::parse(&uri.to_string()).ok()?;
    Some(url.origin())
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use hyper::header::HeaderValue;

    use super::*;

    fn sent() -> Outgoing {
        let mut headers = HeaderMap::new();
        for name in ["authorization", "content-type", "host", "x-key", "x-other"] {
            headers.insert(name, HeaderValue::from_static("v"));
        }
        Outgoing {
            method: Method::POST,
            uri: Uri::from_static("http://h:1/a/b"),
            headers,
            body: Bytes::from_static(b"{}"),
            confidential: vec![HeaderName::from_static("x-key")],
        }
    }

    fn redirected(status: u16, location: &'static str) -> Result<Option<Outgoing>, String> {
        let headers = HeaderMap::from_iter([(LOCATION, HeaderValue::from_static(location))]);
        next(&sent(), StatusCode::from_u16(status).unwrap(), &headers)
    }

    #[test]
    fn a_redirect_keeps_the_request_or_asks_for_the_result() {
        for (status, method, body) in [
            (301, Method::GET, ""),
            (302, Method::GET, ""),
            (303, Method::GET, ""),
            (307, Method::POST, "{}"),
            (308, Method::POST, "{}"),
        ] {
            let next = redirected(status, "c?d").unwrap().unwrap();
            assert_eq!((&next.method, &next.body[..]), (&method, body.as_bytes()));
            assert_eq!(next.uri, "http://h:1/a/c?d");
            let kept = next.headers.contains_key(CONTENT_TYPE);
            assert_eq!(kept, !body.is_empty());
            assert!(next.headers.contains_key(AUTHORIZATION));
        }
        for status in [200, 300, 304] {
            assert!(redirected(status, "/").unwrap().is_none());
        }
    }

    #[test]
    fn another_origin_gets_no_secret() {
        let names = |location| {
            let next = redirected(307, location).unwrap().unwrap();
            let names = next.headers.keys().map(|name| name.as_str().to_owned());
            let mut names: Vec<_> = names.collect();
            names.sort_unstable();
            names
        };
        for location in ["http://h:2/", "http://other:1/", "//other/"] {
            assert_eq!(names(location), ["content-type", "x-other"], "{location}");
        }
        assert_eq!(names("http://h:1/c").len(), 5);
    }

    #[test]
    fn a_redirect_that_leads_nowhere_is_said() {
        let error = redirected(302, "ftp://h/").unwrap_err();
        assert_eq!(
            error,
            "the answer has status 302 Found and leads to \"ftp://h/\": its scheme is \"ftp\""
        );
    }
}
