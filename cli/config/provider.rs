//! `[provider]`: how this service is started and asked as a provider.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use pactwork_provider::{CommandLine, LogPattern};
use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};

/// What the configuration says about this service as a provider.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Provider {
    /// What starts it.
    pub start: Option<Command>,
    /// Where it answers: with `{port}` if it is started.
    pub base_url: Option<String>,
    /// The folder that its commands run in.
    pub working_folder: Option<PathBuf>,
    /// The port that it is told to listen on.
    pub port: Option<u16>,
    /// How many instances are started.
    pub instances: Option<u16>,
    /// The path that answers once it is ready.
    pub ready: Option<String>,
    /// Whether the port is waited for beside what else is.
    pub ready_tcp: bool,
    /// What the line looks like that it writes once it is ready.
    pub ready_log: Option<String>,
    /// What ends with status 0 once it is ready.
    pub ready_command: Option<Command>,
    /// Whether whoever listens is taken for it.
    pub ready_any_listener: bool,
    /// How long it may take to become ready.
    pub ready_timeout_seconds: Option<u64>,
    /// How long it may take to stop.
    pub stop_timeout_seconds: Option<f64>,
    /// Where its states are set: a path on it, or a URL.
    pub states: Option<String>,
    /// What sets its states.
    pub states_command: Option<Command>,
    /// Whether states are sent in the query.
    pub states_as_query: bool,
    /// Whether states are torn down.
    pub states_teardown: Option<bool>,
    /// How often a state that could not be set is tried again.
    pub states_retries: Option<u32>,
    /// How long to wait before.
    pub states_retry_pause_seconds: Option<f64>,
    /// How long a change of a state may take.
    pub states_timeout_seconds: Option<f64>,
    /// Where its messages are asked for: a path on it, or a URL.
    pub messages: Option<String>,
    /// What produces its messages.
    pub messages_command: Option<Command>,
    /// Headers that requests are given; `{env.NAME}` stands for a variable.
    pub headers: BTreeMap<String, String>,
    /// Headers whose values commands print.
    pub header_commands: BTreeMap<String, Command>,
    /// After how long these are run again.
    pub header_command_refresh_seconds: Option<u64>,
    /// What is posted each request, and answers what is sent in its place.
    pub request_filter: Option<String>,
    /// How many redirects are followed.
    pub follow_redirects: Option<usize>,
    /// Whether HTTP/2 is spoken.
    pub http2: bool,
    /// An authority's certificate that is trusted.
    pub ca_certificate: Option<PathBuf>,
    /// The certificate that is shown, and its key.
    pub client_certificate: Option<PathBuf>,
    pub client_key: Option<PathBuf>,
    /// Whether any certificate is accepted.
    pub insecure: bool,
    /// The command that prints the listing of its golden contracts.
    pub golden: Option<String>,
    /// Where generated golden contracts are written.
    pub golden_output: PathBuf,
    /// Environment variables for its commands.
    pub environment: BTreeMap<String, String>,
}

impl Default for Provider {
    fn default() -> Self {
        Self {
            start: None,
            base_url: None,
            working_folder: None,
            port: None,
            instances: None,
            ready: None,
            ready_tcp: false,
            ready_log: None,
            ready_command: None,
            ready_any_listener: false,
            ready_timeout_seconds: None,
            stop_timeout_seconds: None,
            states: None,
            states_command: None,
            states_as_query: false,
            states_teardown: None,
            states_retries: None,
            states_retry_pause_seconds: None,
            states_timeout_seconds: None,
            messages: None,
            messages_command: None,
            headers: BTreeMap::new(),
            header_commands: BTreeMap::new(),
            header_command_refresh_seconds: None,
            request_filter: None,
            follow_redirects: None,
            http2: false,
            ca_certificate: None,
            client_certificate: None,
            client_key: None,
            insecure: false,
            golden: None,
            golden_output: "golden".into(),
            environment: BTreeMap::new(),
        }
    }
}

impl Provider {
    /// Whether it says how it can be verified.
    pub fn is_reached(&self) -> bool {
        self.start.is_some()
            || self.base_url.is_some()
            || self.messages.is_some()
            || self.messages_command.is_some()
    }

    /// What is wrong with it, if anything is.
    pub fn check(&self) -> Result<(), String> {
        self.check_numbers()?;
        self.check_alternatives()?;
        if let Some(ready) = &self.ready
            && !ready.starts_with('/')
        {
            return Err(format!(
                "provider.ready: expected a path on the provider that starts with /, \
                 found \"{ready}\""
            ));
        }
        match &self.ready_log {
            Some(pattern) => LogPattern::new(pattern)
                .map(|_| ())
                .map_err(|error| format!("provider.ready_log: {error}")),
            None => Ok(()),
        }
    }

