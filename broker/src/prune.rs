//! Pruning: what no version that stays refers to is announced first, and removed by
//! a later run, once everybody who might have relied on it has been able to say so.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime};

use futures_util::{StreamExt, TryStreamExt, future::try_join_all, stream};
use serde::Serialize;

use crate::Broker;
use crate::announcement::{self, Pending};
use crate::error::BrokerError;
use crate::event::EventId;
use crate::inventory::{Inventory, Place, VersionKey};
use crate::keys;
use crate::records::{Announcement, Manifest};
use crate::retention::{Keep, Kind, Manifests, Retention, Rules, versions_to_stay};
use crate::storage::Object;

/// How many small objects are read or written at once.
const AT_ONCE: usize = 64;

/// How many objects are removed before it is said again that they are being removed.
const BATCH: usize = 1000;

/// What is pruned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prune {
    /// What stays.
    pub keep: Keep,
    /// How long what is going to be removed is announced before; longer than any
    /// command takes. Zero: at once, where nobody else is writing.
    pub grace: Duration,
}

/// What was pruned, or would be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pruned {
    /// How many versions there were.
    pub versions: usize,
    /// Those that no rule keeps, in order.
    pub going: Vec<PrunedVersion>,
    /// What goes with them, and what belongs to no version.
    pub goes: Share,
    /// What of it was removed by this run.
    pub removed: Share,
    /// What of it is announced by now, and can be removed when the grace period is over.
    pub announced: Share,
}

/// A version that goes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct PrunedVersion {
    /// The participant.
    pub participant: String,
    /// Its version.
    pub version: String,
}

/// A part of a bucket.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Share {
    /// How many objects.
    pub objects: usize,
    /// How many bytes they have.
    pub bytes: u64,
}

impl Share {
    fn of<'o>(objects: impl Iterator<Item = &'o Object>) -> Self {
        objects.fold(Self::default(), |share, object| {
            share.with(Self {
                objects: 1,
                bytes: object.bytes,
            })
        })
    }

    fn with(self, other: Self) -> Self {
        Self {
            objects: self.objects + other.objects,
            bytes: self.bytes + other.bytes,
        }
    }
}

/// What was seen of the bucket, and what stays of it by the rules.
#[derive(Debug, Default)]
struct Seen {
    inventory: Inventory,
    stay: Manifests,
    /// What writers said that they rely on.
    needed: Vec<Manifest>,
}

/// What goes of the bucket.
#[derive(Debug, Default)]
struct Going {
    versions: BTreeSet<VersionKey>,
    /// By kind, in the order in which they go.
    objects: BTreeMap<Kind, Vec<Object>>,
}

impl Seen {
    fn going(&self, rules: &Rules<'_>) -> Going {
        let retention = Retention::new(&self.inventory, rules, &self.stay, &self.needed);
        let mut going = Going::default();
        for (object, place) in &self.inventory.objects {
            let Some(kind) = retention.goes(place) else {
                continue;
            };
            if let Place::Manifest { version, .. } = place {
                going.versions.insert(version.clone());
            }
            going.objects.entry(kind).or_default().push(object.clone());
        }
        going
    }

    /// The keys of a version's manifests.
    fn manifests(&self, version: &VersionKey) -> Vec<String> {
        let listing = self.inventory.versions.get(version).into_iter();
        let names = listing.flat_map(|listing| &listing.manifests);
        names.map(|name| in_version(version, name)).collect()
    }

    fn report(&self, going: &Going) -> Pruned {
        let name = |segment: &String| keys::decode(segment).unwrap_or_else(|| segment.clone());
        let versions = going.versions.iter().map(|version| PrunedVersion {
            participant: name(&version.participant),
            version: name(&version.version),
        });
        Pruned {
            versions: self.inventory.present().count(),
            going: versions.collect(),
            goes: Share::of(going.objects()),
            removed: Share::default(),
            announced: Share::default(),
        }
    }
}

impl Going {
    fn objects(&self) -> impl Iterator<Item = &Object> {
        self.objects.values().flatten()
    }
}

/// The key of an object among a version's manifests.
fn in_version(version: &VersionKey, name: &str) -> String {
    let VersionKey {
        participant,
        version,
    } = version;
    format!("{}/{participant}/ver/{version}/{name}", keys::PARTICIPANTS)
}

/// One run, and the store's time when it began.
struct Run<'r> {
    prune: &'r Prune,
    id: String,
    now: SystemTime,
}

