//! Every version of one participant, from the names of its objects alone.

use std::collections::{BTreeMap, BTreeSet};
use std::time::SystemTime;

use crate::Broker;
use crate::concurrently::concurrently;
use crate::error::BrokerError;
use crate::event::EventId;
use crate::keys;
use crate::records::PublicationEvent;

/// A version, as far as names of objects tell.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct KnownVersion {
    pub(crate) version: String,
    /// When it was first published; `None` where nothing says so.
    pub(crate) at: Option<SystemTime>,
    /// Branch to the newest publication there.
    pub(crate) branches: BTreeMap<String, SystemTime>,
    /// Tag to the newest publication under it.
    pub(crate) tags: BTreeMap<String, SystemTime>,
    /// When it was last published without a branch.
    pub(crate) unbranched: Option<SystemTime>,
}

/// A branch or tag, as a segment of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Label<'k> {
    Branch(&'k str),
    Tag(&'k str),
    Unbranched,
}

/// One object below a participant.
#[derive(Debug, PartialEq)]
enum Object<'k> {
    Manifest {
        version: &'k str,
        manifest: &'k str,
    },
    /// The version is being removed.
    Removal(&'k str),
    Event {
        label: Label<'k>,
        id: EventId,
        version: &'k str,
        manifest: &'k str,
    },
}

impl<'k> Object<'k> {
    /// `None` for what is neither, or of a kind that this program does not know.
    fn parse(key: &'k str) -> Option<Self> {
        let segments: Vec<_> = key.split('/').collect();
        let (label, rest) = match segments[..] {
            ["ver", version, keys::PRUNED] => return Some(Self::Removal(version)),
            ["ver", version, manifest] => return Some(Self::Manifest { version, manifest }),
            ["branch", branch, ref rest @ ..] => (Label::Branch(branch), rest),
            ["tag", tag, ref rest @ ..] => (Label::Tag(tag), rest),
            ["unbranched", ref rest @ ..] => (Label::Unbranched, rest),
            _ => return None,
        };
        let [_, id, version, manifest] = *rest else {
            return None;
        };
        Some(Self::Event {
            label,
            id: EventId::parse(id)?,
            version,
            manifest,
        })
    }
}

/// What is known of a version, names as segments of keys.
#[derive(Debug, PartialEq, Default)]
struct Found<'k> {
    /// The key of one of its manifests.
    manifest: &'k str,
    first: Option<SystemTime>,
    /// Label to the newest event and its key.
    labels: BTreeMap<Label<'k>, (SystemTime, &'k str)>,
}

/// The versions that are visible: those with a manifest. Events count where the
/// publication that they are of became visible.
fn fold<'k>(keys: &'k [String]) -> BTreeMap<&'k str, Found<'k>> {
    let objects = || {
        let parsed = keys.iter().map(|key| (key, Object::parse(key)));
        parsed.filter_map(|(key, object)| Some((key.as_str(), object?)))
    };
    let mut found = BTreeMap::<&str, Found>::new();
    let mut manifests = BTreeSet::new();
    let removals = objects().filter_map(|(_, object)| match object {
        Object::Removal(version) => Some(version),
        _ => None,
    });
    let removals: BTreeSet<_> = removals.collect();
    for (key, object) in objects() {
        if let Object::Manifest { version, manifest } = object
            && !removals.contains(version)
        {
            manifests.insert((version, manifest));
            found.entry(version).or_default().manifest = key;
        }
    }
    for (key, object) in objects() {
        let Object::Event {
            label,
            id,
            version,
            manifest,
        } = object
        else {
            continue;
        };
        let visible = manifests.contains(&(version, manifest));
        if let Some(of) = found.get_mut(version).filter(|_| visible) {
            of.take(label, id.time(), key);
        }
    }
    found
}

