//! Pacts of several sources, each content once.

use std::collections::BTreeMap;

use pactwork_contract::{ContentId, Pact};

use super::{Found, Origin};
use crate::output::Output;

/// What was found so far.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pacts: Vec<Pact>,
    origins: BTreeMap<ContentId, Vec<Origin>>,
}

impl Gathered {
    pub(super) fn is_empty(&self) -> bool {
        self.pacts.is_empty()
    }

    /// Adds what another source has. What is there already is verified once.
    pub(super) fn add(&mut self, found: Vec<Found>, output: &Output) {
        for Found { pact, origin } in found {
            let origins = self.origins.entry(pact.content_id()).or_default();
            if let Some(first) = origins.first() {
                output.note(format!(
                    "{}: {} has the same content as {}: verified once",
                    pact.consumer.name, origin.source, first.source
                ));
            } else {
                self.pacts.push(pact);
            }
            origins.push(origin);
        }
    }

    pub(super) fn into_parts(self) -> (Vec<Pact>, BTreeMap<ContentId, Vec<Origin>>) {
        (self.pacts, self.origins)
    }
}
