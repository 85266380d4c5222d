//! Reads what the matrix is made of.

use std::collections::{BTreeMap, BTreeSet};

use pactwork_contract::Verification;

use crate::Broker;
use crate::concurrently::concurrently;
use crate::error::BrokerError;
use crate::keys;
use crate::matrix::{self, Facts, Pair, Row};
use crate::records::ContractKind;
use crate::versions::{Considered, Scope, VersionSummary};

/// Which part of the matrix is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MatrixQuery {
    /// Participants, with a version or with those of the scope. Of one, all
    /// integrations are shown; of several, those between two of them.
    pub participants: Vec<(String, Option<String>)>,
    /// Only what this consumer relies on.
    pub consumer: Option<String>,
    /// Only what is relied on from this provider.
    pub provider: Option<String>,
    /// Which versions of everybody whose version is not named.
    pub scope: Scope,
}

impl MatrixQuery {
    fn wants(&self, consumer: &str, provider: &str) -> bool {
        let is_named = |name: &str| self.participants.iter().any(|(named, _)| named == name);
        let named = match self.participants.len() {
            0 => true,
            1 => is_named(consumer) || is_named(provider),
            _ => is_named(consumer) && is_named(provider),
        };
        let is = |filter: &Option<String>, name| filter.as_deref().is_none_or(|only| only == name);
        named && is(&self.consumer, consumer) && is(&self.provider, provider)
    }

    fn version_of(&self, participant: &str) -> Option<&str> {
        let mut named = self.participants.iter();
        let (_, version) = named.find(|(name, _)| name == participant)?;
        version.as_deref()
    }

    /// Everybody whom the question names.
    fn names(&self) -> BTreeSet<&str> {
        let named = self.participants.iter().map(|(name, _)| name.as_str());
        let filters = self.consumer.iter().chain(&self.provider);
        named.chain(filters.map(String::as_str)).collect()
    }
}

impl Broker {
    /// Which versions of providers keep what versions of consumers rely on, with
    /// the newest result of each.
    ///
    /// # Errors
    /// [`BrokerError::NotFound`] for a participant or version that is named and
    /// not there; [`BrokerError::Storage`] and [`BrokerError::Corrupt`].
    pub async fn matrix(&self, query: &MatrixQuery) -> Result<Vec<Row>, BrokerError> {
        Ok(matrix::matrix(&self.matrix_facts(query).await?))
    }

    pub(crate) async fn matrix_facts(&self, query: &MatrixQuery) -> Result<Facts, BrokerError> {
        for name in query.names() {
            self.check_participant(name).await?;
        }
        if let Scope::Environment(name) = &query.scope {
            self.check_environment(name).await?;
        }
        let environments = match &query.scope {
            Scope::Current | Scope::All => self.environments().await?,
            Scope::Environment(name) => vec![name.clone()],
            Scope::Main | Scope::Branch(_) => Vec::new(),
        };
        let environments = &environments;
        let names = self.possible_consumers(query).await?;
        let mut read = self.counted_of(query, names, environments).await?;
        let consumers = read.values().flat_map(|each| each.as_consumer.clone());
        let mut consumers: Vec<_> = consumers.collect();
        keep_wanted(query, &mut consumers);
        let pacts = consumers.iter().flat_map(VersionSummary::pacts);
        let providers: BTreeSet<_> = pacts.map(|pact| pact.name.clone()).collect();
        let others = providers.iter().filter(|name| !read.contains_key(*name));
        let others = others.cloned().collect();
        read.extend(self.counted_of(query, others, environments).await?);
        let providers: BTreeMap<_, _> = providers
            .into_iter()
            .map(|name| {
                let versions = read.remove(&name).unwrap_or_default().as_provider;
                (name, versions)
            })
            .collect();
        let only_verified = match query.scope {
            Scope::All => providers.keys().cloned().collect(),
            _ => BTreeSet::new(),
        };
        let unnamed = only_verified.into_iter();
        let mut facts = Facts {
            only_verified: unnamed
                .filter(|name: &String| query.version_of(name).is_none())
                .collect(),
            consumers,
            providers,
            results: BTreeMap::new(),
        };
        facts.results = self.results(&facts).await?;
        Ok(facts)
    }

