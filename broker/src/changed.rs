//! Which contents are new since a moment: for a provider, what it has to keep and
//! does not yet; for a consumer, what it relies on.

use std::collections::{BTreeMap, BTreeSet};
use std::time::SystemTime;

use futures_util::{StreamExt, TryStreamExt, future::try_join_all, stream, try_join};
use pactwork_contract::ContentId;
use serde::Serialize;

use crate::Broker;
use crate::error::BrokerError;
use crate::event::EventId;
use crate::history::{
    AT_ONCE, Fact, History, PublishedVersion, RecordKind, Recorded, VersionContract, standing,
};
use crate::keys;
use crate::records::{ContractKind, Manifest, PublicationEvent, PublicationKind};
use crate::select::MAIN_BRANCHES;

/// What is asked: whose contracts, and since when.
#[derive(Debug, Clone)]
pub struct Changes {
    /// None older than this.
    pub since: SystemTime,
    /// On this branch of who published alone.
    pub branch: Option<String>,
    /// The pacts that this provider has to keep.
    pub provider: Option<String>,
    /// What this consumer relies on.
    pub consumer: Option<Relying>,
}

/// A consumer, and whom it relies on beside those that its pacts name.
#[derive(Debug, Clone)]
pub struct Relying {
    /// The consumer.
    pub consumer: String,
    /// Providers of events that it consumes.
    pub providers: BTreeSet<String>,
}

/// Something that is new.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Change {
    /// A content of a pact that no version on the provider's main branch ever kept.
    Pact {
        /// Who relies on it.
        consumer: String,
        /// Who has to keep it.
        provider: String,
        /// What it says.
        content: ContentId,
        /// The versions that published it, the oldest first.
        versions: Vec<VersionOnBranch>,
    },
    /// A content of a golden contract.
    Golden {
        /// Who promises it.
        provider: String,
        /// The event.
        event: String,
        /// What it says.
        content: ContentId,
        /// The versions that published it, the oldest first.
        versions: Vec<VersionOnBranch>,
    },
    /// A version of a provider, with whatever contracts.
    Version {
        /// Who published.
        participant: String,
        /// The version.
        #[serde(flatten)]
        version: VersionOnBranch,
    },
}

/// A version and its branch.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct VersionOnBranch {
    /// The version.
    pub version: String,
    /// Its branch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
}

impl VersionOnBranch {
    fn of(published: &PublishedVersion) -> Self {
        Self {
            version: published.version.clone(),
            branch: published.branch.clone(),
        }
    }
}

/// A participant and its branch.
type Line = (String, Option<String>);

/// What was the newest on each line by kind and name.
pub(crate) type Heads = BTreeMap<Line, BTreeMap<(ContractKind, String), BTreeSet<ContentId>>>;

/// The contracts whose content differs from what was the newest before, on the same
/// branch and on the main one: each publication by its key, in the order of time.
pub(crate) fn fresh(facts: &[Recorded], mut heads: Heads) -> BTreeSet<(String, VersionContract)> {
    let mut found = BTreeSet::new();
    for (key, published) in publications(facts) {
        let participant = &published.participant;
        let main = MAIN_BRANCHES.map(|main| (participant.clone(), Some(main.to_owned())));
        let own = (participant.clone(), published.branch.clone());
        for contract in &published.contracts {
            let about = (contract.kind, contract.name.clone());
            let lines = [&own].into_iter().chain(&main);
            let mut newest = lines.filter_map(|line| heads.get(line)?.get(&about));
            if !newest.any(|contents| contents.contains(&contract.content)) {
                found.insert((key.to_owned(), contract.clone()));
            }
        }
        let line = heads.entry(own).or_default();
        for contract in &published.contracts {
            let about = (contract.kind, contract.name.clone());
            line.insert(about, [contract.content.clone()].into());
        }
    }
    found
}

/// The publications among facts, with their keys.
pub(crate) fn publications(facts: &[Recorded]) -> impl Iterator<Item = (&str, &PublishedVersion)> {
    facts.iter().filter_map(|recorded| match &recorded.fact {
        Fact::Published(published) => Some((recorded.key.as_str(), published)),
        _ => None,
    })
}

