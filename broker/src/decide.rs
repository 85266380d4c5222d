//! The decision whether a version can be deployed: a pure function over what was read.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use pactwork_contract::{ContentId, Outcome, Verification};
use serde::Serialize;

use crate::select::is_main_branch;

/// The answer to "can I deploy".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Everything that it needs was found to hold.
    Yes,
    /// Something was not found out yet.
    Unknown,
    /// Something does not hold.
    No,
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Yes => "yes",
            Self::Unknown => "unknown",
            Self::No => "no",
        })
    }
}

/// Whether versions can be deployed to an environment, and why.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Decision {
    /// What is to be deployed.
    pub versions: Vec<AskedVersion>,
    /// The environment, or branch, that it is to be deployed to.
    pub destination: String,
    /// The worst of the reasons' answers.
    pub answer: Answer,
    /// One an integration.
    pub reasons: Vec<Reason>,
    /// What else is worth knowing.
    pub notes: Vec<String>,
}

/// A version that was asked about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AskedVersion {
    /// Who is to be deployed.
    pub participant: String,
    /// Which version.
    pub version: String,
}

/// What one integration says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reason {
    /// Who relies on the other.
    pub consumer: String,
    /// Its version.
    pub consumer_version: String,
    /// Who is relied on; empty where the reason is not about an integration.
    pub provider: String,
    /// Its version; `None` where it is not in the environment.
    pub provider_version: Option<String>,
    /// What was found.
    pub kind: ReasonKind,
    /// What this integration alone would answer.
    pub answer: Answer,
    /// Whether it is pending: no version on the provider's branch, nor on its main one,
    /// ever kept this content, so the provider's job did not fail.
    pub pending: bool,
    /// The same as a sentence.
    pub explanation: String,
    /// The interactions that failed, one line a problem.
    pub problems: Vec<String>,
    /// The command to run next, where there is one.
    pub next: Option<String>,
}

/// What was found about an integration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReasonKind {
    /// The provider keeps this content.
    Verified,
    /// The provider does not keep this content.
    Failed,
    /// A verification ran and could not find out.
    CouldNotVerify,
    /// No verification of this content by this version was recorded.
    NotVerified,
    /// The provider is not in the environment.
    ProviderNotDeployed,
    /// Nobody published this version.
    NotPublished,
    /// Nobody created the environment, and nothing was ever recorded of it: its name
    /// may be misspelt.
    EnvironmentNotKnown,
    /// It was asked not to count.
    Ignored,
}

/// In which role the asked participant takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Consumer,
    Provider,
}

/// What is known about one integration.
#[derive(Debug, Clone)]
pub(crate) struct Integration {
    pub(crate) side: Side,
    pub(crate) consumer: String,
    pub(crate) consumer_version: String,
    pub(crate) provider: String,
    pub(crate) provider_version: Option<String>,
    /// What the consumer's version relies on.
    pub(crate) content: ContentId,
    pub(crate) verification: Option<Verification>,
    /// For what did not pass: the provider's branches of which a version kept it.
    pub(crate) kept_on: Vec<String>,
}

impl Integration {
    fn is_pending(&self) -> bool {
        let verification = self.verification.as_ref();
        let failed = verification.filter(|verification| verification.outcome == Outcome::Failed);
        let branch = failed.and_then(|verification| verification.provider_branch.as_deref());
        branch.is_some_and(|branch| {
            let mut kept_on = self.kept_on.iter().map(String::as_str);
            !kept_on.any(|kept| kept == branch || is_main_branch(kept))
        })
    }
}

/// What is known about an asked version itself.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) participant: String,
    pub(crate) version: String,
    pub(crate) published: bool,
    /// Similar names, where it was not published.
    pub(crate) near: Vec<String>,
}

/// Everything that the decision rests on.
#[derive(Debug, Clone)]
pub(crate) struct Facts {
    pub(crate) destination: String,
    pub(crate) is_environment: bool,
    pub(crate) destination_is_known: bool,
    /// Environments with similar names, where it is not known.
    pub(crate) near_destinations: Vec<String>,
    pub(crate) ignore: Vec<String>,
    pub(crate) asked: Vec<Asked>,
    pub(crate) integrations: Vec<Integration>,
}

