//! `pactwork golden publish`: publishes this participant's golden contracts.

use std::path::{Path, PathBuf};

use pactwork_golden::GoldenContract;

use crate::args;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::file_names;
use crate::output::Output;
use crate::pact_files::{json_files, stem};
use crate::plan::{Context, Release};
use crate::publication::{self, Contracts};
use crate::storage::Storage;

/// What is published, and as what.
#[derive(Debug)]
pub struct Plan {
    folder: PathBuf,
    release: Release,
    storage: Storage,
}

/// Checks the arguments.
pub fn plan(args: args::GoldenPublish, context: &Context) -> Result<Plan> {
    let configured = &context.config.provider.golden_output;
    Ok(Plan {
        folder: args.folder.unwrap_or_else(|| configured.clone()),
        release: context.release(args.publish_as)?,
        storage: context.storage.clone(),
    })
}

/// Reads and publishes.
pub async fn run(plan: Plan, output: &Output) -> Result<Exit> {
    let golden = read(&plan.folder)?;
    let contracts = Contracts {
        golden,
        ..Contracts::default()
    };
    publication::publish(plan.release, contracts, &plan.storage, output).await
}

fn read(folder: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    let files = match folder.exists() {
        true => json_files(folder)?,
        false => Vec::new(),
    };
    if files.is_empty() {
        return Err(Failure::wrong_input(format!(
            "no golden contract (*.json) in {}",
            folder.display()
        ))
        .advise("run pactwork golden generate first, or name the folder"));
    }
    files.iter().map(|path| read_one(path)).collect()
}

fn read_one(path: &Path) -> Result<(String, Vec<u8>)> {
    let bytes = std::fs::read(path).map_err(|reason| Failure::cannot_read(path, &reason))?;
    let name = file_names::decode(&stem(path));
    let contract = GoldenContract::read(&name, &bytes, &path.display().to_string())?;
    let bytes = contract.to_bytes();
    Ok((contract.name, bytes))
}
