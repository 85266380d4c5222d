//! `pactwork list`.

use clap::builder::NonEmptyStringValueParser;
use clap::{Args as Group, ValueEnum};

use super::Format;

/// What can be listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Listing {
    /// Everybody, with the newest version and where it is
    #[default]
    Participants,
    /// A participant's versions, the newest first
    Versions,
    /// A participant's branches with their newest versions
    Branches,
    /// A participant's tags with their newest versions
    Tags,
    /// Pacts by consumer: of the newest version on each branch, and in environments
    Pacts,
    /// Golden contracts by provider: of the same versions
    Golden,
    /// What is in which environment
    Deployments,
    /// Environments
    Environments,
}

/// List what there is
#[derive(Debug, Group)]
#[command(after_long_help = "\
Examples:
  pactwork list
  pactwork list versions --participant orders --limit 20
  pactwork list deployments --environment production

Exit codes:
  0  listed
  2  a participant or environment is not there; similar names are shown
  3  storage is unreachable")]
pub struct List {
    /// What is listed
    #[arg(value_enum, default_value_t, hide_default_value = true)]
    pub what: Listing,
    /// Of this participant (default for its versions, branches and tags: the
    /// configuration's)
    #[arg(long, value_name = "P", value_parser = NonEmptyStringValueParser::new())]
    pub participant: Option<String>,
    /// Of this environment, for deployments
    #[arg(long, value_name = "E", value_parser = NonEmptyStringValueParser::new())]
    pub environment: Option<String>,
    /// List so many, and say how many were left out
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// How the list is written
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}
