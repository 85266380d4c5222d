//! What another implementation of Pact says of the same pacts and the same provider, as data.

use pactwork_contract::{Outcome, ProviderState};
use serde::Serialize;

/// What came of verifying the same pacts against the same provider with `pact_verifier`,
/// the reference implementation. It changes no outcome of the report.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[non_exhaustive]
pub struct CrossCheck {
    /// How many interactions both said something of.
    pub compared: usize,
    /// The interactions of which they do not say the same, in the order of the report.
    pub disagreements: Vec<Disagreement>,
    /// The interactions of which only one of them says something.
    pub not_compared: Vec<NotCompared>,
}

/// An interaction of which two implementations do not say the same.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Disagreement {
    /// Whose expectation it is.
    pub consumer: String,
    /// The consumer's description.
    pub description: String,
    /// The states that the provider had to be in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub provider_states: Vec<ProviderState>,
    /// What stands in the report.
    pub ours: Verdict,
    /// What `pact_verifier` says.
    pub reference: Verdict,
}

/// What one implementation says of an interaction.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Verdict {
    /// Whether it is kept, as far as that could be found out.
    pub outcome: Outcome,
    /// Why, a sentence each; none where it passed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<String>,
}

/// An interaction that could not be verified by both.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct NotCompared {
    /// Whose expectation it is.
    pub consumer: String,
    /// The consumer's description.
    pub description: String,
    /// The states that the provider had to be in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub provider_states: Vec<ProviderState>,
    /// Why.
    pub reason: String,
}

impl CrossCheck {
    /// Whether both say the same of every interaction.
    pub fn agrees(&self) -> bool {
        self.disagreements.is_empty() && self.not_compared.is_empty()
    }
}
