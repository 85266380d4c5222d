//! `pactwork record-deployment` and its kin: what happened to a version in an
//! environment.

use std::time::SystemTime;

use pactwork_broker::{EnvironmentChange, Happening};

use crate::args;
use crate::exit::Exit;
use crate::failure::Result;
use crate::output::Output;
use crate::plan::Context;
use crate::storage::Storage;

/// What happened.
#[derive(Debug)]
pub struct Plan {
    change: EnvironmentChange,
    storage: Storage,
}

/// Checks the arguments of a deployment or its end.
pub fn plan_deployment(
    args: args::Deployment,
    happening: Happening,
    context: &Context,
) -> Result<Plan> {
    let instance = args.instance.unwrap_or_default();
    plan(args.version, happening, instance, context)
}

/// Checks the arguments of a release or its end.
pub fn plan_release(
    args: args::VersionInEnvironment,
    happening: Happening,
    context: &Context,
) -> Result<Plan> {
    plan(args, happening, String::new(), context)
}

fn plan(
    args: args::VersionInEnvironment,
    happening: Happening,
    instance: String,
    context: &Context,
) -> Result<Plan> {
    let participant = args.participant;
    Ok(Plan {
        change: EnvironmentChange {
            participant: context
                .config
                .participant_or(participant, "--participant")?,
            version: args.version,
            environment: args.environment,
            happening,
            instance,
        },
        storage: context.storage.clone(),
    })
}

/// Records it.
pub async fn run(plan: Plan, output: &Output) -> Result<Exit> {
    let Plan { change, storage } = plan;
    let recorded = storage
        .open()
        .await?
        .record(&change, SystemTime::now())
        .await?;
    output.result(&sentence(&change, recorded))?;
    Ok(Exit::Holds)
}

fn sentence(change: &EnvironmentChange, recorded: bool) -> String {
    let EnvironmentChange {
        participant,
        version,
        environment,
        instance,
        ..
    } = change;
    let instance = match instance.as_str() {
        "" => String::new(),
        instance => format!(" as {instance}"),
    };
    let state = match change.happening {
        Happening::Deployed => format!("is in {environment}{instance}"),
        Happening::Undeployed => format!("is no longer in {environment}{instance}"),
        Happening::Released => format!("is released to {environment}"),
        Happening::SupportEnded => format!("is no longer supported in {environment}"),
    };
    match recorded {
        true => format!("recorded: {participant} {version} {state}"),
        false => format!("known before: {participant} {version} {state}; nothing was written"),
    }
}
