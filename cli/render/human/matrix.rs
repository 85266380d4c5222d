use pactwork_broker::{Beginning, MatrixOutcome, Row, RowVersion, Scope};

use super::lists::left_out;
use super::summary;
use super::table::table;
use crate::output::{BAD, DOUBTFUL, FAINT, GOOD, styled};

/// How many of a consumer's versions with one content a row names.
const VERSIONS_NAMED: usize = 3;

/// A line a row, and how many rows there are of each result.
pub fn matrix(rows: &Beginning<Row>, scope: &Scope) -> String {
    let outcomes = [
        MatrixOutcome::Passed,
        MatrixOutcome::Failed,
        MatrixOutcome::CouldNotVerify,
        MatrixOutcome::NeverVerified,
    ]
    .map(|outcome| {
        let of = rows.items.iter().filter(|row| row.outcome == outcome);
        (of.count(), outcome.to_string())
    });
    let parts: Vec<_> = outcomes
        .iter()
        .map(|(count, outcome)| (*count, outcome.as_str()))
        .collect();
    let text = matrix_table(&rows.items, scope);
    format!(
        "{text}{}\n{}",
        summary("row", &parts),
        left_out(rows.left_out)
    )
}

/// The rows alone.
pub fn matrix_table(rows: &[Row], scope: &Scope) -> String {
    let cells: Vec<_> = rows.iter().map(|row| cells(row, scope)).collect();
    let headers = [
        "CONSUMER", "VERSION", "PROVIDER", "VERSION", "RESULT", "WHEN", "CONTENT", "BUILD",
    ];
    table(&headers, &cells)
}

fn cells(row: &Row, scope: &Scope) -> Vec<String> {
    let provider_version = match &row.provider_version {
        Some(version) => named(version),
        None => match scope {
            Scope::Environment(name) => format!("none in {name}"),
            Scope::Branch(name) => format!("none on {name}"),
            _ => "none".into(),
        },
    };
    vec![
        row.consumer.clone(),
        several(&row.consumer_versions),
        row.provider.clone(),
        provider_version,
        outcome(row.outcome),
        row.verified_at.clone().unwrap_or_default(),
        styled(FAINT, &row.content.as_str()[..12]),
        row.build_url.clone().unwrap_or_default(),
    ]
}

/// The result with its mark.
pub fn outcome(outcome: MatrixOutcome) -> String {
    match outcome {
        MatrixOutcome::Passed => styled(GOOD, "✓ passed"),
        MatrixOutcome::Failed => styled(BAD, "✗ failed"),
        MatrixOutcome::CouldNotVerify => styled(DOUBTFUL, "? could not verify"),
        MatrixOutcome::NeverVerified => styled(DOUBTFUL, "? never verified"),
    }
}

/// `3 (main), 2 (production), and 7 more`
fn several(versions: &[RowVersion]) -> String {
    let mut names: Vec<_> = versions.iter().take(VERSIONS_NAMED).map(named).collect();
    let more = versions.len() - names.len();
    if more > 0 {
        names.push(format!("and {more} more"));
    }
    names.join(", ")
}

/// `3 (main; production)`
fn named(version: &RowVersion) -> String {
    let environments = version.environments.keys();
    let places: Vec<_> = version.branches.iter().chain(environments).collect();
    let places: Vec<_> = places.into_iter().map(String::as_str).collect();
    match places.is_empty() {
        true => version.version.clone(),
        false => format!("{} ({})", version.version, places.join("; ")),
    }
}
