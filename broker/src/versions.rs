//! Which versions of a participant a question is about, and what is known of them.

use std::collections::{BTreeMap, BTreeSet};
use std::time::SystemTime;

use futures_util::{future::try_join_all, try_join};
use pactwork_contract::ContentId;
use serde::Serialize;

use crate::Broker;
use crate::concurrently::concurrently;
use crate::error::BrokerError;
use crate::keys;
use crate::known_versions::KnownVersion;
use crate::moment;
use crate::records::{ContractKind, Manifest, PublicationKind, Standing, all_contracts};
use crate::select::{Head, MAIN_BRANCHES, is_main_branch};

/// Which versions of participants are looked at.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Scope {
    /// The newest on each branch, and what is in any environment.
    #[default]
    Current,
    /// The newest on the main branch (`main` or `master`); the newest of all of a
    /// participant that has none.
    Main,
    /// What is in an environment.
    Environment(String),
    /// The newest on a branch.
    Branch(String),
    /// All that were ever published.
    All,
}

/// A version of a participant, and what is known of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VersionSummary {
    /// Who published it.
    pub participant: String,
    /// Its name, usually a commit.
    pub version: String,
    /// When it was first published, as far as it was looked for.
    #[serde(
        serialize_with = "moment::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub published_at: Option<SystemTime>,
    /// The branches that it was published on.
    pub branches: Vec<String>,
    /// The tags that it was published under.
    pub tags: Vec<String>,
    /// The jobs that published it.
    pub build_urls: Vec<String>,
    /// Environment to how it is there: `deployed`, `deployed as eu`, `released`.
    pub environments: BTreeMap<String, Vec<String>>,
    /// What it published. Two of one name are there only where two publishers at
    /// once contradicted each other.
    pub contracts: Vec<ContractSummary>,
}

/// A contract of a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ContractSummary {
    /// A pact or a golden contract.
    pub kind: ContractKind,
    /// The provider of a pact, the event of a golden contract.
    pub name: String,
    /// What it says.
    pub content: ContentId,
    #[serde(skip)]
    pub(crate) blob: ContentId,
}

impl VersionSummary {
    /// What it relies on: the pacts that it published.
    pub fn pacts(&self) -> impl Iterator<Item = &ContractSummary> {
        self.of_kind(ContractKind::Pact)
    }

    /// What it promises: the golden contracts that it published.
    pub fn golden(&self) -> impl Iterator<Item = &ContractSummary> {
        self.of_kind(ContractKind::Golden)
    }

    fn of_kind(&self, kind: ContractKind) -> impl Iterator<Item = &ContractSummary> {
        let contracts = self.contracts.iter();
        contracts.filter(move |contract| contract.kind == kind)
    }

    /// The newest first; those of which it is not known when come last.
    pub(crate) fn sort(versions: &mut [Self]) {
        versions.sort_by(|left, right| {
            let newer = right.published_at.cmp(&left.published_at);
            newer.then_with(|| right.version.cmp(&left.version))
        });
    }
}

/// The versions of a participant that count in each of its roles.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Considered {
    pub(crate) as_consumer: Vec<VersionSummary>,
    pub(crate) as_provider: Vec<VersionSummary>,
}

impl Considered {
    /// Each version once, the newest first.
    pub(crate) fn all(self) -> Vec<VersionSummary> {
        let mut versions = self.as_consumer;
        for version in self.as_provider {
            if !versions
                .iter()
                .any(|known| known.version == version.version)
            {
                versions.push(version);
            }
        }
        VersionSummary::sort(&mut versions);
        versions
    }
}

/// The newest publications on branches, apart by what they held.
#[derive(Debug, Clone, Default)]
pub(crate) struct Heads {
    pub(crate) pacts: Vec<Head>,
    pub(crate) others: Vec<Head>,
}

/// Version to when it was published.
type Picked = BTreeMap<String, Option<SystemTime>>;

impl Heads {
    /// As a consumer, the newest publication with pacts counts.
    fn as_consumer(&self) -> Vec<&Head> {
        self.pacts.iter().collect()
    }

    /// As a provider, the newest publication on each branch counts, whatever it held.
    pub(crate) fn as_provider(&self) -> Vec<&Head> {
        let mut newest = BTreeMap::<Option<&str>, &Head>::new();
        for head in self.pacts.iter().chain(&self.others) {
            let known = newest.entry(head.branch.as_deref()).or_insert(head);
            if known.at < head.at {
                *known = head;
            }
        }
        newest.into_values().collect()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.pacts.is_empty() && self.others.is_empty()
    }
}

