use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use pactwork_contract::Warning;

use super::generating::Generating;
use super::journal::Journal;
use super::live::Live;
use super::script::{Script, as_http};
use super::stage::Stage;
use super::{Definition, FinishError, MockOptions, ReceivedRequest, Report, StartError};
use crate::Problems;
use crate::recorder::check_version;
use crate::server::{Ended, Server};

/// A provider that answers as the interactions of a pact say.
///
/// A request that an interaction expects gets that interaction's response. If
/// several expect it (they differ in provider state alone, or overlap in their
/// matchers), they answer in the order of the pact, each once, and the last of
/// them from then on. Values that have generators are made anew for each answer;
/// the pact is recorded with the examples. Every other request gets status 500 and a JSON body that
/// names the nearest interaction, each difference, and what to do.
///
/// # Panics
/// Dropping it without [`finish`](Self::finish) panics with the same text that
/// `finish` would have returned, because a test that forgets it checks and
/// records nothing. It never panics while the thread is already panicking: then
/// the report goes to the standard error, beside the test's own message.
#[derive(Debug)]
#[must_use = "a mock provider that is dropped before finish() panics"]
pub struct MockProvider {
    pub(super) live: Arc<Live>,
    url: String,
    address: SocketAddr,
    /// Taken by `finish`.
    pub(super) server: Option<Server<Result<Finished, FinishError>>>,
}

/// A mock provider that was used as its interactions say.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Finished {
    /// The pact file that now holds the interactions; `None` if there was nothing to
    /// record or no folder to record into.
    pub pact: Option<PathBuf>,
    /// How often each interaction was used.
    pub report: Report,
}

impl MockProvider {
    /// Starts a mock provider for the HTTP interactions of a pact, one that was
    /// read from a file for instance, or of a [`Definition`]. Messages in it are left alone: they are
    /// neither expected here nor recorded.
    ///
    /// # Errors
    /// [`StartError`]: an interaction that cannot be answered, a port in use,
    /// an address that cannot be listened on.
    pub async fn serve(
        pact: impl Into<Definition>,
        options: MockOptions,
    ) -> Result<Self, StartError> {
        Self::serve_blocking(pact, options)
    }

    /// The same outside of async code; the mock provider has a thread of its own either way.
    ///
    /// # Errors
    /// As [`serve`](Self::serve).
    pub fn serve_blocking(
        pact: impl Into<Definition>,
        options: MockOptions,
    ) -> Result<Self, StartError> {
        let (mut pact, conducts) = pact.into().into_parts();
        pact.interactions.retain(|each| as_http(each).is_some());
        let mut problems = Problems::default();
        let script = Script::compile(&pact.interactions, &mut problems);
        let recording = options.recording();
        check_version(&pact, recording.as_ref(), &mut problems);
        problems.none_or(StartError::Definition)?;
        let stage = Stage {
            pact,
            journal: Journal::shared(script.exchanges.len()),
            script,
            conducts,
            recording,
            largest_body: options.largest_body(),
            cors: options.cross_origin().cloned(),
            server: options.server(),
            generating: Arc::new(Generating::from(options.source())),
        };
        let live = Arc::new(Live::of(stage));
        let server = {
            let live = live.clone();
            Server::start(live.clone(), &options.server(), move || live.conclude())?
        };
        Ok(Self {
            url: live.stage().generating.url().into(),
            address: server.address(),
            live,
            server: Some(server),
        })
    }

    /// Where the consumer's client finds it: `http://127.0.0.1:49152`, without a
    /// slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The address that it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Matching rules of the pact that were not understood and degraded to equality,
    /// and generators in place of which the example was or will be sent.
    pub fn warnings(&self) -> Vec<Warning> {
        let stage = self.live.stage();
        let mut warnings = stage.script.warnings();
        warnings.extend(stage.generating.warnings());
        warnings
    }

    /// What was asked up to now, beside what the interactions say.
    pub fn report(&self) -> Report {
        self.live.stage().report()
    }

    /// The requests up to now, oldest first; of very many, the latest 10,000.
    pub fn requests(&self) -> Vec<ReceivedRequest> {
        self.live.stage().journal().requests().cloned().collect()
    }

    /// Ends the mock provider. If every interaction was used and nothing else
    /// was asked, the interactions are merged into the pact file.
    ///
    /// Requests that are on their way get a second to arrive.
    ///
    /// # Errors
    /// [`FinishError`]; the pact file is then as it was before.
    pub async fn finish(mut self) -> Result<Finished, FinishError> {
        match self.server.take() {
            Some(server) => server.finish().await?,
            None => Err(already_finished()),
        }
    }

    /// The same, blocking this thread.
    ///
    /// # Errors
    /// As [`finish`](Self::finish).
    pub fn finish_blocking(mut self) -> Result<Finished, FinishError> {
        match self.server.take() {
            Some(server) => server.finish_blocking()?,
            None => Err(already_finished()),
        }
    }
}

fn already_finished() -> FinishError {
    Ended("it was finished before".into()).into()
}

impl Drop for MockProvider {
    #[allow(
        clippy::panic,
        clippy::print_stderr,
        reason = "a test that forgets finish() must not pass, and one that fails by a 500 must say why"
    )]
    fn drop(&mut self) {
        if self.server.take().is_none() {
            return;
        }
        let report = self.live.stage().report();
        if !std::thread::panicking() {
            panic!(
                "finish() was not called on a mock provider, so nothing was recorded.\n{report}"
            );
        }
        if !report.unexpected.is_empty() {
            eprintln!("{report}");
        }
    }
}
