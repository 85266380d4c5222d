//! `pactwork record-deployment`: records that a version is now in an environment.

use std::time::SystemTime;

use crate::args;
use crate::exit::Exit;
use crate::failure::Result;
use crate::output::Output;
use crate::plan::Context;
use crate::storage::Storage;

/// What is where.
#[derive(Debug)]
pub struct Plan {
    participant: String,
    version: String,
    environment: String,
    storage: Storage,
}

/// Checks the arguments.
pub fn plan(args: args::RecordDeployment, context: &Context) -> Result<Plan> {
    Ok(Plan {
        participant: context
            .config
            .participant_or(args.participant, "--participant")?,
        version: args.version,
        environment: args.environment,
        storage: context.storage.clone(),
    })
}

/// Records it.
pub async fn run(plan: Plan, output: &Output) -> Result<Exit> {
    let Plan {
        participant,
        version,
        environment,
        storage,
    } = plan;
    storage
        .open()?
        .record_deployment(&participant, &version, &environment, SystemTime::now())
        .await?;
    output.result(&format!(
        "recorded: {participant} {version} is in {environment}"
    ))?;
    Ok(Exit::Holds)
}
