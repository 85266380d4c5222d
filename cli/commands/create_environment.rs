//! `pactwork create-environment`: makes an environment known.

use crate::args;
use crate::exit::Exit;
use crate::failure::Result;
use crate::output::Output;
use crate::plan::Context;
use crate::storage::Storage;

/// Which environment, and in which bucket.
#[derive(Debug)]
pub struct Plan {
    name: String,
    storage: Storage,
}

/// Checks the arguments.
pub fn plan(args: args::CreateEnvironment, context: &Context) -> Plan {
    Plan {
        name: args.name,
        storage: context.storage.clone(),
    }
}

/// Makes it known.
pub async fn run(plan: Plan, output: &Output) -> Result<Exit> {
    let broker = plan.storage.open().await?;
    let new = broker.create_environment(&plan.name).await?;
    output.result(&match new {
        true => format!("created: {}", plan.name),
        false => format!("{} was known already", plan.name),
    })?;
    Ok(Exit::Holds)
}
