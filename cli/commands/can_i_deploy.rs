//! `pactwork can-i-deploy`: asks whether a version may be deployed.

use pactwork_broker::Answer;

use crate::args::{self, Format};
use crate::exit::Exit;
use crate::failure::Result;
use crate::output::Output;
use crate::plan::Context;
use crate::render::{human, json};
use crate::storage::Storage;

/// What is asked.
#[derive(Debug)]
pub struct Plan {
    participant: String,
    version: String,
    environment: String,
    format: Format,
    storage: Storage,
}

/// Checks the arguments.
pub fn plan(args: args::CanIDeploy, context: &Context) -> Result<Plan> {
    Ok(Plan {
        participant: context
            .config
            .participant_or(args.participant, "--participant")?,
        version: args.version,
        environment: args.to_environment,
        format: args.format,
        storage: context.storage.clone(),
    })
}

/// Asks, and shows the answer with its reasons.
pub async fn run(plan: Plan, output: &Output) -> Result<Exit> {
    let broker = plan.storage.open()?;
    let decision = broker
        .can_i_deploy(&plan.participant, &plan.version, &plan.environment)
        .await?;
    let text = match plan.format {
        Format::Human => human::decision(&decision),
        Format::Json => json::pretty(&decision)?,
    };
    output.result(&text)?;
    Ok(match decision.answer {
        Answer::Yes => Exit::Holds,
        Answer::No => Exit::Broken,
        Answer::Unknown => Exit::Unknown,
    })
}
