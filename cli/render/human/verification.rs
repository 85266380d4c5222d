use std::collections::BTreeMap;

use pactwork_contract::Outcome;
use pactwork_matching::{Line, LineKind, RenderOptions, render_lines};
use pactwork_provider::{Event, InteractionReport, PactReport, Report};

use super::cross_check::cross_check;
use super::{counted, mark, summary, with_versions};
use crate::output::{BAD, FAINT, GOOD, STRONG, styled};

/// Every interaction by consumer, with what differs, and a summary.
pub fn verification(report: &Report) -> String {
    let chosen = report.pacts.iter().filter(|pact| is_of_interest(pact));
    let pacts: String = chosen.map(pact).collect();
    let mut text = pacts + &styled(STRONG, counts(report));
    let excused = report.pacts.iter();
    let excused = excused.filter(|pact| pact.pending && pact.outcome() == Outcome::Failed);
    match excused.count() {
        0 => {}
        count => text += &format!("; {} pending: that does not count", counted(count, "pact")),
    }
    match report.pacts.iter().map(|pact| pact.left_out).sum() {
        0 => {}
        count => text += &format!("; {} not chosen", counted(count, "interaction")),
    }
    if let Some(checked) = &report.cross_check {
        text += &format!("\n\n{}", cross_check(checked));
    }
    text
}

/// Of a pact of which nothing was chosen there is nothing to say.
fn is_of_interest(pact: &PactReport) -> bool {
    !pact.interactions.is_empty() || pact.left_out == 0
}

/// What is going on, for `-v`; `None` where nothing needs to be said.
pub fn progress(event: &Event<'_>) -> Option<String> {
    match event {
        Event::Checked {
            consumer,
            interaction,
            ..
        } if !interaction.not_replayed => Some(format!(
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
    for each in report.interactions.iter().filter(|each| !each.not_replayed) {
        text += &interaction(each);
    }
    text += &not_replayed(report);
    text.push('\n');
    text
}

/// What the end of the run left, in a line a reason.
fn not_replayed(report: &PactReport) -> String {
    let mut reasons = BTreeMap::<&str, usize>::new();
    for each in report.interactions.iter().filter(|each| each.not_replayed) {
        let reason = each.reason.as_deref().unwrap_or_default();
        *reasons.entry(reason).or_default() += 1;
    }
    let lines = reasons.into_iter().map(|(reason, count)| {
        let mark = mark(Outcome::CouldNotVerify);
        format!("  {mark} {} {reason}\n", counted(count, "interaction"))
    });
    lines.collect()
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

/// `3 interactions: 2 passed, 1 failed`
pub fn counts(report: &Report) -> String {
    let interactions = || report.pacts.iter().flat_map(|pact| &pact.interactions);
    let count = |outcome| {
        let replayed = interactions().filter(|each| !each.not_replayed);
        replayed.filter(|each| each.outcome == outcome).count()
    };
    let not_replayed = interactions().filter(|each| each.not_replayed).count();
    summary(
        "interaction",
        &[
            (count(Outcome::Passed), "passed"),
            (count(Outcome::Failed), "failed"),
            (count(Outcome::CouldNotVerify), "could not be verified"),
            (not_replayed, "not replayed"),
        ],
    )
}
