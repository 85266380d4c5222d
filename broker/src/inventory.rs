//! What is in a bucket, by the names of its objects alone.

use std::collections::{BTreeMap, BTreeSet};
use std::time::SystemTime;

use crate::environment::Listed;
use crate::event::EventId;
use crate::keys;
use crate::storage::Object;

/// A version of a participant, both as segments of keys.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct VersionKey {
    pub(crate) participant: String,
    pub(crate) version: String,
}

impl VersionKey {
    /// The version of that name.
    pub(crate) fn of(participant: &str, version: &str) -> Self {
        Self {
            participant: keys::encode(participant),
            version: keys::encode(version),
        }
    }

    fn of_segments(participant: &str, version: &str) -> Self {
        Self {
            participant: participant.into(),
            version: version.into(),
        }
    }
}

/// A content of a pact and the provider that has to keep it, as a segment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Relied {
    pub(crate) content: String,
    pub(crate) provider: String,
}

/// Where publications are listed, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Shelf {
    Branch(String),
    Unbranched,
    Tag(String),
}

/// What an object is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    Manifest {
        version: VersionKey,
        name: String,
    },
    /// The version's manifests are being removed.
    Removal(VersionKey),
    /// A publication on a branch, under a tag or without a branch.
    Publication {
        version: VersionKey,
        shelf: Shelf,
        kind: String,
        id: EventId,
        manifest: String,
    },
    Mark {
        provider: String,
        consumer: String,
    },
    Happening {
        environment: String,
        participant: String,
        event: Listed,
    },
    /// A run, or the copy of the newest.
    Verification {
        relied: Relied,
        version: VersionKey,
        run: Option<EventId>,
    },
    Success {
        relied: Relied,
        branch: String,
        version: VersionKey,
    },
    Blob(String),
}

impl Place {
    /// `None` for what this program does not know, which it leaves alone.
    pub(crate) fn parse(key: &str) -> Option<Self> {
        let segments: Vec<_> = key.split('/').collect();
        match segments.as_slice() {
            ["v1", "app", participant, rest @ ..] => Self::of_participant(participant, rest),
            ["v1", "env", environment, "ev", participant, rest @ ..] => Some(Self::Happening {
                environment: (*environment).into(),
                participant: (*participant).into(),
                event: Listed::parse(&rest.join("/"))?,
            }),
            ["v1", "verif", content, provider, rest @ ..] => {
                let relied = Relied {
                    content: (*content).into(),
                    provider: (*provider).into(),
                };
                Self::of_content(relied, rest)
            }
            ["v1", "blob", "sha256", first, rest] => {
                let name = format!("{first}{rest}");
                is_hash(&name).then_some(Self::Blob(name))
            }
            _ => None,
        }
    }

    fn of_participant(participant: &str, rest: &[&str]) -> Option<Self> {
        let version = |version| VersionKey::of_segments(participant, version);
        Some(match rest {
            ["ver", name, keys::PRUNED] => Self::Removal(version(name)),
            ["ver", name, manifest] if is_hash(manifest) => Self::Manifest {
                version: version(name),
                name: (*manifest).into(),
            },
            ["consumer", consumer, "mark"] => Self::Mark {
                provider: participant.into(),
                consumer: (*consumer).into(),
            },
            ["branch", branch, rest @ ..] => {
                Self::publication(participant, Shelf::Branch((*branch).into()), rest)?
            }
            ["tag", tag, rest @ ..] => {
                Self::publication(participant, Shelf::Tag((*tag).into()), rest)?
            }
            ["unbranched", rest @ ..] => Self::publication(participant, Shelf::Unbranched, rest)?,
            _ => return None,
        })
    }

    fn publication(participant: &str, shelf: Shelf, rest: &[&str]) -> Option<Self> {
        let [kind, id, version, manifest] = rest else {
            return None;
        };
        Some(Self::Publication {
            version: VersionKey::of_segments(participant, version),
            shelf,
            kind: (*kind).into(),
            id: EventId::parse(id)?,
            manifest: (*manifest).into(),
        })
    }

