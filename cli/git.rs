//! What git says about the folder that a command works in.

use std::path::Path;
use std::process::Command;

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
