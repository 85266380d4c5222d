//! What was recorded, in the order of time. Nothing is written for it: the names
//! of the facts carry when they were written, so listings say most of it, and only
//! what is shown is read.
//!
//! It costs two listings a participant, one an environment, and for verifications
//! one a thousand results in the bucket; then one read a publication and a
//! verification that is shown. Where the store lists in order, what is older than
//! asked for costs at most one more listing a branch.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::time::SystemTime;

use futures_util::{StreamExt, TryStreamExt, future::try_join_all, stream, try_join};
use pactwork_contract::{ContentId, Outcome, Verification};
use serde::Serialize;

use crate::Broker;
use crate::environment::{EnvironmentChange, Listed};
use crate::error::BrokerError;
use crate::event::EventId;
use crate::keys;
use crate::records::{ContractKind, EnvironmentEvent, Manifest};
use crate::timeline::{Entry, Newest, Span};

/// How many requests are under way at once.
pub(crate) const AT_ONCE: usize = 32;

/// How many more are looked at where some of the newest turned out not to count.
const MORE: usize = 4;

/// Which facts are asked for.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// Of this participant alone, in whatever role; `None` for all.
    pub participant: Option<String>,
    /// None older than this.
    pub since: Option<SystemTime>,
    /// No more than this, the newest.
    pub limit: Option<usize>,
    /// Of these kinds alone; none for all.
    pub kinds: Vec<RecordKind>,
}

/// The kinds of facts that are recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RecordKind {
    /// Contracts that were published.
    Publications,
    /// Deployments, releases, and their ends.
    Deployments,
    /// Results of verifications.
    Verifications,
}

/// A fact, and when it was recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// When, to the millisecond, by the clock of who recorded it.
    pub at: SystemTime,
    /// What.
    pub fact: Fact,
    pub(crate) id: EventId,
    /// The key of the fact.
    pub(crate) key: String,
    /// The keys of the publications that this one stands for instead.
    pub(crate) replaces: Vec<String>,
}

/// The facts but for publications that others among them stand for instead: parts of
/// what was merged afterwards.
pub(crate) fn standing(mut facts: Vec<Recorded>) -> Vec<Recorded> {
    let replaced = facts.iter().flat_map(|recorded| &recorded.replaces);
    let replaced: BTreeSet<_> = replaced.cloned().collect();
    facts.retain(|recorded| !replaced.contains(&recorded.key));
    facts
}

/// What was recorded.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Fact {
    /// A version published contracts.
    Published(PublishedVersion),
    /// Something happened to a version in an environment.
    Happened(EnvironmentChange),
    /// A version of a provider was verified.
    Verified(VerificationRun),
}

impl Fact {
    /// Whether it is about a version of a participant.
    fn is_of(&self, participant: &str, version: &str) -> bool {
        let about = match self {
            Self::Published(fact) => (&fact.participant, &fact.version),
            Self::Happened(fact) => (&fact.participant, &fact.version),
            Self::Verified(fact) => (&fact.provider, &fact.provider_version),
        };
        about.0 == participant && about.1 == version
    }
}

/// One publication of a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PublishedVersion {
    /// Who.
    pub participant: String,
    /// Which version.
    pub version: String,
    /// Its branch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// Its tags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Where to look at the job that published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub build_url: Option<String>,
    /// What it published.
    pub contracts: Vec<VersionContract>,
}

/// A contract of a version, by its content.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct VersionContract {
    /// A pact or a golden contract.
    pub kind: ContractKind,
    /// The provider of a pact, the event of a golden contract.
    pub name: String,
    /// What the contract says.
    pub content: ContentId,
}

/// One run of a verification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VerificationRun {
    /// Whose pact.
    pub consumer: String,
    /// The versions of the consumer that it was chosen for, so far as that is known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub consumer_versions: Vec<String>,
    /// Who was verified.
    pub provider: String,
    /// Which version of the provider.
    pub provider_version: String,
    /// The branch of that version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_branch: Option<String>,
    /// The content of the pact.
    pub content: ContentId,
    /// The result over all interactions.
    pub outcome: Outcome,
    /// How many interactions were verified.
    pub interactions: usize,
    /// How many of them did not pass.
    pub not_passed: usize,
    /// Where to look at the job that verified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub build_url: Option<String>,
}

impl From<Manifest> for PublishedVersion {
    fn from(manifest: Manifest) -> Self {
        let contracts = manifest.contracts.into_iter();
        let contracts = contracts.map(|entry| VersionContract {
            kind: entry.kind,
            name: entry.name,
            content: entry.content,
        });
        Self {
            participant: manifest.participant,
            version: manifest.version,
            branch: manifest.branch,
            tags: manifest.tags,
            build_url: manifest.build_url,
            contracts: contracts.collect(),
        }
    }
}

