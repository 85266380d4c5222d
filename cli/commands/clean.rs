//! `pactwork clean`: removes what this participant's runs wrote.

use std::path::{Path, PathBuf};

use pactwork_contract::read_file;

use super::verify::LAST_FAILED;
use crate::args;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::Output;
use crate::owned_folder;
use crate::pact_files::{entries, json_files};
use crate::plan::Context;
use crate::storage::WORKING_FOLDER;

/// What is removed.
#[derive(Debug)]
pub struct Plan {
    participant: String,
    /// The folder whose pact files are removed, if this participant is their consumer.
    pacts: PathBuf,
    /// The folder with what was pulled as a provider; `None`: stays.
    pulled: Option<PathBuf>,
    /// The folder with pulled golden contracts; `None`: stays.
    golden: Option<PathBuf>,
    /// The folder with what did not pass the last time; `None`: stays.
    last_failed: Option<PathBuf>,
    /// What all of them are in by default.
    working_folder: PathBuf,
}

/// Checks the arguments.
pub fn plan(args: &args::Clean, context: &Context) -> Result<Plan> {
    let config = &context.config;
    let everything = !args.pacts;
    let working_folder = config.folder.join(WORKING_FOLDER);
    Ok(Plan {
        participant: config.own_participant()?.to_owned(),
        pacts: config.consumer.pacts.clone(),
        pulled: everything.then(|| working_folder.join("pulled")),
        golden: everything.then(|| config.consumer.golden.clone()),
        last_failed: everything.then(|| working_folder.join(LAST_FAILED)),
        working_folder,
    })
}

/// Removes, and says what.
pub fn run(plan: Plan, output: &Output) -> Result<Exit> {
    let mut removed = remove_pacts(&plan.pacts, &plan.participant, output)?;
    if let Some(pulled) = &plan.pulled {
        removed.extend(clear_pulled(pulled)?);
    }
    if let Some(golden) = &plan.golden {
        removed.extend(owned_folder::clear(golden)?);
    }
    if let Some(folder) = &plan.last_failed
        && folder.is_dir()
    {
        std::fs::remove_dir_all(folder).map_err(|reason| cannot_remove(folder, &reason))?;
        removed.push(folder.clone());
    }
    // It stays if anything is left in it, the bucket for one.
    let _ = std::fs::remove_dir(&plan.working_folder);
    for path in &removed {
        output.result(&format!("removed {}", output.path(path)))?;
    }
    if removed.is_empty() {
        output.note("nothing to remove");
    }
    Ok(Exit::Holds)
}

fn remove_pacts(folder: &Path, participant: &str, output: &Output) -> Result<Vec<PathBuf>> {
    let mut removed = Vec::new();
    if !folder.is_dir() {
        return Ok(removed);
    }
    for path in json_files(folder)? {
        match read_file(&path) {
            Ok(loaded) if loaded.pact.consumer.name == participant => {
                remove_file(&path)?;
                removed.push(path);
            }
            Ok(_) => output.detail(format!("{}: another consumer's", output.path(&path))),
            Err(error) => output.note(format!("left alone, because it is not a pact: {error}")),
        }
    }
    Ok(removed)
}

/// One folder a provider.
fn clear_pulled(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut removed = Vec::new();
    if folder.is_dir() {
        for provider in entries(folder)? {
            removed.extend(owned_folder::clear(&provider)?);
        }
        // It stays if something in it is not ours.
        let _ = std::fs::remove_dir(folder);
    }
    Ok(removed)
}

fn remove_file(path: &Path) -> Result<()> {
    pactwork_contract::remove_file(path).map_err(|reason| cannot_remove(path, &reason))
}

fn cannot_remove(path: &Path, reason: &std::io::Error) -> Failure {
    Failure::wrong_input(format!("cannot remove {}: {reason}", path.display()))
}
