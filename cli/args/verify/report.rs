//! Where reports go.

use std::path::PathBuf;

use clap::Args as Group;

use crate::args::Format;

/// How and where a report is written.
#[derive(Debug, Group)]
#[command(next_help_heading = "Reports")]
pub struct ReportTo {
    /// How the report is written
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// The file for the report (default: stdout)
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}
