//! The Test Anything Protocol, version 14, which readers of version 13 understand: a
//! test point for each interaction, with what is wrong as YAML below it.

use serde_json::{Map, Value};

use super::shown::{Shown, ShownInteraction, ShownPact, Verdict};

/// The whole report.
pub fn document(report: &Shown) -> String {
    let mut text = format!("TAP version 14\n1..{}\n", report.counts().all());
    let mut number = 0;
    for pact in &report.pacts {
        text += &format!("# {}\n", pact.name());
        for warning in &pact.warnings {
            text += &format!("# warning: {warning}\n");
        }
        for interaction in &pact.interactions {
            number += 1;
            text += &point(number, pact, interaction);
        }
    }
    if let Some((status, _)) = &report.ended {
        text += &format!("# the provider ended with {status}\n");
    }
    text
}

fn point(number: usize, pact: &ShownPact, interaction: &ShownInteraction) -> String {
    let name = escaped(&format!("{}: {}", pact.name(), interaction.name()));
    let (result, directive) = match interaction.verdict {
        Verdict::Passed => ("ok", ""),
        Verdict::Failed | Verdict::CouldNotVerify => ("not ok", ""),
        Verdict::Pending(_) => ("not ok", " # TODO pending: does not count"),
        Verdict::NotReplayed => ("ok", " # SKIP not replayed"),
    };
    format!(
        "{result} {number} - {name}{directive}\n{}",
        diagnostics(interaction)
    )
}

/// `#` begins a directive, so it is escaped ("TAP 14 specification", Escaping).
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('#', "\\#")
}

/// JSON is YAML, and in strings on one line there is nothing that could end the block.
fn diagnostics(interaction: &ShownInteraction) -> String {
    let mut members = Map::new();
    let severity = match interaction.verdict {
        Verdict::Passed => None,
        Verdict::Failed => Some("fail"),
        Verdict::CouldNotVerify => Some("error"),
        Verdict::Pending(_) => Some("todo"),
        Verdict::NotReplayed => Some("skip"),
    };
    if let (Some(severity), Some(problem)) = (severity, interaction.problem()) {
        members.insert("message".into(), problem.into());
        members.insert("severity".into(), severity.into());
    }
    members.insert("duration_ms".into(), (interaction.duration * 1000.0).into());
    if !matches!(interaction.verdict, Verdict::Passed | Verdict::NotReplayed) {
        members.insert("details".into(), interaction.details().into());
        members.insert(
            "provider_output".into(),
            interaction.provider_output.clone().into(),
        );
    }
    let lines = members.iter().map(|(name, value)| line(name, value));
    format!("  ---\n{}  ...\n", lines.collect::<String>())
}

fn line(name: &str, value: &Value) -> String {
    match value {
        Value::Array(elements) if elements.is_empty() => String::new(),
        Value::Array(elements) => {
            let lines = elements.iter().map(|each| format!("    - {each}\n"));
            format!("  {name}:\n{}", lines.collect::<String>())
        }
        value => format!("  {name}: {value}\n"),
    }
}
