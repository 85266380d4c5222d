//! What a provider has to verify, and what a consumer may rely on.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::try_join_all;
use pactwork_contract::{ContentId, Pact};
use serde::Serialize;

use crate::Broker;
use crate::error::BrokerError;
use crate::keys;
use crate::records::{ContractKind, Manifest, ManifestEntry, VersionEvent};

/// One content of a pact that a provider has to keep.
#[derive(Debug, Clone, PartialEq)]
pub struct PublishedPact {
    /// Who relies on it.
    pub consumer: String,
    /// What it says.
    pub content: ContentId,
    /// The versions of the consumer that it was chosen for.
    pub versions: Vec<PublishedVersion>,
    /// The pact.
    pub pact: Pact,
    /// Why it was chosen: `newest on main (1.0.0); deployed to production (1.0.0)`.
    pub why: String,
}

/// A version of a consumer, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct PublishedVersion {
    /// The version.
    pub version: String,
    /// The branches of which it is the newest.
    pub branches: Vec<String>,
    /// The environments that it is deployed to.
    pub environments: Vec<String>,
}

/// The golden contracts of one version of a provider.
#[derive(Debug, Clone, PartialEq)]
pub struct PublishedGolden {
    /// The version.
    pub version: String,
    /// Its branch.
    pub branch: Option<String>,
    /// Event name and the JSON Schema's bytes.
    pub contracts: Vec<(String, Vec<u8>)>,
}

/// The branches whose golden contracts are preferred.
const MAIN_BRANCHES: [&str; 2] = ["main", "master"];

/// The name under which publications without a branch are listed.
const NO_BRANCH: &str = "";

impl Broker {
    /// The pacts that a provider has to keep: of every consumer, the newest
    /// publication on each branch and what is deployed to any environment; each content once.
    ///
    /// # Errors
    /// [`BrokerError::Storage`] and [`BrokerError::Corrupt`].
    pub async fn pacts_for(&self, provider: &str) -> Result<Vec<PublishedPact>, BrokerError> {
        let (consumers, deployed) =
            futures_util::try_join!(self.consumers_of(provider), self.all_deployed())?;
        let empty = BTreeMap::new();
        let found = consumers.iter().map(|consumer| {
            let deployed = deployed.get(consumer).unwrap_or(&empty);
            self.pacts_of(consumer, provider, deployed)
        });
        Ok(try_join_all(found).await?.into_iter().flatten().collect())
    }

    /// The consumers that ever published a pact with a provider.
    pub(crate) async fn consumers_of(&self, provider: &str) -> Result<Vec<String>, BrokerError> {
        let marks = self.storage.list(&keys::consumers(provider)).await?;
        Ok(marks
            .iter()
            .filter_map(|mark| keys::decode(mark.strip_suffix("/mark")?))
            .collect())
    }

    async fn pacts_of(
        &self,
        consumer: &str,
        provider: &str,
        deployed: &BTreeMap<String, String>,
    ) -> Result<Vec<PublishedPact>, BrokerError> {
        let heads = self.heads(consumer, ContractKind::Pact).await?;
        let mut versions: BTreeMap<String, PublishedVersion> = BTreeMap::new();
        for (branch, version) in heads {
            let entry = versions.entry(version).or_default();
            entry.branches.push(branch);
        }
        for (environment, version) in deployed {
            versions
                .entry(version.clone())
                .or_default()
                .environments
                .push(environment.clone());
        }
        let entries = versions
            .keys()
            .map(|version| self.pact_entries(consumer, version, provider));
        let entries = try_join_all(entries).await?;
        let mut by_content: BTreeMap<ContentId, (ContentId, Vec<PublishedVersion>)> =
            BTreeMap::new();
        for ((version, standing), entries) in versions.into_iter().zip(entries) {
            for entry in entries {
                let (_, chosen) = by_content
                    .entry(entry.content)
                    .or_insert((entry.blob, Vec::new()));
                chosen.push(PublishedVersion {
                    version: version.clone(),
                    ..standing.clone()
                });
            }
        }
        let pacts = by_content
            .into_iter()
            .map(|(content, (blob, versions))| async move {
                let pact = self.pact(&blob).await?;
                let (consumer, why) = (consumer.to_owned(), why(&versions));
                Ok(PublishedPact {
                    consumer,
                    content,
                    versions,
                    pact,
                    why,
                })
            });
        try_join_all(pacts).await
    }

    /// The pacts with a provider that a version published: one, or several
    /// where two publishers contradict each other.
    pub(crate) async fn pact_entries(
        &self,
        consumer: &str,
        version: &str,
        provider: &str,
    ) -> Result<Vec<ManifestEntry>, BrokerError> {
        let manifests = self.manifests(consumer, version).await?;
        let mut entries = pacts_in(manifests);
        entries.retain(|entry| entry.name == provider);
        Ok(entries)
    }

