//! An example that does not keep its own matchers is a mistake in the
//! definition: the mock provider would never see such a request, and the real
//! provider could never send such a response.

use pactwork_contract::{Headers, MessageContents, Query, Request, Response, Warning};
use pactwork_matching::{Comparison, MessageMatcher, RequestMatcher, ResponseMatcher, actual};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::Problems;

pub(super) fn check_request(request: &Request, owner: &str, problems: &mut Problems) {
    let matcher = RequestMatcher::compile(request);
    let query = encoded(&request.query);
    let comparison = matcher.compare(&actual::Request {
        method: &request.method,
        path: &request.path,
        query: (!query.is_empty()).then_some(query.as_str()),
        headers: &pairs(&request.headers),
        body: &request.body.to_bytes(),
    });
    let place = format!("{owner}: the request");
    note(&place, matcher.warnings(), &comparison, problems);
}

pub(super) fn check_response(response: &Response, owner: &str, problems: &mut Problems) {
    let matcher = ResponseMatcher::compile(response);
    let comparison = matcher.compare(&actual::Response {
        status: response.status,
        headers: &pairs(&response.headers),
        body: &response.body.to_bytes(),
    });
    let place = format!("{owner}: the response");
    note(&place, matcher.warnings(), &comparison, problems);
}

pub(super) fn check_message(message: &MessageContents, owner: &str, problems: &mut Problems) {
    let matcher = MessageMatcher::compile(message);
    let comparison = matcher.compare(&actual::Message {
        contents: &message.contents.to_bytes(),
        content_type: message.contents.content_type(),
        metadata: &message.metadata,
    });
    note(owner, matcher.warnings(), &comparison, problems);
}

fn note(place: &str, warnings: &[Warning], comparison: &Comparison, problems: &mut Problems) {
    for warning in warnings {
        problems.add(place, warning);
    }
    for mismatch in &comparison.mismatches {
        let problem = format!("the example does not keep its own matcher: {mismatch}");
        problems.add(place, problem);
    }
}

fn pairs(headers: &Headers) -> Vec<(&str, &str)> {
    headers
        .iter()
        .flat_map(|(name, values)| values.iter().map(|value| (name.as_str(), value.as_str())))
        .collect()
}

fn encoded(query: &Query) -> String {
    let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let parameters: Vec<String> = query
        .iter()
        .flat_map(|(name, values)| values.iter().map(move |value| (name, value)))
        .map(|(name, value)| match value {
            Some(value) => format!("{}={}", encode(name), encode(value)),
            None => encode(name),
        })
        .collect();
    parameters.join("&")
}
