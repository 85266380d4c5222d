//! Publishing contracts as a version of a participant, and saying what became of
//! each.

use std::time::SystemTime;

use pactwork_broker::{Broker, Publication, Published, is_main_branch};
use pactwork_contract::Pact;

use crate::exit::Exit;
use crate::failure::Result;
use crate::output::Output;
use crate::plan::{PlainCopies, Release};
use crate::render::human;
use crate::storage::Storage;

/// What is published.
#[derive(Debug, Default)]
pub struct Contracts {
    pub pacts: Vec<Pact>,
    /// Name and canonical bytes.
    pub golden: Vec<(String, Vec<u8>)>,
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
        pacts: contracts.pacts,
        golden: contracts.golden,
    };
    let broker = storage.open().await?;
    let published: Published = broker.publish(&publication, SystemTime::now()).await?;
    output.result(&human::published(&publication, &published))?;
    copy_plainly(plain, &publication, &broker, output).await?;
    Ok(Exit::Holds)
}

/// Plain copies are of main branches alone.
async fn copy_plainly(
    plain: PlainCopies,
    publication: &Publication,
    broker: &Broker,
    output: &Output,
) -> Result<()> {
    let branch = publication.branch.as_deref();
    if plain == PlainCopies::None {
        return Ok(());
    }
    if !branch.is_some_and(is_main_branch) {
        let found = branch.map_or("without a branch".into(), |name| format!("on {name}"));
        let note = format!("no plain copies: they are of main and master, this is {found}");
        match plain {
            PlainCopies::Asked => output.note(note),
            _ => output.detail(note),
        }
        return Ok(());
    }
    for key in broker.copy_plainly(&publication.participant).await? {
        output.result(&format!("  copied to {key}"))?;
    }
    Ok(())
}
