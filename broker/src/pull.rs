//! What a provider has to verify, and what a consumer may rely on.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::{StreamExt, future::try_join_all, try_join};
use pactwork_contract::{ContentId, Pact};

use crate::Broker;
use crate::error::BrokerError;
use crate::event::EventId;
use crate::keys;
use crate::records::{
    ContractKind, ManifestEntry, PublicationEvent, PublicationKind, all_contracts,
};
use crate::select::{
    Chosen, Head, Known, MAIN_BRANCHES, Selector, Versions, is_main_branch, select,
};

const PACTS: PublicationKind = PublicationKind::With(ContractKind::Pact);

/// One content of a pact that a provider has to keep.
#[derive(Debug, Clone, PartialEq)]
pub struct PublishedPact {
    /// Who relies on it.
    pub consumer: String,
    /// What it says.
    pub content: ContentId,
    /// The versions of the consumer that it was chosen for.
    pub versions: Vec<String>,
    /// The pact.
    pub pact: Pact,
    /// Why it was chosen: `deployed to production (1.0.0); newest on main (1.0.0)`.
    pub why: String,
    /// Whether no version of the provider's branch, nor of its main one, ever kept this
    /// content, so that failing is reported and does not fail the provider.
    pub pending: bool,
}

/// What a provider asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pull {
    /// Whose pacts.
    pub provider: String,
    /// The provider's branch: for matching branches, and to tell what is pending.
    pub provider_branch: Option<String>,
    /// Which of them.
    pub selectors: Vec<Selector>,
    /// Bytes that are at hand already, by their SHA-256: they are not transferred.
    pub held: Held,
}

/// Bytes by their SHA-256.
pub type Held = BTreeMap<ContentId, Vec<u8>>;

/// The golden contracts of one version of a provider.
#[derive(Debug, Clone, PartialEq)]
pub struct PublishedGolden {
    /// The version.
    pub version: String,
    /// Its branch.
    pub branch: Option<String>,
    /// Event name and the JSON Schema's bytes.
    pub contracts: Vec<(String, Vec<u8>)>,
}

impl Broker {
    /// The pacts that a provider has to keep: of every consumer, the newest
    /// publication on each branch and what is in any environment; each content once.
    ///
    /// # Errors
    /// [`BrokerError::Storage`] and [`BrokerError::Corrupt`].
    pub async fn pacts_for(&self, provider: &str) -> Result<Vec<PublishedPact>, BrokerError> {
        self.pull(&Pull {
            provider: provider.into(),
            provider_branch: None,
            selectors: Selector::defaults(),
            held: Held::new(),
        })
        .await
    }

    /// The pacts with a provider that selectors choose; each content once.
    ///
    /// # Errors
    /// [`BrokerError::Storage`] and [`BrokerError::Corrupt`].
    pub async fn pull(&self, pull: &Pull) -> Result<Vec<PublishedPact>, BrokerError> {
        let (consumers, environments) =
            try_join!(self.consumers_of(&pull.provider), self.environments())?;
        let found = consumers
            .iter()
            .map(|consumer| self.pacts_of(consumer, pull, &environments));
        Ok(try_join_all(found).await?.into_iter().flatten().collect())
    }

    /// The consumers that ever published a pact with a provider.
    pub(crate) async fn consumers_of(&self, provider: &str) -> Result<Vec<String>, BrokerError> {
        let folder = keys::consumers(provider);
        let segments = self.storage.folders(&folder).await?;
        let folder = folder.as_str();
        let names = segments.iter().map(|segment| async move {
            match keys::decode(segment) {
                Some(name) => Ok(Some(name)),
                None => {
                    let mark = format!("{folder}/{segment}/mark");
                    self.storage.get_fact(&mark).await
                }
            }
        });
        Ok(try_join_all(names).await?.into_iter().flatten().collect())
    }

