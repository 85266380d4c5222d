//! What a client gets for a request that nothing answers.

use hyper::{Response, StatusCode};
use pactwork_matching::Part;
use serde::Serialize;

use super::{Ambiguity, StubOutcome};
use crate::Reason;
use crate::mock::json;
use crate::server::Outgoing;

#[derive(Serialize)]
struct Refusal<'a> {
    error: &'a str,
    request: &'a str,
    #[serde(flatten)]
    outcome: &'a StubOutcome,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'a str>,
    /// Where people see what is served.
    page: &'a str,
}

/// The diagnosis as JSON.
pub(super) fn refusal(
    status: StatusCode,
    request: &str,
    outcome: &StubOutcome,
    page: &str,
) -> Response<Outgoing> {
    let (error, hint) = match outcome {
        StubOutcome::Ambiguous(_) => (
            "several interactions expect this request, and they answer differently",
            None,
        ),
        StubOutcome::Refused { .. } => ("the stub cannot do what this request asks for", None),
        StubOutcome::Unexpected { reason, .. } => (
            "the stub serves no interaction that expects this request",
            Some(hint(reason)),
        ),
        StubOutcome::Answered { .. } | StubOutcome::Preflight => ("", None),
    };
    let refusal = Refusal {
        error,
        request,
        outcome,
        hint,
        page,
    };
    json(status, &refusal)
}

fn hint(reason: &Reason) -> &'static str {
    let Reason::Nearest { mismatches, .. } = reason else {
        return match reason {
            Reason::Unreadable(_) => "Send a whole HTTP/1.1 request within the size limit.",
            _ => "The stub serves no HTTP interaction: name a pact that has some.",
        };
    };
    match mismatches.iter().map(|mismatch| mismatch.part).min() {
        Some(Part::Method | Part::Path) => {
            "No pact has this method and path: correct the client's URL, or record an interaction \
             for it in the consumer's tests."
        }
        Some(Part::Query) => {
            "The query differs: let the client send it as the interaction says, or record an \
             interaction with this one."
        }
        Some(Part::Header) => {
            "A header differs: let the client send it as the interaction says, or let the stub \
             ignore it (--ignore-header NAME)."
        }
        _ => {
            "The body differs: let the client send it as the interaction says, or give the \
             interaction matching rules where values may vary."
        }
    }
}

/// The lines by which people are told of an outcome on the page.
pub(super) fn told(outcome: &StubOutcome) -> Vec<String> {
    match outcome {
        StubOutcome::Answered { .. } => Vec::new(),
        StubOutcome::Preflight => vec!["a browser asked whether a page may send a request".into()],
        StubOutcome::Refused { reason } => vec![reason.clone()],
        StubOutcome::Ambiguous(ambiguity) => ambiguous(ambiguity),
        StubOutcome::Unexpected { origin, reason } => match &**reason {
            Reason::Nearest {
                interaction,
                expects,
                differences,
                ..
            } => {
                let origin = origin.as_deref().unwrap_or_default();
                let nearest = format!("nearest interaction: {interaction}: {expects} ({origin})");
                let mut lines = vec![nearest];
                lines.extend(differences.iter().cloned());
                lines.push(hint(reason).into());
                lines
            }
            Reason::Unreadable(reason) => vec![reason.clone()],
            Reason::NoInteractions | Reason::TooOften { .. } => vec![hint(reason).into()],
        },
    }
}

fn ambiguous(ambiguity: &Ambiguity) -> Vec<String> {
    let mut lines = vec![format!(
        "several interactions expect it, and {}:",
        ambiguity.why
    )];
    for each in &ambiguity.candidates {
        let states: Vec<_> = each.states.iter().map(ToString::to_string).collect();
        let given = match states.is_empty() {
            true => "without a provider state".into(),
            false => format!("given {}", states.join(" and ")),
        };
        lines.push(format!(
            "{}: \"{}\" {given} answers {} ({})",
            each.consumer, each.interaction, each.status, each.origin
        ));
    }
    if ambiguity.further_candidates > 0 {
        lines.push(format!("and {} more", ambiguity.further_candidates));
    }
    lines.extend(ambiguity.how_to_choose.iter().cloned());
    lines
}
