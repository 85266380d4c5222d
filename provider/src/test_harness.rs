//! The verification as a provider's own `cargo test`: one named test for each interaction.

mod names;
mod pacts;
mod served;
mod session;
mod told;
mod turns;

use std::ffi::OsString;
use std::fmt;
use std::future::Future;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Completion, Failed, Trial};
use tokio::net::TcpListener;

use crate::{
    HttpMessages, HttpStates, MessageSource, StartOptions, StateHandler, UrlError, Verifier,
};
use pacts::{Expectation, Gathered};
use session::{Reach, Session, Setup};

/// What a test program ends with if there is nothing to verify, or it cannot be read.
const NOTHING_TO_VERIFY: u8 = 2;

/// A provider's test program: every interaction that its consumers rely on is a test of
/// its own, for `cargo test` and for `cargo nextest`.
///
/// It is the `main` of an integration test that has `harness = false` in `Cargo.toml`:
///
/// ```toml
/// [dev-dependencies]
/// pactwork-provider = { version = "…", features = ["test-harness"] }
///
/// [[test]]
/// name = "consumers"
/// harness = false
/// ```
///
/// The tests are named `consumer::description, given state`, and can be chosen by any
/// part of that, as other tests are: `cargo test --test consumers -- web::`. The same
/// interaction in the pacts of several consumers is a test for each of them. Several of one
/// consumer with the same description and states are told apart by what is behind
/// `with` (the states' parameters) and by a number.
///
/// Nothing is started until the first test runs, so listing the tests is quick. Whoever
/// runs several of them in one process has one provider for all: interactions without
/// provider states are verified in parallel, then those with states one after another.
/// `cargo nextest` runs each test in a process, so each has a provider of its own, unless
/// it runs elsewhere ([`at`](Self::at)); then the processes wait for each other as well.
///
/// An interaction that could not be verified fails, as one that is not kept. A *pending*
/// interaction (version 4) that is not kept does not: it is shown as ignored, with what
/// is missing. No pact at all, or one that cannot be read, ends the program with code 2,
/// whatever tests were chosen; tests that failed end it with code 101.
///
/// ```standalone_crate
/// use std::process::ExitCode;
///
/// use pactwork_provider::{MessageFunctions, ProducedMessage, ProviderTests};
/// use serde_json::json;
/// # use pactwork_contract::{AsynchronousMessage, Body, Interaction, Pact, record_into};
///
/// fn main() -> ExitCode {
///     let pacts = "../../pacts"; // from the package's folder, where cargo runs tests
/// #   let pacts = tempfile::tempdir().unwrap();
/// #   let mut expected = AsynchronousMessage::default();
/// #   expected.common.description = "TemplateDeleted".into();
/// #   expected.message.contents = Body::json(json!({ "id": 7 }));
/// #   let mut pact = Pact::between("web", "templates");
/// #   pact.interactions.push(Interaction::AsynchronousMessage(Box::new(expected)));
/// #   record_into(pacts.path(), &pact, Default::default()).unwrap();
/// #   let pacts = pacts.path();
///     let messages = MessageFunctions::new()
///         .message("TemplateDeleted", |_states| Ok(ProducedMessage::json(&json!({ "id": 7 }))));
///     ProviderTests::of("templates").pacts_in(pacts).messages(messages).run()
/// }
/// ```
#[must_use = "nothing is tested before run"]
pub struct ProviderTests {
    provider: String,
    pacts: Vec<PathBuf>,
    setup: Setup,
    /// What cannot be used of what was said.
    problem: Option<UrlError>,
}

impl ProviderTests {
    /// Tests of this provider, named as in its consumers' pacts.
    pub fn of(provider: impl Into<String>) -> Self {
        Self {
            provider: provider.into(),
            pacts: Vec::new(),
            setup: Setup::default(),
            problem: None,
        }
    }

    /// A pact file, or a folder with pact files (`*.json`) at any depth; can be said
    /// several times. Pacts of other providers are passed over. Relative to the working
    /// folder: for tests that cargo runs, that of the package.
    pub fn pacts_in(mut self, path: impl Into<PathBuf>) -> Self {
        self.pacts.push(path.into());
        self
    }

    /// The provider is started by a command, on a free port, and stopped at the end.
    pub fn start(mut self, options: StartOptions) -> Self {
        self.setup.reach = Reach::Start(Box::new(options));
        self
    }

    /// The provider runs at this base URL.
    pub fn at(mut self, base_url: impl Into<String>) -> Self {
        self.setup.reach = Reach::At(base_url.into());
        self
    }

