use std::fmt;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use async_trait::async_trait;
use tokio::process::Command;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use super::fixed::check;
use super::{Asked, FilterError, OutgoingRequest, RequestFilter};

/// How much of what a failed command wrote is shown.
const SHOWN: usize = 2000;

/// A header whose value a command prints, such as a token that is valid for a while.
pub struct HeaderCommand {
    options: HeaderCommandOptions,
    current: Mutex<Current>,
}

/// Which header, and the command for it.
#[derive(Debug, Clone)]
pub struct HeaderCommandOptions {
    /// The header's name.
    pub name: String,
    /// The command line, run by `sh -c`. What it prints on standard output, less the line
    /// breaks at its end, is the value.
    pub command: String,
    /// The folder that it runs in.
    pub directory: PathBuf,
    /// Variables beside those inherited.
    pub environment: Vec<(String, String)>,
    /// How long it may take.
    pub deadline: Duration,
    /// After how long it is run again, before the next request; `None` for never.
    pub refresh: Option<Duration>,
}

impl HeaderCommandOptions {
    /// This header from this command: run in the current folder, once, within 30 seconds.
    pub fn new(name: impl Into<String>, command: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            command: command.into(),
            directory: ".".into(),
            environment: Vec::new(),
            deadline: Duration::from_secs(30),
            refresh: None,
        }
    }
}

struct Current {
    value: String,
    since: Instant,
}

impl HeaderCommand {
    /// Runs the command for the first time.
    ///
    /// # Errors
    /// [`FilterError`] if it cannot be run, fails, takes too long or prints no value; with
    /// what it wrote on standard error.
    pub async fn run(options: HeaderCommandOptions) -> Result<Self, FilterError> {
        let value = value(&options).await?;
        Ok(Self {
            options,
            current: Mutex::new(Current {
                value,
                since: Instant::now(),
            }),
        })
    }

    async fn current(&self) -> Result<String, FilterError> {
        let mut current = self.current.lock().await;
        let refresh = self.options.refresh;
        if refresh.is_some_and(|refresh| current.since.elapsed() >= refresh) {
            *current = Current {
                value: value(&self.options).await?,
                since: Instant::now(),
            };
        }
        Ok(current.value.clone())
    }
}

impl fmt::Debug for HeaderCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("HeaderCommand").field(&self.options).finish()
    }
}

#[async_trait]
impl RequestFilter for HeaderCommand {
    async fn filter(
        &self,
        request: &mut OutgoingRequest,
        _asked: &Asked<'_>,
    ) -> Result<(), FilterError> {
        request.set_header(&self.options.name, self.current().await?);
        Ok(())
    }
}

async fn value(options: &HeaderCommandOptions) -> Result<String, FilterError> {
    let HeaderCommandOptions { name, command, .. } = options;
    let failed = |what: String| {
        FilterError::new(format!(
            "the command for the header {name} {what}: {command}"
        ))
    };
    let running = Command::new("sh")
        .args(["-c", command])
        .current_dir(&options.directory)
        .envs(
            options
                .environment
                .iter()
                .map(|(name, value)| (name, value)),
        )
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let finished = timeout(options.deadline, running)
        .await
        .map_err(|_| failed(format!("did not end within {:?}", options.deadline)))?
        .map_err(|reason| failed(format!("cannot be run ({reason})")))?;
    let wrote = wrote(&finished.stderr);
    if !finished.status.success() {
        let error = failed(format!("failed ({})", finished.status));
        return Err(FilterError::new(format!("{error}{wrote}")));
    }
    let printed = String::from_utf8(finished.stdout)
        .map_err(|_| failed("printed what is not UTF-8".into()))?;
    let value = printed.trim_end_matches(['\r', '\n']);
    if value.is_empty() {
        let error = failed("printed nothing".into());
        return Err(FilterError::new(format!("{error}{wrote}")));
    }
    check(name, value).map_err(|error| failed(format!("printed what cannot be sent ({error})")))?;
    Ok(value.into())
}

/// What a command wrote on standard error, set off.
fn wrote(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let text: String = text.trim_end().chars().take(SHOWN).collect();
    text.lines().map(|line| format!("\n  | {line}")).collect()
}
