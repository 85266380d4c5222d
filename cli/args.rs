//! The raw arguments, and the help that teaches them. Nothing is checked here
//! that needs the configuration, the environment or a file.
#![allow(
    rustdoc::invalid_html_tags,
    reason = "these comments are the help that a terminal shows"
)]

use std::net::IpAddr;
use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use clap::{ArgAction, Args as Group, Parser, Subcommand, ValueEnum};
use pactwork_broker::Selector;

use crate::selectors;

const OVERVIEW: &str = "\
A consumer's tests record what it relies on in a pact. The provider's real
process is verified against that pact. Contracts, results and deployments are
shared through plain object storage, and can-i-deploy answers from them.

The consumer's job:
  pactwork golden pull                        # the providers' event schemas
  pactwork golden check                       # are my example payloads valid?
  …run the consumer's tests, which record pacts…
  pactwork publish --version \"$COMMIT\"

The provider's job:
  pactwork golden generate
  pactwork golden publish --version \"$COMMIT\"
  pactwork verify --record --version \"$COMMIT\"

Before and after a deployment:
  pactwork can-i-deploy --version \"$COMMIT\" --to-environment production
  pactwork record-deployment --version \"$COMMIT\" --environment production

Exit codes, the same for every command:
  0  it holds
  1  the contract is broken: a mismatch, an invalid example, not safe to deploy
  2  wrong usage, configuration or input file
  3  could not find out: the provider did not start, storage is unreachable,
     nobody has verified it yet";

/// Consumer-driven contract testing through plain object storage.
#[derive(Debug, Parser)]
#[command(name = "pactwork", version, after_long_help = OVERVIEW, max_term_width = 100)]
pub struct Args {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

/// What every command takes.
#[derive(Debug, Group)]
pub struct Global {
    /// Where contracts and results are shared: a folder, file:///… or memory:
    /// (default: the configuration's, else .pactwork/bucket at the repository's root)
    #[arg(long, global = true, value_name = "URL", env = "PACTWORK_STORAGE")]
    #[arg(hide_env_values = true, help_heading = "Everywhere")]
    pub storage: Option<String>,
    /// The configuration (default: pactwork.toml in this folder or above it)
    #[arg(long, global = true, value_name = "FILE", help_heading = "Everywhere")]
    pub config: Option<PathBuf>,
    /// When to colour; auto: on a terminal, unless NO_COLOR is set
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        help_heading = "Everywhere"
    )]
    pub color: Color,
    /// Say more on stderr: which configuration, which storage, each step
    #[arg(short, long, global = true, action = ArgAction::Count, help_heading = "Everywhere")]
    pub verbose: u8,
}

/// When to colour.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub enum Color {
    #[default]
    Auto,
    Always,
    Never,
}

/// How results are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    #[default]
    Human,
    Json,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    Mock(Mock),
    Verify(Verify),
    Publish(Publish),
    Pull(Pull),
    #[command(subcommand)]
    Golden(Golden),
    /// Record that a version is now in an environment
    ///
    /// It replaces the version of that participant, or of that installation of it,
    /// that was there before.
    #[command(after_long_help = RECORD_DEPLOYMENT)]
    RecordDeployment(Deployment),
    /// Record that a version is no longer in an environment
    ///
    /// Nothing of that participant, or of that installation of it, is there then.
    #[command(after_long_help = RECORD_UNDEPLOYMENT)]
    RecordUndeployment(Deployment),
    /// Record that a version is released to an environment
    ///
    /// Released versions are there beside each other until their support ends: for
    /// phones, libraries and whatever else its users install themselves.
    #[command(after_long_help = RECORD_RELEASE)]
    RecordRelease(VersionInEnvironment),
    /// Record that a released version is no longer supported
    #[command(after_long_help = RECORD_SUPPORT_ENDED)]
    RecordSupportEnded(VersionInEnvironment),
    Environments(Environments),
    CanIDeploy(CanIDeploy),
    Clean(Clean),
}