impl From<Verification> for VerificationRun {
    fn from(verification: Verification) -> Self {
        let interactions = &verification.interactions;
        let passed = interactions
            .iter()
            .filter(|each| each.outcome == Outcome::Passed);
        Self {
            not_passed: interactions.len() - passed.count(),
            interactions: interactions.len(),
            consumer: verification.consumer,
            consumer_versions: verification.consumer_versions,
            provider: verification.provider,
            provider_version: verification.provider_version,
            provider_branch: verification.provider_branch,
            content: verification.pact,
            outcome: verification.outcome,
            build_url: verification.build_url,
        }
    }
}

impl History {
    fn wants(&self, kind: RecordKind) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
    }

    /// Whether this result is of the participant that is asked for.
    fn wants_of(&self, verification: &Verification) -> bool {
        let roles = [&verification.consumer, &verification.provider];
        let asked = self.participant.as_ref();
        asked.is_none_or(|asked| roles.contains(&asked))
    }
}

/// A fact that a listing showed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    id: EventId,
    kind: RecordKind,
    key: String,
}

impl Candidate {
    /// Of one millisecond, what was published comes before what became of it.
    fn newest_first(&self, other: &Self) -> Ordering {
        let moment = |each: &Self| each.id.as_str()[..EventId::TIME].to_owned();
        let by_moment = moment(self).cmp(&moment(other));
        by_moment
            .then(other.kind.cmp(&self.kind))
            .then_with(|| self.cmp(other))
    }
}

/// Candidates, and until when there are no others.
#[derive(Debug, Default)]
struct Candidates {
    found: Vec<Candidate>,
    complete_until: Option<EventId>,
}

impl Candidates {
    fn of(newest: Newest, candidate: impl Fn(Entry) -> Option<Candidate>) -> Self {
        Self {
            found: newest.entries.into_iter().filter_map(candidate).collect(),
            complete_until: newest.complete_until,
        }
    }

    fn join(all: Vec<Self>) -> Self {
        all.into_iter().fold(Self::default(), |mut joined, each| {
            joined.found.extend(each.found);
            joined.complete_until = Newest::border(joined.complete_until, each.complete_until);
            joined
        })
    }

    /// The newest first, each once: one publication has an event for each kind of
    /// its contracts, and more where it was cut off and begun again.
    fn settled(mut self) -> Self {
        self.found.sort_unstable_by(Candidate::newest_first);
        let mut known = BTreeSet::new();
        self.found.retain(|each| known.insert(each.key.clone()));
        self
    }
}

impl Broker {
    /// What was recorded, the newest first. A publication that was cut off before
    /// it became visible is not among it.
    ///
    /// # Errors
    /// [`BrokerError::Storage`] and [`BrokerError::Corrupt`].
    pub async fn history(&self, asked: &History) -> Result<Vec<Recorded>, BrokerError> {
        let mut most = asked.limit;
        loop {
            let candidates = self.candidates(asked, most).await?;
            let recorded = self.read_newest(candidates.found, asked).await?;
            let full = asked.limit.is_some_and(|limit| recorded.len() >= limit);
            let last = recorded.last().map(|last| &last.id);
            // What was left out is older than the border, and ids sort the newest first.
            let complete = match &candidates.complete_until {
                None => true,
                Some(border) => full && last.is_some_and(|last| last <= border),
            };
            if complete {
                return Ok(recorded);
            }
            most = most.map(|most| most.saturating_mul(MORE));
        }
    }

    /// When a version of a participant was first recorded: when it first published
    /// a contract, else when it was first verified; `None` where it never was.
    ///
    /// # Errors
    /// [`BrokerError::Storage`] and [`BrokerError::Corrupt`].
    pub async fn first_recorded(
        &self,
        participant: &str,
        version: &str,
    ) -> Result<Option<SystemTime>, BrokerError> {
        let folder = format!("/ver/{}/", keys::encode(version));
        for kind in [RecordKind::Publications, RecordKind::Verifications] {
            let asked = History {
                participant: Some(participant.into()),
                kinds: vec![kind],
                ..History::default()
            };
            let mut candidates = self.candidates(&asked, None).await?.found;
            candidates.retain(|each| each.key.contains(&folder));
            for candidate in candidates.into_iter().rev() {
                let recorded = self.read(candidate, &asked).await?;
                let own = recorded.filter(|recorded| recorded.fact.is_of(participant, version));
                if let Some(recorded) = own {
                    return Ok(Some(recorded.at));
                }
            }
        }
        Ok(None)
    }

