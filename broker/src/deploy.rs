//! Deployments: recorded as events, the newest of a participant in an environment counts.

use std::collections::BTreeMap;
use std::time::SystemTime;

use futures_util::future::try_join_all;
use pactwork_contract::Verification;

use crate::Broker;
use crate::decide::{self, Decision, Facts, Integration, Side};
use crate::error::BrokerError;
use crate::keys;
use crate::pull;
use crate::records::{ManifestEntry, VersionEvent};

/// Environment → version, of one participant.
type Deployed = BTreeMap<String, String>;

impl Broker {
    /// Records that a version is deployed to an environment; it replaces the
    /// participant's version there, and the history is kept.
    ///
    /// # Errors
    /// [`BrokerError::NotPublished`] for a version that nobody published.
    pub async fn record_deployment(
        &self,
        participant: &str,
        version: &str,
        environment: &str,
        now: SystemTime,
    ) -> Result<(), BrokerError> {
        if self.manifests(participant, version).await?.is_empty() {
            let near = self.near_versions(participant, version).await?;
            let near = if near.is_empty() {
                String::new()
            } else {
                format!("; similar: {}", near.join(", "))
            };
            let (participant, version) = (participant.into(), version.into());
            return Err(BrokerError::NotPublished {
                participant,
                version,
                near,
            });
        }
        let deployed = self.deployed_to(environment).await?;
        if deployed
            .get(participant)
            .is_some_and(|current| current == version)
        {
            return Ok(());
        }
        let event = VersionEvent {
            participant: participant.into(),
            version: version.into(),
            name: Some(environment.into()),
        };
        let folder = keys::environment(environment);
        let key = format!(
            "{folder}/{}/{}",
            keys::encode(participant),
            keys::event(now)
        );
        self.storage.put_new(&key, &event).await.map(drop)
    }

    /// What is deployed to one environment: participant → version.
    async fn deployed_to(
        &self,
        environment: &str,
    ) -> Result<BTreeMap<String, String>, BrokerError> {
        let events = self.newest_events(&keys::environment(environment)).await?;
        Ok(events
            .into_iter()
            .map(|event| (event.participant, event.version))
            .collect())
    }

    /// What is deployed anywhere: participant → environment → version.
    pub(crate) async fn all_deployed(&self) -> Result<BTreeMap<String, Deployed>, BrokerError> {
        let mut deployed: BTreeMap<String, Deployed> = BTreeMap::new();
        for event in self.newest_events(keys::ENVIRONMENTS).await? {
            let environment = event.name.unwrap_or_default();
            deployed
                .entry(event.participant)
                .or_default()
                .insert(environment, event.version);
        }
        Ok(deployed)
    }

    /// The newest event of every folder below one.
    async fn newest_events(&self, folder: &str) -> Result<Vec<VersionEvent>, BrokerError> {
        let mut newest = BTreeMap::new();
        for name in self.storage.list(folder).await? {
            if let Some((parent, event)) = name.rsplit_once('/') {
                newest.insert(parent.to_owned(), format!("{folder}/{parent}/{event}"));
            }
        }
        let read = newest
            .values()
            .map(|key| self.storage.get_fact::<VersionEvent>(key));
        Ok(try_join_all(read).await?.into_iter().flatten().collect())
    }

    /// Whether a version can be deployed to an environment, and why.
    ///
    /// As a consumer, it needs every provider of its pacts there, with a passed
    /// verification of the very content; as a provider, it needs a passed
    /// verification of what every consumer deployed there relies on.
    ///
    /// # Errors
    /// [`BrokerError::Storage`] and [`BrokerError::Corrupt`]; that something is
    /// not known is not an error but the answer.
    pub async fn can_i_deploy(
        &self,
        participant: &str,
        version: &str,
        environment: &str,
    ) -> Result<Decision, BrokerError> {
        let (manifests, deployed, consumers) = futures_util::try_join!(
            self.manifests(participant, version),
            self.deployed_to(environment),
            self.consumers_of(participant),
        )?;
        let near = match manifests.is_empty() {
            true => self.near_versions(participant, version).await?,
            false => Vec::new(),
        };
        let published = !manifests.is_empty();
        let pacts = pull::pacts_in(manifests);
        let as_consumer = pacts.iter().map(|entry| {
            // A service that relies on itself is deployed together with itself.
            let current = deployed.get(&entry.name).map(String::as_str);
            let provider_version = if entry.name == participant {
                Some(version)
            } else {
                current
            };
            self.integration(
                Side::Consumer,
                (participant, version),
                entry,
                provider_version,
            )
        });
        let others = consumers.iter().filter(|consumer| *consumer != participant);
        let as_provider = others.filter_map(|consumer| Some((consumer, deployed.get(consumer)?)));
        let as_provider = as_provider.map(|(consumer, consumer_version)| async move {
            let entries = self
                .pact_entries(consumer, consumer_version, participant)
                .await?;
            let found = entries.iter().map(|entry| {
                self.integration(
                    Side::Provider,
                    (consumer, consumer_version),
                    entry,
                    Some(version),
                )
            });
            try_join_all(found).await
        });
        let (mut integrations, as_provider) =
            futures_util::try_join!(try_join_all(as_consumer), try_join_all(as_provider))?;
        integrations.extend(as_provider.into_iter().flatten());
        Ok(decide::decide(Facts {
            participant: participant.into(),
            version: version.into(),
            environment: environment.into(),
            published,
            near,
            nothing_deployed: deployed.is_empty(),
            integrations,
        }))
    }

    async fn integration(
        &self,
        side: Side,
        (consumer, consumer_version): (&str, &str),
        entry: &ManifestEntry,
        provider_version: Option<&str>,
    ) -> Result<Integration, BrokerError> {
        let verification = match provider_version {
            Some(version) => {
                let folder = keys::verification(&entry.content, &entry.name, version);
                self.storage
                    .get_fact::<Verification>(&format!("{folder}/latest"))
                    .await?
            }
            None => None,
        };
        Ok(Integration {
            side,
            consumer: consumer.into(),
            consumer_version: consumer_version.into(),
            provider: entry.name.clone(),
            provider_version: provider_version.map(str::to_owned),
            verification,
        })
    }

    /// Published versions with names like the one asked for; without any, participants.
    async fn near_versions(
        &self,
        participant: &str,
        version: &str,
    ) -> Result<Vec<String>, BrokerError> {
        let names = self.storage.list(&keys::versions(participant)).await?;
        let versions = names
            .iter()
            .filter_map(|name| keys::decode(name.rsplit_once('/')?.0));
        Ok(decide::near(version, versions))
    }
}
