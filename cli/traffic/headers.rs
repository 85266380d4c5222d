//! What a proxy does with headers.

use reqwest::header::{
    ACCEPT_ENCODING, CONNECTION, CONTENT_ENCODING, EXPECT, HOST, HeaderMap, HeaderName, HeaderValue,
};

use super::decode::CODINGS;

/// About one connection (RFC 9110, section 7.6.1).
const HOP_BY_HOP: &[&str] = &[
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Without what is about one connection.
pub fn end_to_end(headers: &HeaderMap) -> HeaderMap {
    let named: Vec<_> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|name| name.trim().to_ascii_lowercase())
        .collect();
    let goes = |name: &HeaderName| {
        let name = name.as_str();
        HOP_BY_HOP.contains(&name) || named.iter().any(|named| named == name)
    };
    let mut kept = HeaderMap::new();
    for (name, value) in headers.iter().filter(|(name, _)| !goes(name)) {
        kept.append(name.clone(), value.clone());
    }
    kept
}

/// The headers of a request as the provider gets them.
pub fn forwarded(headers: &HeaderMap) -> HeaderMap {
    let mut headers = end_to_end(headers);
    headers.remove(HOST);
    // The client is told to go on as soon as its body is read.
    headers.remove(EXPECT);
    let asked: Vec<_> = headers.get_all(ACCEPT_ENCODING).iter().cloned().collect();
    if !asked.is_empty() {
        headers.insert(ACCEPT_ENCODING, readable(&asked));
    }
    headers
}

/// Those of the asked codings that can be read here.
fn readable(asked: &[HeaderValue]) -> HeaderValue {
    let is_readable = |coding: &&str| {
        let name = coding.split(';').next().unwrap_or_default().trim();
        CODINGS.iter().any(|known| known.eq_ignore_ascii_case(name))
    };
    let asked = asked.iter().filter_map(|value| value.to_str().ok());
    let readable: Vec<_> = asked
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .filter(is_readable)
        .collect();
    let readable = match readable.is_empty() {
        true => "identity".into(),
        false => readable.join(", "),
    };
    HeaderValue::from_str(&readable).unwrap_or(HeaderValue::from_static("identity"))
}

/// Headers as an observation has them.
pub fn observed(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    headers
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), text(value)))
        .collect()
}

/// All of `Content-Encoding`.
pub fn codings(headers: &HeaderMap) -> String {
    let values = headers.get_all(CONTENT_ENCODING).iter();
    let values: Vec<_> = values.filter_map(|value| value.to_str().ok()).collect();
    values.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn what_is_about_one_connection_stays_here() {
        let found = forwarded(&headers(&[
            ("connection", "keep-alive, X-Own"),
            ("x-own", "1"),
            ("te", "trailers"),
            ("host", "127.0.0.1"),
            ("expect", "100-continue"),
            ("accept", "a"),
            ("accept", "b"),
        ]));
        assert_eq!(
            observed(&found),
            [("accept".into(), "a".into()), ("accept".into(), "b".into())]
        );
    }

    #[test]
    fn only_codings_that_can_be_read_are_asked_for() {
        for (asked, expected) in [
            ("gzip, deflate, br, zstd", "gzip, deflate, br"),
            ("zstd;q=1.0, gzip;q=0.5", "gzip;q=0.5"),
            ("zstd", "identity"),
            ("*", "identity"),
        ] {
            let mut given = HeaderMap::new();
            given.insert(ACCEPT_ENCODING, HeaderValue::from_static(asked));
            assert_eq!(forwarded(&given)[ACCEPT_ENCODING], expected);
        }
        assert!(forwarded(&HeaderMap::new()).is_empty());
    }
}
