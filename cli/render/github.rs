//! For GitHub Actions: workflow commands that annotate the run (GitHub's
//! documentation, "Workflow commands for GitHub Actions").

use pactwork_broker::{Answer, Change, Decision};

use crate::failure::{Failure, Result};

/// An annotation for each reason, and one for the answer.
pub fn decision(decision: &Decision) -> String {
    let versions = decision.versions.iter();
    let versions = versions.map(|asked| format!("{} {}", asked.participant, asked.version));
    let what = versions.collect::<Vec<_>>().join(", ");
    let Decision {
        answer,
        destination,
        ..
    } = decision;
    let mut lines = vec![command(
        *answer,
        &format!("{answer}: {what} to {destination}"),
    )];
    for reason in &decision.reasons {
        let mut text = reason.explanation.clone();
        for problem in &reason.problems {
            text += &format!("\n{problem}");
        }
        if let Some(next) = &reason.next {
            text += &format!("\nnext: {next}");
        }
        lines.push(command(reason.answer, &text));
    }
    let notes = decision.notes.iter();
    lines.extend(notes.map(|note| command(Answer::Unknown, note)));
    lines.join("\n")
}

/// Outputs of a step (GitHub's documentation, "Setting an output parameter"): whether
/// anything is new, how much, and what, as JSON on one line.
pub fn changes(changes: &[Change]) -> Result<String> {
    let json = serde_json::to_string(changes)
        .map_err(|reason| Failure::wrong_input(format!("the result is no JSON: {reason}")))?;
    let count = changes.len();
    Ok(format!(
        "changed={}\ncount={count}\nchanges={json}",
        count > 0
    ))
}

fn command(answer: Answer, text: &str) -> String {
    let level = match answer {
        Answer::Yes => "notice",
        Answer::Unknown => "warning",
        Answer::No => "error",
    };
    let escaped = text
        .replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A");
    format!("::{level} title=can-i-deploy::{escaped}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_annotation_is_one_line() {
        assert_eq!(
            command(Answer::No, "100 %\nnext: x"),
            "::error title=can-i-deploy::100 %25%0Anext: x"
        );
    }
}
