use std::path::PathBuf;
use std::time::Duration;

use super::LogPattern;
use crate::CommandLine;

/// How a provider is started.
///
/// ```no_run
/// use std::time::Duration;
/// use pactwork_provider::{CommandLine, ProviderProcess, Readiness, StartOptions};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let process = ProviderProcess::start(StartOptions {
///     directory: "services/orders".into(),
///     ready: Readiness {
///         path: Some("/health".into()),
///         deadline: Duration::from_secs(10),
///         ..Readiness::default()
///     },
///     ..StartOptions::new(CommandLine::program("orders-service", ["--port", "{port}"]))
/// })
/// .await?;
/// println!("listens on {}", process.base_url());
/// process.stop().await;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct StartOptions {
    /// What is run. `{port}` in it stands for the port, `{instance}` for the number of
    /// the instance, from 1.
    pub command: CommandLine,
    /// The folder that the command runs in.
    pub directory: PathBuf,
    /// Variables beside those inherited, `PORT`, `PACTWORK_INSTANCE` and `PYTHONUNBUFFERED`
    /// (so that what a Python program writes is seen at once). `{port}` and `{instance}` in
    /// a value stand for what they stand for in the command.
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
    pub fn new(command: impl Into<CommandLine>) -> Self {
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

/// How to see that a provider can be asked: whatever is said here has to hold, all of
/// it within one deadline. Where only the deadline is, the port has to accept
/// connections.
#[derive(Debug, Clone)]
pub struct Readiness {
    /// A path that answers `GET` with a 2xx status.
    pub path: Option<String>,
    /// A line that the provider writes. It may give the port that the provider chose.
    pub log: Option<LogPattern>,
    /// A command that ends with status 0. It runs where the provider does, with the same
    /// variables and `PACTWORK_BASE_URL`, again and again until it does so.
    pub command: Option<CommandLine>,
    /// The port accepts connections. A path implies it.
    pub port: bool,
    /// Whoever listens on the port is the provider.
    ///
    /// By default it is not if its process is known and cannot be the provider's: if
    /// that is another verification's provider, or was there before the command was
    /// run, is not of the command's process group, and is no program known to listen
    /// for others, such as a container engine. Where that cannot be found out (other
    /// systems than Linux, processes of other users), whoever listens is the provider.
    pub any_listener: bool,
    /// How long the provider may take.
    pub deadline: Duration,
}

impl Default for Readiness {
    /// A connection to the port within 30 seconds.
    fn default() -> Self {
        Self {
            path: None,
            log: None,
            command: None,
            port: false,
            any_listener: false,
            deadline: Duration::from_secs(30),
        }
    }
}

impl Readiness {
    pub(super) fn waits_for_port(&self) -> bool {
        let other = self.log.is_some() || self.command.is_some();
        self.port || self.path.is_some() || !other
    }
}
