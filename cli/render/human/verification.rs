use pactwork_contract::Outcome;
use pactwork_provider::{Event, InteractionReport, PactReport, Report};

use super::{mark, summary};
use crate::output::{FAINT, STRONG, styled};

/// Every interaction by consumer, with what differs, and a summary.
pub fn verification(report: &Report) -> String {
    let pacts: String = report.pacts.iter().map(pact).collect();
    pacts + &styled(STRONG, counts(report))
}

/// What is going on, for `-v`; `None` where nothing needs to be said.
pub fn progress(event: &Event<'_>) -> Option<String> {
    match event {
        Event::Checked {
            consumer,
            interaction,
            ..
        } => Some(format!(
            "{} {consumer}: {} ({:.1} ms)",
            mark(interaction.outcome),
            interaction.description,
            interaction.duration_ms
        )),
        _ => None,
    }
}

fn pact(report: &PactReport) -> String {
    let mut text = styled(STRONG, format!("{} → {}", report.consumer, report.provider));
    text.push('\n');
    for warning in &report.warnings {
        text += &format!("  {warning}\n");
    }
    for each in &report.interactions {
        text += &interaction(each);
    }
    text.push('\n');
    text
}

fn interaction(report: &InteractionReport) -> String {
    let pending = if report.pending {
        " (pending: does not count)"
    } else {
        ""
    };
    let mut text = format!(
        "  {} {}{pending}\n",
        mark(report.outcome),
        report.description
    );
    for line in details(report) {
        text += &format!("      {line}\n");
    }
    text
}

/// Lines of mismatches that an interaction shows; the JSON format has them all.
const MISMATCHES_SHOWN: usize = 50;

/// What stands below an interaction, a line each.
fn details(report: &InteractionReport) -> Vec<String> {
    let states = report.provider_states.iter();
    let states = states.map(|state| styled(FAINT, format!("given {state}")));
    let mismatches = pactwork_matching::summary(&report.mismatches, MISMATCHES_SHOWN);
    let reason = report
        .reason
        .iter()
        .flat_map(|reason| reason.lines())
        .map(String::from);
    let warnings = report
        .warnings
        .iter()
        .map(|warning| format!("warning: {warning}"));
    let output = report.provider_output.iter();
    let output = output.map(|line| styled(FAINT, format!("provider | {line}")));
    states
        .chain(mismatches)
        .chain(reason)
        .chain(warnings)
        .chain(output)
        .collect()
}

fn counts(report: &Report) -> String {
    let count = |outcome| {
        let interactions = report.pacts.iter().flat_map(|pact| &pact.interactions);
        interactions
            .filter(|interaction| interaction.outcome == outcome)
            .count()
    };
    summary(
        "interaction",
        &[
            (count(Outcome::Passed), "passed"),
            (count(Outcome::Failed), "failed"),
            (count(Outcome::CouldNotVerify), "could not be verified"),
        ],
    )
}
