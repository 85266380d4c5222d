//! Which facts are due for a trigger: a pure function over what was read.

use std::collections::{BTreeMap, BTreeSet};
use std::time::SystemTime;

use pactwork_contract::{ContentId, Outcome};
use serde::{Deserialize, Serialize};

use crate::changed::publications;
use crate::environment::EnvironmentChange;
use crate::history::{
    Fact, PublishedVersion, RecordKind, Recorded, VerificationRun, VersionContract,
};
use crate::records::{ContractKind, Happening};

/// What a trigger waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TriggerEvent {
    /// A version of a consumer published a pact.
    ContractPublished,
    /// A pact was published whose content differs from what was the newest before,
    /// on the same branch and on the main one.
    ContractContentChanged,
    /// A pact was published whose content the provider's main branch never kept, or
    /// that a version of the provider which is in an environment was never verified
    /// against.
    ContractRequiringVerification,
    /// A version published any contract.
    VersionPublished,
    /// A version of a provider published golden contracts.
    GoldenPublished,
    /// A golden contract was published whose content differs from what was the
    /// newest before, on the same branch and on the main one.
    GoldenContentChanged,
    /// A verification was recorded.
    VerificationPublished,
    /// A verification was recorded that passed.
    VerificationPassed,
    /// A verification was recorded that failed.
    VerificationFailed,
    /// A version was deployed.
    DeploymentRecorded,
    /// A version was undeployed.
    UndeploymentRecorded,
    /// A version was released.
    ReleaseRecorded,
    /// The support of a released version ended.
    SupportEndedRecorded,
}

/// What a fact of each event says: the names that filters, templates and the default
/// payload know it by. GitHub takes ten of them in a payload.
const CONTRACT: &[&str] = &[
    "event",
    "consumer",
    "consumer_version",
    "consumer_branch",
    "provider",
    "provider_version",
    "provider_branch",
    "content",
    "build_url",
];
const REQUIRING: &[&str] = &[
    "event",
    "consumer",
    "consumer_version",
    "consumer_branch",
    "provider",
    "provider_version",
    "provider_branch",
    "environment",
    "content",
    "build_url",
];
const VERSION: &[&str] = &[
    "event",
    "participant",
    "version",
    "branch",
    "tags",
    "build_url",
];
const GOLDEN: &[&str] = &[
    "event",
    "provider",
    "provider_version",
    "provider_branch",
    "golden",
    "tags",
    "build_url",
];
const VERIFICATION: &[&str] = &[
    "event",
    "consumer",
    "consumer_version",
    "consumer_branch",
    "provider",
    "provider_version",
    "provider_branch",
    "outcome",
    "content",
    "build_url",
];
const ENVIRONMENT: &[&str] = &["event", "participant", "version", "environment", "instance"];

/// What a fact says of the consumer that it is sent for.
const RECIPIENT: &[&str] = &["consumer", "consumer_version", "consumer_branch"];

