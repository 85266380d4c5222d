//! Replays pacts against a provider.

mod check;
#[cfg(feature = "cross-check")]
mod cross_check;
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
mod seen;
mod shard;
mod states;
mod target;

use std::collections::BTreeSet;
use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use pactwork_contract::{ContentId, Interaction, InteractionName, NotUnderstood, Pact};
use thiserror::Error;

use crate::{
    Event, HttpOptions, InteractionReport, MessageSource, PactReport, Pacts, Report, RequestFilter,
    Secrets, StateHandler, UrlError,
};
use exchange::Run;
use generating::Chance;
use schedule::Schedule;
pub use shard::{Shard, ShardError};
use states::StateRules;
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
    state_rules: StateRules,
    messages: Option<Arc<dyn MessageSource>>,
    jobs: usize,
    http: HttpOptions,
    pending: BTreeSet<ContentId>,
    chance: Chance,
    choice: Option<Arc<Choice>>,
    shard: Option<Shard>,
    fail_fast: bool,
    each_alone: bool,
    secrets: Secrets,
}

/// Whether an interaction of a pact is replayed.
type Choice = dyn Fn(&Candidate<'_>) -> bool + Send + Sync;

/// An interaction that is replayed or left out.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Candidate<'a> {
    /// The pact that it is in.
    pub pact: &'a Pact,
    /// Which of the pacts that is, from 0 on.
    pub pact_number: usize,
    /// Where it stands among the pact's interactions, from 0 on; what is not understood
    /// comes after all that is.
    pub position: usize,
    /// The interaction, or what could not be understood as one.
    pub interaction: Result<&'a Interaction, &'a NotUnderstood>,
}

impl<'a> Candidate<'a> {
    /// All that there are in these pacts, in their order.
    pub fn all(pacts: &'a [Pact]) -> impl Iterator<Item = Self> {
        pacts.iter().enumerate().flat_map(|(pact_number, pact)| {
            let understood = pact.interactions.iter().map(Ok);
            let others = pact.not_understood.iter().map(Err);
            let all = understood.chain(others).enumerate();
            all.map(move |(position, interaction)| Self {
                pact,
                pact_number,
                position,
                interaction,
            })
        })
    }

    /// What tells it from the pact's others.
    pub fn name(&self) -> InteractionName {
        match self.interaction {
            Ok(interaction) => interaction.identity().into(),
            Err(not_understood) => not_understood.into(),
        }
    }

