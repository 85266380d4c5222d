//! Pact files out: specification versions 3 and 4, canonically.

mod bodies;
pub(crate) mod layout;
mod ordered;
mod parts;
mod rules;

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
    /// This version is not written.
    #[error("pact files of specification version {0} are read but not written; ask for 3 or 4")]
    NotWritten(SpecificationVersion),
}

impl Pact {
    /// The canonical pact file: the same content gives the same bytes.
    ///
    /// Interactions are sorted by the text of their identity (type, description,
    /// provider states), keys are in a fixed order, and nothing of the tool that
    /// wrote it or of the time stands in it.
    ///
    /// # Errors
    /// [`WriteError`] for what version 3 cannot hold, and for versions below 3.
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
        match version {
            SpecificationVersion::V4 => {}
            SpecificationVersion::V3 => self.interactions.iter().try_for_each(fits_version_3)?,
            other => return Err(WriteError::NotWritten(other)),
        }
        Ok(Layout::of(self, version).to_text().into_bytes())
    }
}

fn fits_version_3(interaction: &Interaction) -> Result<(), WriteError> {
    let common = interaction.common();
    let what = match interaction {
        Interaction::SynchronousMessage(_) => Some("is a synchronous message"),
        _ if common.pending => Some("is pending"),
        _ if !common.comments.is_empty() => Some("has comments"),
        _ if common.transport.is_some() => Some("names a transport"),
        Interaction::Http(http) => bodies::beyond_version_3(&http.request.body)
            .or_else(|| bodies::beyond_version_3(&http.response.body))
            .or_else(|| rules::beyond_version_3(&http.request.matching_rules))
            .or_else(|| rules::beyond_version_3(&http.response.matching_rules)),
        Interaction::AsynchronousMessage(message) => {
            bodies::beyond_version_3(&message.message.contents)
                .or_else(|| rules::beyond_version_3(&message.message.matching_rules))
        }
    };
    what.map_or(Ok(()), |what| {
        Err(WriteError::NeedsHigherVersion {
            interaction: interaction.identity().to_string(),
            what: what.into(),
            needed: SpecificationVersion::V4,
            asked: SpecificationVersion::V3,
        })
    })
}

/// The interaction as version 4 writes it.
pub(crate) fn version_4(interaction: &Interaction) -> Ordered<'_> {
    parts::interaction(interaction, SpecificationVersion::V4)
}
