//! Environments: what happened there is kept as events; what is there now is a
//! copy that is made from them.

use std::collections::{BTreeMap, BTreeSet};
use std::time::SystemTime;

use futures_util::{future::try_join_all, try_join};
use serde::Serialize;

use crate::Broker;
use crate::error::BrokerError;
use crate::event::EventId;
use crate::keys;
use crate::records::{
    AboutEnvironment, EnvironmentEvent, Happening, Manifest, ManifestEntry, Standing,
};

/// Something that happened to a version in an environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EnvironmentChange {
    /// Who.
    pub participant: String,
    /// Which version.
    pub version: String,
    /// Where.
    pub environment: String,
    /// What.
    pub happening: Happening,
    /// Which of several installations of the participant; empty for the only one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub instance: String,
}

/// An event as a listing shows it: `<id>/<happening>/<version>/<instance>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listed {
    pub(crate) id: EventId,
    pub(crate) happening: Happening,
    /// As segments of keys.
    pub(crate) version: String,
    pub(crate) instance: String,
}

/// Happenings as segments of keys.
const SEGMENTS: [(Happening, &str); 4] = [
    (Happening::Deployed, "deployed"),
    (Happening::Undeployed, "undeployed"),
    (Happening::Released, "released"),
    (Happening::SupportEnded, "support-ended"),
];

impl Happening {
    fn segment(self) -> &'static str {
        let found = SEGMENTS.iter().find(|(happening, _)| *happening == self);
        found.map_or("", |(_, segment)| segment)
    }
}

impl Listed {
    /// `None` for what is no event, or of a kind that this program does not know.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let mut segments = name.split('/');
        let (id, kind) = (segments.next()?, segments.next()?);
        let (happening, _) = SEGMENTS.iter().find(|(_, segment)| *segment == kind)?;
        let listed = Self {
            id: EventId::parse(id)?,
            happening: *happening,
            version: segments.next()?.into(),
            instance: segments.next()?.into(),
        };
        segments.next().is_none().then_some(listed)
    }

    pub(crate) fn name(&self) -> String {
        let (id, kind) = (self.id.as_str(), self.happening.segment());
        format!("{id}/{kind}/{}/{}", self.version, self.instance)
    }
}

