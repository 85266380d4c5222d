//! `pactwork changed`.

use clap::builder::NonEmptyStringValueParser;
use clap::{Args as Group, ValueEnum};

use super::Since;

/// How changes are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum ChangesFormat {
    #[default]
    Human,
    Json,
    /// Outputs of a step of GitHub Actions, to append to $GITHUB_OUTPUT: changed,
    /// count, changes
    Github,
}

/// Ask which contracts are new since a moment
///
/// For a provider: pacts with new content that no version on its main branch ever
/// kept. For a consumer: new versions of the providers that it relies on, and new
/// content of their golden contracts; whom it relies on is what its newest pacts
/// name, and consumer.events of the configuration.
///
/// Content is new where it differs from what was the newest before, on the same
/// branch and on the main one.
#[derive(Debug, Group)]
#[command(after_long_help = "\
Examples:
  pactwork changed --since 2h --provider orders
  pactwork changed --since 2026-05-31T14:00:00Z --format json
  if pactwork changed --since-version \"$LAST\" --exit-code; then pactwork verify; fi
  pactwork changed --since 1day --format github >> \"$GITHUB_OUTPUT\"

Exit codes:
  0  listed, also where nothing is new; with --exit-code: something is new
  1  with --exit-code: nothing is new
  2  no participant is named, or that version was never recorded
  3  storage is unreachable")]
pub struct Changed {
    #[command(flatten)]
    pub since: Since,
    /// The pacts that this provider has to keep (default: the configuration's
    /// participant, in both roles)
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub provider: Option<String>,
    /// What this consumer relies on
    #[arg(long, value_name = "NAME", conflicts_with = "provider")]
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    pub consumer: Option<String>,
    /// Only what was published on this branch
    #[arg(long, value_name = "BRANCH", value_parser = NonEmptyStringValueParser::new())]
    pub branch: Option<String>,
    /// End with 1 where nothing is new
    #[arg(long)]
    pub exit_code: bool,
    /// How the list is written
    #[arg(long, value_enum, default_value_t)]
    pub format: ChangesFormat,
}
