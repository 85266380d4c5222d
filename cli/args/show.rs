//! `pactwork show`.

use clap::Args as Group;
use clap::builder::NonEmptyStringValueParser;

use super::Format;

/// Show a participant, a version, a pact or a golden contract
#[derive(Debug, Group)]
#[command(after_long_help = "\
Examples:
  pactwork show --participant orders
  pactwork show --participant orders --version 1f3a9c2
  pactwork show --pact web/orders
  pactwork show --pact web/orders@77d01e4 --format json > web-orders.json
  pactwork show --content c783d2b6183f
  pactwork show --golden OrderShipped --participant orders

Exit codes:
  0  shown
  2  it is not there; similar names are shown
  3  storage is unreachable")]
pub struct Show {
    /// The participant (default: the configuration's)
    #[arg(long, value_name = "P", value_parser = NonEmptyStringValueParser::new())]
    pub participant: Option<String>,
    /// Of this version; without it, the participant itself, or the newest contract on
    /// the main branch
    #[arg(long, value_name = "V", value_parser = NonEmptyStringValueParser::new())]
    pub version: Option<String>,
    /// The newest contract on a branch
    #[arg(long, value_name = "B", conflicts_with = "version")]
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    pub branch: Option<String>,
    /// A pact: CONSUMER/PROVIDER or CONSUMER/PROVIDER@VERSION; with --participant, the
    /// name of its provider
    #[arg(long, value_name = "PACT", conflicts_with_all = ["golden", "content"])]
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    pub pact: Option<String>,
    /// The golden contract of an event of the participant
    #[arg(long, value_name = "EVENT", conflicts_with = "content")]
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    pub golden: Option<String>,
    /// A pact or golden contract by its content id, or the beginning of it
    #[arg(long, value_name = "ID", value_parser = content_id)]
    #[arg(conflicts_with_all = ["participant", "version", "branch"])]
    pub content: Option<String>,
    /// How it is written; json of a contract is the contract itself
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// At least as much of an id as is not there twice by chance.
fn content_id(text: &str) -> Result<String, String> {
    let hexadecimal = text.chars().all(|c| c.is_ascii_hexdigit());
    match hexadecimal && (6..=64).contains(&text.len()) {
        true => Ok(text.to_ascii_lowercase()),
        false => Err("expected 6 to 64 hexadecimal digits".into()),
    }
}
