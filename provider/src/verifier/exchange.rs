//! What stays the same for every interaction of a run, and one exchange with one
//! instance of the provider.

use std::sync::{Mutex, PoisonError};

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

pub(super) struct Run<'a> {
    pub(super) verifier: &'a Verifier,
    /// Never empty.
    pub(super) instances: Vec<Instance>,
    pub(super) client: HttpClient,
    pub(super) halt: Halt,
    /// Regular expressions that several interactions share are compiled once.
    compiler: Mutex<Compiler>,
    /// What generated values depend on.
    source: Source,
}

impl<'a> Run<'a> {
    pub(super) fn new(verifier: &'a Verifier) -> Result<Self, VerifyError> {
        let reached = verifier.target.instances.iter();
        Ok(Self {
            verifier,
            instances: reached.map(Instance::of).collect::<Result<_, _>>()?,
            client: HttpClient::new(verifier.timeout),
            halt: Halt::default(),
            compiler: Mutex::default(),
            source: Source::of(verifier.chance),
        })
    }

    /// How the first process that ended did.
    pub(super) fn provider_ended(&self) -> Option<ProviderEnd> {
        self.instances.iter().find_map(Instance::end)
    }
}

/// Replays an interaction against one instance of the provider.
#[derive(Clone, Copy)]
pub(super) struct Exchange<'r> {
    pub(super) run: &'r Run<'r>,
    pub(super) instance: &'r Instance,
    /// What goes over the wire for this interaction.
    pub(super) seen: &'r Seen,
}

impl Exchange<'_> {
    /// Compiles an expectation.
    pub(super) fn compile<T>(self, compile: impl FnOnce(&mut Compiler) -> T) -> T {
        let compiler = self.run.compiler.lock();
        compile(&mut compiler.unwrap_or_else(PoisonError::into_inner))
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
        let mut entered = Entered::nothing(handler, self.instance);
        let result = match entered.set_up(states).await {
            Ok(()) => {
                let mut maker = self.run.source.maker(interaction, &entered.values);
                match interaction {
                    Interaction::Http(http) => {
                        http::compare(self, http, &mut maker, &mut notes).await
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
