//! What a verification found, as data.

mod curl;
mod exchanged;
mod mismatches;
mod redact;
mod verification;

use pactwork_contract::{
    ContentId, InteractionName, InteractionType, Outcome, Pact, ProviderState, Warning,
};
use pactwork_matching::Mismatch;
use serde::{Serialize, Serializer};

use crate::Shard;
pub use exchanged::{
    Received, ReceivedResponse, SeenBody, SeenContent, SeenHeader, SeenMessage, Sent, SentRequest,
};
pub use verification::VerifiedVersion;

use crate::CrossCheck;

/// Everything that a verification found, in the order of the pacts.
///
/// It serialises to the JSON report. `format_version` rises when a reader of the
/// former version would misunderstand it; new members do not raise it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// The version of the report's format: [`Report::FORMAT_VERSION`].
    pub format_version: u32,
    outcome: Outcome,
    /// When the verification began, as RFC 3339 in UTC, where whoever verified says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_at: Option<String>,
    /// How long the provider took from its start until it was ready, in milliseconds,
    /// where whoever verified started it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ready_after_ms: Option<f64>,
    /// How long the replay of all pacts took, in milliseconds.
    pub duration_ms: f64,
    /// Why nothing at all was replayed, such as a provider that did not start, with what
    /// it wrote.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_begun: Option<String>,
    /// The provider that was verified, where whoever verified named it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// Which part of the interactions this is about; `None` for no part of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shard: Option<Shard>,
    /// One for each pact.
    pub pacts: Vec<PactReport>,
    /// How the provider's process ended, if it did before it was asked to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_ended: Option<ProviderEnd>,
    /// What the reference implementation says of the same pacts, if it was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cross_check: Option<CrossCheck>,
}

/// What was found for one pact.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct PactReport {
    /// Whose expectations were replayed.
    pub consumer: String,
    /// The consumer's versions that have this content, where whoever verified knows them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub consumer_versions: Vec<String>,
    /// Where whoever verified found the pact, such as a file, a URL, or why it was chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The Pact Broker that the result belongs to, where it is the only place that the
    /// pact was found in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pact_broker: Option<String>,
    /// Who was verified.
    pub provider: String,
    /// The content that was verified.
    pub content: ContentId,
    /// Whether failing is reported without counting, because the provider never kept
    /// this content.
    pub pending: bool,
    outcome: Outcome,
    /// What was odd about the pact as a whole.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
    /// How many interactions were not chosen: what was found says nothing of them.
    #[serde(skip_serializing_if = "is_zero")]
    pub left_out: usize,
    /// Which those are.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub left_out_interactions: Vec<InteractionName>,
    /// One for each interaction that was chosen.
    pub interactions: Vec<InteractionReport>,
}

/// What was found for one interaction.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct InteractionReport {
    /// What identifies it within its pact, the same wherever it is verified: the first
    /// 16 digits of [`InteractionName::digest`].
    pub identity: String,
    /// The consumer's description.
    pub description: String,
    /// The states that the provider had to be in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub provider_states: Vec<ProviderState>,
    /// HTTP, asynchronous or synchronous message; `None` for a type that is not known.
    #[serde(
        rename = "type",
        serialize_with = "type_name",
        skip_serializing_if = "Option::is_none"
    )]
    pub interaction_type: Option<InteractionType>,
    /// The interaction's key (version 4).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Whether a failure of this interaction is reported without counting (version 4).
    pub pending: bool,
    /// The request that was sent; `None` for messages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<RequestLine>,
    /// What became of it.
    pub outcome: Outcome,
    /// Whether the run was ended before its turn came.
    #[serde(skip_serializing_if = "is_false")]
    pub not_replayed: bool,
    /// How the provider's answer differs from what the consumer relies on. In the
    /// JSON report each has a member `pact` as well: the mismatch by the names that
    /// the Pact tools have for it ([`Mismatch::to_pact_json`]), with the `headline`
    /// that they look for, such as `Body had differences`.
    #[serde(
        serialize_with = "mismatches::with_pact_names",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub mismatches: Vec<Mismatch>,
    /// Why it could not be verified, or why it failed where no mismatch says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What was sent, unless the interaction passed. Of a message that is only asked
    /// for by its description there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sent: Option<Sent>,
    /// What came back, unless the interaction passed or nothing came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub received: Option<Received>,
    /// What was odd: rules that were not understood, states that nobody set.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
    /// What the provider's process wrote meanwhile, unless the interaction
    /// passed. Interactions that were replayed at the same time share it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub provider_output: Vec<String>,
    /// How long it took, states included, in milliseconds.
    pub duration_ms: f64,
}

