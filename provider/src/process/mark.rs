//! What tells the processes of one provider from those of another: a variable that
//! whatever they start inherits.

use std::hash::{BuildHasher, RandomState};

/// A value that nobody else has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark(String);

impl Mark {
    /// The variable that holds it.
    pub(super) const VARIABLE: &str = "PACTWORK_PROVIDER";

    pub(super) fn new() -> Self {
        let random = || RandomState::new().hash_one(());
        Self(format!("{}-{:016x}", std::process::id(), random()))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}
