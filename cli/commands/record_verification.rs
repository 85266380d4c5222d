//! `pactwork record-verification`: what several runs found, recorded as one.

mod merge;
mod report;

use std::path::PathBuf;

use pactwork_contract::Outcome;

use super::verify::{RecordPlan, Recorder};
use crate::args;
use crate::exit::Exit;
use crate::failure::Result;
use crate::output::Output;
use crate::plan::Context;
use crate::render::human;
pub use merge::MergedPact;

/// Which reports are recorded as what.
#[derive(Debug)]
pub struct Plan {
    reports: Vec<PathBuf>,
    record: RecordPlan,
}

/// Checks the arguments.
pub fn plan(args: args::RecordVerification, context: &Context) -> Plan {
    Plan {
        reports: args.reports,
        record: RecordPlan {
            version: args.version,
            branch: context.branch_or_found(args.branch),
            build_url: args.build_url,
            storage: context.storage.clone(),
        },
    }
}

/// Merges and records. Nothing is recorded unless the reports cover everything.
pub async fn run(plan: Plan, output: &Output) -> Result<Exit> {
    let reports = plan.reports.iter().map(|path| report::read(path, output));
    let merged = merge::merge(&reports.collect::<Result<Vec<_>>>()?)?;
    output.result(&human::merged(&merged.pacts))?;
    let recorder = Recorder::begin(plan.record, &merged.provider).await?;
    for pact in &merged.pacts {
        let verification = pact.verification(recorder.verified());
        recorder.record(&verification, output).await?;
    }
    let outcome = merge::worst(merged.pacts.iter().map(MergedPact::counted));
    Ok(match outcome {
        Outcome::Passed => Exit::Holds,
        Outcome::Failed => Exit::Broken,
        Outcome::CouldNotVerify => Exit::Unknown,
    })
}
