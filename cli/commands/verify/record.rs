//! Recording the result in storage, one fact a pact.

use std::time::SystemTime;

use pactwork_broker::Publication;
use pactwork_provider::{PactReport, VerifiedVersion};

use crate::failure::Result;
use crate::output::Output;
use crate::render::human::consumer;
use crate::storage::Storage;

/// What is recorded as what.
#[derive(Debug)]
pub struct Plan {
    pub version: String,
    pub branch: Option<String>,
    pub build_url: Option<String>,
    pub storage: Storage,
}

/// Makes the provider's version known, and records the result of every pact.
pub async fn record(
    plan: Plan,
    provider: &str,
    pacts: &[PactReport],
    output: &Output,
) -> Result<()> {
    let now = SystemTime::now();
    let broker = plan.storage.open().await?;
    // A provider that consumes nothing and emits nothing publishes no contract,
    // and yet its versions are verified and deployed.
    let version = Publication {
        branch: plan.branch.clone(),
        build_url: plan.build_url.clone(),
        ..Publication::of(provider, &plan.version)
    };
    broker.publish(&version, now).await?;
    let verified = VerifiedVersion {
        version: plan.version,
        branch: plan.branch,
        verified_at: humantime::format_rfc3339_seconds(now).to_string(),
        build_url: plan.build_url,
    };
    for pact in pacts {
        if pact.left_out > 0 {
            output.note(format!(
                "not recorded: {} was not verified as a whole",
                consumer(pact)
            ));
            continue;
        }
        let verification = pact.verification(&verified);
        broker.record_verification(&verification, now).await?;
        output.note(format!(
            "recorded: {provider} {} was verified against {}: {}",
            verified.version,
            consumer(pact),
            pact.outcome()
        ));
    }
    Ok(())
}
