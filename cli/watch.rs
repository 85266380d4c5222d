//! Whether files have changed: their names, lengths and times, looked at again.
//! Nothing has to be held open, and it is the same on every file system.

use std::collections::BTreeMap;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use tokio::time::sleep;

/// How often files are looked at.
pub const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How long a file is given until whoever writes it is done.
pub const SETTLING: Duration = Duration::from_millis(50);
/// How often files are given that time.
const SETTLINGS: usize = 20;
/// Looking takes at most this part of the time.
const SHARE: u32 = 10;
/// How deep folders are at most: a link may lead in circles.
const DEEPEST: usize = 32;
/// Folders that hold what was made of the rest.
const MADE: &[&str] = &["__pycache__", "node_modules", "target"];

type Seen = BTreeMap<PathBuf, (u64, Option<SystemTime>)>;

/// A file, or what counts of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watched {
    path: PathBuf,
    /// How many folders deep; 1: the files of the folder itself.
    depth: usize,
    /// Whether only `*.json` counts in folders.
    only_json: bool,
}

impl Watched {
    /// A file; of a folder its JSON files and those of its folders, so many deep.
    pub fn json(path: PathBuf, depth: usize) -> Self {
        Self {
            path,
            depth,
            only_json: true,
        }
    }

    /// A file, or everything in a folder but what is hidden or was made of the rest.
    pub fn everything(path: PathBuf) -> Self {
        Self {
            path,
            depth: DEEPEST,
            only_json: false,
        }
    }

    fn counts(&self, file: &Path) -> bool {
        !self.only_json || file.extension().is_some_and(|ending| ending == "json")
    }

    /// What is hidden or made is left out of `everything`.
    fn enters(&self, name: &str) -> bool {
        self.only_json || !(name.starts_with('.') || MADE.contains(&name))
    }

    /// What cannot be looked at is as if it were not there; reading it says why.
    fn look(&self, seen: &mut Seen) {
        match std::fs::metadata(&self.path) {
            Ok(metadata) if metadata.is_dir() => self.look_into(&self.path, 1, seen),
            Ok(metadata) => note(&self.path, &metadata, seen),
            Err(_) => {}
        }
    }

    fn look_into(&self, folder: &Path, depth: usize, seen: &mut Seen) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if !self.enters(&entry.file_name().to_string_lossy()) {
                continue;
            }
            match std::fs::metadata(&path) {
                Ok(metadata) if !metadata.is_dir() && self.counts(&path) => {
                    note(&path, &metadata, seen);
                }
                Ok(metadata) if metadata.is_dir() && depth < self.depth && !is_link(&entry) => {
                    self.look_into(&path, depth + 1, seen);
                }
                _ => {}
            }
        }
    }
}

fn is_link(entry: &std::fs::DirEntry) -> bool {
    entry.file_type().is_ok_and(|kind| kind.is_symlink())
}

fn note(path: &Path, metadata: &Metadata, seen: &mut Seen) {
    let state = (metadata.len(), metadata.modified().ok());
    seen.insert(path.to_owned(), state);
}

/// Files and folders that are watched.
#[derive(Debug)]
pub struct Watch {
    watched: Vec<Watched>,
    seen: Seen,
    took: Duration,
}

impl Watch {
    /// Looks at them now; what changes afterwards is a change.
    pub fn over(watched: Vec<Watched>) -> Self {
        let mut watch = Self {
            watched,
            seen: Seen::new(),
            took: Duration::ZERO,
        };
        watch.changes();
        watch
    }

    /// What came, went, or is another than at the time before.
    pub fn changes(&mut self) -> Vec<PathBuf> {
        let started = Instant::now();
        let mut now = Seen::new();
        self.watched.iter().for_each(|each| each.look(&mut now));
        let came = now
            .iter()
            .filter(|(path, state)| self.seen.get(*path) != Some(state));
        let went = self.seen.keys().filter(|path| !now.contains_key(*path));
        let changes = came.map(|(path, _)| path).chain(went).cloned().collect();
        self.seen = now;
        self.took = started.elapsed();
        changes
    }

    /// The same; if there are any, it waits until there were none for so long.
    pub async fn settled_changes(&mut self, settling: Duration) -> Vec<PathBuf> {
        let mut changes = self.changes();
        if changes.is_empty() {
            return changes;
        }
        for _ in 0..SETTLINGS {
            sleep(settling).await;
            let more = self.changes();
            if more.is_empty() {
                break;
            }
            changes.extend(more);
        }
        changes.sort();
        changes.dedup();
        changes
    }

    /// How long to wait before they are looked at again.
    pub fn pause(&self) -> Duration {
        LOOK_EVERY.max(self.took * SHARE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_change_is_seen_once() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| folder.path().join(name);
        std::fs::write(file("a.json"), "1").unwrap();
        let mut watch = Watch::over(vec![
            Watched::json(folder.path().to_owned(), 2),
            Watched::json(file("none.txt"), 2),
        ]);
        let none: [PathBuf; 0] = [];
        assert_eq!(watch.changes(), none);
        std::fs::write(file("a.json"), "12").unwrap();
        assert_eq!(watch.changes(), [file("a.json")]);
        assert_eq!(watch.changes(), none);
        std::fs::write(file("notes.txt"), "1").unwrap();
        assert_eq!(watch.changes(), none);
        std::fs::create_dir_all(file("orders/deeper")).unwrap();
        std::fs::write(file("orders/b.json"), "1").unwrap();
        std::fs::write(file("orders/deeper/c.json"), "1").unwrap();
        assert_eq!(watch.changes(), [file("orders/b.json")]);
        std::fs::remove_file(file("a.json")).unwrap();
        assert_eq!(watch.changes(), [file("a.json")]);
        std::fs::write(file("none.txt"), "1").unwrap();
        assert_eq!(watch.changes(), [file("none.txt")]);
    }

    #[test]
    fn everything_is_all_but_what_is_hidden_or_made() {
        let folder = tempfile::tempdir().unwrap();
        let mut watch = Watch::over(vec![Watched::everything(folder.path().to_owned())]);
        for name in [
            "src/a/b/c/d.rs",
            ".git/index",
            "web/node_modules/x.js",
            "target/debug/x",
        ] {
            let file = folder.path().join(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, "").unwrap();
        }
        assert_eq!(watch.changes(), [folder.path().join("src/a/b/c/d.rs")]);
    }

    #[test]
    fn a_folder_that_links_to_itself_ends() {
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(folder.path(), folder.path().join("again")).unwrap();
        let mut watch = Watch::over(vec![Watched::everything(folder.path().to_owned())]);
        std::fs::write(folder.path().join("a"), "").unwrap();
        assert_eq!(watch.changes(), [folder.path().join("a")]);
    }
}
