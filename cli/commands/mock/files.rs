//! A mock provider of pact files.

use std::path::{Path, PathBuf};

use pactwork_consumer::server::{Certificates, Cors};
use pactwork_consumer::{FinishError, Finished, MockOptions, MockProvider};
use pactwork_contract::{Interaction, Pact};

use super::ending::Ending;
use crate::args;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::Output;
use crate::pact_files;

/// What is mocked, and where.
#[derive(Debug)]
pub struct Files {
    pub pacts: Vec<PathBuf>,
    pub options: MockOptions,
}

impl Files {
    /// One pact of all files.
    pub fn merged(&self, output: &Output) -> Result<Pact> {
        let mut files = pact_files::read(&self.pacts, output)?.into_iter();
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
}

/// What it speaks TLS with, if it does.
pub fn certificates(args: &args::Mock) -> Result<Option<Certificates>> {
    let given = args.tls_certificate.as_ref().zip(args.tls_key.as_ref());
    let certificates = match given {
        Some((certificate, key)) => Certificates::from_files(certificate, key),
        None if args.tls => Certificates::self_signed(),
        None => return Ok(None),
    };
    let certificates = certificates.map_err(Failure::wrong_input)?;
    if let Some(path) = &args.tls_certificate_to {
        std::fs::write(path, certificates.certificate_pem())
            .map_err(|reason| Failure::cannot_write(path, &reason))?;
    }
    Ok(Some(certificates))
}

/// Which pages may ask it.
pub fn cors(args: &args::Mock) -> Option<Cors> {
    if args.cors.is_empty() {
        return None;
    }
    Some(match args.cors.iter().any(|origin| origin == "any") {
        true => Cors::any_origin(),
        false => Cors::origins(&args.cors),
    })
}

/// Answers until it is to end; then says what was missing or unexpected.
pub async fn run(mock: MockProvider, mut ending: Ending, output: &Output) -> Result<Exit> {
    let announced = announce(&mock, output);
    if announced.is_ok() {
        ending.received().await;
    }
    let finished = mock.finish().await;
    announced?;
    let (exit, text) = conclude(finished, output)?;
    output.result(&text)?;
    Ok(exit)
}

/// The URL stands alone on the first line, for whoever started this.
pub fn announce(mock: &MockProvider, output: &Output) -> Result<()> {
    for warning in mock.warnings() {
        output.warning(warning);
    }
    let provider = mock.report().provider;
    output.note(format!("answering as {provider} until SIGINT or SIGTERM"));
    output.result(mock.url())
}

/// How it ended, and the text that says so.
pub fn conclude(
    finished: std::result::Result<Finished, FinishError>,
    output: &Output,
) -> Result<(Exit, String)> {
    match finished {
        Ok(finished) => {
            let mut text = finished.report.to_string();
            if let Some(pact) = finished.pact {
                text.push_str(&format!("\nrecorded in {}", output.path(&pact)));
            }
            Ok((Exit::Holds, text))
        }
        Err(FinishError::NotAsExpected(report)) => Ok((Exit::Broken, report.to_string())),
        Err(error) => Err(error.into()),
    }
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
