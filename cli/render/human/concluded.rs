//! What became of the mock providers and messages of a `pactwork mock`.

use crate::mock::Conclusion;
use crate::output::{BAD, GOOD, Output, styled};

/// What failed and what nobody finished, then what was recorded.
pub fn concluded(conclusion: &Conclusion, output: &Output) -> String {
    let mut lines = Vec::new();
    lines.extend(conclusion.failed.iter().cloned());
    if conclusion.failed_beyond > 0 {
        lines.push(format!("{} more did not hold", conclusion.failed_beyond));
    }
    let left = [
        (&conclusion.unfinished, "mock provider", "finished"),
        (&conclusion.unconfirmed, "message", "confirmed"),
    ];
    for (names, noun, verb) in left {
        lines.extend(never(names, noun, verb));
    }
    lines.push(held(conclusion));
    lines.extend(
        conclusion
            .pacts
            .iter()
            .map(|pact| format!("recorded in {}", output.path(pact))),
    );
    lines.join("\n")
}

fn never(names: &[String], noun: &str, verb: &str) -> Option<String> {
    if names.is_empty() {
        return None;
    }
    let heading = format!("{} never {verb}", counted(names.len() as u64, noun));
    let lines = names.iter().map(|name| format!("\n  - {name}"));
    Some(format!(
        "{}, so nothing was recorded:{}",
        styled(BAD, heading),
        lines.collect::<String>()
    ))
}

fn held(conclusion: &Conclusion) -> String {
    let mut parts = Vec::new();
    for (count, noun) in [
        (conclusion.finished, "mock provider"),
        (conclusion.confirmed, "message"),
    ] {
        if count > 0 {
            parts.push(counted(count, noun));
        }
    }
    match parts.is_empty() {
        true => "nothing was finished".into(),
        false => styled(GOOD, format!("{} held", parts.join(" and "))),
    }
}

fn counted(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}
