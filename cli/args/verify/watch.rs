//! Verifying again whenever something changed.

use std::path::PathBuf;

use clap::Args as Group;

/// When it is verified again.
#[derive(Debug, Group)]
#[command(next_help_heading = "Watching")]
pub struct Watch {
    /// Verify again whenever a pact file changed, until SIGINT or SIGTERM
    ///
    /// What chooses interactions chooses them anew each time. A provider that was
    /// started here and ended is started again by the next change; one with --base-url
    /// is verified again when it was restarted. The exit code is the last run's.
    #[arg(long, conflicts_with = "record")]
    pub watch: bool,
    /// With --watch: restart the provider and verify again when this file changed, or
    /// anything in this folder; may be given several times
    ///
    /// What is hidden does not count in folders, nor do target, node_modules and
    /// __pycache__.
    #[arg(long, value_name = "PATH", requires = "watch")]
    pub watch_path: Vec<PathBuf>,
}
