//! `pactwork verify`: replays pacts against the real provider.

mod choice;
mod cross_check;
mod not_begun;
mod provider;
mod publish;
mod record;
mod replay;
mod report;
mod source;
mod watch;

use std::time::SystemTime;

use pactwork_provider::Report;

use crate::args;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::moment::rfc3339;
use crate::output::Output;
use crate::plan::Context;
use crate::stop_signal::StopSignal;
use choice::Chosen;
pub use choice::LAST_FAILED;
use not_begun::Verified;
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
        report: report::plan(args.report, context)?,
        cross_check: cross_check::plan(&args.cross_check)?,
        record,
        tags,
        watch: watch::plan(args.watch)?,
    })
}

/// Verifies. Whatever happens, the provider is stopped.
pub async fn run(plan: Plan, output: &Output) -> Result<Exit> {
    report::prepare(&plan.report)?;
    plan.replay.tell(output.secrets());
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
    let started_at = SystemTime::now();
    let mut verified = match chosen.is_empty() {
        true => provider::nothing_to_verify(&verification).await?.into(),
        false => provider::verify(&plan.provider, &verification, &mut stop, output).await?,
    };
    let Verified { report, failure } = &mut verified;
    let written = conclude(&plan, &sourced, (report, started_at), output);
    if let Some(failure) = failure.take() {
        written.unwrap_or_else(|unwritten| output.failure(&unwritten));
        return Err(failure);
    }
    let published = plan.record.is_some();
    let recorded = match plan.record {
        Some(to_record) => tokio::select! {
            recorded = record(to_record, plan.tags, report, &sourced, output) => recorded,
            signal = stop.received() => Err(stopped_recording(signal)),
        },
        None => Ok(()),
    };
    if let (Err(unwritten), Err(_)) = (&written, &recorded) {
        output.failure(unwritten);
    }
    recorded.and(written)?;
    publish::show_notices(published, report, &sourced, output);
    Ok(exit(report, output))
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

/// Completes the report of a verification that began then, and writes it.
fn conclude(
    plan: &Plan,
    sourced: &Sourced,
    (report, started_at): (&mut Report, SystemTime),
    output: &Output,
) -> Result<()> {
    report.provider = Some(sourced.provider.clone());
    report.started_at = Some(rfc3339(started_at));
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

fn stopped_recording(signal: &str) -> Failure {
    Failure::unknown(format!(
        "stopped by {signal} before the result was recorded"
    ))
}

/// Each result where its pact came from. Storage knows the version from then on, unless
/// everything is a Pact Broker's. One that cannot be reached does not keep the other from
/// what it is told.
async fn record(
    plan: record::Plan,
    tags: Vec<String>,
    report: &Report,
    sourced: &source::Sourced,
    output: &Output,
) -> Result<()> {
    let version = publish::version(&plan, tags);
    let for_storage = publish::for_storage(report, sourced);
    let stored = match sourced.is_of_pact_broker() && for_storage.is_empty() {
        true => Ok(()),
        false => record::record(plan, &sourced.provider, &for_storage, output).await,
    };
    let published = publish::publish(&version, report, sourced, output).await;
    match (stored, published) {
        (Err(one), Err(other)) => {
            output.failure(&one);
            Err(other)
        }
        (stored, published) => stored.and(published),
    }
}