    async fn pact(&self, blob: &ContentId) -> Result<Pact, BrokerError> {
        let bytes = self.storage.get_blob(blob).await?;
        let key = keys::blob(blob);
        let read = Pact::read(&bytes, &key);
        read.map(|loaded| loaded.pact)
            .map_err(|error| BrokerError::Corrupt {
                key,
                reason: error.to_string(),
            })
    }

    /// The newest published version on each branch, among those with contracts of a kind.
    async fn heads(
        &self,
        participant: &str,
        kind: ContractKind,
    ) -> Result<Vec<(String, String)>, BrokerError> {
        let (branches, unbranched) = (keys::branches(participant), keys::unbranched(participant));
        let (on_branches, others) =
            futures_util::try_join!(self.storage.list(&branches), self.storage.list(&unbranched))?;
        let mut events: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for name in on_branches
            .iter()
            .filter(|name| name.ends_with(kind.suffix()))
        {
            let Some((branch, _)) = name.rsplit_once('/') else {
                continue;
            };
            events
                .entry(branch.to_owned())
                .or_default()
                .push(format!("{branches}/{name}"));
        }
        for name in others.iter().filter(|name| name.ends_with(kind.suffix())) {
            events
                .entry(NO_BRANCH.into())
                .or_default()
                .push(format!("{unbranched}/{name}"));
        }
        let heads = events
            .into_iter()
            .map(|(branch, events)| self.head(branch, events));
        Ok(try_join_all(heads).await?.into_iter().flatten().collect())
    }

    /// The newest event whose publication became visible.
    async fn head(
        &self,
        branch: String,
        events: Vec<String>,
    ) -> Result<Option<(String, String)>, BrokerError> {
        for key in events.iter().rev() {
            let Some(event) = self.storage.get_fact::<VersionEvent>(key).await? else {
                continue;
            };
            if !self
                .manifests(&event.participant, &event.version)
                .await?
                .is_empty()
            {
                return Ok(Some((event.name.unwrap_or(branch), event.version)));
            }
        }
        Ok(None)
    }

    /// The golden contracts of a provider: those of its main branch, or the
    /// newest where it has none; `None` where it published none.
    ///
    /// # Errors
    /// [`BrokerError::Storage`] and [`BrokerError::Corrupt`].
    pub async fn golden_of(&self, provider: &str) -> Result<Option<PublishedGolden>, BrokerError> {
        let heads = self.heads(provider, ContractKind::Golden).await?;
        let main = heads
            .iter()
            .find(|(branch, _)| MAIN_BRANCHES.contains(&branch.as_str()));
        let Some((branch, version)) = main.or(heads.last()) else {
            return Ok(None);
        };
        let manifests = self.manifests(provider, version).await?;
        let entries = manifests
            .into_iter()
            .flat_map(|manifest| manifest.contracts);
        let golden: BTreeMap<String, ContentId> = entries
            .filter(|entry| entry.kind == ContractKind::Golden)
            .map(|entry| (entry.name, entry.blob))
            .collect();
        let contracts = golden.into_iter().map(|(name, blob)| async move {
            Ok::<_, BrokerError>((name, self.storage.get_blob(&blob).await?))
        });
        Ok(Some(PublishedGolden {
            version: version.clone(),
            branch: (branch != NO_BRANCH).then(|| branch.clone()),
            contracts: try_join_all(contracts).await?,
        }))
    }
}

/// The pacts of several publications of one version, each content once.
pub(crate) fn pacts_in(manifests: Vec<Manifest>) -> Vec<ManifestEntry> {
    let entries = manifests
        .into_iter()
        .flat_map(|manifest| manifest.contracts);
    let mut pacts: Vec<_> = entries
        .filter(|entry| entry.kind == ContractKind::Pact)
        .collect();
    pacts.sort_by(|left, right| (&left.name, &left.content).cmp(&(&right.name, &right.content)));
    pacts.dedup_by(|left, right| left.name == right.name && left.content == right.content);
    pacts
}

fn why(versions: &[PublishedVersion]) -> String {
    let mut reasons = BTreeSet::new();
    for PublishedVersion {
        version,
        branches,
        environments,
    } in versions
    {
        for branch in branches {
            reasons.insert(match branch.as_str() {
                NO_BRANCH => format!("newest without a branch ({version})"),
                branch => format!("newest on {branch} ({version})"),
            });
        }
        for environment in environments {
            reasons.insert(format!("deployed to {environment} ({version})"));
        }
    }
    reasons.into_iter().collect::<Vec<_>>().join("; ")
}
