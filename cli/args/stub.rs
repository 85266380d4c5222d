//! `pactwork stub`.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::Args as Group;
use clap::builder::NonEmptyStringValueParser;
use pactwork_broker::Selector;

use super::Format;
use crate::selectors;

/// Serve pacts or golden contracts as a running fake provider, until stopped
///
/// For local development: a stub answers every interaction of its pacts as often as
/// it is asked, expects nothing and records nothing. Pacts of several consumers are
/// served together, each provider on a port of its own. A browser at the URL with
/// /_pactwork/ shows what is served and what was asked, with the nearest interaction
/// for each request that none expects. Files and storage are watched; what cannot be
/// read leaves the pacts from before in place.
///
/// Where several interactions expect one request and answer differently, the client
/// chooses: with the header Pactwork-State (a provider state's name, or {"name": …,
/// "params": {…}}), Pactwork-Consumer or Pactwork-Interaction for one request, or with
/// PUT /_pactwork/state?state=NAME for all from then on. Where no state is asked for,
/// the interaction without any answers. Where that leaves several, the answer is 409
/// and says how to choose.
///
/// A golden contract says what an event or a response looks like, not where it is
/// found: its example is at /_pactwork/messages?description=EVENT, and wherever
/// --response or [stub.responses] of the configuration says.
#[derive(Debug, Group)]
#[command(after_long_help = "\
Examples:
  pactwork stub --port 8080 pacts/web-orders.json
  pactwork stub pacts                               # every provider, each on a free port
  pactwork stub pacts --port orders=8080 --port billing=8081
  pactwork stub --from-storage --provider orders --select deployed=production
  pactwork stub --golden golden --response 'GET /orders/{id}=Order'
  curl -H 'Pactwork-State: no order exists' http://127.0.0.1:8080/orders
  curl -X PUT 'http://127.0.0.1:8080/_pactwork/state?state=no+order+exists'

Exit codes:
  0  stopped by SIGINT or SIGTERM
  2  a pact or golden contract cannot be read, there is none, a port is in use
  3  storage is unreachable")]
pub struct Stub {
    /// Pact files, or folders of them (default: consumer.pacts of the configuration,
    /// where neither --from-storage nor --golden is given)
    #[arg(value_name = "PACT|DIR")]
    pub pacts: Vec<PathBuf>,
    /// Serve this provider alone; as often as there are some (default: every one that
    /// is found, or with --from-storage the configuration's participant)
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub provider: Vec<String>,
    /// Serve pacts that consumers published
    #[arg(long)]
    pub from_storage: bool,
    /// Which versions of the consumers (default: main-branch); selectors as `pactwork
    /// pull --help` lists them, such as branch=NAME, tag=NAME or deployed=ENVIRONMENT
    #[arg(long, value_name = "SELECTOR", value_parser = selectors::parse)]
    pub select: Vec<Selector>,
    /// The provider's branch, for matching-branch
    #[arg(long, value_name = "BRANCH", value_parser = NonEmptyStringValueParser::new())]
    pub provider_branch: Option<String>,
    /// Serve examples of the golden contracts in this folder: <Event>.json of one
    /// provider, or <provider>/<Event>.json
    #[arg(long, value_name = "DIR")]
    pub golden: Option<PathBuf>,
    /// Answer requests with the example of a golden contract; also as
    /// "METHOD /path" = "NAME" under [stub.responses] of the configuration
    #[arg(long, value_name = "METHOD /PATH=NAME", requires = "golden")]
    #[arg(value_parser = route)]
    pub response: Vec<(String, String)>,
    /// The port to listen on, or one of several providers' (default: a free one)
    #[arg(long, value_name = "N|PROVIDER=N", value_parser = port)]
    pub port: Vec<(Option<String>, u16)>,
    /// The address to listen on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub host: IpAddr,
    /// Speak TLS with this certificate (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub tls_certificate: Option<PathBuf>,
    /// The certificate's key (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_certificate")]
    pub tls_key: Option<PathBuf>,
    /// Speak TLS with a certificate made now, for localhost and the names of
    /// --allow-host, and write it to this file for clients to trust
    #[arg(long, value_name = "FILE", conflicts_with = "tls_certificate")]
    pub tls_self_signed: Option<PathBuf>,
    /// Match requests whatever this header says; * for every header
    #[arg(long, value_name = "NAME")]
    pub ignore_header: Vec<String>,
    /// Let web pages of this origin call it, beside those of this machine; * for every
    /// page
    #[arg(long, value_name = "ORIGIN", conflicts_with = "no_cors")]
    pub cors: Vec<String>,
    /// Let no web page of another origin call it
    #[arg(long)]
    pub no_cors: bool,
    /// Let the page and the control API be asked by this name as well
    #[arg(long, value_name = "NAME")]
    pub allow_host: Vec<String>,
    /// Where the page and the control API are
    #[arg(long, value_name = "/PATH", default_value = "/_pactwork", value_parser = control_path)]
    pub control_path: String,
    /// How often storage is asked for other pacts; 0 for never. Files are looked at
    /// twice a second
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    pub reload_every: u64,
    /// Serve what is there at the start, whatever changes
    #[arg(long)]
    pub no_reload: bool,
    /// How the URLs are written
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

fn route(text: &str) -> Result<(String, String), String> {
    match text.rsplit_once('=') {
        Some((route, name)) if !name.is_empty() => Ok((route.trim().into(), name.trim().into())),
        _ => Err(format!(
            "expected METHOD /PATH=NAME such as 'GET /orders/{{id}}=Order', found {text}"
        )),
    }
}

fn port(text: &str) -> Result<(Option<String>, u16), String> {
    let (provider, number) = match text.rsplit_once('=') {
        Some((provider, number)) => (Some(provider.to_owned()), number),
        None => (None, text),
    };
    let number = number
        .parse()
        .map_err(|_| format!("expected a port from 0 to 65535 or PROVIDER=PORT, found {text}"))?;
    Ok((provider, number))
}

fn control_path(text: &str) -> Result<String, String> {
    let path = text.trim_end_matches('/');
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/-_.~".contains(c);
    match path.starts_with('/') && path.chars().all(is_plain) {
        true => Ok(path.into()),
        false => Err(format!(
            "expected a path such as /_pactwork, of letters, digits and -_.~, found {text}"
        )),
    }
}
