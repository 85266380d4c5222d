//! Where the report goes, and what it means.

use std::path::PathBuf;

use pactwork_contract::{Outcome, write_atomically};
use pactwork_provider::Report;

use crate::args::Format;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::{self, Output};
use crate::render::{human, json};
use crate::shell::indented;

/// How and where the report is written.
#[derive(Debug)]
pub struct Plan {
    pub format: Format,
    /// `None`: stdout.
    pub file: Option<PathBuf>,
}

/// Writes the report. That the provider died is said in any format.
pub fn write(plan: &Plan, report: &Report, output: &Output) -> Result<()> {
    if let Some(end) = &report.provider_ended {
        output.warning(format!(
            "the provider ended with {} while it was verified; it wrote:\n{}",
            end.status,
            indented(&end.output.join("\n"))
        ));
    }
    let text = match plan.format {
        Format::Human => human::verification(report),
        Format::Json => json::pretty(report)?,
    };
    let Some(file) = &plan.file else {
        return output.result(&text);
    };
    let contents = format!("{}\n", output::plain(text.trim_end()));
    write_atomically(file, contents.as_bytes())
        .map_err(|reason| Failure::cannot_write(file, &reason))?;
    output.note(format!("the report is in {}", output.path(file)));
    Ok(())
}

/// What the report means for the caller.
pub fn exit(report: &Report) -> Exit {
    match report.outcome() {
        Outcome::Passed => Exit::Holds,
        Outcome::Failed => Exit::Broken,
        Outcome::CouldNotVerify => Exit::Unknown,
    }
}
