use pactwork_contract::Outcome;

use super::{mark, summary, with_versions};
use crate::commands::record_verification::MergedPact;

/// Each pact with how many of its interactions are kept, and which are not.
pub fn merged(pacts: &[MergedPact]) -> String {
    pacts.iter().map(pact).collect()
}

fn pact(pact: &MergedPact) -> String {
    let count = |outcome| {
        let interactions = pact.interactions.iter();
        interactions.filter(|each| each.outcome == outcome).count()
    };
    let counts = summary(
        "interaction",
        &[
            (count(Outcome::Passed), "passed"),
            (count(Outcome::Failed), "failed"),
            (count(Outcome::CouldNotVerify), "could not be verified"),
        ],
    );
    let consumer = with_versions(&pact.consumer, &pact.consumer_versions);
    let pending = match pact.pending && pact.outcome() == Outcome::Failed {
        true => " (pending: failing does not count)",
        false => "",
    };
    let mark_of_all = mark(pact.outcome());
    let mut text = format!(
        "{mark_of_all} {consumer} → {}: {counts}{pending}\n",
        pact.provider
    );
    for each in pact
        .interactions
        .iter()
        .filter(|each| each.outcome != Outcome::Passed)
    {
        text += &format!("    {} {}\n", mark(each.outcome), each.description);
    }
    text
}
