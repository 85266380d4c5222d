//! A file's text replaced as a whole: a reader sees the old one or the new one.

use std::io::{self, Write};
use std::path::Path;

use tempfile::{NamedTempFile, TempPath};

/// Writes a file to a temporary name in the same folder and renames it, so that
/// a reader sees the old bytes or the new ones.
///
/// # Errors
/// The folder is not there or cannot be written; the file is then as it was before.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> io::Result<()> {
    temporary(path, &[bytes])?.persist(path)?;
    Ok(())
}

/// As [`write_atomically`], for a file that is replaced again at once: hundreds
/// of tests record into one file. Some file systems (ext4) write a file to disk
/// when it is renamed over another, each time; exchanging the two names and
/// removing the old file is as atomic, and only the last text goes to disk.
pub(super) fn exchanging(path: &Path, pieces: &[&[u8]]) -> io::Result<()> {
    let temporary = temporary(path, pieces)?;
    if !exchanged(&temporary, path) {
        temporary.persist(path)?;
    }
    Ok(())
}

#[cfg(target_os = "linux")]
fn exchanged(temporary: &Path, path: &Path) -> bool {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    renameat_with(CWD, temporary, CWD, path, RenameFlags::EXCHANGE).is_ok()
}

#[cfg(not(target_os = "linux"))]
fn exchanged(_temporary: &Path, _path: &Path) -> bool {
    false
}

/// A file beside the path that is removed unless it is renamed.
fn temporary(path: &Path, pieces: &[&[u8]]) -> io::Result<TempPath> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut file = readable_by_all(folder)?;
    for piece in pieces {
        file.write_all(piece)?;
    }
    Ok(file.into_temp_path())
}

/// Temporary files are private otherwise, and a pact is there for others.
fn readable_by_all(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    let mode = <std::fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o666);
    #[cfg(unix)]
    builder.permissions(mode);
    builder.prefix(".pactwork-").tempfile_in(folder)
}
