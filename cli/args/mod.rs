//! The raw arguments, and the help that teaches them. Nothing is checked here
//! that needs the configuration, the environment or a file.
#![allow(
    rustdoc::broken_intra_doc_links,
    rustdoc::invalid_html_tags,
    reason = "these comments are the help that a terminal shows"
)]

mod can_i_deploy;
mod changed;
mod clean;
mod diff;
mod doctor;
mod environments;
mod golden;
mod graph;
mod import;
mod init;
mod list;
mod log;
mod matrix;
mod mock;
mod notify;
mod prune;
mod publish;
mod pull;
mod record_traffic;
mod record_verification;
mod show;
mod since;
mod stub;
mod verify;

use std::path::PathBuf;

use clap::{ArgAction, Args as Group, Parser, Subcommand, ValueEnum};

pub use can_i_deploy::{CanIDeploy, DecisionFormat};
pub use changed::{Changed, ChangesFormat};
pub use clean::Clean;
pub use diff::Diff;
pub use doctor::Doctor;
pub use environments::{CreateEnvironment, Deployment, Environments, VersionInEnvironment};
pub use golden::{Golden, GoldenGenerate, GoldenPublish};
pub use graph::{Graph, GraphFormat};
pub use import::Import;
pub use init::{Ci, Credentials, Init, Role};
pub use list::{List, Listing};
pub use log::{Log, Recorded};
pub use matrix::Matrix;
pub use mock::Mock;
pub use notify::Notify;
pub use prune::{KeepRule, Prune};
pub use publish::{OnConflict, Publish, PublishAs};
pub use pull::Pull;
pub use record_traffic::{RecordTraffic, http_url};
pub use record_verification::RecordVerification;
pub use show::Show;
pub use since::Since;
pub use stub::Stub;
pub use verify::rewritten;
pub use verify::{
    Choice, CrossCheck, Day, HeaderAlso, InteractionType, Kind, Messages, PactBroker, Replay,
    ReportTo, Source, States, Target, Urls, Verify, Watch,
};

use environments::{RECORD_DEPLOYMENT, RECORD_RELEASE, RECORD_SUPPORT_ENDED, RECORD_UNDEPLOYMENT};

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

A first draft of a pact, from real traffic:
  pactwork record --upstream https://orders.example.com --provider orders

Both jobs for your CI, ready to commit:
  pactwork init --participant web
Looking at what is there:
  pactwork list                               # who, and in which version where
  pactwork show --participant orders
  pactwork matrix --participant orders        # who was verified against whom
  pactwork graph --format svg --output graph.svg
  pactwork diff --provider orders --from-branch main --to-branch feature

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
    /// Where contracts and results are shared: a folder, s3://BUCKET/PREFIX,
    /// gs://BUCKET/PREFIX, az://CONTAINER/PREFIX or memory:
    /// (default: PACT_BUCKET as the name of an S3 bucket, else the configuration's,
    /// else .pactwork/bucket at the repository's root)
    #[arg(long, global = true, value_name = "URL", env = "PACTWORK_STORAGE")]
    #[arg(hide_env_values = true, help_heading = "Everywhere")]
    pub storage: Option<String>,
    /// An option of that storage, such as region or endpoint; also as
    /// PACTWORK_STORAGE_NAME, or under [storage] of the configuration. `pactwork
    /// doctor` shows which count
    #[arg(
        long,
        global = true,
        value_name = "NAME=VALUE",
        help_heading = "Everywhere"
    )]
    #[arg(value_parser = name_and_value)]
    pub storage_option: Vec<(String, String)>,
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

fn name_and_value(text: &str) -> Result<(String, String), String> {
    let (name, value) = text
        .split_once('=')
        .ok_or_else(|| format!("expected NAME=VALUE, found {text}"))?;
    Ok((name.into(), value.into()))
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
    Stub(Stub),
    #[command(name = "record")]
    RecordTraffic(Box<RecordTraffic>),
    Verify(Box<Verify>),
    Publish(Publish),
    Pull(Pull),
    Import(Import),
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
    RecordVerification(RecordVerification),
    CreateEnvironment(CreateEnvironment),
    Environments(Environments),
    CanIDeploy(CanIDeploy),
    Log(Log),
    Changed(Changed),
    Notify(Notify),
    Init(Init),
    Matrix(Matrix),
    Graph(Graph),
    List(List),
    Show(Show),
    Diff(Diff),
    Prune(Prune),
    Clean(Clean),
    Doctor(Doctor),
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
