use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{ContentId, ProviderState};

/// What became of a verification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The provider keeps the expectation.
    Passed,
    /// The provider does not keep the expectation.
    Failed,
    /// It could not be found out: a state that could not be set, a provider that died.
    CouldNotVerify,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::CouldNotVerify => "could not verify",
        })
    }
}

/// The result of verifying one pact's content against one version of its provider.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verification {
    /// Whose expectations were replayed.
    pub consumer: String,
    /// The consumer's versions that had this content when it was verified, where known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub consumer_versions: Vec<String>,
    /// Who was verified.
    pub provider: String,
    /// Which version of the provider was verified, usually a commit.
    pub provider_version: String,
    /// The branch of that version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_branch: Option<String>,
    /// The content that was verified.
    pub pact: ContentId,
    /// The result over all interactions.
    pub outcome: Outcome,
    /// When, as RFC 3339 in UTC.
    pub verified_at: String,
    /// Where to look at the job that did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build_url: Option<String>,
    /// Every interaction's result.
    pub interactions: Vec<InteractionVerification>,
}

/// The result of verifying one interaction.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InteractionVerification {
    /// The interaction's description.
    pub description: String,
    /// The interaction's provider states.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub provider_states: Vec<ProviderState>,
    /// What became of it.
    pub outcome: Outcome,
    /// One line a problem: each mismatch, or why it could not be verified.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<String>,
}
