//! The facts, as they stand in the bucket.

use std::collections::BTreeMap;

use pactwork_contract::{ContentId, Verification};
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
    /// The manifests of the same version that this one stands for instead.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) replaces: Vec<String>,
}

impl Manifest {
    /// A version alone.
    pub(crate) fn of_nothing(participant: &str, version: &str) -> Self {
        Self {
            participant: participant.into(),
            version: version.into(),
            branch: None,
            tags: Vec::new(),
            build_url: None,
            contracts: Vec::new(),
            replaces: Vec::new(),
        }
    }

    pub(crate) fn holds(&self, kind: ContractKind) -> bool {
        self.contracts.iter().any(|entry| entry.kind == kind)
    }
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

impl ManifestEntry {
    /// Whether both are about the same counterpart.
    pub(crate) fn same_contract(&self, other: &Self) -> bool {
        self.kind == other.kind && self.name == other.name
    }

    /// Whether both say the same of the same counterpart.
    pub(crate) fn says_the_same(&self, other: &Self) -> bool {
        self.same_contract(other) && self.content == other.content
    }
}

/// The contracts that a version published, over all its publications, each content
/// once. Two of one name are there only where two publishers at once contradicted
/// each other.
pub(crate) fn all_contracts(manifests: &[Manifest]) -> Vec<ManifestEntry> {
    let entries = manifests.iter().flat_map(|manifest| &manifest.contracts);
    let mut entries: Vec<_> = entries.cloned().collect();
    let key = |entry: &ManifestEntry| (entry.kind, entry.name.clone(), entry.content.clone());
    entries.sort_by_key(key);
    entries.dedup_by(|left, right| left.says_the_same(right));
    entries
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
    /// A contract in a sentence: `pact with orders`, `golden contract OrderShipped`.
    pub(crate) fn named(self, name: &str) -> String {
        match self {
            Self::Pact => format!("pact with {name}"),
            Self::Golden => format!("golden contract {name}"),
        }
    }
}

/// What a publication is found by among those on its branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PublicationKind {
    /// It held contracts of this kind.
    With(ContractKind),
    /// It held none: a provider's version that was verified.
    Bare,
}

impl PublicationKind {
    pub(crate) const ALL: [Self; 3] = [
        Self::With(ContractKind::Pact),
        Self::With(ContractKind::Golden),
        Self::Bare,
    ];

    pub(crate) fn is_of(self, manifest: &Manifest) -> bool {
        match self {
            Self::With(kind) => manifest.holds(kind),
            Self::Bare => manifest.contracts.is_empty(),
        }
    }

    /// As a segment of keys.
    pub(crate) fn segment(self) -> &'static str {
        match self {
            Self::With(ContractKind::Pact) => "pact",
            Self::With(ContractKind::Golden) => "golden",
            Self::Bare => "version",
        }
    }
}

/// A version was published on a branch or under a tag. Its key says the same, but
/// for the names that are too long for a key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct PublicationEvent {
    pub(crate) participant: String,
    pub(crate) version: String,
    /// The branch or tag; `None` for a publication without a branch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    pub(crate) manifest: String,
}

/// What can happen to a version in an environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Happening {
    /// It replaced what was deployed of that participant and application instance.
    Deployed,
    /// Nothing of that participant and application instance is there any more.
    Undeployed,
    /// It is supported there, beside others, until that ends.
    Released,
    /// It is no longer supported there.
    SupportEnded,
}

/// Something happened in an environment. Its key says the same, but for the names
/// that are too long for a key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct EnvironmentEvent {
    pub(crate) environment: String,
    pub(crate) participant: String,
    pub(crate) version: String,
    pub(crate) happening: Happening,
    /// The application instance; empty for the only one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) instance: String,
}

/// What of a participant is in an environment now: a copy that is rebuilt from the
/// events, so that one read is enough.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct Standing {
    pub(crate) participant: String,
    /// Application instance to version.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) deployed: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) released: Vec<String>,
    /// What these versions published, so far as it was there by then.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) contracts: BTreeMap<String, Vec<ManifestEntry>>,
}

/// An environment was created.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct AboutEnvironment {
    pub(crate) name: String,
}

/// A copy of the newest run, so that one read is enough.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Latest {
    /// The run's own name.
    pub(crate) run: String,
    pub(crate) verification: Verification,
}

/// The bucket's format.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Format {
    pub(crate) version: u32,
    /// Whether anything was ever pruned; it never becomes false again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) pruned: bool,
}

/// Which objects a prune is going to remove.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Announcement {
    pub(crate) keys: Vec<String>,
}
