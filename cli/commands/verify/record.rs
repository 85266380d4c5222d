//! Recording the result in storage, one fact a pact.

use std::time::SystemTime;

use pactwork_broker::{Broker, Publication};
use pactwork_contract::Verification;
use pactwork_provider::{PactReport, VerifiedVersion};

use crate::failure::Result;
use crate::output::Output;
use crate::render::human::{consumer, with_versions};
use crate::storage::Storage;

/// What is recorded as what.
#[derive(Debug)]
pub struct Plan {
    pub version: String,
    pub branch: Option<String>,
    pub build_url: Option<String>,
    pub storage: Storage,
}

/// Records the results of one version of a provider.
#[derive(Debug)]
pub struct Recorder {
    broker: Broker,
    verified: VerifiedVersion,
    now: SystemTime,
}

impl Recorder {
    /// Makes the provider's version known.
    pub async fn begin(plan: Plan, provider: &str) -> Result<Self> {
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
        Ok(Self {
            broker,
            verified,
            now,
        })
    }

    /// As what results are recorded.
    pub fn verified(&self) -> &VerifiedVersion {
        &self.verified
    }

    /// Records a pact's result.
    pub async fn record(&self, verification: &Verification, output: &Output) -> Result<()> {
        self.broker
            .record_verification(verification, self.now)
            .await?;
        output.note(format!(
            "recorded: {} {} was verified against {}: {}",
            verification.provider,
            self.verified.version,
            with_versions(&verification.consumer, &verification.consumer_versions),
            verification.outcome
        ));
        Ok(())
    }
}

/// Records the result of every pact that was verified as a whole.
pub async fn record(
    plan: Plan,
    provider: &str,
    pacts: &[PactReport],
    output: &Output,
) -> Result<()> {
    let recorder = Recorder::begin(plan, provider).await?;
    for pact in pacts {
        if pact.left_out > 0 {
            output.note(format!(
                "not recorded: {} was not verified as a whole",
                consumer(pact)
            ));
            continue;
        }
        let verification = pact.verification(recorder.verified());
        recorder.record(&verification, output).await?;
    }
    Ok(())
}
