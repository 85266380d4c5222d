use std::ops::Deref;
use std::sync::Arc;

use pactwork_contract::{ContentId, Pact};

/// Pacts that are verified, with the ids of their contents. Clones share them, and so do
/// those who replay at the same time.
///
/// A slice of pacts or a vector is one, too: a slice is copied, and the ids are worked out.
#[derive(Debug, Clone, Default)]
pub struct Pacts {
    pacts: Arc<[Pact]>,
    contents: Arc<[ContentId]>,
}

impl Pacts {
    /// Pacts whose contents are known to have these ids ([`Pact::content_id`]).
    pub fn with_contents(pacts: impl IntoIterator<Item = (Pact, ContentId)>) -> Self {
        let (pacts, contents): (Vec<_>, Vec<_>) = pacts.into_iter().unzip();
        Self {
            pacts: pacts.into(),
            contents: contents.into(),
        }
    }

    /// The ids of the pacts' contents, in their order.
    pub fn contents(&self) -> &[ContentId] {
        &self.contents
    }
}

impl Deref for Pacts {
    type Target = [Pact];

    fn deref(&self) -> &[Pact] {
        &self.pacts
    }
}

impl From<Vec<Pact>> for Pacts {
    fn from(pacts: Vec<Pact>) -> Self {
        Self {
            contents: pacts.iter().map(Pact::content_id).collect(),
            pacts: pacts.into(),
        }
    }
}

impl From<&[Pact]> for Pacts {
    fn from(pacts: &[Pact]) -> Self {
        pacts.to_vec().into()
    }
}

impl<const COUNT: usize> From<&[Pact; COUNT]> for Pacts {
    fn from(pacts: &[Pact; COUNT]) -> Self {
        pacts.as_slice().into()
    }
}

impl From<&Vec<Pact>> for Pacts {
    fn from(pacts: &Vec<Pact>) -> Self {
        pacts.as_slice().into()
    }
}

impl From<&Pacts> for Pacts {
    fn from(pacts: &Pacts) -> Self {
        pacts.clone()
    }
}
