use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{Response, StatusCode};
use serde::Serialize;

use super::UnexpectedRequest;
use super::hint::hint;
use crate::server::{Outgoing, whole};

/// What the client gets for a request that nothing answers.
#[derive(Serialize)]
struct Refusal<'a> {
    error: &'static str,
    #[serde(flatten)]
    request: &'a UnexpectedRequest,
    hint: &'static str,
}

/// The diagnosis as JSON: the nearest interaction, each mismatch, and a hint.
pub(super) fn refusal(status: StatusCode, request: &UnexpectedRequest) -> Response<Outgoing> {
    let refusal = Refusal {
        error: "the mock provider does not expect this request",
        request,
        hint: hint(request),
    };
    json(status, &refusal)
}

/// An answer that is JSON for people to read.
pub(crate) fn json(status: StatusCode, value: &impl Serialize) -> Response<Outgoing> {
    let body = serde_json::to_vec_pretty(value).unwrap_or_default();
    let mut response = Response::new(whole(body));
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}