impl InteractionReport {
    /// What identifies an interaction of this name, as [`identity`](Self::identity).
    pub fn identity_of(name: &InteractionName) -> String {
        name.digest().as_str()[..16].to_owned()
    }
}

/// The first line of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RequestLine {
    /// The method.
    pub method: String,
    /// The path, with the query behind `?`, encoded as it was sent.
    pub path: String,
}

/// A provider's process that ended while it was verified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProviderEnd {
    /// How it ended, such as `exit status 1`.
    pub status: String,
    /// The last lines that it wrote.
    pub output: Vec<String>,
}

impl Report {
    /// The version of the report's format.
    pub const FORMAT_VERSION: u32 = 1;

    pub(crate) fn new(pacts: Vec<PactReport>, provider_ended: Option<ProviderEnd>) -> Self {
        Self {
            format_version: Self::FORMAT_VERSION,
            outcome: worst(pacts.iter().map(PactReport::counted)),
            started_at: None,
            ready_after_ms: None,
            duration_ms: 0.0,
            not_begun: None,
            provider: None,
            shard: None,
            pacts,
            provider_ended,
            cross_check: None,
        }
    }

    /// The result over all pacts: failed if any failed, else could not verify if
    /// any could not, else passed. Pending interactions do not count, nor does it if a
    /// pending pact failed. Passed for no pact at all.
    pub fn outcome(&self) -> Outcome {
        self.outcome
    }
}

impl PactReport {
    pub(crate) fn new(
        pact: &Pact,
        content: ContentId,
        interactions: Vec<InteractionReport>,
        left_out: Vec<InteractionName>,
    ) -> Self {
        let all = pact.interactions.len() + pact.not_understood.len();
        let counted = interactions.iter().filter(|each| !each.pending);
        Self {
            consumer: pact.consumer.name.clone(),
            consumer_versions: Vec::new(),
            source: None,
            pact_broker: None,
            provider: pact.provider.name.clone(),
            content,
            pending: false,
            outcome: worst(counted.map(|each| each.outcome)),
            warnings: match all {
                0 => vec![nothing_to_verify()],
                _ => Vec::new(),
            },
            left_out: left_out.len(),
            left_out_interactions: left_out,
            interactions,
        }
    }

    /// That nobody knows whether a pending pact is kept counts all the same.
    fn counted(&self) -> Outcome {
        match self.outcome {
            Outcome::Failed if self.pending => Outcome::Passed,
            outcome => outcome,
        }
    }

    /// The result over all interactions, as for [`Report::outcome`]. A pact
    /// without interactions holds, and a warning says that there was nothing to verify.
    pub fn outcome(&self) -> Outcome {
        self.outcome
    }
}

fn nothing_to_verify() -> Warning {
    Warning {
        origin: String::new(),
        path: "$.interactions".into(),
        message: "the pact has no interactions, so there was nothing to verify".into(),
    }
}

fn worst(outcomes: impl Iterator<Item = Outcome>) -> Outcome {
    let gravity = |outcome: &Outcome| match outcome {
        Outcome::Passed => 0,
        Outcome::CouldNotVerify => 1,
        Outcome::Failed => 2,
    };
    outcomes.max_by_key(gravity).unwrap_or(Outcome::Passed)
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

fn is_false(value: &bool) -> bool {
    !*value
}

fn type_name<S: Serializer>(
    interaction_type: &Option<InteractionType>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    interaction_type
        .map(InteractionType::as_str)
        .serialize(serializer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_outcome_counts() {
        use Outcome::{CouldNotVerify, Failed, Passed};
        for (outcomes, expected) in [
            (vec![], Passed),
            (vec![Passed, CouldNotVerify], CouldNotVerify),
            (vec![Failed, CouldNotVerify, Passed], Failed),
        ] {
            assert_eq!(worst(outcomes.into_iter()), expected);
        }
    }
}