pub(crate) fn decide(facts: Facts) -> Decision {
    let unpublished = facts.asked.iter().filter(|asked| !asked.published);
    let mut reasons: Vec<_> = unpublished.map(not_published).collect();
    if !facts.destination_is_known {
        reasons.push(not_known(&facts));
    }
    let integrations = facts.integrations.iter();
    reasons.extend(integrations.map(|integration| reason(integration, &facts)));
    let answer = reasons
        .iter()
        .map(|reason| reason.answer)
        .max()
        .unwrap_or(Answer::Yes);
    Decision {
        notes: notes(&facts),
        versions: facts
            .asked
            .into_iter()
            .map(|asked| AskedVersion {
                participant: asked.participant,
                version: asked.version,
            })
            .collect(),
        destination: facts.destination,
        answer,
        reasons,
    }
}

fn notes(facts: &Facts) -> Vec<String> {
    let destination = &facts.destination;
    let mut notes = Vec::new();
    notes.extend(contradictions(&facts.integrations));
    for Asked {
        participant,
        version,
        published,
        ..
    } in &facts.asked
    {
        let mut integrations = facts.integrations.iter();
        let involved =
            integrations.any(|each| each.consumer == *participant || each.provider == *participant);
        if *published && !involved {
            notes.push(format!(
                "{participant} {version} relies on nobody, and nobody in {destination} relies on it"
            ));
        }
    }
    notes
}

/// Versions that two publishers at once gave two contents.
fn contradictions(integrations: &[Integration]) -> Vec<String> {
    let mut contents = BTreeMap::<_, BTreeSet<_>>::new();
    for each in integrations {
        let pact = (&each.consumer, &each.consumer_version, &each.provider);
        contents
            .entry(pact)
            .or_default()
            .insert(each.content.as_str());
    }
    contents.retain(|_, contents| contents.len() > 1);
    contents
        .into_keys()
        .map(|(consumer, version, provider)| {
            format!(
                "{consumer} {version} was published at once with different pacts with {provider}; each of them counts"
            )
        })
        .collect()
}

fn reason(integration: &Integration, facts: &Facts) -> Reason {
    let (kind, answer) = verdict(integration, &facts.ignore);
    let verification = integration.verification.as_ref();
    Reason {
        consumer: integration.consumer.clone(),
        consumer_version: integration.consumer_version.clone(),
        provider: integration.provider.clone(),
        provider_version: integration.provider_version.clone(),
        kind,
        answer,
        pending: kind == ReasonKind::Failed && integration.is_pending(),
        explanation: explanation(kind, integration, facts),
        problems: match kind {
            ReasonKind::Ignored => Vec::new(),
            _ => verification.map(problems).unwrap_or_default(),
        },
        next: next(kind, integration, facts),
    }
}

fn explanation(kind: ReasonKind, integration: &Integration, facts: &Facts) -> String {
    let Integration {
        consumer,
        consumer_version,
        provider,
        provider_version,
        ..
    } = integration;
    let destination = &facts.destination;
    let version = provider_version.as_deref().unwrap_or_default();
    let relies = format!("what {consumer} {consumer_version} relies on");
    match kind {
        ReasonKind::Verified => {
            format!(
                "{provider} {version} keeps {relies}{}",
                same_as(integration)
            )
        }
        ReasonKind::Failed => match integration.is_pending() {
            false => format!("{provider} {version} breaks {relies}"),
            true => format!(
                "{provider} {version} breaks {relies}, which is pending: no version on its branch, nor on main, ever kept it"
            ),
        },
        ReasonKind::CouldNotVerify => format!(
            "whether {provider} {version} keeps {relies} could not be found out when it was verified"
        ),
        ReasonKind::NotVerified => {
            let elsewhere = match integration.kept_on.as_slice() {
                [] => String::new(),
                branches => format!("; versions on {} keep it", branches.join(", ")),
            };
            format!("{provider} {version} was never verified against {relies}{elsewhere}")
        }
        ReasonKind::Ignored => {
            format!("what {consumer} relies on {provider} for was not looked at, as asked")
        }
        ReasonKind::ProviderNotDeployed
        | ReasonKind::NotPublished
        | ReasonKind::EnvironmentNotKnown => {
            let lacks = match facts.is_environment {
                true => format!("is not deployed to {destination}"),
                false => format!("has no version on the branch {destination}"),
            };
            format!("{provider} {lacks}, and {consumer} {consumer_version} relies on it")
        }
    }
}