    /// The provider is served by this process: what is given gets a listener on a free
    /// port of 127.0.0.1 and serves there as long as the tests run. There is a runtime
    /// for it, of several threads.
    ///
    /// ```
    /// use std::io;
    ///
    /// use pactwork_provider::ProviderTests;
    /// use tokio::io::AsyncWriteExt;
    /// use tokio::net::TcpListener;
    ///
    /// // With axum: |listener| async move { axum::serve(listener, app()).await }
    /// async fn serve(listener: TcpListener) -> io::Result<()> {
    ///     loop {
    ///         let (mut client, _) = listener.accept().await?;
    ///         client.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await?;
    ///     }
    /// }
    ///
    /// let tests = ProviderTests::of("orders").serve(serve);
    /// # drop(tests);
    /// ```
    pub fn serve<F, S, E>(mut self, serve: F) -> Self
    where
        F: FnOnce(TcpListener) -> S + Send + 'static,
        S: Future<Output = Result<(), E>> + Send + 'static,
        E: fmt::Display,
    {
        self.setup.reach = Reach::Serve(served::boxed(serve));
        self
    }

    /// Provider states are set by this handler.
    pub fn states(self, states: impl StateHandler + 'static) -> Self {
        self.verifier(|verifier| verifier.states(states))
    }

    /// Provider states are set by Pact's convention at this URL, or at this path on the
    /// provider (`/…`).
    pub fn states_at(self, place: &str) -> Self {
        match HttpStates::new(place) {
            Ok(states) => self.states(states),
            Err(problem) => self.cannot_use(problem),
        }
    }

    /// Messages are asked from this source.
    pub fn messages(self, messages: impl MessageSource + 'static) -> Self {
        self.verifier(|verifier| verifier.messages(messages))
    }

    /// Messages are asked for by Pact's convention at this URL, or at this path on the
    /// provider (`/…`).
    pub fn messages_at(self, place: &str) -> Self {
        match HttpMessages::new(place) {
            Ok(messages) => self.messages(messages),
            Err(problem) => self.cannot_use(problem),
        }
    }

    /// Whatever else a [`Verifier`] can be told, such as
    /// `|verifier| verifier.timeout(Duration::from_secs(5))`.
    pub fn verifier<F>(mut self, tell: F) -> Self
    where
        F: FnOnce(Verifier) -> Verifier + Send + 'static,
    {
        self.setup.told.push(Box::new(tell));
        self
    }

    fn cannot_use(mut self, problem: UrlError) -> Self {
        self.problem.get_or_insert(problem);
        self
    }

    /// Runs the tests that the program's arguments ask for, those of `cargo test`.
    pub fn run(self) -> ExitCode {
        self.run_as(&Arguments::from_args())
    }

    /// Runs the tests that these arguments ask for; the first one is the program's name.
    pub fn run_with<A>(self, arguments: impl IntoIterator<Item = A>) -> ExitCode
    where
        A: Into<OsString> + Clone,
    {
        self.run_as(&Arguments::from_iter(arguments))
    }

    fn run_as(self, arguments: &Arguments) -> ExitCode {
        let gathered = match self.gather() {
            Ok(gathered) => gathered,
            Err(problem) => {
                say(&format!("error: {problem}"));
                return ExitCode::from(NOTHING_TO_VERIFY);
            }
        };
        if !arguments.list {
            for warning in &gathered.warnings {
                say(&format!("warning: {warning}"));
            }
        }
        let session = match Session::new(self.setup) {
            Ok(session) => Arc::new(session),
            Err(reason) => {
                say(&format!("error: cannot start threads: {reason}"));
                return ExitCode::from(NOTHING_TO_VERIFY);
            }
        };
        let trials = gathered.expectations.into_iter();
        let trials = trials.map(|expectation| trial(expectation, &session));
        let conclusion = libtest_mimic::run(arguments, trials.collect());
        session.end();
        conclusion.exit_code()
    }

    fn gather(&self) -> Result<Gathered, String> {
        match &self.problem {
            Some(problem) => Err(problem.to_string()),
            None => pacts::gather(&self.provider, &self.pacts),
        }
    }
}

impl fmt::Debug for ProviderTests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProviderTests")
            .field("provider", &self.provider)
            .field("pacts", &self.pacts)
            .field("setup", &self.setup)
            .finish()
    }
}

fn trial(expectation: Expectation, session: &Arc<Session>) -> Trial {
    let session = Arc::clone(session);
    Trial::ignorable_test(expectation.name.clone(), move || {
        check(&expectation, &session)
    })
}

fn check(expectation: &Expectation, session: &Session) -> Result<Completion, Failed> {
    let report = session.verify(expectation)?;
    let found = told::found(&report);
    match found {
        told::Found::Kept { warnings } => {
            for warning in warnings {
                say(&format!("warning: {}: {warning}", expectation.name));
            }
            Ok(Completion::Completed)
        }
        told::Found::Excused(reason) => Ok(Completion::ignored_with(reason)),
        told::Found::Broken(text) => Err(text.into()),
    }
}

/// The test program's own words go where those of a test go that is not captured. There is
/// nowhere left to say it if that cannot be written.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}
