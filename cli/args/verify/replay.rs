//! How requests are sent, and how many at once.

use clap::Args as Group;

/// How interactions are replayed.
#[derive(Debug, Group)]
#[command(next_help_heading = "Replay")]
pub struct Replay {
    /// How many interactions without provider states are verified at once
    #[arg(long, value_name = "N", default_value_t = 1)]
    #[arg(value_parser = clap::value_parser!(u16).range(1..))]
    pub jobs: u16,
    /// How long one request may take
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    #[arg(value_parser = clap::value_parser!(u64).range(1..))]
    pub timeout: u64,
}