    fn check_numbers(&self) -> Result<(), String> {
        let zero = [
            ("port", self.port == Some(0)),
            ("instances", self.instances == Some(0)),
            (
                "ready_timeout_seconds",
                self.ready_timeout_seconds == Some(0),
            ),
        ];
        if let Some((name, _)) = zero.iter().find(|(_, is_zero)| *is_zero) {
            return Err(format!("provider.{name}: expected at least 1, found 0"));
        }
        let seconds = [
            ("stop_timeout_seconds", self.stop_timeout_seconds),
            (
                "states_retry_pause_seconds",
                self.states_retry_pause_seconds,
            ),
            ("states_timeout_seconds", self.states_timeout_seconds),
        ];
        let mut given = seconds
            .iter()
            .filter_map(|(name, value)| Some((name, (*value)?)));
        match given.find(|(_, value)| !(0.0..=1e9).contains(value)) {
            Some((name, value)) => Err(format!(
                "provider.{name}: expected a number of seconds, found {value}"
            )),
            None => Ok(()),
        }
    }

    fn check_alternatives(&self) -> Result<(), String> {
        let both = [
            (
                "states",
                self.states.is_some() && self.states_command.is_some(),
            ),
            (
                "messages",
                self.messages.is_some() && self.messages_command.is_some(),
            ),
        ];
        match both.iter().find(|(_, both)| *both) {
            Some((name, _)) => Err(format!(
                "provider.{name} and provider.{name}_command: give one of them, found both"
            )),
            None => Ok(()),
        }
    }
}

/// A text for the shell, or a list of a program and its arguments.
#[derive(Debug, Clone)]
pub struct Command(pub CommandLine);

impl<'de> Deserialize<'de> for Command {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CommandVisitor)
    }
}

struct CommandVisitor;

impl<'de> Visitor<'de> for CommandVisitor {
    type Value = Command;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a command line, or a list of a program and its arguments")
    }

    fn visit_str<E: Error>(self, line: &str) -> Result<Command, E> {
        match line.trim().is_empty() {
            true => Err(E::invalid_value(serde::de::Unexpected::Str(line), &self)),
            false => Ok(Command(line.into())),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Command, A::Error> {
        let program: Option<String> = list.next_element()?;
        let Some(program) = program.filter(|name| !name.is_empty()) else {
            return Err(A::Error::invalid_length(0, &self));
        };
        let mut arguments: Vec<String> = Vec::new();
        while let Some(argument) = list.next_element()? {
            arguments.push(argument);
        }
        Ok(Command(CommandLine::program(program, arguments)))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::file::parse;

    #[test]
    fn a_command_is_a_text_or_a_list() {
        for (start, expected) in [
            ("\"a b | c\"", "a b | c"),
            ("[\"a\", \"b c\", \"\"]", "a 'b c' ''"),
        ] {
            let text = format!("participant = \"web\"\n[provider]\nstart = {start}");
            let file = parse(&text, Path::new("p.toml")).unwrap();
            assert_eq!(file.provider.start.unwrap().0.to_string(), expected);
        }
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        let cases = [
            (
                "start = []",
                "line 3, column 9: invalid length 0, expected a command line, or a list of a \
                 program and its arguments",
            ),
            (
                "start = 7",
                "line 3, column 9: invalid type: integer `7`, expected a command line, or a list \
                 of a program and its arguments",
            ),
            (
                "ready_log = \"(\"",
                "provider.ready_log: \"(\" is not a regular expression: unclosed group",
            ),
            (
                "states = \"/s\"\nstates_command = [\"s\"]",
                "provider.states and provider.states_command: give one of them, found both",
            ),
            (
                "stop_timeout_seconds = -1.0",
                "provider.stop_timeout_seconds: expected a number of seconds, found -1",
            ),
            (
                "ready_logs = \"x\"",
                "line 3, column 1: unknown field `ready_logs`, expected one of `start`, ",
            ),
        ];
        for (line, expected) in cases {
            let text = format!("participant = \"web\"\n[provider]\n{line}");
            let failure = parse(&text, Path::new("p.toml")).unwrap_err();
            assert!(failure.message.contains(expected), "{}", failure.message);
        }
    }
}
