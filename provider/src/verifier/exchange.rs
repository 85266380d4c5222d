//! One run over one provider: what stays the same for every interaction, and
//! what happens when the provider's process ends.

use std::pin::pin;
use std::process::ExitStatus;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use pactwork_contract::{Interaction, Outcome};
use pactwork_matching::Compiler;
use tokio::time::timeout;

use super::finding::{Finding, Notes};
use super::generating::Source;
use super::states::{self, Entered};
use super::{Verifier, VerifyError, http, message};
use crate::ProviderEnd;
use crate::http::{BaseUrl, HttpClient};
use crate::process::{WatchedProcess, in_words};

/// A process that ends and the connections that it breaks are noticed in any
/// order; how long one may come after the other.
const APART: Duration = Duration::from_millis(250);

/// How many of the process's last lines are reported.
const SHOWN_LINES: usize = 40;

pub(super) struct Run<'a> {
    pub(super) verifier: &'a Verifier,
    pub(super) base: Option<BaseUrl>,
    pub(super) client: HttpClient,
    /// Regular expressions that several interactions share are compiled once.
    compiler: Mutex<Compiler>,
    /// A connection was lost and the process went on: this provider does that.
    outlives_connections: AtomicBool,
    /// What generated values depend on.
    pub(super) source: Source,
}

impl<'a> Run<'a> {
    pub(super) fn new(verifier: &'a Verifier) -> Result<Self, VerifyError> {
        let base_url = verifier.target.base_url.as_deref();
        Ok(Self {
            verifier,
            base: base_url.map(BaseUrl::parse).transpose()?,
            client: HttpClient::new(verifier.timeout),
            compiler: Mutex::default(),
            outlives_connections: AtomicBool::new(false),
            source: Source::of(verifier.chance),
        })
    }

    /// Compiles an expectation.
    pub(super) fn compile<T>(&self, compile: impl FnOnce(&mut Compiler) -> T) -> T {
        compile(&mut self.compiler.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn process(&self) -> Option<&WatchedProcess> {
        self.verifier.target.process.as_deref()
    }

    /// How the process ended, if it did.
    pub(super) fn provider_ended(&self) -> Option<ProviderEnd> {
        let process = self.process()?;
        let status = process.exited()?;
        let text = process.output().text();
        let lines: Vec<_> = text.lines().collect();
        let last = &lines[lines.len().saturating_sub(SHOWN_LINES)..];
        Some(ProviderEnd {
            status: in_words(status),
            output: last.iter().map(ToString::to_string).collect(),
        })
    }

    /// Verifies an interaction, unless the process ends first.
    pub(super) async fn find(&self, interaction: &Interaction) -> Finding {
        let Some(process) = self.process() else {
            return self.replay(interaction).await;
        };
        if let Some(status) = process.exited() {
            let status = in_words(status);
            return Finding::obstacle(format!(
                "not replayed: the provider's process had ended before with {status}"
            ));
        }
        let mut replay = pin!(self.replay(interaction));
        tokio::select! {
            biased;
            finding = &mut replay => self.explained(finding, process).await,
            status = process.ended() => {
                let last = timeout(APART, replay).await;
                last.ok().filter(was_compared).unwrap_or_else(|| meanwhile(status, ""))
            }
        }
    }

    /// The finding, or the end of the process that explains it.
    async fn explained(&self, finding: Finding, process: &WatchedProcess) -> Finding {
        if !finding.connection_lost() || self.outlives_connections.load(Ordering::Relaxed) {
            return finding;
        }
        match (timeout(APART, process.ended()).await, &finding.result) {
            (Ok(status), Err(obstacle)) => meanwhile(status, &obstacle.reason),
            _ => {
                self.outlives_connections.store(true, Ordering::Relaxed);
                finding
            }
        }
    }

    async fn replay(&self, interaction: &Interaction) -> Finding {
        let mut notes = Notes::default();
        let states = &interaction.common().provider_states;
        let handler = self.verifier.states.as_deref();
        if handler.is_none() && !states.is_empty() {
            notes.warnings.push(states::without_handler(states));
        }
        let mut entered = Entered::nothing(handler);
        let result = match entered.set_up(states).await {
            Ok(()) => {
                let mut maker = self.source.maker(interaction, &entered.values);
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

fn was_compared(finding: &Finding) -> bool {
    finding.outcome() != Outcome::CouldNotVerify
}

fn meanwhile(status: ExitStatus, seen: &str) -> Finding {
    let colon = if seen.is_empty() { "" } else { ": " };
    let status = in_words(status);
    Finding::obstacle(format!(
        "the provider's process ended with {status} during this interaction{colon}{seen}"
    ))
}
