//! `pactwork record-verification`.

use std::path::PathBuf;

use clap::Args as Group;
use clap::builder::NonEmptyStringValueParser;

/// Record what several runs of verify found together
///
/// Each run that verified a part of the pacts, such as `pactwork verify --shard 1/4`,
/// wrote a JSON report. Together they have to cover every interaction of every pact
/// exactly once; then the result is recorded as `pactwork verify --record` would, the
/// worst outcome counting. One report of a run that left nothing out will do as well.
#[derive(Debug, Group)]
#[command(after_long_help = "\
Example, four jobs and one after them, which gets their reports:
  pactwork verify --shard 1/4 --format json --output shard-1.json
  pactwork record-verification shard-*.json --version \"$COMMIT\"

Exit codes:
  0  recorded: the provider keeps every pact that is not pending
  1  recorded: the provider breaks a pact
  2  a file is no report, or they do not belong together; nothing is recorded
  3  recorded, and something could not be verified; or nothing is recorded, because
     something was verified by none of the runs, or storage is unreachable")]
pub struct RecordVerification {
    /// The JSON reports of all runs
    #[arg(value_name = "REPORT", required = true)]
    pub reports: Vec<PathBuf>,
    /// The provider's version, usually a commit
    #[arg(long, value_name = "V", value_parser = NonEmptyStringValueParser::new())]
    pub version: String,
    /// The provider's branch (default: from git, or the CI's variables)
    #[arg(long, value_name = "B", value_parser = NonEmptyStringValueParser::new())]
    pub branch: Option<String>,
    /// Where to look at the job that verified
    #[arg(long, value_name = "URL")]
    pub build_url: Option<String>,
}
