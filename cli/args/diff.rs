//! `pactwork diff`.

use std::path::PathBuf;

use clap::Args as Group;
use clap::builder::NonEmptyStringValueParser;

use super::Format;

/// Show what differs between two versions of a contract
///
/// Interactions are the same where type, description and provider states with their
/// parameters are. Of one that changed, every place is shown with both values,
/// matching rules included. Formatting and order do not count.
#[derive(Debug, Group)]
#[command(after_long_help = "\
Examples:
  pactwork diff --consumer web --provider orders --from 77d01e4 --to 1f3a9c2
  pactwork diff --consumer web --provider orders --from-branch main --to-branch feature
  pactwork diff --provider orders --golden OrderShipped --from 77d01e4
  pactwork diff published.json pacts/web-orders.json

Exit codes:
  0  shown; with --exit-code, they say the same
  1  with --exit-code, they differ
  2  one of them is not there or cannot be read
  3  storage is unreachable")]
pub struct Diff {
    /// Two pact files, or two golden contracts (JSON Schema)
    #[arg(value_name = "FILE", num_args = 2)]
    #[arg(conflicts_with_all = ["consumer", "provider", "golden", "from", "from_branch", "to", "to_branch"])]
    pub files: Vec<PathBuf>,
    /// The consumer (default: the configuration's participant)
    #[arg(long, value_name = "C", value_parser = NonEmptyStringValueParser::new())]
    #[arg(conflicts_with = "golden")]
    pub consumer: Option<String>,
    /// The provider (default: the configuration's participant)
    #[arg(long, value_name = "P", value_parser = NonEmptyStringValueParser::new())]
    pub provider: Option<String>,
    /// Instead of a pact, the golden contract of an event of the provider
    #[arg(long, value_name = "EVENT", value_parser = NonEmptyStringValueParser::new())]
    pub golden: Option<String>,
    /// The earlier version
    #[arg(long, value_name = "V", value_parser = NonEmptyStringValueParser::new())]
    #[arg(conflicts_with = "from_branch", required_unless_present_any = ["from_branch", "files"])]
    pub from: Option<String>,
    /// The newest on a branch as the earlier version
    #[arg(long, value_name = "B", value_parser = NonEmptyStringValueParser::new())]
    pub from_branch: Option<String>,
    /// The later version (default: the newest on the main branch, else of all)
    #[arg(long, value_name = "V", value_parser = NonEmptyStringValueParser::new())]
    #[arg(conflicts_with = "to_branch")]
    pub to: Option<String>,
    /// The newest on a branch as the later version
    #[arg(long, value_name = "B", value_parser = NonEmptyStringValueParser::new())]
    pub to_branch: Option<String>,
    /// End with 1 where they differ
    #[arg(long)]
    pub exit_code: bool,
    /// How the difference is written
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}
