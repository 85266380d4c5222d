//! The provider's process: started, watched, ended on every way out.

mod error;
mod leader;
mod output;
mod port;
mod ready;
mod status;

use std::path::PathBuf;
use std::process::ExitStatus;
use std::sync::Arc;
use std::time::Duration;

pub use error::StartError;
use leader::Leader;
pub(crate) use leader::Leader as WatchedProcess;
use ready::Ready;
pub(crate) use status::in_words;

/// How a provider is started.
///
/// ```no_run
/// use std::time::Duration;
/// use pactwork_provider::{ProviderProcess, Readiness, StartOptions};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let process = ProviderProcess::start(StartOptions {
///     directory: "services/orders".into(),
///     ready: Readiness { path: Some("/health".into()), deadline: Duration::from_secs(10) },
///     ..StartOptions::new("orders-service --port {port}")
/// })
/// .await?;
/// println!("listens on {}", process.base_url());
/// process.stop().await;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct StartOptions {
    /// The command line, run by `sh -c`. `{port}` in it stands for the port.
    pub command: String,
    /// The folder that the command runs in.
    pub directory: PathBuf,
    /// Variables beside those inherited and `PORT`. `{port}` in a value stands for the port.
    pub environment: Vec<(String, String)>,
    /// The port that the provider listens on; `None` for a free one.
    pub port: Option<u16>,
    /// How to see that the provider can be asked.
    pub ready: Readiness,
    /// How long a polite stop may take before the process is killed.
    pub grace: Duration,
}

impl StartOptions {
    /// This command in the current folder, on a free port, ready within 30 seconds
    /// once the port can be connected to, with 5 seconds to stop.
    pub fn new(command: impl Into<String>) -> Self {
        Self {
            command: command.into(),
            directory: ".".into(),
            environment: Vec::new(),
            port: None,
            ready: Readiness::default(),
            grace: Duration::from_secs(5),
        }
    }
}

/// How to see that a provider can be asked.
#[derive(Debug, Clone)]
pub struct Readiness {
    /// A path that answers `GET` with a 2xx status; `None` to only connect to the port.
    pub path: Option<String>,
    /// How long the provider may take.
    pub deadline: Duration,
}

impl Default for Readiness {
    /// A connection to the port within 30 seconds.
    fn default() -> Self {
        Self {
            path: None,
            deadline: Duration::from_secs(30),
        }
    }
}

/// A provider that runs as a process of its own.
///
/// It runs in its own process group. The whole group is ended by
/// [`stop`](Self::stop), by dropping this value, and also when the process that
/// holds this value is killed. Only a process that leaves the group on purpose
/// (`setsid`) escapes.
#[derive(Debug)]
pub struct ProviderProcess {
    leader: Arc<Leader>,
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
        let port = port::choose(options.port)?;
        let leader = Arc::new(Leader::spawn(&options, port)?);
        let mut process = Self {
            leader,
            base_url: String::new(),
            grace: options.grace,
        };
        match ready::wait(&process.leader, &options.ready, port).await {
            Ready::At(base_url) => {
                process.base_url = base_url;
                Ok(process)
            }
            Ready::Ended(status) => Err(StartError::Ended {
                command: options.command,
                status,
                output: process.output(),
            }),
            Ready::Late(last_seen) => {
                process.leader.kill();
                process.leader.ended().await;
                Err(StartError::NotReady {
                    command: options.command,
                    deadline: options.ready.deadline,
                    last_seen,
                    output: process.output(),
                })
            }
        }
    }

    /// Where the provider listens, such as `http://127.0.0.1:41234`.
    pub fn base_url(&self) -> &str {
        &self.base_url
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

impl Drop for ProviderProcess {
    /// Kills the process group if it still runs.
    fn drop(&mut self) {
        self.leader.kill();
    }
}
