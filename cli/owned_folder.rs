//! A folder that mirrors something: files that an earlier run wrote and that are
//! no longer there in the original are removed; files of anybody else are left
//! alone. Which files are ours stands in a small list in the folder.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use pactwork_broker::Held;
use pactwork_contract::{ContentId, write_atomically};

use crate::failure::{Failure, Result};

const LIST: &str = ".pactwork-written";

/// Contents by path, relative to the folder and with `/`.
pub type Files = BTreeMap<String, Vec<u8>>;

/// Writes the files, and removes those that only an earlier call wrote; returns
/// the removed ones. The list grows before the files and shrinks after them, so
/// that a run that was cut off leaves nothing that is ours and not listed.
pub fn mirror(folder: &Path, files: &Files) -> Result<Vec<PathBuf>> {
    let before = listed(folder);
    let now: BTreeSet<String> = files.keys().cloned().collect();
    fs::create_dir_all(folder).map_err(|reason| Failure::cannot_write(folder, &reason))?;
    write_list(folder, &before.union(&now).cloned().collect())?;
    for (path, contents) in files {
        let path = folder.join(path);
        if fs::read(&path).is_ok_and(|there| there == *contents) {
            continue;
        }
        write(&path, contents)?;
    }
    let removed = remove(folder, before.difference(&now))?;
    write_list(folder, &now)?;
    Ok(removed)
}

/// The contents of the files that [`mirror`] wrote, by their SHA-256: what is there
/// need not be fetched again. A file that cannot be read is fetched.
pub fn held(folder: &Path) -> Held {
    let contents = listed(folder)
        .into_iter()
        .filter_map(|file| fs::read(folder.join(file)).ok());
    contents
        .map(|contents| (ContentId::of_bytes(&contents), contents))
        .collect()
}

/// Removes the files that [`mirror`] wrote, and the folders that this empties.
pub fn clear(folder: &Path) -> Result<Vec<PathBuf>> {
    let ours = listed(folder);
    let mut removed = remove(folder, ours.iter())?;
    remove_file(&folder.join(LIST))?;
    if fs::remove_dir(folder).is_ok() {
        removed.push(folder.to_owned());
    }
    Ok(removed)
}

/// Nothing is ours without a list, and nothing outside the folder ever is.
fn listed(folder: &Path) -> BTreeSet<String> {
    let text = fs::read_to_string(folder.join(LIST)).unwrap_or_default();
    text.lines()
        .filter(|line| !line.is_empty())
        .filter(|line| {
            Path::new(line)
                .components()
                .all(|part| matches!(part, Component::Normal(_)))
        })
        .map(String::from)
        .collect()
}

fn write_list(folder: &Path, files: &BTreeSet<String>) -> Result<()> {
    let lines: String = files.iter().map(|file| format!("{file}\n")).collect();
    write(&folder.join(LIST), lines.as_bytes())
}

fn write(path: &Path, contents: &[u8]) -> Result<()> {
    path.parent()
        .map_or(Ok(()), fs::create_dir_all)
        .and_then(|()| write_atomically(path, contents))
        .map_err(|reason| Failure::cannot_write(path, &reason))
}

fn remove<'a>(folder: &Path, files: impl Iterator<Item = &'a String>) -> Result<Vec<PathBuf>> {
    let mut removed = Vec::new();
    for file in files {
        let path = folder.join(file);
        if remove_file(&path)? {
            remove_empty_folders(folder, &path);
            removed.push(path);
        }
    }
    Ok(removed)
}

/// Whether the file was there.
fn remove_file(path: &Path) -> Result<bool> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(reason) if reason.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(reason) => Err(Failure::wrong_input(format!(
            "cannot remove {}: {reason}",
            path.display()
        ))),
    }
}

/// Those between the file and the folder; one that holds something stays.
fn remove_empty_folders(folder: &Path, file: &Path) {
    file.ancestors()
        .skip(1)
        .take_while(|parent| *parent != folder)
        .all(|parent| fs::remove_dir(parent).is_ok());
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{Files, LIST, clear, mirror};

    fn files(names: &[&str]) -> Files {
        names
            .iter()
            .map(|name| (String::from(*name), b"{}".to_vec()))
            .collect()
    }

    #[test]
    fn what_is_gone_is_removed_and_what_is_not_ours_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        mirror(path, &files(&["auth/A.json", "core/B.json"])).unwrap();
        fs::write(path.join("theirs.json"), "1").unwrap();

        let removed = mirror(path, &files(&["auth/C.json"])).unwrap();

        assert_eq!(
            removed,
            [path.join("auth/A.json"), path.join("core/B.json")]
        );
        assert!(path.join("auth/C.json").exists());
        assert!(!path.join("core").exists());
        assert!(path.join("theirs.json").exists());
        clear(path).unwrap();
        assert!(!path.join("auth").exists());
        assert!(!path.join(LIST).exists());
        assert!(path.join("theirs.json").exists());
    }

    #[test]
    fn clearing_removes_the_folder_if_nothing_else_is_in_it() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("pulled");
        mirror(&folder, &files(&["A.json"])).unwrap();
        clear(&folder).unwrap();
        assert!(!folder.exists());
        assert_eq!(clear(&folder).unwrap(), Vec::<std::path::PathBuf>::new());
    }

    #[test]
    fn a_list_that_points_outside_removes_nothing_there() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("pulled");
        fs::create_dir(&folder).unwrap();
        fs::write(parent.path().join("kept"), "").unwrap();
        fs::write(folder.join(LIST), "../kept\n").unwrap();
        clear(&folder).unwrap();
        assert!(parent.path().join("kept").exists());
    }
}
