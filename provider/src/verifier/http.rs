//! HTTP interactions: the request is sent, the answer compared.

use std::borrow::Cow;

use pactwork_contract::{HttpInteraction, Request, Warning};
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
    warnings.extend(generators_left_out(&interaction.request, values));
    let base = run.base.as_ref().ok_or_else(no_base_url)?;
    let request = request::build(&interaction.request, base)?;
    // The expectation is compiled while the provider is at work.
    let compile = async { ResponseMatcher::compile(&interaction.response) };
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

/// The example goes over the wire even where the pact asks for a generated value.
fn generators_left_out(request: &Request, values: &Map<String, Value>) -> Option<Warning> {
    if request.generators.is_empty() {
        return None;
    }
    let mut names: Vec<_> = values.keys().map(String::as_str).collect();
    names.sort_unstable();
    let unused = match names.len() {
        0 => String::new(),
        _ => format!(
            "; values of the provider states that were not used: {}",
            names.join(", ")
        ),
    };
    Some(Warning {
        origin: String::new(),
        path: "$.request.generators".into(),
        message: format!("generators are not applied: the example was sent as it stands{unused}"),
    })
}
