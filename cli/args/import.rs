//! `pactwork import`.

use clap::Args as Group;
use clap::builder::NonEmptyStringValueParser;

use super::Format;

/// Import contracts from elsewhere
///
/// SOURCE is a pact file, a folder (every *.json in it and below), or a storage URL
/// of a bucket with plain copies (see publish --plain). A file may be a pact file, a
/// plain copy, a golden contract <provider>/<Event>.schema.json, or what a Pact
/// Broker answers, saved: a pact, an index with pacts in it, a version. A Pact
/// Broker's own members are taken out; the consumer's version, its branches, tags
/// and time of publication are taken over. Everything is checked before anything is
/// written, and running it again changes nothing.
#[derive(Debug, Group)]
#[command(after_long_help = "\
Examples:
  pactwork import pacts --as-version \"$COMMIT\" --branch main
  pactwork import exported-from-the-broker --dry-run
  pactwork import ../other-team/bucket

Exit codes:
  0  imported, or already there
  2  a file cannot be used, names no version, or contradicts what is there; nothing
     is changed
  3  storage is unreachable")]
pub struct Import {
    /// Files, folders or storage URLs
    #[arg(required = true, value_name = "SOURCE", value_parser = NonEmptyStringValueParser::new())]
    pub sources: Vec<String>,
    /// The version of whatever names none itself
    #[arg(long, value_name = "V", value_parser = NonEmptyStringValueParser::new())]
    pub as_version: Option<String>,
    /// The branch of whatever names none itself (default: main for plain copies)
    #[arg(long, value_name = "B", value_parser = NonEmptyStringValueParser::new())]
    pub branch: Option<String>,
    /// Check and say what would be imported; write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// How the result is written
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}
