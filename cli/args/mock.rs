//! `pactwork mock`.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::Args as Group;

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
