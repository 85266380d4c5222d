//! Where the pacts come from, and which of them are verified.

use std::ffi::OsString;

use clap::Args as Group;
use clap::builder::NonEmptyStringValueParser;

use crate::moment::{self, Moment};
use crate::selectors::Asked;

/// Which pacts are verified.
#[derive(Debug, Group)]
#[command(next_help_heading = "Pacts")]
pub struct Source {
    /// Pact files; folders, with the folders in them (*.json, hidden ones left out);
    /// URLs; - for a pact on stdin (default: from storage)
    #[arg(value_name = "PACT|DIR|URL|-", help_heading = "Arguments")]
    pub pacts: Vec<OsString>,
    /// The provider (default: the configuration's participant)
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub provider: Option<String>,
    /// Verify those in storage too, beside what is named
    #[arg(long)]
    pub from_storage: bool,
    /// Which versions of the consumers, in storage or in a Pact Broker (default: in
    /// storage the newest on each branch and what is in any environment; a Pact Broker's
    /// default is its own): main-branch, branch=NAME[,fallback=NAME], matching-branch,
    /// each-branch, latest, tag=NAME, deployed[=ENVIRONMENT],
    /// released[=ENVIRONMENT], deployed-or-released[=ENVIRONMENT],
    /// environment=NAME, in-progress-since=DATE, each with ,consumer=NAME; or a
    /// selector of a Pact Broker as JSON
    #[arg(long, value_name = "SELECTOR", value_parser = Asked::parse)]
    pub select: Vec<Asked>,
    /// Verify what is newer than this on other branches too, without letting it fail
    /// the provider: in-progress-since=DATE for storage, "work in progress" for a Pact
    /// Broker
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub include_wip_pacts_since: Option<Day>,
    /// Let contents fail it that no version on this branch, nor on main, ever kept
    ///
    /// Without it they are pending: what they break is reported and does not fail the
    /// provider, whose consumer may just have come to rely on something new. Of
    /// storage and a Pact Broker alone; what is named always counts.
    #[arg(long)]
    pub no_pending: bool,
    /// Replay the same interaction of several pacts for each of them, not once for all
    #[arg(long)]
    pub each_pact_alone: bool,
    /// Leave out *.json files in folders that are something else than pacts, with a
    /// warning, instead of ending with an error
    #[arg(long)]
    pub skip_other_json: bool,
    #[command(flatten)]
    pub urls: Urls,
    #[command(flatten)]
    pub broker: PactBroker,
}

/// How servers are asked for pacts.
#[derive(Debug, Group)]
#[command(next_help_heading = "Pacts at URLs")]
pub struct Urls {
    /// A header for the URLs' server; may be given several times. As all credentials it
    /// goes nowhere that server redirects to
    #[arg(long, value_name = "NAME: VALUE")]
    pub source_header: Vec<String>,
    /// The bearer token for the URLs' server; better as PACTWORK_SOURCE_TOKEN, for the
    /// processes of a machine see each other's arguments
    #[arg(long, value_name = "TOKEN", conflicts_with = "source_username")]
    pub source_token: Option<String>,
    /// The user for the URLs' server, as PACTWORK_SOURCE_USERNAME too
    #[arg(long, value_name = "NAME")]
    pub source_username: Option<String>,
    /// That user's password; better as PACTWORK_SOURCE_PASSWORD
    #[arg(long, value_name = "PASSWORD")]
    pub source_password: Option<String>,
    /// How long a server may take, also a Pact Broker's
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    #[arg(value_parser = clap::value_parser!(u64).range(1..))]
    pub source_timeout: u64,
}

/// How a Pact Broker is asked.
#[derive(Debug, Group)]
#[command(next_help_heading = "Pacts of a Pact Broker")]
pub struct PactBroker {
    /// Verify the pacts of this Pact Broker, beside what is named (default:
    /// PACT_BROKER_BASE_URL, where nothing is named and no storage is configured)
    ///
    /// With --record their results go there: success or failure. What could not be
    /// verified is neither, so it is not recorded there.
    #[arg(long, value_name = "URL")]
    pub broker_url: Option<String>,
    /// Its bearer token; better as PACT_BROKER_TOKEN
    #[arg(long, value_name = "TOKEN", conflicts_with = "broker_username")]
    pub broker_token: Option<String>,
    /// Its user, as PACT_BROKER_USERNAME too
    #[arg(long, value_name = "NAME")]
    pub broker_username: Option<String>,
    /// That user's password; better as PACT_BROKER_PASSWORD
    #[arg(long, value_name = "PASSWORD")]
    pub broker_password: Option<String>,
    /// A tag of the provider's version, for Pact Brokers without branches: decides
    /// what is pending, and is recorded; may be given several times
    #[arg(long, value_name = "TAG", value_parser = NonEmptyStringValueParser::new())]
    pub provider_tag: Vec<String>,
}

/// A day, as it was written and when it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    pub text: String,
    pub begins: std::time::SystemTime,
}

fn day(text: &str) -> Result<Day, String> {
    match moment::parse(text) {
        Ok(Moment::At(begins)) => Ok(Day {
            text: text.trim().into(),
            begins,
        }),
        _ => Err(format!("expected a date such as 2026-05-31, found {text}")),
    }
}