/// Answer as the provider of a pact would, until stopped
///
/// Prints its URL as the first line on stdout and answers the pact's
/// interactions until SIGINT or SIGTERM. Then it says which interactions were
/// not asked for and which requests were not expected. If all held, it writes
/// the pact.
#[derive(Debug, Group)]
#[command(after_long_help = "\
Example:
  pactwork mock --port 8080 pacts/web-orders.json

Exit codes:
  0  every interaction was asked for, and nothing else; the pact is written
  1  an interaction was not asked for, or a request was not expected
  2  a pact cannot be read, a port is in use, a folder cannot be written")]
pub struct Mock {
    /// The port to listen on (default: a free one)
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub port: u16,
    /// The address to listen on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub host: IpAddr,
    /// The folder for the written pact (default: consumer.pacts of the configuration)
    #[arg(long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Pact files of one consumer and one provider
    #[arg(required = true, value_name = "PACT")]
    pub pacts: Vec<PathBuf>,
}

/// Verify a real provider against its consumers' pacts
///
/// Starts the provider (or takes one that runs), replays every HTTP interaction,
/// asks for every message, and compares. Without PACT, the pacts are pulled from
/// storage: every pact that names this participant as its provider; none is a
/// warning. An interaction's provider states are set by POST to the states URL,
/// messages are asked for by POST to the messages URL.
#[derive(Debug, Group)]
#[command(after_long_help = "\
Examples:
  pactwork verify
  pactwork verify pacts/web-orders.json --base-url http://127.0.0.1:8080
  pactwork verify pacts --start 'orders-service --port {port}' --ready /health
  pactwork verify --record --version \"$COMMIT\" --format json --output report.json

Exit codes:
  0  the provider keeps every pact, or storage holds none for it
  1  the provider breaks a pact: the mismatches are shown
  2  a pact or the configuration cannot be used; no pact given is this provider's
  3  could not find out: the provider did not start or died, a state could not be
     set, storage is unreachable")]
pub struct Verify {
    /// Pact files, or folders of them (default: from storage)
    #[arg(value_name = "PACT|DIR")]
    pub pacts: Vec<PathBuf>,
    /// The provider (default: the configuration's participant)
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub provider: Option<String>,
    #[command(flatten)]
    pub target: Target,
    /// How many interactions without provider states are verified at once
    #[arg(long, value_name = "N", default_value_t = 1)]
    #[arg(value_parser = clap::value_parser!(u16).range(1..))]
    pub jobs: u16,
    /// How long one request may take
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    #[arg(value_parser = clap::value_parser!(u64).range(1..))]
    pub timeout: u64,
    #[command(flatten)]
    pub report: ReportTo,
    /// Record the result in storage
    #[arg(long, requires = "version")]
    pub record: bool,
    /// The provider's version, usually a commit
    #[arg(long, value_name = "V", requires = "record")]
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    pub version: Option<String>,
    /// The provider's branch (default: from git)
    #[arg(long, value_name = "B", requires = "record")]
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    pub branch: Option<String>,
    /// Where to look at the job that verified
    #[arg(long, value_name = "URL", requires = "record")]
    pub build_url: Option<String>,
}

/// Which provider is verified, and how it is reached.
#[derive(Debug, Group)]
pub struct Target {
    /// The URL of a provider that runs
    #[arg(long, value_name = "URL", conflicts_with = "start")]
    pub base_url: Option<String>,
    /// The command that starts the provider; {port} is replaced, PORT is set
    #[arg(long, value_name = "COMMAND")]
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    pub start: Option<String>,
    /// The path that answers 2xx once the provider is ready (default: the port accepts)
    #[arg(long, value_name = "PATH")]
    pub ready: Option<String>,
    /// How long the provider may take to become ready (default: 30)
    #[arg(long, value_name = "SECONDS")]
    #[arg(value_parser = clap::value_parser!(u64).range(1..))]
    pub ready_timeout: Option<u64>,
    /// Where provider states are set: a URL, or a path on the provider
    #[arg(long, value_name = "URL")]
    pub states_url: Option<String>,
    /// Where messages are asked for: a URL, or a path on the provider
    #[arg(long, value_name = "URL")]
    pub messages_url: Option<String>,
}

