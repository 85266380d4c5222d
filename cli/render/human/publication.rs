use pactwork_broker::{ContractKind, Publication, Published, PublishedContract, PublishedStatus};

use crate::output::{GOOD, STRONG, styled};

/// What was published as what, a line a contract.
pub fn published(publication: &Publication, published: &Published) -> String {
    let mut text = styled(
        STRONG,
        format!("{} {}", publication.participant, publication.version),
    );
    if let Some(branch) = &publication.branch {
        text += &format!(", branch {branch}");
    }
    for tag in &publication.tags {
        text += &format!(", tag {tag}");
    }
    for contract in &published.contracts {
        text += &format!("\n  {} {}", styled(GOOD, "✓"), line(contract));
    }
    text
}

fn line(contract: &PublishedContract) -> String {
    let kind = match contract.kind {
        ContractKind::Pact => "pact with",
        ContractKind::Golden => "golden contract",
    };
    let status = match contract.status {
        PublishedStatus::New => "new",
        PublishedStatus::Known => "published; its content was known",
        PublishedStatus::Unchanged => "already published",
    };
    format!("{kind} {}: {status}", contract.name)
}
