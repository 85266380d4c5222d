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
    let name = &contract.name;
    let status = match contract.status {
        PublishedStatus::New => "new",
        PublishedStatus::Known => "published; its content was known",
        PublishedStatus::Unchanged => "already published",
        PublishedStatus::Merged => "merged with what this version had published",
    };
    match contract.kind {
        ContractKind::Pact => format!("pact with {name}: {status}; {}", verified(contract)),
        ContractKind::Golden => format!("golden contract {name}: {status}"),
    }
}

/// What the provider made of it, or has to do.
fn verified(contract: &PublishedContract) -> String {
    let name = &contract.name;
    let before = &contract.verified;
    match (before.kept_on.as_slice(), before.at_all) {
        ([], false) => format!("{name} has to verify it"),
        ([], true) => {
            format!("{name} was verified against it, and no version on a branch kept it yet")
        }
        (branches, _) => format!("{name} kept it before, on {}", branches.join(", ")),
    }
}
