//! Tasks of a schedule, done one after another or at the same time.

use std::sync::Arc;

use pactwork_contract::{Interaction, Outcome};
use tokio::task::JoinSet;

use super::exchange::{Exchange, Run};
use super::instance::{Instance, Instances};
use super::schedule::{Placed, Subject, Task};
use super::seen::Seen;
use super::{Listener, check};
use crate::{Event, InteractionReport};

/// Does tasks, and tells what was found.
pub(super) struct Playing<'r, F> {
    run: &'r Arc<Run>,
    listener: &'r Listener<F>,
    done: Vec<Placed>,
}

/// How tasks that are done at the same time use the instances of the provider.
#[derive(Debug, Clone, Copy)]
enum Use {
    /// Several may use the same one.
    Shared,
    /// Each has one for itself.
    Alone,
}

/// What was found for the task of a number, and the instance that it had for itself.
type Found = (usize, Option<Arc<Instance>>, InteractionReport);

impl<'r, F: FnMut(Event<'_>) + Send> Playing<'r, F> {
    pub(super) fn new(run: &'r Arc<Run>, listener: &'r Listener<F>) -> Self {
        Self {
            run,
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
        self.at_once(&together, jobs, Use::Shared).await;
        match self.run.instances.len() {
            1 => self.in_turn(&alone).await,
            instances => self.at_once(&alone, instances, Use::Alone).await,
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

    /// Each in a task of the runtime's, so on as many cores as it has threads.
    async fn at_once(&mut self, tasks: &[&Task<'_>], many: usize, used: Use) {
        let instances = Instances::of(&self.run.instances);
        let mut running = JoinSet::new();
        for (number, task) in tasks.iter().enumerate() {
            let interaction = match task.subject {
                Subject::Interaction(interaction) => interaction.clone(),
                Subject::NotUnderstood(value) => {
                    self.tell(task, check::not_understood(value));
                    continue;
                }
            };
            let (instance, own) = loop {
                let free = match used {
                    _ if running.len() >= many => None,
                    Use::Shared => Some((instances.any(), false)),
                    Use::Alone => instances.take().map(|instance| (instance, true)),
                };
                match free {
                    Some(free) => break free,
                    None => self.hear(&mut running, tasks, &instances).await,
                }
            };
            let (run, counts) = (Arc::clone(self.run), task.counts());
            running.spawn(async move {
                let found = find(&run, &instance, &interaction, counts).await;
                (number, own.then_some(instance), found)
            });
        }
        while !running.is_empty() {
            self.hear(&mut running, tasks, &instances).await;
        }
    }

    /// Waits for one of those that run.
    async fn hear(
        &mut self,
        running: &mut JoinSet<Found>,
        tasks: &[&Task<'_>],
        instances: &Instances<'_>,
    ) {
        match running.join_next().await {
            Some(Ok((number, instance, found))) => {
                if let Some(instance) = instance {
                    instances.give_back(instance);
                }
                self.tell(tasks[number], found);
            }
            Some(Err(error)) if error.is_panic() => {
                std::panic::resume_unwind(error.into_panic());
            }
            // Nobody aborts them but a runtime that shuts down, and this with them.
            Some(Err(_)) => std::future::pending().await,
            None => {}
        }
    }

    /// Tells what was found to everyone whom it is about.
    fn tell(&mut self, task: &Task<'_>, found: InteractionReport) {
        for place in &task.places {
            let report = match place.subject {
                Subject::Interaction(interaction) => check::shared(&found, interaction),
                Subject::NotUnderstood(_) => found.clone(),
            };
            self.listener.hear(Event::Checked {
                consumer: &place.pact.consumer.name,
                provider: &place.pact.provider.name,
                interaction: &report,
            });
            self.done.push((place.pact_number, place.position, report));
        }
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