/// What is there after these events, the newest first: an event for each
/// application instance that is deployed, and for each version that is supported.
pub(crate) fn fold(events: &[Listed]) -> Vec<&Listed> {
    let mut settled = BTreeSet::new();
    let mut there = Vec::new();
    for event in events {
        let deployment = matches!(event.happening, Happening::Deployed | Happening::Undeployed);
        let about = match deployment {
            true => &event.instance,
            false => &event.version,
        };
        let adds = matches!(event.happening, Happening::Deployed | Happening::Released);
        if settled.insert((deployment, about)) && adds {
            there.push(event);
        }
    }
    there
}

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
        let change = EnvironmentChange {
            participant: participant.into(),
            version: version.into(),
            environment: environment.into(),
            happening: Happening::Deployed,
            instance: String::new(),
        };
        self.record(&change, now).await.map(drop)
    }

    /// Records what happened to a version in an environment; the history is kept.
    /// Returns false where it was so already, and nothing was written.
    ///
    /// # Errors
    /// [`BrokerError::NotPublished`] for a version that nobody published,
    /// [`BrokerError::Pruning`] for one that is just being removed.
    pub async fn record(
        &self,
        change: &EnvironmentChange,
        now: SystemTime,
    ) -> Result<bool, BrokerError> {
        self.afresh().record_as_it_is(change, now).await
    }

    async fn record_as_it_is(
        &self,
        change: &EnvironmentChange,
        now: SystemTime,
    ) -> Result<bool, BrokerError> {
        let needed = Manifest::of_nothing(&change.participant, &change.version);
        self.announce(&needed).await?;
        let (environment, participant) = (&change.environment, &change.participant);
        let (events, manifests, ()) = try_join!(
            self.happenings(environment, participant),
            self.manifests(participant, &change.version),
            self.storage.mark(),
        )?;
        if manifests.is_empty() {
            return Err(self.not_published(participant, &change.version).await?);
        }
        let event = Listed {
            id: EventId::later_than(now, events.first().map(|newest| &newest.id)),
            happening: change.happening,
            version: keys::encode(&change.version),
            instance: keys::encode(&change.instance),
        };
        let after: Vec<_> = [event.clone()].into_iter().chain(events.clone()).collect();
        let slots = |events| -> BTreeSet<_> {
            let there = fold(events).into_iter();
            there
                .map(|event| {
                    (
                        event.happening.segment(),
                        event.version.clone(),
                        event.instance.clone(),
                    )
                })
                .collect()
        };
        let changes = slots(&events) != slots(&after);
        // All but the event also where an earlier run was cut off after it.
        try_join!(self.put_about(environment), async {
            match changes {
                true => self.put_event(change, &event).await,
                false => Ok(()),
            }
        })?;
        self.make_standing(environment, participant).await?;
        Ok(changes)
    }

    async fn put_event(
        &self,
        change: &EnvironmentChange,
        event: &Listed,
    ) -> Result<(), BrokerError> {
        let environment = &change.environment;
        let fact = EnvironmentEvent {
            environment: environment.clone(),
            participant: change.participant.clone(),
            version: change.version.clone(),
            happening: change.happening,
            instance: change.instance.clone(),
        };
        let folder = keys::happenings(environment, &change.participant);
        let key = format!("{folder}/{}", event.name());
        self.storage.put_fact(&key, &fact).await.map(drop)
    }

    async fn put_about(&self, environment: &str) -> Result<bool, BrokerError> {
        let name = environment.into();
        let key = keys::about_environment(environment);
        let about = AboutEnvironment { name };
        self.storage.put_fact(&key, &about).await
    }

    /// What happened to a participant in an environment, the newest first.
    async fn happenings(
        &self,
        environment: &str,
        participant: &str,
    ) -> Result<Vec<Listed>, BrokerError> {
        let names = self
            .storage
            .list(&keys::happenings(environment, participant))
            .await?;
        Ok(names
            .iter()
            .filter_map(|name| Listed::parse(name))
            .collect())
    }

    /// Whoever copies last looks at the events afterwards, so the copy that stays
    /// is of all of them.
    async fn make_standing(&self, environment: &str, participant: &str) -> Result<(), BrokerError> {
        let mut standing = self.build_standing(environment, participant).await?;
        loop {
            let key = keys::standing(environment, participant);
            self.storage.put_copy(&key, &standing).await?;
            let again = self.build_standing(environment, participant).await?;
            if again == standing {
                return Ok(());
            }
            standing = again;
        }
    }

    async fn build_standing(
        &self,
        environment: &str,
        participant: &str,
    ) -> Result<Standing, BrokerError> {
        let events = self.happenings(environment, participant).await?;
        let folder = keys::happenings(environment, participant);
        let mut standing = Standing {
            participant: participant.into(),
            ..Standing::default()
        };
        for listed in fold(&events) {
            let key = format!("{folder}/{}", listed.name());
            let Some(event) = self.storage.get_fact::<EnvironmentEvent>(&key).await? else {
                continue;
            };
            let contracts = self
                .contracts_of_version(participant, &event.version)
                .await?;
            standing.contracts.insert(event.version.clone(), contracts);
            match event.happening {
                Happening::Deployed => {
                    standing.deployed.insert(event.instance, event.version);
                }
                _ => standing.released.push(event.version),
            }
        }
        standing.released.sort_unstable();
        Ok(standing)
    }

    async fn contracts_of_version(
        &self,
        participant: &str,
        version: &str,
    ) -> Result<Vec<ManifestEntry>, BrokerError> {
        let manifests = self.manifests(participant, version).await?;
        Ok(crate::records::all_contracts(&manifests))
    }

    /// A version that is somewhere may come to publish more.
    pub(crate) async fn refresh_standings(
        &self,
        participant: &str,
        version: &str,
    ) -> Result<(), BrokerError> {
        let (environments, contracts) = try_join!(
            self.environments(),
            self.contracts_of_version(participant, version),
        )?;
        let contracts = &contracts;
        let refreshed = environments.iter().map(|environment| async move {
            let standing = self.standing(environment, participant).await?;
            match standing.contracts.get(version) {
                Some(known) if known != contracts => {
                    self.make_standing(environment, participant).await
                }
                _ => Ok(()),
            }
        });
        try_join_all(refreshed).await.map(drop)
    }

    /// Makes an environment known before anything is recorded of it; false where it
    /// was known already.
    ///
    /// # Errors
    /// [`BrokerError::Storage`] and [`BrokerError::Corrupt`].
    pub async fn create_environment(&self, environment: &str) -> Result<bool, BrokerError> {
        self.storage.mark().await?;
        self.put_about(environment).await
    }

    /// The environments that were created, or that anything was recorded of, in order.
    ///
    /// # Errors
    /// [`BrokerError::Storage`] and [`BrokerError::Corrupt`].
    pub async fn environments(&self) -> Result<Vec<String>, BrokerError> {
        let segments = self.storage.folders(keys::ENVIRONMENTS).await?;
        let names = segments.iter().map(|segment| async move {
            if let Some(name) = keys::decode(segment) {
                return Ok(Some(name));
            }
            let key = format!("{}/{segment}/about", keys::ENVIRONMENTS);
            let about = self.storage.get_fact::<AboutEnvironment>(&key).await?;
            Ok::<_, BrokerError>(about.map(|about| about.name))
        });
        let mut names: Vec<_> = try_join_all(names).await?.into_iter().flatten().collect();
        names.sort_unstable();
        Ok(names)
    }

    /// What of a participant is in an environment now.
    pub(crate) async fn standing(
        &self,
        environment: &str,
        participant: &str,
    ) -> Result<Standing, BrokerError> {
        let key = keys::standing(environment, participant);
        match self.storage.get_fact(&key).await {
            Err(BrokerError::Corrupt { .. }) => self.build_standing(environment, participant).await,
            read => Ok(read?.unwrap_or_default()),
        }
    }

    /// The same by the participant's segment of a key, which need not say its name.
    pub(crate) async fn standing_under(
        &self,
        environment: &str,
        segment: &str,
    ) -> Result<Option<Standing>, BrokerError> {
        let key = format!("{}/{segment}", keys::standings(environment));
        match self.storage.get_fact(&key).await {
            Err(BrokerError::Corrupt { .. }) => {}
            read => return read,
        }
        let folder = format!(
            "{}/{segment}",
            keys::happenings_in(&keys::encode(environment))
        );
        let events = self.storage.list(&folder).await?;
        let Some(event) = events.iter().find(|name| Listed::parse(name).is_some()) else {
            return Ok(None);
        };
        let key = format!("{folder}/{event}");
        let Some(event) = self.storage.get_fact::<EnvironmentEvent>(&key).await? else {
            return Ok(None);
        };
        let standing = self.build_standing(environment, &event.participant);
        standing.await.map(Some)
    }

    /// Environment to what of a participant is there, where anything is.
    pub(crate) async fn standings(
        &self,
        environments: &[String],
        participant: &str,
    ) -> Result<BTreeMap<String, Standing>, BrokerError> {
        let read = environments.iter().map(|environment| async move {
            let standing = self.standing(environment, participant).await?;
            Ok::<_, BrokerError>((environment.clone(), standing))
        });
        let found = try_join_all(read).await?.into_iter();
        Ok(found
            .filter(|(_, standing)| !standing.contracts.is_empty())
            .collect())
    }
}

