//! Finds one thing by its name; what is not there is an error with similar names.

use futures_util::try_join;
use pactwork_contract::{ContentId, Pact};

use crate::Broker;
use crate::concurrently::concurrently;
use crate::decide::near;
use crate::error::BrokerError;
use crate::keys;
use crate::pull::Held;
use crate::records::ContractKind;
use crate::versions::{ContractSummary, Scope, VersionSummary};

/// Which version of a participant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Which {
    /// The newest on the main branch; without one, the newest of all.
    #[default]
    Newest,
    /// This one.
    Version(String),
    /// The newest on a branch.
    Branch(String),
}

/// A pact that was published.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundPact {
    /// The version that published it.
    pub version: VersionSummary,
    /// What it says.
    pub content: ContentId,
    /// The pact.
    pub pact: Pact,
}

/// A golden contract that was published.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundGolden {
    /// The version that published it.
    pub version: VersionSummary,
    /// The event's name.
    pub event: String,
    /// What it says.
    pub content: ContentId,
    /// The JSON Schema's bytes.
    pub schema: Vec<u8>,
}

/// A contract that was found by its content id.
#[derive(Debug, Clone, PartialEq)]
#[allow(
    clippy::large_enum_variant,
    reason = "there is one, and it is not kept"
)]
pub enum FoundContract {
    /// A pact.
    Pact(FoundPact),
    /// A golden contract.
    Golden(FoundGolden),
}

/// The end of a sentence about what is not there.
fn similar(name: &str, names: impl Iterator<Item = String>) -> String {
    let near = near(name, names);
    match near.is_empty() {
        true => String::new(),
        false => format!("; similar: {}", near.join(", ")),
    }
}

impl Broker {
    /// The pact of a consumer with a provider.
    ///
    /// # Errors
    /// [`BrokerError::NotFound`] with similar names; [`BrokerError::Contradictory`]
    /// where the version has two contents.
    pub async fn find_pact(
        &self,
        consumer: &str,
        provider: &str,
        which: &Which,
    ) -> Result<FoundPact, BrokerError> {
        let version = self
            .find_version(consumer, which, ContractKind::Pact)
            .await?;
        let entry = only(&version, ContractKind::Pact, provider)?;
        let (content, blob) = (entry.content.clone(), entry.blob.clone());
        self.found_pact(version, content, &blob).await
    }

    /// The golden contract of a provider's event.
    ///
    /// # Errors
    /// As [`Broker::find_pact`].
    pub async fn find_golden(
        &self,
        provider: &str,
        event: &str,
        which: &Which,
    ) -> Result<FoundGolden, BrokerError> {
        let version = self
            .find_version(provider, which, ContractKind::Golden)
            .await?;
        let entry = only(&version, ContractKind::Golden, event)?;
        let (content, blob) = (entry.content.clone(), entry.blob.clone());
        self.found_golden(version, event.into(), (content, &blob))
            .await
    }

    /// The contract with a content id, or with the only one that begins so. The
    /// newest versions are searched first, then all.
    ///
    /// # Errors
    /// [`BrokerError::NotFound`] where none or more than one begins so.
    pub async fn find_content(&self, id: &str) -> Result<FoundContract, BrokerError> {
        for scope in [Scope::Current, Scope::All] {
            if let Some((version, contract)) = self.search(id, &scope).await? {
                return self.found(version, contract).await;
            }
        }
        Err(BrokerError::NotFound {
            what: format!("contract with the content id {id}"),
            near: String::new(),
        })
    }

    async fn search(
        &self,
        id: &str,
        scope: &Scope,
    ) -> Result<Option<(VersionSummary, ContractSummary)>, BrokerError> {
        let (participants, environments) = try_join!(self.participants(), self.environments())?;
        let environments = &environments;
        let versions = concurrently(participants, |name| async move {
            Ok(self.considered(&name, scope, environments).await?.all())
        });
        let mut found: Option<(VersionSummary, ContractSummary)> = None;
        for version in versions.await?.into_iter().flatten() {
            let begins = |contract: &&ContractSummary| contract.content.as_str().starts_with(id);
            let Some(contract) = version.contracts.iter().find(begins).cloned() else {
                continue;
            };
            match &found {
                Some((_, known)) if known.content != contract.content => {
                    return Err(BrokerError::NotFound {
                        what: format!("one contract whose content id begins with {id}"),
                        near: format!("; there are {} and {}", known.content, contract.content),
                    });
                }
                Some(_) => {}
                None => found = Some((version, contract)),
            }
        }
        Ok(found)
    }

    async fn found(
        &self,
        version: VersionSummary,
        contract: ContractSummary,
    ) -> Result<FoundContract, BrokerError> {
        let ContractSummary {
            kind,
            name,
            content,
            blob,
        } = contract;
        Ok(match kind {
            ContractKind::Pact => {
                FoundContract::Pact(self.found_pact(version, content, &blob).await?)
            }
            ContractKind::Golden => {
                let found = self.found_golden(version, name, (content, &blob));
                FoundContract::Golden(found.await?)
            }
        })
    }

