use std::net::IpAddr;
use std::path::PathBuf;
use std::time::SystemTime;

use pactwork_contract::SpecificationVersion;
use serde::Serialize;

use super::message::Drafted;
use super::{
    AwaitingResponse, InteractionBuilder, MessageBuilder, RequestBuilder, SynchronousMessageBuilder,
};
use crate::mock::{Conducts, Definition};
use crate::recorder::{Recording, check_version};
#[cfg(feature = "tls")]
use crate::server::Certificates;
use crate::server::Cors;
use crate::source::Source;
use crate::{MessageError, MockOptions, MockProvider, Problems, StartError};

/// What a consumer relies on in a provider, as one test defines it.
///
/// Begin an interaction with [`given`](Self::given),
/// [`upon_receiving`](Self::upon_receiving) or [`when`](Self::when); say as many
/// as the test exercises; then [`start`](Self::start) the mock provider. Nothing
/// panics on the way: what makes no sense is returned by `start` or `verify`,
/// all of it at once.
///
/// ```
/// use pactwork_consumer::{Pact, SpecificationVersion, get, post, status};
///
/// let pact = Pact::between("web", "orders")
///     .output("pacts")
///     .specification(SpecificationVersion::V3)
///     .given("order 7 exists")
///     .when(get("/orders/7"))
///     .then(status(200))
///     .upon_receiving("an order")
///     .when(post("/orders"))
///     .then(status(201));
/// # let _ = pact;
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct Pact {
    pub(super) contract: pactwork_contract::Pact,
    /// Messages of this chain that are to be handled with the next ones.
    pub(super) messages: Vec<Drafted>,
    pub(super) problems: Problems,
    pub(super) recording: Recording,
    pub(super) options: MockOptions,
    /// How its HTTP interactions are played.
    pub(super) conducts: Conducts,
}

impl Pact {
    /// An empty pact between a consumer and a provider, recorded into the folder
    /// `pacts` as a pact file of version 4.
    pub fn between(consumer: impl Into<String>, provider: impl Into<String>) -> Self {
        let contract = pactwork_contract::Pact::between(consumer, provider);
        let mut problems = Problems::default();
        for (role, participant) in [
            ("consumer", &contract.consumer),
            ("provider", &contract.provider),
        ] {
            if participant.name.trim().is_empty() {
                problems.add(format_args!("the {role}"), "its name is empty");
            }
        }
        Self {
            contract,
            messages: Vec::new(),
            problems,
            recording: Recording {
                folder: "pacts".into(),
                specification: SpecificationVersion::default(),
                test: None,
            },
            options: MockOptions::default(),
            conducts: Conducts::default(),
        }
    }

    /// The folder to record into. A relative one is relative to the working
    /// directory, which under `cargo test` is the package's folder.
    pub fn output(mut self, folder: impl Into<PathBuf>) -> Self {
        self.recording.folder = folder.into();
        self
    }

    /// The version of the pact file: 4 (default), 3 or 2. What the version cannot
    /// hold is told before the test runs.
    pub fn specification(mut self, version: SpecificationVersion) -> Self {
        self.recording.specification = version;
        self
    }

    /// The address that the mock provider listens on; 127.0.0.1 by default.
    pub fn host(mut self, host: impl Into<IpAddr>) -> Self {
        self.options = self.options.host(host);
        self
    }

    /// Has the mock provider listen on 127.0.0.1 and ::1, for clients that are told
    /// `localhost`.
    pub fn localhost(mut self) -> Self {
        self.options = self.options.localhost();
        self
    }

    /// The port that the mock provider listens on; a free one by default.
    pub fn port(mut self, port: u16) -> Self {
        self.options = self.options.port(port);
        self
    }

