//! The matrix: which versions of providers keep what versions of consumers rely
//! on. A pure function over what was read; `matrix_facts` reads.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use pactwork_contract::{ContentId, Outcome, Verification};
use serde::Serialize;

use crate::versions::VersionSummary;

/// What is known about a content and a version of the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MatrixOutcome {
    /// The provider keeps it.
    Passed,
    /// No verification was recorded.
    NeverVerified,
    /// A verification ran and could not find out.
    CouldNotVerify,
    /// The provider does not keep it.
    Failed,
}

impl MatrixOutcome {
    pub(crate) fn of(verification: Option<&Verification>) -> Self {
        match verification.map(|verification| verification.outcome) {
            None => Self::NeverVerified,
            Some(Outcome::Passed) => Self::Passed,
            Some(Outcome::CouldNotVerify) => Self::CouldNotVerify,
            Some(Outcome::Failed) => Self::Failed,
        }
    }
}

impl fmt::Display for MatrixOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Passed => "passed",
            Self::NeverVerified => "never verified",
            Self::CouldNotVerify => "could not verify",
            Self::Failed => "failed",
        })
    }
}

/// One content of a pact and one version of its provider.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// Who relies on it.
    pub consumer: String,
    /// Its versions with this content, the newest first.
    pub consumer_versions: Vec<RowVersion>,
    /// What they rely on.
    pub content: ContentId,
    /// Who has to keep it.
    pub provider: String,
    /// Its version; `None` where none is there to verify it.
    pub provider_version: Option<RowVersion>,
    /// The newest result of the two.
    pub outcome: MatrixOutcome,
    /// When that was, as RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verified_at: Option<String>,
    /// The branch that the provider was verified on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verified_branch: Option<String>,
    /// Where to look at the job that verified it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub build_url: Option<String>,
}

/// A version in a row.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RowVersion {
    /// Its name.
    pub version: String,
    /// The branches that it was published on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub branches: Vec<String>,
    /// The tags that it was published under.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Environment to how it is there.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub environments: BTreeMap<String, Vec<String>>,
}

impl From<&VersionSummary> for RowVersion {
    fn from(summary: &VersionSummary) -> Self {
        Self {
            version: summary.version.clone(),
            branches: summary.branches.clone(),
            tags: summary.tags.clone(),
            environments: summary.environments.clone(),
        }
    }
}

/// A content, its provider and the provider's version.
pub(crate) type Pair = (ContentId, String, String);

/// Everything that the matrix is made of.
#[derive(Debug, Clone, Default)]
pub(crate) struct Facts {
    /// The versions that count as consumers, the newest first.
    pub(crate) consumers: Vec<VersionSummary>,
    /// Provider to its versions that count, the newest first.
    pub(crate) providers: BTreeMap<String, Vec<VersionSummary>>,
    /// The newest result of each pair that has one.
    pub(crate) results: BTreeMap<Pair, Verification>,
    /// Providers whose versions are shown only with what they were verified
    /// against: where all versions count, each with each says nothing.
    pub(crate) only_verified: BTreeSet<String>,
}

/// A consumer, its provider and what it relies on.
pub(crate) type Reliance<'f> = (&'f str, &'f str, &'f ContentId);

impl Facts {
    /// Every content that counts, with the consumer's versions that have it.
    pub(crate) fn reliances(&self) -> BTreeMap<Reliance<'_>, Vec<&VersionSummary>> {
        let mut found = BTreeMap::<_, Vec<_>>::new();
        for version in &self.consumers {
            for pact in version.pacts() {
                let key = (
                    version.participant.as_str(),
                    pact.name.as_str(),
                    &pact.content,
                );
                found.entry(key).or_default().push(version);
            }
        }
        found
    }

    pub(crate) fn result(
        &self,
        content: &ContentId,
        provider: &str,
        version: &str,
    ) -> Option<&Verification> {
        let pair = (content.clone(), provider.to_owned(), version.to_owned());
        self.results.get(&pair)
    }
}

