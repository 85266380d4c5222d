//! Publishing contracts and recording results.

use std::time::SystemTime;

use pactwork_contract::{ContentId, Pact, SpecificationVersion, Verification};
use serde::Serialize;

use crate::Broker;
use crate::error::BrokerError;
use crate::keys;
use crate::records::{ContractKind, Manifest, ManifestEntry, VersionEvent};
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
    /// [`BrokerError::Conflict`] where the version was published with other content; nothing is written.
    pub async fn publish(
        &self,
        publication: &Publication,
        now: SystemTime,
    ) -> Result<Published, BrokerError> {
        let contracts = contracts(publication);
        let manifest = Manifest {
            participant: publication.participant.clone(),
            version: publication.version.clone(),
            branch: publication.branch.clone(),
            tags: publication.tags.clone(),
            build_url: publication.build_url.clone(),
            contracts: contracts
                .iter()
                .map(|contract| contract.entry.clone())
                .collect(),
        };
        let existing = self
            .manifests(&publication.participant, &publication.version)
            .await?;
        for contract in &contracts {
            self.refuse_other_content(publication, contract, &existing)
                .await?;
        }
        if existing.contains(&manifest) {
            return Ok(published(&contracts, |_| PublishedStatus::Unchanged));
        }
        self.storage.mark().await?;
        let mut new = Vec::new();
        for contract in &contracts {
            let key = keys::blob(&contract.entry.blob);
            if self
                .storage
                .put_new_bytes(&key, contract.bytes.clone())
                .await?
            {
                new.push(&contract.entry.blob);
            }
        }
        self.mark_consumers(publication).await?;
        self.record_events(&manifest, now).await?;
        let bytes = to_bytes(&manifest);
        let name = ContentId::of_bytes(&bytes);
        let folder = keys::manifests(&publication.participant, &publication.version);
        self.storage
            .put_new_bytes(&format!("{folder}/{name}"), bytes)
            .await?;
        Ok(published(&contracts, |entry| {
            match new.contains(&&entry.blob) {
                true => PublishedStatus::New,
                false => PublishedStatus::Known,
            }
        }))
    }

    /// What a version published, one manifest a publication.
    pub(crate) async fn manifests(
        &self,
        participant: &str,
        version: &str,
    ) -> Result<Vec<Manifest>, BrokerError> {
        let folder = keys::manifests(participant, version);
        let names = self.storage.list(&folder).await?;
        // A longer version's name may go on in a folder below.
        let own = names.iter().filter(|name| !name.contains('/'));
        let keys: Vec<_> = own.map(|name| format!("{folder}/{name}")).collect();
        let read = keys
            .iter()
            .map(|key| self.storage.get_fact::<Manifest>(key));
        let manifests = futures_util::future::try_join_all(read).await?;
        Ok(manifests.into_iter().flatten().collect())
    }

    async fn refuse_other_content(
        &self,
        publication: &Publication,
        contract: &Contract,
        existing: &[Manifest],
    ) -> Result<(), BrokerError> {
        let entry = &contract.entry;
        let other = existing
            .iter()
            .flat_map(|manifest| &manifest.contracts)
            .find(|known| {
                known.kind == entry.kind
                    && known.name == entry.name
                    && known.content != entry.content
            });
        let Some(other) = other else { return Ok(()) };
        let before = self.storage.get_blob(&other.blob).await?;
        Err(BrokerError::Conflict {
            participant: publication.participant.clone(),
            version: publication.version.clone(),
            contract: match entry.kind {
                ContractKind::Pact => format!("pact with {}", entry.name),
                ContractKind::Golden => format!("golden contract {}", entry.name),
            },
            difference: difference(entry.kind, &before, &contract.bytes),
        })
    }

    async fn mark_consumers(&self, publication: &Publication) -> Result<(), BrokerError> {
        for pact in &publication.pacts {
            let folder = keys::consumers(&pact.provider.name);
            let key = format!("{folder}/{}/mark", keys::encode(&publication.participant));
            self.storage.put_new(&key, &publication.participant).await?;
        }
        Ok(())
    }

    async fn record_events(&self, manifest: &Manifest, now: SystemTime) -> Result<(), BrokerError> {
        let participant = &manifest.participant;
        let mut kinds: Vec<_> = manifest.contracts.iter().map(|entry| entry.kind).collect();
        kinds.sort();
        kinds.dedup();
        let mut events = Vec::new();
        match &manifest.branch {
            Some(branch) => {
                events.push((
                    format!("{}/{}", keys::branches(participant), keys::encode(branch)),
                    Some(branch),
                ));
            }
            None => events.push((keys::unbranched(participant), None)),
        }
        for tag in &manifest.tags {
            events.push((
                format!("{}/{}", keys::tags(participant), keys::encode(tag)),
                Some(tag),
            ));
        }
        for (folder, name) in events {
            for kind in &kinds {
                let event = VersionEvent {
                    participant: participant.clone(),
                    version: manifest.version.clone(),
                    name: name.cloned(),
                };
                let key = format!("{folder}/{}{}", keys::event(now), kind.suffix());
                self.storage.put_new(&key, &event).await?;
            }
        }
        Ok(())
    }

    /// Records the result of a verification. Every run is kept; the newest counts.
    ///
    /// # Errors
    /// [`BrokerError::Storage`] where it could not be written.
    pub async fn record_verification(
        &self,
        verification: &Verification,
        now: SystemTime,
    ) -> Result<(), BrokerError> {
        self.storage.mark().await?;
        let Verification {
            pact,
            provider,
            provider_version,
            ..
        } = verification;
        let folder = keys::verification(pact, provider, provider_version);
        self.storage
            .put_new(&format!("{folder}/run/{}", keys::event(now)), verification)
            .await?;
        self.storage
            .put_latest(&format!("{folder}/latest"), verification)
            .await
    }
}

fn contracts(publication: &Publication) -> Vec<Contract> {
    let pacts = publication.pacts.iter().map(|pact| {
        // Version 4 holds everything that can be read.
        let bytes = pact.to_bytes(SpecificationVersion::V4).unwrap_or_default();
        let entry = ManifestEntry {
            kind: ContractKind::Pact,
            name: pact.provider.name.clone(),
            content: pact.content_id(),
            blob: ContentId::of_bytes(&bytes),
        };
        Contract { entry, bytes }
    });
    let golden = publication.golden.iter().map(|(name, bytes)| {
        let id = ContentId::of_bytes(bytes);
        let (kind, name) = (ContractKind::Golden, name.clone());
        Contract {
            entry: ManifestEntry {
                kind,
                name,
                content: id.clone(),
                blob: id,
            },
            bytes: bytes.clone(),
        }
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