impl Standing {
    /// The versions that are there, each once, and how.
    pub(crate) fn versions(&self) -> BTreeMap<&str, Vec<String>> {
        let mut versions = BTreeMap::<_, Vec<_>>::new();
        for (instance, version) in &self.deployed {
            let how = match instance.as_str() {
                "" => "deployed".into(),
                instance => format!("deployed as {instance}"),
            };
            versions.entry(version.as_str()).or_default().push(how);
        }
        for version in &self.released {
            versions
                .entry(version.as_str())
                .or_default()
                .push("released".into());
        }
        versions
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// What is there after events of which each says when, what and whose.
    fn there(events: &[(u64, Happening, &str, &str)]) -> Vec<String> {
        let mut listed: Vec<_> = events
            .iter()
            .map(|(second, happening, version, instance)| Listed {
                id: EventId::at(SystemTime::UNIX_EPOCH + Duration::from_secs(*second)),
                happening: *happening,
                version: keys::encode(version),
                instance: keys::encode(instance),
            })
            .collect();
        listed.sort_by_key(Listed::name);
        for event in &listed {
            assert_eq!(Listed::parse(&event.name()).as_ref(), Some(event));
        }
        let mut there: Vec<_> = fold(&listed)
            .iter()
            .map(|event| format!("{} {}", event.version, event.instance))
            .collect();
        there.sort_unstable();
        there
    }

    #[test]
    fn the_newest_event_counts_of_each_instance_and_of_each_release() {
        use Happening::{Deployed, Released, SupportEnded, Undeployed};
        for (events, expected) in [
            (
                vec![(1, Deployed, "1", ""), (2, Deployed, "2", "")],
                vec!["2 ="],
            ),
            (
                vec![(2, Deployed, "2", ""), (1, Deployed, "1", "")],
                vec!["2 ="],
            ),
            (
                vec![(1, Deployed, "1", ""), (2, Undeployed, "1", "")],
                vec![],
            ),
            (
                vec![(1, Deployed, "1", "blue"), (2, Deployed, "2", "green")],
                vec!["1 blue", "2 green"],
            ),
            (
                vec![
                    (1, Released, "1", ""),
                    (2, Released, "2", ""),
                    (3, Deployed, "3", ""),
                ],
                vec!["1 =", "2 =", "3 ="],
            ),
            (
                vec![
                    (1, Released, "1", ""),
                    (2, Released, "2", ""),
                    (3, SupportEnded, "1", ""),
                ],
                vec!["2 ="],
            ),
            (
                vec![
                    (1, Released, "1", ""),
                    (2, SupportEnded, "1", ""),
                    (3, Released, "1", ""),
                ],
                vec!["1 ="],
            ),
        ] {
            assert_eq!(there(&events), expected, "{events:?}");
        }
        assert_eq!(Listed::parse("x/deployed/1/="), None);
    }
}