impl TriggerEvent {
    /// What a fact says by default.
    pub fn payload(self) -> &'static [&'static str] {
        match self {
            Self::ContractPublished | Self::ContractContentChanged => CONTRACT,
            Self::ContractRequiringVerification => REQUIRING,
            Self::VersionPublished => VERSION,
            Self::GoldenPublished | Self::GoldenContentChanged => GOLDEN,
            Self::VerificationPublished | Self::VerificationPassed | Self::VerificationFailed => {
                VERIFICATION
            }
            Self::DeploymentRecorded
            | Self::UndeploymentRecorded
            | Self::ReleaseRecorded
            | Self::SupportEndedRecorded => ENVIRONMENT,
        }
    }

    /// Everything that a fact says: filters and templates may name these.
    pub fn values(self, for_consumers: bool) -> BTreeSet<&'static str> {
        let mut values: BTreeSet<_> = self.payload().iter().copied().collect();
        values.extend(["participant", "version", "recorded_at"]);
        if self.kind() != RecordKind::Deployments {
            values.insert("branch");
        }
        if self.is_for_consumers() {
            values.extend(["provider", "provider_version", "provider_branch"]);
        }
        if for_consumers {
            values.extend(RECIPIENT);
        }
        values
    }

    /// Whether it is about a provider's version, and may be sent for each consumer.
    pub fn is_for_consumers(self) -> bool {
        matches!(
            self,
            Self::VersionPublished | Self::GoldenPublished | Self::GoldenContentChanged
        )
    }

    /// Its name, as configurations have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::ContractPublished => "contract-published",
            Self::ContractContentChanged => "contract-content-changed",
            Self::ContractRequiringVerification => "contract-requiring-verification",
            Self::VersionPublished => "version-published",
            Self::GoldenPublished => "golden-published",
            Self::GoldenContentChanged => "golden-content-changed",
            Self::VerificationPublished => "verification-published",
            Self::VerificationPassed => "verification-passed",
            Self::VerificationFailed => "verification-failed",
            Self::DeploymentRecorded => "deployment-recorded",
            Self::UndeploymentRecorded => "undeployment-recorded",
            Self::ReleaseRecorded => "release-recorded",
            Self::SupportEndedRecorded => "support-ended-recorded",
        }
    }

    /// The facts that it is made from.
    pub(crate) fn kind(self) -> RecordKind {
        match self.payload() {
            payload if payload == VERIFICATION => RecordKind::Verifications,
            payload if payload == ENVIRONMENT => RecordKind::Deployments,
            _ => RecordKind::Publications,
        }
    }

    pub(crate) fn is_about_contracts(self) -> bool {
        matches!(
            self,
            Self::ContractPublished
                | Self::ContractContentChanged
                | Self::ContractRequiringVerification
        )
    }

    pub(crate) fn needs_fresh(self) -> bool {
        matches!(
            self,
            Self::ContractContentChanged | Self::GoldenContentChanged
        )
    }
}

/// When something is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trigger {
    /// What was done is remembered under this name.
    pub name: String,
    /// What it waits for.
    pub on: TriggerEvent,
    /// Only facts that say one of these of each of these names.
    pub only: BTreeMap<String, Vec<String>>,
    /// Once for each consumer of the version's participant.
    pub for_each_consumer: Option<ForEachConsumer>,
}

/// Which consumers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ForEachConsumer {
    /// Those that ever published a pact with the participant.
    Known,
    /// These.
    Named(Vec<String>),
}

impl Trigger {
    /// Whether a fact is one of those that are asked for.
    fn wants(&self, values: &Values) -> bool {
        self.only.iter().all(|(name, wanted)| {
            let found = values.get(name.as_str());
            found.is_some_and(|found| wanted.contains(found))
        })
    }
}

/// What a fact says, by name.
pub type Values = BTreeMap<&'static str, String>;

/// A fact that a trigger waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occurrence {
    /// The same for facts that need to be told once only.
    pub id: String,
    /// When it was recorded.
    pub at: SystemTime,
    /// What it says.
    pub values: Values,
}

/// A version of a provider that has to be verified against a content.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Unverified {
    /// Empty where the provider never published on its main branch.
    pub(crate) version: String,
    pub(crate) branch: String,
    /// Empty for the main branch.
    pub(crate) environment: String,
}

/// A participant's newest version on its main branch; empty where there is none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct MainHead {
    pub(crate) version: String,
    pub(crate) branch: String,
}

/// What has to be known beside the facts, so far as a trigger needs it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Surroundings {
    pub(crate) fresh: BTreeSet<(String, VersionContract)>,
    pub(crate) unverified: BTreeMap<(ContentId, String), Vec<Unverified>>,
    pub(crate) heads: BTreeMap<String, MainHead>,
    pub(crate) consumers: BTreeMap<String, BTreeSet<String>>,
}

impl Surroundings {
    fn head(&self, participant: &str) -> MainHead {
        self.heads.get(participant).cloned().unwrap_or_default()
    }
}

/// What was told already.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Memory {
    /// What does not count, told or not.
    pub(crate) known: BTreeSet<String>,
    pub(crate) sent: BTreeSet<String>,
}

/// What a trigger waits for among facts, the oldest first, each id once: the newest
/// of those that share one.
pub(crate) fn occurrences(
    trigger: &Trigger,
    facts: &[Recorded],
    surroundings: &Surroundings,
) -> Vec<Occurrence> {
    let found = facts
        .iter()
        .flat_map(|recorded| of_fact(trigger, recorded, surroundings));
    let mut found: Vec<_> = found
        .filter(|occurrence| trigger.wants(&occurrence.values))
        .collect();
    found.sort_by_key(|occurrence| occurrence.at);
    let mut known = BTreeSet::new();
    let mut newest: Vec<_> = found
        .into_iter()
        .rev()
        .filter(|occurrence| known.insert(occurrence.id.clone()))
        .collect();
    newest.reverse();
    newest
}

