//! One instance of the provider, and what happens when its process ends.

use std::future::Future;
use std::pin::pin;
use std::process::ExitStatus;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use pactwork_contract::Outcome;
use tokio::time::timeout;

use super::finding::Finding;
use super::target::Reached;
use crate::http::BaseUrl;
use crate::process::{WatchedProcess, in_words};
use crate::{ProviderEnd, UrlError};

/// A process that ends and the connections that it breaks are noticed in any
/// order; how long one may come after the other.
const APART: Duration = Duration::from_millis(250);

/// How many of the process's last lines are reported.
const SHOWN_LINES: usize = 40;

/// One instance of the provider.
#[derive(Debug)]
pub(super) struct Instance {
    pub(super) base: Option<BaseUrl>,
    /// Its number, from 1.
    pub(super) number: usize,
    process: Option<Arc<WatchedProcess>>,
    /// A connection was lost and the process went on: this provider does that.
    outlives_connections: AtomicBool,
}

impl Instance {
    pub(super) fn of(reached: &Reached) -> Result<Self, UrlError> {
        Ok(Self {
            base: reached
                .base_url
                .as_deref()
                .map(BaseUrl::parse)
                .transpose()?,
            number: reached.number.unwrap_or(1),
            process: reached.process.clone(),
            outlives_connections: AtomicBool::new(false),
        })
    }

    pub(super) fn base_url(&self) -> Option<&str> {
        self.base.as_ref().map(BaseUrl::as_str)
    }

    pub(super) fn process(&self) -> Option<&WatchedProcess> {
        self.process.as_deref()
    }

    fn is_alive(&self) -> bool {
        self.process()
            .is_none_or(|process| process.exited().is_none())
    }

    /// How the process ended, if it did.
    pub(super) fn end(&self) -> Option<ProviderEnd> {
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

    /// What a replay found, unless the process ends first.
    pub(super) async fn watching(&self, replay: impl Future<Output = Finding>) -> Finding {
        let Some(process) = self.process() else {
            return replay.await;
        };
        if let Some(status) = process.exited() {
            let status = in_words(status);
            return Finding::obstacle(format!(
                "not replayed: the provider's process had ended before with {status}"
            ));
        }
        let mut replay = pin!(replay);
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
}

/// The instances of a run, given out to those who replay.
#[derive(Debug)]
pub(super) struct Instances {
    all: Vec<Arc<Instance>>,
    /// Which one is next for those who share.
    next: AtomicUsize,
    free: Mutex<Vec<Arc<Instance>>>,
}

impl Instances {
    /// There is at least one.
    pub(super) fn of(all: &[Arc<Instance>]) -> Self {
        Self {
            all: all.to_vec(),
            next: AtomicUsize::new(0),
            free: Mutex::new(all.iter().rev().map(Arc::clone).collect()),
        }
    }

    /// One that others may use at the same time: each in turn, as long as it lives.
    pub(super) fn any(&self) -> Arc<Instance> {
        let next = self.next.fetch_add(1, Ordering::Relaxed);
        let in_turn = (0..self.all.len()).map(|step| &self.all[(next + step) % self.all.len()]);
        let mut alive = in_turn.filter(|instance| instance.is_alive());
        Arc::clone(alive.next().unwrap_or(&self.all[0]))
    }

    /// One for its user alone, who gives it back: one that lives, as long as any does.
    /// `None` while all that live are in use.
    pub(super) fn take(&self) -> Option<Arc<Instance>> {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let alive = free.iter().rposition(|instance| instance.is_alive());
        if alive.is_none() && self.all.iter().any(|instance| instance.is_alive()) {
            return None;
        }
        let index = alive.or(free.len().checked_sub(1))?;
        Some(free.remove(index))
    }

    pub(super) fn give_back(&self, instance: Arc<Instance>) {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        free.push(instance);
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
