//! Which of the pacts' interactions are verified.

use clap::Args as Group;

/// Which interactions are verified.
#[derive(Debug, Group)]
#[command(next_help_heading = "Choosing interactions")]
pub struct Choice {
    /// Replay nothing more after the first interaction that failed
    #[arg(long)]
    pub fail_fast: bool,
}
