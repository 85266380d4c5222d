use std::time::SystemTime;

use pactwork_broker::{
    ContractKind, LabelSummary, ListedContract, ParticipantSummary, Presence, VersionSummary,
};

use super::counted;
use super::table::table;
use crate::output::{FAINT, styled};

/// How many versions with one content a line names.
const VERSIONS_NAMED: usize = 5;

/// `and 12 more (--limit)`; nothing where nothing was left out.
pub fn left_out(count: usize) -> String {
    match count {
        0 => String::new(),
        count => format!("and {count} more (left out by --limit)\n"),
    }
}

/// Participants with their newest version and where they are.
pub fn participants(participants: &[ParticipantSummary]) -> String {
    let rows: Vec<_> = participants
        .iter()
        .map(|participant| {
            let newest = participant.newest.as_ref();
            let environments = participant.environments.iter();
            let environments = environments
                .map(|(environment, versions)| format!("{environment}: {}", versions.join(", ")));
            vec![
                participant.name.clone(),
                newest
                    .map(|newest| newest.version.clone())
                    .unwrap_or_default(),
                newest
                    .and_then(|newest| newest.name.clone())
                    .unwrap_or_default(),
                newest
                    .map(|newest| moment(newest.published_at))
                    .unwrap_or_default(),
                environments.collect::<Vec<_>>().join("; "),
            ]
        })
        .collect();
    let headers = [
        "PARTICIPANT",
        "NEWEST",
        "BRANCH",
        "PUBLISHED",
        "ENVIRONMENTS",
    ];
    table(&headers, &rows)
}

/// Versions with what is known of each.
pub fn versions(versions: &[VersionSummary]) -> String {
    let rows: Vec<_> = versions
        .iter()
        .map(|version| {
            let environments: Vec<_> = version.environments.keys().map(String::as_str).collect();
            vec![
                version.version.clone(),
                version.branches.join(", "),
                version.tags.join(", "),
                moment(version.published_at),
                held(version),
                environments.join(", "),
                version.build_urls.join(", "),
            ]
        })
        .collect();
    let headers = [
        "VERSION",
        "BRANCH",
        "TAGS",
        "PUBLISHED",
        "CONTRACTS",
        "ENVIRONMENTS",
        "BUILD",
    ];
    table(&headers, &rows)
}

/// `2 pacts, 1 golden contract`
fn held(version: &VersionSummary) -> String {
    let counts = [
        (version.pacts().count(), "pact"),
        (version.golden().count(), "golden contract"),
    ];
    let held: Vec<_> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, noun)| counted(*count, noun))
        .collect();
    held.join(", ")
}

/// Branches or tags with their newest versions.
pub fn labels(header: &str, labels: &[LabelSummary]) -> String {
    let rows: Vec<_> = labels
        .iter()
        .map(|label| {
            let name = label.name.clone();
            vec![
                name.unwrap_or_else(|| styled(FAINT, "(without a branch)")),
                label.version.clone(),
                moment(label.published_at),
            ]
        })
        .collect();
    table(&[header, "NEWEST", "PUBLISHED"], &rows)
}

/// Pacts or golden contracts with the versions that published them.
pub fn contracts(kind: ContractKind, contracts: &[ListedContract]) -> String {
    let rows: Vec<_> = contracts
        .iter()
        .map(|contract| {
            let versions = &contract.versions;
            let mut named: Vec<_> = versions.iter().take(VERSIONS_NAMED).cloned().collect();
            if versions.len() > named.len() {
                named.push(format!("and {} more", versions.len() - named.len()));
            }
            vec![
                contract.participant.clone(),
                contract.name.clone(),
                named.join(", "),
                contract.content.as_str()[..12].to_owned(),
            ]
        })
        .collect();
    match kind {
        ContractKind::Pact => table(&["CONSUMER", "PROVIDER", "VERSIONS", "CONTENT"], &rows),
        ContractKind::Golden => table(&["PROVIDER", "EVENT", "VERSIONS", "CONTENT"], &rows),
    }
}

/// What is in which environment.
pub fn presences(presences: &[Presence]) -> String {
    let rows: Vec<_> = presences
        .iter()
        .map(|presence| {
            vec![
                presence.environment.clone(),
                presence.participant.clone(),
                presence.version.clone(),
                presence.how.join(", "),
            ]
        })
        .collect();
    table(&["ENVIRONMENT", "PARTICIPANT", "VERSION", "HOW"], &rows)
}

/// RFC 3339 in UTC; nothing where it is not known.
pub fn moment(moment: Option<SystemTime>) -> String {
    let text = moment.map(|moment| humantime::format_rfc3339_seconds(moment).to_string());
    text.unwrap_or_default()
}
