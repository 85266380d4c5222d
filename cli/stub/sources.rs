//! Everything that is to be served, by provider.

use std::collections::BTreeMap;
use std::path::PathBuf;

use pactwork_broker::{Broker, Held, PublishedPact, Pull};
use pactwork_consumer::stub::StubSource;
use pactwork_contract::{ContentId, SpecificationVersion};

use super::Golden;
use crate::failure::{Failure, Result};
use crate::pact_files;
use crate::storage::Storage;

/// Where what is served comes from.
#[derive(Debug)]
pub struct Sources {
    pub pacts: Vec<PathBuf>,
    pub golden: Option<Golden>,
    pub storage: Option<FromStorage>,
    /// Those that are served; all that are found where it is empty.
    pub providers: Vec<String>,
}

/// Pacts that consumers published.
#[derive(Debug)]
pub struct FromStorage {
    pub storage: Storage,
    pub pulls: Vec<Pull>,
}

/// What was found.
#[derive(Debug, Default)]
pub struct Found {
    pub sources: BTreeMap<String, Vec<StubSource>>,
    /// What is odd and does not stop anything.
    pub warnings: Vec<String>,
}

impl Sources {
    /// Reads the files; `pulled` is what storage holds.
    pub fn load(&self, pulled: &[PublishedPact]) -> Result<Found> {
        let mut found = Found::default();
        let mut sources = Vec::new();
        let files = pact_files::read_with(&self.pacts, |warning| {
            found.warnings.push(warning.to_string());
        })?;
        sources.extend(files.into_iter().map(|file| {
            let origin = file.path.display().to_string();
            StubSource::of(file.pact, origin)
        }));
        sources.extend(pulled.iter().map(|published| {
            let versions = published.versions.join(", ");
            let origin = format!("{} {versions} in storage", published.consumer);
            StubSource::of(published.pact.clone(), origin)
        }));
        if let Some(golden) = &self.golden {
            let mut warn = |warning| found.warnings.push(warning);
            sources.extend(golden.load(&mut warn)?);
        }
        for source in sources {
            let provider = source.provider().to_owned();
            if self.providers.is_empty() || self.providers.contains(&provider) {
                found.sources.entry(provider).or_default().push(source);
            }
        }
        Ok(found)
    }

    /// Why there is nothing to serve.
    pub fn nothing(&self, pulled: &[PublishedPact]) -> Failure {
        let mut looked: Vec<_> = self
            .pacts
            .iter()
            .map(|path| path.display().to_string())
            .collect();
        if let Some(storage) = &self.storage {
            let count = pulled.len();
            looked.push(format!("{} ({count} chosen)", storage.storage));
        }
        if let Some(golden) = &self.golden {
            looked.push(golden.folder.display().to_string());
        }
        let of = match self.providers.is_empty() {
            true => String::new(),
            false => format!(" with {}", self.providers.join(" or ")),
        };
        Failure::wrong_input(format!(
            "there is no pact{of} to serve in {}",
            looked.join(", ")
        ))
        .advise("name a pact file, a folder of them, --from-storage or --golden DIR")
    }
}

impl FromStorage {
    /// What consumers published and the selectors choose.
    pub async fn pull(&mut self, broker: &Broker) -> Result<Vec<PublishedPact>> {
        let mut pulled = Vec::new();
        for pull in &mut self.pulls {
            let published = broker.pull(pull).await?;
            pull.held = held(&published);
            pulled.extend(published);
        }
        Ok(pulled)
    }
}

/// The same bytes as in storage, where they were written there in canonical form.
fn held(published: &[PublishedPact]) -> Held {
    let bytes = published
        .iter()
        .filter_map(|each| each.pact.to_bytes(SpecificationVersion::V4).ok());
    bytes
        .map(|bytes| (ContentId::of_bytes(&bytes), bytes))
        .collect()
}
