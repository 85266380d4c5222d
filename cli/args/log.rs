//! `pactwork log`.

use clap::builder::NonEmptyStringValueParser;
use clap::{Args as Group, ValueEnum};

use super::{Format, Since};

/// Kinds of what is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Recorded {
    /// Pacts and golden contracts that were published
    Publications,
    /// Deployments, releases, and their ends
    Deployments,
    /// Results of verifications
    Verifications,
}

/// Show what was recorded, the newest first
///
/// Publications of contracts, results of verifications, deployments and releases:
/// who, which version, where, when (in UTC), and where to look at the job.
#[derive(Debug, Group)]
#[command(after_long_help = "\
Examples:
  pactwork log
  pactwork log --participant orders --since 7days
  pactwork log --only deployments --limit 10 --format json

Exit codes:
  0  shown; or nothing was recorded, with a warning
  2  --since-version names a version that was never recorded, or no participant
  3  storage is unreachable")]
pub struct Log {
    /// Of this participant alone, as a consumer and as a provider
    #[arg(long, value_name = "P", value_parser = NonEmptyStringValueParser::new())]
    pub participant: Option<String>,
    #[command(flatten)]
    pub since: Since,
    /// Of this kind alone; may be given several times
    #[arg(long, value_name = "KIND", value_enum)]
    pub only: Vec<Recorded>,
    /// No more than so many, the newest (default: 50, or all that --since asks for)
    #[arg(long, value_name = "N")]
    #[arg(value_parser = clap::value_parser!(u32).range(1..))]
    pub limit: Option<u32>,
    /// How the list is written
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}
