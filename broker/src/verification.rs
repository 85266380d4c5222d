//! Results of verifications. Every run is kept; the newest counts.

use std::time::SystemTime;

use futures_util::{StreamExt, try_join};
use pactwork_contract::{ContentId, Outcome, Verification};

use crate::Broker;
use crate::error::BrokerError;
use crate::event::EventId;
use crate::keys;
use crate::publish::VerifiedBefore;
use crate::records::Latest;

impl Broker {
    /// Records the result of a verification. Every run is kept; the newest counts.
    ///
    /// # Errors
    /// [`BrokerError::Storage`] where it could not be written.
    pub async fn record_verification(
        &self,
        verification: &Verification,
        now: SystemTime,
    ) -> Result<(), BrokerError> {
        self.storage.mark().await?;
        let folder = folder(verification);
        let newest = self.newest_run(&folder).await?;
        let id = EventId::later_than(now, newest.as_ref());
        let run = format!("{folder}/run/{}", id.as_str());
        self.storage.put_fact(&run, verification).await?;
        let latest = Latest {
            run: id.as_str().into(),
            verification: verification.clone(),
        };
        try_join!(
            self.make_latest(&folder, latest),
            self.record_success(verification),
        )?;
        Ok(())
    }

    /// Whoever copies a run last looks at the runs afterwards, so the copy that
    /// stays is of the newest.
    async fn make_latest(&self, folder: &str, mut latest: Latest) -> Result<(), BrokerError> {
        loop {
            let key = format!("{folder}/latest");
            self.storage.put_copy(&key, &latest).await?;
            let newest = self.newest_run(folder).await?;
            let Some(newest) = newest.filter(|newest| newest.as_str() != latest.run) else {
                return Ok(());
            };
            let Some(newest) = self.run(folder, &newest).await? else {
                return Ok(());
            };
            latest = newest;
        }
    }

    async fn run(&self, folder: &str, id: &EventId) -> Result<Option<Latest>, BrokerError> {
        let run = id.as_str();
        let key = format!("{folder}/run/{run}");
        let verification = self.storage.get_fact(&key).await?;
        Ok(verification.map(|verification| Latest {
            run: run.into(),
            verification,
        }))
    }

    async fn newest_run(&self, folder: &str) -> Result<Option<EventId>, BrokerError> {
        let mut runs = self.storage.in_order(&format!("{folder}/run")).await?;
        while let Some(run) = runs.next().await {
            if let Some(id) = EventId::parse(&run?) {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }

    async fn record_success(&self, verification: &Verification) -> Result<(), BrokerError> {
        let Verification {
            pact,
            provider,
            provider_version,
            provider_branch: Some(branch),
            outcome: Outcome::Passed,
            ..
        } = verification
        else {
            return Ok(());
        };
        let folder = keys::successes(pact, provider, branch);
        let key = format!("{folder}/{}", keys::encode(provider_version));
        self.storage
            .put_fact(&key, provider_version)
            .await
            .map(drop)
    }

    /// The newest result of a content and a version of the provider.
    pub(crate) async fn verification(
        &self,
        content: &ContentId,
        provider: &str,
        version: &str,
    ) -> Result<Option<Verification>, BrokerError> {
        let folder = keys::verification(content, provider, version);
        let key = format!("{folder}/latest");
        let latest = match self.storage.get_fact::<Latest>(&key).await {
            Err(BrokerError::Corrupt { .. }) => self.newest(&folder).await?,
            read => read?,
        };
        Ok(latest.map(|latest| latest.verification))
    }

    /// The newest result of a content by any version of the provider.
    pub(crate) async fn newest_verification(
        &self,
        content: &ContentId,
        provider: &str,
    ) -> Result<Option<Verification>, BrokerError> {
        let folder = keys::verified_versions(content, provider);
        let names = self.storage.list(&folder).await?;
        let runs = names.iter().filter_map(|name| {
            let (_, id) = name.split_once("/run/")?;
            Some((EventId::parse(id)?, name))
        });
        match runs.min() {
            Some((_, name)) => self.storage.get_fact(&format!("{folder}/{name}")).await,
            None => Ok(None),
        }
    }

    /// What a provider made of a content so far.
    pub(crate) async fn verified_before(
        &self,
        content: &ContentId,
        provider: &str,
    ) -> Result<VerifiedBefore, BrokerError> {
        let folder = keys::verifications(content, provider);
        let found = self.storage.folders(&folder).await?;
        let passed = found.iter().any(|name| name == keys::PASSED);
        Ok(VerifiedBefore {
            at_all: !found.is_empty(),
            kept_on: match passed {
                true => self.kept_on(content, provider).await?,
                false => Vec::new(),
            },
        })
    }

    /// The branches of a provider of which a version kept a content.
    pub(crate) async fn kept_on(
        &self,
        content: &ContentId,
        provider: &str,
    ) -> Result<Vec<String>, BrokerError> {
        let passed = keys::all_successes(content, provider);
        let branches = self.storage.folders(&passed).await?;
        Ok(branches
            .iter()
            .filter_map(|name| keys::decode(name))
            .collect())
    }

    /// What a copy of the newest run has to say.
    async fn newest(&self, folder: &str) -> Result<Option<Latest>, BrokerError> {
        match self.newest_run(folder).await? {
            Some(id) => self.run(folder, &id).await,
            None => Ok(None),
        }
    }

    /// Whether any version on a branch of the provider ever kept this content.
    pub(crate) async fn ever_kept(
        &self,
        content: &ContentId,
        provider: &str,
        branch: &str,
    ) -> Result<bool, BrokerError> {
        let folder = keys::successes(content, provider, branch);
        let mut kept = self.storage.in_order(&folder).await?;
        Ok(kept.next().await.transpose()?.is_some())
    }
}

fn folder(verification: &Verification) -> String {
    keys::verification(
        &verification.pact,
        &verification.provider,
        &verification.provider_version,
    )
}
