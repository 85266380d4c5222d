//! Which versions stay, and what goes with those that do not: pure functions over
//! what was listed and read.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime};

use crate::environment::fold;
use crate::event::EventId;
use crate::inventory::{Inventory, Listing, Place, Relied, Shelf, VersionKey};
use crate::keys;
use crate::records::{ContractKind, Manifest};
use crate::select::MAIN_BRANCHES;

/// What stays besides the versions that are deployed or released anywhere, those
/// under a tag, and the newest on each branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keep {
    /// Versions that were published no longer ago than this.
    pub younger_than: Duration,
    /// So many of the newest on each branch; at least one.
    pub newest: usize,
    /// The branches, other than the main one, on which nothing was published for so
    /// long do not count any more.
    pub forget_branches_after: Option<Duration>,
}

impl Default for Keep {
    /// What stays where nobody says otherwise: 30 days, and ten on each branch.
    fn default() -> Self {
        Self {
            younger_than: Duration::from_secs(30 * 24 * 60 * 60),
            newest: 10,
            forget_branches_after: None,
        }
    }
}

/// What to keep, and what time it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rules<'k> {
    pub(crate) keep: &'k Keep,
    /// As [`Keep::younger_than`], and no less than the grace period.
    pub(crate) younger_than: Duration,
    pub(crate) now: SystemTime,
}

impl Rules<'_> {
    fn is_young(&self, at: SystemTime) -> bool {
        Some(at) >= self.now.checked_sub(self.younger_than)
    }

    /// How many versions of a branch stay, whose newest is of that time.
    fn count(&self, shelf: &Shelf, newest: SystemTime) -> usize {
        let Shelf::Branch(branch) = shelf else {
            return self.keep.newest.max(1);
        };
        let after = self.keep.forget_branches_after;
        let since = after.and_then(|after| self.now.checked_sub(after));
        let is_main = MAIN_BRANCHES.contains(&branch.as_str());
        match since {
            Some(since) if newest < since && !is_main => 0,
            _ => self.keep.newest.max(1),
        }
    }
}

/// Versions and the manifests that were read of them.
pub(crate) type Manifests = BTreeMap<VersionKey, Vec<Manifest>>;

/// In what order objects go. A version vanishes with its manifests, before anything
/// that it consists of; what many share goes last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Manifest,
    Removal,
    Publication,
    Verification,
    Mark,
    Blob,
}

impl Kind {
    pub(crate) const ALL: [Self; 6] = [
        Self::Manifest,
        Self::Removal,
        Self::Publication,
        Self::Verification,
        Self::Mark,
        Self::Blob,
    ];
}

/// The versions that stay by what is listed alone.
pub(crate) fn listed_to_stay(inventory: &Inventory, rules: &Rules<'_>) -> BTreeSet<VersionKey> {
    let mut stay = in_environments(inventory);
    for (shelf, publications) in &inventory.shelves {
        let visible = publications
            .iter()
            .filter(|one| inventory.is_visible(&one.version, &one.manifest));
        let visible: Vec<_> = visible.collect();
        let Some(newest) = visible.first() else {
            continue;
        };
        let count = match &shelf.shelf {
            Shelf::Tag(_) => usize::MAX,
            shelf => rules.count(shelf, newest.id.time()),
        };
        let versions = visible.into_iter().map(|one| &one.version);
        stay.extend(distinct(versions, count));
    }
    let is_young = |listing: &Listing| listing.published.is_some_and(|at| rules.is_young(at));
    let young = inventory.present().filter(|(_, listing)| is_young(listing));
    stay.extend(young.map(|(version, _)| version.clone()));
    stay.retain(|version| inventory.is_there(version));
    stay
}

/// The versions that are on no shelf, because they published no contract: what
/// their manifests say of branches and tags has to be read.
pub(crate) fn unlisted(inventory: &Inventory) -> BTreeSet<VersionKey> {
    let unlisted = inventory
        .present()
        .filter(|(_, listing)| !listing.is_on_a_shelf);
    unlisted.map(|(version, _)| version.clone()).collect()
}

/// Those of them that stay for their branches and tags.
pub(crate) fn unlisted_to_stay(
    inventory: &Inventory,
    manifests: &Manifests,
    rules: &Rules<'_>,
) -> BTreeSet<VersionKey> {
    let mut stay = BTreeSet::new();
    let mut branches = BTreeMap::<_, Vec<_>>::new();
    for version in unlisted(inventory) {
        let published = inventory.versions[&version].published;
        for manifest in manifests.get(&version).into_iter().flatten() {
            if !manifest.tags.is_empty() {
                stay.insert(version.clone());
            }
            let branch = manifest.branch.as_deref().map(keys::encode);
            let shelf = branch.map_or(Shelf::Unbranched, Shelf::Branch);
            let branch = branches.entry((version.participant.clone(), shelf));
            branch
                .or_default()
                .push((published.unwrap_or(rules.now), version.clone()));
        }
    }
    for ((_, shelf), mut versions) in branches {
        versions.sort_unstable_by(|left, right| right.cmp(left));
        let count = rules.count(&shelf, versions[0].0);
        let versions = versions.iter().map(|(_, version)| version);
        stay.extend(distinct(versions, count));
    }
    stay
}

