//! Which interaction is replayed when.

use futures_util::{StreamExt, stream};
use pactwork_contract::{Interaction, NotUnderstood, Pact};

use super::exchange::Run;
use super::{Listener, check};
use crate::{Event, InteractionReport};

/// The interactions of all pacts, in order.
pub(super) struct Schedule<'a>(Vec<Entry<'a>>);

#[derive(Clone, Copy)]
struct Entry<'a> {
    position: usize,
    pact: &'a Pact,
    subject: Subject<'a>,
}

#[derive(Clone, Copy)]
enum Subject<'a> {
    Interaction(&'a Interaction),
    NotUnderstood(&'a NotUnderstood),
}

impl<'a> Schedule<'a> {
    pub(super) fn of(pacts: &'a [Pact]) -> Self {
        let subjects = pacts.iter().flat_map(|pact| {
            let known = pact.interactions.iter().map(Subject::Interaction);
            let others = pact.not_understood.iter().map(Subject::NotUnderstood);
            known.chain(others).map(move |subject| (pact, subject))
        });
        let entries = subjects
            .enumerate()
            .map(|(position, (pact, subject))| Entry {
                position,
                pact,
                subject,
            });
        Self(entries.collect())
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Replays all and returns their reports in order.
    pub(super) async fn play<F: FnMut(Event<'_>) + Send>(
        self,
        run: &Run<'_>,
        listener: &Listener<F>,
    ) -> Vec<InteractionReport> {
        let jobs = run.verifier.jobs;
        let (together, alone): (Vec<_>, Vec<_>) = self
            .0
            .into_iter()
            .partition(|entry| jobs > 1 && entry.is_stateless());
        let mut done = at_once(jobs, together, run, listener).await;
        done.extend(at_once(1, alone, run, listener).await);
        done.sort_by_key(|(position, _)| *position);
        done.into_iter().map(|(_, report)| report).collect()
    }
}

async fn at_once<F: FnMut(Event<'_>) + Send>(
    jobs: usize,
    entries: Vec<Entry<'_>>,
    run: &Run<'_>,
    listener: &Listener<F>,
) -> Vec<(usize, InteractionReport)> {
    stream::iter(entries)
        .map(|entry| entry.check(run, listener))
        .buffer_unordered(jobs)
        .collect()
        .await
}

impl Entry<'_> {
    fn is_stateless(&self) -> bool {
        match self.subject {
            Subject::Interaction(interaction) => interaction.common().provider_states.is_empty(),
            Subject::NotUnderstood(_) => true,
        }
    }

    async fn check<F: FnMut(Event<'_>) + Send>(
        self,
        run: &Run<'_>,
        listener: &Listener<F>,
    ) -> (usize, InteractionReport) {
        let report = match self.subject {
            Subject::Interaction(interaction) => check::interaction(run, interaction).await,
            Subject::NotUnderstood(value) => check::not_understood(value),
        };
        listener.hear(Event::Checked {
            consumer: &self.pact.consumer.name,
            provider: &self.pact.provider.name,
            interaction: &report,
        });
        (self.position, report)
    }
}
