//! Pact files out: specification versions 2, 3 and 4, canonically.

mod bodies;
mod interactions;
pub(crate) mod layout;
mod needs;
mod ordered;
mod rules;
mod splice;

use std::fmt;

use thiserror::Error;

use crate::{Interaction, Pact, ProviderState, SpecificationVersion};
use layout::Layout;
pub(crate) use ordered::Ordered;

/// How many of the things that need a higher version an error's text lists.
const LISTED: usize = 20;

/// A pact that cannot be written as asked.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum WriteError {
    /// Something needs a higher version.
    #[error(
        "specification version {asked} cannot hold this pact:{}",
        listed(things)
    )]
    NeedsHigherVersion {
        /// The version that was asked for.
        asked: SpecificationVersion,
        /// Everything that it cannot hold, in the order of the pact; at least one.
        things: Vec<Beyond>,
    },
    /// Nested so deeply that the file could not be read again.
    #[error("{what} is nested more than {limit} levels deep, which no pact file can hold")]
    TooDeep {
        /// Which interaction, or which other part of the pact.
        what: String,
        /// How deep it may be.
        limit: usize,
    },
    /// A pact file without it could not be read again.
    #[error("the {role} of the pact has no name")]
    NoName {
        /// `consumer` or `provider`.
        role: &'static str,
    },
    /// This version is not written.
    #[error("pact files of specification version {0} are read but not written; ask for 2, 3 or 4")]
    NotWritten(SpecificationVersion),
}

/// One thing in a pact that the asked version of the specification cannot hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beyond {
    /// Which interaction: its description and provider states.
    pub interaction: String,
    /// The JSON path within the interaction, as version 4 has it.
    pub path: String,
    /// What stands there.
    pub what: String,
    /// The lowest version that can hold it.
    pub needed: SpecificationVersion,
}

impl fmt::Display for Beyond {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}, {}: {} (needs version {})",
            self.interaction, self.path, self.what, self.needed
        )
    }
}

fn listed(things: &[Beyond]) -> String {
    let mut text = String::new();
    for thing in things.iter().take(LISTED) {
        text += &format!("\n  - {thing}");
    }
    if let Some(others) = things
        .len()
        .checked_sub(LISTED)
        .filter(|others| *others > 0)
    {
        text += &format!("\n  - and {others} more");
    }
    text
}

impl Pact {
    /// The canonical pact file: the same content gives the same bytes.
    ///
    /// Interactions are sorted by their text, which begins with their identity
    /// (type, description, provider states); keys are in a fixed order; nothing of
    /// the tool that wrote it or of the time stands in it.
    ///
    /// Versions 2, 3 and 4 are written. What a lower version cannot hold is an
    /// error that names every such thing, with one exception: what this crate
    /// does not understand itself, and so cannot change a verdict, is left out
    /// where the version has no place for it (members of a described body in
    /// versions 2 and 3; in version 2 members of a provider state and of a list of
    /// rules). A pact that was read from a file of the asked version or a lower
    /// one keeps the rules and generators that its author put there, even those
    /// that only a later version defines.
    ///
    /// # Errors
    /// [`WriteError`] for what the version cannot hold, for versions below 2, for
    /// a participant without a name, and for content that is nested too deeply.
    ///
    /// ```
    /// use pactwork_contract::{Pact, SpecificationVersion};
    ///
    /// let bytes = Pact::between("web", "orders").to_bytes(SpecificationVersion::V4)?;
    /// let again = Pact::read(&bytes, "web-orders.json")?.pact;
    /// assert_eq!(again.provider.name, "orders");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn to_bytes(&self, version: SpecificationVersion) -> Result<Vec<u8>, WriteError> {
        Ok(Layout::of(self, version)?.to_text().into_bytes())
    }
}

/// Provider states as versions 3 and 4 write them.
pub(crate) fn provider_states(states: &[ProviderState]) -> Ordered<'_> {
    interactions::provider_states(states)
}

/// The interaction as version 4 writes it.
pub(crate) fn version_4(interaction: &Interaction) -> Ordered<'_> {
    interactions::interaction(interaction, SpecificationVersion::V4)
}