    /// Has the mock provider speak TLS with these certificates; its URL then begins
    /// with `https`.
    ///
    /// ```
    /// use pactwork_consumer::server::Certificates;
    /// use pactwork_consumer::{Pact, get, status};
    ///
    /// # let folder = tempfile::tempdir()?;
    /// let certificates = Certificates::self_signed()?;
    /// let trusted = certificates.certificate_pem().to_owned();
    /// let provider = Pact::between("web", "orders")
    /// #   .output(folder.path())
    ///     .tls(certificates)
    ///     .when(get("/orders/7"))
    ///     .then(status(200))
    ///     .start_blocking()?;
    /// assert!(provider.url().starts_with("https://127.0.0.1:"));
    /// // Let the consumer's client trust `trusted`, point it at the URL, and finish.
    /// # drop(trusted);
    /// # provider.finish_blocking().unwrap_err();
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[cfg(feature = "tls")]
    pub fn tls(mut self, certificates: Certificates) -> Self {
        self.options = self.options.tls(certificates);
        self
    }

    /// Lets pages of any origin ask the mock provider, for a suite that runs in a
    /// browser; see [`MockOptions::cors`].
    pub fn cors(self) -> Self {
        self.cors_for(Cors::any_origin())
    }

    /// The same for some origins alone.
    pub fn cors_for(mut self, cors: Cors) -> Self {
        self.options = self.options.cors(cors);
        self
    }

    /// The seed of the values that generators draw; without one, every run has others.
    pub fn seed(mut self, seed: u64) -> Self {
        self.options = self.options.seed(seed);
        self
    }

    /// Generators of dates and times read this clock instead of the system's; what
    /// they make is in UTC.
    pub fn clock(mut self, clock: fn() -> SystemTime) -> Self {
        self.options = self.options.clock(clock);
        self
    }

    /// Begins an interaction with a state that the provider has to be in.
    pub fn given(self, state: impl Into<String>) -> InteractionBuilder {
        InteractionBuilder::of(self).given(state)
    }

    /// Begins an interaction with a state that has parameters.
    pub fn given_with(
        self,
        state: impl Into<String>,
        params: impl Serialize,
    ) -> InteractionBuilder {
        InteractionBuilder::of(self).given_with(state, params)
    }

    /// Begins an interaction with its description.
    pub fn upon_receiving(self, description: impl Into<String>) -> InteractionBuilder {
        InteractionBuilder::of(self).upon_receiving(description)
    }

    /// Begins an interaction with its request.
    pub fn when(self, request: RequestBuilder) -> AwaitingResponse {
        InteractionBuilder::of(self).when(request)
    }

    /// Begins a message that needs no provider state.
    pub fn message(self, name: impl Into<String>) -> MessageBuilder {
        InteractionBuilder::of(self).message(name)
    }

    /// Begins a synchronous message that needs no provider state.
    pub fn synchronous_message(self, name: impl Into<String>) -> SynchronousMessageBuilder {
        InteractionBuilder::of(self).synchronous_message(name)
    }

    /// Starts a mock provider that answers as the interactions say.
    ///
    /// # Errors
    /// [`StartError::Definition`] with everything that is wrong with the
    /// interactions; otherwise as [`MockProvider::serve`].
    pub async fn start(self) -> Result<MockProvider, StartError> {
        self.start_blocking()
    }

    /// The same outside of async code; the mock provider has a thread of its own either way.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub fn start_blocking(mut self) -> Result<MockProvider, StartError> {
        self.no_waiting_messages();
        self.problems.none_or(StartError::Definition)?;
        let Recording {
            folder,
            specification,
            ..
        } = self.recording;
        let options = self.options.output(folder).specification(specification);
        let definition = Definition::new(self.contract, self.conducts);
        MockProvider::serve_blocking(definition, options)
    }

    /// The pact and where it goes, if all of it makes sense and the asked version of the
    /// specification can hold it.
    pub(super) fn ready_to_record(
        mut self,
    ) -> Result<((pactwork_contract::Pact, Recording), Source), MessageError> {
        check_version(&self.contract, Some(&self.recording), &mut self.problems);
        self.problems.none_or(MessageError::Definition)?;
        let source = self.options.source();
        Ok(((self.contract, self.recording), source))
    }
}