    async fn found_pact(
        &self,
        version: VersionSummary,
        content: ContentId,
        blob: &ContentId,
    ) -> Result<FoundPact, BrokerError> {
        Ok(FoundPact {
            pact: self.pact(blob, &Held::new()).await?,
            version,
            content,
        })
    }

    async fn found_golden(
        &self,
        version: VersionSummary,
        event: String,
        (content, blob): (ContentId, &ContentId),
    ) -> Result<FoundGolden, BrokerError> {
        Ok(FoundGolden {
            schema: self.storage.get_blob(blob).await?,
            version,
            event,
            content,
        })
    }

    /// A version of a participant; of several, the newest with contracts of a kind.
    async fn find_version(
        &self,
        participant: &str,
        which: &Which,
        kind: ContractKind,
    ) -> Result<VersionSummary, BrokerError> {
        self.check_participant(participant).await?;
        let environments = self.environments().await?;
        let (scope, place) = match which {
            Which::Version(version) => {
                return self
                    .version_named(participant, version, &environments)
                    .await;
            }
            Which::Newest => (Scope::Main, String::new()),
            Which::Branch(branch) => (
                Scope::Branch(branch.clone()),
                format!(" on the branch {branch}"),
            ),
        };
        let considered = self.considered(participant, &scope, &environments).await?;
        let mut versions = considered.all().into_iter();
        match versions.find(|version| version.contracts.iter().any(|each| each.kind == kind)) {
            Some(version) => Ok(version),
            None => Err(BrokerError::NotFound {
                what: format!(
                    "version of {participant} with {}{place}",
                    match kind {
                        ContractKind::Pact => "pacts",
                        ContractKind::Golden => "golden contracts",
                    }
                ),
                near: self.similar_branches(participant, which).await?,
            }),
        }
    }

    async fn similar_branches(
        &self,
        participant: &str,
        which: &Which,
    ) -> Result<String, BrokerError> {
        let Which::Branch(branch) = which else {
            return Ok(String::new());
        };
        let segments = self.storage.folders(&keys::branches(participant)).await?;
        let names = segments.iter().filter_map(|segment| keys::decode(segment));
        Ok(similar(branch, names))
    }

    /// A version that has to be there.
    pub(crate) async fn version_named(
        &self,
        participant: &str,
        version: &str,
        environments: &[String],
    ) -> Result<VersionSummary, BrokerError> {
        let found = self.named_version(participant, version, environments);
        if let Some(found) = found.await? {
            return Ok(found);
        }
        let segments = self.storage.folders(&keys::versions(participant)).await?;
        let names = segments.iter().filter_map(|segment| keys::decode(segment));
        Err(BrokerError::NotFound {
            what: format!("version {version} of {participant}"),
            near: similar(version, names),
        })
    }

    /// Refuses a name that nobody in the bucket has.
    pub(crate) async fn check_participant(&self, name: &str) -> Result<(), BrokerError> {
        let known = self.storage.folders(&keys::participant(name)).await?;
        if !known.is_empty() {
            return Ok(());
        }
        let names = self.participants().await?;
        Err(BrokerError::NotFound {
            what: format!("participant {name}"),
            near: similar(name, names.into_iter()),
        })
    }

    /// Refuses an environment that nothing was ever recorded of.
    pub(crate) async fn check_environment(&self, name: &str) -> Result<(), BrokerError> {
        let about = self.storage.get(&keys::about_environment(name)).await?;
        if about.is_some() {
            return Ok(());
        }
        let names = self.environments().await?;
        Err(BrokerError::NotFound {
            what: format!("environment {name}"),
            near: similar(name, names.into_iter()),
        })
    }
}

/// The contract of a name, of which a version has one.
fn only<'v>(
    version: &'v VersionSummary,
    kind: ContractKind,
    name: &str,
) -> Result<&'v ContractSummary, BrokerError> {
    let of_kind = || version.contracts.iter().filter(|each| each.kind == kind);
    let found: Vec<_> = of_kind().filter(|each| each.name == name).collect();
    let VersionSummary {
        participant,
        version,
        ..
    } = version;
    match found[..] {
        [only] => Ok(only),
        [] => {
            let names: Vec<_> = of_kind().map(|each| each.name.as_str()).collect();
            let published = match kind {
                ContractKind::Pact => "it published those with: ",
                ContractKind::Golden => "it published: ",
            };
            let near = match names.is_empty() {
                true => "; it published none".into(),
                false => format!("; {published}{}", names.join(", ")),
            };
            Err(BrokerError::NotFound {
                what: format!("{} of {participant} {version}", kind.named(name)),
                near,
            })
        }
        _ => {
            let contents: Vec<_> = found.iter().map(|each| each.content.as_str()).collect();
            Err(BrokerError::Contradictory {
                participant: participant.clone(),
                version: version.clone(),
                contract: kind.named(name),
                contents: contents.join(" and "),
            })
        }
    }
}