/// How and where a report is written.
#[derive(Debug, Group)]
pub struct ReportTo {
    /// How the report is written
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// The file for the report (default: stdout)
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// The version that something is published as.
#[derive(Debug, Group)]
pub struct PublishAs {
    /// The version, usually a commit
    #[arg(long, value_name = "V", value_parser = NonEmptyStringValueParser::new())]
    pub version: String,
    /// The branch (default: from git)
    #[arg(long, value_name = "B", value_parser = NonEmptyStringValueParser::new())]
    pub branch: Option<String>,
    /// A tag; may be given several times
    #[arg(long = "tag", value_name = "T", value_parser = NonEmptyStringValueParser::new())]
    pub tags: Vec<String>,
    /// Where to look at the job that published
    #[arg(long, value_name = "URL")]
    pub build_url: Option<String>,
}

/// Publish this participant's pacts
///
/// Publishes every pact whose consumer is the configured participant; others are
/// skipped with a note. The same again changes nothing; other content under the
/// same version is refused, and nothing is changed.
#[derive(Debug, Group)]
#[command(after_long_help = "\
Example:
  pactwork publish --version \"$COMMIT\" --branch main

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
}

/// Which pacts of a provider.
#[derive(Debug, Group)]
pub struct Selection {
    /// Which versions of the consumers (default: the newest on each branch, and what
    /// is in any environment): main-branch, branch=NAME[,fallback=NAME],
    /// matching-branch, each-branch, latest, tag=NAME, deployed[=ENVIRONMENT],
    /// released[=ENVIRONMENT], deployed-or-released[=ENVIRONMENT],
    /// environment=NAME, in-progress-since=DATE, each with ,consumer=NAME; or a
    /// selector of a Pact Broker as JSON
    #[arg(long, value_name = "SELECTOR", value_parser = selectors::parse)]
    pub select: Vec<Selector>,
    /// The provider's branch, for matching-branch and to tell what is pending: what
    /// no version on it ever kept
    #[arg(long, value_name = "BRANCH", value_parser = NonEmptyStringValueParser::new())]
    pub provider_branch: Option<String>,
}

/// Pull the pacts of a provider to a folder
///
/// Each file is listed with the reason why it was chosen. Files that an earlier
/// pull wrote and that are no longer chosen are removed; no other file is.
#[derive(Debug, Group)]
#[command(after_long_help = "\
Example:
  pactwork pull --provider orders --output pulled
  pactwork pull --provider orders --select main-branch --select deployed=production

Exit codes:
  0  pulled; or there is none, with a warning
  2  no provider is named, or the folder cannot be written
  3  storage is unreachable; with --fail-if-none, there is none")]
