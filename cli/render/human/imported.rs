use pactwork_broker::ContractKind;

use super::summary;
use crate::commands::import::{Imported, ImportedContract, ImportedVersion};
use crate::output::{FAINT, GOOD, STRONG, styled};

/// What became of each version with its contracts, what was skipped, and a summary.
pub fn imported(imported: &Imported) -> String {
    let done = match imported.dry_run {
        true => "would be imported",
        false => "imported",
    };
    let mut text: String = imported
        .versions
        .iter()
        .map(|each| version(each, done))
        .collect();
    for skipped in &imported.skipped {
        text += &format!("{}\n", styled(FAINT, format!("skipped {skipped}")));
    }
    let there = imported.versions.iter().filter(|each| each.there).count();
    let counts = [
        (imported.versions.len() - there, done),
        (there, "already there"),
    ];
    text + &styled(STRONG, summary("version", &counts))
}

fn version(version: &ImportedVersion, done: &str) -> String {
    let mut text = styled(
        STRONG,
        format!("{} {}", version.participant, version.version),
    );
    if let Some(branch) = &version.branch {
        text += &format!(", branch {branch}");
    }
    for tag in &version.tags {
        text += &format!(", tag {tag}");
    }
    text += match version.there {
        true => ": already there\n",
        false => "\n",
    };
    if !version.there {
        let lines = version.contracts.iter().map(|each| contract(each, done));
        text.extend(lines);
    }
    text
}

fn contract(contract: &ImportedContract, done: &str) -> String {
    let kind = match contract.kind {
        ContractKind::Pact => "pact with",
        ContractKind::Golden => "golden contract",
    };
    let (mark, file) = (styled(GOOD, "✓"), &contract.file);
    format!("  {mark} {kind} {}: {done} from {file}\n", contract.name)
}
