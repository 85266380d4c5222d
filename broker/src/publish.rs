//! Publishing contracts and recording results.

use std::collections::BTreeSet;
use std::time::SystemTime;

use futures_util::{future::try_join_all, try_join};
use pactwork_contract::{ContentId, Pact, SpecificationVersion};
use serde::Serialize;

use crate::Broker;
use crate::error::BrokerError;
use crate::event::EventId;
use crate::keys;
use crate::records::{ContractKind, Manifest, ManifestEntry, PublicationEvent};
use crate::storage::to_bytes;

/// What a participant publishes of one version.
#[derive(Debug, Clone, Default)]
pub struct Publication {
    /// Who publishes.
    pub participant: String,
    /// The version, usually a commit.
    pub version: String,
    /// The branch of that version.
    pub branch: Option<String>,
    /// Tags of that version.
    pub tags: Vec<String>,
    /// Where to look at the job that publishes.
    pub build_url: Option<String>,
    /// What the participant relies on, as a consumer.
    pub pacts: Vec<Pact>,
    /// What the participant promises, as a provider: event name and canonical JSON Schema.
    pub golden: Vec<(String, Vec<u8>)>,
}

impl Publication {
    /// A publication that holds no contract yet.
    pub fn of(participant: impl Into<String>, version: impl Into<String>) -> Self {
        Self {
            participant: participant.into(),
            version: version.into(),
            ..Self::default()
        }
    }
}

/// What became of a publication.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Published {
    /// Every contract in the order given, pacts first.
    pub contracts: Vec<PublishedContract>,
}

/// What became of one contract.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PublishedContract {
    /// A pact or a golden contract.
    pub kind: ContractKind,
    /// The provider of a pact, the event of a golden contract.
    pub name: String,
    /// What the contract says.
    pub content: ContentId,
    /// Whether it was there already.
    pub status: PublishedStatus,
}

/// Whether a contract was there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PublishedStatus {
    /// Content that was not in the bucket.
    New,
    /// Content that is there from another version.
    Known,
    /// This very publication was there; nothing was written.
    Unchanged,
}

/// A contract on its way into the bucket.
struct Contract {
    entry: ManifestEntry,
    bytes: Vec<u8>,
}

impl Broker {
    /// Publishes contracts of one version. The same again writes nothing. It
    /// becomes visible with its last write, so that a crash leaves nothing half-visible.
    ///
    /// # Errors
    /// [`BrokerError::Conflict`] where the version was published with other content,
    /// [`BrokerError::Pruning`] where what it needs is just being removed; nothing is written.
    pub async fn publish(
        &self,
        publication: &Publication,
        now: SystemTime,
    ) -> Result<Published, BrokerError> {
        self.afresh().publish_as_it_is(publication, now).await
    }

    async fn publish_as_it_is(
        &self,
        publication: &Publication,
        now: SystemTime,
    ) -> Result<Published, BrokerError> {
        let (participant, version) = (&publication.participant, &publication.version);
        let contracts = contracts(publication)?;
        let manifest = manifest(publication, &contracts);
        self.announce(&manifest).await?;
        let (existing, ()) = try_join!(self.manifests(participant, version), self.storage.mark(),)?;
        for contract in &contracts {
            self.refuse_other_content(publication, contract, &existing)
                .await?;
        }
        if existing.contains(&manifest) {
            return Ok(published(&contracts, |_| PublishedStatus::Unchanged));
        }
        let bytes = to_bytes(participant, &manifest)?;
        let name = ContentId::of_bytes(&bytes);
        let (new, ..) = try_join!(
            self.put_contracts(&contracts),
            self.mark_consumers(publication),
            self.record_events(&manifest, name.as_str(), now),
        )?;
        let key = keys::manifest(participant, version, name.as_str());
        self.storage.put_bytes(&key, bytes).await?;
        if !existing.is_empty() {
            self.refresh_standings(participant, version).await?;
        }
        Ok(published(&contracts, |entry| {
            match new.contains(&entry.blob) {
                true => PublishedStatus::New,
                false => PublishedStatus::Known,
            }
        }))
    }

    /// Writes the contracts, and returns those that were not there before.
    async fn put_contracts(&self, contracts: &[Contract]) -> Result<Vec<ContentId>, BrokerError> {
        let written = contracts.iter().map(|contract| async move {
            let blob = &contract.entry.blob;
            let bytes = contract.bytes.clone();
            let new = self.storage.put_blob(blob, bytes).await?;
            Ok::<_, BrokerError>(new.then(|| blob.clone()))
        });
        Ok(try_join_all(written).await?.into_iter().flatten().collect())
    }

    /// What a version published, one manifest a publication, without those that
    /// others replace.
    pub(crate) async fn manifests(
        &self,
        participant: &str,
        version: &str,
    ) -> Result<Vec<Manifest>, BrokerError> {
        let names = self
            .storage
            .list(&keys::manifests(participant, version))
            .await?;
        if names.iter().any(|name| name == keys::PRUNED) {
            return Ok(Vec::new());
        }
        let read = names.iter().map(|name| async move {
            let key = keys::manifest(participant, version, name);
            let manifest = self.storage.get_hashed::<Manifest>(&key, name).await?;
            Ok::<_, BrokerError>(manifest.map(|manifest| (name, manifest)))
        });
        let found: Vec<_> = try_join_all(read).await?.into_iter().flatten().collect();
        let replaced: BTreeSet<String> = found
            .iter()
            .flat_map(|(_, manifest)| manifest.replaces.iter().cloned())
            .collect();
        let standing = found
            .into_iter()
            .filter(|(name, _)| !replaced.contains(*name));
        Ok(standing.map(|(_, manifest)| manifest).collect())
    }