    async fn pacts_of(
        &self,
        consumer: &str,
        pull: &Pull,
        environments: &[String],
    ) -> Result<Vec<PublishedPact>, BrokerError> {
        let known = self.known(consumer, pull, environments).await?;
        let branch = pull.provider_branch.as_deref();
        let chosen = select(&pull.selectors, consumer, branch, &known);
        let entries = chosen
            .keys()
            .map(|version| self.pact_entries(consumer, version, &pull.provider));
        let entries = try_join_all(entries).await?;
        let mut by_content = BTreeMap::<ContentId, (ContentId, BTreeMap<String, Chosen>)>::new();
        for ((version, chosen), entries) in chosen.into_iter().zip(entries) {
            for entry in entries {
                let (_, versions) = by_content
                    .entry(entry.content)
                    .or_insert((entry.blob, BTreeMap::new()));
                versions.insert(version.clone(), chosen.clone());
            }
        }
        let pacts = by_content
            .into_iter()
            .map(|(content, (blob, versions))| async move {
                let (pact, kept) =
                    try_join!(self.pact(&blob, &pull.held), self.is_kept(&content, pull))?;
                let in_progress = versions.values().all(|chosen| chosen.in_progress);
                let why: BTreeSet<_> = versions.values().flat_map(|chosen| &chosen.why).collect();
                let why = why.into_iter().map(String::as_str).collect::<Vec<_>>();
                Ok(PublishedPact {
                    consumer: consumer.into(),
                    content,
                    why: why.join("; "),
                    versions: versions.into_keys().collect(),
                    pact,
                    pending: in_progress || !kept,
                })
            });
        try_join_all(pacts).await
    }

    /// Whether a version on the provider's branch, or on its main one, ever kept a
    /// content: a new branch has kept nothing yet, and still must not break what main
    /// keeps. Without a branch of the provider, nothing is pending.
    async fn is_kept(&self, content: &ContentId, pull: &Pull) -> Result<bool, BrokerError> {
        let Some(branch) = pull.provider_branch.as_deref() else {
            return Ok(true);
        };
        let branches = BTreeSet::from_iter([branch].into_iter().chain(MAIN_BRANCHES));
        let kept = branches
            .into_iter()
            .map(|branch| self.ever_kept(content, &pull.provider, branch));
        Ok(try_join_all(kept).await?.into_iter().any(|kept| kept))
    }

    /// What the selectors need to know of a consumer, and no more.
    async fn known(
        &self,
        consumer: &str,
        pull: &Pull,
        environments: &[String],
    ) -> Result<Known, BrokerError> {
        let needs = Needs::of(pull);
        let tagged = needs.tags.iter().map(|tag| async move {
            let head = self.head(&keys::tag(consumer, tag), PACTS).await?;
            Ok::<_, BrokerError>(head.map(|head| (String::from(*tag), head.version)))
        });
        let environments = if needs.environments {
            environments
        } else {
            &[]
        };
        let (heads, tagged, standings) = try_join!(
            self.needed_heads(consumer, &needs),
            try_join_all(tagged),
            self.standings(environments, consumer),
        )?;
        Ok(Known {
            heads,
            tagged: tagged.into_iter().flatten().collect(),
            standings,
        })
    }

    async fn needed_heads(
        &self,
        consumer: &str,
        needs: &Needs<'_>,
    ) -> Result<Vec<Head>, BrokerError> {
        if needs.each_branch {
            return self.heads(consumer, PACTS).await;
        }
        let branches = needs.branches.iter();
        let folders: Vec<_> = branches
            .map(|branch| keys::branch(consumer, branch))
            .collect();
        let heads = folders.iter().map(|folder| self.head(folder, PACTS));
        Ok(try_join_all(heads).await?.into_iter().flatten().collect())
    }

    /// The pacts with a provider that a version published: one, or several
    /// where two publishers contradict each other.
    async fn pact_entries(
        &self,
        consumer: &str,
        version: &str,
        provider: &str,
    ) -> Result<Vec<ManifestEntry>, BrokerError> {
        let mut entries = all_contracts(&self.manifests(consumer, version).await?);
        entries.retain(|entry| entry.kind == ContractKind::Pact && entry.name == provider);
        Ok(entries)
    }

    pub(crate) async fn pact(&self, blob: &ContentId, held: &Held) -> Result<Pact, BrokerError> {
        let bytes = self.blob(blob, held).await?;
        let key = keys::blob(blob);
        let read = Pact::read(&bytes, &key);
        read.map(|loaded| loaded.pact)
            .map_err(|error| BrokerError::Corrupt {
                key,
                reason: error.to_string(),
            })
    }

    async fn blob(&self, blob: &ContentId, held: &Held) -> Result<Vec<u8>, BrokerError> {
        match held.get(blob) {
            Some(bytes) => Ok(bytes.clone()),
            None => self.storage.get_blob(blob).await,
        }
    }

