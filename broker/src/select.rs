//! Which versions of a consumer a provider has to verify: selectors, applied as a
//! pure function to what is known of the consumer.

use std::collections::{BTreeMap, BTreeSet};
use std::time::SystemTime;

use crate::records::Standing;

/// Branches that are the main one where nobody says otherwise.
pub(crate) const MAIN_BRANCHES: [&str; 2] = ["main", "master"];

/// Whether a branch is the main one.
pub fn is_main_branch(branch: &str) -> bool {
    MAIN_BRANCHES.contains(&branch)
}

/// Chooses versions of consumers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selector {
    /// Of this consumer alone; `None` for all.
    pub consumer: Option<String>,
    /// Which of its versions.
    pub versions: Versions,
}

/// Which versions of a consumer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Versions {
    /// The newest on the main branch (`main` or `master`).
    MainBranch,
    /// The newest on a branch; where the consumer has no such branch, on another.
    Branch {
        /// The branch.
        name: String,
        /// The one to use instead.
        fallback: Option<String>,
    },
    /// The newest on the branch that has the name of the provider's.
    MatchingBranch,
    /// The newest on each branch, and of those published without a branch.
    EachBranch,
    /// The newest of all.
    Latest,
    /// The newest under a tag.
    Tag(String),
    /// Those deployed to an environment, or to any.
    Deployed(Option<String>),
    /// Those released to an environment and still supported there, or in any.
    Released(Option<String>),
    /// Both, in an environment or in any.
    DeployedOrReleased(Option<String>),
    /// The newest on each other branch, so far as it was published since then.
    /// Failing is no failure of the provider: they are pending.
    InProgressSince(SystemTime),
}

impl Selector {
    /// A selector for every consumer.
    pub fn of(versions: Versions) -> Self {
        Self {
            consumer: None,
            versions,
        }
    }

    /// What is verified where nobody says otherwise: the newest on each branch, and
    /// what is in any environment.
    pub fn defaults() -> Vec<Self> {
        vec![
            Self::of(Versions::EachBranch),
            Self::of(Versions::DeployedOrReleased(None)),
        ]
    }
}

/// The head of a branch: the newest publication there that became visible.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head {
    /// `None` for publications without a branch.
    pub(crate) branch: Option<String>,
    pub(crate) version: String,
    pub(crate) at: SystemTime,
}

/// What is known of a consumer.
#[derive(Debug, Clone, Default)]
pub(crate) struct Known {
    pub(crate) heads: Vec<Head>,
    /// Tag to version.
    pub(crate) tagged: BTreeMap<String, String>,
    /// Environment to what is there.
    pub(crate) standings: BTreeMap<String, Standing>,
}

/// A version that was chosen, and why.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Chosen {
    pub(crate) why: BTreeSet<String>,
    /// Whether only work in progress chose it.
    pub(crate) in_progress: bool,
}

/// Applies selectors to a consumer.
pub(crate) fn select(
    selectors: &[Selector],
    consumer: &str,
    provider_branch: Option<&str>,
    known: &Known,
) -> BTreeMap<String, Chosen> {
    let mut chosen = BTreeMap::<String, Chosen>::new();
    let own = selectors.iter().filter(|selector| {
        selector
            .consumer
            .as_deref()
            .is_none_or(|only| only == consumer)
    });
    for selector in own {
        let in_progress = matches!(selector.versions, Versions::InProgressSince(_));
        for (version, why) in versions(&selector.versions, provider_branch, known) {
            let known = chosen.contains_key(&version);
            let entry = chosen.entry(version).or_default();
            entry.in_progress = in_progress && (!known || entry.in_progress);
            entry.why.insert(why);
        }
    }
    chosen
}

fn versions(
    versions: &Versions,
    provider_branch: Option<&str>,
    known: &Known,
) -> Vec<(String, String)> {
    match versions {
        Versions::MainBranch => main(known).map(newest).into_iter().collect(),
        Versions::Branch { name, fallback } => on(known, name)
            .or_else(|| on(known, fallback.as_deref()?))
            .map(newest)
            .into_iter()
            .collect(),
        Versions::MatchingBranch => provider_branch
            .and_then(|branch| on(known, branch))
            .map(newest)
            .into_iter()
            .collect(),
        Versions::EachBranch => known.heads.iter().map(newest).collect(),
        Versions::Latest => {
            let latest = known.heads.iter().max_by_key(|head| head.at);
            let why = |head: &Head| {
                (
                    head.version.clone(),
                    format!("newest of all ({})", head.version),
                )
            };
            latest.map(why).into_iter().collect()
        }
        Versions::Tag(tag) => {
            let version = known.tagged.get(tag);
            let why = |version: &String| {
                (
                    version.clone(),
                    format!("newest under the tag {tag} ({version})"),
                )
            };
            version.map(why).into_iter().collect()
        }
        Versions::Deployed(place) => there(known, place.as_deref(), &["deployed"]),
        Versions::Released(place) => there(known, place.as_deref(), &["released"]),
        Versions::DeployedOrReleased(place) => {
            there(known, place.as_deref(), &["deployed", "released"])
        }
        Versions::InProgressSince(since) => {
            let main = main(known).map(|head| &head.branch);
            let others = known.heads.iter().filter(|head| Some(&head.branch) != main);
            others
                .filter(|head| head.at >= *since)
                .map(newest)
                .collect()
        }
    }
}

