//! Interactions that are new, or other than they were.

use std::collections::BTreeSet;
use std::path::Path;

use pactwork_broker::{Broker, BrokerError, Which};
use pactwork_contract::{ContentId, Pact, PactDifference};
use pactwork_provider::Candidate;

use crate::commands::verify::source::{Origin, Place, Sourced};
use crate::failure::{Failure, Result};
use crate::git;
use crate::output::Output;
use crate::plan::Context;
use crate::storage::Storage;

/// What a missing pact is called, of a version that is there.
const PACT: &str = "pact with ";

/// Since when, and where earlier pacts from storage are.
#[derive(Debug)]
pub struct Since {
    revision: String,
    storage: Storage,
}

/// What a pact was.
enum Earlier {
    Was(Box<Pact>),
    /// There was none, for this reason.
    WasNot(String),
    /// Nobody knows the revision.
    Unknown(Failure),
}

impl Since {
    pub fn new(revision: String, context: &Context) -> Self {
        Self {
            revision,
            storage: context.storage.clone(),
        }
    }

    /// Those that are new, or other than they were.
    pub async fn retain<'a>(
        &self,
        chosen: Vec<Candidate<'a>>,
        sourced: &Sourced,
        output: &Output,
    ) -> Result<Vec<Candidate<'a>>> {
        let mut changed = Vec::new();
        for (pact, earlier) in sourced.pacts.iter().zip(self.earlier(sourced).await?) {
            changed.push(match earlier {
                Earlier::Was(earlier) => Some(names(&earlier.difference(pact))),
                Earlier::WasNot(reason) => {
                    output.note(format!("{reason}: all of it counts as changed"));
                    None
                }
                Earlier::Unknown(failure) => return Err(failure),
            });
        }
        let is_changed = |each: &Candidate<'a>| match &changed[each.pact_number] {
            Some(changed) => changed.contains(&each.name().digest()),
            None => true,
        };
        let chosen: Vec<_> = chosen.into_iter().filter(is_changed).collect();
        if chosen.is_empty() && !sourced.pacts.is_empty() {
            output.warning(format!(
                "nothing to verify: no interaction changed since {}",
                self.revision
            ));
        }
        Ok(chosen)
    }

    /// What each pact was. That nobody knows the revision is an error; that one consumer
    /// of several does not is none.
    async fn earlier(&self, sourced: &Sourced) -> Result<Vec<Earlier>> {
        let mut broker = None;
        let mut all = Vec::new();
        for (pact, origins) in sourced.pacts.iter().zip(&sourced.origins) {
            all.push(match known_place(origins) {
                Place::File(path) => self.of_file(path)?,
                Place::Elsewhere => Earlier::WasNot(format!(
                    "of {} nobody knows what it was at {}",
                    pact.consumer.name, self.revision
                )),
                Place::Storage => {
                    if broker.is_none() {
                        broker = Some(self.storage.open().await?);
                    }
                    match &broker {
                        Some(broker) => self.published(broker, pact).await?,
                        None => continue,
                    }
                }
            });
        }
        if all.iter().all(|each| matches!(each, Earlier::Unknown(_))) {
            return Ok(all);
        }
        let known = all.into_iter().map(|each| match each {
            Earlier::Unknown(failure) => Earlier::WasNot(failure.message),
            known => known,
        });
        Ok(known.collect())
    }

    fn of_file(&self, path: &Path) -> Result<Earlier> {
        let Self { revision, .. } = self;
        let folder = match path.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        let commit = git::commit(folder, revision)?;
        let Some(bytes) = git::file_at(&commit, path, folder)? else {
            let reason = format!("{} is not in {revision}", path.display());
            return Ok(Earlier::WasNot(reason));
        };
        let origin = format!("{} in {revision}", path.display());
        Ok(match Pact::read(&bytes, &origin) {
            Ok(loaded) => Earlier::Was(Box::new(loaded.pact)),
            Err(reason) => Earlier::WasNot(reason.to_string()),
        })
    }

    /// The pact of that version of the consumer, or of the newest on that branch.
    async fn published(&self, broker: &Broker, pact: &Pact) -> Result<Earlier> {
        let (consumer, provider) = (&pact.consumer.name, &pact.provider.name);
        let of_version = Which::Version(self.revision.clone());
        let of_branch = Which::Branch(self.revision.clone());
        let mut missing = Vec::new();
        for which in [of_version, of_branch] {
            match broker.find_pact(consumer, provider, &which).await {
                Ok(found) => return Ok(Earlier::Was(Box::new(found.pact))),
                // That version is known, and relied on this provider in nothing.
                Err(BrokerError::NotFound { what, .. }) if what.starts_with(PACT) => {
                    return Ok(Earlier::WasNot(format!("there is no {what}")));
                }
                Err(BrokerError::NotFound { what, near }) => missing.push(format!("{what}{near}")),
                Err(error) => return Err(error.into()),
            }
        }
        let message = format!(
            "--changed-since {}: there is no {}",
            self.revision,
            missing.join(", and no ")
        );
        Ok(Earlier::Unknown(Failure::wrong_input(message).advise(
            "name a version of the consumer, or a branch that it published on",
        )))
    }
}

/// Of the places of a pact the first with a history.
fn known_place(origins: &[Origin]) -> &Place {
    let mut places = origins.iter().map(|origin| &origin.place);
    let known = places.find(|place| **place != Place::Elsewhere);
    known.unwrap_or(&Place::Elsewhere)
}

fn names(difference: &PactDifference) -> BTreeSet<ContentId> {
    let changed = difference.changed.iter().map(|each| &each.interaction);
    let names = difference.came.iter().chain(changed);
    names.map(|name| name.digest()).collect()
}
