//! `pactwork publish`: publishes this participant's pacts.

use std::path::PathBuf;

use pactwork_broker::OnConflict;
use pactwork_contract::Pact;

use crate::args;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::Output;
use crate::pact_files::{self, PactFile};
use crate::plan::{Context, Release};
use crate::publication::{self, Contracts};
use crate::storage::Storage;

/// What is published, and as what.
#[derive(Debug)]
pub struct Plan {
    pacts: Vec<PathBuf>,
    /// Nobody named them, so they need not be there.
    by_default: bool,
    release: Release,
    on_conflict: OnConflict,
    storage: Storage,
}

/// Checks the arguments.
pub fn plan(args: args::Publish, context: &Context) -> Result<Plan> {
    let configured = || vec![context.config.consumer.pacts.clone()];
    let by_default = args.pacts.is_empty();
    Ok(Plan {
        pacts: if by_default { configured() } else { args.pacts },
        by_default,
        on_conflict: match args.on_conflict {
            args::OnConflict::Fail => OnConflict::Fail,
            args::OnConflict::Merge => OnConflict::Merge,
        },
        release: context.release(args.publish_as)?,
        storage: context.storage.clone(),
    })
}

/// Reads and publishes.
pub async fn run(plan: Plan, output: &Output) -> Result<Exit> {
    let nobody_recorded = plan.by_default && !plan.pacts.iter().all(|path| path.exists());
    if nobody_recorded {
        return Err(nothing_to_publish(&plan));
    }
    let files = pact_files::read(&plan.pacts, output)?;
    let pacts = own_pacts(files, &plan.release.participant, output);
    if pacts.is_empty() {
        return Err(nothing_to_publish(&plan));
    }
    let contracts = Contracts {
        pacts,
        on_conflict: plan.on_conflict,
        ..Contracts::default()
    };
    publication::publish(plan.release, contracts, &plan.storage, output).await
}

fn own_pacts(files: Vec<PactFile>, participant: &str, output: &Output) -> Vec<Pact> {
    let (own, others): (Vec<_>, Vec<_>) = files
        .into_iter()
        .partition(|file| file.pact.consumer.name == participant);
    for PactFile { path, pact } in others {
        output.note(format!(
            "skipped {}: its consumer is {}, not {participant}",
            output.path(&path),
            pact.consumer.name
        ));
    }
    own.into_iter().map(|file| file.pact).collect()
}

fn nothing_to_publish(plan: &Plan) -> Failure {
    let places: Vec<_> = plan
        .pacts
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    Failure::wrong_input(format!(
        "no pact of {} in {}",
        plan.release.participant,
        places.join(", ")
    ))
    .advise("run the consumer's tests first: they record the pacts; or name the files")
}
