use std::net::IpAddr;
use std::time::SystemTime;

use super::Pages;
#[cfg(feature = "tls")]
use crate::server::Certificates;
use crate::server::{Guard, ServerOptions};
use crate::source::{Chance, Source};

const MEBIBYTE: usize = 1024 * 1024;

/// Where and how a stub answers.
///
/// ```
/// use pactwork_consumer::stub::StubOptions;
///
/// let options = StubOptions::default().port(8080).ignore_header("Authorization");
/// # let _ = options;
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct StubOptions {
    pub(super) server: ServerOptions,
    pub(super) body_limit: usize,
    pub(super) control_path: String,
    pub(super) guard: Guard,
    pub(super) pages: Pages,
    pub(super) ignored_headers: Vec<String>,
    chance: Chance,
}

impl Default for StubOptions {
    /// A free port on 127.0.0.1, one thread, request bodies up to 256 MiB, the page
    /// at `/_pactwork/`; web pages of this machine may call it.
    fn default() -> Self {
        Self {
            server: ServerOptions::default(),
            body_limit: 256 * MEBIBYTE,
            control_path: "/_pactwork".into(),
            guard: Guard::default(),
            pages: Pages::OfThisMachine,
            ignored_headers: Vec::new(),
            chance: Chance::default(),
        }
    }
}

impl StubOptions {
    /// The address to listen on. The control paths may be asked by this address as well.
    pub fn host(mut self, host: impl Into<IpAddr>) -> Self {
        let host = host.into();
        self.server = self.server.host(host);
        if !host.is_unspecified() {
            self.guard = self.guard.allow(host.to_string());
        }
        self
    }

    /// The port to listen on; 0 for a free one.
    pub fn port(mut self, port: u16) -> Self {
        self.server = self.server.port(port);
        self
    }

    /// How many threads answer; 0 counts as 1.
    pub fn threads(mut self, threads: usize) -> Self {
        self.server = self.server.threads(threads);
        self
    }

    /// Speaks TLS with these certificates; the URL then begins with `https`.
    #[cfg(feature = "tls")]
    pub fn tls(mut self, certificates: Certificates) -> Self {
        self.server = self.server.tls(certificates);
        self
    }

    /// Adjusts what clients may take: sizes and times.
    pub fn limits(mut self, adjust: impl FnOnce(ServerOptions) -> ServerOptions) -> Self {
        self.server = adjust(self.server);
        self
    }

    /// The size in bytes beyond which a request's body is refused with status 413.
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// The path below which the page and the control API are, without a slash at
    /// its end. Pacts cannot be served below it.
    pub fn control_path(mut self, path: impl Into<String>) -> Self {
        self.control_path = path.into();
        self
    }

    /// One more name of this machine by which the control paths may be asked.
    pub fn allow_host(mut self, name: impl Into<String>) -> Self {
        self.guard = self.guard.allow(name);
        self
    }

    /// Which web pages may call what is served.
    pub fn pages(mut self, pages: Pages) -> Self {
        self.pages = pages;
        self
    }

    /// Requests match whatever this header says; `*` for every header.
    pub fn ignore_header(mut self, name: impl Into<String>) -> Self {
        self.ignored_headers.push(name.into());
        self
    }

    /// The seed of the values that generators draw. Without one, every start has
    /// other values.
    pub fn seed(mut self, seed: u64) -> Self {
        self.chance.seed = Some(seed);
        self
    }

    /// Generators of dates and times, and the journal, read this clock.
    pub fn clock(mut self, clock: fn() -> SystemTime) -> Self {
        self.chance.clock = clock;
        self
    }

    /// What follows the control path, if a path is below it.
    pub(super) fn below_control<'a>(&self, path: &'a str) -> Option<&'a str> {
        let rest = path.strip_prefix(self.control_path.as_str())?;
        (rest.is_empty() || rest.starts_with('/')).then_some(rest)
    }

    pub(super) fn source(&self) -> Source {
        Source::of(self.chance)
    }

    pub(super) fn time(&self) -> fn() -> SystemTime {
        self.chance.clock
    }
}
