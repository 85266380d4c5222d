//! Whether files have changed: their names, lengths and times, looked at again.
//! Nothing has to be held open, and it is the same on every file system.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// How deep a folder is looked into: golden contracts lie in folders of a folder.
const DEEPEST: usize = 2;

type Seen = BTreeMap<PathBuf, (u64, Option<SystemTime>)>;

/// Files and folders that are watched.
#[derive(Debug)]
pub struct Watch {
    paths: Vec<PathBuf>,
    seen: Seen,
}

impl Watch {
    /// Looks at them now; what changes afterwards is a change.
    pub fn over(paths: Vec<PathBuf>) -> Self {
        let seen = look(&paths);
        Self { paths, seen }
    }

    /// Whether something is another than at the time before.
    pub fn has_changed(&mut self) -> bool {
        let now = look(&self.paths);
        let has_changed = now != self.seen;
        self.seen = now;
        has_changed
    }
}

fn look(paths: &[PathBuf]) -> Seen {
    let mut seen = Seen::new();
    paths.iter().for_each(|path| note(path, 0, &mut seen));
    seen
}

/// What cannot be looked at is as if it were not there; reading it says why.
fn note(path: &Path, depth: usize, seen: &mut Seen) {
    let Ok(metadata) = std::fs::metadata(path) else {
        return;
    };
    if !metadata.is_dir() {
        let counts = depth == 0 || path.extension().is_some_and(|ending| ending == "json");
        if !counts {
            return;
        }
        seen.insert(path.to_owned(), (metadata.len(), metadata.modified().ok()));
        return;
    }
    if depth == DEEPEST {
        return;
    }
    let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
    entries.for_each(|entry| note(&entry.path(), depth + 1, seen));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_change_is_seen_once() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| folder.path().join(name);
        std::fs::write(file("a.json"), "1").unwrap();
        let mut watch = Watch::over(vec![folder.path().to_owned(), file("none.json")]);
        assert!(!watch.has_changed());
        std::fs::write(file("a.json"), "12").unwrap();
        assert!(watch.has_changed());
        assert!(!watch.has_changed());
        std::fs::write(file("notes.txt"), "1").unwrap();
        assert!(!watch.has_changed());
        std::fs::create_dir(file("orders")).unwrap();
        std::fs::write(file("orders/b.json"), "1").unwrap();
        assert!(watch.has_changed());
        std::fs::remove_file(file("a.json")).unwrap();
        assert!(watch.has_changed());
        std::fs::write(file("none.json"), "1").unwrap();
        assert!(watch.has_changed());
    }
}
