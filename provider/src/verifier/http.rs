//! HTTP interactions: the request is sent, the answer compared.

use std::borrow::Cow;

use pactwork_contract::{HttpInteraction, Interaction};
use pactwork_matching::{ResponseMatcher, actual};

use super::exchange::Exchange;
use super::finding::{Compared, Notes, Obstacle};
use super::generating::Maker;
use super::{message, request};
use crate::filter::Asked;
use crate::http::Answered;

/// `interaction` is the one that `http` is.
pub(super) async fn compare(
    exchange: Exchange<'_>,
    (interaction, http): (&Interaction, &HttpInteraction),
    maker: &mut Maker<'_>,
    notes: &mut Notes,
) -> Result<Compared, Obstacle> {
    let base = exchange.instance.base.as_ref().ok_or_else(no_base_url)?;
    let mut outgoing = request::outgoing(&maker.request(&http.request, notes));
    let asked = Asked::of(interaction);
    let filters = &exchange.run.verifier.http.filters;
    let ready = outgoing.pass(filters, &asked).await;
    notes.request = Some(request::line(&outgoing));
    ready?;
    let sent = outgoing.sent_to(base)?;
    exchange.seen.request(&sent);
    // The expectation is compiled while the provider is at work.
    let compile = async {
        let expected = maker.expected_response(&http.response, notes);
        exchange.compile(|compiler| compiler.response(&expected))
    };
    let (answer, matcher) = tokio::join!(biased; exchange.run.client.send(sent), compile);
    let warnings = message::below("$.response", matcher.warnings());
    notes.warnings.extend(warnings);
    let answer = answer?;
    let mismatches = differences(&matcher, &answer);
    exchange.seen.response(answer);
    Ok(Compared {
        mismatches,
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
