//! What is due for triggers, and what was told already. A mark says from when on
//! facts count and which of them do not; whatever was told afterwards is remembered
//! one by one. So neither the history nor the memory is ever read whole.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime};

use futures_util::{StreamExt, TryStreamExt, future::try_join_all, stream, try_join};
use serde::{Deserialize, Serialize};

use crate::Broker;
use crate::error::BrokerError;
use crate::event::EventId;
use crate::history::{AT_ONCE, Fact, History, RecordKind, Recorded, standing};
use crate::keys;
use crate::records::Standing;
use crate::select::MAIN_BRANCHES;
use crate::timeline::Span;
use crate::trigger::{
    ForEachConsumer, MainHead, Memory, Occurrence, Surroundings, Trigger, TriggerEvent, Unverified,
    due, occurrences, pact_contents,
};

/// A fact may become visible so much later than its name says: while it was being
/// published, or because of a clock that is slow.
const LATE: Duration = Duration::from_secs(24 * 60 * 60);

/// From when on facts count, and which of them do not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    /// The trigger's name.
    name: String,
    /// Milliseconds since 1970.
    from: u64,
    /// Facts since then that were told before, or that were there before the trigger.
    known: BTreeSet<String>,
}

/// That a fact was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Sent<'s> {
    name: &'s str,
    id: &'s str,
    values: &'s BTreeMap<&'static str, String>,
}

/// What a trigger has to tell.
#[derive(Debug, Clone)]
pub struct Due {
    /// What was not told yet, the oldest first.
    pub occurrences: Vec<Occurrence>,
    /// Whether it is asked for the first time.
    pub is_first: bool,
    /// From when on facts counted.
    pub since: SystemTime,
    seen: Seen,
}

/// What the memory held, and what there is to be remembered.
#[derive(Debug, Clone, Default)]
struct Seen {
    mark: Option<(EventId, Mark)>,
    /// Whether somebody said since when facts count.
    is_explicit: bool,
    /// All facts that are recent, told or not.
    recent: BTreeSet<String>,
}

/// A trigger with what is remembered of it.
struct Remembering<'t> {
    trigger: &'t Trigger,
    mark: Option<(EventId, Mark)>,
    since: SystemTime,
}

impl Broker {
    /// What each trigger has to tell. One that is asked for the first time has
    /// nothing to tell but what is recorded from then on, unless it is said since
    /// when facts count.
    ///
    /// # Errors
    /// [`BrokerError::Storage`] and [`BrokerError::Corrupt`].
    pub async fn due(
        &self,
        triggers: &[Trigger],
        since: Option<SystemTime>,
        now: SystemTime,
    ) -> Result<Vec<Due>, BrokerError> {
        let remembering = triggers
            .iter()
            .map(|trigger| self.remembering(trigger, since, now));
        let remembering = try_join_all(remembering).await?;
        let facts = self.facts_for(&remembering).await?;
        let due = remembering.into_iter().map(|remembering| {
            let scope = Scope::of(remembering.trigger);
            let facts = facts.get(&scope).map(Vec::as_slice).unwrap_or_default();
            self.due_of(remembering, facts, (since.is_some(), now))
        });
        stream::iter(due).buffered(AT_ONCE).try_collect().await
    }