fn on<'k>(known: &'k Known, branch: &str) -> Option<&'k Head> {
    let mut heads = known.heads.iter();
    heads.find(|head| head.branch.as_deref() == Some(branch))
}

fn main(known: &Known) -> Option<&Head> {
    MAIN_BRANCHES.iter().find_map(|branch| on(known, branch))
}

fn newest(head: &Head) -> (String, String) {
    let version = &head.version;
    let why = match &head.branch {
        Some(branch) => format!("newest on {branch} ({version})"),
        None => format!("newest without a branch ({version})"),
    };
    (version.clone(), why)
}

fn there(known: &Known, place: Option<&str>, ways: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (environment, standing) in &known.standings {
        if place.is_some_and(|place| place != environment) {
            continue;
        }
        for (version, how) in standing.versions() {
            let how = how
                .iter()
                .filter(|how| ways.iter().any(|way| how.starts_with(way)));
            found.extend(how.map(|how| {
                (
                    version.into(),
                    format!("{how} to {environment} ({version})"),
                )
            }));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn at(second: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(second)
    }

    fn known() -> Known {
        let head = |branch: &str, version: &str, second| Head {
            branch: (!branch.is_empty()).then(|| branch.into()),
            version: version.into(),
            at: at(second),
        };
        let production = Standing {
            deployed: [("".into(), "1".into()), ("eu".into(), "2".into())].into(),
            released: vec!["0".into()],
            ..Standing::default()
        };
        let test = Standing {
            deployed: [("".into(), "3".into())].into(),
            ..Standing::default()
        };
        Known {
            heads: vec![
                head("main", "3", 30),
                head("feature", "4", 40),
                head("stale", "2", 5),
                head("", "5", 50),
            ],
            tagged: [("prod".into(), "1".into())].into(),
            standings: [("production".into(), production), ("test".into(), test)].into(),
        }
    }

    #[test]
    fn each_selector_chooses_what_it_says() {
        let branch = |name: &str, fallback: Option<&str>| Versions::Branch {
            name: name.into(),
            fallback: fallback.map(str::to_owned),
        };
        let production = || Some("production".to_owned());
        for (versions, expected) in [
            (Versions::MainBranch, vec!["newest on main (3)"]),
            (branch("feature", None), vec!["newest on feature (4)"]),
            (branch("gone", None), vec![]),
            (branch("gone", Some("main")), vec!["newest on main (3)"]),
            (Versions::MatchingBranch, vec!["newest on feature (4)"]),
            (
                Versions::EachBranch,
                vec![
                    "newest on stale (2)",
                    "newest on main (3)",
                    "newest on feature (4)",
                    "newest without a branch (5)",
                ],
            ),
            (Versions::Latest, vec!["newest of all (5)"]),
            (
                Versions::Tag("prod".into()),
                vec!["newest under the tag prod (1)"],
            ),
            (Versions::Tag("none".into()), vec![]),
            (
                Versions::Deployed(production()),
                vec![
                    "deployed to production (1)",
                    "deployed as eu to production (2)",
                ],
            ),
            (Versions::Released(None), vec!["released to production (0)"]),
            (
                Versions::DeployedOrReleased(None),
                vec![
                    "released to production (0)",
                    "deployed to production (1)",
                    "deployed as eu to production (2)",
                    "deployed to test (3)",
                ],
            ),
            (Versions::Deployed(Some("nowhere".into())), vec![]),
            (
                Versions::InProgressSince(at(35)),
                vec!["newest on feature (4)", "newest without a branch (5)"],
            ),
        ] {
            let selectors = [Selector::of(versions)];
            let chosen = select(&selectors, "web", Some("feature"), &known());
            let why: Vec<_> = chosen.values().flat_map(|chosen| &chosen.why).collect();
            assert_eq!(why, expected, "{selectors:?}");
        }
    }

    #[test]
    fn a_version_is_in_progress_only_where_nothing_else_chose_it() {
        let selectors = [
            Selector::of(Versions::Branch {
                name: "feature".into(),
                fallback: None,
            }),
            Selector::of(Versions::InProgressSince(at(0))),
        ];
        for selectors in [
            selectors.clone(),
            [selectors[1].clone(), selectors[0].clone()],
        ] {
            let chosen = select(&selectors, "web", None, &known());
            let in_progress = chosen.iter().filter(|(_, chosen)| chosen.in_progress);
            let versions: Vec<_> = in_progress.map(|(version, _)| version.as_str()).collect();
            assert_eq!(versions, ["2", "5"]);
        }
    }

    #[test]
    fn a_selector_may_be_about_one_consumer() {
        let selectors = [Selector {
            consumer: Some("web".into()),
            versions: Versions::Latest,
        }];
        assert_eq!(select(&selectors, "web", None, &known()).len(), 1);
        assert!(select(&selectors, "phone", None, &known()).is_empty());
    }
}
