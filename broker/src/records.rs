//! The facts, as they stand in the bucket.

use pactwork_contract::ContentId;
use serde::{Deserialize, Serialize};

/// What one publication of a version held. Its name is the hash of its bytes;
/// written last, it makes the publication visible.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    pub(crate) participant: String,
    pub(crate) version: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) branch: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) tags: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) build_url: Option<String>,
    pub(crate) contracts: Vec<ManifestEntry>,
}

/// One contract of a publication.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ManifestEntry {
    pub(crate) kind: ContractKind,
    /// The provider of a pact, the event of a golden contract.
    pub(crate) name: String,
    /// What the contract says, formatting and metadata left aside.
    pub(crate) content: ContentId,
    /// The bytes.
    pub(crate) blob: ContentId,
}

/// The two kinds of contracts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContractKind {
    /// What a consumer relies on.
    Pact,
    /// What a provider promises.
    Golden,
}

impl ContractKind {
    /// The end of the name of a branch event, so that it can be chosen unread.
    pub(crate) fn suffix(self) -> &'static str {
        match self {
            Self::Pact => "-pact",
            Self::Golden => "-golden",
        }
    }
}

/// A version on a branch, under a tag, or deployed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct VersionEvent {
    pub(crate) participant: String,
    pub(crate) version: String,
    /// The branch, tag or environment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
}

/// The bucket's format.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Format {
    pub(crate) version: u32,
}