    async fn candidates(
        &self,
        asked: &History,
        most: Option<usize>,
    ) -> Result<Candidates, BrokerError> {
        let span = Span {
            since: asked.since,
            most,
        };
        let found = try_join!(
            self.list_publications(asked, span),
            self.list_changes(asked, span),
            self.list_runs(asked, span),
        )?;
        let (published, happened, verified) = found;
        Ok(Candidates::join(vec![published, happened, verified]).settled())
    }

    async fn list_publications(
        &self,
        asked: &History,
        span: Span,
    ) -> Result<Candidates, BrokerError> {
        if !asked.wants(RecordKind::Publications) {
            return Ok(Candidates::default());
        }
        let participants = match &asked.participant {
            Some(participant) => vec![keys::encode(participant)],
            None => self.storage.folders(keys::PARTICIPANTS).await?,
        };
        // Tags are not listed: their publications are on a branch or without one.
        let folders = participants.iter().flat_map(|participant| {
            let folders = keys::publications(participant);
            folders.map(|(folder, depth)| (folder, depth, participant))
        });
        let listed = folders.map(|(folder, depth, participant)| async move {
            let newest = self.newest_below(&folder, depth, span).await?;
            Ok::<_, BrokerError>(Candidates::of(newest, |entry| {
                Some(Candidate {
                    key: format!("{}/{}", keys::versions_of(participant), entry.rest),
                    kind: RecordKind::Publications,
                    id: entry.id,
                })
            }))
        });
        let all = stream::iter(listed).buffer_unordered(AT_ONCE);
        Ok(Candidates::join(all.try_collect().await?))
    }

    async fn list_changes(&self, asked: &History, span: Span) -> Result<Candidates, BrokerError> {
        if !asked.wants(RecordKind::Deployments) {
            return Ok(Candidates::default());
        }
        let environments = self.storage.folders(keys::ENVIRONMENTS).await?;
        let listed = environments.iter().map(|environment| async move {
            let events = keys::happenings_in(environment);
            let (folder, depth) = match &asked.participant {
                Some(participant) => (format!("{events}/{}", keys::encode(participant)), 0),
                None => (events, 1),
            };
            let newest = self.newest_below(&folder, depth, span).await?;
            Ok::<_, BrokerError>(Candidates::of(newest, |entry| {
                let name = format!("{}/{}", entry.id.as_str(), entry.rest);
                Listed::parse(&name)?;
                let group = match entry.group.as_str() {
                    "" => folder.clone(),
                    group => format!("{folder}/{group}"),
                };
                Some(Candidate {
                    key: format!("{group}/{name}"),
                    kind: RecordKind::Deployments,
                    id: entry.id,
                })
            }))
        });
        let all = stream::iter(listed).buffer_unordered(AT_ONCE);
        Ok(Candidates::join(all.try_collect().await?))
    }

    /// Results lie by content, not by time: all of their names are listed, in
    /// sixteen parts at once where the store lists in order.
    async fn list_runs(&self, asked: &History, span: Span) -> Result<Candidates, BrokerError> {
        if !asked.wants(RecordKind::Verifications) {
            return Ok(Candidates::default());
        }
        let parts: Vec<_> = match self.storage.is_ordered() {
            true => (0..16).map(|digit| format!("{digit:x}")).collect(),
            false => vec![String::new()],
        };
        let listed = parts.iter().map(|part| self.runs(part, span.since));
        let runs = try_join_all(listed).await?.into_iter().flatten().collect();
        let runs = self.runs_of(runs, asked).await?;
        Ok(Candidates {
            found: runs,
            complete_until: None,
        })
    }

    /// The runs whose content begins with a digit.
    async fn runs(
        &self,
        digit: &str,
        since: Option<SystemTime>,
    ) -> Result<Vec<Candidate>, BrokerError> {
        let folder = keys::VERIFICATIONS;
        let mut keys = self.storage.in_order_after(folder, digit).await?;
        let mut runs = Vec::new();
        while let Some(key) = keys.next().await.transpose()? {
            if !key.starts_with(digit) {
                break;
            }
            let id = run_id(&key).filter(|id| since.is_none_or(|since| !id.is_before(since)));
            runs.extend(id.map(|id| Candidate {
                key: format!("{folder}/{key}"),
                kind: RecordKind::Verifications,
                id,
            }));
        }
        Ok(runs)
    }