    fn of_content(relied: Relied, rest: &[&str]) -> Option<Self> {
        let version = |version, relied: &Relied| VersionKey::of_segments(&relied.provider, version);
        Some(match rest {
            ["ver", name, "latest"] => Self::Verification {
                version: version(name, &relied),
                relied,
                run: None,
            },
            ["ver", name, "run", id] => Self::Verification {
                version: version(name, &relied),
                relied,
                run: Some(EventId::parse(id)?),
            },
            ["passed", branch, name] => Self::Success {
                version: version(name, &relied),
                relied,
                branch: (*branch).into(),
            },
            _ => return None,
        })
    }
}

fn is_hash(name: &str) -> bool {
    name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// What is known of a version.
#[derive(Debug, Clone, Default)]
pub(crate) struct Listing {
    pub(crate) manifests: BTreeSet<String>,
    /// Whether its manifests are being removed: it is no longer there.
    pub(crate) is_removed: bool,
    /// When it was published last.
    pub(crate) published: Option<SystemTime>,
}

/// A publication on a shelf.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct OnShelf {
    /// The newest first.
    pub(crate) id: EventId,
    pub(crate) version: VersionKey,
    pub(crate) manifest: String,
}

/// Publications with contracts of a kind on a shelf of a participant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ShelfKey {
    pub(crate) participant: String,
    pub(crate) shelf: Shelf,
    pub(crate) kind: String,
}

/// What is in a bucket.
#[derive(Debug, Default)]
pub(crate) struct Inventory {
    pub(crate) objects: Vec<(Object, Place)>,
    pub(crate) versions: BTreeMap<VersionKey, Listing>,
    pub(crate) shelves: BTreeMap<ShelfKey, Vec<OnShelf>>,
    /// By environment and participant, the newest first.
    pub(crate) happenings: BTreeMap<(String, String), Vec<Listed>>,
}

impl Inventory {
    pub(crate) fn of(objects: Vec<Object>) -> Self {
        let mut inventory = Self::default();
        for object in objects {
            if let Some(place) = Place::parse(&object.key) {
                inventory.add(&object, &place);
                inventory.objects.push((object, place));
            }
        }
        for shelf in inventory.shelves.values_mut() {
            shelf.sort_unstable();
        }
        for events in inventory.happenings.values_mut() {
            events.sort_unstable_by_key(Listed::name);
        }
        inventory
    }

    fn add(&mut self, object: &Object, place: &Place) {
        match place {
            Place::Manifest { version, name } => {
                let listing = self.versions.entry(version.clone()).or_default();
                listing.manifests.insert(name.clone());
                listing.published = listing.published.max(Some(object.modified));
            }
            Place::Removal(version) => {
                let listing = self.versions.entry(version.clone()).or_default();
                listing.is_removed = true;
            }
            Place::Publication { .. } => self.shelve(place),
            Place::Happening {
                environment,
                participant,
                event,
            } => {
                let of = (environment.clone(), participant.clone());
                self.happenings.entry(of).or_default().push(event.clone());
            }
            _ => {}
        }
    }

    fn shelve(&mut self, place: &Place) {
        let Place::Publication {
            version,
            shelf,
            kind,
            id,
            manifest,
        } = place
        else {
            return;
        };
        let listing = self.versions.entry(version.clone()).or_default();
        listing.published = listing.published.max(Some(id.time()));
        let key = ShelfKey {
            participant: version.participant.clone(),
            shelf: shelf.clone(),
            kind: kind.clone(),
        };
        self.shelves.entry(key).or_default().push(OnShelf {
            id: id.clone(),
            version: version.clone(),
            manifest: manifest.clone(),
        });
    }

    /// Whether a version is there: it has a manifest, and that is not being removed.
    pub(crate) fn is_there(&self, version: &VersionKey) -> bool {
        let listing = self.versions.get(version);
        listing.is_some_and(|listing| !listing.manifests.is_empty() && !listing.is_removed)
    }

    /// Whether a publication became visible, and still is.
    pub(crate) fn is_visible(&self, version: &VersionKey, manifest: &str) -> bool {
        self.is_there(version) && self.versions[version].manifests.contains(manifest)
    }

    /// The versions that are there.
    pub(crate) fn present(&self) -> impl Iterator<Item = (&VersionKey, &Listing)> {
        let versions = self.versions.iter();
        versions.filter(|(version, _)| self.is_there(version))
    }
}
