//! Which interaction is replayed when, and against which instance of the provider.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;

use pactwork_contract::{Interaction, NotUnderstood, Pact};

use super::equal::Known;
use super::exchange::Run;
use super::playing::Playing;
use super::{Candidate, Listener, Verifier};
use crate::{Event, InteractionReport, Pacts};

/// What is to be done for all pacts.
pub(super) struct Schedule<'a> {
    pacts: &'a Pacts,
    tasks: Vec<Task<'a>>,
}

/// Something to find out, and for whom: never for nobody.
pub(super) struct Task<'a> {
    pub(super) subject: Subject<'a>,
    pub(super) places: Vec<Place<'a>>,
}

#[derive(Clone, Copy)]
pub(super) enum Subject<'a> {
    Interaction(&'a Interaction),
    NotUnderstood(&'a NotUnderstood),
}

/// Where a subject stands.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) pact: &'a Pact,
    pub(super) pact_number: usize,
    pub(super) position: usize,
    /// Whether it is reported without counting.
    pub(super) pending: bool,
    pub(super) subject: Subject<'a>,
}

/// A report, and where it belongs: the pact's number, and the position in it.
pub(super) type Placed = (usize, usize, InteractionReport);

impl<'a> Schedule<'a> {
    pub(super) fn of(pacts: &'a Pacts, verifier: &Verifier) -> Self {
        let mut schedule = Self {
            pacts,
            tasks: Vec::new(),
        };
        let mut known = (pacts.len() > 1 && !verifier.each_alone).then(Known::default);
        for place in schedule.places(verifier) {
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
    fn places(&self, verifier: &Verifier) -> Vec<Place<'a>> {
        let chosen = Candidate::all(self.pacts).filter(|each| verifier.chooses(each));
        let placed = chosen.map(|candidate| {
            let subject = match candidate.interaction {
                Ok(interaction) => Subject::Interaction(interaction),
                Err(not_understood) => Subject::NotUnderstood(not_understood),
            };
            let pending = &self.pacts.contents()[candidate.pact_number];
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

    /// How many interactions will be reported.
    pub(super) fn len(&self) -> usize {
        self.tasks.iter().map(|task| task.places.len()).sum()
    }

    /// Replays all, unless `stop` comes first, and returns the reports of each pact in order.
    pub(super) async fn play<F: FnMut(Event<'_>) + Send>(
        &self,
        run: &Arc<Run>,
        listener: &Listener<F>,
        stop: impl Future<Output = String>,
    ) -> Vec<Vec<InteractionReport>> {
        let mut playing = pin!(Playing::new(run, self.pacts, listener).all(&self.tasks));
        let mut done = tokio::select! {
            biased;
            done = &mut playing => done,
            reason = stop => {
                run.halt.end(&reason);
                playing.await
            }
        };
        done.sort_by_key(|(pact, position, _)| (*pact, *position));
        let mut reports = vec![Vec::new(); self.pacts.len()];
        for (pact, _, report) in done {
            reports[pact].push(report);
        }
        reports
    }
}

impl Subject<'_> {
    fn is_pending(self) -> bool {
        match self {
            Self::Interaction(interaction) => interaction.common().pending,
            Self::NotUnderstood(_) => false,
        }
    }

    pub(super) fn is_stateless(self) -> bool {
        match self {
            Self::Interaction(interaction) => interaction.common().provider_states.is_empty(),
            Self::NotUnderstood(_) => true,
        }
    }
}

impl Task<'_> {
    /// Whether it matters to somebody what is found.
    pub(super) fn counts(&self) -> bool {
        self.places.iter().any(|place| !place.pending)
    }
}