/// A row for each content and each version of its provider, by consumer and
/// provider, the consumer's newest content and the provider's newest version first.
pub(crate) fn matrix(facts: &Facts) -> Vec<Row> {
    let mut reliances: Vec<_> = facts.reliances().into_iter().collect();
    reliances.sort_by(|(left, left_versions), (right, right_versions)| {
        let newest = |versions: &[&VersionSummary]| versions.iter().map(|v| v.published_at).max();
        let parties = (left.0, left.1).cmp(&(right.0, right.1));
        parties.then_with(|| newest(right_versions).cmp(&newest(left_versions)))
    });
    let rows = reliances.into_iter();
    rows.flat_map(|(reliance, versions)| rows_of(facts, reliance, &versions))
        .collect()
}

fn rows_of(
    facts: &Facts,
    (consumer, provider, content): Reliance<'_>,
    versions: &[&VersionSummary],
) -> Vec<Row> {
    let row = |provider_version: Option<&VersionSummary>| {
        let result =
            provider_version.and_then(|version| facts.result(content, provider, &version.version));
        Row {
            consumer: consumer.into(),
            consumer_versions: versions.iter().copied().map(RowVersion::from).collect(),
            content: content.clone(),
            provider: provider.into(),
            provider_version: provider_version.map(RowVersion::from),
            outcome: MatrixOutcome::of(result),
            verified_at: result.map(|result| result.verified_at.clone()),
            verified_branch: result.and_then(|result| result.provider_branch.clone()),
            build_url: result.and_then(|result| result.build_url.clone()),
        }
    };
    let providers = facts.providers.get(provider).into_iter().flatten();
    let counts = |version: &&VersionSummary| {
        !facts.only_verified.contains(provider)
            || facts.result(content, provider, &version.version).is_some()
    };
    let rows: Vec<_> = providers
        .filter(counts)
        .map(|version| row(Some(version)))
        .collect();
    match rows.is_empty() {
        true => vec![row(None)],
        false => rows,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::time::{Duration, SystemTime};

    use super::*;
    use crate::records::ContractKind;
    use crate::versions::ContractSummary;

    pub(crate) fn content(of: &str) -> ContentId {
        ContentId::of_bytes(of.as_bytes())
    }

    /// A version that relies on these contents of these providers.
    pub(crate) fn version(
        name: &str,
        version: &str,
        second: u64,
        pacts: &[(&str, &str)],
    ) -> VersionSummary {
        let pact = |(provider, of): &(&str, &str)| ContractSummary {
            kind: ContractKind::Pact,
            name: (*provider).into(),
            content: content(of),
            blob: content(of),
        };
        VersionSummary {
            participant: name.into(),
            version: version.into(),
            published_at: Some(SystemTime::UNIX_EPOCH + Duration::from_secs(second)),
            branches: Vec::new(),
            tags: Vec::new(),
            build_urls: Vec::new(),
            environments: BTreeMap::new(),
            contracts: pacts.iter().map(pact).collect(),
        }
    }

    pub(crate) fn facts(
        consumers: Vec<VersionSummary>,
        providers: Vec<VersionSummary>,
        results: &[(&str, &str, &str, Outcome)],
    ) -> Facts {
        let mut by_name = BTreeMap::<_, Vec<_>>::new();
        for version in providers {
            let name = version.participant.clone();
            by_name.entry(name).or_default().push(version);
        }
        let results = results.iter().map(|(of, provider, version, outcome)| {
            let verification = Verification {
                consumer: "web".into(),
                provider: (*provider).into(),
                provider_version: (*version).into(),
                provider_branch: Some("main".into()),
                pact: content(of),
                outcome: *outcome,
                verified_at: "2026-01-02T03:04:05Z".into(),
                build_url: None,
                interactions: Vec::new(),
                consumer_versions: Vec::new(),
            };
            let pair = (content(of), (*provider).into(), (*version).into());
            (pair, verification)
        });
        Facts {
            consumers,
            providers: by_name,
            results: results.collect(),
            only_verified: BTreeSet::new(),
        }
    }

    /// `web 2,1 → orders 9: passed`
    fn said(facts: &Facts) -> Vec<String> {
        let rows = matrix(facts).into_iter().map(|row| {
            let versions = row.consumer_versions.iter();
            let versions: Vec<_> = versions.map(|each| each.version.as_str()).collect();
            let provider = row.provider_version.map(|each| each.version);
            format!(
                "{} {} → {} {}: {}",
                row.consumer,
                versions.join(","),
                row.provider,
                provider.unwrap_or_else(|| "-".into()),
                row.outcome
            )
        });
        rows.collect()
    }

    #[test]
    fn each_content_meets_each_version_of_its_provider() {
        use Outcome::{CouldNotVerify, Failed, Passed};
        let web = |name, second, of| version("web", name, second, &[("orders", of)]);
        let orders = |name, second| version("orders", name, second, &[]);
        for (case, facts, expected) in [
            (
                "versions of one content share its result",
                facts(
                    vec![web("2", 2, "a"), web("1", 1, "a")],
                    vec![orders("9", 1)],
                    &[("a", "orders", "9", Passed)],
                ),
                vec!["web 2,1 → orders 9: passed"],
            ),
            (
                "contents and versions apart, the newest first",
                facts(
                    vec![web("2", 2, "b"), web("1", 1, "a")],
                    vec![orders("9", 9), orders("8", 8)],
                    &[
                        ("a", "orders", "8", Failed),
                        ("b", "orders", "9", CouldNotVerify),
                        ("b", "orders", "8", Passed),
                    ],
                ),
                vec![
                    "web 2 → orders 9: could not verify",
                    "web 2 → orders 8: passed",
                    "web 1 → orders 9: never verified",
                    "web 1 → orders 8: failed",
                ],
            ),
            (
                "the same content of another consumer has its own rows",
                facts(
                    vec![
                        web("1", 1, "a"),
                        version("app", "1", 1, &[("orders", "b"), ("users", "a")]),
                    ],
                    vec![orders("9", 1)],
                    &[("a", "orders", "9", Passed)],
                ),
                vec![
                    "app 1 → orders 9: never verified",
                    "app 1 → users -: never verified",
                    "web 1 → orders 9: passed",
                ],
            ),
        ] {
            assert_eq!(said(&facts), expected, "{case}");
        }
    }

    #[test]
    fn what_nobody_verified_is_shown_as_well() {
        let web = || version("web", "1", 1, &[("orders", "a")]);
        let orders = || version("orders", "9", 1, &[]);
        for (case, facts, expected) in [
            ("nothing there", facts(vec![], vec![orders()], &[]), vec![]),
            (
                "a provider that nobody published",
                facts(vec![web()], vec![], &[]),
                vec!["web 1 → orders -: never verified"],
            ),
            (
                "never verified",
                facts(vec![web()], vec![orders()], &[]),
                vec!["web 1 → orders 9: never verified"],
            ),
        ] {
            assert_eq!(said(&facts), expected, "{case}");
        }
    }

    #[test]
    fn of_all_versions_only_what_was_verified_is_shown() {
        let consumers = vec![
            version("web", "2", 2, &[("orders", "b")]),
            version("web", "1", 1, &[("orders", "a")]),
        ];
        let providers = ["9", "8", "7"].map(|name| version("orders", name, 1, &[]));
        let mut facts = facts(
            consumers,
            providers.into(),
            &[
                ("a", "orders", "8", Outcome::Passed),
                ("a", "orders", "7", Outcome::Failed),
            ],
        );
        facts.only_verified.insert("orders".into());
        assert_eq!(
            said(&facts),
            [
                "web 2 → orders -: never verified",
                "web 1 → orders 8: passed",
                "web 1 → orders 7: failed",
            ]
        );
    }
}
