//! Which versions stay, and what goes with those that do not: pure functions over
//! what was listed and read.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime};

use crate::environment::fold;
use crate::event::EventId;
use crate::inventory::{Inventory, Listing, Place, Relied, Shelf, VersionKey};
use crate::keys;
use crate::records::{ContractKind, Manifest};
use crate::select::is_main_branch;

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
        Some(at) > self.now.checked_sub(self.younger_than)
    }

    /// How many versions of a branch stay, whose newest is of that time.
    fn count(&self, shelf: &Shelf, newest: SystemTime) -> usize {
        let Shelf::Branch(branch) = shelf else {
            return self.keep.newest.max(1);
        };
        let after = self.keep.forget_branches_after;
        let since = after.and_then(|after| self.now.checked_sub(after));
        let is_main = is_main_branch(branch);
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

/// The versions that stay.
pub(crate) fn versions_to_stay(inventory: &Inventory, rules: &Rules<'_>) -> BTreeSet<VersionKey> {
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

#[cfg(test)]
#[allow(clippy::too_many_lines, reason = "tables of cases")]
mod tests {
    use pactwork_contract::ContentId;

    use super::*;
    use crate::event::EventId;
    use crate::records::ManifestEntry;
    use crate::storage::Object;

    const DAY: u64 = 24 * 60 * 60;

    /// What it is about, what to keep, what is there, and what of it stays.
    type Case = (
        &'static str,
        Keep,
        Vec<Vec<Object>>,
        &'static [&'static str],
    );

    /// The present is day 100.
    fn on_day(day: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000 + day * DAY)
    }

    fn hash(text: &str) -> String {
        ContentId::of_bytes(text.as_bytes()).to_string()
    }

    fn object(key: String, day: u64) -> Object {
        Object {
            key,
            bytes: 1,
            modified: on_day(day),
        }
    }

    /// `web VERSION` with its manifest, on shelves such as `branch/main`.
    fn version(name: &str, day: u64, shelves: &[&str]) -> Vec<Object> {
        let manifest = hash(name);
        let id = EventId::at(on_day(day));
        let mut objects = vec![object(format!("v1/app/web/ver/{name}/{manifest}"), day)];
        objects.extend(shelves.iter().map(|shelf| {
            let id = id.as_str();
            object(
                format!("v1/app/web/{shelf}/pact/{id}/{name}/{manifest}"),
                day,
            )
        }));
        objects
    }

    fn happened(what: &str, name: &str, day: u64) -> Vec<Object> {
        let id = EventId::at(on_day(day));
        let key = format!("v1/env/production/ev/web/{}/{what}/{name}/=", id.as_str());
        vec![object(key, day)]
    }

    fn keep(days: u64, newest: usize) -> Keep {
        Keep {
            younger_than: Duration::from_secs(days * DAY),
            newest,
            forget_branches_after: None,
        }
    }

    fn rules(keep: &Keep) -> Rules<'_> {
        Rules {
            keep,
            younger_than: keep.younger_than,
            now: on_day(100),
        }
    }

    fn names(versions: BTreeSet<VersionKey>) -> Vec<String> {
        versions.into_iter().map(|one| one.version).collect()
    }

    #[test]
    fn each_rule_keeps_what_it_says() {
        let main = ["branch/main"];
        let of_main = |count: u64| {
            let versions = 1..=count;
            versions.flat_map(|day| version(&day.to_string(), day, &main))
        };
        let forgetting = Keep {
            forget_branches_after: Some(Duration::from_secs(30 * DAY)),
            ..keep(0, 1)
        };
        let removed = object("v1/app/web/ver/3/pruned".into(), 50);
        let cases: Vec<Case> = vec![
            ("nothing", keep(0, 1), vec![], &[]),
            ("head", keep(0, 1), vec![of_main(3).collect()], &["3"]),
            (
                "at least the head",
                keep(0, 0),
                vec![of_main(3).collect()],
                &["3"],
            ),
            (
                "newest two",
                keep(0, 2),
                vec![of_main(3).collect()],
                &["2", "3"],
            ),
            (
                "young",
                keep(100, 1),
                vec![of_main(3).collect()],
                &["1", "2", "3"],
            ),
            (
                "younger",
                keep(99, 1),
                vec![of_main(3).collect()],
                &["2", "3"],
            ),
            (
                "a head without its manifest is none",
                keep(0, 1),
                vec![of_main(2).collect(), version("3", 3, &main).split_off(1)],
                &["2"],
            ),
            (
                "a head that is being removed is none",
                keep(0, 1),
                vec![of_main(3).collect(), vec![removed]],
                &["2"],
            ),
            (
                "each branch, and what is on none",
                keep(0, 1),
                vec![
                    of_main(2).collect(),
                    version("f", 1, &["branch/f"]),
                    version("n", 1, &["unbranched"]),
                ],
                &["2", "f", "n"],
            ),
            (
                "a branch that is forgotten, but for the main one",
                forgetting,
                vec![
                    of_main(2).collect(),
                    version("f", 69, &["branch/f"]),
                    version("g", 70, &["branch/g"]),
                ],
                &["2", "g"],
            ),
            (
                "tags",
                keep(0, 1),
                vec![
                    of_main(3).collect(),
                    version("t", 1, &["branch/main", "tag/a"]),
                    version("u", 2, &["branch/main", "tag/a"]),
                ],
                &["3", "t", "u"],
            ),
            (
                "deployed",
                keep(0, 1),
                vec![of_main(3).collect(), happened("deployed", "1", 4)],
                &["1", "3"],
            ),
            (
                "deployed no more",
                keep(0, 1),
                vec![
                    of_main(3).collect(),
                    happened("deployed", "1", 4),
                    happened("deployed", "2", 5),
                ],
                &["2", "3"],
            ),
            (
                "released",
                keep(0, 1),
                vec![
                    of_main(3).collect(),
                    happened("released", "1", 4),
                    happened("released", "2", 5),
                    happened("support-ended", "1", 6),
                ],
                &["2", "3"],
            ),
        ];
        for (about, keep, objects, expected) in cases {
            let inventory = Inventory::of(objects.concat());
            let stay = versions_to_stay(&inventory, &rules(&keep));
            assert_eq!(names(stay), expected, "{about}");
        }
    }

    #[test]
    fn what_nothing_that_stays_refers_to_goes() {
        let (old, new, other) = (hash("old"), hash("new"), hash("other"));
        let blob = |name: &str| format!("v1/blob/sha256/{}/{}", &name[..2], &name[2..]);
        let run = |day| EventId::at(on_day(day)).as_str().to_owned();
        let (early, late) = (run(1), run(2));
        let web = |name: &str, day| version(name, day, &["branch/main"]);
        let keys = [
            ("v1/app/orders/consumer/web/mark".into(), true),
            ("v1/app/bills/consumer/web/mark".into(), false),
            (blob(&new), true),
            (blob(&old), false),
            (format!("v1/verif/{new}/orders/ver/o1/run/{early}"), true),
            (format!("v1/verif/{new}/orders/ver/o1/latest"), true),
            // o2 is gone, but was the last to verify this content.
            (format!("v1/verif/{new}/orders/ver/o2/run/{late}"), true),
            (format!("v1/verif/{new}/orders/ver/o2/latest"), true),
            (format!("v1/verif/{new}/orders/ver/o3/run/{early}"), false),
            (format!("v1/verif/{old}/orders/ver/o1/run/{late}"), false),
            (format!("v1/verif/{other}/orders/ver/o1/latest"), false),
            (format!("v1/verif/{new}/orders/passed/main/o0"), true),
            (format!("v1/verif/{new}/orders/passed/main/o1"), true),
            (format!("v1/verif/{new}/orders/passed/main/o2"), false),
            (format!("v1/verif/{old}/orders/passed/main/o1"), false),
        ];
        let mut objects = [web("1", 1), web("2", 2)].concat();
        objects.push(object(format!("v1/app/orders/ver/o1/{old}"), 1));
        objects.extend(keys.iter().map(|(key, _)| object(key.clone(), 1)));
        objects.extend(happened("deployed", "1", 1));
        let inventory = Inventory::of(objects);
        let stays = Manifest {
            contracts: vec![ManifestEntry {
                kind: ContractKind::Pact,
                name: "orders".into(),
                content: ContentId::of_bytes(b"new"),
                blob: ContentId::of_bytes(b"new"),
            }],
            ..Manifest::of_nothing("web", "2")
        };
        let stay: Manifests = [
            (VersionKey::of("web", "2"), vec![stays]),
            (VersionKey::of("orders", "o1"), vec![]),
        ]
        .into();
        let keep = keep(0, 1);
        let rules = rules(&keep);
        let retention = Retention::new(&inventory, &rules, &stay, &[]);
        for (object, place) in &inventory.objects {
            let expected = match keys.iter().find(|(key, _)| *key == object.key) {
                Some((_, stays)) => *stays,
                None => !object.key.contains("/1/") || object.key.contains("/env/"),
            };
            assert_eq!(retention.goes(place).is_none(), expected, "{}", object.key);
        }
        assert_eq!(inventory.objects.len(), keys.len() + 6);
    }
}
