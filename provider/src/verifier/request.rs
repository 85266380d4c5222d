//! An expected request, as it is sent.

use pactwork_contract::{Query, Request};
use pactwork_matching::generators::GeneratedRequest;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::{OutgoingRequest, RequestLine};

/// Everything but the unreserved characters of RFC 3986, 2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The request, before any filter changed it.
pub(super) fn outgoing(expected: &GeneratedRequest<'_>) -> OutgoingRequest {
    let mut request = OutgoingRequest::new(
        &expected.method,
        &expected.path,
        query(&expected.query),
        expected.body.to_bytes().into_owned().into(),
    );
    let headers = expected.headers.iter();
    let valued = headers.flat_map(|(name, values)| values.iter().map(move |value| (name, value)));
    request.headers = valued
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    if let Some(content_type) = expected.body.content_type()
        && request.header("Content-Type").is_none()
    {
        request.set_header("Content-Type", content_type);
    }
    request
}

/// What the report says about the request.
pub(super) fn line(request: &OutgoingRequest) -> RequestLine {
    let query = &request.query;
    let mark = if query.is_empty() { "" } else { "?" };
    RequestLine {
        method: request.method.clone(),
        path: format!("{}{mark}{query}", request.path),
    }
}

/// The same for a request that was never made.
pub(super) fn expected_line(expected: &Request) -> RequestLine {
    line(&outgoing(&expected.into()))
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

#[cfg(test)]
mod tests {
    use pactwork_contract::{Body, Headers};
    use serde_json::json;

    use super::*;
    use crate::http::{BaseUrl, Outgoing};

    fn base() -> BaseUrl {
        BaseUrl::parse("http://127.0.0.1:1/api").unwrap()
    }

    fn sent(expected: &Request) -> Result<Outgoing, String> {
        outgoing(&expected.into()).sent_to(&base())
    }

    #[test]
    fn a_query_is_encoded_and_keeps_order_and_repetition() {
        let mut expected = Request::default();
        let values = vec![Some("a b&c".into()), Some(String::new()), None];
        expected.query.insert("q[]".into(), values);
        expected.query.insert("page".into(), vec![Some("2".into())]);
        let request = sent(&expected).unwrap();
        assert_eq!(
            request.uri.to_string(),
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
        let request = sent(&expected).unwrap();
        let two: Vec<_> = request.headers.get_all("x-two").iter().collect();
        assert_eq!(two, ["a", "b"]);
        assert_eq!(request.headers["content-type"], "application/json");
        assert!(!request.headers.contains_key("content-length"));
    }

    #[test]
    fn what_cannot_be_sent_is_named() {
        let bad_name = Headers::from([("no name".to_string(), vec![String::new()])]);
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
            assert_eq!(sent(&expected).unwrap_err(), message);
        }
    }
}
