//! How requests are sent, and how many at once.

use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args as Group, ValueEnum};

/// How interactions are replayed.
#[derive(Debug, Group)]
#[command(next_help_heading = "Replay")]
pub struct Replay {
    /// How many interactions without provider states are verified at once
    #[arg(long, value_name = "N", default_value_t = 1)]
    #[arg(value_parser = clap::value_parser!(u16).range(1..))]
    pub jobs: u16,
    /// How long one request may take, up to the last byte of its answer
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    #[arg(value_parser = clap::value_parser!(u64).range(1..))]
    pub timeout: u64,
    /// How long a connection may take until it is there (default: as long as the request)
    #[arg(long, value_name = "SECONDS")]
    #[arg(value_parser = clap::value_parser!(u64).range(1..))]
    pub connect_timeout: Option<u64>,
    /// The largest body of an answer, in MiB
    #[arg(long, value_name = "MB", default_value_t = 128)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=4095))]
    pub largest_body: u32,
    /// Follow so many redirects (without N: 10); secrets are not sent to another origin
    #[arg(long, value_name = "N", num_args = 0..=1, require_equals = true)]
    #[arg(default_missing_value = "10")]
    pub follow_redirects: Option<usize>,
    /// Speak HTTP/2: at http: URLs with prior knowledge, at https: URLs by agreement
    #[arg(long)]
    pub http2: bool,
    /// Trust this authority's certificate beside those of the system: PEM (repeatable)
    #[arg(long, value_name = "FILE")]
    pub ca_certificate: Vec<PathBuf>,
    /// The certificate to show to a provider that asks for one: PEM
    #[arg(long, value_name = "FILE", requires = "client_key")]
    pub client_certificate: Option<PathBuf>,
    /// The private key of the client certificate: PEM
    #[arg(long, value_name = "FILE", requires = "client_certificate")]
    pub client_key: Option<PathBuf>,
    /// Accept any certificate: nobody knows then who answers
    #[arg(long)]
    pub insecure: bool,
    /// Send this header in place of the pact's with its name; without a value, none (repeatable)
    #[arg(long, value_name = "NAME: VALUE", value_parser = header)]
    pub header: Vec<(String, String)>,
    /// The same with what a command prints, such as a token (repeatable)
    ///
    /// It is run once, when the provider is ready, where the provider's commands run, with
    /// the provider's URL in PACTWORK_BASE_URL; it has 30 seconds.
    #[arg(long, value_name = "NAME=COMMAND", value_parser = header_command)]
    pub header_command: Vec<(String, String)>,
    /// Run the commands of --header-command again when their value is older than this
    #[arg(long, value_name = "SECONDS")]
    #[arg(value_parser = clap::value_parser!(u64).range(1..))]
    pub header_command_refresh: Option<u64>,
    /// Send the headers of --header and --header-command there, too (repeatable)
    #[arg(long, value_name = "WHERE", value_enum, value_delimiter = ',')]
    pub header_also: Vec<HeaderAlso>,
    /// Post each request as JSON to this URL, and send what it answers in its place
    ///
    /// Posted is {\"method\", \"path\", \"query\", \"headers\": {NAME: [VALUE]}, \"body\":
    /// {\"content\", \"encoded\": false or \"base64\"}, \"interaction\"}, with all other headers
    /// in place; what the answer leaves out stays as it is.
    #[arg(long, value_name = "URL", value_parser = NonEmptyStringValueParser::new())]
    pub request_filter: Option<String>,
}

/// Calls that are not part of the pact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum HeaderAlso {
    /// To the states URL
    States,
    /// To the messages URL
    Messages,
}

fn header(text: &str) -> Result<(String, String), String> {
    match text.split_once(':') {
        Some((name, value)) if !name.trim().is_empty() => {
            Ok((name.trim().into(), value.trim().into()))
        }
        _ => Err("expected 'NAME: VALUE'".into()),
    }
}

fn header_command(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, command)) if !name.trim().is_empty() && !command.trim().is_empty() => {
            Ok((name.trim().into(), command.into()))
        }
        _ => Err("expected NAME=COMMAND".into()),
    }
}
