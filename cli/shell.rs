//! Commands of the configuration that print something.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;

use tokio::process::Command;

use crate::failure::{Failure, Result};

/// Runs a command with `sh -c` in a folder and returns what it printed on stdout.
pub async fn stdout_of(
    command: &str,
    folder: &Path,
    environment: &BTreeMap<String, String>,
) -> Result<Vec<u8>> {
    let finished = Command::new("sh")
        .args(["-c", command])
        .current_dir(folder)
        .envs(environment)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .map_err(|reason| Failure::unknown(format!("cannot run sh -c '{command}': {reason}")))?;
    match finished.status.success() {
        true => Ok(finished.stdout),
        false => Err(Failure::unknown(format!(
            "the command failed ({}): {command}\n{}",
            finished.status,
            indented(&String::from_utf8_lossy(&finished.stderr))
        ))
        .advise(format!("run it in {} and correct it", folder.display()))),
    }
}

/// Another program's output, set off from our own.
pub fn indented(text: &str) -> String {
    match text.trim_end() {
        "" => "  | (it printed nothing)".into(),
        text => text
            .lines()
            .map(|line| format!("  | {line}"))
            .collect::<Vec<_>>()
            .join("\n"),
    }
}
