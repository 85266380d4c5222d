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
use crate::pull::Held;
use crate::records::{
    ContractKind, Manifest, ManifestEntry, PublicationEvent, PublicationKind as Kind, all_contracts,
};
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
    /// What to do where the version was published with other content.
    pub on_conflict: OnConflict,
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
    /// For content of a pact that was there already: what its provider made of it.
    pub verified: VerifiedBefore,
}

/// What a provider made of a content before.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct VerifiedBefore {
    /// Whether any version of the provider was ever verified against it.
    pub at_all: bool,
    /// The provider's branches of which a version kept it.
    pub kept_on: Vec<String>,
}

/// What happens where the version was published with other content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnConflict {
    /// Nothing is published.
    #[default]
    Fail,
    /// Pacts are merged: the version then has the interactions of both. For pacts of
    /// one version that several jobs record and publish.
    Merge,
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
    /// Content that came to be by merging with what the version had published.
    Merged,
}

/// A contract on its way into the bucket.
pub(crate) struct Contract {
    pub(crate) entry: ManifestEntry,
    pub(crate) bytes: Vec<u8>,
}

impl Broker {
    /// Publishes contracts of one version. The same again writes nothing. It
    /// becomes visible with its last write, so that a crash leaves nothing half-visible.
    ///
    /// # Errors
    /// [`BrokerError::Conflict`] where the version was published with other content
    /// that is not merged, [`BrokerError::Pruning`] where what it needs is just being
    /// removed; nothing is written.
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
        let (existing, ()) = try_join!(
            self.named_manifests(participant, version),
            self.storage.mark()
        )?;
        if publication.on_conflict == OnConflict::Merge {
            return self.publish_merged(publication, existing, now).await;
        }
        if let Some((contract, other)) = others(&contracts, &existing).first() {
            return self.refuse(publication, contract, other).await;
        }
        if existing.iter().any(|(_, existing)| *existing == manifest) {
            // An earlier run may have been cut off before.
            self.refresh_standings(participant, version).await?;
            let unchanged = |_: &ManifestEntry| PublishedStatus::Unchanged;
            return self.published(&contracts, unchanged).await;
        }
        let new = self.write(publication, &contracts, &manifest, now).await?;
        if !existing.is_empty() {
            self.refresh_standings(participant, version).await?;
        }
        let status = |entry: &ManifestEntry| match new.contains(&entry.blob) {
            true => PublishedStatus::New,
            false => PublishedStatus::Known,
        };
        self.published(&contracts, status).await
    }

    /// Writes all of a publication, its manifest last, and returns the contracts'
    /// bytes that were not there before.
    async fn write(
        &self,
        publication: &Publication,
        contracts: &[Contract],
        manifest: &Manifest,
        now: SystemTime,
    ) -> Result<Vec<ContentId>, BrokerError> {
        let bytes = to_bytes(&manifest.participant, manifest)?;
        let name = ContentId::of_bytes(&bytes);
        let (new, ..) = try_join!(
            self.put_contracts(contracts),
            self.mark_consumers(publication),
            self.record_events(manifest, name.as_str(), now),
        )?;
        let key = keys::manifest(&manifest.participant, &manifest.version, name.as_str());
        self.storage.put_bytes(&key, bytes).await?;
        Ok(new)
    }

    /// Publishes what the version then holds: everything that was published of it,
    /// with the pacts merged. Whoever writes looks again afterwards, so that of
    /// several who merge at once the last one merges them all.
    async fn publish_merged(
        &self,
        publication: &Publication,
        mut existing: Vec<(String, Manifest)>,
        now: SystemTime,
    ) -> Result<Published, BrokerError> {
        let (participant, version) = (&publication.participant, &publication.version);
        let own = contracts(publication)?;
        loop {
            let merged = self.merged(publication, &existing).await?;
            let contracts = contracts(&merged)?;
            if is_published(publication, &contracts, &existing) {
                self.refresh_standings(participant, version).await?;
                let unchanged = |_: &ManifestEntry| PublishedStatus::Unchanged;
                return self.published(&contracts, unchanged).await;
            }
            let replaces = existing.iter().map(|(name, _)| name.clone());
            let manifest = Manifest {
                replaces: replaces.collect(),
                ..manifest(publication, &contracts)
            };
            // What came to be by merging may be what an old version said.
            self.announce(&manifest).await?;
            let new = self.write(&merged, &contracts, &manifest, now).await?;
            existing = self.named_manifests(participant, version).await?;
            if others(&contracts, &existing).is_empty() {
                self.refresh_standings(participant, version).await?;
                let is_own =
                    |entry: &ManifestEntry| own.iter().any(|own| own.entry.says_the_same(entry));
                let status = |entry: &ManifestEntry| match new.contains(&entry.blob) {
                    true if is_own(entry) => PublishedStatus::New,
                    true => PublishedStatus::Merged,
                    false => PublishedStatus::Known,
                };
                return self.published(&contracts, status).await;
            }
        }
    }

    /// A publication with everything that was published of its version before.
    async fn merged(
        &self,
        publication: &Publication,
        existing: &[(String, Manifest)],
    ) -> Result<Publication, BrokerError> {
        let mut merged = publication.clone();
        let own = contracts(publication)?;
        let before = existing.iter().map(|(_, manifest)| manifest.clone());
        for entry in all_contracts(&before.collect::<Vec<_>>()) {
            match entry.kind {
                ContractKind::Pact => {
                    let pact = self.pact(&entry.blob, &Held::new()).await?;
                    add_pact(&mut merged.pacts, pact)
                        .map_err(|difference| conflict(publication, &entry, difference))?;
                }
                ContractKind::Golden => {
                    let bytes = self.storage.get_blob(&entry.blob).await?;
                    let same = |contract: &&Contract| contract.entry.same_contract(&entry);
                    match own.iter().find(same) {
                        None => merged.golden.push((entry.name.clone(), bytes)),
                        Some(own) if own.bytes == bytes => {}
                        Some(own) => {
                            let difference = difference(entry.kind, &bytes, &own.bytes);
                            return Err(conflict(publication, &entry, difference));
                        }
                    }
                }
            }
        }
        merged
            .pacts
            .sort_by(|left, right| left.provider.name.cmp(&right.provider.name));
        merged.golden.sort();
        Ok(merged)
    }

    async fn published(
        &self,
        contracts: &[Contract],
        status: impl Fn(&ManifestEntry) -> PublishedStatus,
    ) -> Result<Published, BrokerError> {
        let contracts = contracts.iter().map(|Contract { entry, .. }| {
            let status = status(entry);
            async move {
                let verified = match (entry.kind, status) {
                    (ContractKind::Pact, PublishedStatus::Known | PublishedStatus::Unchanged) => {
                        self.verified_before(&entry.content, &entry.name).await?
                    }
                    _ => VerifiedBefore::default(),
                };
                Ok::<_, BrokerError>(PublishedContract {
                    kind: entry.kind,
                    name: entry.name.clone(),
                    content: entry.content.clone(),
                    status,
                    verified,
                })
            }
        });
        Ok(Published {
            contracts: try_join_all(contracts).await?,
        })
    }

    /// Writes the contracts, and returns those that were not there before.
    async fn put_contracts(&self, contracts: &[Contract]) -> Result<Vec<ContentId>, BrokerError> {
        let written = contracts.iter().map(|contract| async move {
            let blob = &contract.entry.blob;
            let bytes = contract.bytes.clone();
            let new = self.storage.put_bytes(&keys::blob(blob), bytes).await?;
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
        let named = self.named_manifests(participant, version).await?;
        Ok(named.into_iter().map(|(_, manifest)| manifest).collect())
    }

    /// The same with their names.
    pub(crate) async fn named_manifests(
        &self,
        participant: &str,
        version: &str,
    ) -> Result<Vec<(String, Manifest)>, BrokerError> {
        let folder = keys::manifests(participant, version);
        let names = self.storage.list(&folder).await?;
        if names.iter().any(|name| name == keys::PRUNED) {
            return Ok(Vec::new());
        }
        let read = names.into_iter().map(|name| async move {
            let key = keys::manifest(participant, version, &name);
            let manifest = self.storage.get_hashed::<Manifest>(&key, &name).await?;
            Ok::<_, BrokerError>(manifest.map(|manifest| (name, manifest)))
        });
        let mut found: Vec<_> = try_join_all(read).await?.into_iter().flatten().collect();
        let replaced: BTreeSet<String> = found
            .iter()
            .flat_map(|(_, manifest)| manifest.replaces.iter().cloned())
            .collect();
        found.retain(|(name, _)| !replaced.contains(name));
        Ok(found)
    }

    pub(crate) async fn refuse(
        &self,
        publication: &Publication,
        contract: &Contract,
        other: &ManifestEntry,
    ) -> Result<Published, BrokerError> {
        let before = self.storage.get_blob(&other.blob).await?;
        let difference = difference(other.kind, &before, &contract.bytes);
        Err(conflict(publication, other, difference))
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
        let kinds = Kind::ALL.into_iter();
        let kinds: Vec<_> = kinds.filter(|kind| kind.is_of(manifest)).collect();
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

pub(crate) fn contracts(publication: &Publication) -> Result<Vec<Contract>, BrokerError> {
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

/// The contracts of which other content was published, with that.
pub(crate) fn others<'c>(
    contracts: &'c [Contract],
    existing: &'c [(String, Manifest)],
) -> Vec<(&'c Contract, &'c ManifestEntry)> {
    let known = existing
        .iter()
        .flat_map(|(_, manifest)| &manifest.contracts);
    let pairs = contracts
        .iter()
        .flat_map(|contract| known.clone().map(move |known| (contract, known)));
    pairs
        .filter(|(contract, known)| {
            known.same_contract(&contract.entry) && known.content != contract.entry.content
        })
        .collect()
}

/// Whether these are what the version holds, published just so.
fn is_published(
    publication: &Publication,
    contracts: &[Contract],
    existing: &[(String, Manifest)],
) -> bool {
    let same_place = |(_, manifest): &(String, Manifest)| {
        manifest.branch == publication.branch && manifest.tags == publication.tags
    };
    let holds = |contract: &Contract| {
        let mut known = existing
            .iter()
            .flat_map(|(_, manifest)| &manifest.contracts);
        known.any(|known| known.says_the_same(&contract.entry))
    };
    existing.iter().any(same_place)
        && contracts.iter().all(holds)
        && others(contracts, existing).is_empty()
}

fn conflict(publication: &Publication, entry: &ManifestEntry, difference: String) -> BrokerError {
    BrokerError::Conflict {
        participant: publication.participant.clone(),
        version: publication.version.clone(),
        contract: entry.kind.named(&entry.name),
        difference,
    }
}

/// Adds the interactions of a pact to those that there are with the same provider.
fn add_pact(pacts: &mut Vec<Pact>, pact: Pact) -> Result<(), String> {
    let same = |known: &Pact| known.provider.name == pact.provider.name;
    let Some(index) = pacts.iter().position(same) else {
        pacts.push(pact);
        return Ok(());
    };
    let merged = pacts[index].merge(pact);
    merged.map_err(|conflict| conflict.to_string())
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