/// The versions that heads and environments name.
fn pick(heads: &[&Head], standings: &BTreeMap<String, Standing>, scope: &Scope) -> Picked {
    let mut picked = Picked::new();
    let newest = heads.iter().max_by_key(|head| head.at);
    for head in heads {
        // Only heads that the scope asks for were read, but where there is no main branch.
        let main = head.branch.as_deref().is_some_and(is_main_branch);
        let stands_in = newest.is_some_and(|newest| newest == head);
        if *scope != Scope::Main || main || stands_in && !heads.iter().any(|head| on_main(head)) {
            let at = picked.entry(head.version.clone()).or_insert(Some(head.at));
            *at = (*at).min(Some(head.at));
        }
    }
    for standing in standings.values() {
        for version in standing.contracts.keys() {
            picked.entry(version.clone()).or_default();
        }
    }
    picked
}

fn on_main(head: &Head) -> bool {
    head.branch.as_deref().is_some_and(is_main_branch)
}

impl Broker {
    /// The versions of a participant that a scope is about.
    pub(crate) async fn considered(
        &self,
        participant: &str,
        scope: &Scope,
        environments: &[String],
    ) -> Result<Considered, BrokerError> {
        if *scope == Scope::All {
            return self.all_considered(participant, environments).await;
        }
        let (heads, standings) = try_join!(
            self.heads_in(participant, scope),
            self.standings_in(participant, scope, environments),
        )?;
        let as_consumer = pick(&heads.as_consumer(), &standings, scope);
        let as_provider = pick(&heads.as_provider(), &standings, scope);
        let both: Picked = as_consumer
            .iter()
            .chain(&as_provider)
            .map(|(version, at)| (version.clone(), *at))
            .collect();
        let read = both
            .into_iter()
            .map(|(version, at)| self.summary(participant, version, at, &standings));
        let read = try_join_all(read).await?;
        let of = |picked: &Picked| {
            let versions = read.iter();
            let versions = versions.filter(|version| picked.contains_key(&version.version));
            let mut versions: Vec<_> = versions.cloned().collect();
            VersionSummary::sort(&mut versions);
            versions
        };
        Ok(Considered {
            as_consumer: of(&as_consumer),
            as_provider: of(&as_provider),
        })
    }

    async fn all_considered(
        &self,
        participant: &str,
        environments: &[String],
    ) -> Result<Considered, BrokerError> {
        let versions = self.known_versions(participant).await?;
        let versions = self.summaries(participant, versions, environments).await?;
        Ok(Considered {
            as_consumer: versions.clone(),
            as_provider: versions,
        })
    }

    /// What is known of versions that a listing found.
    pub(crate) async fn summaries(
        &self,
        participant: &str,
        versions: Vec<KnownVersion>,
        environments: &[String],
    ) -> Result<Vec<VersionSummary>, BrokerError> {
        let standings = self.standings(environments, participant).await?;
        let standings = &standings;
        concurrently(versions, |known| async move {
            let mut summary = self
                .summary(participant, known.version, known.at, standings)
                .await?;
            // Of names that are too long for a key, and of what others replaced.
            summary.branches = known.branches.into_keys().collect();
            summary.tags = known.tags.into_keys().collect();
            Ok(summary)
        })
        .await
    }

    /// A version by its name; `None` where nobody published it.
    pub(crate) async fn named_version(
        &self,
        participant: &str,
        version: &str,
        environments: &[String],
    ) -> Result<Option<VersionSummary>, BrokerError> {
        let standings = self.standings(environments, participant).await?;
        let manifests = self.manifests(participant, version).await?;
        let summary = || summary(participant, version.into(), None, (&manifests, &standings));
        Ok((!manifests.is_empty()).then(summary))
    }

    async fn summary(
        &self,
        participant: &str,
        version: String,
        at: Option<SystemTime>,
        standings: &BTreeMap<String, Standing>,
    ) -> Result<VersionSummary, BrokerError> {
        let manifests = self.manifests(participant, &version).await?;
        Ok(summary(participant, version, at, (&manifests, standings)))
    }

    async fn standings_in(
        &self,
        participant: &str,
        scope: &Scope,
        environments: &[String],
    ) -> Result<BTreeMap<String, Standing>, BrokerError> {
        match scope {
            Scope::Current | Scope::All => self.standings(environments, participant).await,
            Scope::Environment(name) => {
                self.standings(std::slice::from_ref(name), participant)
                    .await
            }
            Scope::Main | Scope::Branch(_) => Ok(BTreeMap::new()),
        }
    }

