//! What stays the same for every interaction of a run, and one exchange with one
//! instance of the provider.

use std::sync::{Arc, Mutex, PoisonError};

use pactwork_contract::Interaction;
use pactwork_matching::Compiler;

use super::finding::{Finding, Notes};
use super::generating::Source;
use super::halt::Halt;
use super::instance::Instance;
use super::seen::Seen;
use super::states::{self, Entered};
use super::{Verifier, VerifyError, http, message};
use crate::ProviderEnd;
use crate::http::HttpClient;

pub(super) struct Run {
    pub(super) verifier: Verifier,
    /// Never empty.
    pub(super) instances: Vec<Arc<Instance>>,
    pub(super) client: HttpClient,
    pub(super) halt: Halt,
    /// Those that nobody compiles with now: as many as ever compiled at the same time. What
    /// interactions share, such as regular expressions, each of them compiles once.
    compilers: Mutex<Vec<Compiler>>,
    /// What generated values depend on.
    source: Source,
}

impl Run {
    pub(super) fn new(verifier: Verifier) -> Result<Self, VerifyError> {
        let reached = verifier.target.instances.iter();
        let instances = reached.map(|reached| Instance::of(reached).map(Arc::new));
        Ok(Self {
            instances: instances.collect::<Result<_, _>>()?,
            client: HttpClient::new(verifier.http.clone()),
            halt: Halt::default(),
            compilers: Mutex::default(),
            source: Source::of(verifier.chance),
            verifier,
        })
    }

    /// How the first process that ended did.
    pub(super) fn provider_ended(&self) -> Option<ProviderEnd> {
        self.instances.iter().find_map(|each| each.end())
    }
}

/// Replays an interaction against one instance of the provider.
#[derive(Clone, Copy)]
pub(super) struct Exchange<'r> {
    pub(super) run: &'r Run,
    pub(super) instance: &'r Instance,
    /// What goes over the wire for this interaction.
    pub(super) seen: &'r Seen,
}

impl Exchange<'_> {
    /// Compiles an expectation.
    pub(super) fn compile<T>(self, compile: impl FnOnce(&mut Compiler) -> T) -> T {
        let compilers = || {
            let compilers = self.run.compilers.lock();
            compilers.unwrap_or_else(PoisonError::into_inner)
        };
        let free = compilers().pop();
        let mut compiler = free.unwrap_or_default();
        let compiled = compile(&mut compiler);
        compilers().push(compiler);
        compiled
    }

    /// Verifies an interaction, unless the process ends or the run is ended first.
    pub(super) async fn find(self, interaction: &Interaction) -> Finding {
        tokio::select! {
            biased;
            finding = self.instance.watching(self.replay(interaction)) => finding,
            reason = self.run.halt.ended() => {
                Finding::obstacle(format!("{reason} during this interaction"))
            }
        }
    }

    async fn replay(self, interaction: &Interaction) -> Finding {
        let mut notes = Notes::default();
        let states = &interaction.common().provider_states;
        let handler = self.run.verifier.states.as_deref();
        if handler.is_none() && !states.is_empty() {
            notes.warnings.push(states::without_handler(states));
        }
        let mut entered = Entered::nothing(self);
        let result = match entered.set_up(states).await {
            Ok(()) => {
                let mut maker = self.run.source.maker(interaction, &entered.values);
                match interaction {
                    Interaction::Http(http) => {
                        http::compare(self, (interaction, http), &mut maker, &mut notes).await
                    }
                    Interaction::AsynchronousMessage(message) => {
                        message::compare(self, message, &mut maker, &mut notes).await
                    }
                    Interaction::SynchronousMessage(message) => {
                        message::compare_answers(self, message, &mut maker, &mut notes).await
                    }
                }
            }
            Err(obstacle) => Err(obstacle),
        };
        let result = notes.judge(result);
        entered.tear_down(&mut notes.warnings).await;
        Finding { result, notes }
    }
}
