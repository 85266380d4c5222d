//! Pacts of several sources, each content once.

use std::collections::BTreeMap;

use pactwork_contract::{ContentId, Pact};

use super::{Found, Origin};
use crate::output::Output;
use crate::web::printable;

/// What was found so far.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub(super) pacts: Vec<(Pact, ContentId)>,
    /// Of each pact.
    pub(super) origins: Vec<Vec<Origin>>,
    /// The pacts' numbers.
    pub(super) by_content: BTreeMap<ContentId, usize>,
}

impl Gathered {
    pub(super) fn is_empty(&self) -> bool {
        self.pacts.is_empty()
    }

    /// Whether everything came from Pact Brokers alone.
    pub(super) fn is_of_pact_brokers(&self) -> bool {
        let mut origins = self.origins.iter().flatten();
        origins.all(|origin| origin.broker.is_some())
    }

    /// Adds what another source has. What is there already is verified once.
    pub(super) fn add(&mut self, found: Vec<Found>, output: &Output) {
        for Found { pact, origin } in found {
            let content = pact.content_id();
            if let Some(number) = self.by_content.get(&content) {
                let origins = &mut self.origins[*number];
                output.note(format!(
                    "{}: {} has the same content as {}: verified once",
                    printable(&pact.consumer.name),
                    origin.source,
                    origins[0].source
                ));
                origins.push(origin);
                continue;
            }
            self.by_content.insert(content.clone(), self.pacts.len());
            self.pacts.push((pact, content));
            self.origins.push(vec![origin]);
        }
    }
}
