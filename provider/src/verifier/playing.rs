//! Tasks of a schedule, done one after another or at the same time.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pactwork_contract::{Interaction, Outcome};
use tokio::sync::mpsc::{self, UnboundedSender};
use tokio::task::{JoinError, JoinSet};

use super::exchange::{Exchange, Run};
use super::instance::{Instance, Instances};
use super::schedule::{Place, Placed, Subject, Task};
use super::seen::Seen;
use super::{Listener, check};
use crate::{Event, InteractionReport, Pacts};

/// Does tasks, and tells what was found.
pub(super) struct Playing<'r, F> {
    run: &'r Arc<Run>,
    pacts: &'r Pacts,
    listener: &'r Listener<F>,
    done: Vec<Placed>,
}

/// What was found for the task of a number.
type Found = (usize, InteractionReport);

/// A task that can go to another thread.
struct Sendable {
    number: usize,
    pacts: Pacts,
    /// The pact's number, and the interaction's position in it.
    place: (usize, usize),
    counts: bool,
}

impl<'r, F: FnMut(Event<'_>) + Send> Playing<'r, F> {
    pub(super) fn new(run: &'r Arc<Run>, pacts: &'r Pacts, listener: &'r Listener<F>) -> Self {
        Self {
            run,
            pacts,
            listener,
            done: Vec::new(),
        }
    }

    /// What declares no provider states at the same time, then the rest: one after
    /// another on each instance of the provider.
    pub(super) async fn all(mut self, tasks: &[Task<'_>]) -> Vec<Placed> {
        let jobs = self.run.verifier.jobs;
        let (together, alone): (Vec<_>, Vec<_>) = tasks
            .iter()
            .partition(|task| jobs > 1 && task.subject.is_stateless());
        self.together(&together, jobs).await;
        match self.run.instances.len() {
            1 => self.in_turn(&alone).await,
            instances => self.alone(&alone, instances).await,
        }
        self.done
    }

    /// Done right here: what has nothing to be done beside it gains nothing from another thread.
    async fn in_turn(&mut self, tasks: &[&Task<'_>]) {
        for task in tasks {
            let found = match task.subject {
                Subject::NotUnderstood(value) => check::not_understood(value),
                Subject::Interaction(interaction) => {
                    let instance = &self.run.instances[0];
                    find(self.run, instance, interaction, task.counts()).await
                }
            };
            self.tell(task, found);
        }
    }

    /// So many at the same time, on as many cores as the runtime has threads. Several
    /// may use the same instance.
    async fn together(&mut self, tasks: &[&Task<'_>], many: usize) {
        let (finder, mut found) = mpsc::unbounded_channel();
        let queue = Arc::new(Queue {
            tasks: Mutex::default(),
            instances: Instances::of(&self.run.instances),
        });
        let mut left = tasks.iter().enumerate();
        let mut running = JoinSet::new();
        let mut heard = Vec::new();
        loop {
            // Twice as many as are done at once are ready, so that nobody waits for more.
            let wanted = (2 * many).saturating_sub(queue.len());
            for (number, task) in left.by_ref().take(wanted) {
                queue.add(self.sendable(number, task));
            }
            for _ in running.len()..many.min(running.len() + queue.len()) {
                let queue = Arc::clone(&queue);
                running.spawn(queue.work(Arc::clone(self.run), finder.clone()));
            }
            tokio::select! {
                _ = found.recv_many(&mut heard, 2 * many) => {}
                ended = running.join_next() => match ended {
                    Some(ended) => finished(ended).await,
                    None => break,
                },
            }
            for (number, report) in heard.drain(..) {
                self.tell(tasks[number], report);
            }
        }
        while let Ok((number, report)) = found.try_recv() {
            self.tell(tasks[number], report);
        }
    }

    /// One at a time on each of these instances.
    async fn alone(&mut self, tasks: &[&Task<'_>], many: usize) {
        let instances = Instances::of(&self.run.instances);
        let mut running = JoinSet::new();
        for (number, task) in tasks.iter().enumerate() {
            let instance = loop {
                let free = (running.len() < many).then(|| instances.take());
                match free.flatten() {
                    Some(free) => break free,
                    None => self.hear(&mut running, tasks, &instances).await,
                }
            };
            let Some(task) = self.sendable(number, task) else {
                instances.give_back(instance);
                continue;
            };
            let run = Arc::clone(self.run);
            running.spawn(async move {
                let found = task.find(&run, &instance).await;
                (instance, found)
            });
        }
        while !running.is_empty() {
            self.hear(&mut running, tasks, &instances).await;
        }
    }

    /// Waits for one of those that run.
    async fn hear(
        &mut self,
        running: &mut JoinSet<(Arc<Instance>, Found)>,
        tasks: &[&Task<'_>],
        instances: &Instances,
    ) {
        if let Some(ended) = running.join_next().await {
            let (instance, (number, report)) = finished(ended).await;
            instances.give_back(instance);
            self.tell(tasks[number], report);
        }
    }

    /// `None` if nothing has to be done for it but to tell.
    fn sendable(&mut self, number: usize, task: &Task<'_>) -> Option<Sendable> {
        match task.subject {
            Subject::Interaction(_) => task.places.first().map(|place| Sendable {
                number,
                pacts: self.pacts.clone(),
                place: (place.pact_number, place.position),
                counts: task.counts(),
            }),
            Subject::NotUnderstood(value) => {
                self.tell(task, check::not_understood(value));
                None
            }
        }
    }

    /// Tells what was found to everyone whom it is about.
    fn tell(&mut self, task: &Task<'_>, found: InteractionReport) {
        let Some((last, others)) = task.places.split_last() else {
            return;
        };
        for place in others {
            self.place(place, found.clone());
        }
        self.place(last, found);
    }

    fn place(&mut self, place: &Place<'_>, found: InteractionReport) {
        let report = match place.subject {
            Subject::Interaction(interaction) => check::shared(found, interaction),
            Subject::NotUnderstood(_) => found,
        };
        self.listener.hear(Event::Checked {
            consumer: &place.pact.consumer.name,
            provider: &place.pact.provider.name,
            interaction: &report,
        });
        self.done.push((place.pact_number, place.position, report));
    }
}

/// Tasks that wait for those who do them. Each of these takes the next one by itself: to
/// be woken for each would cost as much as asking a provider nearby.
struct Queue {
    tasks: Mutex<VecDeque<Sendable>>,
    instances: Instances,
}

impl Queue {
    fn add(&self, task: Option<Sendable>) {
        self.waiting().extend(task);
    }

    fn len(&self) -> usize {
        self.waiting().len()
    }

    /// Does them until none is left.
    async fn work(self: Arc<Self>, run: Arc<Run>, finder: UnboundedSender<Found>) {
        while let Some(task) = self.next() {
            let instance = self.instances.any();
            // Whoever listens lives as long as this does.
            let _ = finder.send(task.find(&run, &instance).await);
        }
    }

    fn next(&self) -> Option<Sendable> {
        self.waiting().pop_front()
    }

    fn waiting(&self) -> MutexGuard<'_, VecDeque<Sendable>> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sendable {
    async fn find(self, run: &Run, instance: &Instance) -> Found {
        let (pact, position) = self.place;
        let interaction = &self.pacts[pact].interactions[position];
        let found = find(run, instance, interaction, self.counts).await;
        (self.number, found)
    }
}

/// What a task of the runtime's returned. Its panic goes on here.
async fn finished<T>(ended: Result<T, JoinError>) -> T {
    match ended {
        Ok(returned) => returned,
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        // Nobody aborts them but a runtime that shuts down, and this with them.
        Err(_) => std::future::pending().await,
    }
}

/// Replays an interaction, unless nothing more is to be begun.
async fn find(
    run: &Run,
    instance: &Instance,
    interaction: &Interaction,
    counts: bool,
) -> InteractionReport {
    if let Some(reason) = run.halt.reason() {
        return check::not_replayed(interaction, &reason, &run.verifier.secrets);
    }
    let seen = &Seen::default();
    let exchange = Exchange {
        run,
        instance,
        seen,
    };
    let found = check::interaction(exchange, interaction).await;
    if run.verifier.fail_fast && counts && found.outcome == Outcome::Failed {
        run.halt.begin_nothing("an interaction failed before");
    }
    found
}
