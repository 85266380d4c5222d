//! Gathers what the question "can I deploy" is about; `decide` answers it.

use std::collections::BTreeSet;

use futures_util::{future::try_join_all, try_join};

use pactwork_contract::Outcome;

use crate::Broker;
use crate::decide::{self, Asked, Decision, Facts, Integration, Side};
use crate::error::BrokerError;
use crate::keys;
use crate::records::{ContractKind, ManifestEntry, all_contracts};

/// The question whether versions can be deployed, together, to somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Participants and their versions; together they replace what is there.
    pub versions: Vec<(String, String)>,
    /// Where to.
    pub to: Destination,
    /// Participants whose integrations do not count.
    pub ignore: Vec<String>,
}

/// Where versions are to be deployed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// Beside what is in an environment.
    Environment(String),
    /// Beside the newest of every other participant on a branch.
    Branch(String),
}

impl Destination {
    /// The environment's or branch's name.
    pub fn name(&self) -> &str {
        match self {
            Self::Environment(name) | Self::Branch(name) => name,
        }
    }
}

/// A version that is there, and what it published.
#[derive(Debug, Clone)]
struct Present {
    version: String,
    contracts: Vec<ManifestEntry>,
}

impl Broker {
    /// Whether a version can be deployed to an environment, and why.
    ///
    /// As a consumer, it needs every provider of its pacts there, with a passed
    /// verification of the very content; as a provider, it needs a passed
    /// verification of what every consumer that is there relies on.
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
        self.answer(&Question {
            versions: vec![(participant.into(), version.into())],
            to: Destination::Environment(environment.into()),
            ignore: Vec::new(),
        })
        .await
    }

    /// The same for several versions at once, which may rely on each other.
    ///
    /// # Errors
    /// As [`Broker::can_i_deploy`].
    pub async fn answer(&self, question: &Question) -> Result<Decision, BrokerError> {
        let asked = question.versions.iter();
        let asked = asked.map(|(participant, version)| self.asked(question, participant, version));
        let (asked, known) = try_join!(try_join_all(asked), self.is_known(&question.to))?;
        let near_destinations = match known {
            true => Vec::new(),
            false => {
                let known = self.environments().await?;
                decide::near(question.to.name(), known.into_iter())
            }
        };
        let mut facts = Facts {
            destination: question.to.name().into(),
            is_environment: matches!(question.to, Destination::Environment(_)),
            destination_is_known: known,
            near_destinations,
            ignore: question.ignore.clone(),
            asked: Vec::new(),
            integrations: Vec::new(),
        };
        for (asked, integrations) in asked {
            facts.asked.push(asked);
            facts.integrations.extend(integrations);
        }
        Ok(decide::decide(facts))
    }

    async fn is_known(&self, to: &Destination) -> Result<bool, BrokerError> {
        match to {
            Destination::Environment(name) => {
                let key = keys::about_environment(name);
                Ok(self.storage.get(&key).await?.is_some())
            }
            Destination::Branch(_) => Ok(true),
        }
    }

    async fn asked(
        &self,
        question: &Question,
        participant: &str,
        version: &str,
    ) -> Result<(Asked, Vec<Integration>), BrokerError> {
        let as_consumer = async {
            let manifests = self.manifests(participant, version).await?;
            let near = match manifests.is_empty() {
                true => self.near_versions(participant, version).await?,
                false => Vec::new(),
            };
            let pacts = all_contracts(&manifests).into_iter();
            let pacts = pacts.filter(|entry| entry.kind == ContractKind::Pact);
            let found =
                pacts.map(|entry| self.on_provider(question, (participant, version), entry));
            let found = try_join_all(found).await?;
            Ok::<_, BrokerError>((!manifests.is_empty(), near, found))
        };
        let as_provider = self.of_consumers(question, participant, version);
        let ((published, near, on_providers), of_consumers) = try_join!(as_consumer, as_provider)?;
        let asked = Asked {
            participant: participant.into(),
            version: version.into(),
            published,
            near,
        };
        let integrations = on_providers.into_iter().flatten().chain(of_consumers);
        Ok((asked, integrations.collect()))
    }

    /// What an asked version relies on.
    async fn on_provider(
        &self,
        question: &Question,
        consumer: (&str, &str),
        entry: ManifestEntry,
    ) -> Result<Vec<Integration>, BrokerError> {
        let together = question.versions.iter();
        let together = together.filter(|(participant, _)| *participant == entry.name);
        let mut versions: Vec<_> = together.map(|(_, version)| version.clone()).collect();
        if versions.is_empty() {
            let present = self.present(&question.to, &entry.name).await?;
            versions = present.into_iter().map(|there| there.version).collect();
        }
        if versions.is_empty() {
            let absent = self.integration(Side::Consumer, consumer, &entry, None);
            return Ok(vec![absent.await?]);
        }
        let found = versions
            .iter()
            .map(|version| self.integration(Side::Consumer, consumer, &entry, Some(version)));
        try_join_all(found).await
    }

    /// What others rely on an asked version for; those asked together with it
    /// come from their own side.
    async fn of_consumers(
        &self,
        question: &Question,
        provider: &str,
        version: &str,
    ) -> Result<Vec<Integration>, BrokerError> {
        let asked: BTreeSet<_> = question.versions.iter().map(|(name, _)| name).collect();
        let mut consumers = self.consumers_of(provider).await?;
        consumers.retain(|consumer| !asked.contains(consumer));
        let found = consumers.iter().map(|consumer| async move {
            let present = self.present(&question.to, consumer).await?;
            let relied = present.iter().flat_map(|there| {
                let entries = there.contracts.iter();
                let pacts = entries
                    .filter(|entry| entry.kind == ContractKind::Pact && entry.name == provider);
                pacts.map(|entry| {
                    let side = (consumer.as_str(), there.version.as_str());
                    self.integration(Side::Provider, side, entry, Some(version))
                })
            });
            try_join_all(relied).await
        });
        Ok(try_join_all(found).await?.into_iter().flatten().collect())
    }

    /// The versions of a participant that are there.
    async fn present(
        &self,
        to: &Destination,
        participant: &str,
    ) -> Result<Vec<Present>, BrokerError> {
        match to {
            Destination::Environment(environment) => {
                let standing = self.standing(environment, participant).await?;
                let versions = standing.contracts.into_iter();
                Ok(versions
                    .map(|(version, contracts)| Present { version, contracts })
                    .collect())
            }
            Destination::Branch(branch) => {
                let Some(version) = self.head_of(participant, branch).await? else {
                    return Ok(Vec::new());
                };
                let contracts = all_contracts(&self.manifests(participant, &version).await?);
                Ok(vec![Present { version, contracts }])
            }
        }
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
                self.verification(&entry.content, &entry.name, version)
                    .await?
            }
            None => None,
        };
        let passed = verification
            .as_ref()
            .is_some_and(|verification| verification.outcome == Outcome::Passed);
        let kept_on = match provider_version {
            Some(_) if !passed => self.kept_on(&entry.content, &entry.name).await?,
            _ => Vec::new(),
        };
        Ok(Integration {
            side,
            consumer: consumer.into(),
            consumer_version: consumer_version.into(),
            provider: entry.name.clone(),
            provider_version: provider_version.map(str::to_owned),
            content: entry.content.clone(),
            verification,
            kept_on,
        })
    }

    /// The error for a version that nobody published, with similar ones.
    pub(crate) async fn not_published(
        &self,
        participant: &str,
        version: &str,
    ) -> Result<BrokerError, BrokerError> {
        let near = self.near_versions(participant, version).await?;
        Ok(BrokerError::NotPublished {
            participant: participant.into(),
            version: version.into(),
            near: match near.is_empty() {
                true => String::new(),
                false => format!("; similar: {}", near.join(", ")),
            },
        })
    }

    /// Published versions with names like the one asked for.
    async fn near_versions(
        &self,
        participant: &str,
        version: &str,
    ) -> Result<Vec<String>, BrokerError> {
        let segments = self.storage.folders(&keys::versions(participant)).await?;
        let versions = segments.iter().filter_map(|segment| keys::decode(segment));
        Ok(decide::near(version, versions))
    }
}
