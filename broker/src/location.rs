//! Storage URLs: one function a kind of storage.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use object_store::ObjectStore;
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use percent_encoding::percent_decode_str;

use crate::error::BrokerError;

/// A store, and in what order its listings come.
pub(crate) struct Opened {
    pub(crate) store: Arc<dyn ObjectStore>,
    pub(crate) listing: Listing,
}

/// How the first names of a long listing are found.
#[derive(Debug, Clone)]
pub(crate) enum Listing {
    /// Listings come in the order of the keys.
    Ordered,
    /// They come in any order.
    Unordered,
    /// They come in any order, from this folder, whose entries are read without
    /// asking for more than their names.
    Folder(PathBuf),
}

/// The names in a folder of the file system, those of folders with a slash at the
/// end; none where it is not there. What is still being written is left out.
pub(crate) fn entries(folder: &Path) -> std::io::Result<Vec<String>> {
    let found = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        found => found?,
    };
    let mut names = Vec::new();
    for entry in found {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        if name.contains('#') {
            continue;
        }
        match entry.file_type()?.is_dir() {
            true => names.push(format!("{name}/")),
            false => names.push(name),
        }
    }
    Ok(names)
}

/// Opens what a URL, or a path relative to a folder, names.
pub(crate) fn open(url: &str, base: &Path) -> Result<Opened, BrokerError> {
    let opened = match scheme(url) {
        None => folder(&base.join(url)),
        Some(("file", rest)) => path_of(rest).and_then(|path| folder(&path)),
        Some(("memory", rest)) => memory(rest),
        Some((scheme, _)) => Err(format!(
            "the scheme \"{scheme}\" is not known; expected a folder (a path, or file:///…) or memory:"
        )),
    };
    let url = url.to_owned();
    opened.map_err(|reason| BrokerError::Location { url, reason })
}

/// What stands before and after the colon of a URL; a path has none, and a
/// drive's one letter is no scheme.
fn scheme(url: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = url.split_once(':')?;
    let named = scheme.len() > 1
        && scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    named.then_some((scheme, rest))
}

fn memory(rest: &str) -> Result<Opened, String> {
    if rest.trim_matches('/').is_empty() {
        Ok(Opened {
            store: Arc::new(InMemory::new()),
            listing: Listing::Ordered,
        })
    } else {
        Err(format!("memory: takes nothing more, found \"{rest}\""))
    }
}

/// The path of a file URL (RFC 8089): absolute, of this machine, percent-decoded.
fn path_of(rest: &str) -> Result<PathBuf, String> {
    let absolute = match rest.strip_prefix("//") {
        Some(after) => after.strip_prefix("localhost").unwrap_or(after),
        None => rest,
    };
    if !absolute.starts_with('/') {
        return Err("a file URL names an absolute path: file:///…".into());
    }
    let path = percent_decode_str(absolute).decode_utf8();
    path.map(|path| PathBuf::from(&*path))
        .map_err(|error| error.to_string())
}

fn folder(folder: &Path) -> Result<Opened, String> {
    std::fs::create_dir_all(folder).map_err(|error| format!("cannot use the folder: {error}"))?;
    match LocalFileSystem::new_with_prefix(folder) {
        // A folder that pruning left empty would still be listed.
        Ok(store) => Ok(Opened {
            store: Arc::new(store.with_automatic_cleanup(true)),
            listing: Listing::Folder(folder.to_owned()),
        }),
        Err(error) => Err(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_url_names_an_absolute_path_of_this_machine() {
        let relative = Err("a file URL names an absolute path: file:///…".to_owned());
        for (rest, expected) in [
            ("///a/b", Ok("/a/b".into())),
            ("//localhost/a", Ok("/a".into())),
            ("////a", Ok("//a".into())),
            ("/a", Ok("/a".into())),
            ("///my%20bucket/%C3%BC", Ok("/my bucket/ü".into())),
            ("//host/a", relative.clone()),
            ("a", relative),
        ] {
            assert_eq!(path_of(rest), expected, "{rest}");
        }
    }

    #[test]
    fn a_path_has_no_scheme() {
        for (url, expected) in [
            ("bucket", None),
            ("C:\\bucket", None),
            ("a b:c", None),
            ("./a/b:c", None),
            ("memory:", Some(("memory", ""))),
            ("s3://bucket", Some(("s3", "//bucket"))),
        ] {
            assert_eq!(scheme(url), expected, "{url}");
        }
    }
}
