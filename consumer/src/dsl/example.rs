//! An example that does not keep its own matchers is a mistake in the
//! definition: the mock provider would never see such a request, and the real
//! provider could never send such a response. The same is true of what its
//! generators make.

use pactwork_contract::{Headers, MessageContents, Query, Request, Response, Warning};
use pactwork_matching::generators::{Applied, CompiledGenerators, GeneratorContext};
use pactwork_matching::{Comparison, MessageMatcher, RequestMatcher, ResponseMatcher, actual};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::Problems;
use crate::source::{Chance, Source};

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
    let (_, warnings) = CompiledGenerators::compile(&request.generators, &request.matching_rules);
    warnings.iter().for_each(|each| problems.add(&place, each));
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
    let (generators, warnings) =
        CompiledGenerators::compile(&response.generators, &response.matching_rules);
    warnings.iter().for_each(|each| problems.add(&place, each));
    let applied = on_trial(|context| generators.response(response, context));
    let comparison = matcher.compare(&actual::Response {
        status: applied.parts.status,
        headers: &pairs(&applied.parts.headers),
        body: &applied.parts.body.to_bytes(),
    });
    note_generated(&place, &applied.warnings, &comparison, problems);
}

pub(super) fn check_message(message: &MessageContents, owner: &str, problems: &mut Problems) {
    check_contents(&MessageMatcher::compile(message), message, owner, problems);
}

pub(super) fn check_message_request(
    message: &MessageContents,
    owner: &str,
    problems: &mut Problems,
) {
    let matcher = MessageMatcher::compile_request(message);
    check_contents(&matcher, message, owner, problems);
}

fn check_contents(
    matcher: &MessageMatcher,
    message: &MessageContents,
    owner: &str,
    problems: &mut Problems,
) {
    let comparison = matcher.compare(&actual::Message {
        contents: &message.contents.to_bytes(),
        content_type: message.contents.content_type(),
        metadata: &message.metadata,
    });
    note(owner, matcher.warnings(), &comparison, problems);
    let (generators, warnings) =
        CompiledGenerators::compile(&message.generators, &message.matching_rules);
    warnings.iter().for_each(|each| problems.add(owner, each));
    let applied = on_trial(|context| generators.message(message, context));
    let comparison = matcher.compare(&actual::Message {
        contents: &applied.parts.contents.to_bytes(),
        content_type: applied.parts.contents.content_type(),
        metadata: &applied.parts.metadata,
    });
    note_generated(owner, &applied.warnings, &comparison, problems);
}

/// What generators make at the first try, the same at each start.
fn on_trial<T>(make: impl FnOnce(&mut GeneratorContext<'_>) -> Applied<T>) -> Applied<T> {
    let chance = Chance {
        seed: Some(0),
        ..Chance::default()
    };
    Source::of(chance).make(Some("http://127.0.0.1"), make)
}

fn note_generated(
    place: &str,
    warnings: &[Warning],
    comparison: &Comparison,
    problems: &mut Problems,
) {
    for warning in warnings {
        problems.add(place, warning);
    }
    for mismatch in &comparison.mismatches {
        let problem = format!("what a generator makes does not keep its own matcher: {mismatch}");
        if !problems
            .iter()
            .any(|known| known.ends_with(&mismatch.to_string()))
        {
            problems.add(place, problem);
        }
    }
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