/// With which versions of the consumer it was verified, where not with this one.
fn same_as(integration: &Integration) -> String {
    let Some(verification) = &integration.verification else {
        return String::new();
    };
    let versions = &verification.consumer_versions;
    match versions.is_empty() || versions.contains(&integration.consumer_version) {
        true => String::new(),
        false => format!(
            "; it was verified with {} {}, which says the same",
            integration.consumer,
            versions.join(", ")
        ),
    }
}

/// The command to run, or what to do.
fn next(kind: ReasonKind, integration: &Integration, facts: &Facts) -> Option<String> {
    let Integration {
        consumer, provider, ..
    } = integration;
    let destination = &facts.destination;
    Some(match kind {
        ReasonKind::Verified | ReasonKind::Ignored => return None,
        ReasonKind::Failed => mend(integration.side, consumer, provider),
        ReasonKind::CouldNotVerify | ReasonKind::NotVerified => format!(
            "pactwork verify --record --version {}  (in the provider job of {provider})",
            integration.provider_version.as_deref().unwrap_or_default()
        ),
        ReasonKind::ProviderNotDeployed
        | ReasonKind::NotPublished
        | ReasonKind::EnvironmentNotKnown
            if facts.is_environment =>
        {
            format!(
                "pactwork record-deployment --participant {provider} --version VERSION --environment {destination}  \
                 (once {provider} is deployed)"
            )
        }
        ReasonKind::ProviderNotDeployed
        | ReasonKind::NotPublished
        | ReasonKind::EnvironmentNotKnown => format!(
            "pactwork golden publish --version VERSION --branch {destination}  (in the provider job of {provider})"
        ),
    })
}

fn verdict(integration: &Integration, ignore: &[String]) -> (ReasonKind, Answer) {
    let other = match integration.side {
        Side::Consumer => &integration.provider,
        Side::Provider => &integration.consumer,
    };
    if ignore.contains(other) {
        return (ReasonKind::Ignored, Answer::Yes);
    }
    match (&integration.provider_version, &integration.verification) {
        (None, _) => (ReasonKind::ProviderNotDeployed, Answer::No),
        (Some(_), None) => (ReasonKind::NotVerified, Answer::Unknown),
        (Some(_), Some(verification)) => match verification.outcome {
            Outcome::Passed => (ReasonKind::Verified, Answer::Yes),
            Outcome::Failed => (ReasonKind::Failed, Answer::No),
            Outcome::CouldNotVerify => (ReasonKind::CouldNotVerify, Answer::Unknown),
        },
    }
}

fn mend(side: Side, consumer: &str, provider: &str) -> String {
    match side {
        Side::Provider => format!(
            "keep what {consumer} relies on, or first deploy a version of {consumer} that no longer does"
        ),
        Side::Consumer => {
            format!("first deploy a version of {provider} that keeps it, or rely on what it gives")
        }
    }
}

/// What did not pass, one line a problem.
fn problems(verification: &Verification) -> Vec<String> {
    let unmet = verification
        .interactions
        .iter()
        .filter(|each| each.outcome != Outcome::Passed);
    let lines = unmet.flat_map(|each| each.problems.iter().map(move |problem| (each, problem)));
    lines
        .map(|(each, problem)| format!("{}: {problem}", each.description))
        .collect()
}

/// Without it, a misspelt environment, in which nobody is, would be safe for all.
fn not_known(facts: &Facts) -> Reason {
    let destination = &facts.destination;
    Reason {
        consumer: String::new(),
        consumer_version: String::new(),
        provider: String::new(),
        provider_version: None,
        kind: ReasonKind::EnvironmentNotKnown,
        answer: Answer::Unknown,
        pending: false,
        explanation: format!(
            "the environment {destination} is not known{}",
            similar(&facts.near_destinations)
        ),
        problems: Vec::new(),
        next: Some(format!(
            "pactwork create-environment {destination}  (if that is its name)"
        )),
    }
}

/// The end of a sentence that names similar ones.
fn similar(near: &[String]) -> String {
    match near {
        [] => String::new(),
        near => format!("; similar: {}", near.join(", ")),
    }
}

fn not_published(asked: &Asked) -> Reason {
    let Asked {
        participant,
        version,
        near,
        ..
    } = asked;
    let similar = similar(near);
    Reason {
        consumer: participant.clone(),
        consumer_version: version.clone(),
        provider: String::new(),
        provider_version: None,
        kind: ReasonKind::NotPublished,
        answer: Answer::No,
        pending: false,
        explanation: format!("{participant} {version} was never published{similar}"),
        problems: Vec::new(),
        next: Some(format!(
            "pactwork publish --version {version}  (in the consumer job of {participant})"
        )),
    }
}

