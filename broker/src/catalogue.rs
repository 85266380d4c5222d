//! What there is, listed whole.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::time::SystemTime;

use futures_util::try_join;
use pactwork_contract::ContentId;
use serde::Serialize;

use crate::Broker;
use crate::concurrently::concurrently;
use crate::error::BrokerError;
use crate::keys;
use crate::known_versions::KnownVersion;
use crate::moment;
use crate::records::{ContractKind, Standing};
use crate::select::Head;
use crate::versions::{Scope, VersionSummary};

/// A participant, and where it is now.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ParticipantSummary {
    /// Its name.
    pub name: String,
    /// What it published last; `None` where nothing says when it published.
    pub newest: Option<LabelSummary>,
    /// Environment to its versions there.
    pub environments: BTreeMap<String, Vec<String>>,
}

/// A branch or a tag, and the newest version there.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LabelSummary {
    /// The branch or tag; `None` for what was published without a branch.
    pub name: Option<String>,
    /// The version that was published there last.
    pub version: String,
    /// When.
    #[serde(serialize_with = "moment::optional")]
    pub published_at: Option<SystemTime>,
}

/// A version of a participant in an environment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Presence {
    /// Where.
    pub environment: String,
    /// Who.
    pub participant: String,
    /// Which version.
    pub version: String,
    /// How: `deployed`, `deployed as eu`, `released`.
    pub how: Vec<String>,
}

/// A content, and the versions that published it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ListedContract {
    /// Who published it: the consumer of a pact, the provider of a golden contract.
    pub participant: String,
    /// The provider of a pact, the event of a golden contract.
    pub name: String,
    /// What it says.
    pub content: ContentId,
    /// Its versions with this content, the newest first.
    pub versions: Vec<String>,
}

/// The beginning of a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Beginning<T> {
    /// What was asked for.
    pub items: Vec<T>,
    /// How many more there are.
    pub left_out: usize,
}

impl<T> Beginning<T> {
    /// The first items of a list, or all.
    pub fn of(mut items: Vec<T>, limit: Option<usize>) -> Self {
        let shown = limit.unwrap_or(items.len()).min(items.len());
        let left_out = items.len() - shown;
        items.truncate(shown);
        Self { items, left_out }
    }
}

impl Broker {
    /// Everybody who published something, by name.
    ///
    /// # Errors
    /// [`BrokerError::Storage`] and [`BrokerError::Corrupt`].
    pub async fn list_participants(&self) -> Result<Vec<ParticipantSummary>, BrokerError> {
        let (participants, environments) = try_join!(self.participants(), self.environments())?;
        let environments = &environments;
        let summaries = concurrently(participants, |name| async move {
            let (heads, standings) =
                try_join!(self.all_heads(&name), self.standings(environments, &name))?;
            let newest = heads.as_provider().into_iter().max_by_key(|head| head.at);
            let known =
                newest.is_some() || !standings.is_empty() || self.is_published(&name).await?;
            Ok(known.then(|| ParticipantSummary {
                newest: newest.map(LabelSummary::from),
                environments: standings.iter().map(versions_there).collect(),
                name,
            }))
        });
        Ok(summaries.await?.into_iter().flatten().collect())
    }

    /// Whether there is any version, in whatever way it came to be there.
    async fn is_published(&self, participant: &str) -> Result<bool, BrokerError> {
        let versions = self.storage.folders(&keys::versions(participant)).await?;
        Ok(!versions.is_empty())
    }

    /// The versions of a participant, the newest first.
    ///
    /// # Errors
    /// [`BrokerError::NotFound`] where nobody has that name;
    /// [`BrokerError::Storage`] and [`BrokerError::Corrupt`].
    pub async fn list_versions(
        &self,
        participant: &str,
        limit: Option<usize>,
    ) -> Result<Beginning<VersionSummary>, BrokerError> {
        self.check_participant(participant).await?;
        let (versions, environments) =
            try_join!(self.known_versions(participant), self.environments())?;
        let Beginning { items, left_out } = Beginning::of(versions, limit);
        Ok(Beginning {
            items: self.summaries(participant, items, &environments).await?,
            left_out,
        })
    }

    /// One version of a participant.
    ///
    /// # Errors
    /// [`BrokerError::NotFound`] where it is not there;
    /// [`BrokerError::Storage`] and [`BrokerError::Corrupt`].
    pub async fn find_published(
        &self,
        participant: &str,
        version: &str,
    ) -> Result<VersionSummary, BrokerError> {
        self.check_participant(participant).await?;
        let (environments, known) =
            try_join!(self.environments(), self.known_versions(participant))?;
        let mut found = self
            .version_named(participant, version, &environments)
            .await?;
        let known = known.into_iter().find(|known| known.version == version);
        found.published_at = known.and_then(|known| known.at);
        Ok(found)
    }

