use std::time::SystemTime;

use pactwork_broker::{Change, VersionOnBranch};

use super::counted;
use crate::moment::rfc3339;
use crate::output::{FAINT, STRONG, styled};

/// How much of a content's id is shown.
const SHOWN: usize = 12;

/// A line a change.
pub fn changes(changes: &[Change], since: SystemTime) -> String {
    let since = rfc3339(since);
    if changes.is_empty() {
        return format!("nothing is new since {since}");
    }
    let lines: String = changes.iter().map(line).collect();
    format!(
        "{} since {since}\n{lines}",
        counted(changes.len(), "change")
    )
}

fn line(change: &Change) -> String {
    let (what, content, versions) = match change {
        Change::Pact {
            consumer,
            provider,
            content,
            versions,
        } => {
            let what = format!("pact of {consumer} with {provider}");
            (what, Some(content), versions.as_slice())
        }
        Change::Golden {
            provider,
            event,
            content,
            versions,
        } => {
            let what = format!("golden contract {event} of {provider}");
            (what, Some(content), versions.as_slice())
        }
        Change::Version {
            participant,
            version,
        } => {
            let what = format!("version of {participant}");
            (what, None, std::slice::from_ref(version))
        }
    };
    let content = content.map_or_else(String::new, |content| {
        styled(FAINT, format!("  content {}", &content.as_str()[..SHOWN]))
    });
    let versions: Vec<_> = versions.iter().map(version).collect();
    format!(
        "  {}: {}{content}\n",
        styled(STRONG, what),
        versions.join(", ")
    )
}

fn version(version: &VersionOnBranch) -> String {
    match &version.branch {
        Some(branch) => format!("{} on {branch}", version.version),
        None => version.version.clone(),
    }
}
