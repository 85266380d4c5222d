//! Pact files out: specification versions 3 and 4, canonically.

mod bodies;
mod interactions;
pub(crate) mod layout;
mod ordered;
mod rules;
mod splice;
mod version_3;

use thiserror::Error;

use crate::{Interaction, Pact, SpecificationVersion};
use layout::Layout;
pub(crate) use ordered::Ordered;

/// A pact that the asked version of the specification cannot hold.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum WriteError {
    /// This needs a higher version.
    #[error(
        "the interaction {interaction} {what}, which needs specification version {needed}; \
         version {asked} was asked for"
    )]
    NeedsHigherVersion {
        /// Which interaction.
        interaction: String,
        /// What it holds.
        what: String,
        /// The version that can hold it.
        needed: SpecificationVersion,
        /// The version that was asked for.
        asked: SpecificationVersion,
    },
    /// A pact file without it could not be read again.
    #[error("the {role} of the pact has no name")]
    NoName {
        /// `consumer` or `provider`.
        role: &'static str,
    },
    /// This version is not written.
    #[error("pact files of specification version {0} are read but not written; ask for 3 or 4")]
    NotWritten(SpecificationVersion),
}

impl Pact {
    /// The canonical pact file: the same content gives the same bytes.
    ///
    /// Interactions are sorted by their text, which begins with their identity
    /// (type, description, provider states); keys are in a fixed order; nothing of
    /// the tool that wrote it or of the time stands in it.
    ///
    /// # Errors
    /// [`WriteError`] for what version 3 cannot hold, for versions below 3, and
    /// for a participant without a name.
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

/// The interaction as version 4 writes it.
pub(crate) fn version_4(interaction: &Interaction) -> Ordered<'_> {
    interactions::interaction(interaction, SpecificationVersion::V4)
}
