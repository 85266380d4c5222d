//! HTTP interactions: the request is sent, the answer compared.

use std::borrow::Cow;

use pactwork_contract::{HttpInteraction, Warning};
use pactwork_matching::{ResponseMatcher, actual};
use serde_json::{Map, Value};

use super::exchange::Run;
use super::finding::{Compared, Obstacle};
use super::{message, request};
use crate::http::Answered;

pub(super) async fn compare(
    run: &Run<'_>,
    interaction: &HttpInteraction,
    values: &Map<String, Value>,
    warnings: &mut Vec<Warning>,
) -> Result<Compared, Obstacle> {
    let base = run.base.as_ref().ok_or_else(no_base_url)?;
    let generated = &run.verifier.generated;
    let expected = generated.request(&interaction.request, values, warnings);
    let request = request::build(&expected, base)?;
    // The expectation is compiled while the provider is at work.
    let compile = async { run.compile(|compiler| compiler.response(&interaction.response)) };
    let (answer, matcher) = tokio::join!(biased; run.client.send(request), compile);
    warnings.extend(message::below("$.response", matcher.warnings()));
    Ok(Compared {
        mismatches: differences(&matcher, &answer?),
        failure: None,
    })
}

fn no_base_url() -> String {
    "the verifier has no base URL to send HTTP requests to; give it the provider's".into()
}

fn differences(matcher: &ResponseMatcher, answer: &Answered) -> Vec<pactwork_matching::Mismatch> {
    let named = answer.headers.iter();
    let headers: Vec<(&str, Cow<'_, str>)> = named
        .map(|(name, value)| (name.as_str(), String::from_utf8_lossy(value.as_bytes())))
        .collect();
    let headers: Vec<_> = headers
        .iter()
        .map(|(name, value)| (*name, &**value))
        .collect();
    let actual = actual::Response {
        status: answer.status.as_u16(),
        headers: &headers,
        body: &answer.body,
    };
    matcher.compare(&actual).mismatches
}
