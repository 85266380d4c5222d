//! `pactwork matrix`.

use clap::Args as Group;
use clap::builder::NonEmptyStringValueParser;

use super::Format;

/// Show which versions of providers keep what versions of consumers rely on
///
/// A row is one content of a pact, with the consumer's versions that have it, and
/// one version of its provider, with the newest result. By default it is about the
/// newest version on each branch and what is in any environment.
#[derive(Debug, Group)]
#[command(after_long_help = "\
Examples:
  pactwork matrix
  pactwork matrix --participant orders --version 1f3a9c2 --to-environment production
  pactwork matrix --consumer web --provider orders --all

Exit codes:
  0  shown, whatever the results are; can-i-deploy is the command that judges
  2  a participant, version or environment is not there; similar names are shown
  3  storage is unreachable")]
pub struct Matrix {
    /// Only rows of this participant; of several, the rows between two of them
    #[arg(long, value_name = "P", value_parser = NonEmptyStringValueParser::new())]
    pub participant: Vec<String>,
    /// A version for each --participant (default: as for everybody else)
    #[arg(long, value_name = "V", requires = "participant")]
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    pub version: Vec<String>,
    /// Only what this consumer relies on
    #[arg(long, value_name = "C", value_parser = NonEmptyStringValueParser::new())]
    pub consumer: Option<String>,
    /// Only what is relied on from this provider
    #[arg(long, value_name = "P", value_parser = NonEmptyStringValueParser::new())]
    pub provider: Option<String>,
    /// Versions that are in an environment, of everybody whose version is not named
    #[arg(long, value_name = "E", value_parser = NonEmptyStringValueParser::new())]
    #[arg(conflicts_with_all = ["branch", "all"])]
    pub to_environment: Option<String>,
    /// The newest versions on a branch, of everybody whose version is not named
    #[arg(long, value_name = "B", value_parser = NonEmptyStringValueParser::new())]
    #[arg(conflicts_with = "all")]
    pub branch: Option<String>,
    /// Every version that was ever published, with every one that verified it
    #[arg(long)]
    pub all: bool,
    /// Show so many rows, and say how many were left out
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// How the rows are written
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}
