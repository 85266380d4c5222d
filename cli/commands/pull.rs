//! `pactwork pull`: fetches the pacts of a provider into a folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use pactwork_broker::{Held, PublishedPact, Pull};
use pactwork_contract::SpecificationVersion;

use crate::args::{self, Format};
use crate::exit::Exit;
use crate::failure::Result;
use crate::file_names;
use crate::output::Output;
use crate::owned_folder::{self, Files};
use crate::plan::Context;
use crate::render::{human, json};
use crate::storage::{Storage, WORKING_FOLDER};

/// Whose pacts are pulled, and where to.
#[derive(Debug)]
pub struct Plan {
    pull: Pull,
    fail_if_none: bool,
    folder: PathBuf,
    format: Format,
    storage: Storage,
}

/// Checks the arguments.
pub fn plan(args: args::Pull, context: &Context) -> Result<Plan> {
    let provider = context.config.participant_or(args.provider, "--provider")?;
    let folder = args.output.unwrap_or_else(|| {
        let pulled = context.config.folder.join(WORKING_FOLDER).join("pulled");
        pulled.join(file_names::encode(&provider))
    });
    Ok(Plan {
        pull: Pull {
            provider,
            provider_branch: args.provider_branch,
            selectors: args.selection.selectors(),
            held: Held::new(),
        },
        fail_if_none: args.fail_if_none,
        folder,
        format: args.format,
        storage: context.storage.clone(),
    })
}

/// Pulls, and lists each pact with the reason why it was chosen.
pub async fn run(mut plan: Plan, output: &Output) -> Result<Exit> {
    plan.pull.held = owned_folder::held(&plan.folder);
    let published = plan.storage.open().await?.pull(&plan.pull).await?;
    let none = published.is_empty();
    if none {
        output.warning(format!(
            "no consumer has published a pact with {} in {} that was asked for",
            plan.pull.provider, plan.storage
        ));
    }
    let pulled: BTreeMap<String, PublishedPact> = published
        .into_iter()
        .map(|pact| (file_name(&pact), pact))
        .collect();
    write(&plan.folder, &pulled, output)?;
    let list = match plan.format {
        Format::Human => human::pulled(&plan.folder, &pulled, output),
        Format::Json => json::pulled(&plan.pull.provider, &plan.folder, &pulled)?,
    };
    if !list.is_empty() {
        output.result(&list)?;
    }
    Ok(match none && plan.fail_if_none {
        true => Exit::Unknown,
        false => Exit::Holds,
    })
}

/// A consumer may have several contents, so the content's id is part of the name.
fn file_name(published: &PublishedPact) -> String {
    let id = &published.content.as_str()[..12];
    let consumer = file_names::encode(&published.consumer);
    format!("{consumer}-{id}.json")
}

fn write(folder: &Path, pulled: &BTreeMap<String, PublishedPact>, output: &Output) -> Result<()> {
    let mut files = Files::new();
    for (name, published) in pulled {
        let bytes = published.pact.to_bytes(SpecificationVersion::V4)?;
        files.insert(name.clone(), bytes);
    }
    for removed in owned_folder::mirror(folder, &files)? {
        output.note(format!(
            "removed {}: no longer chosen",
            output.path(&removed)
        ));
    }
    Ok(())
}
