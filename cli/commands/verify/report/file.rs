//! Files of reports.

use std::fs;
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

use pactwork_contract::write_atomically;

use crate::failure::{Failure, Result};

/// A file by its path from the root, without `.` and `..`, so that two names of it are
/// one.
pub fn absolute(file: &Path, folder: &Path) -> PathBuf {
    let mut absolute = PathBuf::new();
    for part in folder.join(file).components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                absolute.pop();
            }
            part => absolute.push(part),
        }
    }
    absolute
}

/// Makes its folder, and sees that a file can be made there.
pub fn check(file: &Path) -> Result<()> {
    writable(file).map_err(|reason| Failure::cannot_write(file, &reason))
}

fn writable(file: &Path) -> io::Result<()> {
    if file.is_dir() {
        return Err(io::Error::new(
            io::ErrorKind::IsADirectory,
            "it is a folder",
        ));
    }
    if is_special(file) {
        return Ok(());
    }
    let folder = folder_of(file);
    fs::create_dir_all(folder)?;
    let trial = folder.join(format!(".pactwork-{}", std::process::id()));
    fs::write(&trial, [])?;
    fs::remove_file(&trial)
}

/// Replaces the file whole.
pub fn write(file: &Path, contents: &str) -> Result<()> {
    let written = match is_special(file) {
        true => fs::write(file, contents),
        false => fs::create_dir_all(folder_of(file))
            .and_then(|()| write_atomically(file, contents.as_bytes())),
    };
    written.map_err(|reason| Failure::cannot_write(file, &reason))
}

/// Writes at the end of the file.
pub fn add(file: &Path, contents: &str) -> Result<()> {
    let opened = fs::OpenOptions::new().create(true).append(true).open(file);
    opened
        .and_then(|mut opened| opened.write_all(contents.as_bytes()))
        .map_err(|reason| Failure::cannot_write(file, &reason))
}

/// Whether it is a device or a pipe, which nothing can be put in the place of.
fn is_special(file: &Path) -> bool {
    fs::metadata(file).is_ok_and(|found| !found.is_file() && !found.is_dir())
}

fn folder_of(file: &Path) -> &Path {
    match file.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_names_of_a_file_are_one() {
        let folder = Path::new("/work");
        for name in ["r.xml", "./r.xml", "a/../r.xml", "/work/r.xml"] {
            assert_eq!(absolute(Path::new(name), folder), Path::new("/work/r.xml"));
        }
    }
}
