use pactwork_contract::{Outcome, ProviderState};
use pactwork_provider::{CrossCheck, Verdict};

use super::{counted, mark};
use crate::output::{FAINT, STRONG, styled};
use crate::render::safe;

/// How many problems of each side are shown.
const SHOWN: usize = 5;

/// Where the reference implementation says something else, below the report.
pub fn cross_check(checked: &CrossCheck) -> String {
    let both = counted(checked.compared, "interaction");
    let heading = match checked.disagreements.len() {
        0 => format!("pact_verifier agrees on {both}"),
        count => format!("pact_verifier finds something else for {count} of {both}"),
    };
    let mut text = styled(STRONG, heading);
    for each in &checked.disagreements {
        text += &interaction(&each.consumer, &each.description, &each.provider_states);
        text += &verdict("pactwork", &each.ours);
        text += &verdict("pact_verifier", &each.reference);
    }
    for each in &checked.not_compared {
        text += &interaction(&each.consumer, &each.description, &each.provider_states);
        text += &format!("\n      not compared: {}", safe::text(&each.reason));
    }
    text
}

fn interaction(consumer: &str, description: &str, states: &[ProviderState]) -> String {
    let states = states.iter();
    let states = states.map(|state| safe::line(&state.to_string()));
    let states = states.map(|state| styled(FAINT, format!("\n      given {state}")));
    format!(
        "\n  {}: {}{}",
        safe::line(consumer),
        safe::line(description),
        states.collect::<String>()
    )
}

fn verdict(who: &str, verdict: &Verdict) -> String {
    let mut text = format!(
        "\n      {} {who}: {}",
        mark(verdict.outcome),
        said(verdict.outcome)
    );
    for problem in verdict.problems.iter().take(SHOWN) {
        let problem = safe::text(problem).replace('\n', "\n          ");
        text += &format!("\n          {problem}");
    }
    match verdict.problems.len().saturating_sub(SHOWN) {
        0 => text,
        more => text + &format!("\n          and {more} more"),
    }
}

fn said(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Passed => "passed",
        Outcome::Failed => "failed",
        Outcome::CouldNotVerify => "could not be verified",
    }
}
