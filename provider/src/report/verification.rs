use pactwork_contract::{InteractionVerification, Verification};

use super::{InteractionReport, PactReport};

/// Which version of the provider was verified, when and where.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VerifiedVersion {
    /// The provider's version, usually a commit.
    pub version: String,
    /// The branch of that version.
    pub branch: Option<String>,
    /// When, as RFC 3339 in UTC.
    pub verified_at: String,
    /// Where to look at the job that did it.
    pub build_url: Option<String>,
}

impl PactReport {
    /// The result to be recorded for this version of the provider.
    pub fn verification(&self, verified: &VerifiedVersion) -> Verification {
        Verification {
            consumer: self.consumer.clone(),
            consumer_versions: self.consumer_versions.clone(),
            provider: self.provider.clone(),
            provider_version: verified.version.clone(),
            provider_branch: verified.branch.clone(),
            pact: self.content.clone(),
            outcome: self.outcome(),
            verified_at: verified.verified_at.clone(),
            build_url: verified.build_url.clone(),
            interactions: self.interactions.iter().map(recorded).collect(),
        }
    }
}

fn recorded(interaction: &InteractionReport) -> InteractionVerification {
    let mismatches = interaction.mismatches.iter().map(ToString::to_string);
    InteractionVerification {
        description: interaction.description.clone(),
        provider_states: interaction.provider_states.clone(),
        outcome: interaction.outcome,
        problems: mismatches.chain(interaction.reason.clone()).collect(),
    }
}