/// What of it is new of one kind, each content with the versions that published it.
fn contents<'f>(
    facts: &'f [Recorded],
    fresh: &BTreeSet<(String, VersionContract)>,
    asked: impl Fn(&VersionContract) -> bool,
) -> Vec<(&'f str, VersionContract, Vec<VersionOnBranch>)> {
    let new = |participant: &str, contract: &VersionContract| {
        publications(facts).any(|(key, published)| {
            published.participant == participant
                && fresh.contains(&(key.to_owned(), contract.clone()))
        })
    };
    let mut found = Vec::<(&str, VersionContract, Vec<VersionOnBranch>)>::new();
    for (_, published) in publications(facts) {
        let participant = published.participant.as_str();
        let contracts = published.contracts.iter().filter(|each| asked(each));
        for contract in contracts.filter(|contract| new(participant, contract)) {
            let version = VersionOnBranch::of(published);
            let known = found
                .iter_mut()
                .find(|(who, known, _)| *who == participant && known == contract);
            match known {
                Some((.., versions)) if versions.contains(&version) => {}
                Some((.., versions)) => versions.push(version),
                None => found.push((participant, contract.clone(), vec![version])),
            }
        }
    }
    found
}

/// Each version on each branch once, the oldest first.
fn versions(facts: &[Recorded]) -> Vec<Change> {
    let mut found = Vec::new();
    for (_, published) in publications(facts) {
        let change = Change::Version {
            participant: published.participant.clone(),
            version: VersionOnBranch::of(published),
        };
        if !found.contains(&change) {
            found.push(change);
        }
    }
    found
}

impl Broker {
    /// What is new since a moment, the oldest first.
    ///
    /// # Errors
    /// [`BrokerError::Storage`] and [`BrokerError::Corrupt`].
    pub async fn changes(&self, asked: &Changes) -> Result<Vec<Change>, BrokerError> {
        let (mut changes, relied_on) = try_join!(
            self.changes_for_provider(asked),
            self.changes_for_consumer(asked),
        )?;
        changes.extend(relied_on);
        Ok(changes)
    }

    async fn changes_for_provider(&self, asked: &Changes) -> Result<Vec<Change>, BrokerError> {
        let Some(provider) = &asked.provider else {
            return Ok(Vec::new());
        };
        let consumers = self.consumers_of(provider).await?;
        let facts = self.publications_of(consumers, asked).await?;
        let fresh = self.fresh_among(&facts, asked.since).await?;
        let of_provider = |contract: &VersionContract| {
            contract.kind == ContractKind::Pact && contract.name == *provider
        };
        let new = contents(&facts, &fresh, of_provider).into_iter();
        let unkept = new.map(|(consumer, contract, versions)| async move {
            let kept = self.kept_on_main(&contract.content, provider).await?;
            Ok::<_, BrokerError>((!kept).then(|| Change::Pact {
                consumer: consumer.into(),
                provider: provider.clone(),
                content: contract.content,
                versions,
            }))
        });
        Ok(try_join_all(unkept).await?.into_iter().flatten().collect())
    }

    async fn changes_for_consumer(&self, asked: &Changes) -> Result<Vec<Change>, BrokerError> {
        let Some(relying) = &asked.consumer else {
            return Ok(Vec::new());
        };
        let mut providers = self.providers_of(&relying.consumer).await?;
        providers.extend(relying.providers.iter().cloned());
        let facts = self.publications_of(providers, asked).await?;
        let fresh = self.fresh_among(&facts, asked.since).await?;
        let golden = |contract: &VersionContract| contract.kind == ContractKind::Golden;
        let new = contents(&facts, &fresh, golden).into_iter();
        let golden = new.map(|(provider, contract, versions)| Change::Golden {
            provider: provider.into(),
            event: contract.name,
            content: contract.content,
            versions,
        });
        Ok(versions(&facts).into_iter().chain(golden).collect())
    }

    /// Whether any version on the provider's main branch ever kept a content.
    pub(crate) async fn kept_on_main(
        &self,
        content: &ContentId,
        provider: &str,
    ) -> Result<bool, BrokerError> {
        let kept = MAIN_BRANCHES.map(|main| self.ever_kept(content, provider, main));
        Ok(try_join_all(kept).await?.contains(&true))
    }

