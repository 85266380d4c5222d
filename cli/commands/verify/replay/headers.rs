//! Headers that requests are given.

use std::path::PathBuf;
use std::time::Duration;

use pactwork_provider::{
    CommandLine, FixedHeaders, HeaderCommand, HeaderCommandOptions, HttpOptions, Secrets,
};

use super::super::provider::Surroundings;
use super::wrong;
use crate::args;
use crate::failure::{Failure, Result};
use crate::output::Output;
use crate::plan::Context;

/// What a variable of the environment begins and ends with in a value of the configuration.
const VARIABLE: (&str, &str) = ("{env.", "}");

/// Headers, and how their values come about.
#[derive(Debug)]
pub struct Headers {
    fixed: FixedHeaders,
    /// Names and values, to be kept out of what is shown.
    values: Vec<(String, String)>,
    /// Names, commands, and where these run.
    commands: Vec<(String, CommandLine, Where)>,
    refresh: Option<Duration>,
}

/// In which folder a command runs.
#[derive(Debug, Clone, Copy)]
enum Where {
    /// Where commands run that were given as arguments.
    Given,
    /// Where those of the configuration do.
    Configured,
}

/// Checks the arguments. A flag wins over the configuration for its header.
pub fn plan(args: &args::Replay, context: &Context) -> Result<Headers> {
    let configured = &context.config.provider;
    let given = |name: &str| {
        let fixed = args.header.iter().chain(&args.header_command);
        fixed
            .map(|(known, _)| known)
            .any(|known| known.eq_ignore_ascii_case(name))
    };
    let mut values = Vec::new();
    for (name, value) in configured.headers.iter().filter(|(name, _)| !given(name)) {
        let value = filled(value)
            .map_err(|problem| wrong(format!("provider.headers.{name}: {problem}")))?;
        values.push((name.clone(), value));
    }
    values.extend(args.header.iter().cloned());
    let mut fixed = FixedHeaders::new();
    for (name, value) in &values {
        fixed = fixed.set(name, value).map_err(wrong)?;
    }
    let own = configured.header_commands.iter();
    let own = own.filter(|(name, _)| !given(name));
    let own = own.map(|(name, command)| (name.clone(), command.0.clone(), Where::Configured));
    let commands = args.header_command.iter();
    let commands = commands.map(|(name, line)| (name.clone(), line.as_str().into(), Where::Given));
    let refresh = args.header_command_refresh;
    let refresh = refresh.or(configured.header_command_refresh_seconds);
    Ok(Headers {
        fixed,
        values,
        commands: own.chain(commands).collect(),
        refresh: refresh.map(Duration::from_secs),
    })
}

/// A value of the configuration with the variables that it names.
fn filled(value: &str) -> std::result::Result<String, String> {
    let (begin, end) = VARIABLE;
    let mut filled = String::new();
    let mut rest = value;
    while let Some((before, behind)) = rest.split_once(begin) {
        let (name, after) = behind
            .split_once(end)
            .ok_or_else(|| format!("expected {end} behind {begin}"))?;
        let found = std::env::var(name).ok().filter(|found| !found.is_empty());
        filled += before;
        filled += &found.ok_or_else(|| format!("the environment variable {name} is not set"))?;
        rest = after;
    }
    Ok(filled + rest)
}

impl Headers {
    /// Secrets that are known before anything is run.
    pub fn tell(&self, secrets: &Secrets) {
        for (name, value) in &self.values {
            secrets.add_header(name, value);
        }
    }

    /// Has requests sent with them, once every command has printed its value.
    pub async fn add_to(
        &self,
        mut http: HttpOptions,
        surroundings: &Surroundings,
        base_url: Option<&str>,
        output: &Output,
    ) -> Result<HttpOptions> {
        if !self.values.is_empty() {
            http = http.filter(self.fixed.clone());
        }
        for (name, command, place) in &self.commands {
            let mut environment = surroundings.environment.clone();
            environment.extend(base_url.map(|url| ("PACTWORK_BASE_URL".into(), url.into())));
            let options = HeaderCommandOptions {
                directory: place.folder(surroundings),
                environment,
                refresh: self.refresh,
                secrets: output.secrets().clone(),
                ..HeaderCommandOptions::new(name, command.clone())
            };
            let header = HeaderCommand::run(options).await;
            http = http.filter(header.map_err(|error| {
                Failure::unknown(error).advise("correct the command, or what it needs")
            })?);
        }
        Ok(http)
    }
}

impl Where {
    fn folder(self, surroundings: &Surroundings) -> PathBuf {
        match self {
            Self::Given => surroundings.given.clone(),
            Self::Configured => surroundings.configured.clone(),
        }
    }
}
