//! What the command line names: files, folders, URLs, stdin.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use pactwork_contract::{ReadError, read_file};
use pactwork_provider::Secrets;
use reqwest::Url;
use serde_json::Value;

use super::urls;
use super::{Found, Origin, Place};
use crate::failure::{Failure, Result};
use crate::output::Output;
use crate::pact_broker::Document;
use crate::pact_files;
use crate::web::printable;

/// What is named, in its order.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    named: Vec<Named>,
    skip_other_json: bool,
    timeout: Duration,
}

#[derive(Debug, Clone)]
enum Named {
    Path(PathBuf),
    Url(Box<urls::Asked>),
    Stdin,
}

/// A pact, and whether it was named itself rather than the folder that it lies in.
pub(super) struct Taken {
    found: Found,
    by_itself: bool,
}

/// Tells files from URLs.
pub(super) fn plan(
    arguments: Vec<OsString>,
    skip_other_json: bool,
    access: urls::Access,
    timeout: Duration,
) -> Result<Plan> {
    let mut named = Vec::new();
    for argument in arguments {
        named.push(match argument.to_str() {
            Some("-") => Named::Stdin,
            Some(text) if text.contains("://") => Named::Url(Box::new(access.asked(url(text)?)?)),
            _ => Named::Path(argument.into()),
        });
    }
    let stdins = named.iter().filter(|each| matches!(each, Named::Stdin));
    if stdins.count() > 1 {
        return Err(Failure::wrong_input(
            "stdin (-) can be read once, and is named twice",
        ));
    }
    let asked = named.iter().filter_map(|each| match each {
        Named::Url(asked) => Some(&**asked),
        _ => None,
    });
    access.refuse_several(asked)?;
    Ok(Plan {
        named,
        skip_other_json,
        timeout,
    })
}

/// Whether there is a URL among them.
pub(super) fn has_url(arguments: &[OsString]) -> bool {
    let mut arguments = arguments.iter().filter_map(|each| each.to_str());
    arguments.any(|text| text.contains("://"))
}

fn url(text: &str) -> Result<Url> {
    let wrong = |why: String| {
        let scheme = text.split("://").next().unwrap_or_default();
        Failure::wrong_input(format!("a pact cannot be read from {scheme}://…: {why}")).advise(
            "name http://… or https://…; what is in storage is found by --from-storage and \
             --storage",
        )
    };
    let url = Url::parse(text).map_err(|error| wrong(error.to_string()))?;
    match url.scheme() {
        "http" | "https" => Ok(url),
        _ => Err(wrong("expected http or https".into())),
    }
}

