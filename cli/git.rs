//! What git says about the folder that a command works in.

use std::path::Path;
use std::process::{Command, Output};

use crate::failure::{Failure, Result};

/// The branch that is checked out; none outside a repository, before the first
/// commit, and on a detached head.
pub fn current_branch(folder: &Path) -> Option<String> {
    let output = Command::new("git")
        .args(["rev-parse", "--abbrev-ref", "HEAD"])
        .current_dir(folder)
        .output()
        .ok()?;
    let branch = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (output.status.success() && !branch.is_empty() && branch != "HEAD").then_some(branch)
}

/// The commit that a revision (a branch, a tag, a commit) names in a folder's repository.
pub fn commit(folder: &Path, revision: &str) -> Result<String> {
    let asked = format!("{revision}^{{commit}}");
    let arguments = [
        "rev-parse",
        "--verify",
        "--quiet",
        "--end-of-options",
        &asked,
    ];
    let output = git(folder, &arguments)?;
    let commit = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if output.status.success() && !commit.is_empty() {
        return Ok(commit);
    }
    let inside = git(folder, &["rev-parse", "--is-inside-work-tree"])?;
    Err(match inside.status.success() {
        true => Failure::wrong_input(format!(
            "git knows no revision {revision} in {}",
            folder.display()
        ))
        .advise(
            "name a branch, a tag or a commit; a shallow clone knows few: fetch it, or clone \
             with the whole history",
        ),
        false => Failure::wrong_input(format!(
            "{} is in no git repository, so nothing is known of {revision}",
            folder.display()
        )),
    })
}

/// A file of this folder as it was in a commit; `None` if it was not there.
pub fn file_at(commit: &str, file: &Path, folder: &Path) -> Result<Option<Vec<u8>>> {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let object = format!("{commit}:./{name}");
    if !git(folder, &["cat-file", "-e", &object])?.status.success() {
        return Ok(None);
    }
    let output = git(folder, &["cat-file", "blob", &object])?;
    match output.status.success() {
        true => Ok(Some(output.stdout)),
        false => Err(Failure::unknown(format!(
            "git cannot show {} of {commit}: {}",
            file.display(),
            String::from_utf8_lossy(&output.stderr).trim()
        ))),
    }
}

fn git(folder: &Path, arguments: &[&str]) -> Result<Output> {
    let mut command = Command::new("git");
    let output = command.args(arguments).current_dir(folder).output();
    output.map_err(|reason| Failure::unknown(format!("cannot run git: {reason}")))
}
