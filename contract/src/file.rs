//! Pact files in a folder: read, merged into by many tests at once, replaced whole.

mod lock;
mod name;
mod replace;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use self::lock::FolderLock;
pub use self::name::file_name_part;
pub use self::replace::write_atomically;
use crate::write::layout::Layout;
use crate::{Loaded, MergeConflict, Pact, ReadError, SpecificationVersion, WriteError, merge};

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
    #[error("{0}\nNothing was recorded: repair that file or remove it, then run the tests again.")]
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

/// Merges a pact into the file [`Pact::file_name`] of a folder, which is made if
/// it is not there, and returns the file's path. Many threads and processes may
/// do this at once: nothing is lost, and the bytes do not depend on the order.
///
/// # Errors
/// [`RecordError`]; the file is then as it was before.
///
/// ```
/// use pactwork_contract::{HttpInteraction, Interaction, Pact, SpecificationVersion, record_into};
///
/// let folder = tempfile::tempdir()?;
/// let mut pact = Pact::between("web", "orders");
/// pact.add(Interaction::Http(Box::new(HttpInteraction::default())))?;
/// let path = record_into(folder.path(), &pact, SpecificationVersion::V4)?;
/// assert!(path.ends_with("web-orders.json"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn record_into(
    folder: &Path,
    pact: &Pact,
    version: SpecificationVersion,
) -> Result<PathBuf, RecordError> {
    let folder = match folder.as_os_str().is_empty() {
        true => Path::new("."),
        false => folder,
    };
    let path = folder.join(pact.file_name());
    let conflict_in = |conflict| RecordError::Conflict {
        path: path.clone(),
        conflict,
    };
    merge::check(pact).map_err(conflict_in)?;
    let layout = Layout::of(pact, version)?;
    let folder_failed = |reason| RecordError::Io {
        path: folder.into(),
        reason,
    };
    fs::create_dir_all(folder).map_err(folder_failed)?;
    let _lock = FolderLock::acquire(folder).map_err(folder_failed)?;
    match read_existing(&path)? {
        None => replace(&path, &[layout.to_text().as_bytes()])?,
        Some(existing) => match spliced(&layout, &existing) {
            Some(pieces) if pieces.len() == 1 => {}
            Some(pieces) => replace(&path, &pieces)?,
            None => replace(&path, &[&merged(&existing, pact, version, &path)?])?,
        },
    }
    Ok(path)
}

fn read_existing(path: &Path) -> Result<Option<Vec<u8>>, ReadError> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(reason) if reason.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(reason) => Err(ReadError::Io {
            origin: path.display().to_string(),
            reason,
        }),
    }
}

/// The fast way, for a file that this function wrote: the new text in pieces,
/// only one where it is the old text.
fn spliced<'a>(layout: &'a Layout, existing: &'a [u8]) -> Option<Vec<&'a [u8]>> {
    let pieces = layout.spliced_into(str::from_utf8(existing).ok()?)?;
    Some(pieces.into_iter().map(str::as_bytes).collect())
}

fn replace(path: &Path, pieces: &[&[u8]]) -> Result<(), RecordError> {
    replace::exchanging(path, pieces).map_err(|reason| RecordError::Io {
        path: path.into(),
        reason,
    })
}

/// The way that works for every pact file: read it, merge, write it anew.
fn merged(
    existing: &[u8],
    pact: &Pact,
    version: SpecificationVersion,
    path: &Path,
) -> Result<Vec<u8>, RecordError> {
    let mut all = Pact::read(existing, &path.display().to_string())?.pact;
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
    let specification = all.specification;
    all.merge(pact.clone())
        .map_err(|conflict| RecordError::Conflict {
            path: path.into(),
            conflict,
        })?;
    // What the file held may be written as it was read; what is new was checked already.
    all.specification = specification;
    Ok(all.to_bytes(version)?)
}
