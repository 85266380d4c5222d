//! `pactwork verify`: replays pacts against the real provider.

mod provider;
mod record;
mod report;
mod source;

use crate::args;
use crate::exit::Exit;
use crate::failure::Result;
use crate::output::Output;
use crate::plan::Context;
use crate::stop_signal::StopSignal;
use source::Sourced;

/// What is verified, against which provider, and where the result goes.
#[derive(Debug)]
pub struct Plan {
    source: source::Plan,
    provider: provider::Plan,
    report: report::Plan,
    /// `None`: the result is not recorded.
    record: Option<record::Plan>,
}

/// Checks the arguments.
pub fn plan(args: args::Verify, context: &Context) -> Result<Plan> {
    let record = args
        .version
        .clone()
        .filter(|_| args.record)
        .map(|version| record::Plan {
            version,
            branch: context.branch_or_gits(args.branch.clone()),
            build_url: args.build_url.clone(),
            storage: context.storage.clone(),
        });
    Ok(Plan {
        source: source::plan(args.pacts, args.provider, context)?,
        provider: provider::plan(args.target, args.jobs, args.timeout, context)?,
        report: report::Plan {
            format: args.report.format,
            file: args.report.output,
        },
        record,
    })
}

/// Verifies. Whatever happens, the provider is stopped.
pub async fn run(plan: Plan, output: &Output) -> Result<Exit> {
    let Sourced { provider, pacts } = source::read(plan.source, output).await?;
    let mut stop = StopSignal::listen()?;
    let report = match pacts.is_empty() {
        true => provider::nothing_to_verify().await?,
        false => provider::verify(plan.provider, &pacts, &mut stop, output).await?,
    };
    report::write(&plan.report, &report, output)?;
    if let Some(record) = plan.record {
        record::record(record, &provider, &report.pacts, output).await?;
    }
    Ok(report::exit(&report))
}
