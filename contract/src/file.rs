//! Pact files in a folder: read, merged into by many tests at once, replaced whole.

mod lock;
mod name;
mod recorded_by;
mod replace;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use self::lock::FolderLock;
pub use self::name::file_name_part;
use self::recorded_by::{RecordedBy, named, test_of};
pub use self::replace::write_atomically;
use crate::write::layout::Layout;
use crate::{
    Interaction, Loaded, MergeConflict, Pact, ReadError, SpecificationVersion, WriteError, merge,
};

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
        "{}: {conflict}{}\nNothing was recorded. If two tests mean different things, give one of them \
         another description or provider state; if a test was changed since the file was recorded, \
         run `pactwork clean` (or remove the file) and then all tests again.",
        path.display(),
        named(recorded_by, test.as_deref())
    )]
    Conflict {
        /// The pact file.
        path: PathBuf,
        /// Which interaction, and where the two differ: first the file, then the recording.
        conflict: Box<MergeConflict>,
        /// The tests that recorded what the file holds, as far as that is known.
        recorded_by: Vec<String>,
        /// The test whose recording this is, where it was named.
        test: Option<String>,
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
    record(folder, pact, version, None)
}

/// As [`record_into`], for a test of this name, unless the interactions say another in
/// their comments (`testname`, Pact specification version 4). It is noted beside the pact file, in
/// a folder `.recorded-by` that version control is told to ignore, so that a conflict
/// can name both tests; the pact file itself does not depend on it.
///
/// # Errors
/// As [`record_into`].
pub fn record_by(
    test: &str,
    folder: &Path,
    pact: &Pact,
    version: SpecificationVersion,
) -> Result<PathBuf, RecordError> {
    record(folder, pact, version, Some(test))
}

fn record(
    folder: &Path,
    pact: &Pact,
    version: SpecificationVersion,
    test: Option<&str>,
) -> Result<PathBuf, RecordError> {
    let folder = match folder.as_os_str().is_empty() {
        true => Path::new("."),
        false => folder,
    };
    let path = folder.join(pact.file_name());
    merge::check(pact).map_err(|conflict| RecordError::Conflict {
        path: path.clone(),
        conflict,
        recorded_by: Vec::new(),
        test: test.map(str::to_owned),
    })?;
    let layout = Layout::of(pact, version)?;
    let folder_failed = |reason| RecordError::Io {
        path: folder.into(),
        reason,
    };
    fs::create_dir_all(folder).map_err(folder_failed)?;
    let _lock = FolderLock::acquire(folder).map_err(folder_failed)?;
    let recorded_by = RecordedBy::of(&path);
    let existing = read_existing(&path)?;
    let is_new = existing.is_none();
    match existing {
        None => replace(&path, &[layout.to_text().as_bytes()])?,
        Some(existing) => match spliced(&layout, &existing) {
            Some(pieces) if pieces.len() == 1 => {}
            Some(pieces) => replace(&path, &pieces)?,
            None => {
                let merged = merged(&existing, pact, version, &path);
                let merged =
                    merged.map_err(|error| error.between_tests(&recorded_by, pact, test))?;
                replace(&path, &[&merged])?;
            }
        },
    }
    recorded_by.note(pact, test, is_new);
    Ok(path)
}

impl RecordError {
    fn between_tests(mut self, known: &RecordedBy, pact: &Pact, running: Option<&str>) -> Self {
        if let Self::Conflict {
            conflict,
            recorded_by,
            test,
            ..
        } = &mut self
        {
            *recorded_by = known.tests(&conflict.identity);
            let mut added = pact.interactions.iter();
            let is_it = |each: &&Interaction| each.identity().to_string() == conflict.identity;
            let by = added.find(is_it).and_then(|each| test_of(each, running));
            *test = by.map(str::to_owned);
        }
        self
    }
}

/// Removes a pact file, and what is known about the tests that recorded it.
///
/// # Errors
/// The file is not there or cannot be removed.
pub fn remove_file(path: &Path) -> io::Result<()> {
    fs::remove_file(path)?;
    RecordedBy::of(path).forget();
    Ok(())
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
            recorded_by: Vec::new(),
            test: None,
        })?;
    // What the file held may be written as it was read; what is new was checked already.
    all.specification = specification;
    Ok(all.to_bytes(version)?)
}
