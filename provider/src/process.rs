//! The provider's process: started, watched, ended on every way out.

mod error;
mod leader;
mod listener;
mod log;
mod mark;
mod options;
mod output;
mod port;
mod ready;
mod status;

use std::future::Future;
use std::process::ExitStatus;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{join_all, try_join_all};
use tokio::time::Instant;

use crate::UrlError;
use crate::command::{Placeholders, port_of};
use crate::http::BaseUrl;
pub use error::StartError;
use leader::Leader;
pub(crate) use leader::Leader as WatchedProcess;
pub(crate) use log::FoundLine;
pub use log::{LogPattern, LogPatternError};
pub use options::{Readiness, StartOptions};
use ready::{Ready, Seen, Waiting};
pub(crate) use status::in_words;

/// A provider that runs as a process of its own.
///
/// It runs in its own process group. The whole group is ended by
/// [`stop`](Self::stop), by dropping this value, and also when the process that
/// holds this value is killed. Only a process that leaves the group on purpose
/// (`setsid`) escapes.
#[derive(Debug)]
pub struct ProviderProcess {
    leader: Arc<Leader>,
    port: u16,
    instance: usize,
    base_url: String,
    grace: Duration,
}

impl ProviderProcess {
    /// Starts a provider and waits until it is ready.
    ///
    /// # Errors
    /// [`StartError`] if the port is taken, the command cannot be run, ends, or
    /// is not ready in time; with the output it gave. No process is left then.
    pub async fn start(options: StartOptions) -> Result<Self, StartError> {
        let never = std::future::pending();
        let started = Self::start_several(options, 1, never).await?;
        let mut started = started.into_iter();
        // There are as many as were asked for.
        started.next().ok_or(StartError::Stopped {
            reason: "nothing was started".into(),
        })
    }

    /// Starts so many instances of a provider at the same time, each on a port of its
    /// own, and waits until all are ready, within one deadline. An asked port is that
    /// of the first; those that follow it are the others'.
    ///
    /// They do not wait any longer once `stop` comes; it gives the reason, such as
    /// `stopped by SIGINT`.
    ///
    /// # Errors
    /// As for [`start`](Self::start), for the first instance that fails. No process of
    /// any instance is left then.
    pub async fn start_several(
        options: StartOptions,
        instances: usize,
        stop: impl Future<Output = String>,
    ) -> Result<Vec<Self>, StartError> {
        let deadline = Instant::now() + options.ready.deadline;
        let fixed = fixed_port(&options, instances)?;
        let ports = port::choose(options.port.or(fixed), instances)?;
        let numbered = ports.into_iter().zip(1..);
        let mut processes = numbered
            .map(|(port, instance)| Self::spawn(&options, port, instance))
            .collect::<Result<Vec<_>, _>>()?;
        let waiting = processes.iter().map(|each| each.ready(&options, deadline));
        let found = tokio::select! {
            biased;
            found = try_join_all(waiting) => found,
            reason = stop => Err((0, StartError::Stopped { reason })),
        };
        match found {
            Ok(base_urls) => {
                for (process, base_url) in processes.iter_mut().zip(base_urls) {
                    process.base_url = base_url;
                }
                Ok(processes)
            }
            Err((number, error)) => {
                join_all(processes.iter().map(Self::stop)).await;
                Err(error.of_instance(number, instances))
            }
        }
    }

    fn spawn(options: &StartOptions, port: u16, instance: usize) -> Result<Self, StartError> {
        let placeholders = Placeholders {
            port: Some(port),
            instance,
        };
        Ok(Self {
            leader: Arc::new(Leader::spawn(options, placeholders)?),
            port,
            instance,
            base_url: String::new(),
            grace: options.grace,
        })
    }

    /// The base URL once it is ready, or its number and why it is not.
    async fn ready(
        &self,
        options: &StartOptions,
        deadline: Instant,
    ) -> Result<String, (usize, StartError)> {
        let waiting = Waiting {
            leader: &self.leader,
            port: self.port,
            instance: self.instance,
            options,
        };
        let command = options.command.to_string();
        let error = match waiting.wait(deadline).await {
            Ready::At(base_url) => return Ok(base_url),
            Ready::Ended(status) => StartError::Ended {
                command,
                status,
                output: self.output(),
            },
            Ready::Late(seen) => self.late(seen, options),
        };
        Err((self.instance, error))
    }

    fn late(&self, seen: Seen, options: &StartOptions) -> StartError {
        let command = options.command.to_string();
        let deadline = options.ready.deadline;
        let output = self.output();
        match seen {
            Seen::Foreign(listener) => StartError::ForeignListener {
                command,
                deadline,
                listener,
                output,
            },
            Seen::Nobody(last_seen) | Seen::NotReady(last_seen) | Seen::Failed(last_seen) => {
                StartError::NotReady {
                    command,
                    deadline,
                    last_seen,
                    output,
                }
            }
        }
    }

    /// Where the provider listens, such as `http://127.0.0.1:41234`.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Its number among the instances that were started together, from 1.
    pub fn instance(&self) -> usize {
        self.instance
    }

    /// The newest 256 KiB that the process wrote to standard output and standard
    /// error, in the order of writing.
    pub fn output(&self) -> String {
        self.leader.output().text()
    }

    /// How the process ended, if it has.
    pub fn exited(&self) -> Option<ExitStatus> {
        self.leader.exited()
    }

    /// Asks the process group to end (SIGTERM), kills it after the grace period,
    /// and returns when it is gone. Does nothing to a process that has ended.
    pub async fn stop(&self) -> ExitStatus {
        self.leader.stop(self.grace).await
    }

    pub(crate) fn leader(&self) -> Arc<Leader> {
        Arc::clone(&self.leader)
    }
}

/// The port of a base URL that has one of its own; or what is wrong with it, before
/// anything is started.
fn fixed_port(options: &StartOptions, instances: usize) -> Result<Option<u16>, StartError> {
    let Some(template) = &options.base_url else {
        return Ok(None);
    };
    let unusable = |reason: String| UrlError {
        url: template.clone(),
        reason,
    };
    let example = Placeholders {
        port: Some(80),
        instance: 1,
    };
    let url = BaseUrl::parse(&example.fill(template));
    let url = url.map_err(|error| unusable(error.reason))?;
    if template.contains("{port}") {
        return Ok(None);
    }
    if instances > 1 {
        let reason = "it has no {port}, and each instance needs a port of its own";
        return Err(unusable(reason.into()).into());
    }
    Ok(port_of(url.as_str()))
}

impl Drop for ProviderProcess {
    /// Kills the process group if it still runs.
    fn drop(&mut self) {
        self.leader.kill();
    }
}
