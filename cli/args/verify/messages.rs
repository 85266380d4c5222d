//! Messages: who produces them.

use clap::Args as Group;
use clap::builder::NonEmptyStringValueParser;

/// How messages are asked for.
#[derive(Debug, Group)]
#[command(next_help_heading = "Messages")]
pub struct Messages {
    /// Where messages are asked for: a URL, or a path on the provider
    ///
    /// Each is asked for by a POST of {"description": …, "providerStates": […]}, for a
    /// synchronous message with "request". The answer's body is the message, its header
    /// Pact-Message-Metadata the metadata (JSON in base64). Several answers come as a
    /// JSON array of {"contents": {"content": …}, "metadata": {…}} with content type
    /// application/vnd.pactwork.messages+json.
    #[arg(long, value_name = "URL", conflicts_with = "messages_command")]
    pub messages_url: Option<String>,
    /// The command that produces messages: JSON on stdin, the message as JSON on stdout
    ///
    /// It gets what the messages URL gets, and writes {"contents": {"content": …},
    /// "metadata": {…}}, or an array of them for several answers.
    #[arg(long, value_name = "COMMAND", value_parser = NonEmptyStringValueParser::new())]
    pub messages_command: Option<String>,
}
