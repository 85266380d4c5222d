//! Replays pacts against a provider.

mod check;
mod equal;
mod exchange;
mod finding;
mod generating;
mod halt;
mod http;
mod instance;
mod message;
mod playing;
mod request;
mod schedule;
mod states;
mod target;

use std::collections::BTreeSet;
use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use pactwork_contract::{ContentId, Interaction, Pact};
use thiserror::Error;

use crate::{
    Event, HttpOptions, MessageSource, PactReport, Report, RequestFilter, StateHandler, UrlError,
};
use exchange::Run;
use generating::Chance;
use schedule::Schedule;
pub use target::Target;

/// Replays pacts against a provider, and reports what was found.
///
/// HTTP interactions go through one pool of connections; redirects are not
/// followed unless [`HttpOptions`] say so. Synchronous and asynchronous messages are asked from the message
/// source. Provider states are set up before and torn down after each
/// interaction that declares them; without a handler for them the interaction
/// is replayed all the same and a warning says so.
///
/// Generators put new values into requests, and what the states returned into
/// requests and expected answers. Where a state did not return what a request needs,
/// the example is sent with a warning: if the answer matches, that was verified; if
/// it does not, nobody knows what the right request would have got, so the
/// interaction could not be verified.
///
/// Whatever keeps an interaction from being verified
/// (a state, the connection, a timeout, a process that ended) is that
/// interaction's result; the others go on.
///
/// ```
/// use pactwork_contract::{HttpInteraction, Interaction, Outcome, Pact};
/// use pactwork_provider::{Target, Verifier};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mut pact = Pact::between("web", "orders");
/// pact.interactions.push(Interaction::Http(Box::default()));
///
/// // Nobody listens on port 1: that is not the provider's fault.
/// let report = Verifier::new(Target::at("http://127.0.0.1:1")).run(&[pact], |_event| {}).await?;
/// assert_eq!(report.outcome(), Outcome::CouldNotVerify);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Verifier {
    target: Target,
    states: Option<Arc<dyn StateHandler>>,
    messages: Option<Arc<dyn MessageSource>>,
    jobs: usize,
    http: HttpOptions,
    pending: BTreeSet<ContentId>,
    chance: Chance,
    choice: Option<Arc<Choice>>,
    fail_fast: bool,
    each_alone: bool,
}

/// Whether an interaction of a pact is replayed.
type Choice = dyn Fn(&Pact, &Interaction) -> bool + Send + Sync;

/// A verification that cannot begin.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// The target's base URL cannot be used.
    #[error(transparent)]
    Url(#[from] UrlError),
}

impl Verifier {
    /// A verifier of this provider, with no way to set states or to ask for
    /// messages, one interaction at a time, 30 seconds for each request.
    pub fn new(target: Target) -> Self {
        Self {
            target,
            states: None,
            messages: None,
            jobs: 1,
            http: HttpOptions::new(),
            pending: BTreeSet::new(),
            chance: Chance::default(),
            choice: None,
            fail_fast: false,
            each_alone: false,
        }
    }

    /// Provider states are set by this handler.
    #[must_use]
    pub fn states(mut self, states: impl StateHandler + 'static) -> Self {
        self.states = Some(Arc::new(states));
        self
    }

    /// Messages are asked from this source.
    #[must_use]
    pub fn messages(mut self, messages: impl MessageSource + 'static) -> Self {
        self.messages = Some(Arc::new(messages));
        self
    }

    /// So many interactions without provider states are replayed at the same
    /// time, before the others, which are replayed one after another in the
    /// pacts' order. With 1, the default, all keep the pacts' order.
    #[must_use]
    pub fn jobs(mut self, jobs: usize) -> Self {
        self.jobs = jobs.max(1);
        self
    }

