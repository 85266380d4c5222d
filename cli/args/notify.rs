//! `pactwork notify`.

use clap::Args as Group;
use clap::builder::NonEmptyStringValueParser;

use super::Format;
use crate::moment::{self, Moment};

/// Send what the configuration wants to be told of new facts
///
/// One shot, for a job that runs every few minutes or after each publication: each
/// [[notify]] of pactwork.toml is sent for every fact that it waits for and that was
/// not told yet. What was sent is remembered in storage. The first run of a
/// [[notify]] sends nothing: what is recorded from then on counts.
///
/// Each is sent at least once: a run that ends between sending and remembering, or
/// two runs at once, send it again. X-Pactwork-Delivery is the same then.
#[derive(Debug, Group)]
#[command(after_long_help = "\
Examples:
  pactwork notify --dry-run --since 1day
  pactwork notify
  pactwork notify --only verify-providers --format json

Configuration:
  [notifications]
  allowed_hosts = [\"api.github.com\", \"ci.example.com\"]
  timeout_seconds = 10
  attempts = 4

  [[notify]]
  name = \"verify-providers\"
  on = \"contract-requiring-verification\"
  [notify.github]
  repository = \"acme/{provider}\"
  event_type = \"contract-requiring-verification\"

  [[notify]]
  name = \"test-consumers\"
  on = \"version-published\"
  participant = \"core\"
  branch = \"main\"
  for_each_consumer = true
  [notify.github]
  repository = \"acme/{consumer}\"
  workflow = \"contracts.yml\"
  ref = \"{consumer_branch|main}\"
  inputs = { provider = \"{provider}\", provider_version = \"{version}\" }

  [[notify]]
  name = \"tell-the-team\"
  on = \"verification-failed\"
  [notify.webhook]
  url = \"https://ci.example.com/hooks/{provider}\"
  headers = { Authorization = \"Bearer {env.CI_TOKEN}\" }
  body = { text = \"{provider} {provider_version} breaks what {consumer} relies on\" }

Exit codes:
  0  everything that was due is sent, or nothing was due
  2  the configuration is wrong, or a secret is not set
  3  something could not be delivered, and the next run tries it again; or storage
     is unreachable")]
pub struct Notify {
    /// Show what would be sent, without secrets; nothing is sent and nothing remembered
    #[arg(long)]
    pub dry_run: bool,
    /// Facts since then count, but for those that were told: a day (2026-05-31), a
    /// moment (2026-05-31T14:00:00Z), or how long ago (2h)
    #[arg(long, value_name = "WHEN", value_parser = moment::parse)]
    pub since: Option<Moment>,
    /// Only the [[notify]] of this name; may be given several times
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub only: Vec<String>,
    /// How the list is written
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}
