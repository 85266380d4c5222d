//! What a publication that comes from somewhere else would change.

use std::collections::BTreeSet;

use crate::Broker;
use crate::error::BrokerError;
use crate::publish::{Publication, contracts, others};
use crate::records::{Manifest, ManifestEntry};

/// Whether the bucket has what a publication says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlreadyPublished {
    /// All of it: its contracts under its version, on its branch, with its tags.
    Whole,
    /// Something of it is missing, and nothing contradicts it.
    NotWhole,
}

impl Broker {
    /// Whether a publication would say anything new. Writes nothing.
    ///
    /// # Errors
    /// [`BrokerError::Conflict`] where the version was published with other content.
    pub async fn presence(
        &self,
        publication: &Publication,
    ) -> Result<AlreadyPublished, BrokerError> {
        let (participant, version) = (&publication.participant, &publication.version);
        let contracts = contracts(publication)?;
        let existing = self.named_manifests(participant, version).await?;
        if let Some((contract, other)) = others(&contracts, &existing).first() {
            let refused = self.refuse(publication, contract, other).await;
            return refused.map(|_| AlreadyPublished::NotWhole);
        }
        let existing: Vec<_> = existing.into_iter().map(|(_, manifest)| manifest).collect();
        let entries = contracts.into_iter().map(|contract| contract.entry);
        Ok(presence(
            publication,
            &entries.collect::<Vec<_>>(),
            &existing,
        ))
    }
}

fn presence(
    publication: &Publication,
    wanted: &[ManifestEntry],
    known: &[Manifest],
) -> AlreadyPublished {
    let has = |wanted: &ManifestEntry| {
        let mut entries = known.iter().flat_map(|manifest| &manifest.contracts);
        entries.any(|entry| entry.says_the_same(wanted))
    };
    let branches: BTreeSet<_> = known
        .iter()
        .filter_map(|each| each.branch.as_ref())
        .collect();
    let tags: BTreeSet<_> = known.iter().flat_map(|each| &each.tags).collect();
    let on_branch = publication
        .branch
        .as_ref()
        .is_none_or(|branch| branches.contains(branch));
    let tagged = publication.tags.iter().all(|tag| tags.contains(tag));
    match !known.is_empty() && on_branch && tagged && wanted.iter().all(has) {
        true => AlreadyPublished::Whole,
        false => AlreadyPublished::NotWhole,
    }
}

#[cfg(test)]
mod tests {
    use pactwork_contract::ContentId;

    use super::*;
    use crate::ContractKind;

    fn entry(name: &str) -> ManifestEntry {
        let id = ContentId::of_bytes(name.as_bytes());
        ManifestEntry {
            kind: ContractKind::Pact,
            name: name.into(),
            content: id.clone(),
            blob: id,
        }
    }

    fn manifest(branch: Option<&str>, tags: &[&str], contracts: &[&str]) -> Manifest {
        Manifest {
            participant: "web".into(),
            version: "1".into(),
            branch: branch.map(str::to_owned),
            tags: tags.iter().map(|tag| (*tag).into()).collect(),
            build_url: Some("http://ci/1".into()),
            contracts: contracts.iter().map(|name| entry(name)).collect(),
            replaces: Vec::new(),
        }
    }

    #[test]
    fn all_manifests_of_the_version_count_together() {
        use AlreadyPublished::{NotWhole, Whole};
        let main = manifest(Some("main"), &["a"], &["orders"]);
        let more = manifest(Some("fix"), &["b"], &["users"]);
        for (branch, tags, contracts, known, expected) in [
            (Some("main"), vec!["a"], vec!["orders"], vec![&main], Whole),
            (None, vec![], vec!["orders"], vec![&main], Whole),
            (None, vec![], vec!["orders"], vec![], NotWhole),
            (None, vec![], vec!["users"], vec![&main], NotWhole),
            (Some("fix"), vec![], vec!["orders"], vec![&main], NotWhole),
            (None, vec!["b"], vec!["orders"], vec![&main], NotWhole),
            (
                Some("fix"),
                vec!["a", "b"],
                vec!["orders", "users"],
                vec![&main, &more],
                Whole,
            ),
        ] {
            let publication = Publication {
                branch: branch.map(str::to_owned),
                tags: tags.into_iter().map(str::to_owned).collect(),
                ..Publication::of("web", "1")
            };
            let wanted: Vec<_> = contracts.into_iter().map(entry).collect();
            let known: Vec<_> = known.into_iter().cloned().collect();
            let found = presence(&publication, &wanted, &known);
            assert_eq!(found, expected, "{publication:?}, {wanted:?}");
        }
    }
}
