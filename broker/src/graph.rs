//! Who depends on whom, through which interactions, and whether that holds: a
//! pure function over what was read, and its reading.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::try_join;
use pactwork_contract::{ContentId, InteractionName, Verification};
use serde::Serialize;

use crate::Broker;
use crate::concurrently::concurrently;
use crate::error::BrokerError;
use crate::matrix::{Facts, MatrixOutcome};
use crate::matrix_facts::MatrixQuery;
use crate::pull::Held;
use crate::versions::{Scope, VersionSummary};

/// Participants and what they rely on each other for.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Graph {
    /// Everybody who is there, by name.
    pub participants: Vec<Node>,
    /// By consumer and provider.
    pub integrations: Vec<Edge>,
}

/// A participant.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Node {
    /// Its name.
    pub name: String,
    /// Its versions that the graph is about; none of a provider that is relied on
    /// and not there.
    pub versions: Vec<String>,
}

/// What one participant relies on another for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Edge {
    /// Who relies on the other.
    pub consumer: String,
    /// Who is relied on.
    pub provider: String,
    /// What for.
    pub interactions: Vec<InteractionName>,
    /// The worst of the results.
    pub outcome: MatrixOutcome,
    /// The newest result of each content and each version of the provider.
    pub results: Vec<EdgeResult>,
}

/// Whether a version of the provider keeps one content.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EdgeResult {
    /// The consumer's versions with this content.
    pub consumer_versions: Vec<String>,
    /// What they rely on.
    pub content: ContentId,
    /// The provider's version; `None` where nobody ever verified it.
    pub provider_version: Option<String>,
    /// What came of it.
    pub outcome: MatrixOutcome,
    /// When, as RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verified_at: Option<String>,
}

/// What the graph is made of.
#[derive(Debug, Default)]
pub(crate) struct GraphFacts {
    pub(crate) matrix: Facts,
    /// Everybody who is there, with the versions that count.
    pub(crate) present: BTreeMap<String, BTreeSet<String>>,
    /// What each content holds.
    pub(crate) interactions: BTreeMap<ContentId, Vec<InteractionName>>,
    /// The newest result by any version of the provider, where none that counts has one.
    pub(crate) by_others: BTreeMap<(ContentId, String), Verification>,
}

pub(crate) fn graph(facts: &GraphFacts) -> Graph {
    let mut edges = BTreeMap::<(&str, &str), Edge>::new();
    for ((consumer, provider, content), versions) in facts.matrix.reliances() {
        let edge = edges.entry((consumer, provider)).or_insert_with(|| Edge {
            consumer: consumer.into(),
            provider: provider.into(),
            interactions: Vec::new(),
            outcome: MatrixOutcome::Passed,
            results: Vec::new(),
        });
        for name in facts.interactions.get(content).into_iter().flatten() {
            if !edge.interactions.contains(name) {
                edge.interactions.push(name.clone());
            }
        }
        edge.results
            .extend(results(facts, provider, content, &versions));
    }
    for edge in edges.values_mut() {
        edge.interactions
            .sort_by_cached_key(|name| (name.to_string(), name.interaction_type.clone()));
        let worst = edge.results.iter().map(|result| result.outcome).max();
        edge.outcome = worst.unwrap_or(MatrixOutcome::NeverVerified);
    }
    let relied_on = edges
        .keys()
        .flat_map(|(consumer, provider)| [*consumer, *provider]);
    let present = facts.present.keys().map(String::as_str);
    let names: BTreeSet<_> = relied_on.chain(present).collect();
    let versions = |name| facts.present.get(name).into_iter().flatten().cloned();
    Graph {
        participants: names
            .into_iter()
            .map(|name| Node {
                name: name.into(),
                versions: versions(name).collect(),
            })
            .collect(),
        integrations: edges.into_values().collect(),
    }
}

