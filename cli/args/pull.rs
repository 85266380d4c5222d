//! `pactwork pull`.

use std::path::PathBuf;

use clap::Args as Group;
use clap::builder::NonEmptyStringValueParser;
use pactwork_broker::Selector;

use super::Format;
use crate::selectors;

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
}

impl Selection {
    /// What was chosen, or what is verified where nobody chose.
    pub fn selectors(self) -> Vec<Selector> {
        match self.select.is_empty() {
            true => Selector::defaults(),
            false => self.select,
        }
    }
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
    /// The provider's branch, for matching-branch and to tell what is pending: what
    /// no version on it, nor on main, ever kept
    #[arg(long, value_name = "BRANCH", value_parser = NonEmptyStringValueParser::new())]
    pub provider_branch: Option<String>,
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
