//! Provider states: who sets them, and how.

use clap::Args as Group;
use clap::builder::NonEmptyStringValueParser;

use super::target::seconds;

/// How provider states are set.
#[derive(Debug, Group)]
#[command(next_help_heading = "Provider states")]
pub struct States {
    /// Where provider states are set: a URL, or a path on the provider
    ///
    /// Each change is a POST of {"state": NAME, "params": {…}, "action": "setup"}, after
    /// the interaction "teardown". A 2xx status says that it is done; a JSON object in
    /// the answer gives values that requests may need.
    #[arg(long, value_name = "URL", conflicts_with = "states_command")]
    pub states_url: Option<String>,
    /// The command that sets provider states: JSON on stdin, values as JSON on stdout
    ///
    /// Each change is a process that gets {"state": NAME, "params": {…}, "action":
    /// "setup"} (or "teardown") on stdin, and PACTWORK_BASE_URL, PORT and
    /// PACTWORK_INSTANCE. Status 0 says that it is done; a JSON object on stdout gives
    /// values.
    #[arg(long, value_name = "COMMAND", value_parser = NonEmptyStringValueParser::new())]
    pub states_command: Option<String>,
    /// Send states in the query of the states URL instead of as JSON
    #[arg(long, conflicts_with = "states_command")]
    pub states_as_query: bool,
    /// Tear states down after their interaction (the default)
    #[arg(long, overrides_with = "no_states_teardown")]
    pub states_teardown: bool,
    /// Leave states as they are after their interaction
    #[arg(long, overrides_with = "states_teardown")]
    pub no_states_teardown: bool,
    /// How often a state that could not be set is tried again (default: 0)
    #[arg(long, value_name = "N")]
    pub states_retries: Option<u32>,
    /// How long to wait before it is tried again (default: 1)
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub states_retry_pause: Option<f64>,
    /// How long one change of a state may take (default: that of --timeout)
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub states_timeout: Option<f64>,
}