    /// What identifies it in the report, as [`InteractionReport::identity`].
    pub fn identity(&self) -> String {
        InteractionReport::identity_of(&self.name())
    }
}

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
            state_rules: StateRules::default(),
            messages: None,
            jobs: 1,
            http: HttpOptions::new(),
            pending: BTreeSet::new(),
            chance: Chance::default(),
            choice: None,
            shard: None,
            fail_fast: false,
            each_alone: false,
            secrets: Secrets::default(),
        }
    }

    /// Provider states are set by this handler.
    #[must_use]
    pub fn states(mut self, states: impl StateHandler + 'static) -> Self {
        self.states = Some(Arc::new(states));
        self
    }

    /// States are torn down after the interaction. They are by default.
    #[must_use]
    pub fn state_teardown(mut self, teardown: bool) -> Self {
        self.state_rules.teardown = teardown;
        self
    }

    /// A state that could not be changed is tried again so often, each time after this
    /// pause. By default it is not. That it needed more than one attempt is a warning.
    #[must_use]
    pub fn state_retries(mut self, retries: u32, pause: Duration) -> Self {
        self.state_rules.retries = retries;
        self.state_rules.pause = pause;
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

    /// Only the interactions of which this says so are replayed; which of each pact
    /// were left out stands in the report. What is not understood is reported in any case.
    #[must_use]
    pub fn choose<F>(self, choice: F) -> Self
    where
        F: Fn(&Pact, &Interaction) -> bool + Send + Sync + 'static,
    {
        self.choose_among_all(move |candidate| match candidate.interaction {
            Ok(interaction) => choice(candidate.pact, interaction),
            Err(_) => true,
        })
    }

    /// The same, where what is not understood is left out as well unless it is chosen.
    #[must_use]
    pub fn choose_among_all<F>(mut self, choice: F) -> Self
    where
        F: Fn(&Candidate<'_>) -> bool + Send + Sync + 'static,
    {
        self.choice = Some(Arc::new(choice));
        self
    }

    /// Of what is chosen only this part is replayed.
    #[must_use]
    pub fn shard(mut self, shard: Shard) -> Self {
        self.shard = Some(shard);
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

    /// This text is a secret: where it would be shown in an event or the report, such as
    /// in an answer or in the provider's output, stands `[redacted]`.
    #[must_use]
    pub fn secret(self, text: impl AsRef<str>) -> Self {
        self.secrets.add(text.as_ref());
        self
    }

    /// The same for all that is known here by the time that something is reported, in
    /// the place of what [`secret`](Self::secret) was told before.
    #[must_use]
    pub fn secrets(mut self, secrets: Secrets) -> Self {
        self.secrets = secrets;
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
    pub async fn run<F>(&self, pacts: impl Into<Pacts>, on_event: F) -> Result<Report, VerifyError>
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
        pacts: impl Into<Pacts>,
        on_event: F,
        stop: impl Future<Output = String>,
    ) -> Result<Report, VerifyError>
    where
        F: FnMut(Event<'_>) + Send,
    {
        self.play(pacts.into(), on_event, stop, None).await
    }

    /// The report where nothing can be replayed, such as of a provider that did not
    /// start: complete, and every interaction that was chosen could not be verified. The
    /// first line of the reason stands with each of them, the whole in
    /// [`Report::not_begun`].
    ///
    /// # Errors
    /// As for [`run`](Self::run).
    pub async fn not_begun<F>(
        &self,
        pacts: impl Into<Pacts>,
        on_event: F,
        reason: &str,
    ) -> Result<Report, VerifyError>
    where
        F: FnMut(Event<'_>) + Send,
    {
        self.play(pacts.into(), on_event, std::future::pending(), Some(reason))
            .await
    }

    async fn play<F>(
        &self,
        pacts: Pacts,
        on_event: F,
        stop: impl Future<Output = String>,
        not_begun: Option<&str>,
    ) -> Result<Report, VerifyError>
    where
        F: FnMut(Event<'_>) + Send,
    {
        let started = Instant::now();
        let run = Arc::new(Run::new(self.clone())?);
        if let Some(reason) = not_begun {
            run.halt.begin_nothing(headline(reason));
        }
        let listener = Listener(Mutex::new(on_event));
        let schedule = Schedule::of(&pacts, self);
        listener.hear(Event::Started {
            pacts: pacts.len(),
            interactions: schedule.len(),
        });
        let found = schedule.play(&run, &listener, stop).await;
        let reports = pacts.iter().zip(pacts.contents()).zip(found);
        let mut left_out = self.left_out(&pacts);
        let reports = reports.enumerate();
        let reports = reports.map(|(number, ((pact, content), interactions))| {
            let left_out = std::mem::take(&mut left_out[number]);
            let mut report = PactReport::new(pact, content.clone(), interactions, left_out);
            report.pending = self.pending.contains(content);
            report
        });
        let ended = run.provider_ended().map(|end| self.secrets.redact_end(end));
        let mut report = Report::new(reports.collect(), ended);
        report.duration_ms = milliseconds(started.elapsed());
        report.not_begun = not_begun.map(|reason| self.secrets.redact(reason).into_owned());
        report.shard = self.shard;
        listener.hear(Event::Finished { report: &report });
        Ok(report)
    }

    fn chooses(&self, candidate: &Candidate<'_>) -> bool {
        let chosen = self.choice.as_ref().is_none_or(|choice| choice(candidate));
        let provider = &candidate.pact.provider.name;
        let has = |shard: Shard| shard.has(provider, &candidate.name());
        chosen && self.shard.is_none_or(has)
    }

    /// What is not replayed of each pact.
    fn left_out(&self, pacts: &[Pact]) -> Vec<Vec<InteractionName>> {
        let mut left_out = vec![Vec::new(); pacts.len()];
        if self.choice.is_none() && self.shard.is_none() {
            return left_out;
        }
        for candidate in Candidate::all(pacts).filter(|each| !self.chooses(each)) {
            left_out[candidate.pact_number].push(candidate.name());
        }
        left_out
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier")
            .field("target", &self.target)
            .field("states", &self.states.is_some())
            .field("state_rules", &self.state_rules)
            .field("messages", &self.messages.is_some())
            .field("jobs", &self.jobs)
            .field("http", &self.http)
            .field("pending", &self.pending)
            .field("chance", &self.chance)
            .field("choice", &self.choice.is_some())
            .field("shard", &self.shard)
            .field("fail_fast", &self.fail_fast)
            .field("each_alone", &self.each_alone)
            .field("secrets", &self.secrets)
            .finish()
    }
}

/// The first line, without what announces further ones: `…; it wrote:`.
fn headline(reason: &str) -> &str {
    let line = reason.lines().next().unwrap_or_default();
    match line.strip_suffix(':') {
        Some(announcing) => announcing
            .rsplit_once("; ")
            .map_or(announcing, |(said, _)| said),
        None => line,
    }
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_micros() as f64 / 1000.0
}

/// Whoever listens to the events, told of one at a time.
struct Listener<F>(Mutex<F>);

impl<F: FnMut(Event<'_>)> Listener<F> {
    fn hear(&self, event: Event<'_>) {
        let mut on_event = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        on_event(event);
    }
}
