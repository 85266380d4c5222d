//! What was asked for and is not there.

use pactwork_broker::similar_names;
use pactwork_provider::Candidate;

use super::criterion::{Criteria, Criterion, distinct};
use super::interactions;
use crate::failure::{Failure, Result};
use crate::output::Output;

/// How many values a list has at most.
const SHOWN: usize = 12;

/// An error if nothing was chosen; a warning for what fits nothing beside others that do.
pub fn check(
    criteria: &Criteria,
    all: &[Candidate<'_>],
    chosen: &[Candidate<'_>],
    output: &Output,
) -> Result<()> {
    let fits_none = |each: &&Criterion| !all.iter().any(|one| each.fits_candidate(one));
    let vain: Vec<_> = criteria.kinds().flatten().filter(fits_none).collect();
    if chosen.is_empty() {
        return Err(failure(criteria, &vain, all));
    }
    for criterion in vain {
        output.warning(format!(
            "{} fits no interaction; {}",
            criterion.asked(),
            known(criterion, all)
        ));
    }
    Ok(())
}

fn failure(criteria: &Criteria, vain: &[&Criterion], all: &[Candidate<'_>]) -> Failure {
    let kinds_in_vain = criteria.kinds().filter(|kind| {
        kind.iter()
            .all(|each| vain.iter().any(|vain| std::ptr::eq(*vain, each)))
    });
    let in_vain: Vec<_> = kinds_in_vain.flatten().collect();
    let count = interactions(all.len());
    match in_vain.first() {
        Some(first) => {
            let asked: Vec<_> = in_vain.iter().map(|each| each.asked()).collect();
            Failure::wrong_input(format!(
                "nothing was chosen of {count}: {} fits none",
                asked.join(" and ")
            ))
            .advise(known(first, all))
        }
        None => {
            let asked: Vec<_> = criteria.kinds().map(any_of).collect();
            Failure::wrong_input(format!(
                "nothing was chosen of {count}: each is there, but none fits all of {}",
                asked.join(" and ")
            ))
            .advise("leave one of them out")
        }
    }
}

fn any_of(kind: &[Criterion]) -> String {
    let asked: Vec<_> = kind.iter().map(Criterion::asked).collect();
    asked.join(" or ")
}

/// `similar: slow; the tags are: slow, smoke`
fn known(criterion: &Criterion, all: &[Candidate<'_>]) -> String {
    let Some((what, _)) = all.first().map(|first| criterion.known(first)) else {
        return String::new();
    };
    let values = distinct(all.iter().flat_map(|each| criterion.known(each).1));
    if matches!(criterion, Criterion::NoState) {
        return "every interaction has a provider state".into();
    }
    if values.is_empty() {
        return format!("no interaction has any {what}");
    }
    let similar = similar(criterion.text(), &values);
    let similar = match similar.is_empty() {
        true => String::new(),
        false => format!("similar: {}; ", similar.join(", ")),
    };
    format!("{similar}the {what} are: {}", listed(&values))
}

/// Those that have the text in another case first.
fn similar(text: &str, values: &[String]) -> Vec<String> {
    let lower = text.to_lowercase();
    let with_it = values
        .iter()
        .filter(|each| each.to_lowercase().contains(&lower));
    let with_it: Vec<_> = with_it
        .filter(|_| !text.is_empty())
        .take(3)
        .cloned()
        .collect();
    match with_it.is_empty() {
        true => similar_names(text, values.iter().cloned()),
        false => with_it,
    }
}

fn listed(values: &[String]) -> String {
    let shown = values[..values.len().min(SHOWN)].join(", ");
    match values.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
