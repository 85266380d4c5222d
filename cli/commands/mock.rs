//! `pactwork mock`: answers as the provider of a pact would, until stopped.

use std::path::{Path, PathBuf};

use pactwork_consumer::{FinishError, MockOptions, MockProvider};
use pactwork_contract::{Interaction, Pact};

use crate::args;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::Output;
use crate::pact_files;
use crate::plan::Context;
use crate::stop_signal::StopSignal;

/// What is mocked, and where.
#[derive(Debug)]
pub struct Plan {
    pacts: Vec<PathBuf>,
    options: MockOptions,
}

/// Fills in the defaults.
pub fn plan(args: args::Mock, context: &Context) -> Plan {
    let folder = args
        .output
        .unwrap_or_else(|| context.config.consumer.pacts.clone());
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    Plan {
        pacts: args.pacts,
        options: MockOptions::default()
            .host(args.host)
            .port(args.port)
            .threads(threads)
            .output(folder),
    }
}

/// Answers until SIGINT or SIGTERM; then says what was missing or unexpected.
pub async fn run(plan: Plan, output: &Output) -> Result<Exit> {
    let pact = merged(&plan.pacts, output)?;
    let provider = pact.provider.name.clone();
    let mut stop = StopSignal::listen()?;
    let mock = MockProvider::serve(pact, plan.options).await?;
    let announced = announce(&mock, &provider, output);
    if announced.is_ok() {
        stop.received().await;
    }
    let finished = mock.finish().await;
    announced?;
    conclude(finished, output)
}

/// The URL stands alone on the first line, for whoever started this.
fn announce(mock: &MockProvider, provider: &str, output: &Output) -> Result<()> {
    for warning in mock.warnings() {
        output.warning(warning);
    }
    output.note(format!("answering as {provider} until SIGINT or SIGTERM"));
    output.result(mock.url())
}

fn conclude(
    finished: std::result::Result<pactwork_consumer::Finished, FinishError>,
    output: &Output,
) -> Result<Exit> {
    match finished {
        Ok(finished) => {
            output.result(&finished.report.to_string())?;
            if let Some(pact) = finished.pact {
                output.result(&format!("recorded in {}", output.path(&pact)))?;
            }
            Ok(Exit::Holds)
        }
        Err(FinishError::NotAsExpected(report)) => {
            output.result(&report.to_string())?;
            Ok(Exit::Broken)
        }
        Err(error) => Err(error.into()),
    }
}

fn merged(paths: &[PathBuf], output: &Output) -> Result<Pact> {
    let mut files = pact_files::read(paths, output)?.into_iter();
    let first = files
        .next()
        .ok_or_else(|| Failure::wrong_input("no pact file (*.json) in the given folder"))?;
    let mut pact = first.pact;
    for file in files {
        refuse_others(&pact, &file.pact, &file.path)?;
        pact.merge(file.pact).map_err(|conflict| {
            Failure::wrong_input(format!("{}: {conflict}", file.path.display()))
        })?;
    }
    if !pact
        .interactions
        .iter()
        .any(|each| matches!(each, Interaction::Http(_)))
    {
        output.warning("there is no HTTP interaction, so every request will be unexpected");
    }
    Ok(pact)
}

fn refuse_others(pact: &Pact, other: &Pact, path: &Path) -> Result<()> {
    let names = |pact: &Pact| format!("{} and {}", pact.consumer.name, pact.provider.name);
    if names(pact) == names(other) {
        return Ok(());
    }
    Err(Failure::wrong_input(format!(
        "{}: is between {}, the others are between {}",
        path.display(),
        names(other),
        names(pact)
    ))
    .advise("start one mock provider for each consumer and provider"))
}
