//! `pactwork mock`.

use std::ffi::OsString;
use std::net::IpAddr;
use std::path::PathBuf;

use clap::Args as Group;

/// Answer as providers would, until stopped: from pact files, or for tests in any language
///
/// With PACT it prints its URL as the first line on stdout and answers the pact's
/// interactions until SIGINT or SIGTERM. Then it says which interactions were
/// not asked for and which requests were not expected. If all held, it writes
/// the pact.
///
/// Without PACT it listens for orders: an HTTP control API on this machine, whose URL
/// is the first line on stdout. A test creates a mock provider with one request, runs
/// the consumer against the URL in the answer, and finishes with another request:
/// status 200 when all held and the pact is written, 409 with the text to show
/// otherwise. Messages are handed out to be tried and recorded once confirmed. The
/// API is described at /openapi.json, and by --openapi.
///
/// With -- COMMAND it runs your tests with the control API's URL in
/// PACTWORK_MOCK_URL, and ends with them.
#[derive(Debug, Group)]
#[command(after_long_help = "\
Examples:
  pactwork mock --port 8080 pacts/web-orders.json
  pactwork mock -- python3 -m unittest
  pactwork mock -- npm test
  pactwork mock --control-port 4711 --until-parent-exits

A mock provider in two requests, here with curl:
  curl -sS $PACTWORK_MOCK_URL/mock-providers -d '{
    \"consumer\": \"web\", \"provider\": \"orders\",
    \"interactions\": [{
      \"description\": \"a request for order 7\",
      \"given\": \"order 7 exists\",
      \"request\": { \"method\": \"GET\", \"path\": \"/orders/7\" },
      \"response\": { \"body\": { \"id\": { \"pact:matcher:type\": \"integer\", \"value\": 7 } } }
    }]
  }'
  …run the consumer against the \"url\" of the answer…
  curl -sS -X POST $PACTWORK_MOCK_URL/mock-providers/1/finish

Exit codes:
  0  every interaction was asked for, and nothing else; the pacts are written
  1  an interaction was not asked for, a request was not expected, or a mock provider
     or message was never finished or confirmed
  2  a pact cannot be read, a port is in use, a folder cannot be written, COMMAND
     cannot be started
  any other: COMMAND's own, which comes before the others where it is not 0")]
pub struct Mock {
    /// The port to listen on as the provider of PACT (default: a free one)
    #[arg(long, value_name = "N", requires = "pacts")]
    pub port: Option<u16>,
    /// The address to listen on as the provider of PACT (default: 127.0.0.1)
    #[arg(long, value_name = "ADDRESS", requires = "pacts")]
    pub host: Option<IpAddr>,
    /// Speak TLS as the provider of PACT, with a certificate of its own; its PEM goes to
    /// --tls-certificate-to
    #[arg(long, requires = "pacts")]
    pub tls: bool,
    /// Speak TLS with this certificate (PEM), followed by those that vouch for it
    #[arg(
        long,
        value_name = "FILE",
        requires = "pacts",
        requires = "tls_key",
        conflicts_with = "tls"
    )]
    pub tls_certificate: Option<PathBuf>,
    /// The certificate's key (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_certificate")]
    pub tls_key: Option<PathBuf>,
    /// Where to write the certificate that clients have to trust
    #[arg(long, value_name = "FILE", requires = "tls")]
    pub tls_certificate_to: Option<PathBuf>,
    /// Let web pages of this origin, such as http://localhost:3000, ask the provider of
    /// PACT and read its answers; any: all pages
    #[arg(long, value_name = "ORIGIN", requires = "pacts")]
    pub cors: Vec<String>,
    /// The folder for written pacts (default: consumer.pacts of the configuration)
    #[arg(long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// The port of the control API (default: a free one; with PACT there is no control
    /// API unless this or COMMAND is given, and its URL is the second line on stdout)
    #[arg(long, value_name = "N")]
    pub control_port: Option<u16>,
    /// The address of the control API. Whoever can reach it can write files with your
    /// rights
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub control_host: IpAddr,
    /// Another name or address that clients may call the control API by (the header
    /// Host), beside this machine's own
    #[arg(long, value_name = "NAME")]
    pub control_allow: Vec<String>,
    /// End when the process that started this one has ended
    ///
    /// For test runners that start it themselves: killed or crashed, they leave nothing
    /// behind. It counts as SIGTERM.
    #[arg(long)]
    pub until_parent_exits: bool,
    /// Print the OpenAPI document of the control API, and do nothing else
    #[arg(long)]
    pub openapi: bool,
    /// Pact files of one consumer and one provider, or folders of them
    #[arg(value_name = "PACT")]
    pub pacts: Vec<PathBuf>,
    /// A test command to run, with the control API's URL in PACTWORK_MOCK_URL and, with
    /// PACT, the mock provider's in PACTWORK_MOCK_PROVIDER_URL
    #[arg(last = true, value_name = "COMMAND")]
    pub command: Vec<OsString>,
}
