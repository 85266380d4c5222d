use pactwork_matching::Part;

use super::{Reason, UnexpectedRequest};

/// What to do about an unexpected request, as a sentence.
pub(super) fn hint(request: &UnexpectedRequest) -> &'static str {
    let mismatches = match &request.reason {
        Reason::NoInteractions => {
            return "Define an interaction with .when(…).then(…) before the mock provider is started.";
        }
        Reason::TooOften { .. } => {
            return "Let the client ask once less, or say .times(…) as often as it may.";
        }
        Reason::Unreadable(_) => {
            return "Send a whole HTTP request, within the limits of size and time.";
        }
        Reason::Nearest { mismatches, .. } => mismatches,
    };
    let first = mismatches.iter().map(|mismatch| mismatch.part).min();
    match first {
        Some(Part::Method | Part::Path) => {
            "No interaction expects this method and path: define one, or correct the client's URL."
        }
        Some(Part::Query) => {
            "The query differs: let the client send it as the interaction says, or say it with \
             .query(name, value), with a matcher where it may vary."
        }
        Some(Part::Header) => {
            "A header differs: let the client send it as the interaction says, or give \
             .header(name, …) a matcher."
        }
        _ => {
            "The body differs: let the client send it as the interaction says, or use a matcher such \
             as like(…) where values may vary."
        }
    }
}