    async fn heads_in(&self, participant: &str, scope: &Scope) -> Result<Heads, BrokerError> {
        match scope {
            Scope::Environment(_) => Ok(Heads::default()),
            Scope::Branch(branch) => self.heads_below(&[keys::branch(participant, branch)]).await,
            Scope::Main => {
                let main = MAIN_BRANCHES.map(|branch| keys::branch(participant, branch));
                let heads = self.heads_below(&main).await?;
                match heads.is_empty() {
                    true => self.all_heads(participant).await,
                    false => Ok(heads),
                }
            }
            Scope::Current | Scope::All => self.all_heads(participant).await,
        }
    }

    /// The newest on each branch, and of those published without one.
    pub(crate) async fn all_heads(&self, participant: &str) -> Result<Heads, BrokerError> {
        let folder = keys::branches(participant);
        let branches = self.storage.folders(&folder).await?;
        let folders = branches.iter().map(|branch| format!("{folder}/{branch}"));
        let folders: Vec<_> = folders.chain([keys::unbranched(participant)]).collect();
        self.heads_below(&folders).await
    }

    async fn heads_below(&self, folders: &[String]) -> Result<Heads, BrokerError> {
        let kinds = PublicationKind::ALL.map(|kind| {
            concurrently(folders, move |folder| async move {
                self.head(folder, kind).await
            })
        });
        let [pacts, golden, bare] = kinds;
        let (pacts, golden, bare) = try_join!(pacts, golden, bare)?;
        Ok(Heads {
            pacts: pacts.into_iter().flatten().collect(),
            others: golden.into_iter().chain(bare).flatten().collect(),
        })
    }
}

fn summary(
    participant: &str,
    version: String,
    published_at: Option<SystemTime>,
    (manifests, standings): (&[Manifest], &BTreeMap<String, Standing>),
) -> VersionSummary {
    let each = |of: fn(&Manifest) -> Vec<String>| {
        let all: BTreeSet<_> = manifests.iter().flat_map(of).collect();
        all.into_iter().collect::<Vec<_>>()
    };
    let environments = standings.iter().filter_map(|(environment, standing)| {
        let how = standing.versions().remove(version.as_str())?;
        Some((environment.clone(), how))
    });
    let contracts = all_contracts(manifests).into_iter();
    VersionSummary {
        participant: participant.into(),
        published_at,
        branches: each(|manifest| manifest.branch.clone().into_iter().collect()),
        tags: each(|manifest| manifest.tags.clone()),
        build_urls: each(|manifest| manifest.build_url.clone().into_iter().collect()),
        environments: environments.collect(),
        contracts: contracts
            .map(|entry| ContractSummary {
                kind: entry.kind,
                name: entry.name,
                content: entry.content,
                blob: entry.blob,
            })
            .collect(),
        version,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn head(branch: &str, version: &str, second: u64) -> Head {
        Head {
            branch: (!branch.is_empty()).then(|| branch.into()),
            version: version.into(),
            at: SystemTime::UNIX_EPOCH + Duration::from_secs(second),
        }
    }

    fn picked(heads: &[&Head], standings: &BTreeMap<String, Standing>, scope: &Scope) -> String {
        let picked = pick(heads, standings, scope);
        picked.into_keys().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_main_branch_counts_and_without_one_the_newest() {
        let none = BTreeMap::new();
        let (main, master) = (head("main", "3", 30), head("master", "6", 60));
        let (feature, bare) = (head("feature", "4", 40), head("", "5", 50));
        for (heads, on_main, current) in [
            (vec![&main, &feature, &bare], "3", "3 4 5"),
            (vec![&master, &main], "3 6", "3 6"),
            (vec![&feature, &bare], "5", "4 5"),
            (vec![], "", ""),
        ] {
            assert_eq!(picked(&heads, &none, &Scope::Main), on_main, "{heads:?}");
            assert_eq!(picked(&heads, &none, &Scope::Current), current, "{heads:?}");
        }
    }

    #[test]
    fn what_is_in_an_environment_counts_as_well() {
        let standing = Standing {
            contracts: [("1".into(), Vec::new()), ("3".into(), Vec::new())].into(),
            ..Standing::default()
        };
        let standings = [("production".into(), standing)].into();
        let main = head("main", "3", 30);
        assert_eq!(picked(&[&main], &standings, &Scope::Current), "1 3");
        let place = Scope::Environment("production".into());
        assert_eq!(picked(&[], &standings, &place), "1 3");
    }

    #[test]
    fn a_provider_is_at_its_newest_publication_whatever_it_held() {
        let heads = Heads {
            pacts: vec![head("main", "1", 10), head("old", "0", 1)],
            others: vec![head("main", "2", 20)],
        };
        let versions = |heads: Vec<&Head>| {
            let versions = heads.iter().map(|head| head.version.as_str());
            versions.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(versions(heads.as_consumer()), "1 0");
        assert_eq!(versions(heads.as_provider()), "2 0");
    }
}
