//! Who sets provider states, and who produces messages.

use std::path::PathBuf;
use std::time::Duration;

use pactwork_provider::{
    CommandLine, CommandMessages, CommandStates, HttpMessages, HttpOptions, HttpStates, Verifier,
};

use super::reach::Surroundings;
use crate::args;
use crate::config;
use crate::failure::{Failure, Result};

/// Who is asked.
#[derive(Debug)]
pub enum Asked {
    /// Nobody.
    Nobody,
    /// A URL, or a path on the provider.
    Place(String),
    /// A command, in this folder.
    Command(CommandLine, PathBuf),
}

/// How provider states are set.
#[derive(Debug)]
pub struct States {
    pub asked: Asked,
    as_query: bool,
    teardown: bool,
    retries: u32,
    pause: Duration,
    timeout: Duration,
}

/// How messages are asked for.
#[derive(Debug)]
pub struct Messages {
    pub asked: Asked,
    timeout: Duration,
}

/// How long to wait before a state is tried again, where nothing else is said.
const PAUSE: Duration = Duration::from_secs(1);

impl Asked {
    /// Whether it can be asked without a provider that is reached.
    pub fn stands_alone(&self) -> bool {
        self.is_elsewhere() || matches!(self, Self::Command(..))
    }

    /// Whether it is the same place for whichever instance of the provider.
    pub fn is_elsewhere(&self) -> bool {
        matches!(self, Self::Place(place) if !is_path(place))
    }

    /// The URL, or the path on the provider, if that is what is asked.
    pub fn place(&self) -> Option<&str> {
        match self {
            Self::Place(place) => Some(place),
            Self::Nobody | Self::Command(..) => None,
        }
    }

    pub fn is_nobody(&self) -> bool {
        matches!(self, Self::Nobody)
    }

    /// The given place or command before the configured one.
    fn of(
        (place, command): (Option<&String>, Option<&String>),
        (configured_place, configured_command): (Option<&String>, Option<&config::Command>),
        surroundings: &Surroundings,
    ) -> Result<Self> {
        let given = command.map(|line| CommandLine::from(line.as_str()));
        let place = match given {
            Some(_) => None,
            None => place.or(configured_place),
        };
        if let Some(place) = place {
            check_place(place)?;
            return Ok(Self::Place(place.clone()));
        }
        let command = surroundings.command(given, configured_command);
        Ok(command.map_or(Self::Nobody, |(line, folder)| Self::Command(line, folder)))
    }
}

impl States {
    /// Checks the arguments. Flags win over the configuration.
    pub fn plan(
        args: &args::States,
        configured: &config::Provider,
        surroundings: &Surroundings,
        timeout: Duration,
    ) -> Result<Self> {
        let asked = Asked::of(
            (args.states_url.as_ref(), args.states_command.as_ref()),
            (
                configured.states.as_ref(),
                configured.states_command.as_ref(),
            ),
            surroundings,
        )?;
        let pause = args.states_retry_pause;
        let pause = pause.or(configured.states_retry_pause_seconds);
        let own_timeout = args.states_timeout.or(configured.states_timeout_seconds);
        Ok(Self {
            asked,
            as_query: args.states_as_query || configured.states_as_query,
            teardown: match (args.states_teardown, args.no_states_teardown) {
                (true, _) => true,
                (_, true) => false,
                _ => configured.states_teardown.unwrap_or(true),
            },
            retries: args
                .states_retries
                .or(configured.states_retries)
                .unwrap_or(0),
            pause: pause.map_or(PAUSE, Duration::from_secs_f64),
            timeout: own_timeout.map_or(timeout, Duration::from_secs_f64),
        })
    }

    /// Has the verifier set states in this way.
    pub fn apply(
        &self,
        surroundings: &Surroundings,
        http: HttpOptions,
        verifier: Verifier,
    ) -> Result<Verifier> {
        let verifier = verifier
            .state_teardown(self.teardown)
            .state_retries(self.retries, self.pause);
        Ok(match &self.asked {
            Asked::Nobody => verifier,
            Asked::Place(place) => {
                let states = HttpStates::new(place)?.http(http);
                verifier.states(states.timeout(self.timeout).as_query(self.as_query))
            }
            Asked::Command(command, folder) => {
                let states = CommandStates::new(command.clone())
                    .directory(folder)
                    .environment(surroundings.environment.clone());
                verifier.states(states.timeout(self.timeout))
            }
        })
    }
}

impl Messages {
    /// Checks the arguments. Flags win over the configuration.
    pub fn plan(
        args: &args::Messages,
        configured: &config::Provider,
        surroundings: &Surroundings,
        timeout: Duration,
    ) -> Result<Self> {
        let asked = Asked::of(
            (args.messages_url.as_ref(), args.messages_command.as_ref()),
            (
                configured.messages.as_ref(),
                configured.messages_command.as_ref(),
            ),
            surroundings,
        )?;
        Ok(Self { asked, timeout })
    }

    /// Has the verifier ask for messages in this way.
    pub fn apply(
        &self,
        surroundings: &Surroundings,
        http: HttpOptions,
        verifier: Verifier,
    ) -> Result<Verifier> {
        Ok(match &self.asked {
            Asked::Nobody => verifier,
            Asked::Place(place) => {
                verifier.messages(HttpMessages::new(place)?.http(http).timeout(self.timeout))
            }
            Asked::Command(command, folder) => {
                let messages = CommandMessages::new(command.clone())
                    .directory(folder)
                    .environment(surroundings.environment.clone());
                verifier.messages(messages.timeout(self.timeout))
            }
        })
    }
}

fn is_path(place: &str) -> bool {
    place.starts_with('/')
}

fn check_place(place: &str) -> Result<()> {
    if is_path(place) || place.contains("://") {
        return Ok(());
    }
    Err(Failure::wrong_input(format!(
        "\"{place}\" is neither a URL nor a path on the provider"
    ))
    .advise("write http://… or /…"))
}
