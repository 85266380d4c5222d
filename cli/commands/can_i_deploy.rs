//! `pactwork can-i-deploy`: asks whether versions may be deployed.

use std::time::Duration;

use pactwork_broker::{Answer, Decision, Destination, Question, Reason, ReasonKind};

use crate::args::{self, DecisionFormat};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::Output;
use crate::plan::Context;
use crate::render::{github, human, json};
use crate::storage::Storage;

/// What is asked.
#[derive(Debug)]
pub struct Plan {
    question: Question,
    /// How often it is asked again while the answer is unknown, and after how long.
    retries: u32,
    interval: Duration,
    format: DecisionFormat,
    storage: Storage,
}

/// Checks the arguments.
pub fn plan(args: args::CanIDeploy, context: &Context) -> Result<Plan> {
    let to = match (args.to_environment, args.to_branch) {
        (_, Some(branch)) => Destination::Branch(branch),
        (environment, None) => Destination::Environment(environment.unwrap_or_default()),
    };
    Ok(Plan {
        question: Question {
            versions: versions(args.participant, args.version, context)?,
            to,
            ignore: args.ignore,
        },
        retries: args.retry_while_unknown,
        interval: Duration::from_secs(args.interval),
        format: args.format,
        storage: context.storage.clone(),
    })
}

/// Each participant goes with the version at its place.
fn versions(
    participants: Vec<String>,
    versions: Vec<String>,
    context: &Context,
) -> Result<Vec<(String, String)>> {
    let participants = match participants.is_empty() {
        true => vec![context.config.participant_or(None, "--participant")?],
        false => participants,
    };
    if participants.len() != versions.len() {
        let message = format!(
            "expected a --version for each --participant, found {} and {}",
            versions.len(),
            participants.len()
        );
        let advice = "write them in pairs: --participant P --version V --participant Q --version W";
        return Err(Failure::wrong_input(message).advise(advice));
    }
    Ok(participants.into_iter().zip(versions).collect())
}

/// Asks, and shows the answer with its reasons.
pub async fn run(plan: Plan, output: &Output) -> Result<Exit> {
    let decision = ask(&plan, output).await?;
    let text = match plan.format {
        DecisionFormat::Human => human::decision(&decision),
        DecisionFormat::Json => json::pretty(&decision)?,
        DecisionFormat::Github => github::decision(&decision),
    };
    output.result(&text)?;
    Ok(match decision.answer {
        Answer::Yes => Exit::Holds,
        Answer::No => Exit::Broken,
        Answer::Unknown => Exit::Unknown,
    })
}

async fn ask(plan: &Plan, output: &Output) -> Result<Decision> {
    let broker = plan.storage.open().await?;
    let mut left = plan.retries;
    loop {
        let decision = broker.answer(&plan.question).await?;
        // What is misspelt does not become known by waiting.
        let misspelt = |reason: &Reason| reason.kind == ReasonKind::EnvironmentNotKnown;
        let is_final = decision.answer != Answer::Unknown || decision.reasons.iter().any(misspelt);
        if is_final || left == 0 {
            return Ok(decision);
        }
        left -= 1;
        let seconds = plan.interval.as_secs();
        output.note(format!("unknown so far; asking again in {seconds} s"));
        tokio::time::sleep(plan.interval).await;
    }
}
