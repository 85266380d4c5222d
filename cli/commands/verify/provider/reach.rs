//! How the provider is reached.

use std::path::PathBuf;
use std::time::Duration;

use pactwork_provider::{CommandLine, LogPattern, Readiness, StartOptions};

use crate::args;
use crate::config;
use crate::failure::{Failure, Result};
use crate::plan::Context;

/// How the provider is reached.
#[derive(Debug)]
pub enum Reach {
    /// It runs at this URL.
    Running(String),
    /// So many instances of it are started.
    Start(Box<StartOptions>, usize),
    /// It serves no HTTP itself; only its messages are asked for.
    MessagesOnly,
    /// Nobody said, which is an error once there is something to verify.
    NotSaid,
}

/// Where commands run, and with which variables.
#[derive(Debug, Clone)]
pub struct Surroundings {
    /// For commands that were given as arguments.
    pub given: PathBuf,
    /// For those of the configuration.
    pub configured: PathBuf,
    pub environment: Vec<(String, String)>,
}

impl Surroundings {
    pub fn of(args: &args::Target, context: &Context) -> Self {
        let configured = &context.config.provider;
        let asked = args.working_folder.as_ref();
        let asked = asked.map(|folder| context.working_folder.join(folder));
        let asked = asked.or_else(|| configured.working_folder.clone());
        let mut environment = configured.environment.clone();
        environment.extend(args.env.iter().cloned());
        Self {
            given: asked.clone().unwrap_or(context.working_folder.clone()),
            configured: asked.unwrap_or(context.config.folder.clone()),
            environment: environment.into_iter().collect(),
        }
    }

    /// A command, the given one before the configured one, and its folder.
    pub fn command(
        &self,
        given: Option<CommandLine>,
        configured: Option<&config::Command>,
    ) -> Option<(CommandLine, PathBuf)> {
        let given = given.map(|line| (line, self.given.clone()));
        given.or_else(|| Some((configured?.0.clone(), self.configured.clone())))
    }
}

/// Checks the arguments. Flags win over the configuration.
pub fn plan(
    args: &args::Target,
    surroundings: &Surroundings,
    messages_only: bool,
    context: &Context,
) -> Result<Reach> {
    let configured = &context.config.provider;
    let given = command(args);
    if let (Some(url), None) = (&args.base_url, &given) {
        check_running(args)?;
        return Ok(Reach::Running(url.clone()));
    }
    let base_url = args.base_url.as_ref().or(configured.base_url.as_ref());
    let ready = readiness(args, &context.config.provider)?;
    let Some((command, directory)) = surroundings.command(given, configured.start.as_ref()) else {
        return Ok(match (base_url, messages_only) {
            (Some(url), _) => Reach::Running(url.clone()),
            (None, true) => Reach::MessagesOnly,
            (None, false) => Reach::NotSaid,
        });
    };
    let options = StartOptions::new(command);
    let grace = args.stop_timeout.or(configured.stop_timeout_seconds);
    let instances = args.instances.or(configured.instances);
    Ok(Reach::Start(
        Box::new(StartOptions {
            directory,
            environment: surroundings.environment.clone(),
            port: args.port.or(configured.port),
            base_url: base_url.cloned(),
            ready,
            grace: grace.map_or(options.grace, Duration::from_secs_f64),
            ..options
        }),
        instances.map_or(1, usize::from),
    ))
}

/// What is about starting a provider says nothing about one that runs.
fn check_running(args: &args::Target) -> Result<()> {
    let options = [
        ("--port", args.port.is_some()),
        ("--instances", args.instances.is_some()),
        ("--ready", args.ready.is_some()),
        ("--ready-tcp", args.ready_tcp),
        ("--ready-log", args.ready_log.is_some()),
        ("--ready-command", args.ready_command.is_some()),
        ("--ready-any-listener", args.ready_any_listener),
        ("--ready-timeout", args.ready_timeout.is_some()),
        ("--stop-timeout", args.stop_timeout.is_some()),
    ];
    match options.iter().find(|(_, is_given)| *is_given) {
        Some((name, _)) => Err(Failure::wrong_input(format!(
            "{name} is about a provider that is started, and --base-url names one that runs"
        ))
        .advise(format!(
            "give --start COMMAND as well to have it started, or leave {name} out"
        ))),
        None => Ok(()),
    }
}

fn command(args: &args::Target) -> Option<CommandLine> {
    let start = args.start.as_deref().map(CommandLine::from);
    start.or_else(|| {
        let (program, arguments) = args.program.split_first()?;
        Some(CommandLine::program(program, arguments))
    })
}

fn readiness(args: &args::Target, configured: &config::Provider) -> Result<Readiness> {
    check_path(args.ready.as_deref())?;
    let log = args.ready_log.as_ref().or(configured.ready_log.as_ref());
    let command = args.ready_command.as_deref().map(CommandLine::from);
    let seconds = args.ready_timeout.or(configured.ready_timeout_seconds);
    let default = Readiness::default();
    Ok(Readiness {
        path: args.ready.clone().or_else(|| configured.ready.clone()),
        log: log.map(|pattern| LogPattern::new(pattern)).transpose()?,
        command: command.or_else(|| Some(configured.ready_command.as_ref()?.0.clone())),
        port: args.ready_tcp || configured.ready_tcp,
        any_listener: args.ready_any_listener || configured.ready_any_listener,
        deadline: seconds.map_or(default.deadline, Duration::from_secs),
        ..default
    })
}

fn check_path(path: Option<&str>) -> Result<()> {
    match path {
        Some(path) if !path.starts_with('/') => Err(Failure::wrong_input(format!(
            "--ready: expected a path on the provider that starts with /, found \"{path}\""
        ))),
        _ => Ok(()),
    }
}
