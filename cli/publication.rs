//! Publishing contracts as a version of a participant, and saying what became of
//! each.

use std::time::SystemTime;

use pactwork_broker::{OnConflict, Publication, Published};
use pactwork_contract::Pact;

use crate::args::Format;
use crate::exit::Exit;
use crate::failure::Result;
use crate::output::Output;
use crate::plan::Release;
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
    let published: Published = storage
        .open()
        .await?
        .publish(&publication, SystemTime::now())
        .await?;
    output.result(&match release.format {
        Format::Human => human::published(&publication, &published),
        Format::Json => json::published(&publication, &published)?,
    })?;
    Ok(Exit::Holds)
}
