//! Where the pacts come from: files, or storage.

use std::collections::BTreeSet;
use std::path::PathBuf;

use pactwork_contract::Pact;

use crate::failure::{Failure, Result};
use crate::output::Output;
use crate::pact_files::{self, PactFile};
use crate::plan::Context;
use crate::storage::Storage;

/// Which pacts are verified.
#[derive(Debug)]
pub enum Plan {
    /// Those of these files and folders that name the provider; without a
    /// provider, all of them have to name the same.
    Files {
        paths: Vec<PathBuf>,
        provider: Option<String>,
    },
    /// Those that storage has for the provider.
    Storage { provider: String, storage: Storage },
}

/// Checks the arguments.
pub fn plan(paths: Vec<PathBuf>, provider: Option<String>, context: &Context) -> Result<Plan> {
    if paths.is_empty() {
        return Ok(Plan::Storage {
            provider: context.config.participant_or(provider, "--provider")?,
            storage: context.storage.clone(),
        });
    }
    let provider = provider.or_else(|| context.config.participant.clone());
    Ok(Plan::Files { paths, provider })
}

/// A provider, and the pacts that it has to keep.
#[derive(Debug)]
pub struct Sourced {
    pub provider: String,
    pub pacts: Vec<Pact>,
}

/// Reads or pulls them. None in storage is a warning; none in what was named is
/// an error.
pub async fn read(plan: Plan, output: &Output) -> Result<Sourced> {
    match plan {
        Plan::Files { paths, provider } => {
            let files = pact_files::read(&paths, output)?;
            let provider = provider.map_or_else(|| only_provider(&files), Ok)?;
            let pacts = select(files, &provider, &paths, output)?;
            Ok(Sourced { provider, pacts })
        }
        Plan::Storage { provider, storage } => {
            let pacts = pull(&provider, &storage, output).await?;
            Ok(Sourced { provider, pacts })
        }
    }
}

fn only_provider(files: &[PactFile]) -> Result<String> {
    let names: BTreeSet<&str> = files
        .iter()
        .map(|file| file.pact.provider.name.as_str())
        .collect();
    let names: Vec<&str> = names.into_iter().collect();
    match names.as_slice() {
        [only] => Ok((*only).to_owned()),
        [] => Err(
            Failure::wrong_input("no pact file (*.json) in what was named")
                .advise("name pact files, or folders that hold some"),
        ),
        several => Err(Failure::wrong_input(format!(
            "the pacts are of several providers: {}",
            several.join(", ")
        ))
        .advise("say which one is verified: --provider NAME")),
    }
}

fn select(
    files: Vec<PactFile>,
    provider: &str,
    paths: &[PathBuf],
    output: &Output,
) -> Result<Vec<Pact>> {
    let (own, others): (Vec<_>, Vec<_>) = files
        .into_iter()
        .partition(|file| file.pact.provider.name == provider);
    for PactFile { path, pact } in &others {
        let skipped = format!(
            "skipped {}: its provider is {}, not {provider}",
            output.path(path),
            pact.provider.name
        );
        match paths.contains(path) {
            true => output.warning(skipped),
            false => output.note(skipped),
        }
    }
    if own.is_empty() {
        return Err(Failure::wrong_input(format!(
            "nothing was verified: no pact with {provider} in what was named"
        ))
        .advise("name pacts of this provider, or another one with --provider NAME"));
    }
    Ok(own.into_iter().map(|file| file.pact).collect())
}

async fn pull(provider: &str, storage: &Storage, output: &Output) -> Result<Vec<Pact>> {
    let published = storage.open().await?.pacts_for(provider).await?;
    if published.is_empty() {
        output.warning(format!(
            "nothing to verify: no consumer has published a pact with {provider} in {storage}"
        ));
    }
    for pact in &published {
        output.note(format!("{}: {}", pact.consumer, pact.why));
    }
    Ok(published
        .into_iter()
        .map(|published| published.pact)
        .collect())
}
