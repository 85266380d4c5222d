//! `pactwork record`.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::Args as Group;
use clap::builder::NonEmptyStringValueParser;
use pactwork_consumer::draft::RedactedPath;
use url::Url;

use super::Format;

/// Turn real traffic into a draft of a pact
///
/// Stands between a consumer and its provider (--upstream), or reads what a browser
/// or a proxy saved (--har). Similar requests become one interaction, what varied
/// becomes a matching rule. With --upstream its URL is the first line on stdout; it
/// forwards what it gets until SIGINT or SIGTERM, and then writes the draft.
///
/// Passwords, tokens, cookies and the like are replaced before anything is kept:
/// Authorization and its kin, parameters and members with such names, and whatever
/// looks like a token. A draft is for a person to look through: it is written beside
/// the pacts, not among them.
#[derive(Debug, Group)]
#[command(after_long_help = "\
Examples:
  pactwork record --upstream https://orders.example.com --provider orders
  pactwork record --upstream http://127.0.0.1:8080 --provider orders --port 9090 --only /api/
  pactwork record --har shop.har --origin https://orders.example.com --provider orders

In pactwork.toml, for everybody who records:
  [record]
  headers = [\"X-Tenant\"]            # as --header
  redact = [\"iban\"]                 # as --redact
  redact_paths = [\"$.user.name\"]    # as --redact-path

Exit codes:
  0  the draft is written
  2  nobody is named, a HAR file cannot be read, a port is in use, or there is a file
     already where the draft would go
  3  nothing came that could be recorded")]
pub struct RecordTraffic {
    /// The provider that requests are forwarded to
    // Checked later: wrong usage repeats what was given, and a URL may hold a password.
    #[arg(
        long,
        value_name = "URL",
        required_unless_present = "har",
        conflicts_with = "har"
    )]
    pub upstream: Option<String>,
    /// HAR files, as browsers, mitmproxy and Playwright save them
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub har: Vec<PathBuf>,
    /// Which server of the HAR files is the provider (default: the only one)
    #[arg(long, value_name = "URL", value_parser = origin, conflicts_with = "upstream")]
    pub origin: Option<Url>,
    /// The consumer (default: the configuration's participant)
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub consumer: Option<String>,
    /// The provider
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub provider: String,
    /// The folder for the draft (default: drafts beside the configuration)
    #[arg(long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Replace a draft that is there already
    #[arg(long)]
    pub replace: bool,
    /// The version of the Pact specification that the draft is written in
    #[arg(long, value_name = "N", default_value_t = 4)]
    #[arg(value_parser = clap::value_parser!(u8).range(2..=4))]
    pub specification: u8,
    /// Record only requests whose path begins so; the others are forwarded
    #[arg(long, value_name = "PREFIX", value_parser = prefix)]
    pub only: Vec<String>,
    /// Do not record requests whose path begins so
    #[arg(long, value_name = "PREFIX", value_parser = prefix)]
    pub ignore: Vec<String>,
    /// Keep this header as well, of requests and of answers
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub header: Vec<String>,
    /// Redact headers, parameters and members of this name as well
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub redact: Vec<String>,
    /// Redact what is at this path of JSON bodies
    #[arg(long, value_name = "PATH")]
    pub redact_path: Vec<RedactedPath>,
    /// Expect members that never changed to stay as they are (default: any value of
    /// their type)
    #[arg(long)]
    pub strict: bool,
    /// The port to listen on (default: a free one)
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    #[arg(conflicts_with = "har")]
    pub port: u16,
    /// The address to listen on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub host: IpAddr,
    /// How much of a body is looked at; longer ones are forwarded and left out
    #[arg(long, value_name = "BYTES", default_value_t = 1024 * 1024)]
    #[arg(value_parser = clap::value_parser!(u64).range(1..=1024 * 1024 * 1024))]
    pub body_limit: u64,
    /// How the summary is written; json: one object a line, with --upstream the first
    /// of them the URL
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

fn origin(text: &str) -> Result<Url, String> {
    let url = http_url(text)?;
    match url.path() {
        "/" => Ok(url),
        _ => Err("expected scheme, host and port alone; --only chooses by path".into()),
    }
}

/// The error does not repeat the text, which may hold a password.
pub fn http_url(text: &str) -> Result<Url, String> {
    let example = "expected a URL such as https://orders.example.com";
    let url = Url::parse(text).map_err(|reason| format!("{example}: {reason}"))?;
    match url.scheme() {
        "http" | "https" if url.has_host() => Ok(url),
        _ => Err(example.into()),
    }
}

fn prefix(text: &str) -> Result<String, String> {
    match text.starts_with('/') {
        true => Ok(text.into()),
        false => Err("expected the beginning of a path, such as /api/".into()),
    }
}
