//! The provider: started or taken as it runs, verified, and stopped.

use std::path::PathBuf;
use std::time::Duration;

use pactwork_contract::{Interaction, Pact};
use pactwork_provider::{
    Event, HttpMessages, HttpStates, ProviderProcess, Readiness, Report, StartOptions, Target,
    Verifier,
};

use super::{Verification, replay};
use crate::args;
use crate::config::FILE_NAME;
use crate::failure::{Failure, Result};
use crate::output::Output;
use crate::plan::Context;
use crate::render::human;
use crate::stop_signal::StopSignal;

/// Which provider is verified, and how.
#[derive(Debug)]
pub struct Plan {
    reach: Reach,
    /// Where states are set: a URL, or a path on the provider.
    states: Option<String>,
    /// Where messages are asked for: a URL, or a path on the provider.
    messages: Option<String>,
    timeout: Duration,
}

/// How the provider is reached.
#[derive(Debug)]
enum Reach {
    /// It runs at this URL.
    Running(String),
    /// It is started.
    Start(StartOptions),
    /// It serves no HTTP itself; only its messages are asked for.
    MessagesOnly,
    /// Nobody said, which is an error once there is something to verify.
    NotSaid,
}

/// Checks the arguments. Flags win over the configuration.
pub fn plan(args: args::Target, replay: &args::Replay, context: &Context) -> Result<Plan> {
    let configured = &context.config.provider;
    let states = args
        .states_url
        .clone()
        .or_else(|| configured.states.clone());
    let messages = args
        .messages_url
        .clone()
        .or_else(|| configured.messages.clone());
    for place in [&states, &messages].into_iter().flatten() {
        check_place(place)?;
    }
    check_ready(args.ready.as_deref())?;
    Ok(Plan {
        reach: reach(args, messages.as_deref(), context),
        states,
        messages,
        timeout: Duration::from_secs(replay.timeout),
    })
}

fn reach(args: args::Target, messages: Option<&str>, context: &Context) -> Reach {
    let configured = &context.config.provider;
    if let Some(url) = args.base_url {
        return Reach::Running(url);
    }
    let (command, directory) = match (&args.start, &configured.start) {
        (Some(command), _) => (command.clone(), context.working_folder.clone()),
        (None, Some(command)) => (command.clone(), context.config.folder.clone()),
        (None, None) => {
            return match messages {
                Some(place) if !is_path(place) => Reach::MessagesOnly,
                _ => Reach::NotSaid,
            };
        }
    };
    Reach::Start(start_options(command, directory, &args, context))
}

fn start_options(
    command: String,
    directory: PathBuf,
    args: &args::Target,
    context: &Context,
) -> StartOptions {
    let configured = &context.config.provider;
    let default = Readiness::default();
    let seconds = args.ready_timeout.or(configured.ready_timeout_seconds);
    StartOptions {
        directory,
        environment: configured.environment.clone().into_iter().collect(),
        ready: Readiness {
            path: args.ready.clone().or_else(|| configured.ready.clone()),
            deadline: seconds.map_or(default.deadline, Duration::from_secs),
        },
        ..StartOptions::new(command)
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

fn check_ready(path: Option<&str>) -> Result<()> {
    match path {
        Some(path) if !is_path(path) => Err(Failure::wrong_input(format!(
            "--ready: expected a path on the provider that starts with /, found \"{path}\""
        ))),
        _ => Ok(()),
    }
}

/// Says what the pacts need and nobody configured.
fn warn_of_missing(plan: &Plan, pacts: &[Pact], output: &Output) {
    let interactions = || pacts.iter().flat_map(|pact| &pact.interactions);
    let states = interactions().any(|each| !each.common().provider_states.is_empty());
    if states && plan.states.is_none() {
        output.warning(
            "provider states are not set: give --states-url URL, or write states = \"…\" under \
             [provider]",
        );
    }
    let messages = interactions().any(|each| !matches!(each, Interaction::Http(_)));
    if messages && plan.messages.is_none() {
        output.warning(
            "messages are not asked for: give --messages-url URL, or write messages = \"…\" under \
             [provider]",
        );
    }
}

/// The report over no interaction, for which no provider is started.
pub async fn nothing_to_verify(verification: &Verification<'_>) -> Result<Report> {
    let verifier = verification
        .chosen
        .apply(Verifier::new(Target::in_process()));
    Ok(verifier
        .run(&verification.sourced.pacts, |_event| {})
        .await?)
}

/// Verifies. A signal ends it: what was not found out by then could not be verified. The
/// provider is stopped either way.
pub async fn verify(
    plan: &Plan,
    verification: &Verification<'_>,
    stop: &mut StopSignal,
    output: &Output,
) -> Result<Report> {
    warn_of_missing(plan, &verification.sourced.pacts, output);
    let process = tokio::select! {
        process = start(&plan.reach, output) => process?,
        signal = stop.received() => return Err(stopped(signal)),
    };
    let report = replay_with(plan, process.as_ref(), verification, stop, output).await;
    if let Some(process) = process {
        process.stop().await;
    }
    report
}

fn stopped(signal: &str) -> Failure {
    Failure::unknown(format!("stopped by {signal} before the provider was ready"))
}

async fn start(reach: &Reach, output: &Output) -> Result<Option<ProviderProcess>> {
    match reach {
        Reach::Running(_) | Reach::MessagesOnly => Ok(None),
        Reach::NotSaid => Err(
            Failure::wrong_input("it is not known how the provider is reached").advise(format!(
                "give --base-url URL or --start COMMAND, or write start = \"…\" under [provider] \
                 in {FILE_NAME}"
            )),
        ),
        Reach::Start(options) => {
            output.detail(format!("starting: {}", options.command));
            let process = ProviderProcess::start(options.clone()).await?;
            output.detail(format!("the provider is ready at {}", process.base_url()));
            Ok(Some(process))
        }
    }
}

async fn replay_with(
    plan: &Plan,
    process: Option<&ProviderProcess>,
    verification: &Verification<'_>,
    stop: &mut StopSignal,
    output: &Output,
) -> Result<Report> {
    let sourced = verification.sourced;
    let mut verifier = sourced.apply(Verifier::new(target(&plan.reach, process)));
    verifier = verifier.secrets(output.secrets().clone());
    verifier = replay::apply(verification.replay, verifier);
    verifier = verification.chosen.apply(verifier);
    if let Some(place) = &plan.states {
        verifier = verifier.states(HttpStates::new(place)?.timeout(plan.timeout));
    }
    if let Some(place) = &plan.messages {
        verifier = verifier.messages(HttpMessages::new(place)?.timeout(plan.timeout));
    }
    let on_event = |event: Event<'_>| {
        if let Some(line) = human::progress(&event) {
            output.detail(line);
        }
    };
    let stopped = async { format!("stopped by {}", stop.received().await) };
    let report = verifier.run_until(&sourced.pacts, on_event, stopped);
    Ok(report.await?)
}

fn target(reach: &Reach, process: Option<&ProviderProcess>) -> Target {
    match (reach, process) {
        (_, Some(process)) => Target::process(process),
        (Reach::Running(url), None) => Target::at(url),
        _ => Target::in_process(),
    }
}
