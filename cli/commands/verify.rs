//! `pactwork verify`: replays pacts against the real provider.

mod choice;
mod cross_check;
mod provider;
mod publish;
mod record;
mod replay;
mod report;
mod source;
mod watch;

use pactwork_provider::Report;

use crate::args;
use crate::exit::Exit;
use crate::failure::Result;
use crate::output::Output;
use crate::plan::Context;
use crate::stop_signal::StopSignal;
use choice::Chosen;
pub use choice::LAST_FAILED;
pub use record::{Plan as RecordPlan, Recorder};
use source::Sourced;

/// What is verified, against which provider, and where the result goes.
#[derive(Debug)]
pub struct Plan {
    source: source::Plan,
    provider: provider::Plan,
    replay: replay::Plan,
    choice: choice::Plan,
    report: report::Plan,
    /// `None`: nobody else is asked.
    cross_check: Option<cross_check::Plan>,
    /// `None`: the result is not recorded.
    record: Option<record::Plan>,
    /// `None`: it is verified once.
    watch: Option<watch::Plan>,
    /// Tags of the provider's version, for a Pact Broker.
    tags: Vec<String>,
}

/// What is verified, and how.
#[derive(Debug, Clone, Copy)]
struct Verification<'p> {
    sourced: &'p source::Sourced,
    replay: &'p replay::Plan,
    chosen: &'p choice::Chosen,
    cross_check: Option<cross_check::Plan>,
}

/// Checks the arguments.
pub fn plan(args: args::Verify, context: &Context) -> Result<Plan> {
    let branch = context.branch_or_found(args.branch);
    let record = args
        .version
        .filter(|_| args.record)
        .map(|version| record::Plan {
            version,
            branch: branch.clone(),
            build_url: args.build_url,
            storage: context.storage.clone(),
        });
    let tags = args.source.broker.provider_tag.clone();
    let replay = replay::plan(&args.replay, context)?;
    Ok(Plan {
        source: source::plan(args.source, branch.as_deref(), context)?,
        provider: provider::plan(args.target, &replay, context)?,
        replay,
        choice: choice::plan(args.choice, context)?,
        report: report::Plan {
            format: args.report.format,
            file: args.report.output,
        },
        cross_check: cross_check::plan(&args.cross_check)?,
        record,
        tags,
        watch: watch::plan(args.watch)?,
    })
}

/// Verifies. Whatever happens, the provider is stopped.
pub async fn run(plan: Plan, output: &Output) -> Result<Exit> {
    match &plan.watch {
        Some(watch) => watch::run(&plan, watch, output).await,
        None => once(plan, output).await,
    }
}

async fn once(plan: Plan, output: &Output) -> Result<Exit> {
    let (sourced, chosen) = choose(&plan, output).await?;
    if plan.record.is_some() {
        chosen.check_recordable()?;
    }
    let verification = plan.verification(&sourced, &chosen);
    let mut stop = StopSignal::listen()?;
    let mut report = match chosen.is_empty() {
        true => provider::nothing_to_verify(&verification).await?,
        false => provider::verify(&plan.provider, &verification, &mut stop, output).await?,
    };
    conclude(&plan, &sourced, &mut report, output)?;
    let published = plan.record.is_some();
    if let Some(plan_to_record) = plan.record {
        record(plan_to_record, plan.tags, &report, &sourced, output).await?;
    }
    publish::show_notices(published, &report, &sourced, output);
    Ok(exit(&report, output))
}

/// What the caller is told.
fn exit(report: &Report, output: &Output) -> Exit {
    cross_check::say(report, output);
    cross_check::exit(report::exit(report), report.cross_check.as_ref())
}

/// The pacts, and what of them is verified.
async fn choose(plan: &Plan, output: &Output) -> Result<(Sourced, Chosen)> {
    let sourced = source::read(plan.source.clone(), output).await?;
    let chosen = choice::choose(&plan.choice, &sourced, output).await?;
    Ok((sourced, chosen))
}

/// Says what was found.
fn conclude(plan: &Plan, sourced: &Sourced, report: &mut Report, output: &Output) -> Result<()> {
    report.provider = Some(sourced.provider.clone());
    for pact in &mut report.pacts {
        sourced.describe(pact);
    }
    choice::remember(&plan.choice, sourced, report, output);
    report::write(&plan.report, report, output)
}

impl Plan {
    fn verification<'p>(&'p self, sourced: &'p Sourced, chosen: &'p Chosen) -> Verification<'p> {
        Verification {
            sourced,
            replay: &self.replay,
            chosen,
            cross_check: self.cross_check,
        }
    }
}

/// Each result where its pact came from. Storage makes the version known in any case,
/// unless everything is a Pact Broker's.
async fn record(
    plan: record::Plan,
    tags: Vec<String>,
    report: &Report,
    sourced: &source::Sourced,
    output: &Output,
) -> Result<()> {
    let version = publish::version(&plan, tags);
    let for_storage = publish::for_storage(report, sourced);
    if !for_storage.is_empty() || report.pacts.is_empty() {
        record::record(plan, &sourced.provider, &for_storage, output).await?;
    }
    publish::publish(&version, report, sourced, output).await
}
