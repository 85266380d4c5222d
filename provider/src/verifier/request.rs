//! An expected request, as it is sent.

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue, TRANSFER_ENCODING};
use hyper::{HeaderMap, Method};
use pactwork_contract::{Headers, Query};
use pactwork_matching::generators::GeneratedRequest;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::RequestLine;
use crate::http::BaseUrl;

/// Everything but the unreserved characters of RFC 3986, 2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The request, or why it cannot be sent.
pub(super) fn build(
    expected: &GeneratedRequest<'_>,
    base: &BaseUrl,
) -> Result<hyper::Request<Full<Bytes>>, String> {
    let body = Bytes::from(expected.body.to_bytes().into_owned());
    let mut request = hyper::Request::new(Full::new(body));
    *request.method_mut() = Method::from_bytes(expected.method.as_bytes())
        .map_err(|_| format!("\"{}\" is not an HTTP method", expected.method))?;
    *request.uri_mut() = base.join_with(&expected.path, &query(&expected.query))?;
    *request.headers_mut() = headers(&expected.headers)?;
    if let Some(content_type) = expected.body.content_type()
        && !request.headers().contains_key(CONTENT_TYPE)
    {
        let value = header_value("Content-Type", content_type)?;
        request.headers_mut().insert(CONTENT_TYPE, value);
    }
    Ok(request)
}

/// What the report says about the request.
pub(super) fn line(expected: &GeneratedRequest<'_>) -> RequestLine {
    let query = query(&expected.query);
    let mark = if query.is_empty() { "" } else { "?" };
    RequestLine {
        method: expected.method.clone().into_owned(),
        path: format!("{}{mark}{query}", expected.path),
    }
}

fn query(query: &Query) -> String {
    let encode = |text| utf8_percent_encode(text, RESERVED).to_string();
    let parameters = query.iter().flat_map(|(name, values)| {
        values.iter().map(move |value| match value {
            Some(value) => format!("{}={}", encode(name), encode(value)),
            None => encode(name),
        })
    });
    parameters.collect::<Vec<_>>().join("&")
}

/// The headers without those that frame the body: they follow from how it is sent now.
fn headers(expected: &Headers) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::with_capacity(expected.len());
    for (name, values) in expected {
        let parsed = HeaderName::from_bytes(name.as_bytes()).map_err(|_| {
            format!("the request cannot be sent: \"{name}\" is not a header's name")
        })?;
        if parsed == CONTENT_LENGTH || parsed == TRANSFER_ENCODING {
            continue;
        }
        for value in values {
            headers.append(&parsed, header_value(name, value)?);
        }
    }
    Ok(headers)
}

fn header_value(name: &str, value: &str) -> Result<HeaderValue, String> {
    HeaderValue::from_bytes(value.as_bytes()).map_err(|_| {
        format!("the request cannot be sent: the value {value:?} of the header {name} holds control characters")
    })
}

#[cfg(test)]
mod tests {
    use pactwork_contract::{Body, Request};
    use serde_json::json;

    use super::*;

    fn base() -> BaseUrl {
        BaseUrl::parse("http://127.0.0.1:1/api").unwrap()
    }

    #[test]
    fn a_query_is_encoded_and_keeps_order_and_repetition() {
        let mut expected = Request::default();
        let values = vec![Some("a b&c".into()), Some(String::new()), None];
        expected.query.insert("q[]".into(), values);
        expected.query.insert("page".into(), vec![Some("2".into())]);
        let request = build(&(&expected).into(), &base()).unwrap();
        assert_eq!(
            request.uri().to_string(),
            "http://127.0.0.1:1/api/?q%5B%5D=a%20b%26c&q%5B%5D=&q%5B%5D&page=2"
        );
    }

    #[test]
    fn headers_are_sent_but_for_those_that_frame_the_body() {
        let mut expected = Request {
            body: Body::json(json!([1])),
            ..Request::default()
        };
        let two = vec!["a".to_string(), "b".to_string()];
        expected.headers.insert("X-Two".into(), two);
        expected
            .headers
            .insert("content-length".into(), vec!["99".into()]);
        let request = build(&(&expected).into(), &base()).unwrap();
        let two: Vec<_> = request.headers().get_all("x-two").iter().collect();
        assert_eq!(two, ["a", "b"]);
        assert_eq!(request.headers()["content-type"], "application/json");
        assert!(!request.headers().contains_key("content-length"));
    }

    #[test]
    fn what_cannot_be_sent_is_named() {
        let bad_name = Headers::from([("no name".to_string(), vec![])]);
        let bad_value = Headers::from([("X".to_string(), vec!["a\nb".to_string()])]);
        for (expected, message) in [
            (
                Request {
                    headers: bad_name,
                    ..Request::default()
                },
                "the request cannot be sent: \"no name\" is not a header's name",
            ),
            (
                Request {
                    headers: bad_value,
                    ..Request::default()
                },
                "the request cannot be sent: the value \"a\\nb\" of the header X holds control characters",
            ),
            (
                Request {
                    method: "A B".into(),
                    ..Request::default()
                },
                "\"A B\" is not an HTTP method",
            ),
        ] {
            assert_eq!(build(&(&expected).into(), &base()).unwrap_err(), message);
        }
    }
}