    /// Those who may rely on somebody that the question is about.
    async fn possible_consumers(&self, query: &MatrixQuery) -> Result<Vec<String>, BrokerError> {
        if let Some(consumer) = &query.consumer {
            return Ok(vec![consumer.clone()]);
        }
        let named = query.participants.iter().map(|(name, _)| name.clone());
        let mut names: Vec<_> = match (&query.provider, query.participants.len()) {
            (Some(provider), _) => self.consumers_of(provider).await?,
            (None, 0) => self.participants().await?,
            (None, 1) => {
                let (only, _) = &query.participants[0];
                let consumers = self.consumers_of(only).await?;
                consumers.into_iter().chain(named).collect()
            }
            (None, _) => named.collect(),
        };
        names.sort_unstable();
        names.dedup();
        Ok(names)
    }

    /// The versions of these participants that the question is about.
    async fn counted_of(
        &self,
        query: &MatrixQuery,
        participants: Vec<String>,
        environments: &[String],
    ) -> Result<BTreeMap<String, Considered>, BrokerError> {
        let read = concurrently(participants, |name| async move {
            let considered = self.counted(query, &name, environments).await?;
            Ok((name, considered))
        });
        Ok(read.await?.into_iter().collect())
    }

    /// The versions of a participant that the question is about.
    async fn counted(
        &self,
        query: &MatrixQuery,
        participant: &str,
        environments: &[String],
    ) -> Result<Considered, BrokerError> {
        let Some(version) = query.version_of(participant) else {
            return self
                .considered(participant, &query.scope, environments)
                .await;
        };
        let found = self
            .version_named(participant, version, environments)
            .await?;
        Ok(Considered {
            as_consumer: vec![found.clone()],
            as_provider: vec![found],
        })
    }

    async fn results(&self, facts: &Facts) -> Result<BTreeMap<Pair, Verification>, BrokerError> {
        let pairs = concurrently(facts.reliances().into_keys(), |(_, provider, content)| {
            let listed = facts.only_verified.contains(provider);
            let versions = facts.providers.get(provider).into_iter().flatten();
            async move {
                let known = match listed {
                    true => {
                        let folder = keys::verified_versions(content, provider);
                        Some(self.storage.folders(&folder).await?)
                    }
                    false => None,
                };
                let may_be = |version: &&VersionSummary| {
                    let segment = keys::encode(&version.version);
                    known.as_ref().is_none_or(|known| known.contains(&segment))
                };
                let pair = |version: &VersionSummary| {
                    (
                        content.clone(),
                        provider.to_owned(),
                        version.version.clone(),
                    )
                };
                Ok(versions.filter(may_be).map(pair).collect::<Vec<_>>())
            }
        });
        let pairs: BTreeSet<Pair> = pairs.await?.into_iter().flatten().collect();
        let results = concurrently(pairs, |pair| async move {
            let (content, provider, version) = &pair;
            let found = self.verification(content, provider, version).await?;
            Ok(found.map(|found| (pair, found)))
        });
        Ok(results.await?.into_iter().flatten().collect())
    }
}

/// Of what the consumers published, only the pacts that the question is about.
fn keep_wanted(query: &MatrixQuery, consumers: &mut Vec<VersionSummary>) {
    for version in consumers.iter_mut() {
        let consumer = version.participant.clone();
        let wanted = |kind: ContractKind, provider: &str| {
            kind == ContractKind::Pact && query.wants(&consumer, provider)
        };
        version
            .contracts
            .retain(|contract| wanted(contract.kind, &contract.name));
    }
    consumers.retain(|version| !version.contracts.is_empty());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_participant_is_asked_for_on_both_sides_and_several_among_each_other() {
        let query = |participants: &[&str], consumer: &str, provider: &str| MatrixQuery {
            participants: participants
                .iter()
                .map(|name| (String::from(*name), None))
                .collect(),
            consumer: (!consumer.is_empty()).then(|| consumer.into()),
            provider: (!provider.is_empty()).then(|| provider.into()),
            scope: Scope::Current,
        };
        let pairs = [("a", "b"), ("b", "c"), ("c", "a")];
        for (query, expected) in [
            (query(&[], "", ""), "ab bc ca"),
            (query(&["a"], "", ""), "ab ca"),
            (query(&["a", "b"], "", ""), "ab"),
            (query(&["a", "b", "c"], "", ""), "ab bc ca"),
            (query(&[], "a", ""), "ab"),
            (query(&[], "", "a"), "ca"),
            (query(&["a"], "b", ""), ""),
        ] {
            let wanted = pairs.iter().filter(|(one, other)| query.wants(one, other));
            let wanted: Vec<_> = wanted.map(|(one, other)| format!("{one}{other}")).collect();
            assert_eq!(wanted.join(" "), expected, "{query:?}");
        }
    }
}
