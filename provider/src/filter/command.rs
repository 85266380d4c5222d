use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::fixed::check;
use super::{Asked, FilterError, OutgoingRequest, RequestFilter};
use crate::command::Call;
use crate::{CommandLine, Secrets};

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
    /// What it prints on standard output, less the line breaks at its end, is the value.
    pub command: CommandLine,
    /// The folder that it runs in.
    pub directory: PathBuf,
    /// Variables beside those inherited.
    pub environment: Vec<(String, String)>,
    /// How long it may take.
    pub timeout: Duration,
    /// After how long it is run again, before the next request; `None` for never.
    pub refresh: Option<Duration>,
    /// Where values become known, so that no report shows one: the verifier's.
    pub secrets: Secrets,
}

impl HeaderCommandOptions {
    /// This header from this command: run in the current folder, once, within 30 seconds.
    pub fn new(name: impl Into<String>, command: impl Into<CommandLine>) -> Self {
        Self {
            name: name.into(),
            command: command.into(),
            directory: ".".into(),
            environment: Vec::new(),
            timeout: Duration::from_secs(30),
            refresh: None,
            secrets: Secrets::default(),
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
    let about = |what: &dyn fmt::Display| FilterError::new(format!("the header {name}: {what}"));
    let call = Call {
        command,
        directory: options.directory.clone(),
        environment: options.environment.clone(),
        input: Vec::new(),
        timeout: Some(options.timeout),
    };
    let printed = call.run().await.map_err(|error| about(&error))?;
    let printed = String::from_utf8(printed)
        .map_err(|_| about(&format!("`{command}` printed what is not UTF-8")))?;
    let value = printed.trim_end_matches(['\r', '\n']);
    options.secrets.add(value);
    options.secrets.add_header(name, value);
    if value.is_empty() {
        return Err(about(&format!("`{command}` printed nothing")));
    }
    check(name, value).map_err(|error| about(&format!("`{command}`: {error}")))?;
    Ok(value.into())
}
