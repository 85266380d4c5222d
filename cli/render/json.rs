//! For programs: one JSON document on stdout.

use std::collections::BTreeMap;
use std::path::Path;

use pactwork_broker::{Pruned, PublishedPact};
use serde::Serialize;
use serde_json::json;

use crate::failure::{Failure, Result};

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

/// A result that is data already.
pub fn pretty(document: &impl Serialize) -> Result<String> {
    serde_json::to_string_pretty(document)
        .map_err(|reason| Failure::wrong_input(format!("the result is no JSON: {reason}")))
}
