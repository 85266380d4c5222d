//! The decision whether a version can be deployed: a pure function over what was read.

use std::fmt;

use pactwork_contract::{Outcome, Verification};
use serde::Serialize;

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

/// Whether a version can be deployed to an environment, and why.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Decision {
    /// Who is to be deployed.
    pub participant: String,
    /// Which version.
    pub version: String,
    /// Where to.
    pub environment: String,
    /// The worst of the reasons' answers.
    pub answer: Answer,
    /// One an integration.
    pub reasons: Vec<Reason>,
    /// What else is worth knowing.
    pub notes: Vec<String>,
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
    pub(crate) verification: Option<Verification>,
}

/// Everything that the decision rests on.
#[derive(Debug, Clone)]
pub(crate) struct Facts {
    pub(crate) participant: String,
    pub(crate) version: String,
    pub(crate) environment: String,
    pub(crate) published: bool,
    pub(crate) near: Vec<String>,
    pub(crate) nothing_deployed: bool,
    pub(crate) integrations: Vec<Integration>,
}

pub(crate) fn decide(facts: Facts) -> Decision {
    let mut reasons: Vec<_> = facts
        .integrations
        .iter()
        .map(|integration| reason(integration, &facts.environment))
        .collect();
    if !facts.published {
        reasons.insert(0, not_published(&facts));
    }
    let answer = reasons
        .iter()
        .map(|reason| reason.answer)
        .max()
        .unwrap_or(Answer::Yes);
    let mut notes = Vec::new();
    if facts.nothing_deployed {
        notes.push(format!(
            "no deployment to {} was ever recorded; is its name right?",
            facts.environment
        ));
    }
    if facts.published && facts.integrations.is_empty() {
        notes.push(format!(
            "{} {} relies on nobody, and nobody in {} relies on it",
            facts.participant, facts.version, facts.environment
        ));
    }
    let Facts {
        participant,
        version,
        environment,
        ..
    } = facts;
    Decision {
        participant,
        version,
        environment,
        answer,
        reasons,
        notes,
    }
}

fn reason(integration: &Integration, environment: &str) -> Reason {
    let Integration {
        consumer,
        consumer_version,
        provider,
        provider_version,
        verification,
        side,
    } = integration;
    let (kind, answer) = verdict(integration);
    let pair = format!(
        "{provider} {}",
        provider_version.as_deref().unwrap_or_default()
    );
    let relies = format!("what {consumer} {consumer_version} relies on");
    let verify = format!(
        "pactwork verify --record --version {}",
        provider_version.as_deref().unwrap_or_default()
    );
    let in_the_job = Some(format!("{verify}  (in the provider job of {provider})"));
    let (explanation, next) = match kind {
        ReasonKind::Verified => (format!("{pair} keeps {relies}"), None),
        ReasonKind::Failed => (
            format!("{pair} breaks {relies}"),
            Some(mend(*side, consumer, provider)),
        ),
        ReasonKind::CouldNotVerify => (
            format!("whether {pair} keeps {relies} could not be found out when it was verified"),
            in_the_job,
        ),
        ReasonKind::NotVerified => (
            format!("{pair} was never verified against {relies}"),
            in_the_job,
        ),
        _ => (
            format!(
                "{provider} is not deployed to {environment}, and {consumer} {consumer_version} relies on it"
            ),
            Some(format!(
                "pactwork record-deployment --participant {provider} --version VERSION --environment {environment}  \
                 (once {provider} is deployed)"
            )),
        ),
    };
    Reason {
        consumer: consumer.clone(),
        consumer_version: consumer_version.clone(),
        provider: provider.clone(),
        provider_version: provider_version.clone(),
        kind,
        answer,
        explanation,
        problems: verification.as_ref().map(problems).unwrap_or_default(),
        next,
    }
}

fn verdict(integration: &Integration) -> (ReasonKind, Answer) {
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

fn not_published(facts: &Facts) -> Reason {
    let Facts {
        participant,
        version,
        near,
        ..
    } = facts;
    let similar = if near.is_empty() {
        String::new()
    } else {
        format!("; similar: {}", near.join(", "))
    };
    Reason {
        consumer: participant.clone(),
        consumer_version: version.clone(),
        provider: String::new(),
        provider_version: None,
        kind: ReasonKind::NotPublished,
        answer: Answer::No,
        explanation: format!("{participant} {version} was never published{similar}"),
        problems: Vec::new(),
        next: Some(format!(
            "pactwork publish --version {version}  (in the consumer job of {participant})"
        )),
    }
}

/// Up to three names that are most like another.
pub(crate) fn near(name: &str, names: impl Iterator<Item = String>) -> Vec<String> {
    let mut scored: Vec<_> = names
        .map(|other| (strsim::jaro_winkler(name, &other), other))
        .collect();
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

#[cfg(test)]
mod tests {
    use super::*;
    use pactwork_contract::{ContentId, InteractionVerification};

    fn verification(outcome: Outcome) -> Verification {
        Verification {
            consumer: "core".into(),
            provider: "templates".into(),
            provider_version: "2".into(),
            provider_branch: None,
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
            verification: outcome.map(verification),
        }
    }

    fn facts(integrations: Vec<Integration>) -> Facts {
        Facts {
            participant: "templates".into(),
            version: "2".into(),
            environment: "production".into(),
            published: true,
            near: Vec::new(),
            nothing_deployed: false,
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
    fn a_version_that_nobody_published_is_no_with_near_names() {
        let near = near(
            "1.0.0",
            ["1.0.1", "abc", "1.0"].map(str::to_owned).into_iter(),
        );
        assert_eq!(near, ["1.0.1", "1.0"]);
        let decision = decide(Facts {
            published: false,
            near,
            ..facts(vec![])
        });
        assert_eq!(decision.answer, Answer::No);
        assert_eq!(
            decision.reasons[0].explanation,
            "templates 2 was never published; similar: 1.0.1, 1.0"
        );
    }
}
