//! `pactwork diff`: what differs between two versions of a contract.

use std::path::{Path, PathBuf};

use pactwork_broker::{Broker, VersionSummary, Which};
use pactwork_contract::{Change, Pact, PactDifference, differences};
use pactwork_golden::GoldenContract;
use serde_json::{Value, json};

use super::show::which;
use crate::args::{self, Format};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::Output;
use crate::pact_files;
use crate::plan::Context;
use crate::render::{human, json};
use crate::storage::Storage;

/// What is compared, and how the difference is shown.
#[derive(Debug)]
pub struct Plan {
    sources: Sources,
    exit_code: bool,
    format: Format,
}

#[derive(Debug)]
enum Sources {
    Files([PathBuf; 2]),
    Pacts {
        consumer: String,
        provider: String,
        which: [Which; 2],
        storage: Storage,
    },
    Golden {
        provider: String,
        event: String,
        which: [Which; 2],
        storage: Storage,
    },
}

/// Checks the arguments.
pub fn plan(args: args::Diff, context: &Context) -> Result<Plan> {
    let (exit_code, format) = (args.exit_code, args.format);
    Ok(Plan {
        sources: sources(args, context)?,
        exit_code,
        format,
    })
}

fn sources(args: args::Diff, context: &Context) -> Result<Sources> {
    if let [from, to] = &args.files[..] {
        return Ok(Sources::Files([from.clone(), to.clone()]));
    }
    let which = [
        which(args.from, args.from_branch),
        which(args.to, args.to_branch),
    ];
    let storage = context.storage.clone();
    let own = |flag, option| context.config.participant_or(flag, option);
    if let Some(event) = args.golden {
        return Ok(Sources::Golden {
            provider: own(args.provider, "--provider")?,
            event,
            which,
            storage,
        });
    }
    if args.consumer.is_none() && args.provider.is_none() {
        return Err(
            Failure::wrong_input("it is not said which pact is compared")
                .advise("give --consumer and --provider, or two files"),
        );
    }
    Ok(Sources::Pacts {
        consumer: own(args.consumer, "--consumer")?,
        provider: own(args.provider, "--provider")?,
        which,
        storage,
    })
}

/// What was compared, and what came of it.
struct Compared {
    /// What each of both is called.
    names: [String; 2],
    difference: Difference,
}

enum Difference {
    Pacts(PactDifference),
    Schemas(Vec<Change>),
}

/// Reads both, compares them, and shows what differs.
pub async fn run(plan: Plan, output: &Output) -> Result<Exit> {
    let Compared { names, difference } = compare(&plan.sources, output).await?;
    let [from, to] = &names;
    let (same, text, document) = match &difference {
        Difference::Pacts(found) => (
            found.is_empty(),
            human::pact_difference(&names, found),
            json!(found),
        ),
        Difference::Schemas(found) => (
            found.is_empty(),
            human::schema_difference(&names, found),
            json!({ "changes": found }),
        ),
    };
    let document = json!({ "from": from, "to": to, "same": same, "difference": document });
    output.result(&match plan.format {
        Format::Human => text,
        Format::Json => json::pretty(&document)?,
    })?;
    Ok(match plan.exit_code && !same {
        true => Exit::Broken,
        false => Exit::Holds,
    })
}

async fn compare(sources: &Sources, output: &Output) -> Result<Compared> {
    match sources {
        Sources::Files([from, to]) => {
            let read = [read_file(from, output)?, read_file(to, output)?];
            let names = [from, to].map(|path| output.path(path).to_string());
            let difference = match &read {
                [Contract::Pact(from), Contract::Pact(to)] => {
                    Difference::Pacts(from.difference(to))
                }
                [Contract::Golden(from), Contract::Golden(to)] => {
                    Difference::Schemas(differences(from, to))
                }
                [one, other] => return Err(not_alike([one, other], &names)),
            };
            Ok(Compared { names, difference })
        }
        Sources::Pacts {
            consumer,
            provider,
            which,
            storage,
        } => pacts(&storage.open().await?, (consumer, provider), which).await,
        Sources::Golden {
            provider,
            event,
            which,
            storage,
        } => golden(&storage.open().await?, (provider, event), which).await,
    }
}

async fn pacts(
    broker: &Broker,
    (consumer, provider): (&str, &str),
    [from, to]: &[Which; 2],
) -> Result<Compared> {
    let from = broker.find_pact(consumer, provider, from).await?;
    let to = broker.find_pact(consumer, provider, to).await?;
    let name = |version| format!("{} → {provider}", named(version));
    Ok(Compared {
        names: [name(&from.version), name(&to.version)],
        difference: Difference::Pacts(from.pact.difference(&to.pact)),
    })
}

async fn golden(
    broker: &Broker,
    (provider, event): (&str, &str),
    [from, to]: &[Which; 2],
) -> Result<Compared> {
    let from = broker.find_golden(provider, event, from).await?;
    let to = broker.find_golden(provider, event, to).await?;
    let name = |version| format!("{event} of {}", named(version));
    let names = [name(&from.version), name(&to.version)];
    let read = |bytes: &[u8], origin: &str| GoldenContract::read(event, bytes, origin);
    let (old, new) = (read(&from.schema, &names[0])?, read(&to.schema, &names[1])?);
    Ok(Compared {
        difference: Difference::Schemas(differences(&old.schema, &new.schema)),
        names,
    })
}

/// `web 1.0.0 (main)`
fn named(version: &VersionSummary) -> String {
    let VersionSummary {
        participant,
        version,
        branches,
        ..
    } = version;
    match branches.is_empty() {
        true => format!("{participant} {version}"),
        false => format!("{participant} {version} ({})", branches.join(", ")),
    }
}

enum Contract {
    Pact(Box<Pact>),
    Golden(Value),
}

/// What names a consumer and a provider is a pact, everything else a golden contract.
fn read_file(path: &Path, output: &Output) -> Result<Contract> {
    let bytes = std::fs::read(path).map_err(|reason| Failure::cannot_read(path, &reason))?;
    let value: Option<Value> = serde_json::from_slice(&bytes).ok();
    let object = value.as_ref().and_then(Value::as_object);
    let is_schema = object.is_some_and(|object| {
        !object.contains_key("consumer") && !object.contains_key("interactions")
    });
    if is_schema {
        let origin = path.display().to_string();
        let contract = GoldenContract::read(&pact_files::stem(path), &bytes, &origin)?;
        return Ok(Contract::Golden(contract.schema));
    }
    let mut files = pact_files::read(&[path.to_owned()], output)?.into_iter();
    match files.next() {
        Some(file) => Ok(Contract::Pact(Box::new(file.pact))),
        None => Err(Failure::wrong_input(format!(
            "no pact in {}",
            path.display()
        ))),
    }
}

fn not_alike(contracts: [&Contract; 2], names: &[String; 2]) -> Failure {
    let kinds = contracts.map(|contract| match contract {
        Contract::Pact(_) => "a pact",
        Contract::Golden(_) => "a golden contract",
    });
    let [from, to] = names;
    Failure::wrong_input(format!("{from} is {}, and {to} is {}", kinds[0], kinds[1]))
        .advise("name two pacts, or two golden contracts")
}
