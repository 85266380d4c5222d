//! `pactwork golden pull`: fetches the golden contracts of the events that the
//! configuration names.

use std::collections::BTreeMap;
use std::path::PathBuf;

use pactwork_broker::PublishedGolden;

use crate::config::{Events, FILE_NAME};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::file_names;
use crate::output::Output;
use crate::owned_folder::{self, Files};
use crate::plan::Context;
use crate::storage::Storage;

/// Which events are pulled, and where to.
#[derive(Debug)]
pub struct Plan {
    events: Events,
    folder: PathBuf,
    storage: Storage,
}

/// Takes everything from the configuration.
pub fn plan(context: &Context) -> Plan {
    Plan {
        events: context.config.consumer.events.clone(),
        folder: context.config.consumer.golden.clone(),
        storage: context.storage.clone(),
    }
}

/// Pulls. Nothing is written if an event is missing.
pub async fn run(plan: Plan, output: &Output) -> Result<Exit> {
    if plan.events.is_empty() {
        output.note(format!(
            "no events are consumed: consumer.events of {FILE_NAME} names none"
        ));
    }
    let broker = plan.storage.open().await?;
    let mut pulled = Pulled::default();
    let held = owned_folder::held(&plan.folder);
    for (provider, events) in &plan.events {
        match broker.golden_of(provider, &held).await? {
            Some(published) => pulled.choose(provider, events, published),
            None => output.warning(nothing_published(provider)),
        }
    }
    pulled.refuse_if_missing()?;
    for removed in owned_folder::mirror(&plan.folder, &pulled.files)? {
        output.note(format!(
            "removed {}: no longer named",
            output.path(&removed)
        ));
    }
    for (file, origin) in &pulled.origins {
        let path = plan.folder.join(file);
        output.result(&format!("{} ({origin})", output.path(&path)))?;
    }
    Ok(Exit::Holds)
}

#[derive(Debug, Default)]
struct Pulled {
    files: Files,
    /// Which version of which provider a file comes from.
    origins: BTreeMap<String, String>,
    /// One sentence an event that is named and not published.
    missing: Vec<String>,
}

impl Pulled {
    fn choose(&mut self, provider: &str, events: &[String], published: PublishedGolden) {
        let origin = format!("{provider} {}", published.version);
        let names: Vec<&str> = published
            .contracts
            .iter()
            .map(|(name, _)| &**name)
            .collect();
        for event in events
            .iter()
            .filter(|event| !names.contains(&event.as_str()))
        {
            self.missing.push(format!(
                "{origin} does not publish {event}; it publishes: {}",
                names.join(", ")
            ));
        }
        for (event, contents) in published.contracts {
            if events.contains(&event) {
                let file = file_names::golden_contract(provider, &event);
                self.origins.insert(file.clone(), origin.clone());
                self.files.insert(file, contents);
            }
        }
    }

    fn refuse_if_missing(&self) -> Result<()> {
        if self.missing.is_empty() {
            return Ok(());
        }
        Err(Failure::broken(self.missing.join("\n")).advise(format!(
            "correct consumer.events in {FILE_NAME}, or ask the provider to publish the event"
        )))
    }
}

fn nothing_published(provider: &str) -> String {
    format!("{provider} has not published golden contracts; its events cannot be checked yet")
}