    /// The providers of the pacts that are the newest on a consumer's branches.
    async fn providers_of(&self, consumer: &str) -> Result<BTreeSet<String>, BrokerError> {
        let heads = self
            .heads(consumer, PublicationKind::With(ContractKind::Pact))
            .await?;
        let versions: BTreeSet<_> = heads.into_iter().map(|head| head.version).collect();
        let manifests = versions
            .iter()
            .map(|version| self.manifests(consumer, version));
        let manifests = try_join_all(manifests).await?.into_iter().flatten();
        let entries = manifests.flat_map(|manifest| manifest.contracts);
        let pacts = entries.filter(|entry| entry.kind == ContractKind::Pact);
        Ok(pacts.map(|entry| entry.name).collect())
    }

    /// What participants published, the oldest first.
    async fn publications_of(
        &self,
        participants: impl IntoIterator<Item = String>,
        asked: &Changes,
    ) -> Result<Vec<Recorded>, BrokerError> {
        let histories = participants.into_iter().map(|participant| async move {
            let history = History {
                participant: Some(participant),
                since: Some(asked.since),
                limit: None,
                kinds: vec![RecordKind::Publications],
            };
            self.history(&history).await
        });
        let histories = stream::iter(histories).buffer_unordered(AT_ONCE);
        let mut facts: Vec<_> = standing(histories.try_concat().await?);
        facts.retain(|recorded| match (&asked.branch, &recorded.fact) {
            (Some(branch), Fact::Published(published)) => published.branch.as_ref() == Some(branch),
            _ => true,
        });
        facts.sort_by(|one, other| (&other.id, &one.key).cmp(&(&one.id, &other.key)));
        Ok(facts)
    }

    /// The fresh contracts of publications since a moment, the oldest first.
    pub(crate) async fn fresh_among(
        &self,
        facts: &[Recorded],
        since: SystemTime,
    ) -> Result<BTreeSet<(String, VersionContract)>, BrokerError> {
        let mut lines = BTreeSet::<(Line, ContractKind)>::new();
        for (_, published) in publications(facts) {
            let branches = MAIN_BRANCHES.map(|main| Some(main.to_owned()));
            let branches = branches.into_iter().chain([published.branch.clone()]);
            for branch in branches {
                let line = (published.participant.clone(), branch);
                let kinds = published.contracts.iter().map(|contract| contract.kind);
                lines.extend(kinds.map(|kind| (line.clone(), kind)));
            }
        }
        let heads = lines.into_iter().map(|(line, kind)| async move {
            let found = self.newest_before(&line, kind, since).await?;
            Ok::<_, BrokerError>((line, found))
        });
        let heads = stream::iter(heads).buffer_unordered(AT_ONCE);
        let mut before = Heads::new();
        for (line, contracts) in heads.try_collect::<Vec<_>>().await? {
            let newest = before.entry(line).or_default();
            for contract in contracts {
                let about = (contract.kind, contract.name);
                newest.entry(about).or_default().insert(contract.content);
            }
        }
        Ok(fresh(facts, before))
    }

    /// The contracts of a kind that the version published which was the newest on a
    /// line before a moment, over its publications.
    async fn newest_before(
        &self,
        (participant, branch): &Line,
        kind: ContractKind,
        moment: SystemTime,
    ) -> Result<Vec<VersionContract>, BrokerError> {
        let folder = match branch {
            Some(branch) => keys::branch(participant, branch),
            None => keys::unbranched(participant),
        };
        let folder = format!("{folder}/{}", PublicationKind::With(kind).segment());
        // Ids sort the newest first: what follows this one is not later than it.
        let begin = EventId::at(moment);
        let begin = &begin.as_str()[..EventId::TIME];
        let mut names = self.storage.in_order_after(&folder, begin).await?;
        let mut newest: Option<String> = None;
        let mut contracts = Vec::new();
        while let Some(name) = names.next().await.transpose()? {
            let key = format!("{folder}/{name}");
            let id = name.split('/').next().and_then(EventId::parse);
            if id.is_none_or(|id| !id.is_before(moment)) {
                continue;
            }
            let Some(event) = self.storage.get_fact::<PublicationEvent>(&key).await? else {
                continue;
            };
            if newest
                .as_ref()
                .is_some_and(|newest| *newest != event.version)
            {
                break;
            }
            let manifest = keys::manifest(participant, &event.version, &event.manifest);
            let manifest = self
                .storage
                .get_hashed::<Manifest>(&manifest, &event.manifest);
            if let Some(manifest) = manifest.await? {
                newest = Some(event.version);
                contracts.extend(PublishedVersion::from(manifest).contracts);
            }
        }
        contracts.retain(|contract| contract.kind == kind);
        Ok(contracts)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// A publication as `(branch, kind, name, content)`, one a second.
    type Case<'c> = (&'c str, ContractKind, &'c str, &'c str);