/// Leaves what was not told yet.
pub(crate) fn due(occurrences: Vec<Occurrence>, memory: &Memory) -> Vec<Occurrence> {
    let told = |id: &String| memory.known.contains(id) || memory.sent.contains(id);
    let all = occurrences.into_iter();
    all.filter(|occurrence| !told(&occurrence.id)).collect()
}

fn of_fact(trigger: &Trigger, recorded: &Recorded, around: &Surroundings) -> Vec<Occurrence> {
    let said = match &recorded.fact {
        Fact::Published(version) if trigger.on.is_about_contracts() => {
            of_pacts(trigger.on, &recorded.key, version, around)
        }
        Fact::Published(_) if trigger.on.kind() != RecordKind::Publications => Vec::new(),
        Fact::Published(version) => of_version(trigger, &recorded.key, version, around),
        Fact::Verified(run) => of_run(trigger.on, &recorded.key, run, around),
        Fact::Happened(change) => of_change(trigger.on, &recorded.key, change),
    };
    let said = said.into_iter().map(|Said { id, mut values }| {
        let recorded_at = humantime::format_rfc3339_seconds(recorded.at);
        values.insert("recorded_at", recorded_at.to_string());
        values.insert("event", trigger.on.name().into());
        Occurrence {
            id: digest(trigger.on, &id),
            at: recorded.at,
            values,
        }
    });
    said.collect()
}

/// What is told once, and what it says.
struct Said {
    id: Vec<String>,
    values: Values,
}