    /// The heads of all branches, and of the publications without one, among those
    /// of a kind.
    pub(crate) async fn heads(
        &self,
        participant: &str,
        kind: PublicationKind,
    ) -> Result<Vec<Head>, BrokerError> {
        let folder = keys::branches(participant);
        let branches = self.storage.folders(&folder).await?;
        let folders = branches.iter().map(|branch| format!("{folder}/{branch}"));
        let folders: Vec<_> = folders.chain([keys::unbranched(participant)]).collect();
        let heads = folders.iter().map(|folder| self.head(folder, kind));
        Ok(try_join_all(heads).await?.into_iter().flatten().collect())
    }

    /// The newest publication in a folder of them that became visible.
    pub(crate) async fn head(
        &self,
        folder: &str,
        kind: PublicationKind,
    ) -> Result<Option<Head>, BrokerError> {
        let folder = format!("{folder}/{}", kind.segment());
        let mut names = self.storage.in_order(&folder).await?;
        while let Some(name) = names.next().await.transpose()? {
            let key = format!("{folder}/{name}");
            let Some(event) = self.storage.get_fact::<PublicationEvent>(&key).await? else {
                continue;
            };
            let manifest = keys::manifest(&event.participant, &event.version, &event.manifest);
            let id = name.split('/').next().and_then(EventId::parse);
            if let Some(id) = id
                && self.storage.get(&manifest).await?.is_some()
            {
                return Ok(Some(Head {
                    branch: event.name,
                    version: event.version,
                    at: id.time(),
                }));
            }
        }
        Ok(None)
    }

    /// The version that is the head of a branch.
    pub(crate) async fn head_of(
        &self,
        participant: &str,
        branch: &str,
    ) -> Result<Option<String>, BrokerError> {
        let folder = keys::branch(participant, branch);
        let (pact, golden, bare) = try_join!(
            self.head(&folder, PACTS),
            self.head(&folder, PublicationKind::With(ContractKind::Golden)),
            self.head(&folder, PublicationKind::Bare),
        )?;
        Ok(pact.or(golden).or(bare).map(|head| head.version))
    }

    /// The golden contracts of a provider: those of its main branch, or the
    /// newest where it has none; `None` where it published none. What is held is not
    /// transferred.
    ///
    /// # Errors
    /// [`BrokerError::Storage`] and [`BrokerError::Corrupt`].
    pub async fn golden_of(
        &self,
        provider: &str,
        held: &Held,
    ) -> Result<Option<PublishedGolden>, BrokerError> {
        let heads = self
            .heads(provider, PublicationKind::With(ContractKind::Golden))
            .await?;
        let on_main = |head: &&Head| {
            let branch = head.branch.as_deref();
            branch.is_some_and(is_main_branch)
        };
        let Some(head) = heads.iter().find(on_main).or(heads.last()) else {
            return Ok(None);
        };
        let manifests = self.manifests(provider, &head.version).await?;
        let entries = all_contracts(&manifests).into_iter();
        let golden: BTreeMap<String, ContentId> = entries
            .filter(|entry| entry.kind == ContractKind::Golden)
            .map(|entry| (entry.name, entry.blob))
            .collect();
        let contracts = golden.into_iter().map(|(name, blob)| async move {
            Ok::<_, BrokerError>((name, self.blob(&blob, held).await?))
        });
        Ok(Some(PublishedGolden {
            version: head.version.clone(),
            branch: head.branch.clone(),
            contracts: try_join_all(contracts).await?,
        }))
    }
}

/// What has to be read of a consumer for selectors to be applied.
#[derive(Debug, Default)]
struct Needs<'p> {
    each_branch: bool,
    branches: BTreeSet<&'p str>,
    tags: BTreeSet<&'p str>,
    environments: bool,
}

impl<'p> Needs<'p> {
    fn of(pull: &'p Pull) -> Self {
        let mut needs = Self::default();
        for selector in &pull.selectors {
            match &selector.versions {
                Versions::MainBranch => needs.branches.extend(MAIN_BRANCHES),
                Versions::Branch { name, fallback } => {
                    needs.branches.insert(name);
                    needs.branches.extend(fallback.as_deref());
                }
                Versions::MatchingBranch => {
                    needs.branches.extend(pull.provider_branch.as_deref());
                }
                Versions::EachBranch | Versions::Latest | Versions::InProgressSince(_) => {
                    needs.each_branch = true;
                }
                Versions::Tag(tag) => {
                    needs.tags.insert(tag);
                }
                Versions::Deployed(_) | Versions::Released(_) | Versions::DeployedOrReleased(_) => {
                    needs.environments = true
                }
            }
        }
        needs
    }
}
