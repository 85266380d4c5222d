//! `pactwork verify`: replays pacts against the real provider.

mod choice;
mod cross_check;
mod provider;
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
    allow_pending: bool,
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
    let asked = source::Asked {
        paths: args.pacts,
        provider: args.provider,
        branch,
        selectors: args.selection.selectors(),
    };
    Ok(Plan {
        source: source::plan(asked, context)?,
        allow_pending: !args.no_pending,
        provider: provider::plan(args.target, &args.replay, context)?,
        replay: replay::plan(&args.replay),
        choice: choice::plan(args.choice, context)?,
        report: report::Plan {
            format: args.report.format,
            file: args.report.output,
        },
        cross_check: cross_check::plan(&args.cross_check)?,
        record,
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
    if let Some(record) = plan.record {
        record::record(record, &sourced.provider, &report.pacts, output).await?;
    }
    Ok(exit(&report, output))
}

/// What the caller is told.
fn exit(report: &Report, output: &Output) -> Exit {
    cross_check::say(report, output);
    cross_check::exit(report::exit(report), report.cross_check.as_ref())
}

/// The pacts, and what of them is verified.
async fn choose(plan: &Plan, output: &Output) -> Result<(Sourced, Chosen)> {
    let mut sourced = source::read(plan.source.clone(), output).await?;
    if !plan.allow_pending {
        sourced.pending.clear();
    }
    let chosen = choice::choose(&plan.choice, &sourced, output).await?;
    Ok((sourced, chosen))
}

/// Says what was found.
fn conclude(plan: &Plan, sourced: &Sourced, report: &mut Report, output: &Output) -> Result<()> {
    report.provider = Some(sourced.provider.clone());
    for pact in &mut report.pacts {
        let versions = sourced.versions.get(&pact.content);
        pact.consumer_versions = versions.cloned().unwrap_or_default();
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
