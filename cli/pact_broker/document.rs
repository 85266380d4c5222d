//! A pact as it was received: a pact file, or what a Pact Broker answers about one,
//! whose own members are taken out of it.

use pactwork_broker::read_export;
use pactwork_contract::{Pact, Warning};
use serde_json::Value;

use super::hal;
use crate::failure::{Failure, Result};

/// A pact that was received.
#[derive(Debug)]
pub struct Document {
    pub pact: Pact,
    /// The consumer's version, where the document says it.
    pub version: Option<String>,
    /// Where its results go, where it came from a Pact Broker.
    pub links: Option<Links>,
    pub warnings: Vec<Warning>,
}

/// Where a Pact Broker takes what became of a pact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Links {
    /// `pb:publish-verification-results`
    pub results: String,
    /// `pb:provider`
    pub provider: Option<String>,
    /// The interactions' ids, in the order of a report's.
    pub interactions: Vec<Option<String>>,
}

impl Document {
    /// Reads it. `origin` is the name that errors give it.
    pub fn read(bytes: &[u8], origin: &str) -> Result<Self> {
        let mut exported = read_export(bytes, origin)?;
        let only = match exported.pacts.len() {
            1 => exported.pacts.pop(),
            _ => None,
        };
        let Some(found) = only else {
            return Err(not_one(origin, exported.pacts.len()));
        };
        let hal: Value = serde_json::from_slice(bytes).unwrap_or_default();
        let links = hal::link(&hal, "pb:publish-verification-results").map(|results| Links {
            results,
            provider: hal::link(&hal, "pb:provider"),
            interactions: found.interaction_ids,
        });
        Ok(Self {
            pact: found.pact,
            version: found.version.version,
            links,
            warnings: exported.warnings,
        })
    }
}

fn not_one(origin: &str, count: usize) -> Failure {
    let found = match count {
        0 => "a list that holds none".into(),
        _ => format!("a list of {count}"),
    };
    Failure::wrong_input(format!("{origin}: expected one pact, found {found}")).advise(
        "name the URL of each pact; the pacts of a Pact Broker are found by --broker-url URL",
    )
}
