//! For GitHub Actions: workflow commands that annotate the run (GitHub's
//! documentation, "Workflow commands for GitHub Actions").

use pactwork_broker::{Answer, Change, Decision};

use std::fmt;

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
    Annotation {
        level,
        title: "can-i-deploy",
        file: None,
        text,
    }
    .to_string()
}

/// A workflow command that annotates the run; its `Display` is one line, whatever the
/// texts are.
#[derive(Debug)]
pub struct Annotation<'a> {
    /// `error`, `warning` or `notice`.
    pub level: &'static str,
    pub title: &'a str,
    /// The file that it is about, from the repository's root.
    pub file: Option<&'a str>,
    pub text: &'a str,
}

impl fmt::Display for Annotation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { level, title, .. } = self;
        write!(f, "::{level} title={}", property(title))?;
        if let Some(file) = self.file {
            write!(f, ",file={}", property(file))?;
        }
        write!(f, "::{}", data(self.text))
    }
}

/// As the runner's own toolkit escapes (actions/toolkit, `command.ts`).
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
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
        let annotation = Annotation {
            level: "warning",
            title: "a::b,file=c\r\n::error::d",
            file: Some("pacts/a,b.json"),
            text: "e::f,g",
        };
        assert_eq!(
            annotation.to_string(),
            "::warning title=a%3A%3Ab%2Cfile=c%0D%0A%3A%3Aerror%3A%3Ad,\
             file=pacts/a%2Cb.json::e::f,g"
        );
    }
}
