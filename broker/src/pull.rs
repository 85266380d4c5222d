//! What a provider has to verify, and what a consumer may rely on.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::{StreamExt, future::try_join_all, try_join};
use pactwork_contract::{ContentId, Pact};
use serde::Serialize;

use crate::Broker;
use crate::error::BrokerError;
use crate::keys;
use crate::records::{ContractKind, ManifestEntry, PublicationEvent, all_contracts};

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

/// The head of a branch: the newest publication there that became visible.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    /// `None` for publications without a branch.
    pub(crate) branch: Option<String>,
    pub(crate) version: String,
}

impl Broker {
    /// The pacts that a provider has to keep: of every consumer, the newest
    /// publication on each branch and what is in any environment; each content once.
    ///
    /// # Errors
    /// [`BrokerError::Storage`] and [`BrokerError::Corrupt`].
    pub async fn pacts_for(&self, provider: &str) -> Result<Vec<PublishedPact>, BrokerError> {
        let (consumers, environments) =
            try_join!(self.consumers_of(provider), self.environments())?;
        let found = consumers
            .iter()
            .map(|consumer| self.pacts_of(consumer, provider, &environments));
        Ok(try_join_all(found).await?.into_iter().flatten().collect())
    }

    /// The consumers that ever published a pact with a provider.
    pub(crate) async fn consumers_of(&self, provider: &str) -> Result<Vec<String>, BrokerError> {
        let folder = keys::consumers(provider);
        let segments = self.storage.folders(&folder).await?;
        let folder = folder.as_str();
        let names = segments.iter().map(|segment| async move {
            match keys::decode(segment) {
                Some(name) => Ok(Some(name)),
                None => {
                    let mark = format!("{folder}/{segment}/mark");
                    self.storage.get_fact(&mark).await
                }
            }
        });
        Ok(try_join_all(names).await?.into_iter().flatten().collect())
    }

    async fn pacts_of(
        &self,
        consumer: &str,
        provider: &str,
        environments: &[String],
    ) -> Result<Vec<PublishedPact>, BrokerError> {
        let (heads, standings) = try_join!(
            self.heads(consumer, ContractKind::Pact),
            self.standings(environments, consumer),
        )?;
        let mut versions: BTreeMap<String, PublishedVersion> = BTreeMap::new();
        for head in heads {
            let entry = versions.entry(head.version).or_default();
            entry.branches.push(head.branch.unwrap_or(NO_BRANCH.into()));
        }
        for (environment, standing) in &standings {
            for version in standing.versions().into_keys() {
                let entry = versions.entry(version.into()).or_default();
                entry.environments.push(environment.clone());
            }
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
    async fn pact_entries(
        &self,
        consumer: &str,
        version: &str,
        provider: &str,
    ) -> Result<Vec<ManifestEntry>, BrokerError> {
        let mut entries = all_contracts(&self.manifests(consumer, version).await?);
        entries.retain(|entry| entry.kind == ContractKind::Pact && entry.name == provider);
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

    /// The heads of all branches, and of the publications without one, among those
    /// with contracts of a kind.
    pub(crate) async fn heads(
        &self,
        participant: &str,
        kind: ContractKind,
    ) -> Result<Vec<Head>, BrokerError> {
        let folder = keys::branches(participant);
        let branches = self.storage.folders(&folder).await?;
        let folders = branches.iter().map(|branch| format!("{folder}/{branch}"));
        let folders: Vec<_> = folders.chain([keys::unbranched(participant)]).collect();
        let heads = folders.iter().map(|folder| self.head(folder, kind));
        Ok(try_join_all(heads).await?.into_iter().flatten().collect())
    }

    /// The newest publication in a folder of them that became visible.
    async fn head(&self, folder: &str, kind: ContractKind) -> Result<Option<Head>, BrokerError> {
        let folder = format!("{folder}/{}", kind.segment());
        let mut names = self.storage.in_order(&folder).await?;
        while let Some(name) = names.next().await.transpose()? {
            let key = format!("{folder}/{name}");
            let Some(event) = self.storage.get_fact::<PublicationEvent>(&key).await? else {
                continue;
            };
            let manifest = keys::manifest(&event.participant, &event.version, &event.manifest);
            if self.storage.get(&manifest).await?.is_some() {
                return Ok(Some(Head {
                    branch: event.name,
                    version: event.version,
                }));
            }
        }
        Ok(None)
    }

    /// The version that is the head of a branch.
    pub(crate) async fn head_of(
        &self,
        participant: &str,
        branch: &str,
    ) -> Result<Option<String>, BrokerError> {
        let folder = keys::branch(participant, branch);
        let (pact, golden) = try_join!(
            self.head(&folder, ContractKind::Pact),
            self.head(&folder, ContractKind::Golden),
        )?;
        Ok(pact.or(golden).map(|head| head.version))
    }

    /// The golden contracts of a provider: those of its main branch, or the
    /// newest where it has none; `None` where it published none.
    ///
    /// # Errors
    /// [`BrokerError::Storage`] and [`BrokerError::Corrupt`].
    pub async fn golden_of(&self, provider: &str) -> Result<Option<PublishedGolden>, BrokerError> {
        let heads = self.heads(provider, ContractKind::Golden).await?;
        let on_main = |head: &&Head| {
            let branch = head.branch.as_deref();
            branch.is_some_and(|branch| MAIN_BRANCHES.contains(&branch))
        };
        let Some(head) = heads.iter().find(on_main).or(heads.last()) else {
            return Ok(None);
        };
        let manifests = self.manifests(provider, &head.version).await?;
        let entries = all_contracts(&manifests).into_iter();
        let golden: BTreeMap<String, ContentId> = entries
            .filter(|entry| entry.kind == ContractKind::Golden)
            .map(|entry| (entry.name, entry.blob))
            .collect();
        let contracts = golden.into_iter().map(|(name, blob)| async move {
            Ok::<_, BrokerError>((name, self.storage.get_blob(&blob).await?))
        });
        Ok(Some(PublishedGolden {
            version: head.version.clone(),
            branch: head.branch.clone(),
            contracts: try_join_all(contracts).await?,
        }))
    }
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