impl Said {
    fn of(id: &[&str], values: &[(&'static str, &str)]) -> Self {
        Self {
            id: id.iter().map(|part| String::from(*part)).collect(),
            values: values
                .iter()
                .map(|(name, value)| (*name, String::from(*value)))
                .collect(),
        }
    }
}

fn digest(event: TriggerEvent, parts: &[String]) -> String {
    let mut text = event.name().to_owned();
    for part in parts {
        text += &format!("\n{}:{part}", part.len());
    }
    ContentId::of_bytes(text.as_bytes()).to_string()
}

fn of_pacts(
    event: TriggerEvent,
    key: &str,
    published: &PublishedVersion,
    around: &Surroundings,
) -> Vec<Said> {
    let pacts = published.contracts.iter();
    let pacts = pacts.filter(|contract| contract.kind == ContractKind::Pact);
    let wanted = pacts.filter(|contract| {
        !event.needs_fresh()
            || around
                .fresh
                .contains(&(key.to_owned(), (*contract).clone()))
    });
    wanted
        .flat_map(|contract| of_pact(event, published, contract, around))
        .collect()
}

fn of_pact(
    event: TriggerEvent,
    published: &PublishedVersion,
    contract: &VersionContract,
    around: &Surroundings,
) -> Vec<Said> {
    let branch = published.branch.as_deref().unwrap_or_default();
    let (provider, content) = (contract.name.as_str(), contract.content.as_str());
    let said = |id: &[&str], to: &Unverified| {
        Said::of(
            id,
            &[
                ("consumer", &published.participant),
                ("consumer_version", &published.version),
                ("consumer_branch", branch),
                ("participant", &published.participant),
                ("version", &published.version),
                ("branch", branch),
                ("provider", provider),
                ("provider_version", &to.version),
                ("provider_branch", &to.branch),
                ("environment", &to.environment),
                ("content", content),
                (
                    "build_url",
                    published.build_url.as_deref().unwrap_or_default(),
                ),
            ],
        )
    };
    if event == TriggerEvent::ContractRequiringVerification {
        let about = (contract.content.clone(), contract.name.clone());
        let unverified = around.unverified.get(&about).into_iter().flatten();
        // The main branch is told once, whichever its newest version is.
        let told = unverified.map(|to| match to.environment.as_str() {
            "" => said(&[provider, content], to),
            place => said(&[provider, content, &to.version, place], to),
        });
        return told.collect();
    }
    let MainHead {
        version,
        branch: main,
    } = around.head(provider);
    let to = Unverified {
        version,
        branch: main,
        environment: String::new(),
    };
    let id = [
        &published.participant,
        &published.version,
        branch,
        provider,
        content,
    ];
    vec![said(&id, &to)]
}

fn of_version(
    trigger: &Trigger,
    key: &str,
    published: &PublishedVersion,
    around: &Surroundings,
) -> Vec<Said> {
    let golden = golden(trigger.on, key, published, around);
    let about = golden.into_iter().map(|(name, content)| {
        let branch = published.branch.as_deref().unwrap_or_default();
        let (participant, version) = (&published.participant, &published.version);
        let tags = published.tags.join(",");
        let build_url = published.build_url.as_deref().unwrap_or_default();
        Said::of(
            &[participant, version, branch, &name, &content],
            &[
                ("participant", participant),
                ("version", version),
                ("branch", branch),
                ("provider", participant),
                ("provider_version", version),
                ("provider_branch", branch),
                ("golden", &name),
                ("tags", &tags),
                ("build_url", build_url),
            ],
        )
    });
    let about = about.collect();
    match &trigger.for_each_consumer {
        None => about,
        Some(ForEachConsumer::Named(named)) => for_each(about, named.iter(), around),
        Some(ForEachConsumer::Known) => {
            let known = around.consumers.get(&published.participant);
            for_each(about, known.into_iter().flatten(), around)
        }
    }
}

/// What a publication is told of once: name and content; a version as a whole is
/// told once, however many publications it has.
fn golden(
    event: TriggerEvent,
    key: &str,
    published: &PublishedVersion,
    around: &Surroundings,
) -> Vec<(String, String)> {
    if event == TriggerEvent::VersionPublished {
        return vec![(String::new(), String::new())];
    }
    let contracts = published.contracts.iter();
    let golden = contracts.filter(|contract| contract.kind == ContractKind::Golden);
    if event == TriggerEvent::GoldenContentChanged {
        let fresh = golden.filter(|contract| {
            around
                .fresh
                .contains(&(key.to_owned(), (*contract).clone()))
        });
        let told = fresh.map(|contract| (contract.name.clone(), contract.content.to_string()));
        return told.collect();
    }
    let names: Vec<_> = golden.map(|contract| contract.name.as_str()).collect();
    match names.is_empty() {
        true => Vec::new(),
        false => vec![(names.join(","), key.to_owned())],
    }
}

fn for_each<'c>(
    about: Vec<Said>,
    consumers: impl Iterator<Item = &'c String> + Clone,
    around: &Surroundings,
) -> Vec<Said> {
    let told = about.into_iter().flat_map(|said| {
        consumers.clone().map(move |consumer| {
            let head = around.head(consumer);
            let mut id = said.id.clone();
            id.push(consumer.clone());
            let mut values = said.values.clone();
            values.insert("consumer", consumer.clone());
            values.insert("consumer_version", head.version);
            values.insert("consumer_branch", head.branch);
            Said { id, values }
        })
    });
    told.collect()
}

fn of_run(
    event: TriggerEvent,
    key: &str,
    run: &VerificationRun,
    around: &Surroundings,
) -> Vec<Said> {
    let wanted = match event {
        TriggerEvent::VerificationPassed => run.outcome == Outcome::Passed,
        TriggerEvent::VerificationFailed => run.outcome == Outcome::Failed,
        _ => event == TriggerEvent::VerificationPublished,
    };
    let outcome = match run.outcome {
        Outcome::Passed => "passed",
        Outcome::Failed => "failed",
        Outcome::CouldNotVerify => "could_not_verify",
    };
    let branch = run.provider_branch.as_deref().unwrap_or_default();
    let consumer = around.head(&run.consumer);
    let said = Said::of(
        &[key],
        &[
            ("participant", &run.provider),
            ("version", &run.provider_version),
            ("branch", branch),
            ("consumer", &run.consumer),
            ("consumer_version", &run.consumer_versions.join(",")),
            ("consumer_branch", &consumer.branch),
            ("provider", &run.provider),
            ("provider_version", &run.provider_version),
            ("provider_branch", branch),
            ("outcome", outcome),
            ("content", run.content.as_str()),
            ("build_url", run.build_url.as_deref().unwrap_or_default()),
        ],
    );
    wanted.then_some(said).into_iter().collect()
}

fn of_change(event: TriggerEvent, key: &str, change: &EnvironmentChange) -> Vec<Said> {
    let recorded = match change.happening {
        Happening::Deployed => TriggerEvent::DeploymentRecorded,
        Happening::Undeployed => TriggerEvent::UndeploymentRecorded,
        Happening::Released => TriggerEvent::ReleaseRecorded,
        Happening::SupportEnded => TriggerEvent::SupportEndedRecorded,
    };
    let said = Said::of(
        &[key],
        &[
            ("participant", &change.participant),
            ("version", &change.version),
            ("environment", &change.environment),
            ("instance", &change.instance),
        ],
    );
    (recorded == event).then_some(said).into_iter().collect()
}

/// The contents of pacts among facts, each with its provider.
pub(crate) fn pact_contents(facts: &[Recorded]) -> BTreeSet<(ContentId, String)> {
    let contracts = publications(facts).flat_map(|(_, published)| &published.contracts);
    let pacts = contracts.filter(|contract| contract.kind == ContractKind::Pact);
    pacts
        .map(|contract| (contract.content.clone(), contract.name.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::event::EventId;

    fn at(second: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(second)
    }

    fn recorded(second: u64, fact: Fact) -> Recorded {
        Recorded {
            at: at(second),
            id: EventId::at(at(second)),
            key: format!("key {second}"),
            replaces: Vec::new(),
            fact,
        }
    }

    fn content(text: &str) -> ContentId {
        ContentId::of_bytes(text.as_bytes())
    }

    fn published(
        second: u64,
        (participant, version, branch): (&str, &str, &str),
        contracts: &[(ContractKind, &str, &str)],
    ) -> Recorded {
        let contracts = contracts.iter().map(|(kind, name, text)| VersionContract {
            kind: *kind,
            name: (*name).into(),
            content: content(text),
        });
        let version = PublishedVersion {
            participant: participant.into(),
            version: version.into(),
            branch: (!branch.is_empty()).then(|| branch.into()),
            tags: vec!["beta".into(), "eu".into()],
            build_url: Some("https://ci/1".into()),
            contracts: contracts.collect(),
        };
        recorded(second, Fact::Published(version))
    }

    fn verified(second: u64, outcome: Outcome) -> Recorded {
        let run = VerificationRun {
            consumer: "web".into(),
            consumer_versions: vec!["w1".into(), "w2".into()],
            provider: "orders".into(),
            provider_version: "o1".into(),
            provider_branch: Some("main".into()),
            content: content("a"),
            outcome,
            interactions: 1,
            not_passed: 0,
            build_url: None,
        };
        recorded(second, Fact::Verified(run))
    }

    fn happened(second: u64, happening: Happening) -> Recorded {
        let change = EnvironmentChange {
            participant: "web".into(),
            version: "w1".into(),
            environment: "production".into(),
            happening,
            instance: String::new(),
        };
        recorded(second, Fact::Happened(change))
    }

    /// Two contents of web, of which the second is fresh and not verified; a version
    /// of orders with two golden contracts, of which one is fresh; results; what
    /// happened in an environment.
    fn facts() -> Vec<Recorded> {
        use ContractKind::{Golden, Pact};
        vec![
            published(
                1,
                ("web", "w1", "main"),
                &[(Pact, "orders", "a"), (Pact, "auth", "x")],
            ),
            published(2, ("web", "w2", "fix"), &[(Pact, "orders", "b")]),
            published(3, ("web", "w3", ""), &[(Pact, "orders", "b")]),
            published(
                4,
                ("orders", "o1", "main"),
                &[(Golden, "Shipped", "s"), (Golden, "Paid", "p")],
            ),
            verified(5, Outcome::Passed),
            verified(6, Outcome::Failed),
            verified(7, Outcome::CouldNotVerify),
            happened(8, Happening::Deployed),
            happened(9, Happening::Undeployed),
            happened(10, Happening::Released),
            happened(11, Happening::SupportEnded),
        ]
    }

    fn around() -> Surroundings {
        let unverified = |version: &str, environment: &str| Unverified {
            version: version.into(),
            branch: "main".into(),
            environment: environment.into(),
        };
        let fresh = |key: &str, kind, name: &str, text: &str| {
            let name = name.into();
            let content = content(text);
            (
                key.to_owned(),
                VersionContract {
                    kind,
                    name,
                    content,
                },
            )
        };
        let head = |version: &str| MainHead {
            version: version.into(),
            branch: "main".into(),
        };
        Surroundings {
            fresh: [
                fresh("key 2", ContractKind::Pact, "orders", "b"),
                fresh("key 4", ContractKind::Golden, "Paid", "p"),
            ]
            .into(),
            unverified: [(
                (content("b"), "orders".into()),
                vec![unverified("o1", ""), unverified("o0", "production")],
            )]
            .into(),
            heads: [("orders".into(), head("o1")), ("web".into(), head("w1"))].into(),
            consumers: [("orders".into(), ["phone", "web"].map(str::to_owned).into())].into(),
        }
    }

    fn trigger(on: TriggerEvent, only: &[(&str, &[&str])]) -> Trigger {
        let only = only.iter().map(|(name, wanted)| {
            let wanted = wanted.iter().map(|wanted| String::from(*wanted));
            (String::from(*name), wanted.collect())
        });
        Trigger {
            name: "t".into(),
            on,
            only: only.collect(),
            for_each_consumer: None,
        }
    }

    /// What some names of each occurrence say.
    fn told(trigger: &Trigger, names: &[&str]) -> Vec<String> {
        let found = occurrences(trigger, &facts(), &around());
        let say = |occurrence: &Occurrence| {
            let values = names.iter().map(|name| occurrence.values[name].as_str());
            values.collect::<Vec<_>>().join(" ")
        };
        found.iter().map(say).collect()
    }

    type Told<'t> = (TriggerEvent, &'t [&'t str], Vec<&'t str>);

    fn assert_told(cases: &[Told<'_>]) {
        for (on, names, expected) in cases {
            assert_eq!(told(&trigger(*on, &[]), names), *expected, "{on:?}");
        }
    }

    #[test]
    fn events_of_contracts_are_made_from_publications() {
        use TriggerEvent as On;
        let pact: &[&str] = &["version", "provider", "provider_version"];
        assert_told(&[
            (
                On::ContractPublished,
                pact,
                vec!["w1 orders o1", "w1 auth ", "w2 orders o1", "w3 orders o1"],
            ),
            (On::ContractContentChanged, pact, vec!["w2 orders o1"]),
            // The newest of those that say the same.
            (
                On::ContractRequiringVerification,
                &[
                    "version",
                    "provider_version",
                    "provider_branch",
                    "environment",
                ],
                vec!["w3 o1 main ", "w3 o0 main production"],
            ),
            (
                On::VersionPublished,
                &["participant", "version", "branch", "tags"],
                vec![
                    "web w1 main beta,eu",
                    "web w2 fix beta,eu",
                    "web w3  beta,eu",
                    "orders o1 main beta,eu",
                ],
            ),
            (
                On::GoldenPublished,
                &["provider", "provider_version", "golden"],
                vec!["orders o1 Shipped,Paid"],
            ),
            (
                On::GoldenContentChanged,
                &["provider_version", "golden"],
                vec!["o1 Paid"],
            ),
        ]);
    }

    #[test]
    fn each_other_event_is_made_from_the_facts_that_it_is_named_for() {
        use TriggerEvent as On;
        assert_told(&[
            (
                On::VerificationPublished,
                &[
                    "consumer",
                    "consumer_version",
                    "consumer_branch",
                    "provider_version",
                    "outcome",
                ],
                vec![
                    "web w1,w2 main o1 passed",
                    "web w1,w2 main o1 failed",
                    "web w1,w2 main o1 could_not_verify",
                ],
            ),
            (On::VerificationPassed, &["outcome"], vec!["passed"]),
            (On::VerificationFailed, &["outcome"], vec!["failed"]),
            (
                On::DeploymentRecorded,
                &["event", "participant", "version", "environment"],
                vec!["deployment-recorded web w1 production"],
            ),
            (
                On::UndeploymentRecorded,
                &["event"],
                vec!["undeployment-recorded"],
            ),
            (On::ReleaseRecorded, &["event"], vec!["release-recorded"]),
            (
                On::SupportEndedRecorded,
                &["event"],
                vec!["support-ended-recorded"],
            ),
        ]);
    }

    #[test]
    fn filters_leave_what_says_one_of_their_values() {
        use TriggerEvent as On;
        for (on, only, expected) in [
            (On::ContractPublished, vec![("provider", &["auth"][..])], 1),
            (
                On::ContractPublished,
                vec![("provider", &["auth", "orders"])],
                4,
            ),
            (
                On::ContractPublished,
                vec![("consumer", &["web"]), ("branch", &["fix"])],
                1,
            ),
            (On::ContractPublished, vec![("consumer", &["orders"])], 0),
            (On::VersionPublished, vec![("participant", &["orders"])], 1),
            (On::VersionPublished, vec![("branch", &["main"])], 2),
            (
                On::VerificationPublished,
                vec![("outcome", &["failed", "passed"])],
                2,
            ),
            (On::DeploymentRecorded, vec![("environment", &["test"])], 0),
            (
                On::DeploymentRecorded,
                vec![("environment", &["production"])],
                1,
            ),
        ] {
            let found = told(&trigger(on, &only), &["event"]);
            assert_eq!(found.len(), expected, "{on:?} {only:?}");
        }
    }

    #[test]
    fn a_version_is_told_for_each_consumer() {
        let named = ForEachConsumer::Named(vec!["web".into(), "new".into()]);
        for (consumers, expected) in [
            (ForEachConsumer::Known, ["phone  ", "web w1 main"]),
            (named, ["web w1 main", "new  "]),
        ] {
            let trigger = Trigger {
                for_each_consumer: Some(consumers),
                ..trigger(TriggerEvent::VersionPublished, &[("provider", &["orders"])])
            };
            let names = ["consumer", "consumer_version", "consumer_branch"];
            assert_eq!(told(&trigger, &names), expected);
        }
    }

    #[test]
    fn what_was_told_or_does_not_count_is_not_due() {
        let trigger = trigger(TriggerEvent::VersionPublished, &[]);
        let all = occurrences(&trigger, &facts(), &around());
        let ids: Vec<_> = all.iter().map(|each| each.id.clone()).collect();
        for (known, sent, expected) in [
            (vec![], vec![], vec!["w1", "w2", "w3", "o1"]),
            (vec![0], vec![], vec!["w2", "w3", "o1"]),
            (vec![], vec![1, 2], vec!["w1", "o1"]),
            (vec![3, 0], vec![1, 2], vec![]),
        ] {
            let some = |indices: &[usize]| indices.iter().map(|i| ids[*i].clone()).collect();
            let memory = Memory {
                known: some(&known),
                sent: some(&sent),
            };
            let due = due(all.clone(), &memory);
            let due: Vec<_> = due
                .iter()
                .map(|each| each.values["version"].as_str())
                .collect();
            assert_eq!(due, expected, "known {known:?}, sent {sent:?}");
        }
    }

    #[test]
    fn a_fact_says_all_that_its_event_promises() {
        let events = [
            TriggerEvent::ContractPublished,
            TriggerEvent::ContractRequiringVerification,
            TriggerEvent::VersionPublished,
            TriggerEvent::GoldenPublished,
            TriggerEvent::VerificationPublished,
            TriggerEvent::DeploymentRecorded,
        ];
        for on in events {
            assert!(on.payload().len() <= 10, "{on:?}: GitHub takes ten");
            let serialized = serde_json::to_value(on).unwrap();
            assert_eq!(serialized, on.name(), "{on:?}");
            for each_consumer in [false, on.is_for_consumers()] {
                let trigger = Trigger {
                    for_each_consumer: each_consumer.then_some(ForEachConsumer::Known),
                    ..trigger(on, &[("participant", &["orders", "web"])])
                };
                let found = occurrences(&trigger, &facts(), &around());
                let values = found.iter().find(|each| !each.values.is_empty());
                let said: BTreeSet<_> = values.unwrap().values.keys().copied().collect();
                let promised = on.values(each_consumer);
                let lacks: Vec<_> = promised.difference(&said).collect();
                assert!(lacks.is_empty(), "{on:?}: {lacks:?}");
            }
        }
    }
}