impl Run<'_> {
    /// Whether it was written before the grace period.
    fn is_old(&self, object: &Object) -> bool {
        let horizon = self.now.checked_sub(self.prune.grace);
        Some(object.modified) <= horizon
    }

    /// Whether what was announced can be removed: long enough ago, or somebody is at
    /// it already.
    fn is_due(&self, pending: &Pending) -> bool {
        let announced = pending.announced.as_ref();
        announced.is_some_and(|list| self.is_old(list) || !pending.sweeps.is_empty())
    }

    fn rules(&self) -> Rules<'_> {
        self.prune.rules(self.now)
    }
}

impl Prune {
    /// A version is not announced sooner than any other object would be.
    fn rules(&self, now: SystemTime) -> Rules<'_> {
        let keep = &self.keep;
        Rules {
            keep,
            younger_than: keep.younger_than.max(self.grace),
            now,
        }
    }
}

impl Broker {
    /// What pruning would remove. Nothing is written.
    ///
    /// # Errors
    /// [`BrokerError::Storage`] and [`BrokerError::Corrupt`].
    pub async fn would_prune(&self, prune: &Prune, now: SystemTime) -> Result<Pruned, BrokerError> {
        let rules = prune.rules(now);
        let pending = self.pending().await?;
        let seen = self.look(&rules, &pending).await?;
        let going = seen.going(&rules);
        let announced = self.lists_of(pending.keys()).await?;
        let objects = going.objects();
        Ok(Pruned {
            announced: Share::of(objects.filter(|object| announced.contains(&object.key))),
            ..seen.report(&going)
        })
    }

    /// Removes what earlier runs announced, so far as it is still to go, and
    /// announces what else is to go. What a run that was cut off left is completed.
    ///
    /// # Errors
    /// [`BrokerError::Storage`] and [`BrokerError::Corrupt`]; whatever was done by
    /// then leaves the bucket readable, and the next run goes on.
    pub async fn prune(&self, prune: &Prune, now: SystemTime) -> Result<Pruned, BrokerError> {
        let first = self.afresh().prune_once(prune, now).await?;
        if !prune.grace.is_zero() || first.announced.objects == 0 {
            return Ok(first);
        }
        let second = self.afresh().prune_once(prune, now).await?;
        Ok(Pruned {
            removed: first.removed.with(second.removed),
            announced: second.announced,
            ..first
        })
    }

    async fn prune_once(&self, prune: &Prune, now: SystemTime) -> Result<Pruned, BrokerError> {
        if self.storage.is_new().await? {
            return Ok(Seen::default().report(&Going::default()));
        }
        // Where writers did not have to look so far, they need the grace period too.
        let writers_look = self.storage.was_pruned().await? || prune.grace.is_zero();
        self.storage.mark_pruned().await?;
        let id = EventId::at(now).as_str().to_owned();
        let clock = announcement::clock(&id);
        self.storage.put_copy(&clock, &id).await?;
        let mut pending = self.pending().await?;
        let own = pending.remove(&id).and_then(|own| own.clock);
        let run = Run {
            prune,
            now: own.map_or(now, |clock| clock.modified),
            id,
        };
        let due = pending
            .iter()
            .filter(|(_, each)| writers_look && run.is_due(each));
        let due: BTreeSet<_> = due.map(|(prune, _)| prune.clone()).collect();
        let pruned = self.sweep_and_announce(due, &run).await?;
        self.clear_leftovers(&pending, &run).await?;
        self.storage.delete(&[clock]).await?;
        Ok(pruned)
    }

    async fn sweep_and_announce(
        &self,
        due: BTreeSet<String>,
        run: &Run<'_>,
    ) -> Result<Pruned, BrokerError> {
        let rules = run.rules();
        self.say_sweeping(&due, run).await?;
        let pending = self.pending().await?;
        let mut seen = self.look(&rules, &pending).await?;
        let going = seen.going(&rules);
        let pruned = seen.report(&going);

        let left = pending.keys().filter(|prune| !due.contains(*prune));
        let announced = self.lists_of(left).await?;
        let gone = self.sweep(due, (&mut seen, &rules), run).await?;
        let of_gone = going.objects().filter(|one| gone.contains(&one.key));
        let removed = Share::of(of_gone);

        let rest = || going.objects().filter(|one| !gone.contains(&one.key));
        let new = rest().filter(|one| run.is_old(one) && !announced.contains(&one.key));
        let known = rest().filter(|one| announced.contains(&one.key));
        let known = Share::of(known);
        let new: Vec<_> = new.cloned().collect();
        if !new.is_empty() {
            let list = Announcement {
                keys: new.iter().map(|object| object.key.clone()).collect(),
            };
            let key = announcement::announced(&run.id);
            self.storage.put_copy(&key, &list).await?;
        }
        Ok(Pruned {
            removed,
            announced: known.with(Share::of(new.iter())),
            ..pruned
        })
    }

