use pactwork_contract::Outcome;
use pactwork_matching::{Line, LineKind, RenderOptions, render_lines};
use pactwork_provider::{Event, InteractionReport, PactReport, Report};

use super::{counted, mark, summary, with_versions};
use crate::output::{BAD, FAINT, GOOD, STRONG, styled};

/// Every interaction by consumer, with what differs, and a summary.
pub fn verification(report: &Report) -> String {
    let pacts: String = report.pacts.iter().map(pact).collect();
    let mut text = pacts + &styled(STRONG, counts(report));
    let excused = report.pacts.iter();
    let excused = excused.filter(|pact| pact.pending && pact.outcome() == Outcome::Failed);
    match excused.count() {
        0 => {}
        count => text += &format!("; {} pending: that does not count", counted(count, "pact")),
    }
    text
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
    let mut text = styled(
        STRONG,
        format!("{} → {}", consumer(report), report.provider),
    );
    if report.pending && report.outcome() == Outcome::Failed {
        text += " (pending: no version ever kept it; failing does not count)";
    }
    text.push('\n');
    if let Some(source) = &report.source {
        text += &format!("  {}\n", styled(FAINT, format!("from {source}")));
    }
    for warning in &report.warnings {
        text += &format!("  {warning}\n");
    }
    for each in &report.interactions {
        text += &interaction(each);
    }
    text.push('\n');
    text
}

/// The consumer with its versions, where they are known: `web 1.0.0, 1.1.0`.
pub fn consumer(report: &PactReport) -> String {
    with_versions(&report.consumer, &report.consumer_versions)
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

/// What differs: expected and found values below each other, in colours of their
/// own, where they are long.
fn differences(report: &InteractionReport) -> impl Iterator<Item = String> {
    let lines = render_lines(&report.mismatches, &RenderOptions::default());
    lines.into_iter().map(|Line { kind, text }| match kind {
        LineKind::Expected => styled(GOOD, text),
        LineKind::Found => styled(BAD, text),
        LineKind::Marks | LineKind::Context => styled(FAINT, text),
        LineKind::More => format!("{text} (--format json has them all)"),
        _ => text,
    })
}

/// What stands below an interaction, a line each.
fn details(report: &InteractionReport) -> Vec<String> {
    let states = report.provider_states.iter();
    let states = states.map(|state| styled(FAINT, format!("given {state}")));
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
        .chain(differences(report))
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
