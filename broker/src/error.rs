use thiserror::Error;

/// What kept the broker from answering.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BrokerError {
    /// The storage URL leads nowhere.
    #[error("storage {url}: {reason}")]
    Location {
        /// The URL as given.
        url: String,
        /// Why.
        reason: String,
    },
    /// The storage did not do what was asked.
    #[error("storage: cannot {action} {key}: {reason}")]
    Storage {
        /// read, write, list or delete.
        action: &'static str,
        /// The object's key.
        key: String,
        /// Why.
        reason: String,
    },
    /// An object is not what its name says.
    #[error(
        "storage: {key} is corrupt: {reason}; it is not used. Restore it, or remove it and publish again"
    )]
    Corrupt {
        /// The object's key.
        key: String,
        /// What is wrong.
        reason: String,
    },
    /// The bucket was written by a later version of this program.
    #[error("storage: its format is {found}, this program knows {known}; use a newer pactwork")]
    Format {
        /// The format found.
        found: u32,
        /// The newest format known here.
        known: u32,
    },
    /// The version is published with other content.
    #[error(
        "{participant} {version} was published with another {contract}: {difference}\n\
         Nothing was published. A version's contracts never change: publish under a new version."
    )]
    Conflict {
        /// Who publishes.
        participant: String,
        /// The version.
        version: String,
        /// Which contract: `pact with orders`, `golden contract OrderShipped`.
        contract: String,
        /// What differs.
        difference: String,
    },
    /// A contract cannot be written.
    #[error("the {contract} cannot be written: {reason}")]
    Unwritable {
        /// Which contract.
        contract: String,
        /// Why.
        reason: String,
    },
    /// A prune is removing what would be relied upon.
    #[error(
        "what {participant} {version} needs is just being pruned; nothing was written. \
         Run this again when the prune has finished; if it was cut off, `pactwork prune --apply` completes it"
    )]
    Pruning {
        /// The participant.
        participant: String,
        /// The version.
        version: String,
    },
    /// Nobody published the version that a fact is to be recorded of.
    #[error("{participant} {version} was never published{near}; nothing was recorded")]
    NotPublished {
        /// The participant.
        participant: String,
        /// The version.
        version: String,
        /// Published versions with similar names, as the end of a sentence.
        near: String,
    },
    /// What was named is not there.
    #[error("there is no {what}{near}")]
    NotFound {
        /// What was named: `participant wbe`, `version 3 of web`.
        what: String,
        /// What is there with a similar name, as the end of a sentence.
        near: String,
    },
    /// A version has two contents of one contract.
    #[error(
        "{participant} {version} was published with two contents of the {contract}: {contents}"
    )]
    Contradictory {
        /// Who published.
        participant: String,
        /// The version.
        version: String,
        /// Which contract: `pact with orders`.
        contract: String,
        /// Their content ids.
        contents: String,
    },
}

impl BrokerError {
    /// Whether the storage is what failed, not what was asked of it.
    pub fn is_storage(&self) -> bool {
        matches!(self, Self::Storage { .. } | Self::Corrupt { .. })
    }
}
