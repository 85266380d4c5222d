use std::collections::BTreeSet;

use pactwork_broker::{FoundGolden, FoundPact, LabelSummary, Presence, Row, Scope, VersionSummary};
use pactwork_contract::{Interaction, Pact};

use super::counted;
use super::lists::{labels, moment, presences, versions};
use super::matrix::matrix_table;
use crate::output::{FAINT, STRONG, styled};

/// Everything that is shown of a participant.
#[derive(Debug)]
pub struct Participant<'n> {
    pub name: &'n str,
    pub branches: Vec<LabelSummary>,
    /// The newest ones.
    pub versions: Vec<VersionSummary>,
    pub versions_left_out: usize,
    pub deployments: Vec<Presence>,
    /// What it relies on, and what others rely on it for.
    pub rows: Vec<Row>,
}

impl Participant<'_> {
    /// Whom it relies on.
    pub fn providers(&self) -> BTreeSet<&str> {
        let own = self.rows.iter().filter(|row| row.consumer == self.name);
        own.map(|row| row.provider.as_str()).collect()
    }

    /// Who relies on it.
    pub fn consumers(&self) -> BTreeSet<&str> {
        let own = self.rows.iter().filter(|row| row.provider == self.name);
        own.map(|row| row.consumer.as_str()).collect()
    }
}

/// A participant: on which branches, in which versions, where, and with whom.
pub fn participant(found: &Participant) -> String {
    let mut text = styled(STRONG, found.name) + "\n";
    let names = |names: BTreeSet<&str>| match names.is_empty() {
        true => "nobody".to_owned(),
        false => names.into_iter().collect::<Vec<_>>().join(", "),
    };
    text += &format!("  relies on: {}\n", names(found.providers()));
    text += &format!("  relied on by: {}\n", names(found.consumers()));
    text += &section("Branches", &found.branches, |all| labels("BRANCH", all));
    text += &section("Versions, the newest first", &found.versions, versions);
    if found.versions_left_out > 0 {
        text += &format!(
            "  and {} more: pactwork list versions --participant {}\n",
            found.versions_left_out, found.name
        );
    }
    text += &section("Deployed or released", &found.deployments, presences);
    text += &section("Results", &found.rows, |rows| {
        matrix_table(rows, &Scope::Current)
    });
    text
}

/// A title with an indented text below it; nothing where there is nothing.
fn section<T>(title: &str, items: &[T], text: impl FnOnce(&[T]) -> String) -> String {
    if items.is_empty() {
        return String::new();
    }
    let mut section = format!("\n{}\n", styled(STRONG, title));
    for line in text(items).lines() {
        section += &format!("  {line}\n");
    }
    section
}

/// A version: what it published, where it is, and the results it takes part in.
pub fn version(found: &VersionSummary, rows: &[Row]) -> String {
    let mut text = styled(STRONG, format!("{} {}", found.participant, found.version)) + "\n";
    let environments = found.environments.iter();
    let environments: Vec<_> = environments
        .map(|(name, how)| format!("{name} ({})", how.join(", ")))
        .collect();
    for (what, value) in [
        ("published", moment(found.published_at)),
        ("branch", found.branches.join(", ")),
        ("tags", found.tags.join(", ")),
        ("build", found.build_urls.join(", ")),
        ("in", environments.join(", ")),
    ] {
        if !value.is_empty() {
            text += &format!("  {what}: {value}\n");
        }
    }
    for contract in found.pacts() {
        text += &line("pact with", &contract.name, contract.content.as_str());
    }
    for contract in found.golden() {
        text += &line("golden contract", &contract.name, contract.content.as_str());
    }
    if found.contracts.is_empty() {
        text += "  no contract\n";
    }
    text + &section("Results", rows, |rows| matrix_table(rows, &Scope::All))
}

fn line(kind: &str, name: &str, content: &str) -> String {
    format!("  {kind} {name}  {}\n", styled(FAINT, &content[..12]))
}

/// A pact's interactions, a line each.
pub fn pact(found: &FoundPact) -> String {
    let FoundPact {
        version,
        content,
        pact,
    } = found;
    let Pact {
        consumer, provider, ..
    } = pact;
    let parties = format!("{} → {}", consumer.name, provider.name);
    let mut text = format!("{}\n", styled(STRONG, parties));
    text += &published(version, content.as_str());
    let count = pact.interactions.len() + pact.not_understood.len();
    text += &format!("  {}\n", counted(count, "interaction"));
    let mut lines: Vec<_> = pact.interactions.iter().map(interaction).collect();
    lines.extend(pact.not_understood.iter().map(|each| {
        let reason = &each.reason;
        format!("an interaction that is not understood: {reason}")
    }));
    lines.sort();
    for line in lines {
        text += &format!("    {line}\n");
    }
    text
}

/// `"a request for order 7" given "order 7 exists": GET /orders/7 → 200`
fn interaction(interaction: &Interaction) -> String {
    let what = match interaction {
        Interaction::Http(http) => {
            let (request, response) = (&http.request, &http.response);
            format!("{} {} → {}", request.method, request.path, response.status)
        }
        Interaction::AsynchronousMessage(_) => "a message".into(),
        Interaction::SynchronousMessage(message) => {
            format!(
                "a message and {}",
                counted(message.responses.len(), "answer")
            )
        }
    };
    format!("{}: {what}", interaction.identity())
}

/// A golden contract with its schema.
pub fn golden(found: &FoundGolden) -> String {
    let parties = format!("{} of {}", found.event, found.version.participant);
    let mut text = format!("{}\n", styled(STRONG, parties));
    text += &published(&found.version, found.content.as_str());
    text + &String::from_utf8_lossy(&found.schema)
}

fn published(version: &VersionSummary, content: &str) -> String {
    let places: Vec<_> = version.branches.iter().chain(&version.tags).collect();
    let places: Vec<_> = places.into_iter().map(String::as_str).collect();
    let at = match places.is_empty() {
        true => String::new(),
        false => format!(" ({})", places.join(", ")),
    };
    let content = styled(FAINT, format!("content {content}"));
    format!("  version {}{at}\n  {content}\n", version.version)
}
