//! The provider: started or taken as it runs, verified, and stopped.

mod reach;
mod sources;

use std::cell::Cell;
use std::time::Instant;

use futures_util::future::join_all;
use pactwork_contract::Interaction;
use pactwork_provider::{Event, ProviderProcess, Report, Target, Verifier};

use super::cross_check::Asked;
use super::not_begun::{Verified, not_begun};
use super::{Verification, replay};
use crate::args;
use crate::config::FILE_NAME;
use crate::failure::{Failure, Result};
use crate::output::Output;
use crate::plan::Context;
use crate::render::human;
use crate::stop_signal::StopSignal;
use reach::Reach;
pub use reach::Surroundings;
use sources::{Messages, States};

/// Which provider is verified, and how.
#[derive(Debug)]
pub struct Plan {
    reach: Reach,
    states: States,
    messages: Messages,
    surroundings: Surroundings,
}

impl Plan {
    /// Whether several instances are set by somebody who cannot tell them apart.
    fn shares_states(&self) -> bool {
        let several = matches!(self.reach, Reach::Start(_, instances) if instances > 1);
        several && self.states.asked.is_elsewhere()
    }
}

/// Checks the arguments. Flags win over the configuration. It is asked whether it is ready
/// in the same way as its interactions are replayed.
pub fn plan(args: args::Target, replay: &replay::Plan, context: &Context) -> Result<Plan> {
    let configured = &context.config.provider;
    let timeout = replay::timeout(replay);
    let surroundings = Surroundings::of(&args, context);
    let states = States::plan(&args.states, configured, &surroundings, timeout)?;
    let messages = Messages::plan(&args.messages, configured, &surroundings, timeout)?;
    let messages_only = messages.asked.stands_alone();
    let mut reach = reach::plan(&args, &surroundings, messages_only, context)?;
    if let Reach::Start(options, _) = &mut reach {
        options.ready.http = replay::http(replay);
    }
    Ok(Plan {
        reach,
        states,
        messages,
        surroundings,
    })
}

/// Says what is needed for what was chosen, and nobody configured.
fn warn_of_missing(plan: &Plan, verification: &Verification<'_>, output: &Output) {
    let pacts = &verification.sourced.pacts;
    let interactions = || verification.chosen.interactions(pacts);
    let states = interactions().any(|each| !each.common().provider_states.is_empty());
    if states && plan.states.asked.is_nobody() {
        output.warning(
            "provider states are not set: give --states-url URL or --states-command COMMAND, or \
             write states = \"…\" or states_command = \"…\" under [provider]",
        );
    }
    if states && plan.shares_states() {
        output.warning(
            "provider states are set at one URL for all instances of the provider, which then \
             share them: give a path on the provider, or a command",
        );
    }
    let messages = interactions().any(|each| !matches!(each, Interaction::Http(_)));
    if messages && plan.messages.asked.is_nobody() {
        output.warning(
            "messages are not asked for: give --messages-url URL or --messages-command COMMAND, or \
             write messages = \"…\" or messages_command = \"…\" under [provider]",
        );
    }
}

/// The report over no interaction, for which no provider is started.
pub async fn nothing_to_verify(verification: &Verification<'_>) -> Result<Report> {
    let sourced = verification.sourced;
    let verifier = sourced.apply(Verifier::new(Target::in_process()));
    let verifier = verification.chosen.apply(verifier);
    Ok(verifier.run(&sourced.pacts, |_event| {}).await?)
}

/// Verifies. A signal ends it: what was not found out by then could not be verified. The
/// provider is stopped either way.
pub async fn verify(
    plan: &Plan,
    verification: &Verification<'_>,
    stop: &mut StopSignal,
    output: &Output,
) -> Result<Verified> {
    let begun = Instant::now();
    let running = match start(plan, stop, output).await {
        Ok(running) => running,
        Err(failure) => return not_begun(failure, verification, output).await,
    };
    let ready_after = (!running.0.is_empty()).then(|| begun.elapsed());
    let report = replay_with(plan, &running, verification, stop, output).await;
    running.stop().await;
    let mut report = match report {
        Ok(report) => report,
        Err(failure) => return not_begun(failure, verification, output).await,
    };
    report.ready_after_ms = ready_after.map(|after| after.as_micros() as f64 / 1000.0);
    Ok(report.into())
}

