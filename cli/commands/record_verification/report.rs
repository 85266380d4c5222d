//! The JSON reports of runs, as far as they are recorded.

use std::path::Path;

use pactwork_contract::{ContentId, InteractionName, Outcome, ProviderState};
use pactwork_provider::{Report, Shard};
use serde::Deserialize;

use crate::failure::{Failure, Result};
use crate::output::Output;

/// A run's report.
#[derive(Debug)]
pub struct RunReport {
    /// The file, as it is shown.
    pub file: String,
    pub found: Found,
}

/// What is read of it.
#[derive(Debug, Deserialize)]
pub struct Found {
    format_version: u32,
    pub provider: Option<String>,
    pub shard: Option<Shard>,
    pub pacts: Vec<FoundPact>,
}

#[derive(Debug, Deserialize)]
pub struct FoundPact {
    pub consumer: String,
    #[serde(default)]
    pub consumer_versions: Vec<String>,
    pub provider: String,
    pub content: ContentId,
    pub pending: bool,
    pub pact_broker: Option<String>,
    #[serde(default)]
    pub left_out_interactions: Vec<InteractionName>,
    pub interactions: Vec<FoundInteraction>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct FoundInteraction {
    pub identity: String,
    pub description: String,
    #[serde(default)]
    pub provider_states: Vec<ProviderState>,
    pub pending: bool,
    pub outcome: Outcome,
    #[serde(default)]
    pub mismatches: Vec<FoundMismatch>,
    pub reason: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct FoundMismatch {
    pub pact: PactMismatch,
}

/// A mismatch by the names of Pact.
#[derive(Debug, Clone, Deserialize)]
pub struct PactMismatch {
    pub mismatch: String,
}

/// Reads a report. The error names the file and where in it something is wrong.
pub fn read(path: &Path, output: &Output) -> Result<RunReport> {
    let bytes = std::fs::read(path).map_err(|reason| Failure::cannot_read(path, &reason))?;
    let file = output.path(path).to_string();
    let mut reader = serde_json::Deserializer::from_slice(&bytes);
    let found: Found = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let place = error.path().to_string();
        let place = match place.as_str() {
            "." => "$".to_owned(),
            path => format!("$.{path}"),
        };
        Failure::wrong_input(format!("{file}: {place}: {}", error.inner()))
            .advise("name JSON reports, as pactwork verify --format json --output FILE writes them")
    })?;
    match found.format_version {
        Report::FORMAT_VERSION => Ok(RunReport { file, found }),
        other => Err(Failure::wrong_input(format!(
            "{file}: $.format_version: expected {}, found {other}",
            Report::FORMAT_VERSION
        ))
        .advise("verify and record with the same version of pactwork")),
    }
}