/// What is deployed or released anywhere now.
fn in_environments(inventory: &Inventory) -> BTreeSet<VersionKey> {
    let mut there = BTreeSet::new();
    for ((_, participant), events) in &inventory.happenings {
        there.extend(fold(events).into_iter().map(|event| VersionKey {
            participant: participant.clone(),
            version: event.version.clone(),
        }));
    }
    there
}

/// The first versions, each once.
fn distinct<'v>(
    versions: impl Iterator<Item = &'v VersionKey>,
    count: usize,
) -> BTreeSet<VersionKey> {
    let mut found = BTreeSet::new();
    for version in versions {
        if found.len() >= count {
            break;
        }
        found.insert(version.clone());
    }
    found
}

/// What versions that stay refer to.
#[derive(Debug, Default)]
struct Referred {
    versions: BTreeSet<VersionKey>,
    relied: BTreeSet<Relied>,
    blobs: BTreeSet<String>,
    /// Provider and consumer.
    marks: BTreeSet<(String, String)>,
    /// Of each content, the version that was verified last.
    newest_runs: BTreeMap<Relied, (EventId, VersionKey)>,
    /// Of each content and branch, the success that stays if no other does. It is the
    /// first by name, so that two who prune at once leave the same one.
    first_successes: BTreeMap<(Relied, String), VersionKey>,
}

/// What goes of a bucket.
#[derive(Debug)]
pub(crate) struct Retention<'i> {
    inventory: &'i Inventory,
    rules: &'i Rules<'i>,
    referred: Referred,
}

impl<'i> Retention<'i> {
    /// The versions that stay come with their manifests; what writers need meanwhile
    /// counts as published.
    pub(crate) fn new(
        inventory: &'i Inventory,
        rules: &'i Rules<'i>,
        stay: &Manifests,
        needed: &[Manifest],
    ) -> Self {
        let mut referred = Referred::default();
        referred.versions.extend(stay.keys().cloned());
        for manifest in stay.values().flatten().chain(needed) {
            referred.add(manifest);
        }
        for (_, place) in &inventory.objects {
            referred.note(place);
        }
        Self {
            inventory,
            rules,
            referred,
        }
    }

    /// What goes, by kind.
    pub(crate) fn goes(&self, place: &Place) -> Option<Kind> {
        let Referred {
            versions,
            relied: contents,
            blobs,
            marks,
            ..
        } = &self.referred;
        let (kind, stays) = match place {
            Place::Manifest { version, .. } => (Kind::Manifest, versions.contains(version)),
            Place::Removal(_) => (Kind::Removal, false),
            Place::Publication {
                version, manifest, ..
            } => {
                // Without a manifest it is what a crash left, or a publisher's who is at it.
                let stays =
                    versions.contains(version) && self.inventory.is_visible(version, manifest);
                (Kind::Publication, stays)
            }
            Place::Verification {
                relied, version, ..
            } => {
                let stays = contents.contains(relied) && self.counts(relied, version);
                (Kind::Verification, stays)
            }
            Place::Success {
                relied,
                branch,
                version,
            } => {
                let of = (relied.clone(), branch.clone());
                let first = self.referred.first_successes.get(&of);
                let stays = contents.contains(relied)
                    && (versions.contains(version) || first == Some(version));
                (Kind::Verification, stays)
            }
            Place::Mark { provider, consumer } => {
                let mark = (provider.clone(), consumer.clone());
                (Kind::Mark, marks.contains(&mark))
            }
            Place::Blob(name) => (Kind::Blob, blobs.contains(name)),
            Place::Happening { .. } => return None,
        };
        (!stays).then_some(kind)
    }

    /// Whether the results of a version of a provider count for a content that stays.
    fn counts(&self, relied: &Relied, version: &VersionKey) -> bool {
        let newest = self.referred.newest_runs.get(relied);
        let newest_of_all = newest.is_some_and(|(_, newest)| newest == version);
        // Results may come before their version is published.
        let may_come = !self.inventory.is_there(version)
            && newest.is_some_and(|(id, _)| self.rules.is_young(id.time()));
        self.referred.versions.contains(version) || newest_of_all || may_come
    }
}

impl Referred {
    fn add(&mut self, manifest: &Manifest) {
        let version = VersionKey::of(&manifest.participant, &manifest.version);
        for entry in &manifest.contracts {
            self.blobs.insert(entry.blob.to_string());
            if entry.kind == ContractKind::Pact {
                let provider = keys::encode(&entry.name);
                let mark = (provider.clone(), version.participant.clone());
                self.marks.insert(mark);
                self.relied.insert(Relied {
                    content: entry.content.to_string(),
                    provider,
                });
            }
        }
        self.versions.insert(version);
    }

    fn note(&mut self, place: &Place) {
        match place {
            Place::Verification {
                relied,
                version,
                run: Some(id),
            } if self.relied.contains(relied) => {
                let newest = self
                    .newest_runs
                    .entry(relied.clone())
                    .or_insert_with(|| (id.clone(), version.clone()));
                // The newest sorts first.
                if id < &newest.0 {
                    *newest = (id.clone(), version.clone());
                }
            }
            Place::Success {
                relied,
                branch,
                version,
            } if self.relied.contains(relied) => {
                let first = self
                    .first_successes
                    .entry((relied.clone(), branch.clone()))
                    .or_insert_with(|| version.clone());
                if version < first {
                    *first = version.clone();
                }
            }
            _ => {}
        }
    }
}
