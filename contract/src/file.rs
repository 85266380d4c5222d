//! Pact files in a folder: read, merged into by many tests at once, replaced whole.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::write::layout::Layout;
use crate::{Loaded, MergeConflict, Pact, ReadError, SpecificationVersion, WriteError};

/// A recording that did not reach the pact file. The file is as it was before.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RecordError {
    /// The folder or file cannot be written.
    #[error("cannot write {}: {reason}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        reason: io::Error,
    },
    /// What is in the file is not a pact.
    #[error("{0}\nNothing was recorded; mend or remove that file.")]
    Read(#[from] ReadError),
    /// The asked version cannot hold the interaction.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The file holds other content under the same identity.
    #[error(
        "{}: {conflict}\nNothing was recorded. If two tests mean different things, give one of them \
         another description or provider state; if a test was changed since the file was recorded, \
         run `pactwork clean` (or remove the file) and then all tests again.",
        path.display()
    )]
    Conflict {
        /// The pact file.
        path: PathBuf,
        /// Which interaction, and where the two differ.
        conflict: Box<MergeConflict>,
    },
}

/// Reads a pact file; errors and warnings name it as `path` is written.
///
/// # Errors
/// [`ReadError`] where it cannot be opened or is not a pact.
pub fn read_file(path: &Path) -> Result<Loaded, ReadError> {
    let origin = path.display().to_string();
    match fs::read(path) {
        Ok(bytes) => Pact::read(&bytes, &origin),
        Err(reason) => Err(ReadError::Io { origin, reason }),
    }
}

/// Merges a pact into the file `<consumer>-<provider>.json` of a folder, which
/// is made if it is not there, and returns the file's path. Many threads and
/// processes may do this at once: nothing is lost, and the bytes do not depend
/// on the order.
///
/// # Errors
/// [`RecordError`]; the file is then as it was before.
pub fn record_into(
    folder: &Path,
    pact: &Pact,
    version: SpecificationVersion,
) -> Result<PathBuf, RecordError> {
    let bytes = pact.to_bytes(version)?;
    let path = folder.join(pact.file_name());
    let failed = |reason| RecordError::Io {
        path: path.clone(),
        reason,
    };
    fs::create_dir_all(folder).map_err(|reason| RecordError::Io {
        path: folder.into(),
        reason,
    })?;
    // Held until the end of this function; closing the handle unlocks it.
    let _lock = lock(folder).map_err(|reason| RecordError::Io {
        path: folder.into(),
        reason,
    })?;
    let existing = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            write_atomically(&path, &bytes).map_err(failed)?;
            return Ok(path);
        }
        Err(reason) => return Err(failed(reason)),
    };
    let spliced = (version == SpecificationVersion::V4)
        .then(|| Layout::of(pact, version).spliced_into(&existing))
        .flatten();
    let text = match spliced {
        Some(text) => text.into_bytes(),
        None => merged(&existing, pact, version, &path)?,
    };
    if text != existing.as_bytes() {
        write_atomically(&path, &text).map_err(failed)?;
    }
    Ok(path)
}

/// The way that works for every pact file: read it, merge, write it anew.
fn merged(
    existing: &str,
    pact: &Pact,
    version: SpecificationVersion,
    path: &Path,
) -> Result<Vec<u8>, RecordError> {
    let mut all = Pact::read(existing.as_bytes(), &path.display().to_string())?.pact;
    for (role, found, expected) in [
        ("consumer", &all.consumer.name, &pact.consumer.name),
        ("provider", &all.provider.name, &pact.provider.name),
    ] {
        if found != expected {
            return Err(RecordError::Read(ReadError::Content {
                origin: path.display().to_string(),
                path: format!("$.{role}.name"),
                expected: format!("\"{expected}\""),
                found: format!("\"{found}\""),
            }));
        }
    }
    all.merge(pact.clone())
        .map_err(|conflict| RecordError::Conflict {
            path: path.into(),
            conflict,
        })?;
    Ok(all.to_bytes(version)?)
}

/// Locks the folder itself, so that no lock file is left behind.
#[cfg(unix)]
fn lock(folder: &Path) -> io::Result<fs::File> {
    let handle = fs::File::open(folder)?;
    handle.lock()?;
    Ok(handle)
}

/// A folder cannot be opened for locking here, so a file in it is locked.
#[cfg(not(unix))]
fn lock(folder: &Path) -> io::Result<fs::File> {
    let handle = fs::File::create(folder.join(".pactwork.lock"))?;
    handle.lock()?;
    Ok(handle)
}

/// Writes a file to a temporary name in the same folder and renames it, so that
/// a reader sees the old bytes or the new ones.
///
/// # Errors
/// The folder is not there or cannot be written; the file is then as it was before.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    let everyone = <fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o666);
    #[cfg(unix)]
    builder.permissions(everyone);
    let mut file = builder
        .prefix(".pactwork-")
        .tempfile_in(folder.unwrap_or(Path::new(".")))?;
    file.write_all(bytes)?;
    file.persist(path)?;
    Ok(())
}

impl Pact {
    /// The name of this pact's file: `<consumer>-<provider>.json`. Characters
    /// that no file name can hold everywhere are percent-encoded, so that no
    /// name leaves its folder and two pacts share a file only when they are between
    /// the same participants.
    pub fn file_name(&self) -> String {
        format!(
            "{}-{}.json",
            encoded(&self.consumer.name),
            encoded(&self.provider.name)
        )
    }
}

fn encoded(name: &str) -> String {
    let mut text = String::new();
    for (index, character) in name.chars().enumerate() {
        let unsafe_here = character == '.' && index == 0;
        if unsafe_here || character.is_control() || "/\\:*?\"<>|%".contains(character) {
            let mut buffer = [0; 4];
            let bytes = character.encode_utf8(&mut buffer).bytes();
            text.extend(bytes.map(|byte| format!("%{byte:02X}")));
        } else {
            text.push(character);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leaves_its_folder() {
        for (consumer, provider, expected) in [
            ("web", "orders", "web-orders.json"),
            ("../etc", "a/b", "%2E.%2Fetc-a%2Fb.json"),
            ("Übung 1", "a:b", "Übung 1-a%3Ab.json"),
            ("100%", "x", "100%25-x.json"),
        ] {
            assert_eq!(Pact::between(consumer, provider).file_name(), expected);
        }
    }
}