    async fn refuse_other_content(
        &self,
        publication: &Publication,
        contract: &Contract,
        existing: &[Manifest],
    ) -> Result<(), BrokerError> {
        let entry = &contract.entry;
        let known = existing.iter().flat_map(|manifest| &manifest.contracts);
        let mut others = known.filter(|known| known.same_contract(entry));
        let Some(other) = others.find(|known| known.content != entry.content) else {
            return Ok(());
        };
        let before = self.storage.get_blob(&other.blob).await?;
        Err(BrokerError::Conflict {
            participant: publication.participant.clone(),
            version: publication.version.clone(),
            contract: entry.kind.named(&entry.name),
            difference: difference(entry.kind, &before, &contract.bytes),
        })
    }

    async fn mark_consumers(&self, publication: &Publication) -> Result<(), BrokerError> {
        let consumer = &publication.participant;
        let marks = publication.pacts.iter().map(|pact| async move {
            let key = keys::consumer(&pact.provider.name, consumer);
            self.storage.put_copy(&key, consumer).await
        });
        try_join_all(marks).await.map(drop)
    }

    async fn record_events(
        &self,
        manifest: &Manifest,
        name: &str,
        now: SystemTime,
    ) -> Result<(), BrokerError> {
        let participant = &manifest.participant;
        let tags = manifest.tags.iter();
        let mut folders: Vec<_> = tags
            .map(|tag| (keys::tag(participant, tag), Some(tag)))
            .collect();
        folders.push(match &manifest.branch {
            Some(branch) => (keys::branch(participant, branch), Some(branch)),
            None => (keys::unbranched(participant), None),
        });
        let id = EventId::at(now);
        let kinds = [ContractKind::Pact, ContractKind::Golden];
        let kinds = kinds.into_iter().filter(|kind| manifest.holds(*kind));
        let kinds: Vec<_> = kinds.collect();
        let version = keys::encode(&manifest.version);
        let mut events = Vec::new();
        for (folder, about) in &folders {
            let event = PublicationEvent {
                participant: participant.clone(),
                version: manifest.version.clone(),
                name: about.cloned(),
                manifest: name.into(),
            };
            for kind in &kinds {
                let (kind, id) = (kind.segment(), id.as_str());
                let key = format!("{folder}/{kind}/{id}/{version}/{name}");
                events.push((key, event.clone()));
            }
        }
        let written = events
            .iter()
            .map(|(key, event)| self.storage.put_fact(key, event));
        try_join_all(written).await.map(drop)
    }
}

fn manifest(publication: &Publication, contracts: &[Contract]) -> Manifest {
    Manifest {
        participant: publication.participant.clone(),
        version: publication.version.clone(),
        branch: publication.branch.clone(),
        tags: publication.tags.clone(),
        build_url: publication.build_url.clone(),
        contracts: contracts
            .iter()
            .map(|contract| contract.entry.clone())
            .collect(),
        replaces: Vec::new(),
    }
}

fn contracts(publication: &Publication) -> Result<Vec<Contract>, BrokerError> {
    let pacts = publication.pacts.iter().map(|pact| {
        let bytes = pact.to_bytes(SpecificationVersion::V4);
        let bytes = bytes.map_err(|error| BrokerError::Unwritable {
            contract: ContractKind::Pact.named(&pact.provider.name),
            reason: error.to_string(),
        })?;
        let entry = ManifestEntry {
            kind: ContractKind::Pact,
            name: pact.provider.name.clone(),
            content: pact.content_id(),
            blob: ContentId::of_bytes(&bytes),
        };
        Ok(Contract { entry, bytes })
    });
    let golden = publication.golden.iter().map(|(name, bytes)| {
        let id = ContentId::of_bytes(bytes);
        let (kind, name) = (ContractKind::Golden, name.clone());
        Ok(Contract {
            entry: ManifestEntry {
                kind,
                name,
                content: id.clone(),
                blob: id,
            },
            bytes: bytes.clone(),
        })
    });
    pacts.chain(golden).collect()
}

fn published(
    contracts: &[Contract],
    status: impl Fn(&ManifestEntry) -> PublishedStatus,
) -> Published {
    let contracts = contracts
        .iter()
        .map(|Contract { entry, .. }| PublishedContract {
            kind: entry.kind,
            name: entry.name.clone(),
            content: entry.content.clone(),
            status: status(entry),
        });
    Published {
        contracts: contracts.collect(),
    }
}

fn difference(kind: ContractKind, before: &[u8], after: &[u8]) -> String {
    let read = |bytes| {
        Pact::read(bytes, "published")
            .ok()
            .map(|loaded| loaded.pact)
    };
    match (kind, read(before), read(after)) {
        (ContractKind::Pact, Some(before), Some(after)) => {
            if let Err(conflict) = before.clone().merge(after.clone()) {
                return conflict.to_string();
            }
            let lacks = |one: &Pact, other: &Pact| {
                let lacking = one.interactions.iter().find(|each| {
                    !other
                        .interactions
                        .iter()
                        .any(|known| known.identity() == each.identity())
                });
                lacking.map(|each| each.identity().to_string())
            };
            match (lacks(&before, &after), lacks(&after, &before)) {
                (Some(gone), _) => format!("the interaction {gone} is not in the new one"),
                (None, Some(added)) => {
                    format!("the interaction {added} is not in the published one")
                }
                (None, None) => "they differ in what is not an interaction".into(),
            }
        }
        _ => "its schema differs".into(),
    }
}
