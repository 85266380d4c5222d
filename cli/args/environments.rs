//! Environments, and what is recorded of them.

use clap::Args as Group;
use clap::builder::NonEmptyStringValueParser;

use super::Format;

/// A version of a participant in an environment.
#[derive(Debug, Group)]
pub struct VersionInEnvironment {
    /// The participant (default: the configuration's)
    #[arg(long, value_name = "P", value_parser = NonEmptyStringValueParser::new())]
    pub participant: Option<String>,
    /// The version, usually a commit
    #[arg(long, value_name = "V", value_parser = NonEmptyStringValueParser::new())]
    pub version: String,
    /// The environment, such as production
    #[arg(long, value_name = "E", value_parser = NonEmptyStringValueParser::new())]
    pub environment: String,
}

/// A version of a participant, of which there may be several installations, in an
/// environment.
#[derive(Debug, Group)]
pub struct Deployment {
    #[command(flatten)]
    pub version: VersionInEnvironment,
    /// Which of several installations of it, where each has a version of its own
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub instance: Option<String>,
}

pub const RECORD_DEPLOYMENT: &str = "\
Example:
  pactwork record-deployment --participant orders --version 1f3a9c2 --environment production

Exit codes:
  0  recorded
  2  no participant is named, or nobody published that version
  3  storage is unreachable";

pub const RECORD_UNDEPLOYMENT: &str = "\
Example:
  pactwork record-undeployment --participant orders --version 1f3a9c2 --environment production

Exit codes:
  0  recorded
  2  no participant is named, or nobody published that version
  3  storage is unreachable";

pub const RECORD_RELEASE: &str = "\
Example:
  pactwork record-release --participant phone --version 4.2.0 --environment production

Exit codes:
  0  recorded
  2  no participant is named, or nobody published that version
  3  storage is unreachable";

pub const RECORD_SUPPORT_ENDED: &str = "\
Example:
  pactwork record-support-ended --participant phone --version 4.2.0 --environment production

Exit codes:
  0  recorded
  2  no participant is named, or nobody published that version
  3  storage is unreachable";

/// Make an environment known
///
/// can-i-deploy never answers yes for an environment that is not known, whose name
/// may be misspelt. The first deployment or release that is recorded makes it known
/// too.
#[derive(Debug, Group)]
#[command(after_long_help = "\
Example:
  pactwork create-environment production

Exit codes:
  0  it is known now, or was before
  3  storage is unreachable")]
pub struct CreateEnvironment {
    /// The environment, such as production
    #[arg(value_name = "E", value_parser = NonEmptyStringValueParser::new())]
    pub name: String,
}

/// List the environments
///
/// An environment is there once it was created, or from the first deployment or
/// release that is recorded of it.
#[derive(Debug, Group)]
#[command(after_long_help = "\
Example:
  pactwork environments

Exit codes:
  0  listed
  3  storage is unreachable")]
pub struct Environments {
    /// How the list is written
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}
