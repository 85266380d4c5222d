//! What was seen and says nothing about what a consumer relies on.

use super::Observation;

/// Why an observation is left out; `None` for one that is not.
pub(super) fn reason(observation: &Observation) -> Option<&'static str> {
    let has = |name: &str| {
        let mut headers = observation.request_headers.iter();
        headers.any(|(header, _)| header.eq_ignore_ascii_case(name))
    };
    let method = observation.method.to_ascii_uppercase();
    Some(match (method.as_str(), observation.status) {
        ("CONNECT" | "TRACE", _) => "a connection's own business",
        ("OPTIONS", _) if has("access-control-request-method") => {
            "a browser's question whether it may ask (CORS preflight)"
        }
        (_, ..=199) => "no answer that ends an exchange",
        (_, 206) => "a part of an answer",
        (_, 304) => "an answer from a cache, whose body is not known",
        (_, 429) => "the answer to too many requests",
        (_, 500..) => "a server's error, which comes and goes",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::ObservedBody;

    #[test]
    fn what_is_left_out() {
        for (method, status, header, left_out) in [
            ("GET", 200, "accept", false),
            ("GET", 404, "accept", false),
            ("POST", 302, "accept", false),
            ("OPTIONS", 204, "accept", false),
            ("OPTIONS", 204, "Access-Control-Request-Method", true),
            ("CONNECT", 200, "accept", true),
            ("GET", 101, "upgrade", true),
            ("GET", 206, "range", true),
            ("GET", 304, "if-none-match", true),
            ("GET", 429, "accept", true),
            ("GET", 500, "accept", true),
            ("GET", 503, "accept", true),
        ] {
            let observation = Observation {
                method: method.into(),
                path: "/".into(),
                query: None,
                request_headers: vec![(header.into(), "x".into())],
                request_body: ObservedBody::default(),
                status,
                response_headers: Vec::new(),
                response_body: ObservedBody::default(),
            };
            assert_eq!(
                reason(&observation).is_some(),
                left_out,
                "{method} {status}"
            );
        }
    }
}
