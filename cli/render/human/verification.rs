use std::collections::BTreeMap;

use pactwork_contract::Outcome;
use pactwork_matching::{Line, LineKind};
use pactwork_provider::{Event, PactReport};

use super::{counted, mark, summary, with_versions};
use crate::output::{BAD, DOUBTFUL, FAINT, GOOD, STRONG, plain, styled};
use crate::render::safe;
use crate::render::verification::Shown;
use crate::render::verification::shown::{ShownInteraction, ShownPact, Verdict};

/// Of more interactions of a pact that passed, only the number is shown.
const PASSED: usize = 100;

/// What takes longer than this many seconds is slow enough to be said.
const SLOW: f64 = 1.0;

/// Every interaction by consumer, with what differs, and a summary.
pub fn verification(report: &Shown, verbose: bool) -> String {
    let mut text = String::new();
    for each in report.pacts.iter().filter(|pact| is_of_interest(pact)) {
        text += &pact(each, verbose);
    }
    text += &styled(STRONG, counts(report));
    let excused = report.pacts.iter();
    let excused = excused.filter(|pact| pact.pending && pact.outcome == Outcome::Failed);
    match excused.count() {
        0 => {}
        count => text += &format!("; {} pending: that does not count", counted(count, "pact")),
    }
    match report.pacts.iter().map(|pact| pact.left_out).sum() {
        0 => {}
        count => text += &format!("; {} not chosen", counted(count, "interaction")),
    }
    text += &styled(FAINT, durations(report));
    if let Some(checked) = &report.cross_check {
        text += &format!("\n\n{checked}");
    }
    safe::log(&text).into_owned()
}

/// Of a pact of which nothing was chosen there is nothing to say.
fn is_of_interest(pact: &ShownPact) -> bool {
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
            "{} {}: {} ({:.1} ms)",
            plain(&mark(interaction.outcome)),
            safe::line(consumer),
            safe::line(&interaction.description),
            interaction.duration_ms
        )),
        _ => None,
    }
}

fn pact(pact: &ShownPact, verbose: bool) -> String {
    let mut text = styled(STRONG, pact.name());
    if pact.pending && pact.outcome == Outcome::Failed {
        text += " (pending: no version ever kept it; failing does not count)";
    }
    text.push('\n');
    if let Some(source) = &pact.source {
        text += &format!("  {}\n", styled(FAINT, format!("from {source}")));
    }
    for warning in &pact.warnings {
        text += &format!("  {warning}\n");
    }
    let passed = |each: &&ShownInteraction| is_plain(each);
    let count = pact.interactions.iter().filter(passed).count();
    let all = verbose || count <= PASSED;
    if !all {
        let mark = mark(Outcome::Passed);
        text += &format!("  {mark} {count} interactions passed (-v shows each)\n");
    }
    let replayed = pact.interactions.iter().filter(|each| !each.left);
    for each in replayed.filter(|each| all || !is_plain(each)) {
        text += &interaction(each);
    }
    text += &not_replayed(pact);
    text.push('\n');
    text
}

/// Whether there is nothing to say but that it passed.
fn is_plain(interaction: &ShownInteraction) -> bool {
    interaction.verdict == Verdict::Passed && interaction.warnings.is_empty()
}

/// What the end of the run left, in a line a reason.
fn not_replayed(pact: &ShownPact) -> String {
    let mut reasons = BTreeMap::<&str, usize>::new();
    for each in pact.interactions.iter().filter(|each| each.left) {
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

fn interaction(interaction: &ShownInteraction) -> String {
    let pending = match interaction.verdict {
        Verdict::Pending(_) => " (pending: does not count)",
        _ => "",
    };
    let slow = match interaction.duration >= SLOW {
        true => styled(FAINT, format!(" ({:.1} s)", interaction.duration)),
        false => String::new(),
    };
    let mark = verdict_mark(interaction.verdict);
    let mut text = format!("  {mark} {}{pending}{slow}\n", interaction.description);
    for line in details(interaction) {
        text += &format!("      {line}\n");
    }
    text
}

fn verdict_mark(verdict: Verdict) -> String {
    match verdict {
        Verdict::Passed => mark(Outcome::Passed),
        Verdict::Failed => mark(Outcome::Failed),
        Verdict::CouldNotVerify => mark(Outcome::CouldNotVerify),
        Verdict::Pending(outcome) => mark(outcome),
        Verdict::NotReplayed => styled(DOUBTFUL, "?"),
    }
}

/// What differs: expected and found values below each other, in colours of their
/// own, where they are long.
fn difference(Line { kind, text }: &Line) -> String {
    match kind {
        LineKind::Expected => styled(GOOD, text),
        LineKind::Found => styled(BAD, text),
        LineKind::Marks | LineKind::Context => styled(FAINT, text),
        _ => text.clone(),
    }
}

/// What stands below an interaction, a line each.
fn details(interaction: &ShownInteraction) -> Vec<String> {
    let states = interaction.states.iter();
    let states = states.map(|state| styled(FAINT, format!("given {state}")));
    let differences = interaction.differences.iter().map(difference);
    let reason = interaction.reason.iter();
    let reason = reason.flat_map(|reason| reason.lines()).map(String::from);
    let warnings = interaction.warnings.iter();
    let warnings = warnings.map(|warning| format!("warning: {warning}"));
    let answer = interaction.answer.iter();
    let answer = answer.map(|text| format!("{} {text}", styled(FAINT, "answered:")));
    let curl = interaction.curl.iter();
    let curl = curl.map(|curl| format!("{} {curl}", styled(FAINT, "reproduce:")));
    let output = interaction.provider_output.iter();
    let output = output.map(|line| styled(FAINT, format!("provider | {line}")));
    states
        .chain(differences)
        .chain(answer)
        .chain(reason)
        .chain(warnings)
        .chain(curl)
        .chain(output)
        .collect()
}

/// `3 interactions: 2 passed, 1 failed`
pub fn counts(report: &Shown) -> String {
    let outcome = |verdict| match verdict {
        Verdict::Passed => Outcome::Passed,
        Verdict::Failed => Outcome::Failed,
        Verdict::Pending(outcome) => outcome,
        Verdict::CouldNotVerify | Verdict::NotReplayed => Outcome::CouldNotVerify,
    };
    let interactions = || report.interactions().map(|(_, each)| each);
    let count = |wanted| {
        let replayed = interactions().filter(|each| !each.left);
        replayed
            .filter(|each| outcome(each.verdict) == wanted)
            .count()
    };
    let not_replayed = interactions().filter(|each| each.left).count();
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

fn durations(report: &Shown) -> String {
    let time = |seconds: f64| match seconds < 1.0 {
        true => format!("{:.0} ms", (seconds * 1000.0).ceil()),
        false => format!("{seconds:.1} s"),
    };
    let replay = time(report.duration);
    let mut interactions = report.interactions();
    let stopped = match interactions.any(|(_, each)| each.curl.is_some()) {
        true => "\nto reproduce, start it yourself: the one that these lines name was stopped",
        false => "",
    };
    match report.ready_after {
        Some(ready) => format!(
            "\nit took {replay}; the provider was ready after {}{stopped}",
            time(ready)
        ),
        None => format!("\nit took {replay}"),
    }
}
