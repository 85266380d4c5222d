//! For GitHub Actions: an annotation for what failed or could not be verified.

use super::shown::{Shown, ShownInteraction, ShownPact, Verdict};
use crate::render::github::Annotation;
use crate::render::human::counted;

/// GitHub shows the first ten errors of a step.
const SHOWN: usize = 9;

/// Workflow commands, one a line.
pub fn annotations(report: &Shown) -> String {
    let mut lines = Vec::new();
    if let Some(reason) = &report.not_begun {
        lines.push(error("pactwork verify", reason));
        return lines.join("\n");
    }
    let all: Vec<_> = report.interactions().collect();
    let broken: Vec<_> = all
        .iter()
        .filter(|(_, each)| matches!(each.verdict, Verdict::Failed | Verdict::CouldNotVerify))
        .collect();
    for (pact, interaction) in broken.iter().take(SHOWN) {
        lines.push(annotation("error", pact, interaction));
    }
    if broken.len() > SHOWN {
        let more = counted(broken.len() - SHOWN, "more interaction");
        let text = format!("{more} failed or could not be verified");
        lines.push(error("pactwork verify", &text));
    }
    let pending = all
        .iter()
        .filter(|(_, each)| matches!(each.verdict, Verdict::Pending(_)));
    for (pact, interaction) in pending.take(SHOWN) {
        lines.push(annotation("warning", pact, interaction));
    }
    lines.join("\n")
}

fn annotation(level: &'static str, pact: &ShownPact, interaction: &ShownInteraction) -> String {
    let verdict = match interaction.verdict {
        Verdict::Pending(_) => "pending, does not count",
        verdict => verdict.word(),
    };
    let text = format!("{verdict}: {}", interaction.details().join("\n"));
    Annotation {
        level,
        title: &format!("{}: {}", pact.name(), interaction.description),
        file: pact.file.as_deref(),
        text: &text,
    }
    .to_string()
}

fn error(title: &str, text: &str) -> String {
    Annotation {
        level: "error",
        title,
        file: None,
        text,
    }
    .to_string()
}
