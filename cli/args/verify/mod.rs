//! `pactwork verify`.

mod choice;
mod compatibility;
mod cross_check;
mod messages;
mod replay;
mod report;
mod source;
mod states;
mod target;
mod watch;

use clap::Args as Group;
use clap::builder::NonEmptyStringValueParser;

pub use choice::{Choice, InteractionType};
pub use compatibility::rewritten;
pub use cross_check::CrossCheck;
pub use messages::Messages;
pub use replay::{HeaderAlso, Replay};
pub use report::{Kind, ReportTo};
pub use source::{Day, PactBroker, Source, Urls};
pub use states::States;
pub use target::Target;
pub use watch::Watch;

const RECORDING: &str = "Recording the result";

/// Verify a real provider against its consumers' pacts
///
/// Starts the provider (or takes one that runs), replays every HTTP interaction,
/// asks for every message, and compares. Without PACT, the pacts are pulled from
/// storage: those that --select chooses of the pacts that name this participant as
/// their provider; none is a warning. They may also be in files, at URLs, on stdin and
/// in a Pact Broker, in several of these at once: the same content is verified once.
/// Contents in storage or a Pact Broker that no version on the provider's branch, nor on
/// its main one, ever kept are pending: breaking them is reported and does not fail. An
/// interaction's provider states are set by POST to the states URL or by the states
/// command, messages are asked for by POST to the messages URL or from the messages
/// command.
#[derive(Debug, Group)]
#[command(after_long_help = "\
Examples:
  pactwork verify
  pactwork verify pacts/web-orders.json --base-url http://127.0.0.1:8080
  pactwork verify --select main-branch --select deployed=production
  pactwork verify pacts https://files.example.com/web-orders.json --from-storage
  pactwork verify --broker-url https://broker.example.com --record --version \"$COMMIT\"
  pactwork verify pacts --start 'orders-service --port {port}' --ready /health
  pactwork verify pacts --instances 4 --env DATABASE=orders_{instance} -- orders-service
  pactwork verify pacts --start 'npm start' --ready-log 'listening on (?<port>[0-9]+)'
  pactwork verify pacts --states-command ./set-state.sh --messages-command ./message.py
  pactwork verify --record --version \"$COMMIT\" --format json --output report.json

The options of pact_verifier_cli are understood by their names as well:
docs/verifier-options.md says which, and what they mean.

Exit codes:
  0  the provider keeps every pact that is not pending, or storage or the Pact Broker
     holds none for it
  1  the provider breaks a pact: the mismatches are shown
  2  a pact or the configuration cannot be used; no pact given is this provider's
  3  could not find out: the provider did not start or died, a state could not be
     set, storage or another server is unreachable or refuses")]
pub struct Verify {
    #[command(flatten)]
    pub source: Source,
    #[command(flatten)]
    pub target: Target,
    #[command(flatten)]
    pub replay: Replay,
    #[command(flatten)]
    pub choice: Choice,
    #[command(flatten)]
    pub watch: Watch,
    #[command(flatten)]
    pub report: ReportTo,
    #[command(flatten)]
    pub cross_check: CrossCheck,
    /// Record the result: of pacts of a Pact Broker there, of all others in storage
    #[arg(long, requires = "version", help_heading = RECORDING)]
    pub record: bool,
    /// The provider's version, usually a commit
    #[arg(long, value_name = "V", requires = "record", help_heading = RECORDING)]
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    pub version: Option<String>,
    /// The provider's branch (default: from git, or the CI's variables)
    #[arg(long, value_name = "B", help_heading = RECORDING)]
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    pub branch: Option<String>,
    /// Where to look at the job that verified
    #[arg(long, value_name = "URL", requires = "record", help_heading = RECORDING)]
    pub build_url: Option<String>,
}