    async fn remembering<'t>(
        &self,
        trigger: &'t Trigger,
        since: Option<SystemTime>,
        now: SystemTime,
    ) -> Result<Remembering<'t>, BrokerError> {
        let mark = self.newest_mark(&trigger.name).await?;
        let from = mark.as_ref().map(|(_, mark)| moment(mark.from));
        Ok(Remembering {
            trigger,
            mark,
            since: since.or(from).unwrap_or(now - LATE),
        })
    }

    /// The facts that triggers are about, listed once for all that ask for the same.
    async fn facts_for(
        &self,
        triggers: &[Remembering<'_>],
    ) -> Result<BTreeMap<Scope, Vec<Recorded>>, BrokerError> {
        let mut scopes = BTreeMap::<Scope, SystemTime>::new();
        for each in triggers {
            let since = scopes.entry(Scope::of(each.trigger)).or_insert(each.since);
            *since = each.since.min(*since);
        }
        let read = scopes.into_iter().map(|(scope, since)| async move {
            let mut facts = standing(self.history(&scope.since(since)).await?);
            facts.reverse();
            Ok::<_, BrokerError>((scope, facts))
        });
        Ok(try_join_all(read).await?.into_iter().collect())
    }

    async fn due_of(
        &self,
        remembering: Remembering<'_>,
        facts: &[Recorded],
        (is_explicit, now): (bool, SystemTime),
    ) -> Result<Due, BrokerError> {
        let Remembering {
            trigger,
            mark,
            since,
        } = remembering;
        let counting: Vec<_> = facts
            .iter()
            .filter(|recorded| !recorded.id.is_before(since))
            .cloned()
            .collect();
        let (around, sent) = try_join!(
            self.surroundings(trigger, &counting, since),
            self.sent(trigger, mark.as_ref(), since),
        )?;
        let found = occurrences(trigger, &counting, &around);
        let recent = found
            .iter()
            .filter(|occurrence| occurrence.at >= now - LATE);
        let recent: BTreeSet<_> = recent.map(|occurrence| occurrence.id.clone()).collect();
        let known = match (&mark, is_explicit) {
            (_, true) => BTreeSet::new(),
            (Some((_, mark)), false) => mark.known.clone(),
            (None, false) => recent.clone(),
        };
        Ok(Due {
            occurrences: due(found, &Memory { known, sent }),
            is_first: mark.is_none(),
            since,
            seen: Seen {
                mark,
                is_explicit,
                recent,
            },
        })
    }

    /// What has to be known beside the facts.
    async fn surroundings(
        &self,
        trigger: &Trigger,
        facts: &[Recorded],
        since: SystemTime,
    ) -> Result<Surroundings, BrokerError> {
        let mut around = Surroundings::default();
        if trigger.on.needs_fresh() {
            around.fresh = self.fresh_among(facts, since).await?;
        }
        if trigger.on == TriggerEvent::ContractRequiringVerification {
            let contents = pact_contents(facts).into_iter().map(|about| async move {
                let unverified = self.unverified(&about).await?;
                Ok::<_, BrokerError>((about, unverified))
            });
            let contents = stream::iter(contents).buffer_unordered(AT_ONCE);
            around.unverified = contents.try_collect().await?;
        }
        if trigger.for_each_consumer == Some(ForEachConsumer::Known) {
            let consumers = participants(facts).into_iter().map(|name| async move {
                let consumers = self.consumers_of(&name).await?;
                Ok::<_, BrokerError>((name, consumers.into_iter().collect()))
            });
            let consumers = stream::iter(consumers).buffer_unordered(AT_ONCE);
            around.consumers = consumers.try_collect().await?;
        }
        let named = counterparts(trigger, facts, &around);
        let heads = named.into_iter().map(|name| async move {
            let head = self.newest_on_main(&name).await?;
            Ok::<_, BrokerError>((name, head))
        });
        let heads = stream::iter(heads).buffer_unordered(AT_ONCE);
        around.heads = heads.try_collect().await?;
        Ok(around)
    }

    /// A participant's newest version on its main branch; an empty one where it has
    /// none.
    async fn newest_on_main(&self, participant: &str) -> Result<MainHead, BrokerError> {
        for branch in MAIN_BRANCHES {
            if let Some(version) = self.head_of(participant, branch).await? {
                return Ok(MainHead {
                    version,
                    branch: branch.into(),
                });
            }
        }
        Ok(MainHead::default())
    }

    /// The versions of a provider that have to be verified against a content: the
    /// newest on its main branch, where none there ever kept it, and those in any
    /// environment that were never verified against it.
    async fn unverified(
        &self,
        (content, provider): &(pactwork_contract::ContentId, String),
    ) -> Result<Vec<Unverified>, BrokerError> {
        let environments = async {
            let environments = self.environments().await?;
            self.standings(&environments, provider).await
        };
        let (kept, standings) = try_join!(self.kept_on_main(content, provider), environments)?;
        let mut unverified = Vec::new();
        if !kept {
            let MainHead { version, branch } = self.newest_on_main(provider).await?;
            unverified.push(Unverified {
                version,
                branch,
                environment: String::new(),
            });
        }
        for (environment, standing) in &standings {
            for version in versions_there(standing) {
                let verified = self.verification(content, provider, version).await?;
                if verified.is_none() {
                    unverified.push(Unverified {
                        version: version.into(),
                        branch: self.branch_of(provider, version).await?,
                        environment: environment.clone(),
                    });
                }
            }
        }
        Ok(unverified)
    }

    async fn branch_of(&self, participant: &str, version: &str) -> Result<String, BrokerError> {
        let manifests = self.manifests(participant, version).await?;
        let branch = manifests.into_iter().find_map(|manifest| manifest.branch);
        Ok(branch.unwrap_or_default())
    }

    async fn newest_mark(&self, name: &str) -> Result<Option<(EventId, Mark)>, BrokerError> {
        let folder = keys::notification_marks(name);
        let mut marks = self.storage.in_order(&folder).await?;
        while let Some(key) = marks.next().await.transpose()? {
            let Some(id) = EventId::parse(&key) else {
                continue;
            };
            let key = format!("{folder}/{key}");
            if let Some(mark) = self.storage.get_fact::<Mark>(&key).await? {
                return Ok(Some((id, mark)));
            }
        }
        Ok(None)
    }

    /// What was told since the facts that count, and since the mark, which knows of
    /// what was told before; both with time for clocks that differ.
    async fn sent(
        &self,
        trigger: &Trigger,
        mark: Option<&(EventId, Mark)>,
        since: SystemTime,
    ) -> Result<BTreeSet<String>, BrokerError> {
        let marked = mark.map_or(since, |(id, _)| id.time());
        let span = Span {
            since: Some(since.min(marked) - LATE),
            most: None,
        };
        let folder = keys::notifications_sent(&trigger.name);
        let sent = self.newest_below(&folder, 0, span).await?;
        Ok(sent.entries.into_iter().map(|entry| entry.rest).collect())
    }

    /// To be called before anything is told: from the first time on it is known
    /// since when facts count, so that what could not be told is told the next time.
    ///
    /// # Errors
    /// [`BrokerError::Storage`] where it could not be written.
    pub async fn begin(
        &self,
        trigger: &Trigger,
        due: &Due,
        now: SystemTime,
    ) -> Result<(), BrokerError> {
        if !due.is_first {
            return Ok(());
        }
        let waiting: BTreeSet<_> = due.occurrences.iter().map(|each| &each.id).collect();
        let known = due.seen.recent.iter().filter(|id| !waiting.contains(id));
        self.put_mark(trigger, (due.since, known.cloned().collect()), due, now)
            .await
    }

    /// Remembers that a fact was told.
    ///
    /// # Errors
    /// [`BrokerError::Storage`] where it could not be written; it will be told again.
    pub async fn remember(
        &self,
        trigger: &Trigger,
        occurrence: &Occurrence,
        now: SystemTime,
    ) -> Result<(), BrokerError> {
        let folder = keys::notifications_sent(&trigger.name);
        let id = EventId::at(now);
        let key = format!("{folder}/{}/{}", id.as_str(), occurrence.id);
        let sent = Sent {
            name: &trigger.name,
            id: &occurrence.id,
            values: &occurrence.values,
        };
        self.storage.put_fact(&key, &sent).await.map(drop)
    }

    /// To be called after all that was due was told: from time to time a new mark
    /// takes the place of the older part of the memory.
    ///
    /// # Errors
    /// [`BrokerError::Storage`] where it could not be written.
    pub async fn settle(
        &self,
        trigger: &Trigger,
        due: &Due,
        now: SystemTime,
    ) -> Result<(), BrokerError> {
        let Some((id, _)) = &due.seen.mark else {
            return Ok(());
        };
        if due.seen.is_explicit || !id.is_before(now - LATE) {
            return Ok(());
        }
        let known = due.seen.recent.clone();
        self.put_mark(trigger, (now - LATE, known), due, now).await
    }

    async fn put_mark(
        &self,
        trigger: &Trigger,
        (from, known): (SystemTime, BTreeSet<String>),
        due: &Due,
        now: SystemTime,
    ) -> Result<(), BrokerError> {
        self.storage.mark().await?;
        let seen = due.seen.mark.as_ref().map(|(id, _)| id);
        let id = EventId::later_than(now, seen);
        let mark = Mark {
            name: trigger.name.clone(),
            from: milliseconds(from),
            known,
        };
        let folder = keys::notification_marks(&trigger.name);
        let key = format!("{folder}/{}", id.as_str());
        self.storage.put_fact(&key, &mark).await.map(drop)
    }
}