pub struct Pull {
    /// The provider (default: the configuration's participant)
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub provider: Option<String>,
    #[command(flatten)]
    pub selection: Selection,
    /// The folder (default: .pactwork/pulled/<provider>)
    #[arg(long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// End with 3 where nothing was chosen
    #[arg(long)]
    pub fail_if_none: bool,
    /// How the list is written
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// Golden contracts: the schemas of a provider's events
///
/// A provider generates them from its types and publishes them. A consumer pulls
/// those of the events that it consumes and checks its example payloads against
/// them.
#[derive(Debug, Subcommand)]
#[command(after_long_help = "\
Examples:
  pactwork golden generate                        # in the provider's job
  pactwork golden publish --version \"$COMMIT\"
  pactwork golden pull                            # in the consumer's job
  pactwork golden check

Exit codes: see each command.")]
pub enum Golden {
    Generate(GoldenGenerate),
    Publish(GoldenPublish),
    Pull(GoldenPull),
    Check(GoldenCheck),
}

/// Generate this participant's golden contracts
///
/// Runs the command provider.golden of the configuration, which prints one JSON
/// object { "EventName": schema, … }, and writes one file per event. Files that
/// an earlier run wrote for events that are gone are removed.
#[derive(Debug, Group)]
#[command(after_long_help = "\
Example:
  pactwork golden generate --output golden

Exit codes:
  0  written
  2  no command is configured, what it prints is not a listing, or the folder
     cannot be written
  3  the command failed")]
pub struct GoldenGenerate {
    /// The folder (default: provider.golden_output of the configuration)
    #[arg(long, value_name = "DIR")]
    pub output: Option<PathBuf>,
}

/// Publish this participant's golden contracts
///
/// Publishes one golden contract per file <Event>.json of the folder.
#[derive(Debug, Group)]
#[command(after_long_help = "\
Example:
  pactwork golden publish --version \"$COMMIT\" --branch main

Exit codes:
  0  published, or already published just so
  2  a file is not a schema, or there is none; or this version is already
     published with other content, and nothing is changed
  3  storage is unreachable")]
pub struct GoldenPublish {
    /// The folder (default: provider.golden_output of the configuration)
    #[arg(value_name = "DIR")]
    pub folder: Option<PathBuf>,
    #[command(flatten)]
    pub publish_as: PublishAs,
}

/// Pull the golden contracts of the events that this participant consumes
///
/// Only the events that consumer.events of the configuration names are pulled, to
/// consumer.golden as <provider>/<Event>.json.
#[derive(Debug, Group)]
#[command(after_long_help = "\
Example:
  pactwork golden pull

Exit codes:
  0  pulled; a provider that has published none is a warning
  1  a provider does not publish an event that the configuration names; nothing is
     changed
  2  the configuration cannot be used, or the folder cannot be written
  3  storage is unreachable")]
pub struct GoldenPull {}

/// Check this participant's example payloads against the golden contracts
///
/// Validates every examples/<provider>/<Event>/<scenario>.json against the pulled
/// golden contract of that event, and shows every violation. An event that is
/// consumed without any example is a warning.
#[derive(Debug, Group)]
#[command(after_long_help = "\
Example:
  pactwork golden pull
  pactwork golden check

Exit codes:
  0  every example is valid
  1  an example is invalid: what the schema says and what was found
  2  an example is not JSON, or a golden contract is not a schema
  3  an example has no golden contract to be checked against")]
pub struct GoldenCheck {}

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

const RECORD_DEPLOYMENT: &str = "\
Example:
  pactwork record-deployment --participant orders --version 1f3a9c2 --environment production

Exit codes:
  0  recorded
  2  no participant is named, or nobody published that version
  3  storage is unreachable";

const RECORD_UNDEPLOYMENT: &str = "\
Example:
  pactwork record-undeployment --participant orders --version 1f3a9c2 --environment production

Exit codes:
  0  recorded
  2  no participant is named, or nobody published that version
  3  storage is unreachable";

const RECORD_RELEASE: &str = "\
Example:
  pactwork record-release --participant phone --version 4.2.0 --environment production

Exit codes:
  0  recorded
  2  no participant is named, or nobody published that version
  3  storage is unreachable";

const RECORD_SUPPORT_ENDED: &str = "\
Example:
  pactwork record-support-ended --participant phone --version 4.2.0 --environment production

Exit codes:
  0  recorded
  2  no participant is named, or nobody published that version
  3  storage is unreachable";

/// List the environments
///
/// An environment is there from the first deployment or release that is recorded
/// of it.
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
  3  unknown: something has not been verified, or storage is unreachable")]
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

/// Remove what this participant's runs wrote
///
/// Removes its recorded pacts (files of consumer.pacts whose consumer is this
/// participant), and what pull and golden pull wrote by default. The bucket is
/// never touched.
#[derive(Debug, Group)]
#[command(after_long_help = "\
Example:
  pactwork clean

Exit codes:
  0  removed, or nothing was there
  2  there is no configuration, or a file cannot be removed")]
pub struct Clean {
    /// Only the recorded pacts
    #[arg(long)]
    pub pacts: bool,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Args;

    #[test]
    fn the_arguments_are_consistent() {
        Args::command().debug_assert();
    }
}
