use serde_json::{Map, Value};

use crate::{Interaction, InteractionType, SpecificationVersion, Warning};

/// A service by name: a consumer, a provider, or both at once.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Participant {
    /// The name; any Unicode text, never empty.
    pub name: String,
    /// Members of the pact file's object that this version does not know; written back.
    pub extra: Map<String, Value>,
}

impl Participant {
    /// A participant with this name and nothing else.
    pub fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            extra: Map::new(),
        }
    }
}

/// What one consumer relies on and one provider must keep.
///
/// The interactions are in the order in which they were read or added; writing
/// puts them in canonical order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Pact {
    /// Who relies on the interactions.
    pub consumer: Participant,
    /// Who has to keep them.
    pub provider: Participant,
    /// HTTP interactions and messages together.
    pub interactions: Vec<Interaction>,
    /// Interactions that are not understood; written back, not verifiable.
    pub not_understood: Vec<NotUnderstood>,
    /// The version that the file named; the default for a pact made here.
    pub specification: SpecificationVersion,
    /// The file's `metadata` object without `pactSpecification.version`; written back.
    pub metadata: Map<String, Value>,
    /// Top-level members that this version does not know; written back.
    pub extra: Map<String, Value>,
}

/// An interaction that cannot be verified, because its type is not known or it
/// is not what its type asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct NotUnderstood {
    /// The interaction as found.
    pub value: Value,
    /// The type that it was read as; `None` where that is what is not known.
    pub interaction_type: Option<InteractionType>,
    /// Why, as one sentence without its place in the file.
    pub reason: String,
}

/// A pact that was read, with what was odd about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// The pact.
    pub pact: Pact,
    /// What was understood differently than its author may have meant.
    pub warnings: Vec<Warning>,
}

impl Pact {
    /// An empty pact between a consumer and a provider.
    pub fn between(consumer: impl Into<String>, provider: impl Into<String>) -> Self {
        Self {
            consumer: Participant::named(consumer),
            provider: Participant::named(provider),
            ..Self::default()
        }
    }
}