/// The instances that were started; none, if the provider is taken as it runs.
#[derive(Debug)]
pub struct Running(Vec<ProviderProcess>);

impl Running {
    /// Whether a process ended by itself.
    pub fn has_ended(&self) -> bool {
        self.0.iter().any(|process| process.exited().is_some())
    }

    /// Returns when all are gone.
    pub async fn stop(self) {
        join_all(self.0.iter().map(ProviderProcess::stop)).await;
    }
}

/// Refuses a provider of which nobody said how it is reached.
pub fn check_reached(plan: &Plan) -> Result<()> {
    match &plan.reach {
        Reach::NotSaid => Err(
            Failure::wrong_input("it is not known how the provider is reached").advise(format!(
                "give --base-url URL or --start COMMAND, or write start = \"…\" under [provider] \
                 in {FILE_NAME}"
            )),
        ),
        _ => Ok(()),
    }
}

/// The URL of a provider that somebody else runs.
pub fn url(plan: &Plan) -> Option<&str> {
    match &plan.reach {
        Reach::Running(url) => Some(url),
        _ => None,
    }
}

/// Starts the instances; returns when all of them are ready.
pub async fn start(plan: &Plan, stop: &mut StopSignal, output: &Output) -> Result<Running> {
    check_reached(plan)?;
    match &plan.reach {
        Reach::Running(_) | Reach::MessagesOnly | Reach::NotSaid => Ok(Running(Vec::new())),
        Reach::Start(options, instances) => {
            output.detail(format!("starting: {}", options.command));
            let processes =
                ProviderProcess::start_several(options.as_ref().clone(), *instances, stopped(stop));
            let processes = processes.await?;
            for process in &processes {
                output.detail(format!("the provider is ready at {}", process.base_url()));
            }
            Ok(Running(processes))
        }
    }
}

async fn stopped(stop: &mut StopSignal) -> String {
    format!("stopped by {}", stop.received().await)
}

/// Verifies the provider that was started.
pub async fn replay_with(
    plan: &Plan,
    Running(processes): &Running,
    verification: &Verification<'_>,
    stop: &mut StopSignal,
    output: &Output,
) -> Result<Report> {
    warn_of_missing(plan, verification, output);
    let sourced = verification.sourced;
    let mut verifier = sourced.apply(Verifier::new(target(&plan.reach, processes)));
    verifier = verifier.secrets(output.secrets().clone());
    let base_url = base_url(&plan.reach, processes);
    let prepared = replay::prepare(verification.replay, &plan.surroundings, base_url, output);
    let prepared = tokio::select! {
        prepared = prepared => prepared?,
        reason = stopped(stop) => {
            return Err(Failure::unknown(format!("{reason} before the first request")));
        }
    };
    verifier = prepared.apply(verifier);
    verifier = verification.chosen.apply(verifier);
    verifier = plan
        .states
        .apply(&plan.surroundings, prepared.states, verifier)?;
    verifier = plan
        .messages
        .apply(&plan.surroundings, prepared.messages, verifier)?;
    let mut progress = output.progress();
    let on_event = |event: Event<'_>| {
        progress.hear(&event);
        if let Some(line) = human::progress(&event) {
            output.detail(line);
        }
    };
    let signal = Cell::new(None);
    let stopped = async {
        signal.set(Some(stop.received().await));
        format!("stopped by {}", signal.get().unwrap_or_default())
    };
    let report = verifier.run_until(&sourced.pacts, on_event, stopped);
    let mut report = report.await?;
    if let (Some(cross_check), None) = (verification.cross_check, signal.get()) {
        let asked = Asked {
            verifier: &verifier,
            pacts: &sourced.pacts,
            messages: plan.messages.asked.place(),
        };
        cross_check.ask(asked, &mut report, stop).await;
    }
    Ok(report)
}

fn base_url<'a>(reach: &'a Reach, processes: &'a [ProviderProcess]) -> Option<&'a str> {
    match reach {
        Reach::Running(url) => Some(url),
        _ => processes.first().map(ProviderProcess::base_url),
    }
}

fn target(reach: &Reach, processes: &[ProviderProcess]) -> Target {
    match reach {
        Reach::Running(url) => Target::at(url),
        _ => Target::processes(processes),
    }
}
