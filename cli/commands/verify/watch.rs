//! Verifying again whenever something changed.

mod presence;

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use tokio::time::sleep;

use super::provider::{self, Running};
use crate::args;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::Output;
use crate::render::human;
use crate::render::verification::Shown;
use crate::stop_signal::StopSignal;
use crate::watch::{SETTLING, Watch, Watched};
use presence::Presence;

/// How deep folders of pacts are looked into.
const DEEPEST: usize = 32;
/// How long what the provider is made of has to stay as it is: it is built, file by file.
const BUILT: Duration = Duration::from_millis(250);
/// How many files are named.
const NAMED: usize = 3;

/// What is watched beside the pacts.
#[derive(Debug)]
pub struct Plan {
    /// What the provider is made of.
    provider: Vec<PathBuf>,
}

/// Checks the arguments.
pub fn plan(args: args::Watch) -> Result<Option<Plan>> {
    for path in &args.watch_path {
        std::fs::metadata(path).map_err(|reason| Failure::cannot_read(path, &reason))?;
    }
    Ok(args.watch.then_some(Plan {
        provider: args.watch_path,
    }))
}

/// Verifies until SIGINT or SIGTERM comes; the last run's exit code.
pub async fn run(plan: &super::Plan, watch: &Plan, output: &Output) -> Result<Exit> {
    provider::check_reached(&plan.provider)?;
    if !plan.source.lasts() {
        return Err(
            Failure::wrong_input("--watch: what comes on stdin (-) cannot be read again")
                .advise("write it to a file, and name that"),
        );
    }
    let mut watching = Watching::begin(plan, watch, output)?;
    watching.verify(None).await;
    while let Some(change) = watching.change().await {
        watching.verify(Some(change)).await;
    }
    watching.end_provider().await;
    Ok(watching.exit)
}

/// Why it is verified again.
struct Change {
    what: String,
    /// Whether the provider is another one now.
    of_provider: bool,
}

struct Watching<'p> {
    plan: &'p super::Plan,
    output: &'p Output,
    stop: StopSignal,
    pacts: Watch,
    provider: Watch,
    /// `None`: it is started here, or serves no HTTP.
    presence: Option<Presence>,
    running: Option<Running>,
    /// How many runs there were.
    runs: usize,
    exit: Exit,
}

impl<'p> Watching<'p> {
    /// Files are looked at before they are read, so that no change goes unseen.
    fn begin(plan: &'p super::Plan, watch: &Plan, output: &'p Output) -> Result<Self> {
        let pacts = plan.source.paths().map(Path::to_owned);
        let provider = watch.provider.iter().cloned();
        Ok(Self {
            plan,
            output,
            stop: StopSignal::listen()?,
            pacts: Watch::over(pacts.map(|path| Watched::json(path, DEEPEST)).collect()),
            provider: Watch::over(provider.map(Watched::everything).collect()),
            presence: provider::url(&plan.provider).and_then(Presence::of),
            running: None,
            runs: 0,
            exit: Exit::Unknown,
        })
    }

    /// One run. What keeps it from its end is told, and does not end the watching.
    async fn verify(&mut self, change: Option<Change>) {
        self.runs += 1;
        if let Some(Change { what, of_provider }) = change {
            self.output.note(format!("\nrun {}: {what}", self.runs));
            if of_provider {
                self.end_provider().await;
            }
        }
        if let Some(presence) = &mut self.presence {
            presence.note().await;
        }
        let said = match self.verify_once().await {
            Ok((exit, counts)) => {
                self.exit = exit;
                counts
            }
            Err(failure) => {
                self.output.failure(&failure);
                self.exit = failure.exit;
                "it could not be verified".into()
            }
        };
        if !self.stop.came() {
            let run = self.runs;
            self.output
                .note(format!("run {run}: {said}; watching, Ctrl-C ends it"));
        }
    }

    async fn verify_once(&mut self) -> Result<(Exit, String)> {
        let plan = self.plan;
        let (sourced, chosen) = super::choose(plan, self.output).await?;
        let verification = plan.verification(&sourced, &chosen);
        let started_at = SystemTime::now();
        let mut report = match chosen.is_empty() {
            true => provider::nothing_to_verify(&verification).await?,
            false => {
                let running = self.started().await?;
                let stop = &mut self.stop;
                let verified = provider::replay_with(
                    &plan.provider,
                    &running,
                    &verification,
                    stop,
                    self.output,
                )
                .await;
                self.running = Some(running);
                verified?
            }
        };
        super::conclude(plan, &sourced, (&mut report, started_at), self.output)?;
        Ok((
            super::exit(&report, self.output),
            human::counts(&Shown::of(&report)),
        ))
    }

    /// The provider: the one that runs, else a new one.
    async fn started(&mut self) -> Result<Running> {
        match self.running.take() {
            Some(running) if !running.has_ended() => Ok(running),
            ended => {
                if let Some(ended) = ended {
                    ended.stop().await;
                }
                provider::start(&self.plan.provider, &mut self.stop, self.output).await
            }
        }
    }

    async fn end_provider(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop().await;
        }
    }

    /// Waits for the next change; `None` for a signal.
    async fn change(&mut self) -> Option<Change> {
        let mut told = false;
        while !self.stop.came() {
            let pause = self.pacts.pause().max(self.provider.pause());
            tokio::select! {
                _ = self.stop.received() => return None,
                () = came_back(&mut self.presence) => return Some(Change {
                    what: "the provider was restarted".into(),
                    of_provider: false,
                }),
                () = sleep(pause) => {}
            }
            let change = tokio::select! {
                _ = self.stop.received() => return None,
                change = changes(&mut self.provider, &mut self.pacts, self.output) => change,
            };
            if change.is_some() {
                return change;
            }
            told = told || self.tell_of_end();
        }
        None
    }

    fn tell_of_end(&self) -> bool {
        let has_ended = self.running.as_ref().is_some_and(Running::has_ended);
        if has_ended {
            self.output
                .warning("the provider ended by itself; the next change starts it again");
        }
        has_ended
    }
}

async fn came_back(presence: &mut Option<Presence>) {
    match presence {
        Some(presence) => presence.came_back().await,
        None => std::future::pending().await,
    }
}

async fn changes(provider: &mut Watch, pacts: &mut Watch, output: &Output) -> Option<Change> {
    let of_provider = provider.settled_changes(BUILT).await;
    let of_pacts = pacts.settled_changes(SETTLING).await;
    let files = || of_provider.iter().chain(&of_pacts);
    let named: Vec<_> = files()
        .take(NAMED)
        .map(|path| output.path(path).to_string())
        .collect();
    let more = match files().count().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    (!named.is_empty()).then(|| Change {
        what: format!("{}{more} changed", named.join(", ")),
        of_provider: !of_provider.is_empty(),
    })
}
