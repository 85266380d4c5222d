//! The provider that the tests of one process share: started by the first of them.

use std::fmt;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use pactwork_contract::Outcome;
use tokio::runtime::Runtime;
use tokio::sync::OnceCell;

use super::pacts::Expectation;
use super::served::{Serve, Served};
use super::turns::Turns;
use crate::{ProviderProcess, Report, StartOptions, Target, Verifier};

/// What the tests need, before anything is started.
#[derive(Default)]
pub(super) struct Setup {
    pub(super) reach: Reach,
    /// What the verifier is told, in order.
    pub(super) told: Vec<Box<dyn FnOnce(Verifier) -> Verifier + Send>>,
}

/// How the provider is reached.
#[derive(Default)]
pub(super) enum Reach {
    /// Its Rust functions are called; it serves no HTTP.
    #[default]
    InProcess,
    At(String),
    Start(Box<StartOptions>),
    Serve(Serve),
}

/// Everything that the tests of this process share.
pub(super) struct Session {
    runtime: Runtime,
    turns: Turns,
    /// Taken by the first test.
    setup: Mutex<Option<Setup>>,
    provider: OnceCell<Result<Provider, Missing>>,
}

/// A provider that can be verified.
struct Provider {
    verifier: Verifier,
    process: Option<ProviderProcess>,
    served: Option<Served>,
}

/// Why there is no provider. The first test says it whole.
struct Missing {
    reason: String,
    told: AtomicBool,
}

impl Session {
    pub(super) fn new(setup: Setup) -> io::Result<Self> {
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        Ok(Self {
            runtime: runtime.enable_all().build()?,
            turns: Turns::new(matches!(setup.reach, Reach::At(_))),
            setup: Mutex::new(Some(setup)),
            provider: OnceCell::new(),
        })
    }

    /// Verifies one interaction, or says why that cannot be done.
    pub(super) fn verify(&self, expectation: &Expectation) -> Result<Report, String> {
        let provider = self
            .runtime
            .block_on(self.provider.get_or_init(|| self.start()));
        let provider = provider.as_ref().map_err(Missing::told)?;
        let verify = || self.runtime.block_on(provider.verify(expectation));
        self.turns
            .take(expectation.has_states(), verify)
            .map_err(|reason| format!("could not be verified: cannot wait for others: {reason}"))?
    }

    async fn start(&self) -> Result<Provider, Missing> {
        let setup = self
            .setup
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        setup
            .unwrap_or_default()
            .start()
            .await
            .map_err(|reason| Missing {
                reason,
                told: AtomicBool::new(false),
            })
    }

    /// Stops the provider, if it was started.
    pub(super) fn end(self: Arc<Self>) {
        if let Some(Ok(Provider {
            process: Some(process),
            ..
        })) = self.provider.get()
        {
            self.runtime.block_on(process.stop());
        }
        // What is served may have threads that never end.
        if let Some(session) = Arc::into_inner(self) {
            session.runtime.shutdown_background();
        }
    }
}

impl Missing {
    fn told(&self) -> String {
        let shown = match self.told.swap(true, Ordering::Relaxed) {
            false => self.reason.as_str(),
            true => self.reason.lines().next().unwrap_or_default(),
        };
        format!("could not be verified: {shown}")
    }
}

impl Setup {
    async fn start(self) -> Result<Provider, String> {
        let (mut process, mut served) = (None, None);
        let target = match self.reach {
            Reach::InProcess => Target::in_process(),
            Reach::At(base_url) => Target::at(base_url),
            Reach::Start(options) => {
                let started = ProviderProcess::start(*options).await;
                let started = started.map_err(|reason| reason.to_string())?;
                Target::process(process.insert(started))
            }
            Reach::Serve(serve) => {
                let started = Served::start(serve).await;
                let started = started.map_err(|reason| format!("cannot listen: {reason}"))?;
                Target::at(&served.insert(started).base_url)
            }
        };
        let told = self.told.into_iter();
        Ok(Provider {
            verifier: told.fold(Verifier::new(target), |verifier, tell| tell(verifier)),
            process,
            served,
        })
    }
}

impl Provider {
    async fn verify(&self, expectation: &Expectation) -> Result<Report, String> {
        let pacts = std::slice::from_ref(&expectation.pact);
        let report = self.verifier.run(pacts, |_event| {}).await;
        let report = report.map_err(|reason| format!("could not be verified: {reason}"))?;
        let ended = match (&self.served, report.outcome()) {
            (Some(served), Outcome::CouldNotVerify) => served.ended().await,
            _ => None,
        };
        match ended {
            Some(why) => Err(format!("could not be verified: {why}")),
            None => Ok(report),
        }
    }
}

impl fmt::Debug for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Setup")
            .field("reach", &self.reach)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Reach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InProcess => f.write_str("InProcess"),
            Self::At(url) => f.debug_tuple("At").field(url).finish(),
            Self::Start(options) => f.debug_tuple("Start").field(options).finish(),
            Self::Serve(_) => f.write_str("Serve"),
        }
    }
}