/// What has to be listed for a trigger.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Scope {
    kind: RecordKind,
    participant: Option<String>,
}

impl Scope {
    /// Where a filter names one participant, its facts alone are listed.
    fn of(trigger: &Trigger) -> Self {
        let kind = trigger.on.kind();
        let recorder = match kind {
            RecordKind::Publications if trigger.on.is_about_contracts() => "consumer",
            _ => "provider",
        };
        let only = &trigger.only;
        let only = only.get(recorder).or_else(|| only.get("participant"));
        Self {
            kind,
            participant: match only.map(Vec::as_slice) {
                Some([one]) => Some(one.clone()),
                _ => None,
            },
        }
    }

    fn since(&self, since: SystemTime) -> History {
        History {
            participant: self.participant.clone(),
            since: Some(since),
            limit: None,
            kinds: vec![self.kind],
        }
    }
}

fn participants(facts: &[Recorded]) -> BTreeSet<String> {
    let published = facts.iter().filter_map(|recorded| match &recorded.fact {
        Fact::Published(published) => Some(published.participant.clone()),
        _ => None,
    });
    published.collect()
}

/// The participants of which a fact says what is the newest on their main branch.
fn counterparts(trigger: &Trigger, facts: &[Recorded], around: &Surroundings) -> BTreeSet<String> {
    match (&trigger.for_each_consumer, trigger.on.kind()) {
        (Some(ForEachConsumer::Named(named)), _) => named.iter().cloned().collect(),
        (Some(ForEachConsumer::Known), _) => around.consumers.values().flatten().cloned().collect(),
        (None, RecordKind::Verifications) => {
            let consumers = facts.iter().filter_map(|recorded| match &recorded.fact {
                Fact::Verified(run) => Some(run.consumer.clone()),
                _ => None,
            });
            consumers.collect()
        }
        (None, _) if trigger.on.is_about_contracts() => {
            let pacts = pact_contents(facts).into_iter();
            pacts.map(|(_, provider)| provider).collect()
        }
        (None, _) => BTreeSet::new(),
    }
}

fn versions_there(standing: &Standing) -> BTreeSet<&str> {
    let deployed = standing.deployed.values();
    deployed
        .chain(&standing.released)
        .map(String::as_str)
        .collect()
}

fn milliseconds(moment: SystemTime) -> u64 {
    let since = moment.duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| {
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    })
}

fn moment(milliseconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(milliseconds)
}
