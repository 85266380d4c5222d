use std::net::IpAddr;
use std::path::PathBuf;
use std::time::SystemTime;

use pactwork_contract::SpecificationVersion;

use crate::recorder::Recording;
#[cfg(feature = "tls")]
use crate::server::Certificates;
use crate::server::{Cors, ServerOptions};
use crate::source::{Chance, Source};

const MEBIBYTE: usize = 1024 * 1024;

/// Where a mock provider listens and what it records.
///
/// ```
/// use pactwork_consumer::MockOptions;
///
/// let options = MockOptions::default().port(8080).output("pacts");
/// # let _ = options;
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct MockOptions {
    server: ServerOptions,
    body_limit: usize,
    cors: Option<Cors>,
    output: Option<PathBuf>,
    specification: SpecificationVersion,
    chance: Chance,
    test: Option<String>,
}

impl Default for MockOptions {
    /// A free port on 127.0.0.1, one thread, no TLS, no CORS, request bodies up to 256 MiB,
    /// version 4, and nothing recorded.
    fn default() -> Self {
        Self {
            server: ServerOptions::default(),
            body_limit: 256 * MEBIBYTE,
            cors: None,
            output: None,
            specification: SpecificationVersion::default(),
            chance: Chance::default(),
            test: None,
        }
    }
}

impl MockOptions {
    /// The address to listen on.
    pub fn host(mut self, host: impl Into<IpAddr>) -> Self {
        self.server = self.server.host(host);
        self
    }

    /// Listens on 127.0.0.1 and ::1; see [`ServerOptions::localhost`].
    pub fn localhost(mut self) -> Self {
        self.server = self.server.localhost();
        self
    }

    /// The port to listen on; 0 for a free one.
    pub fn port(mut self, port: u16) -> Self {
        self.server = self.server.port(port);
        self
    }

    /// How many threads answer; 0 counts as 1. One is right for a test, more
    /// for a mock provider that many clients share.
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

    /// Lets pages of other origins ask the mock provider and read its answers, the
    /// diagnosis of an unexpected request included. Preflights are answered, are not
    /// unexpected and are not recorded; an interaction that expects one answers it itself.
    pub fn cors(mut self, cors: Cors) -> Self {
        self.cors = Some(cors);
        self
    }

    /// Adjusts what clients may take: sizes and times.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use pactwork_consumer::MockOptions;
    ///
    /// let options = MockOptions::default()
    ///     .limits(|server| server.head_timeout(Duration::from_secs(5)));
    /// # let _ = options;
    /// ```
    pub fn limits(mut self, adjust: impl FnOnce(ServerOptions) -> ServerOptions) -> Self {
        self.server = adjust(self.server);
        self
    }

    /// The size in bytes beyond which a request's body is refused with status 413.
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// The folder to record into when all held.
    pub fn output(mut self, folder: impl Into<PathBuf>) -> Self {
        self.output = Some(folder.into());
        self
    }

    /// The version of the recorded pact file: 4, 3 or 2.
    pub fn specification(mut self, version: SpecificationVersion) -> Self {
        self.specification = version;
        self
    }

    /// The test that records, so that a conflict can name it; without it, the test
    /// that runs on the thread that starts the mock provider.
    pub fn test(mut self, name: impl Into<String>) -> Self {
        self.test = Some(name.into());
        self
    }

    /// The seed of the values that generators draw: with the same seed the same
    /// requests get the same answers. Without one, every start has other values.
    pub fn seed(mut self, seed: u64) -> Self {
        self.chance.seed = Some(seed);
        self
    }

    /// Generators of dates and times read this clock instead of the system's; what
    /// they make is in UTC.
    pub fn clock(mut self, clock: fn() -> SystemTime) -> Self {
        self.chance.clock = clock;
        self
    }

    /// Whether there is a folder to record into.
    #[cfg(feature = "pact_consumer")]
    pub(crate) fn records(&self) -> bool {
        self.output.is_some()
    }

    pub(crate) fn source(&self) -> Source {
        Source::of(self.chance)
    }

    pub(super) fn server(&self) -> ServerOptions {
        self.server.clone()
    }

    pub(super) fn cross_origin(&self) -> Option<&Cors> {
        self.cors.as_ref()
    }

    pub(super) fn largest_body(&self) -> usize {
        self.body_limit
    }

    pub(super) fn recording(&self) -> Option<Recording> {
        let folder = self.output.clone()?;
        let recording = Recording {
            folder,
            specification: self.specification,
            test: self.test.clone(),
        };
        Some(match recording.test {
            Some(_) => recording,
            None => recording.by_this_test(),
        })
    }
}