/// The results by the versions that count; where there is none, the newest by any other.
fn results(
    facts: &GraphFacts,
    provider: &str,
    content: &ContentId,
    consumers: &[&VersionSummary],
) -> Vec<EdgeResult> {
    let consumer_versions: Vec<_> = consumers.iter().map(|each| each.version.clone()).collect();
    let result = |version: Option<&str>, found: Option<&Verification>| EdgeResult {
        consumer_versions: consumer_versions.clone(),
        content: content.clone(),
        provider_version: version.map(str::to_owned),
        outcome: MatrixOutcome::of(found),
        verified_at: found.map(|found| found.verified_at.clone()),
    };
    if let Some(newest) = facts.by_others.get(&(content.clone(), provider.to_owned())) {
        return vec![result(Some(&newest.provider_version), Some(newest))];
    }
    let versions = facts.matrix.providers.get(provider).into_iter().flatten();
    let results: Vec<_> = versions
        .map(|version| {
            let found = facts.matrix.result(content, provider, &version.version);
            result(Some(&version.version), found)
        })
        .collect();
    match results.is_empty() {
        true => vec![result(None, None)],
        false => results,
    }
}

impl Broker {
    /// Who depends on whom: by the versions of a scope, of everybody or around
    /// one participant.
    ///
    /// # Errors
    /// As [`Broker::matrix`].
    pub async fn graph(
        &self,
        scope: &Scope,
        participant: Option<&str>,
    ) -> Result<Graph, BrokerError> {
        let named = participant.map(|name| (name.to_owned(), None));
        let query = MatrixQuery {
            participants: named.into_iter().collect(),
            scope: scope.clone(),
            ..MatrixQuery::default()
        };
        let matrix = self.matrix_facts(&query).await?;
        let (interactions, by_others, present) = try_join!(
            self.interactions(&matrix),
            self.results_by_others(&matrix, scope),
            self.present_in_graph(&matrix, &query),
        )?;
        Ok(graph(&GraphFacts {
            matrix,
            present,
            interactions,
            by_others,
        }))
    }

    async fn interactions(
        &self,
        facts: &Facts,
    ) -> Result<BTreeMap<ContentId, Vec<InteractionName>>, BrokerError> {
        let pacts = facts.consumers.iter().flat_map(VersionSummary::pacts);
        let contents: BTreeMap<_, _> = pacts.map(|pact| (&pact.content, &pact.blob)).collect();
        let read = concurrently(contents, |(content, blob)| async move {
            let pact = self.pact(blob, &Held::new()).await?;
            let understood = pact.interactions.iter();
            let understood = understood.map(|each| InteractionName::from(each.identity()));
            let others = pact.not_understood.iter().map(InteractionName::from);
            Ok((content.clone(), understood.chain(others).collect()))
        });
        Ok(read.await?.into_iter().collect())
    }

    /// What is in an environment is judged by what is there alone.
    async fn results_by_others(
        &self,
        facts: &Facts,
        scope: &Scope,
    ) -> Result<BTreeMap<(ContentId, String), Verification>, BrokerError> {
        if matches!(scope, Scope::Environment(_)) {
            return Ok(BTreeMap::new());
        }
        let verified: BTreeSet<_> = facts
            .results
            .keys()
            .map(|(content, provider, _)| (content, provider.as_str()))
            .collect();
        let reliances = facts.reliances().into_keys();
        let unverified: BTreeSet<_> = reliances
            .map(|(_, provider, content)| (content, provider))
            .filter(|pair| !verified.contains(pair))
            .collect();
        let found = concurrently(unverified, |(content, provider)| async move {
            let newest = self.newest_verification(content, provider).await?;
            Ok(newest.map(|newest| ((content.clone(), provider.to_owned()), newest)))
        });
        Ok(found.await?.into_iter().flatten().collect())
    }

    /// Everybody of whom a version counts, also those who rely on nobody.
    async fn present_in_graph(
        &self,
        facts: &Facts,
        query: &MatrixQuery,
    ) -> Result<BTreeMap<String, BTreeSet<String>>, BrokerError> {
        let mut present = BTreeMap::<String, BTreeSet<String>>::new();
        for version in facts
            .consumers
            .iter()
            .chain(facts.providers.values().flatten())
        {
            let versions = present.entry(version.participant.clone()).or_default();
            versions.insert(version.version.clone());
        }
        let alone = match &query.participants[..] {
            [] => self.participants().await?,
            named => named.iter().map(|(name, _)| name.clone()).collect(),
        };
        let alone = alone.into_iter().filter(|name| !present.contains_key(name));
        let versions = concurrently(alone.collect::<Vec<_>>(), |name| async move {
            let versions = self.considered(&name, &query.scope, &[]).await?.all();
            let versions: BTreeSet<_> = versions.into_iter().map(|each| each.version).collect();
            Ok((name, versions))
        });
        let versions = versions.await?.into_iter();
        present.extend(versions.filter(|(_, versions)| !versions.is_empty()));
        Ok(present)
    }
}

