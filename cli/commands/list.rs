//! `pactwork list`: what there is.

use pactwork_broker::{Beginning, Broker, ContractKind};
use serde::Serialize;
use serde_json::json;

use crate::args::{self, Format, Listing};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::Output;
use crate::plan::Context;
use crate::render::{human, json};
use crate::storage::Storage;

/// What is listed, and how.
#[derive(Debug)]
pub struct Plan {
    what: What,
    limit: Option<usize>,
    format: Format,
    storage: Storage,
}

#[derive(Debug)]
enum What {
    Participants,
    Versions(String),
    Branches(String),
    Tags(String),
    Contracts(ContractKind, Option<String>),
    Deployments {
        environment: Option<String>,
        participant: Option<String>,
    },
    Environments,
}

/// Checks the arguments.
pub fn plan(args: args::List, context: &Context) -> Result<Plan> {
    let (participant, environment) = (args.participant, args.environment);
    let alone = matches!(args.what, Listing::Participants | Listing::Environments);
    if alone && participant.is_some() {
        return Err(not_of(
            "--participant",
            "versions, branches, tags, pacts, golden or deployments",
        ));
    }
    if args.what != Listing::Deployments && environment.is_some() {
        return Err(not_of("--environment", "deployments"));
    }
    let whose = |participant| context.config.participant_or(participant, "--participant");
    Ok(Plan {
        what: match args.what {
            Listing::Participants => What::Participants,
            Listing::Versions => What::Versions(whose(participant)?),
            Listing::Branches => What::Branches(whose(participant)?),
            Listing::Tags => What::Tags(whose(participant)?),
            Listing::Pacts => What::Contracts(ContractKind::Pact, participant),
            Listing::Golden => What::Contracts(ContractKind::Golden, participant),
            Listing::Deployments => What::Deployments {
                environment,
                participant,
            },
            Listing::Environments => What::Environments,
        },
        limit: args.limit,
        format: args.format,
        storage: context.storage.clone(),
    })
}

fn not_of(option: &str, with: &str) -> Failure {
    Failure::wrong_input(format!("{option} goes with a list of {with}"))
        .advise("see `pactwork list --help`")
}

/// A list as text and as JSON.
struct Listed {
    empty: bool,
    left_out: usize,
    text: String,
    json: serde_json::Value,
}

/// Reads and lists.
pub async fn run(plan: Plan, output: &Output) -> Result<Exit> {
    let broker = plan.storage.open().await?;
    let listed = list(&broker, &plan).await?;
    if listed.empty && plan.format == Format::Human {
        output.warning(format!("there is none in {}", plan.storage));
        return Ok(Exit::Holds);
    }
    output.result(&match plan.format {
        Format::Human => listed.text + &human::left_out(listed.left_out),
        Format::Json => json::pretty(&listed.json)?,
    })?;
    Ok(Exit::Holds)
}

async fn list(broker: &Broker, plan: &Plan) -> Result<Listed> {
    let limit = plan.limit;
    Ok(match &plan.what {
        What::Participants => {
            let all = Beginning::of(broker.list_participants().await?, limit);
            listed("participants", &all, human::participants)
        }
        What::Versions(participant) => {
            let versions = broker.list_versions(participant, limit).await?;
            listed("versions", &versions, human::versions)
        }
        What::Branches(participant) => {
            let branches = Beginning::of(broker.list_branches(participant).await?, limit);
            listed("branches", &branches, |all| human::labels("BRANCH", all))
        }
        What::Tags(participant) => {
            let tags = Beginning::of(broker.list_tags(participant).await?, limit);
            listed("tags", &tags, |all| human::labels("TAG", all))
        }
        What::Contracts(kind, participant) => {
            let contracts = broker.list_contracts(*kind, participant.as_deref()).await?;
            let name = match kind {
                ContractKind::Pact => "pacts",
                ContractKind::Golden => "golden",
            };
            let contracts = Beginning::of(contracts, limit);
            listed(name, &contracts, |all| human::contracts(*kind, all))
        }
        What::Deployments {
            environment,
            participant,
        } => {
            let found = broker.list_deployments(environment.as_deref(), participant.as_deref());
            let found = Beginning::of(found.await?, limit);
            listed("deployments", &found, human::presences)
        }
        What::Environments => {
            let environments = Beginning::of(broker.environments().await?, limit);
            listed("environments", &environments, |all| all.join("\n"))
        }
    })
}

fn listed<T: Serialize>(
    name: &str,
    list: &Beginning<T>,
    text: impl FnOnce(&[T]) -> String,
) -> Listed {
    Listed {
        empty: list.items.is_empty() && list.left_out == 0,
        left_out: list.left_out,
        text: text(&list.items),
        json: json!({ name: list.items, "left_out": list.left_out }),
    }
}