impl Plan {
    pub(super) fn secrets(&self, secrets: &Secrets) {
        for named in &self.named {
            if let Named::Url(asked) = named {
                asked.access.tell(secrets);
            }
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.named.is_empty()
    }

    pub(super) fn paths(&self) -> impl Iterator<Item = &Path> {
        self.named.iter().filter_map(|each| match each {
            Named::Path(path) => Some(path.as_path()),
            _ => None,
        })
    }

    /// What comes on stdin comes once.
    pub(super) fn lasts(&self) -> bool {
        !self.named.iter().any(|each| matches!(each, Named::Stdin))
    }
}

/// Reads all of it. What is odd about a pact is said.
pub(super) async fn read(plan: Plan, output: &Output) -> Result<Vec<Taken>> {
    let mut found = Vec::new();
    for named in &plan.named {
        match named {
            Named::Path(path) if path.is_dir() => {
                for file in pact_files::json_files_below(path)? {
                    let by_itself = false;
                    let read = in_folder(&file, plan.skip_other_json, output)?;
                    found.extend(read.map(|found| Taken { found, by_itself }));
                }
            }
            Named::Path(path) => found.push(Taken::named(file(path, output)?)),
            Named::Url(asked) => {
                found.push(Taken::named(asked.read(plan.timeout, output).await?));
            }
            Named::Stdin => found.push(Taken::named(stdin(output)?)),
        }
    }
    Ok(found)
}

impl Taken {
    fn named(found: Found) -> Self {
        Self {
            found,
            by_itself: true,
        }
    }
}

fn file(path: &Path, output: &Output) -> Result<Found> {
    loaded(path, output).map_err(Failure::from)
}

fn loaded(path: &Path, output: &Output) -> std::result::Result<Found, ReadError> {
    let loaded = read_file(path)?;
    for warning in loaded.warnings {
        output.warning(warning);
    }
    Ok(Found {
        pact: loaded.pact,
        origin: Origin {
            place: Place::File(path.to_owned()),
            ..origin(output.path(path).to_string())
        },
    })
}

/// A file that a folder holds: nobody named it, so it may be left out on request.
fn in_folder(path: &Path, skip_other_json: bool, output: &Output) -> Result<Option<Found>> {
    let error = match loaded(path, output) {
        Ok(found) => return Ok(Some(found)),
        Err(error) => error,
    };
    if !is_other_json(path) {
        return Err(error.into());
    }
    if skip_other_json {
        let path = output.path(path);
        output.warning(format!("skipped {path}: it is JSON, and no pact"));
        return Ok(None);
    }
    Err(Failure::from(error)
        .advise("it is JSON, and no pact: name the pacts without it, or give --skip-other-json"))
}

/// Whether it is JSON that has nothing of a pact.
fn is_other_json(path: &Path) -> bool {
    let members = ["consumer", "provider", "interactions", "messages"];
    let document = std::fs::read(path).ok();
    let document = document.and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
    document.is_some_and(|document| members.iter().all(|each| document.get(each).is_none()))
}

fn stdin(output: &Output) -> Result<Found> {
    let mut bytes = Vec::new();
    let read = std::io::stdin().lock().read_to_end(&mut bytes);
    read.map_err(|reason| Failure::wrong_input(format!("cannot read stdin: {reason}")))?;
    let document = Document::read(&bytes, "stdin")?;
    for warning in document.warnings {
        output.warning(warning);
    }
    Ok(Found {
        pact: document.pact,
        origin: Origin {
            versions: document.version.into_iter().collect(),
            ..origin("stdin".into())
        },
    })
}

fn origin(source: String) -> Origin {
    Origin {
        source,
        place: Place::Elsewhere,
        versions: Vec::new(),
        pending: false,
        broker: None,
        notices: Vec::new(),
    }
}

/// Those with the provider; without one, all have to name the same.
pub(super) fn of_provider(
    read: Vec<Taken>,
    provider: Option<String>,
    output: &Output,
) -> Result<(String, Vec<Found>)> {
    let provider = provider.map_or_else(|| only_provider(&read), Ok)?;
    let is_own = |each: &Taken| each.found.pact.provider.name == provider;
    let (own, others): (Vec<_>, Vec<_>) = read.into_iter().partition(is_own);
    for Taken { found, by_itself } in &others {
        let skipped = format!(
            "skipped {}: its provider is {}, not {provider}",
            found.origin.source,
            printable(&found.pact.provider.name)
        );
        match by_itself {
            true => output.warning(skipped),
            false => output.note(skipped),
        }
    }
    if own.is_empty() {
        return Err(Failure::wrong_input(format!(
            "nothing was verified: no pact with {provider} in what was named"
        ))
        .advise("name pacts of this provider, or another one with --provider NAME"));
    }
    let own = own.into_iter().map(|each| each.found).collect();
    Ok((provider, own))
}

fn only_provider(read: &[Taken]) -> Result<String> {
    let names: BTreeSet<&str> = read
        .iter()
        .map(|each| each.found.pact.provider.name.as_str())
        .collect();
    let names: Vec<&str> = names.into_iter().collect();
    match names.as_slice() {
        [only] => Ok((*only).to_owned()),
        [] => Err(
            Failure::wrong_input("no pact file (*.json) in what was named")
                .advise("name pact files, or folders that hold some"),
        ),
        several => Err(Failure::wrong_input(format!(
            "the pacts are of several providers: {}",
            printable(&several.join(", "))
        ))
        .advise("say which one is verified: --provider NAME")),
    }
}