    async fn say_sweeping(
        &self,
        prunes: &BTreeSet<String>,
        run: &Run<'_>,
    ) -> Result<(), BrokerError> {
        for prune in prunes {
            let key = announcement::sweep(prune, &run.id);
            self.storage.put_copy(&key, &run.id).await?;
        }
        Ok(())
    }

    /// The bucket as it is now.
    async fn look(
        &self,
        rules: &Rules<'_>,
        pending: &BTreeMap<String, Pending>,
    ) -> Result<Seen, BrokerError> {
        let needed = self.needed(pending).await?;
        let roots = [
            keys::PARTICIPANTS,
            keys::ENVIRONMENTS,
            keys::VERIFICATIONS,
            keys::BLOBS,
        ];
        let listed = try_join_all(roots.map(|root| self.storage.objects(root))).await?;
        let inventory = Inventory::of(listed.concat());
        let mut stay = versions_to_stay(&inventory, rules);
        let in_use = needed
            .iter()
            .map(|manifest| VersionKey::of(&manifest.participant, &manifest.version));
        stay.extend(in_use.filter(|version| inventory.is_there(version)));
        let stay = self.manifests_of(&inventory, stay).await?;
        Ok(Seen {
            inventory,
            stay,
            needed,
        })
    }

    async fn needed(
        &self,
        pending: &BTreeMap<String, Pending>,
    ) -> Result<Vec<Manifest>, BrokerError> {
        let needed = pending.values().flat_map(|each| &each.needed);
        let keys: Vec<_> = needed.map(|object| object.key.clone()).collect();
        let read = keys
            .into_iter()
            .map(|key| async move { self.storage.get_fact(&key).await });
        let read = stream::iter(read).buffer_unordered(AT_ONCE);
        let found: Vec<Option<Manifest>> = read.try_collect().await?;
        Ok(found.into_iter().flatten().collect())
    }

    async fn manifests_of(
        &self,
        inventory: &Inventory,
        versions: BTreeSet<VersionKey>,
    ) -> Result<Manifests, BrokerError> {
        let mut named = Vec::new();
        for version in &versions {
            let names = inventory.versions[version].manifests.iter();
            named.extend(names.map(|name| (version.clone(), name.clone())));
        }
        let read = named.into_iter().map(|(version, name)| async move {
            let key = in_version(&version, &name);
            let manifest = self.storage.get_hashed::<Manifest>(&key, &name).await?;
            Ok::<_, BrokerError>((version, manifest))
        });
        let mut read = stream::iter(read).buffer_unordered(AT_ONCE);
        let empty = versions.into_iter().map(|version| (version, Vec::new()));
        let mut manifests: Manifests = empty.collect();
        while let Some((version, manifest)) = read.try_next().await? {
            manifests.entry(version).or_default().extend(manifest);
        }
        Ok(manifests)
    }

    /// The keys that prunes announced.
    async fn lists_of(
        &self,
        prunes: impl Iterator<Item = &String>,
    ) -> Result<BTreeSet<String>, BrokerError> {
        let mut announced = BTreeSet::new();
        for prune in prunes {
            let key = announcement::announced(prune);
            let list = self.storage.get_fact::<Announcement>(&key).await?;
            announced.extend(list.into_iter().flat_map(|list| list.keys));
        }
        Ok(announced)
    }

