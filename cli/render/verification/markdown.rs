//! Markdown, as GitHub shows it in the summary of a step.

use super::shown::{Shown, ShownInteraction, ShownPact, Verdict};
use crate::render::human::counted;

/// How many interactions are shown in full; a step's summary may have a megabyte.
const SHOWN: usize = 25;

/// How many characters of each are shown.
const MOST: usize = 8_000;

/// A table of the pacts, and what is wrong.
pub fn summary(report: &Shown) -> String {
    let counts = report.counts();
    let words = counts.words();
    let words: Vec<_> = words
        .iter()
        .map(|(n, word)| format!("{n} {word}"))
        .collect();
    let mut text = format!(
        "## Pact verification: {}\n\n{}{}{} in {:.2} s\n\n",
        report.outcome,
        counted(counts.all(), "interaction"),
        if words.is_empty() { "" } else { ": " },
        words.join(", "),
        report.duration
    );
    if let Some(reason) = &report.not_begun {
        text += &format!("Nothing was replayed:\n\n{}", block(reason));
        return text;
    }
    text += &table(report);
    let wrong: Vec<_> = report
        .interactions()
        .filter(|(_, each)| !matches!(each.verdict, Verdict::Passed | Verdict::NotReplayed))
        .collect();
    for (pact, interaction) in wrong.iter().take(SHOWN) {
        text += &details(pact, interaction);
    }
    if wrong.len() > SHOWN {
        text += &format!(
            "… and {}\n\n",
            counted(wrong.len() - SHOWN, "more interaction")
        );
    }
    if let Some((status, output)) = &report.ended {
        text += &format!(
            "The provider ended with {} while it was verified; it wrote:\n\n{}",
            escaped(status),
            block(&output.join("\n"))
        );
    }
    text
}

fn table(report: &Shown) -> String {
    if report.pacts.is_empty() {
        return "There was no pact to verify.\n\n".into();
    }
    let mut text = String::from(
        "| pact | passed | failed | could not be verified | does not count | not replayed |\n\
         |---|---:|---:|---:|---:|---:|\n",
    );
    for pact in &report.pacts {
        let counts = pact.counts();
        text += &format!(
            "| {} | {} | {} | {} | {} | {} |\n",
            escaped(&pact.name()),
            counts.passed,
            counts.failed,
            counts.could_not_verify,
            counts.pending,
            counts.not_replayed
        );
    }
    text + "\n"
}

fn details(pact: &ShownPact, interaction: &ShownInteraction) -> String {
    let mut lines = interaction.details();
    let output = interaction.provider_output.iter();
    lines.extend(output.map(|line| format!("provider | {line}")));
    format!(
        "<details><summary>{} {}: {} ({})</summary>\n\n{}</details>\n\n",
        match interaction.verdict {
            Verdict::Failed => "❌",
            _ => "⚠️",
        },
        escaped(&pact.name()),
        escaped(&interaction.description),
        interaction.verdict.word(),
        block(&lines.join("\n"))
    )
}

/// As it is, in an element in which Markdown means nothing (CommonMark, 4.6).
fn block(text: &str) -> String {
    let end = text
        .char_indices()
        .nth(MOST)
        .map_or(text.len(), |(at, _)| at);
    let cut = if end < text.len() { "…" } else { "" };
    format!("<pre>{}{cut}</pre>\n\n", in_html(&text[..end]))
}

fn in_html(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// Each character by its number that means something in Markdown or HTML, or that GitHub
/// makes a link of: all but letters and digits.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        match character {
            plain if plain.is_alphanumeric() || plain == ' ' || !plain.is_ascii() => {
                escaped.push(plain);
            }
            other => escaped += &format!("&#{};", u32::from(other)),
        }
    }
    escaped
}