    fn recorded(cases: &[Case<'_>]) -> Vec<Recorded> {
        let facts = cases.iter().enumerate();
        let fact = |(index, (branch, kind, name, content)): (usize, &Case<'_>)| {
            let at = SystemTime::UNIX_EPOCH + Duration::from_secs(index as u64);
            Recorded {
                at,
                id: EventId::at(at),
                key: index.to_string(),
                replaces: Vec::new(),
                fact: Fact::Published(PublishedVersion {
                    participant: "web".into(),
                    version: index.to_string(),
                    branch: (!branch.is_empty()).then(|| (*branch).into()),
                    tags: Vec::new(),
                    build_url: None,
                    contracts: vec![contract(*kind, name, content)],
                }),
            }
        };
        facts.map(fact).collect()
    }

    fn contract(kind: ContractKind, name: &str, content: &str) -> VersionContract {
        VersionContract {
            kind,
            name: name.into(),
            content: ContentId::of_bytes(content.as_bytes()),
        }
    }

    #[test]
    fn content_is_fresh_where_it_differs_from_the_newest_on_its_branch_and_on_main() {
        use ContractKind::{Golden, Pact};
        let main = ("web".to_owned(), Some("main".to_owned()));
        let known = contract(Pact, "orders", "a");
        let about = (known.kind, known.name);
        let before: Heads = [(main, [(about, [known.content].into())].into())].into();
        for (published, fresh_ones) in [
            (vec![("main", Pact, "orders", "a")], vec![]),
            (vec![("main", Pact, "orders", "b")], vec![0]),
            (vec![("fix", Pact, "orders", "a")], vec![]),
            (vec![("", Pact, "orders", "b")], vec![0]),
            (vec![("main", Pact, "billing", "a")], vec![0]),
            (vec![("main", Golden, "orders", "a")], vec![0]),
            // What a branch had, and what main had before it was merged.
            (
                vec![
                    ("fix", Pact, "orders", "b"),
                    ("fix", Pact, "orders", "b"),
                    ("main", Pact, "orders", "b"),
                    ("fix", Pact, "orders", "b"),
                ],
                vec![0, 2],
            ),
            // Going back is a change.
            (
                vec![("main", Pact, "orders", "b"), ("main", Pact, "orders", "a")],
                vec![0, 1],
            ),
        ] {
            let found = fresh(&recorded(&published), before.clone());
            let found: Vec<_> = found.into_iter().map(|(key, _)| key).collect();
            let expected: Vec<_> = fresh_ones.iter().map(i32::to_string).collect();
            assert_eq!(found, expected, "{published:?}");
        }
    }

    #[test]
    fn each_content_and_each_version_is_named_once() {
        let facts = recorded(&[
            ("main", ContractKind::Pact, "orders", "a"),
            ("fix", ContractKind::Pact, "orders", "a"),
            ("main", ContractKind::Pact, "orders", "b"),
        ]);
        let fresh = fresh(&facts, Heads::new());
        let found = contents(&facts, &fresh, |_| true);
        let found: Vec<_> = found
            .iter()
            .map(|(.., versions)| versions.iter().map(|each| each.version.as_str()).collect())
            .collect::<Vec<Vec<_>>>();
        assert_eq!(found, [vec!["0", "1"], vec!["2"]]);
        assert_eq!(versions(&facts).len(), 3);
    }
}
