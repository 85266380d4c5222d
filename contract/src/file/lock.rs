//! One recording at a time in one folder, over all threads and processes.

use std::fs::File;
use std::io;
use std::path::Path;

/// Held until it is dropped: closing the handle unlocks.
pub(super) struct FolderLock {
    _handle: File,
}

impl FolderLock {
    /// Waits until the folder is free. The folder itself is locked, so that no
    /// lock file is left behind; where that cannot be done (Windows, some
    /// network file systems), a file in it.
    pub(super) fn acquire(folder: &Path) -> io::Result<Self> {
        let handle = lock_folder(folder).or_else(|_| lock_file(folder))?;
        Ok(Self { _handle: handle })
    }
}

fn lock_folder(folder: &Path) -> io::Result<File> {
    let handle = File::open(folder)?;
    handle.lock()?;
    Ok(handle)
}

fn lock_file(folder: &Path) -> io::Result<File> {
    let handle = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(folder.join(".pactwork.lock"))?;
    handle.lock()?;
    Ok(handle)
}