    /// Removes what prunes announced and is still to go; returns it.
    async fn sweep(
        &self,
        mut due: BTreeSet<String>,
        (seen, rules): (&mut Seen, &Rules<'_>),
        run: &Run<'_>,
    ) -> Result<BTreeSet<String>, BrokerError> {
        // Looked up after everything else: who takes a list back takes back what
        // writers need after it, so that it may not have been seen.
        let pending = self.pending().await?;
        let vanished = |prune: &String| {
            pending
                .get(prune)
                .is_none_or(|each| each.announced.is_none())
        };
        for prune in due.extract_if(.., |prune| vanished(prune)) {
            let own = [announcement::sweep(&prune, &run.id)];
            self.storage.delete(&own).await?;
        }
        if due.is_empty() {
            return Ok(BTreeSet::new());
        }
        let listed = self.lists_of(due.iter()).await?;
        self.keep_what_is_new(seen, &listed).await?;
        let going = seen.going(rules);
        let hidden = self.hide_those_in_parts(seen, &going).await?;
        let mut gone = BTreeSet::new();
        for kind in Kind::ALL {
            let objects = going.objects.get(&kind).into_iter().flatten();
            let keys = match kind {
                Kind::Removal => removals(seen, &hidden, &listed),
                _ => of_list(objects, &listed),
            };
            for batch in keys.chunks(BATCH) {
                self.say_sweeping(&due, run).await?;
                self.storage.delete(batch).await?;
            }
            gone.extend(keys);
        }
        for prune in &due {
            self.finish(prune, run).await?;
        }
        Ok(gone)
    }

    /// A version of which something was published since it was announced stays as a
    /// whole, until that is announced as well.
    async fn keep_what_is_new(
        &self,
        seen: &mut Seen,
        listed: &BTreeSet<String>,
    ) -> Result<(), BrokerError> {
        let present = seen.inventory.present().map(|(version, _)| version);
        let new = present.filter(|version| {
            let mut manifests = seen.manifests(version).into_iter();
            !seen.stay.contains_key(version) && manifests.any(|key| !listed.contains(&key))
        });
        let new = new.cloned().collect();
        seen.stay
            .extend(self.manifests_of(&seen.inventory, new).await?);
        Ok(())
    }

    /// A version of several manifests goes at once: readers stop seeing it before the
    /// first of them is removed.
    async fn hide_those_in_parts(
        &self,
        seen: &Seen,
        going: &Going,
    ) -> Result<BTreeSet<VersionKey>, BrokerError> {
        let parts = going.versions.iter().filter(|version| {
            seen.inventory.is_there(version) && seen.inventory.versions[version].manifests.len() > 1
        });
        let parts: BTreeSet<_> = parts.cloned().collect();
        let keys: Vec<_> = parts
            .iter()
            .map(|version| in_version(version, keys::PRUNED))
            .collect();
        let written = keys
            .into_iter()
            .map(|key| async move { self.storage.put_copy(&key, &()).await });
        let written = stream::iter(written).buffer_unordered(AT_ONCE);
        written.try_collect::<()>().await?;
        Ok(parts)
    }

    /// Takes a prune back that is done, unless another process may still be at it.
    async fn finish(&self, prune: &str, run: &Run<'_>) -> Result<(), BrokerError> {
        let own = announcement::sweep(prune, &run.id);
        self.storage.delete(&[own]).await?;
        let all = self.pending().await?;
        let Some(pending) = all.get(prune) else {
            return Ok(());
        };
        if !pending.sweeps.iter().all(|sweep| run.is_old(sweep)) {
            return Ok(());
        }
        // In this order: while writers are kept off, there is a list that tells them why.
        self.storage.delete(&keys_of(&pending.sweeps)).await?;
        let list = [announcement::announced(prune)];
        self.storage.delete(&list).await?;
        self.storage.delete(&keys_of(&pending.needed)).await
    }

    /// Removes what is left of prunes that have no list any more.
    async fn clear_leftovers(
        &self,
        pending: &BTreeMap<String, Pending>,
        run: &Run<'_>,
    ) -> Result<(), BrokerError> {
        let done = pending.values().filter(|each| {
            each.announced.is_none() && each.objects().all(|object| run.is_old(object))
        });
        let left = done.flat_map(Pending::objects);
        let left: Vec<_> = left.map(|object| object.key.clone()).collect();
        self.storage.delete(&left).await
    }
}

fn keys_of(objects: &[Object]) -> Vec<String> {
    objects.iter().map(|object| object.key.clone()).collect()
}

fn of_list<'o>(
    objects: impl Iterator<Item = &'o Object>,
    listed: &BTreeSet<String>,
) -> Vec<String> {
    let keys = objects.map(|object| &object.key);
    keys.filter(|key| listed.contains(*key)).cloned().collect()
}

/// What hides versions whose manifests are all removed by now.
fn removals(seen: &Seen, hidden: &BTreeSet<VersionKey>, listed: &BTreeSet<String>) -> Vec<String> {
    let versions = seen.inventory.versions.iter();
    let hidden = versions
        .filter(|(version, listing)| listing.is_removed || hidden.contains(version))
        .filter(|(version, _)| {
            seen.manifests(version)
                .iter()
                .all(|key| listed.contains(key))
        });
    hidden
        .map(|(version, _)| in_version(version, keys::PRUNED))
        .collect()
}
