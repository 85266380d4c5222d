//! `pactwork golden`.

use std::path::PathBuf;

use clap::{Args as Group, Subcommand};

use super::PublishAs;

/// Golden contracts: the schemas of a provider's events
///
/// A provider generates them from its types and publishes them. A consumer pulls
/// those of the events that it consumes and checks its example payloads against
/// them.
#[derive(Debug, Subcommand)]
#[command(after_long_help = "\
Examples:
  pactwork golden generate                        # in the provider's job
  pactwork golden publish --version \"$COMMIT\"
  pactwork golden pull                            # in the consumer's job
  pactwork golden check

Exit codes: see each command.")]
pub enum Golden {
    Generate(GoldenGenerate),
    Publish(GoldenPublish),
    Pull(GoldenPull),
    Check(GoldenCheck),
}

/// Generate this participant's golden contracts
///
/// Runs the command provider.golden of the configuration, which prints one JSON
/// object { "EventName": schema, … }, and writes one file per event. Files that
/// an earlier run wrote for events that are gone are removed.
#[derive(Debug, Group)]
#[command(after_long_help = "\
Example:
  pactwork golden generate --output golden

Exit codes:
  0  written
  2  no command is configured, what it prints is not a listing, or the folder
     cannot be written
  3  the command failed")]
pub struct GoldenGenerate {
    /// The folder (default: provider.golden_output of the configuration)
    #[arg(long, value_name = "DIR")]
    pub output: Option<PathBuf>,
}

/// Publish this participant's golden contracts
///
/// Publishes one golden contract per file <Event>.json of the folder.
#[derive(Debug, Group)]
#[command(after_long_help = "\
Example:
  pactwork golden publish --version \"$COMMIT\" --branch main

Exit codes:
  0  published, or already published just so
  2  a file is not a schema, or there is none; or this version is already
     published with other content, and nothing is changed
  3  storage is unreachable")]
pub struct GoldenPublish {
    /// The folder (default: provider.golden_output of the configuration)
    #[arg(value_name = "DIR")]
    pub folder: Option<PathBuf>,
    #[command(flatten)]
    pub publish_as: PublishAs,
}

/// Pull the golden contracts of the events that this participant consumes
///
/// Only the events that consumer.events of the configuration names are pulled, to
/// consumer.golden as <provider>/<Event>.json.
#[derive(Debug, Group)]
#[command(after_long_help = "\
Example:
  pactwork golden pull

Exit codes:
  0  pulled; a provider that has published none is a warning
  1  a provider does not publish an event that the configuration names; nothing is
     changed
  2  the configuration cannot be used, or the folder cannot be written
  3  storage is unreachable")]
pub struct GoldenPull {}

/// Check this participant's example payloads against the golden contracts
///
/// Validates every examples/<provider>/<Event>/<scenario>.json against the pulled
/// golden contract of that event, and shows every violation. An event that is
/// consumed without any example is a warning.
#[derive(Debug, Group)]
#[command(after_long_help = "\
Example:
  pactwork golden pull
  pactwork golden check

Exit codes:
  0  every example is valid
  1  an example is invalid: what the schema says and what was found
  2  an example is not JSON, or a golden contract is not a schema
  3  an example has no golden contract to be checked against")]
pub struct GoldenCheck {}