    /// Each replayed request may take this long, up to the last byte of its answer.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.http = self.http.timeout(timeout);
        self
    }

    /// Requests are sent like this: in place of what [`timeout`](Self::timeout) and
    /// [`request_filter`](Self::request_filter) said before. It is not about calls that set
    /// states or ask for messages.
    #[must_use]
    pub fn http(mut self, options: HttpOptions) -> Self {
        self.http = options;
        self
    }

    /// Requests are changed by this filter before they are sent, after those that were
    /// added before.
    #[must_use]
    pub fn request_filter(mut self, filter: impl RequestFilter + 'static) -> Self {
        self.http = self.http.filter(filter);
        self
    }

    /// Pacts with these contents are pending: that the provider does not keep them
    /// is reported, and does not fail the verification.
    #[must_use]
    pub fn pending(mut self, contents: impl IntoIterator<Item = ContentId>) -> Self {
        self.pending = contents.into_iter().collect();
        self
    }

    /// Only the interactions of which this says so are replayed; how many of each pact
    /// were left out stands in the report. What is not understood is reported in any case.
    #[must_use]
    pub fn choose<F>(mut self, choice: F) -> Self
    where
        F: Fn(&Pact, &Interaction) -> bool + Send + Sync + 'static,
    {
        self.choice = Some(Arc::new(choice));
        self
    }

    /// After the first interaction that failed, nothing more is replayed: what is left
    /// could not be verified. Failures that are pending do not count.
    #[must_use]
    pub fn fail_fast(mut self, fail_fast: bool) -> Self {
        self.fail_fast = fail_fast;
        self
    }

    /// The same interaction in several pacts is replayed for each of them. By default
    /// it is replayed once, and reported for each.
    #[must_use]
    pub fn each_pact_alone(mut self, each_alone: bool) -> Self {
        self.each_alone = each_alone;
        self
    }

    /// The seed of the values that generators draw: with the same seed the same
    /// interaction is replayed with the same values. Without one, every verification
    /// has others.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.chance.seed = Some(seed);
        self
    }

    /// Generators of dates and times read this clock instead of the system's; what
    /// they make is in UTC.
    #[must_use]
    pub fn clock(mut self, clock: fn() -> SystemTime) -> Self {
        self.chance.clock = clock;
        self
    }

    /// Verifies every interaction of these pacts. The report has their order,
    /// whatever the order of the events.
    ///
    /// # Errors
    /// [`VerifyError`] if nothing could be asked at all. What goes wrong with an
    /// interaction stands in the report.
    pub async fn run<F>(&self, pacts: &[Pact], on_event: F) -> Result<Report, VerifyError>
    where
        F: FnMut(Event<'_>) + Send,
    {
        self.run_until(pacts, on_event, std::future::pending())
            .await
    }

    /// The same, unless `stop` comes first: it gives the reason, such as `stopped by
    /// SIGINT`. What was begun is then given up, and the report is complete all the
    /// same: what was not found out could not be verified, for that reason.
    ///
    /// # Errors
    /// As for [`run`](Self::run).
    pub async fn run_until<F>(
        &self,
        pacts: &[Pact],
        on_event: F,
        stop: impl Future<Output = String>,
    ) -> Result<Report, VerifyError>
    where
        F: FnMut(Event<'_>) + Send,
    {
        let run = Arc::new(Run::new(self.clone())?);
        let listener = Listener(Mutex::new(on_event));
        let schedule = Schedule::of(pacts, self);
        listener.hear(Event::Started {
            pacts: pacts.len(),
            interactions: schedule.len(),
        });
        let found = schedule.play(&run, &listener, stop).await;
        let reports = pacts.iter().zip(schedule.contents()).zip(found);
        let reports = reports.map(|((pact, content), interactions)| {
            let mut report = PactReport::new(pact, content.clone(), interactions);
            report.pending = self.pending.contains(content);
            report
        });
        let report = Report::new(reports.collect(), run.provider_ended());
        listener.hear(Event::Finished { report: &report });
        Ok(report)
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier")
            .field("target", &self.target)
            .field("states", &self.states.is_some())
            .field("messages", &self.messages.is_some())
            .field("jobs", &self.jobs)
            .field("http", &self.http)
            .field("pending", &self.pending)
            .field("chance", &self.chance)
            .field("choice", &self.choice.is_some())
            .field("fail_fast", &self.fail_fast)
            .field("each_alone", &self.each_alone)
            .finish()
    }
}

/// Whoever listens to the events, told of one at a time.
struct Listener<F>(Mutex<F>);

impl<F: FnMut(Event<'_>)> Listener<F> {
    fn hear(&self, event: Event<'_>) {
        let mut on_event = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        on_event(event);
    }
}
