//! `pactwork can-i-deploy`.

use clap::builder::NonEmptyStringValueParser;
use clap::{Args as Group, ValueEnum};

/// How a decision is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum DecisionFormat {
    #[default]
    Human,
    Json,
    /// Annotations of a GitHub Actions run
    Github,
}

/// Ask whether versions may be deployed
///
/// The answer is yes if every contract between this version and what is in the
/// environment has been verified and holds. Each integration is shown with the
/// reason. Services that wait for each other are asked for together.
#[derive(Debug, Group)]
#[command(after_long_help = "\
Examples:
  pactwork can-i-deploy --participant orders --version 1f3a9c2 --to-environment production
  pactwork can-i-deploy --participant orders --version 1f3a9c2 \\
    --participant web --version 77d01e4 --to-environment production
  pactwork can-i-deploy --version 1f3a9c2 --to-branch main --retry-while-unknown 30

Exit codes:
  0  yes
  1  no
  2  no participant is named
  3  unknown: something has not been verified, the environment is not known, or
     storage is unreachable")]
pub struct CanIDeploy {
    /// The participant (default: the configuration's); several with their versions
    #[arg(long, value_name = "P", value_parser = NonEmptyStringValueParser::new())]
    pub participant: Vec<String>,
    /// The version, usually a commit
    #[arg(long, value_name = "V", required = true, value_parser = NonEmptyStringValueParser::new())]
    pub version: Vec<String>,
    /// The environment, such as production
    #[arg(
        long,
        value_name = "E",
        required_unless_present = "to_branch",
        conflicts_with = "to_branch",
        value_parser = NonEmptyStringValueParser::new()
    )]
    pub to_environment: Option<String>,
    /// Instead of an environment: beside the newest of every other participant on a branch
    #[arg(long, value_name = "BRANCH", value_parser = NonEmptyStringValueParser::new())]
    pub to_branch: Option<String>,
    /// A participant whose integrations with these do not count
    #[arg(long, value_name = "P", value_parser = NonEmptyStringValueParser::new())]
    pub ignore: Vec<String>,
    /// Ask so many times again while the answer is unknown
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub retry_while_unknown: u32,
    /// Seconds before it is asked again
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    pub interval: u64,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t)]
    pub format: DecisionFormat,
}