#[cfg(test)]
mod tests {
    use pactwork_contract::Outcome;

    use super::*;
    use crate::matrix::tests::{content, facts, version};

    fn interaction(description: &str) -> InteractionName {
        InteractionName {
            interaction_type: "Synchronous/HTTP".into(),
            description: description.into(),
            provider_states: Vec::new(),
        }
    }

    /// web relies on orders, at 2 versions with one content of 2 interactions and
    /// at one with another, and on users; orders is there, users is not.
    fn gathered() -> GraphFacts {
        let consumers = vec![
            version("web", "3", 3, &[("orders", "b"), ("users", "u")]),
            version("web", "2", 2, &[("orders", "a")]),
            version("web", "1", 1, &[("orders", "a")]),
        ];
        let results = [("a", "orders", "9", Outcome::Passed)];
        let matrix = facts(consumers, vec![version("orders", "9", 9, &[])], &results);
        let versions = |names: &[&str]| names.iter().map(|name| String::from(*name)).collect();
        GraphFacts {
            matrix,
            present: [
                ("alone".into(), versions(&["5"])),
                ("orders".into(), versions(&["9"])),
                ("web".into(), versions(&["1", "2", "3"])),
            ]
            .into(),
            interactions: [
                (content("a"), vec![interaction("x"), interaction("y")]),
                (content("b"), vec![interaction("y"), interaction("z")]),
                (content("u"), vec![interaction("x")]),
            ]
            .into(),
            by_others: BTreeMap::new(),
        }
    }

    fn said(graph: &Graph) -> Vec<String> {
        let edges = graph.integrations.iter();
        let said = edges.map(|edge| {
            let names: Vec<_> = edge
                .interactions
                .iter()
                .map(|each| &*each.description)
                .collect();
            let (consumer, provider) = (&edge.consumer, &edge.provider);
            format!(
                "{consumer} → {provider} for {}: {}",
                names.join(","),
                edge.outcome
            )
        });
        said.collect()
    }

    #[test]
    fn an_edge_has_every_interaction_once_and_the_worst_result() {
        let graph = graph(&gathered());
        assert_eq!(
            said(&graph),
            [
                "web → orders for x,y,z: never verified",
                "web → users for x: never verified"
            ]
        );
        let results = &graph.integrations[0].results;
        let outcomes: BTreeSet<_> = results.iter().map(|result| result.outcome).collect();
        assert_eq!(
            outcomes,
            [MatrixOutcome::Passed, MatrixOutcome::NeverVerified].into()
        );
        let names: Vec<_> = graph
            .participants
            .iter()
            .map(|node| format!("{} {}", node.name, node.versions.join(",")))
            .collect();
        assert_eq!(names, ["alone 5", "orders 9", "users ", "web 1,2,3"]);
    }

    #[test]
    fn where_no_version_that_counts_has_a_result_the_newest_of_any_other_stands_in() {
        let mut facts = gathered();
        let passed = facts.matrix.results.values().next().cloned();
        let by_other = Verification {
            provider_version: "8".into(),
            ..passed.unwrap()
        };
        let key = (content("b"), String::from("orders"));
        facts.by_others.insert(key, by_other);
        let graph = graph(&facts);
        assert_eq!(said(&graph)[0], "web → orders for x,y,z: passed");
        let mut results = graph.integrations[0].results.iter();
        let result = results
            .find(|result| result.content == content("b"))
            .unwrap();
        assert_eq!(result.provider_version.as_deref(), Some("8"));
        assert_eq!(result.consumer_versions, ["3"]);
    }
}