    /// The branches of a participant with their newest versions, the newest first.
    ///
    /// # Errors
    /// As [`Broker::list_versions`].
    pub async fn list_branches(&self, participant: &str) -> Result<Vec<LabelSummary>, BrokerError> {
        self.check_participant(participant).await?;
        let versions = self.known_versions(participant).await?;
        Ok(labels(&versions, |version| {
            let branches = version.branches.iter();
            let branches = branches.map(|(branch, at)| (Some(branch.clone()), *at));
            let bare = version.unbranched.map(|at| (None, at));
            branches.chain(bare).collect()
        }))
    }

    /// The tags of a participant with their newest versions, the newest first.
    ///
    /// # Errors
    /// As [`Broker::list_versions`].
    pub async fn list_tags(&self, participant: &str) -> Result<Vec<LabelSummary>, BrokerError> {
        self.check_participant(participant).await?;
        let versions = self.known_versions(participant).await?;
        Ok(labels(&versions, |version| {
            let tags = version.tags.iter();
            tags.map(|(tag, at)| (Some(tag.clone()), *at)).collect()
        }))
    }

    /// What is where: in one environment or in all, of one participant or of all.
    ///
    /// # Errors
    /// [`BrokerError::NotFound`] for a name that nobody has;
    /// [`BrokerError::Storage`] and [`BrokerError::Corrupt`].
    pub async fn list_deployments(
        &self,
        environment: Option<&str>,
        participant: Option<&str>,
    ) -> Result<Vec<Presence>, BrokerError> {
        if let Some(name) = participant {
            self.check_participant(name).await?;
        }
        let environments = match environment {
            None => self.environments().await?,
            Some(name) => {
                self.check_environment(name).await?;
                vec![name.to_owned()]
            }
        };
        let mut copies = Vec::new();
        for environment in &environments {
            let names = self.storage.list(&keys::standings(environment)).await?;
            copies.extend(names.into_iter().map(|name| (environment, name)));
        }
        let read = concurrently(copies, |(environment, name)| async move {
            let standing = self.standing_under(environment, &name).await?;
            Ok(standing.map(|standing| presences(environment, &standing)))
        });
        let mut found: Vec<_> = read.await?.into_iter().flatten().flatten().collect();
        found.retain(|each| participant.is_none_or(|only| only == each.participant));
        found.sort_unstable();
        Ok(found)
    }

    /// The contracts of a kind, of one participant or of all: of the newest
    /// version on each branch, and of what is in any environment.
    ///
    /// # Errors
    /// As [`Broker::list_deployments`].
    pub async fn list_contracts(
        &self,
        kind: ContractKind,
        participant: Option<&str>,
    ) -> Result<Vec<ListedContract>, BrokerError> {
        let environments = &self.environments().await?;
        let participants = match participant {
            None => self.participants().await?,
            Some(name) => {
                self.check_participant(name).await?;
                vec![name.to_owned()]
            }
        };
        let versions = concurrently(participants, |name| async move {
            let scope = Scope::Current;
            Ok(self.considered(&name, &scope, environments).await?.all())
        });
        let versions: Vec<_> = versions.await?.into_iter().flatten().collect();
        let mut found = BTreeMap::<_, Vec<_>>::new();
        for version in &versions {
            let contracts = version.contracts.iter();
            for contract in contracts.filter(|contract| contract.kind == kind) {
                let key = (&version.participant, &contract.name, &contract.content);
                found.entry(key).or_default().push(version.version.clone());
            }
        }
        let listed = found.into_iter();
        Ok(listed
            .map(|((participant, name, content), versions)| ListedContract {
                participant: participant.clone(),
                name: name.clone(),
                content: content.clone(),
                versions,
            })
            .collect())
    }
}

impl From<&Head> for LabelSummary {
    fn from(head: &Head) -> Self {
        Self {
            name: head.branch.clone(),
            version: head.version.clone(),
            published_at: Some(head.at),
        }
    }
}

fn versions_there((environment, standing): (&String, &Standing)) -> (String, Vec<String>) {
    let versions = standing.versions().into_keys().map(str::to_owned);
    (environment.clone(), versions.collect())
}

fn presences(environment: &str, standing: &Standing) -> Vec<Presence> {
    let versions = standing.versions().into_iter();
    versions
        .map(|(version, how)| Presence {
            environment: environment.into(),
            participant: standing.participant.clone(),
            version: version.into(),
            how,
        })
        .collect()
}

/// The newest version under each label, the newest first.
fn labels(
    versions: &[KnownVersion],
    labels: impl Fn(&KnownVersion) -> Vec<(Option<String>, SystemTime)>,
) -> Vec<LabelSummary> {
    let mut newest = BTreeMap::<Option<String>, (SystemTime, &str)>::new();
    for version in versions {
        for (label, at) in labels(version) {
            let known = newest.entry(label).or_insert((at, &version.version));
            *known = (*known).max((at, &version.version));
        }
    }
    let mut found: Vec<_> = newest
        .into_iter()
        .map(|(name, (at, version))| LabelSummary {
            name,
            version: version.into(),
            published_at: Some(at),
        })
        .collect();
    found.sort_by_key(|label| Reverse(label.published_at));
    found
}
