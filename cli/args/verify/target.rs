//! The provider: how it is started and reached, and where its states are set and its
//! messages asked for.

use clap::Args as Group;
use clap::builder::NonEmptyStringValueParser;

/// Which provider is verified, and how it is reached.
#[derive(Debug, Group)]
#[command(next_help_heading = "The provider")]
pub struct Target {
    /// The URL of a provider that runs
    #[arg(long, value_name = "URL", conflicts_with = "start")]
    pub base_url: Option<String>,
    /// The command that starts the provider; {port} is replaced, PORT is set
    #[arg(long, value_name = "COMMAND")]
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    pub start: Option<String>,
    /// The path that answers 2xx once the provider is ready (default: the port accepts)
    #[arg(long, value_name = "PATH")]
    pub ready: Option<String>,
    /// How long the provider may take to become ready (default: 30)
    #[arg(long, value_name = "SECONDS")]
    #[arg(value_parser = clap::value_parser!(u64).range(1..))]
    pub ready_timeout: Option<u64>,
    /// Where provider states are set: a URL, or a path on the provider
    #[arg(long, value_name = "URL")]
    pub states_url: Option<String>,
    /// Where messages are asked for: a URL, or a path on the provider
    #[arg(long, value_name = "URL")]
    pub messages_url: Option<String>,
}
