//! `pactwork publish`, and what everything that publishes takes.

use std::path::PathBuf;

use super::Format;
use clap::builder::NonEmptyStringValueParser;
use clap::{Args as Group, ValueEnum};

/// The version that something is published as.
#[derive(Debug, Group)]
pub struct PublishAs {
    /// The version, usually a commit
    #[arg(long, value_name = "V", value_parser = NonEmptyStringValueParser::new())]
    pub version: String,
    /// The branch (default: from git, or the CI's variables)
    #[arg(long, value_name = "B", value_parser = NonEmptyStringValueParser::new())]
    pub branch: Option<String>,
    /// A tag; may be given several times
    #[arg(long = "tag", value_name = "T", value_parser = NonEmptyStringValueParser::new())]
    pub tags: Vec<String>,
    /// Where to look at the job that published
    #[arg(long, value_name = "URL")]
    pub build_url: Option<String>,
    /// On main or master, also keep plain copies for people with only a storage
    /// client: pacts/<provider>/<consumer>-<provider>.json and
    /// golden/<provider>/<Event>.schema.json (default: storage.plain_layout of the
    /// configuration)
    #[arg(long)]
    pub plain: bool,
    /// How the result is written
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// Publish this participant's pacts
///
/// Publishes every pact whose consumer is the configured participant; others are
/// skipped with a note. The same again changes nothing; other content under the
/// same version is refused, unless it is to be merged. Says which contents are new
/// and what their providers made of the others.
#[derive(Debug, Group)]
#[command(after_long_help = "\
Examples:
  pactwork publish --version \"$COMMIT\" --branch main
  pactwork publish --version \"$COMMIT\" --on-conflict merge      # in each of several jobs

Exit codes:
  0  published, or already published just so
  2  a pact cannot be read, or none is this participant's; or this version is
     already published with other content, and nothing is changed
  3  storage is unreachable")]
pub struct Publish {
    /// Pact files, or folders of them (default: consumer.pacts of the configuration)
    #[arg(value_name = "PACT|DIR")]
    pub pacts: Vec<PathBuf>,
    #[command(flatten)]
    pub publish_as: PublishAs,
    /// What to do where this version was published with other content
    #[arg(long, value_enum, value_name = "WHAT", default_value_t)]
    pub on_conflict: OnConflict,
}

/// What to do where a version was published with other content.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum OnConflict {
    /// Publish nothing
    #[default]
    Fail,
    /// Publish the interactions of both, for jobs that each record some of a version's
    Merge,
}
