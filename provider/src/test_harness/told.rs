//! What a test says of its interaction, for a person who reads it in a terminal.

use pactwork_contract::Outcome;
use pactwork_matching::{RenderOptions, render_lines};

use super::names::plain;
use crate::{InteractionReport, PactReport, Report};

/// What became of the interaction.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    Kept {
        warnings: Vec<String>,
    },
    /// It is not kept and does not count, in one line.
    Excused(String),
    /// It is not kept, or nobody knows.
    Broken(String),
}

/// What a report of one interaction says. A report of none, which does not happen, would
/// be a test that verified nothing.
pub(super) fn found(report: &Report) -> Found {
    let pact = report.pacts.first();
    let Some((pact, interaction)) = pact.and_then(|pact| Some((pact, pact.interactions.first()?)))
    else {
        return Found::Broken("could not be verified: it was not replayed".into());
    };
    let pending = pact.pending || interaction.pending;
    match interaction.outcome {
        Outcome::Passed => Found::Kept {
            warnings: warnings(interaction).collect(),
        },
        Outcome::Failed if pending => Found::Excused(excuse(interaction)),
        Outcome::CouldNotVerify if interaction.pending => Found::Excused(excuse(interaction)),
        _ => Found::Broken(whole(pact, interaction, report)),
    }
}

fn warnings(interaction: &InteractionReport) -> impl Iterator<Item = String> {
    let warnings = interaction.warnings.iter();
    warnings.map(|warning| plain(&warning.to_string()))
}

fn excuse(interaction: &InteractionReport) -> String {
    let what = match interaction.outcome {
        Outcome::CouldNotVerify => "",
        _ => "not kept yet: ",
    };
    let mut lines = differences(interaction).chain(reason(interaction));
    let first = lines.next().unwrap_or_default();
    let more = match lines.count() {
        0 => "",
        _ => " …",
    };
    format!("pending, {what}{}{more}", plain(&first))
}

fn whole(pact: &PactReport, interaction: &InteractionReport, report: &Report) -> String {
    let heading = format!(
        "{} relies on {}: {}",
        pact.consumer, pact.provider, interaction.description
    );
    let states = interaction.provider_states.iter();
    let states = states.map(|state| format!("  given {state}"));
    let request = interaction.request.iter();
    let request = request.map(|line| format!("  {} {}", line.method, line.path));
    let warnings = warnings(interaction).map(|warning| format!("  warning: {warning}"));
    let output = interaction.provider_output.iter();
    let ended = report.provider_ended.iter().flat_map(|end| &end.output);
    let output: Vec<_> = match interaction.provider_output.is_empty() {
        true => ended.collect(),
        false => output.collect(),
    };
    let output = output.iter().map(|line| format!("  provider | {line}"));
    let lines = [heading].into_iter().chain(states).chain(request);
    let lines = lines
        .chain(differences(interaction))
        .chain(reason(interaction).map(|line| format!("  {line}")))
        .chain(warnings)
        .chain(output);
    lines
        .map(|line| printable(&line))
        .collect::<Vec<_>>()
        .join("\n")
}

fn differences(interaction: &InteractionReport) -> impl Iterator<Item = String> {
    let lines = render_lines(&interaction.mismatches, &RenderOptions::default());
    lines.into_iter().map(|line| format!("  {}", line.text))
}

fn reason(interaction: &InteractionReport) -> impl Iterator<Item = String> {
    let before = match interaction.outcome {
        Outcome::CouldNotVerify => "could not be verified: ",
        _ => "",
    };
    let reason = interaction.reason.iter();
    let text = reason.map(move |reason| format!("{before}{reason}"));
    let lines: Vec<_> = text
        .flat_map(|text| text.lines().map(String::from).collect::<Vec<_>>())
        .collect();
    lines.into_iter()
}

/// A line without what a terminal would obey.
fn printable(line: &str) -> String {
    let kept = |character: char| !character.is_control() || character == '\t';
    line.chars()
        .map(|character| {
            if kept(character) {
                character
            } else {
                '\u{fffd}'
            }
        })
        .collect()
}
