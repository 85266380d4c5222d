//! Publishing contracts as a version of a participant, and saying what became of
//! each.

use std::time::SystemTime;

use pactwork_broker::{Broker, OnConflict, Publication, Published, is_main_branch};
use pactwork_contract::Pact;

use crate::args::Format;
use crate::exit::Exit;
use crate::failure::Result;
use crate::output::Output;
use crate::plan::{PlainCopies, Release};
use crate::render::{human, json};
use crate::storage::Storage;

/// What is published.
#[derive(Debug, Default)]
pub struct Contracts {
    pub pacts: Vec<Pact>,
    /// Name and canonical bytes.
    pub golden: Vec<(String, Vec<u8>)>,
    /// What to do where the version was published with other content.
    pub on_conflict: OnConflict,
}

/// Publishes all of it or nothing.
pub async fn publish(
    release: Release,
    contracts: Contracts,
    storage: &Storage,
    output: &Output,
) -> Result<Exit> {
    let plain = release.plain;
    let publication = Publication {
        participant: release.participant,
        version: release.version,
        branch: release.branch,
        tags: release.tags,
        build_url: release.build_url,
        on_conflict: contracts.on_conflict,
        pacts: contracts.pacts,
        golden: contracts.golden,
    };
    let format = release.format;
    let broker = storage.open().await?;
    let published: Published = broker.publish(&publication, SystemTime::now()).await?;
    output.result(&match format {
        Format::Human => human::published(&publication, &published),
        Format::Json => json::published(&publication, &published)?,
    })?;
    for copied in copy_plainly(plain, &publication, &broker, output).await? {
        match format {
            Format::Human => output.result(&format!("  copied to {copied}"))?,
            Format::Json => output.note(format!("copied to {copied}")),
        }
    }
    Ok(Exit::Holds)
}

/// Makes plain copies, which are of main branches alone; returns their keys.
async fn copy_plainly(
    plain: PlainCopies,
    publication: &Publication,
    broker: &Broker,
    output: &Output,
) -> Result<Vec<String>> {
    let branch = publication.branch.as_deref();
    if plain == PlainCopies::None {
        return Ok(Vec::new());
    }
    if branch.is_some_and(is_main_branch) {
        return Ok(broker.copy_plainly(&publication.participant).await?);
    }
    let found = branch.map_or("without a branch".into(), |name| format!("on {name}"));
    let note = format!("no plain copies: they are of main and master, this is {found}");
    match plain {
        PlainCopies::Asked => output.note(note),
        _ => output.detail(note),
    }
    Ok(Vec::new())
}
