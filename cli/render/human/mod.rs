//! For people: marks, indentation and colour.

mod changes;
mod concluded;
mod cross_check;
mod decision;
mod difference;
mod draft;
mod examination;
mod examples;
mod imported;
mod lists;
mod log;
mod matrix;
mod merged;
mod pruned;
mod publication;
mod pulled;
mod show;
mod stubs;
mod table;
mod told;
mod verification;

pub use changes::changes;
pub use concluded::concluded;
pub use cross_check::cross_check;
pub use decision::decision;
pub use difference::{pact_difference, schema_difference};
pub use draft::draft;
pub use examination::examination;
pub use examples::examples;
pub use imported::imported;
pub use lists::{contracts, labels, left_out, participants, presences, versions};
pub use log::log;
pub use matrix::matrix;
pub use merged::merged;
pub use pruned::pruned;
pub use publication::published;
pub use pulled::pulled;
pub use show::{Participant, golden, pact, participant, version};
pub use stubs::{stub_size, stubs};
pub use told::told;
pub use verification::{consumer, counts, progress, verification};

use pactwork_contract::Outcome;

use crate::output::{BAD, DOUBTFUL, GOOD, styled};

fn mark(outcome: Outcome) -> String {
    match outcome {
        Outcome::Passed => styled(GOOD, "✓"),
        Outcome::Failed => styled(BAD, "✗"),
        Outcome::CouldNotVerify => styled(DOUBTFUL, "?"),
    }
}

/// A participant with its versions, where they are known: `web 1.0.0, 1.1.0`.
pub fn with_versions(name: &str, versions: &[String]) -> String {
    match versions.is_empty() {
        true => name.into(),
        false => format!("{name} {}", versions.join(", ")),
    }
}

/// `1 example`, `2 examples`
pub fn counted(count: usize, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    }
}

/// `3 examples: 2 valid, 1 invalid`; what there is none of is left out.
fn summary(noun: &str, parts: &[(usize, &str)]) -> String {
    let total: usize = parts.iter().map(|(count, _)| count).sum();
    let words = counts_in_words(parts);
    match words.is_empty() {
        true => counted(total, noun),
        false => format!("{}: {words}", counted(total, noun)),
    }
}

/// `2 valid, 1 invalid`; what there is none of is left out.
pub fn counts_in_words(parts: &[(usize, &str)]) -> String {
    let parts: Vec<String> = parts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::summary;

    #[test]
    fn a_summary_names_only_what_there_is() {
        assert_eq!(
            summary("example", &[(0, "valid"), (0, "invalid")]),
            "0 examples"
        );
        assert_eq!(
            summary("example", &[(1, "valid"), (0, "invalid")]),
            "1 example: 1 valid"
        );
        assert_eq!(
            summary("example", &[(2, "valid"), (1, "invalid")]),
            "3 examples: 2 valid, 1 invalid"
        );
    }
}