    /// Leaves out the runs that cannot be of the participant: it is neither the
    /// provider nor did it ever publish a pact with it.
    async fn runs_of(
        &self,
        mut runs: Vec<Candidate>,
        asked: &History,
    ) -> Result<Vec<Candidate>, BrokerError> {
        let Some(participant) = &asked.participant else {
            return Ok(runs);
        };
        let own = keys::encode(participant);
        let own = own.as_str();
        let providers: BTreeSet<_> = runs.iter().map(provider_segment).collect();
        let related = providers.into_iter().map(|provider| async move {
            let mark = keys::consumer_mark(provider, own);
            let related = provider == own || self.storage.get(&mark).await?.is_some();
            Ok::<_, BrokerError>((provider, related))
        });
        let related = stream::iter(related).buffer_unordered(AT_ONCE);
        let related: BTreeMap<_, _> = related.try_collect().await?;
        let related: BTreeSet<String> = related
            .into_iter()
            .filter(|(_, related)| *related)
            .map(|(provider, _)| provider.to_owned())
            .collect();
        runs.retain(|run| related.contains(provider_segment(run)));
        Ok(runs)
    }

    /// Reads in the order given until there are enough.
    async fn read_newest(
        &self,
        candidates: Vec<Candidate>,
        asked: &History,
    ) -> Result<Vec<Recorded>, BrokerError> {
        let read = candidates
            .into_iter()
            .map(|candidate| self.read(candidate, asked));
        let read = stream::iter(read).buffered(AT_ONCE);
        let found = read.try_filter_map(|found| std::future::ready(Ok(found)));
        let limit = asked.limit.unwrap_or(usize::MAX);
        found.take(limit).try_collect().await
    }

    /// `None` for what is not visible, or not of the participant that is asked for.
    async fn read(
        &self,
        candidate: Candidate,
        asked: &History,
    ) -> Result<Option<Recorded>, BrokerError> {
        let key = &candidate.key;
        let mut replaces = Vec::new();
        let fact = match candidate.kind {
            RecordKind::Publications => {
                let hash = key.rsplit('/').next().unwrap_or_default();
                let manifest = self.storage.get_hashed::<Manifest>(key, hash).await?;
                let version = key.strip_suffix(hash).unwrap_or_default();
                manifest.map(|manifest| {
                    let names = manifest.replaces.iter();
                    replaces = names.map(|name| format!("{version}{name}")).collect();
                    Fact::Published(manifest.into())
                })
            }
            RecordKind::Deployments => self.change(key).await?.map(Fact::Happened),
            RecordKind::Verifications => {
                let verification = self.storage.get_fact::<Verification>(key).await?;
                let wanted = verification.filter(|verification| asked.wants_of(verification));
                wanted.map(|verification| Fact::Verified(verification.into()))
            }
        };
        Ok(fact.map(|fact| Recorded {
            at: candidate.id.time(),
            fact,
            id: candidate.id,
            key: candidate.key,
            replaces,
        }))
    }

    /// What happened in an environment: its key says it, but for names that are too
    /// long for one.
    async fn change(&self, key: &str) -> Result<Option<EnvironmentChange>, BrokerError> {
        if let Some(change) = change_of(key) {
            return Ok(Some(change));
        }
        let event = self.storage.get_fact::<EnvironmentEvent>(key).await?;
        Ok(event.map(|event| EnvironmentChange {
            participant: event.participant,
            version: event.version,
            environment: event.environment,
            happening: event.happening,
            instance: event.instance,
        }))
    }
}

/// `v1/env/<environment>/ev/<participant>/<id>/<what>/<version>/<instance>`
fn change_of(key: &str) -> Option<EnvironmentChange> {
    let name = key.strip_prefix(keys::ENVIRONMENTS)?.strip_prefix('/')?;
    let mut segments = name.splitn(4, '/');
    let (environment, _, participant) = (segments.next()?, segments.next()?, segments.next()?);
    let listed = Listed::parse(segments.next()?)?;
    Some(EnvironmentChange {
        participant: keys::decode(participant)?,
        version: keys::decode(&listed.version)?,
        environment: keys::decode(environment)?,
        happening: listed.happening,
        instance: keys::decode(&listed.instance)?,
    })
}

/// Of `<content>/<provider>/ver/<version>/run/<id>`.
fn run_id(key: &str) -> Option<EventId> {
    let segments: Vec<_> = key.split('/').collect();
    match segments.as_slice() {
        [_, _, "ver", _, "run", id] => EventId::parse(id),
        _ => None,
    }
}

fn provider_segment(run: &Candidate) -> &str {
    let name = run.key[keys::VERIFICATIONS.len() + 1..].split('/');
    name.clone().nth(1).unwrap_or_default()
}
