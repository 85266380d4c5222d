//! The provider: how it is started and reached, and where its states are set and its
//! messages asked for.

use std::path::PathBuf;

use clap::Args as Group;
use clap::builder::NonEmptyStringValueParser;

use super::messages::Messages;
use super::states::States;

/// Which provider is verified, and how it is reached.
#[derive(Debug, Group)]
#[command(next_help_heading = "The provider")]
pub struct Target {
    /// The URL of a provider that runs
    ///
    /// With --start, or a program behind --, it says where the provider that is started
    /// answers: https://localhost:{port}/api, or http://localhost:8080 for one that has a
    /// port of its own (default: http at the port that it is given).
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
    /// The command that starts the provider; {port} is replaced, PORT is set
    ///
    /// It runs in a shell, in the foreground, for as long as it is verified; then it is
    /// stopped with whatever it started. {instance} is its number, from 1, and
    /// PACTWORK_INSTANCE as well. To start a program without a shell, put it last:
    /// -- PROGRAM ARG…
    #[arg(long, value_name = "COMMAND", conflicts_with = "program")]
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    pub start: Option<String>,
    /// The same without a shell: a program and its arguments, behind --
    #[arg(last = true, value_name = "PROGRAM")]
    pub program: Vec<String>,
    /// A variable for the provider and the other commands; {port} and {instance} in it
    /// are replaced (repeatable)
    #[arg(long, value_name = "NAME=VALUE", value_parser = variable)]
    pub env: Vec<(String, String)>,
    /// The folder that the provider and the other commands run in (default: this one,
    /// for commands of the configuration that of the configuration)
    #[arg(long, value_name = "DIR")]
    pub working_folder: Option<PathBuf>,
    /// The port that the provider is told to listen on (default: a free one)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub port: Option<u16>,
    /// How many instances of the provider are started, which share no state
    ///
    /// Each has a port of its own: free ones, or those from --port on. Interactions that
    /// declare provider states are verified one at a time on each, so with several
    /// instances several at once. If one dies, the others do the rest.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub instances: Option<u16>,
    /// The path that answers 2xx once the provider is ready (default: the port accepts)
    ///
    /// --ready, --ready-tcp, --ready-log and --ready-command can be combined: all of them
    /// have to hold.
    #[arg(long, value_name = "PATH")]
    pub ready: Option<String>,
    /// Wait until the port accepts connections, beside what else is waited for
    #[arg(long)]
    pub ready_tcp: bool,
    /// A regular expression for the line that the provider writes once it is ready
    ///
    /// A group named port gives the port that the provider chose by itself:
    /// 'listening on .*:(?<port>[0-9]+)'. Without --ready or --ready-tcp the port is not
    /// waited for, as is right for a provider that only sends messages.
    #[arg(long, value_name = "REGEX")]
    pub ready_log: Option<String>,
    /// A command that ends with status 0 once the provider is ready
    ///
    /// It is run again and again, where the provider runs, with the same variables, and
    /// with the provider's URL in PACTWORK_BASE_URL.
    #[arg(long, value_name = "COMMAND", value_parser = NonEmptyStringValueParser::new())]
    pub ready_command: Option<String>,
    /// Take whoever listens on the port for the provider
    ///
    /// Otherwise a process that was there before the provider was started, or that is
    /// the provider of another verification, is not taken for it.
    #[arg(long)]
    pub ready_any_listener: bool,
    /// How long the provider may take to become ready (default: 30)
    #[arg(long, value_name = "SECONDS")]
    #[arg(value_parser = clap::value_parser!(u64).range(1..))]
    pub ready_timeout: Option<u64>,
    /// How long the provider may take to stop before it is killed (default: 5)
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub stop_timeout: Option<f64>,
    #[command(flatten)]
    pub states: States,
    #[command(flatten)]
    pub messages: Messages,
}

fn variable(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.into(), value.into())),
        _ => Err("expected NAME=VALUE".into()),
    }
}

/// Seconds, which need not be whole.
pub(super) fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if (0.0..=1e9).contains(&seconds) => Ok(seconds),
        _ => Err("expected a number of seconds, such as 5 or 0.5".into()),
    }
}
