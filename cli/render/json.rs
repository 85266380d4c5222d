//! For programs: one JSON document on stdout.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::SystemTime;

use pactwork_broker::{
    Change, Fact, Happening, Pruned, Publication, Published, PublishedPact, Recorded,
};
use pactwork_consumer::draft::Draft;
use pactwork_consumer::stub::StubProvider;
use serde::Serialize;
use serde_json::json;

use crate::commands::notify::{Delivery, Told};
use crate::failure::{Failure, Result};
use crate::moment::rfc3339;

/// Which provider is where, and its page.
pub fn stubs(stubs: &BTreeMap<String, StubProvider>) -> Result<String> {
    let place = |(provider, stub): (&String, &StubProvider)| {
        let place = json!({ "url": stub.url(), "page": stub.page() });
        (provider.clone(), place)
    };
    let places: serde_json::Map<_, _> = stubs.iter().map(place).collect();
    pretty(&json!({ "providers": places }))
}

/// What was pruned, or would be.
pub fn pruned(pruned: &Pruned, applied: bool) -> Result<String> {
    pretty(&json!({
        "applied": applied,
        "versions": pruned.versions,
        "going": pruned.going,
        "goes": pruned.goes,
        "removed": pruned.removed,
        "announced": pruned.announced,
    }))
}

/// What was drafted and what there is to know of it, in one line: with a proxy it is
/// the second one.
pub fn draft(draft: &Draft, file: &Path) -> Result<String> {
    let document = json!({
        "file": file,
        "consumer": draft.pact.consumer.name,
        "provider": draft.pact.provider.name,
        "observations": draft.observations,
        "interactions": draft.interactions,
        "notes": draft.notes,
    });
    Ok(document.to_string())
}

/// What was pulled, with the reasons why.
pub fn pulled(
    provider: &str,
    folder: &Path,
    pulled: &BTreeMap<String, PublishedPact>,
) -> Result<String> {
    let pacts: Vec<_> = pulled
        .iter()
        .map(|(file, published)| {
            json!({
                "file": folder.join(file),
                "consumer": published.consumer,
                "content": published.content,
                "versions": published.versions,
                "why": published.why,
                "pending": published.pending,
            })
        })
        .collect();
    pretty(&json!({ "provider": provider, "pacts": pacts }))
}

/// A fact with what it is and when it was recorded.
#[derive(Debug, Serialize)]
struct Line<'r> {
    at: String,
    what: &'static str,
    #[serde(flatten)]
    fact: &'r Fact,
}

/// What was recorded, the newest first.
pub fn log(recorded: &[Recorded]) -> Result<String> {
    let lines = recorded.iter().map(|recorded| Line {
        at: rfc3339(recorded.at),
        what: what(&recorded.fact),
        fact: &recorded.fact,
    });
    pretty(&json!({ "recorded": lines.collect::<Vec<_>>() }))
}

fn what(fact: &Fact) -> &'static str {
    match fact {
        Fact::Published(_) => "published",
        Fact::Verified(_) => "verified",
        Fact::Happened(change) => match change.happening {
            Happening::Deployed => "deployed",
            Happening::Undeployed => "undeployed",
            Happening::Released => "released",
            Happening::SupportEnded => "support_ended",
        },
    }
}

/// What is new since a moment.
pub fn changes(changes: &[Change], since: SystemTime) -> Result<String> {
    pretty(&json!({ "since": rfc3339(since), "changes": changes }))
}

/// What was sent or could not be.
pub fn told(told: &[Told]) -> Result<String> {
    let told: Vec<_> = told
        .iter()
        .map(|told| {
            let (result, status, why) = match &told.result {
                Delivery::Delivered(status) => ("sent", Some(status), None),
                Delivery::WouldBeSent => ("due", None, None),
                Delivery::Failed(why) => ("failed", None, Some(why)),
            };
            json!({
                "name": told.name,
                "delivery": told.occurrence.id,
                "fact": told.occurrence.values,
                "request": told.request.as_ref().ok(),
                "result": result,
                "status": status,
                "why": why,
            })
        })
        .collect();
    pretty(&json!({ "notifications": told }))
}

/// What was published as what.
pub fn published(publication: &Publication, published: &Published) -> Result<String> {
    pretty(&json!({
        "participant": publication.participant,
        "version": publication.version,
        "branch": publication.branch,
        "tags": publication.tags,
        "contracts": published.contracts,
    }))
}

/// A result that is data already.
pub fn pretty(document: &impl Serialize) -> Result<String> {
    serde_json::to_string_pretty(document)
        .map_err(|reason| Failure::wrong_input(format!("the result is no JSON: {reason}")))
}
