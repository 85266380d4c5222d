use std::net::SocketAddr;
use std::sync::Arc;

use super::served::Served;
use super::stage::Stage;
use super::{StubOptions, StubRequest, StubSource};
use crate::server::{Ended, Server};
use crate::{Problems, StartError};

/// A provider that answers as pacts say, until it is finished or dropped.
#[derive(Debug)]
#[must_use = "a stub ends when it is dropped"]
pub struct StubProvider {
    stage: Arc<Stage>,
    url: String,
    server: Server<()>,
}

impl StubProvider {
    /// Serves the HTTP interactions of pacts, and shows their messages. `provider`
    /// is the name by which people know it.
    ///
    /// # Errors
    /// [`StartError`]: an interaction that cannot be answered or that lies below the
    /// control path, a port in use, an address that cannot be listened on.
    pub fn start(
        provider: impl Into<String>,
        sources: Vec<StubSource>,
        options: StubOptions,
    ) -> Result<Self, StartError> {
        let served = prepared(sources, &options).map_err(StartError::Definition)?;
        let server_options = options.server.clone();
        let stage = Arc::new(Stage::of(provider.into(), served, options));
        let server = Server::start(stage.clone(), &server_options, || ())?;
        Ok(Self {
            url: stage.generating.url().into(),
            stage,
            server,
        })
    }

    /// Serves these pacts instead, from the next request on. What was asked for stays.
    ///
    /// # Errors
    /// What is wrong with them; those from before are still served.
    pub fn replace(&self, sources: Vec<StubSource>) -> Result<(), Problems> {
        let served = prepared(sources, &self.stage.options)?;
        self.stage.replace(served);
        Ok(())
    }

    /// Shows a problem on the page, such as a file that cannot be read; `None` takes
    /// it away.
    pub fn show_problem(&self, problem: Option<String>) {
        self.stage.show_problem(problem);
    }

    /// Where clients find it: `http://127.0.0.1:49152`, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The address that it listens on.
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// Where a browser finds what it serves and what was asked.
    pub fn page(&self) -> String {
        format!("{}/", self.stage.control_url())
    }

    /// Matching rules and generators that were not understood, and generators in
    /// place of which the example was or will be sent.
    pub fn warnings(&self) -> Vec<String> {
        self.stage.warnings()
    }

    /// How many HTTP interactions and messages are served.
    pub fn size(&self) -> (usize, usize) {
        let served = self.stage.served();
        (served.roles.len(), served.messages.len())
    }

    /// What was asked, the latest first; of very many, the latest 500.
    pub fn requests(&self) -> Vec<StubRequest> {
        self.stage.journal().latest(usize::MAX)
    }

    /// Ends it; requests that are on their way get a second to arrive.
    ///
    /// # Errors
    /// [`Ended`], where its thread has ended by itself.
    pub async fn finish(self) -> Result<(), Ended> {
        self.server.finish().await
    }

    /// The same, blocking this thread.
    ///
    /// # Errors
    /// As [`finish`](Self::finish).
    pub fn finish_blocking(self) -> Result<(), Ended> {
        self.server.finish_blocking()
    }
}

/// Sources made ready to be served.
fn prepared(sources: Vec<StubSource>, options: &StubOptions) -> Result<Served, Problems> {
    let sources = sources
        .into_iter()
        .map(|source| source.without_headers(&options.ignored_headers));
    let served = Served::compile(sources.collect())?;
    let mut problems = Problems::default();
    let control = &options.control_path;
    for shown in &served.shown {
        if options.below_control(&shown.http.request.path).is_some() {
            problems.add(
                format_args!("{}: {}", shown.origin, shown.label),
                format_args!(
                    "its path {} is below {control}, where the stub's own page is; \
                     choose another control path",
                    shown.http.request.path
                ),
            );
        }
    }
    problems.none_or(|problems| problems)?;
    Ok(served)
}
