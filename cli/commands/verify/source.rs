//! Where the pacts come from: files, or storage.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use pactwork_broker::{Held, Pull, Selector};
use pactwork_contract::{ContentId, Pact};

use crate::failure::{Failure, Result};
use crate::output::Output;
use crate::pact_files::{self, PactFile};
use crate::plan::Context;
use crate::storage::Storage;

/// Which pacts are verified.
#[derive(Debug, Clone)]
pub enum Plan {
    /// Those of these files and folders that name the provider; without a
    /// provider, all of them have to name the same.
    Files {
        paths: Vec<PathBuf>,
        provider: Option<String>,
    },
    /// Those that storage has for the provider and the selectors choose.
    Storage { pull: Pull, storage: Storage },
}

impl Plan {
    /// The files and folders that are read.
    pub fn paths(&self) -> &[PathBuf] {
        match self {
            Self::Files { paths, .. } => paths,
            Self::Storage { .. } => &[],
        }
    }
}

/// What was asked for.
#[derive(Debug)]
pub struct Asked {
    pub paths: Vec<PathBuf>,
    pub provider: Option<String>,
    /// The provider's branch; what no version on it ever kept is pending.
    pub branch: Option<String>,
    pub selectors: Vec<Selector>,
}

/// Checks the arguments.
pub fn plan(asked: Asked, context: &Context) -> Result<Plan> {
    let Asked {
        paths, provider, ..
    } = asked;
    if paths.is_empty() {
        return Ok(Plan::Storage {
            pull: Pull {
                provider: context.config.participant_or(provider, "--provider")?,
                provider_branch: asked.branch,
                selectors: asked.selectors,
                held: Held::new(),
            },
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
    /// Where each of them comes from.
    pub origins: Vec<Origin>,
    /// Contents whose failure is reported and does not count.
    pub pending: Vec<ContentId>,
    /// The consumers' versions by content, where they are known.
    pub versions: BTreeMap<ContentId, Vec<String>>,
}

/// Where a pact comes from.
#[derive(Debug)]
pub enum Origin {
    File(PathBuf),
    Storage,
}

/// Reads or pulls them. None in storage is a warning; none in what was named is
/// an error.
pub async fn read(plan: Plan, output: &Output) -> Result<Sourced> {
    match plan {
        Plan::Files { paths, provider } => {
            let files = pact_files::read(&paths, output)?;
            let provider = provider.map_or_else(|| only_provider(&files), Ok)?;
            let files = select(files, &provider, &paths, output)?;
            let (origins, pacts) = files
                .into_iter()
                .map(|file| (Origin::File(file.path), file.pact))
                .unzip();
            Ok(Sourced {
                provider,
                pacts,
                origins,
                pending: Vec::new(),
                versions: BTreeMap::new(),
            })
        }
        Plan::Storage {
            pull: asked,
            storage,
        } => pull(asked, &storage, output).await,
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
) -> Result<Vec<PactFile>> {
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
    Ok(own)
}

async fn pull(pull: Pull, storage: &Storage, output: &Output) -> Result<Sourced> {
    let published = storage.open().await?.pull(&pull).await?;
    let provider = pull.provider;
    if published.is_empty() {
        output.warning(format!(
            "nothing to verify: no consumer has published a pact with {provider} in {storage} that was asked for"
        ));
    }
    for pact in &published {
        let pending = if pact.pending { " (pending)" } else { "" };
        output.note(format!("{}: {}{pending}", pact.consumer, pact.why));
    }
    let pending = published.iter().filter(|pact| pact.pending);
    let versions = published.iter();
    Ok(Sourced {
        provider,
        origins: published.iter().map(|_| Origin::Storage).collect(),
        pending: pending.map(|pact| pact.content.clone()).collect(),
        versions: versions
            .map(|pact| (pact.content.clone(), pact.versions.clone()))
            .collect(),
        pacts: published
            .into_iter()
            .map(|published| published.pact)
            .collect(),
    })
}
