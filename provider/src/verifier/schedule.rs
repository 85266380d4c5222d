//! Which interaction is replayed when, and against which instance of the provider.

use std::future::Future;
use std::pin::pin;

use futures_util::{StreamExt, stream};
use pactwork_contract::{ContentId, Interaction, NotUnderstood, Outcome, Pact};

use super::equal::Known;
use super::exchange::{Exchange, Run};
use super::instance::{Instance, Instances};
use super::{Candidate, Listener, Verifier, check};
use crate::{Event, InteractionReport};

/// What is to be done for all pacts.
pub(super) struct Schedule<'a> {
    /// One for each pact.
    contents: Vec<ContentId>,
    tasks: Vec<Task<'a>>,
}

/// Something to find out, and for whom: never for nobody.
#[derive(Clone)]
struct Task<'a> {
    subject: Subject<'a>,
    places: Vec<Place<'a>>,
}

#[derive(Clone, Copy)]
enum Subject<'a> {
    Interaction(&'a Interaction),
    NotUnderstood(&'a NotUnderstood),
}

/// Where a subject stands.
#[derive(Clone, Copy)]
struct Place<'a> {
    pact: &'a Pact,
    pact_number: usize,
    position: usize,
    /// Whether it is reported without counting.
    pending: bool,
    subject: Subject<'a>,
}

/// A report, and where it belongs: the pact's number, and the position in it.
type Placed = (usize, usize, InteractionReport);

impl<'a> Schedule<'a> {
    pub(super) fn of(pacts: &'a [Pact], verifier: &Verifier) -> Self {
        let mut schedule = Self {
            contents: pacts.iter().map(Pact::content_id).collect(),
            tasks: Vec::new(),
        };
        let mut known = (pacts.len() > 1 && !verifier.each_alone).then(Known::default);
        for place in schedule.places(pacts, verifier) {
            let next = schedule.tasks.len();
            let number = match (&mut known, place.subject) {
                (Some(known), Subject::Interaction(each)) => known.number_of(each, next),
                _ => next,
            };
            match schedule.tasks.get_mut(number) {
                Some(task) => task.places.push(place),
                None => schedule.tasks.push(Task {
                    subject: place.subject,
                    places: vec![place],
                }),
            }
        }
        schedule
    }

    /// Everything that was chosen, in the pacts' order.
    fn places(&self, pacts: &'a [Pact], verifier: &Verifier) -> Vec<Place<'a>> {
        let chosen = Candidate::all(pacts).filter(|each| verifier.chooses(each));
        let placed = chosen.map(|candidate| {
            let subject = match candidate.interaction {
                Ok(interaction) => Subject::Interaction(interaction),
                Err(not_understood) => Subject::NotUnderstood(not_understood),
            };
            let pending = &self.contents[candidate.pact_number];
            let pending = verifier.pending.contains(pending);
            Place {
                pact: candidate.pact,
                pact_number: candidate.pact_number,
                position: candidate.position,
                pending: pending || subject.is_pending(),
                subject,
            }
        });
        placed.collect()
    }

    /// The pacts' contents, in their order.
    pub(super) fn contents(&self) -> &[ContentId] {
        &self.contents
    }

    /// How many interactions will be reported.
    pub(super) fn len(&self) -> usize {
        self.tasks.iter().map(|task| task.places.len()).sum()
    }

    /// Replays all, unless `stop` comes first, and returns the reports of each pact in order.
    pub(super) async fn play<F: FnMut(Event<'_>) + Send>(
        &self,
        run: &Run<'_>,
        listener: &Listener<F>,
        stop: impl Future<Output = String>,
    ) -> Vec<Vec<InteractionReport>> {
        let mut playing = pin!(self.all(run, listener));
        let mut done = tokio::select! {
            biased;
            done = &mut playing => done,
            reason = stop => {
                run.halt.end(&reason);
                playing.await
            }
        };
        done.sort_by_key(|(pact, position, _)| (*pact, *position));
        let mut reports = vec![Vec::new(); self.contents.len()];
        for (pact, _, report) in done {
            reports[pact].push(report);
        }
        reports
    }

    /// What declares no provider states at the same time, then the rest: one after
    /// another on each instance of the provider.
    async fn all<F: FnMut(Event<'_>) + Send>(
        &self,
        run: &Run<'_>,
        listener: &Listener<F>,
    ) -> Vec<Placed> {
        let jobs = run.verifier.jobs;
        let instances = Instances::of(&run.instances);
        let (together, alone): (Vec<_>, Vec<_>) = self
            .tasks
            .iter()
            .partition(|task| jobs > 1 && task.subject.is_stateless());
        let together = stream::iter(together)
            .map(|task| task.play(run, instances.any(), listener))
            .buffer_unordered(jobs);
        let mut done: Vec<Placed> = together.concat().await;
        let alone = stream::iter(alone)
            .map(|task| async {
                let instance = instances.take();
                let placed = task.play(run, instance, listener).await;
                instances.give_back(instance);
                placed
            })
            .buffer_unordered(run.instances.len());
        done.extend(alone.concat().await);
        done
    }
}

impl Subject<'_> {
    fn is_pending(self) -> bool {
        match self {
            Self::Interaction(interaction) => interaction.common().pending,
            Self::NotUnderstood(_) => false,
        }
    }

    fn is_stateless(self) -> bool {
        match self {
            Self::Interaction(interaction) => interaction.common().provider_states.is_empty(),
            Self::NotUnderstood(_) => true,
        }
    }
}

impl Task<'_> {
    /// Finds it out and reports it for everyone it is about.
    async fn play<F: FnMut(Event<'_>) + Send>(
        &self,
        run: &Run<'_>,
        instance: &Instance,
        listener: &Listener<F>,
    ) -> Vec<Placed> {
        let found = self.find(run, instance).await;
        let counts = self.places.iter().any(|place| !place.pending);
        if run.verifier.fail_fast && counts && found.outcome == Outcome::Failed {
            run.halt.begin_nothing("an interaction failed before");
        }
        let placed = self.places.iter().map(|place| {
            let report = match place.subject {
                Subject::Interaction(interaction) => check::shared(&found, interaction),
                Subject::NotUnderstood(_) => found.clone(),
            };
            listener.hear(Event::Checked {
                consumer: &place.pact.consumer.name,
                provider: &place.pact.provider.name,
                interaction: &report,
            });
            (place.pact_number, place.position, report)
        });
        placed.collect()
    }

    async fn find(&self, run: &Run<'_>, instance: &Instance) -> InteractionReport {
        match (self.subject, run.halt.reason()) {
            (Subject::NotUnderstood(value), _) => check::not_understood(value),
            (Subject::Interaction(interaction), Some(reason)) => {
                check::not_replayed(interaction, &reason)
            }
            (Subject::Interaction(interaction), None) => {
                check::interaction(Exchange { run, instance }, interaction).await
            }
        }
    }
}
