//! The pact files that a command line names: files, and folders of them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use pactwork_contract::{Pact, Warning, read_file};

use crate::failure::{Failure, Result};
use crate::output::Output;

/// A pact, and the file that it was read from.
#[derive(Debug)]
pub struct PactFile {
    pub path: PathBuf,
    pub pact: Pact,
}

/// Reads every file, and every `*.json` of every folder, in a defined order.
/// What is odd about a pact is said.
pub fn read(paths: &[PathBuf], output: &Output) -> Result<Vec<PactFile>> {
    read_with(paths, |warning| output.warning(warning))
}

/// The same; what is odd is told to `warn`.
pub fn read_with(paths: &[PathBuf], mut warn: impl FnMut(Warning)) -> Result<Vec<PactFile>> {
    let mut files = Vec::new();
    for path in paths {
        match path.is_dir() {
            true => files.extend(json_files(path)?),
            false => files.push(path.clone()),
        }
    }
    files
        .into_iter()
        .map(|path| read_one(path, &mut warn))
        .collect()
}

/// The `*.json` files of a folder by name, without hidden ones.
pub fn json_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files: Vec<PathBuf> = entries(folder)?
        .into_iter()
        .filter(|path| is_json(path))
        .collect();
    files.sort();
    Ok(files)
}

/// The same, with those of the folders in it: hidden ones left out, and each folder
/// once, however links lead to it. What is named `*.json` and cannot be read is among
/// them, so that reading says so.
pub fn json_files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut seen = BTreeSet::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let whole = folder
            .canonicalize()
            .map_err(|reason| Failure::cannot_read(&folder, &reason))?;
        if !seen.insert(whole) {
            continue;
        }
        let (below, here): (Vec<_>, Vec<_>) = entries(&folder)?
            .into_iter()
            .partition(|path| path.is_dir());
        files.extend(here.into_iter().filter(|path| may_be_json(path)));
        folders.extend(below.into_iter().rev());
    }
    files.sort();
    Ok(files)
}

/// Everything in a folder by name, without hidden files.
pub fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let cannot_read = |reason| Failure::cannot_read(folder, &reason);
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(cannot_read)? {
        let path = entry.map_err(cannot_read)?.path();
        if !is_hidden(&path) {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// A file's name without its ending, or a folder's name.
pub fn stem(path: &Path) -> String {
    path.file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

fn read_one(path: PathBuf, warn: &mut impl FnMut(Warning)) -> Result<PactFile> {
    let loaded = read_file(&path)?;
    loaded.warnings.into_iter().for_each(warn);
    Ok(PactFile {
        path,
        pact: loaded.pact,
    })
}

fn is_json(path: &Path) -> bool {
    path.is_file() && is_named_json(path)
}

/// A link that leads nowhere may have been one; a pipe or a socket never was.
fn may_be_json(path: &Path) -> bool {
    is_named_json(path) && (path.is_file() || !path.exists())
}

fn is_named_json(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "json")
}

fn is_hidden(path: &Path) -> bool {
    path.file_name()
        .is_some_and(|name| name.to_string_lossy().starts_with('.'))
}