/// Up to three names that are most like another, the most alike first.
pub fn near(name: &str, names: impl Iterator<Item = String>) -> Vec<String> {
    let mut scored: Vec<_> = names.map(|other| (likeness(name, &other), other)).collect();
    scored.retain(|(score, _)| *score > 0.7);
    scored.sort_by(|left, right| {
        right
            .0
            .total_cmp(&left.0)
            .then_with(|| left.1.cmp(&right.1))
    });
    scored.dedup();
    scored.into_iter().take(3).map(|(_, name)| name).collect()
}

/// From 0 to 1. One slip of the finger is much in a short name, and yet likely.
fn likeness(name: &str, other: &str) -> f64 {
    let by_beginning = strsim::jaro_winkler(name, other);
    let slipped = name.chars().count() > 2 && strsim::damerau_levenshtein(name, other) == 1;
    if slipped {
        by_beginning.max(0.9)
    } else {
        by_beginning
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pactwork_contract::InteractionVerification;

    fn verification(outcome: Outcome) -> Verification {
        Verification {
            consumer: "core".into(),
            provider: "templates".into(),
            provider_version: "2".into(),
            provider_branch: None,
            consumer_versions: Vec::new(),
            pact: ContentId::of_bytes(b""),
            outcome,
            verified_at: "2026-01-02T03:04:05Z".into(),
            build_url: None,
            interactions: vec![InteractionVerification {
                description: "TemplateDeleted".into(),
                provider_states: Vec::new(),
                outcome,
                problems: if outcome == Outcome::Passed {
                    vec![]
                } else {
                    vec!["$.a: missing".into()]
                },
            }],
        }
    }

    fn integration(provider_version: Option<&str>, outcome: Option<Outcome>) -> Integration {
        Integration {
            side: Side::Provider,
            consumer: "core".into(),
            consumer_version: "1".into(),
            provider: "templates".into(),
            provider_version: provider_version.map(str::to_owned),
            content: ContentId::of_bytes(b""),
            verification: outcome.map(verification),
            kept_on: Vec::new(),
        }
    }

    fn facts(integrations: Vec<Integration>) -> Facts {
        Facts {
            destination: "production".into(),
            is_environment: true,
            destination_is_known: true,
            near_destinations: Vec::new(),
            ignore: Vec::new(),
            asked: vec![Asked {
                participant: "templates".into(),
                version: "2".into(),
                published: true,
                near: Vec::new(),
            }],
            integrations,
        }
    }

    #[test]
    fn the_worst_integration_decides() {
        use Outcome::{CouldNotVerify, Failed, Passed};
        let passed = || integration(Some("2"), Some(Passed));
        let failed = || integration(Some("2"), Some(Failed));
        let missing = || integration(Some("2"), None);
        for (integrations, answer, kind) in [
            (vec![], Answer::Yes, None),
            (vec![passed()], Answer::Yes, Some(ReasonKind::Verified)),
            (vec![failed()], Answer::No, Some(ReasonKind::Failed)),
            (
                vec![missing()],
                Answer::Unknown,
                Some(ReasonKind::NotVerified),
            ),
            (
                vec![integration(Some("2"), Some(CouldNotVerify))],
                Answer::Unknown,
                Some(ReasonKind::CouldNotVerify),
            ),
            (
                vec![integration(None, None)],
                Answer::No,
                Some(ReasonKind::ProviderNotDeployed),
            ),
            (
                vec![missing(), failed(), passed()],
                Answer::No,
                Some(ReasonKind::NotVerified),
            ),
            (
                vec![passed(), missing()],
                Answer::Unknown,
                Some(ReasonKind::Verified),
            ),
        ] {
            let decision = decide(facts(integrations));
            assert_eq!(decision.answer, answer, "{:?}", decision.reasons);
            assert_eq!(decision.reasons.first().map(|reason| reason.kind), kind);
        }
    }

    #[test]
    fn a_failure_is_explained() {
        let decision = decide(facts(vec![integration(Some("2"), Some(Outcome::Failed))]));
        assert_eq!(
            decision.reasons[0].explanation,
            "templates 2 breaks what core 1 relies on"
        );
        assert_eq!(
            decision.reasons[0].problems,
            ["TemplateDeleted: $.a: missing"]
        );
    }

    #[test]
    fn what_else_is_known_of_the_content_is_said() {
        use Outcome::{Failed, Passed};
        let with = |outcome: Option<Outcome>,
                    branch: Option<&str>,
                    versions: &[&str],
                    kept_on: &[&str]| {
            let mut integration = integration(Some("2"), outcome);
            if let Some(verification) = &mut integration.verification {
                verification.provider_branch = branch.map(str::to_owned);
                verification.consumer_versions =
                    versions.iter().map(|&version| version.to_owned()).collect();
            }
            integration.kept_on = kept_on.iter().map(|&branch| branch.to_owned()).collect();
            integration
        };
        let keeps = "templates 2 keeps what core 1 relies on";
        let breaks = "templates 2 breaks what core 1 relies on";
        let never = "templates 2 was never verified against what core 1 relies on";
        for (integration, explanation, pending) in [
            (with(Some(Passed), None, &[], &[]), keeps.to_owned(), false),
            (
                with(Some(Passed), None, &["0", "1"], &[]),
                keeps.to_owned(),
                false,
            ),
            (
                with(Some(Passed), None, &["0"], &[]),
                format!("{keeps}; it was verified with core 0, which says the same"),
                false,
            ),
            (with(Some(Failed), None, &[], &[]), breaks.to_owned(), false),
            (
                with(Some(Failed), Some("feature"), &[], &["main"]),
                breaks.to_owned(),
                false,
            ),
            (
                with(Some(Failed), Some("feature"), &[], &["feature"]),
                breaks.to_owned(),
                false,
            ),
            (
                with(Some(Failed), Some("main"), &[], &["feature"]),
                format!(
                    "{breaks}, which is pending: no version on its branch, nor on main, ever kept it"
                ),
                true,
            ),
            (with(None, None, &[], &[]), never.to_owned(), false),
            (
                with(None, None, &[], &["main", "feature"]),
                format!("{never}; versions on main, feature keep it"),
                false,
            ),
        ] {
            let reason = &decide(facts(vec![integration])).reasons[0];
            assert_eq!(
                (reason.explanation.as_str(), reason.pending),
                (explanation.as_str(), pending)
            );
        }
    }

    #[test]
    fn two_contents_of_one_version_both_count_and_are_named() {
        let mut other = integration(Some("2"), Some(Outcome::Failed));
        other.content = ContentId::of_bytes(b"other");
        let decision = decide(facts(vec![
            integration(Some("2"), Some(Outcome::Passed)),
            other,
        ]));
        assert_eq!(decision.answer, Answer::No);
        assert_eq!(
            decision.notes,
            [
                "core 1 was published at once with different pacts with templates; each of them counts"
            ]
        );
    }

    #[test]
    fn a_version_that_nobody_published_is_no_with_near_names() {
        let near = near(
            "1.0.0",
            ["1.0.1", "abc", "1.0"].map(str::to_owned).into_iter(),
        );
        assert_eq!(near, ["1.0.1", "1.0"]);
        let mut facts = facts(vec![]);
        facts.asked[0].published = false;
        facts.asked[0].near = near;
        let decision = decide(facts);
        assert_eq!(decision.answer, Answer::No);
        assert_eq!(
            decision.reasons[0].explanation,
            "templates 2 was never published; similar: 1.0.1, 1.0"
        );
    }

    #[test]
    fn an_environment_that_nobody_knows_is_never_yes() {
        for (integrations, answer) in [
            (vec![], Answer::Unknown),
            (
                vec![integration(Some("2"), Some(Outcome::Failed))],
                Answer::No,
            ),
        ] {
            let mut facts = facts(integrations);
            facts.destination = "prodction".into();
            facts.destination_is_known = false;
            facts.near_destinations = vec!["production".into()];
            let decision = decide(facts);
            assert_eq!(decision.answer, answer);
            assert_eq!(
                decision.reasons[0].explanation,
                "the environment prodction is not known; similar: production"
            );
        }
    }

    #[test]
    fn who_is_ignored_does_not_count() {
        let mut facts = facts(vec![
            integration(Some("2"), Some(Outcome::Failed)),
            integration(None, None),
        ]);
        facts.ignore = vec!["core".into()];
        let decision = decide(facts);
        assert_eq!(decision.answer, Answer::Yes);
        assert_eq!(
            decision.reasons[0].explanation,
            "what core relies on templates for was not looked at, as asked"
        );
    }
}