impl<'k> Found<'k> {
    fn take(&mut self, label: Label<'k>, at: SystemTime, key: &'k str) {
        self.first = Some(self.first.map_or(at, |first| first.min(at)));
        let newest = self.labels.entry(label).or_insert((at, key));
        *newest = (*newest).max((at, key));
    }
}

impl Broker {
    /// All versions of a participant, the newest first; those of which nothing
    /// says when they were published come last.
    pub(crate) async fn known_versions(
        &self,
        participant: &str,
    ) -> Result<Vec<KnownVersion>, BrokerError> {
        let folder = keys::participant(participant);
        let keys = self.storage.list(&folder).await?;
        let named = concurrently(fold(&keys), |(segment, found)| {
            self.named(&folder, segment, found)
        });
        let mut versions = named.await?;
        versions.sort_by(|left, right| {
            let newer = right.at.cmp(&left.at);
            newer.then_with(|| right.version.cmp(&left.version))
        });
        Ok(versions)
    }

    /// The same with names instead of segments.
    async fn named(
        &self,
        folder: &str,
        segment: &str,
        found: Found<'_>,
    ) -> Result<KnownVersion, BrokerError> {
        let mut known = KnownVersion {
            version: self.version_of(folder, segment, found.manifest).await?,
            at: found.first,
            ..KnownVersion::default()
        };
        for (label, (at, key)) in found.labels {
            match label {
                Label::Unbranched => known.unbranched = Some(at),
                Label::Branch(segment) => {
                    let branch = self.label_of(folder, segment, key).await?;
                    known.branches.insert(branch, at);
                }
                Label::Tag(segment) => {
                    let tag = self.label_of(folder, segment, key).await?;
                    known.tags.insert(tag, at);
                }
            }
        }
        Ok(known)
    }

    async fn version_of(
        &self,
        folder: &str,
        segment: &str,
        key: &str,
    ) -> Result<String, BrokerError> {
        if let Some(name) = keys::decode(segment) {
            return Ok(name);
        }
        let manifest = self.manifest_at(&format!("{folder}/{key}")).await?;
        Ok(manifest.map_or_else(|| segment.to_owned(), |manifest| manifest.version))
    }

    async fn label_of(
        &self,
        folder: &str,
        segment: &str,
        key: &str,
    ) -> Result<String, BrokerError> {
        if let Some(name) = keys::decode(segment) {
            return Ok(name);
        }
        let key = format!("{folder}/{key}");
        let event = self.storage.get_fact::<PublicationEvent>(&key).await?;
        let name = event.and_then(|event| event.name);
        Ok(name.unwrap_or_else(|| segment.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn at(second: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000 + second)
    }

    fn event(label: &str, second: u64, version: &str, manifest: &str) -> String {
        let id = EventId::at(at(second));
        format!("{label}/pact/{}/{version}/{manifest}", id.as_str())
    }

    #[test]
    fn events_count_where_their_publication_is_visible() {
        let keys = [
            "ver/1/m1".into(),
            "ver/2/m2".into(),
            event("branch/main", 20, "1", "m1"),
            event("branch/main", 10, "1", "m1"),
            event("branch/main", 5, "1", "cut-off"),
            event("tag/prod", 30, "1", "m1"),
            event("unbranched", 15, "1", "m1"),
            event("branch/main", 40, "3", "m3"),
            "consumer/phone/mark".into(),
            "branch/main/pact/no-event/1/m1".into(),
            "branch/main/pact".into(),
        ];
        let found = fold(&keys);
        assert_eq!(found.keys().collect::<Vec<_>>(), [&"1", &"2"]);
        assert_eq!(found["1"].first, Some(at(10)));
        let labels: Vec<_> = found["1"]
            .labels
            .iter()
            .map(|(label, (at, _))| (*label, *at))
            .collect();
        assert_eq!(
            labels,
            [
                (Label::Branch("main"), at(20)),
                (Label::Tag("prod"), at(30)),
                (Label::Unbranched, at(15)),
            ]
        );
        assert_eq!(found["2"].first, None);
    }
}
