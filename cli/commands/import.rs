//! `pactwork import`: publishes what was published, or recorded, elsewhere.

mod collect;
mod source;

use std::time::{Duration, SystemTime};

use futures_util::StreamExt;
use pactwork_broker::{AlreadyPublished, Broker, BrokerError, ContractKind};
use serde::Serialize;

use crate::args::{self, Format};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::Output;
use crate::plan::Context;
use crate::render::{human, json};
use crate::storage::Storage;
use collect::{Collected, Defaults, Planned};
use source::Source;

/// How many versions are looked up at once.
const AT_ONCE: usize = 16;

/// How many problems an error lists.
const LISTED: usize = 20;

/// What is imported, and where to.
#[derive(Debug)]
pub struct Plan {
    sources: Vec<Source>,
    defaults: Defaults,
    dry_run: bool,
    format: Format,
    storage: Storage,
}

/// Checks the arguments.
pub fn plan(args: args::Import, context: &Context) -> Result<Plan> {
    let sources = args.sources.iter();
    Ok(Plan {
        sources: sources
            .map(|source| source::plan(source, context))
            .collect::<Result<_>>()?,
        defaults: Defaults {
            version: args.as_version,
            branch: args.branch,
        },
        dry_run: args.dry_run,
        format: args.format,
        storage: context.storage.clone(),
    })
}

/// What became of everything.
#[derive(Debug, Serialize)]
pub struct Imported {
    pub dry_run: bool,
    pub versions: Vec<ImportedVersion>,
    /// One sentence each, with the file and the place in it.
    pub skipped: Vec<String>,
}

/// What became of a version on a branch.
#[derive(Debug, Serialize)]
pub struct ImportedVersion {
    pub participant: String,
    pub version: String,
    pub branch: Option<String>,
    pub tags: Vec<String>,
    pub contracts: Vec<ImportedContract>,
    /// Whether it was there already, and nothing was written.
    pub there: bool,
}

/// A contract, and where it comes from.
#[derive(Debug, Serialize)]
pub struct ImportedContract {
    pub kind: ContractKind,
    /// The provider of a pact, the event of a golden contract.
    pub name: String,
    pub file: String,
}

/// Checks everything, and then publishes what is missing.
pub async fn run(plan: Plan, output: &Output) -> Result<Exit> {
    let inputs = source::read(&plan.sources, output).await?;
    let collected = collect::collect(inputs, &plan.defaults).map_err(refused)?;
    for warning in &collected.warnings {
        output.warning(warning);
    }
    if collected.planned.is_empty() {
        return Err(nothing(&plan, &collected));
    }
    let broker = plan.storage.open().await?;
    let presences = check(&broker, &collected.planned).await?;
    if !plan.dry_run {
        publish(&broker, &collected.planned, &presences).await?;
    }
    let imported = report(plan.dry_run, collected, &presences);
    let text = match plan.format {
        Format::Human => human::imported(&imported),
        Format::Json => json::pretty(&imported)?,
    };
    output.result(&text)?;
    Ok(Exit::Holds)
}

/// Looks everything up; every contradiction is named.
async fn check(broker: &Broker, planned: &[Planned]) -> Result<Vec<AlreadyPublished>> {
    let looked_up = planned
        .iter()
        .map(|each| broker.presence(&each.publication));
    let looked_up: Vec<_> = futures_util::stream::iter(looked_up)
        .buffered(AT_ONCE)
        .collect()
        .await;
    let mut conflicts = Vec::new();
    let mut presences = Vec::new();
    for (found, each) in looked_up.into_iter().zip(planned) {
        match found {
            Ok(presence) => presences.push(presence),
            Err(conflict @ BrokerError::Conflict { .. }) => {
                conflicts.push(format!(
                    "{}: {}",
                    each.files().join(", "),
                    first_line(&conflict)
                ));
            }
            Err(other) => return Err(other.into()),
        }
    }
    match conflicts.is_empty() {
        true => Ok(presences),
        false => Err(refused(conflicts).advise(
            "a version's contracts never change: leave these files out, or import what names no \
             version under another one (--as-version)",
        )),
    }
}

/// The rest says what holds for publishing.
fn first_line(error: &BrokerError) -> String {
    let text = error.to_string();
    text.lines().next().unwrap_or_default().to_owned()
}

/// In the order of their times, so that the newest stays the newest.
async fn publish(
    broker: &Broker,
    planned: &[Planned],
    presences: &[AlreadyPublished],
) -> Result<()> {
    let mut last = SystemTime::UNIX_EPOCH;
    for (each, presence) in planned.iter().zip(presences) {
        let at = each.at.unwrap_or_else(SystemTime::now);
        // Events of one moment would have no order.
        last = at.max(last + Duration::from_millis(1));
        if *presence == AlreadyPublished::NotWhole {
            broker.publish(&each.publication, last).await?;
        }
    }
    Ok(())
}

fn report(dry_run: bool, collected: Collected, presences: &[AlreadyPublished]) -> Imported {
    let versions = collected.planned.into_iter().zip(presences);
    let versions = versions.map(|(planned, presence)| ImportedVersion {
        participant: planned.publication.participant,
        version: planned.publication.version,
        branch: planned.publication.branch,
        tags: planned.publication.tags,
        contracts: planned.contracts,
        there: *presence == AlreadyPublished::Whole,
    });
    Imported {
        dry_run,
        versions: versions.collect(),
        skipped: collected.skipped,
    }
}

fn refused(problems: Vec<String>) -> Failure {
    let mut lines: Vec<_> = problems.iter().take(LISTED).cloned().collect();
    if problems.len() > LISTED {
        lines.push(format!("and {} more", problems.len() - LISTED));
    }
    lines.push("Nothing was imported.".into());
    Failure::wrong_input(lines.join("\n"))
}

fn nothing(plan: &Plan, collected: &Collected) -> Failure {
    let sources: Vec<_> = plan.sources.iter().map(ToString::to_string).collect();
    let mut lines = vec![format!("nothing to import in {}", sources.join(", "))];
    lines.extend(collected.skipped.iter().cloned());
    Failure::wrong_input(lines.join("\n")).advise(
        "name pact files, folders of them, or a bucket that pactwork publish --plain has copied to",
    )
}
