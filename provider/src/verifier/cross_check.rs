//! The same pacts against the same provider, by the reference implementation.

mod interaction;
mod reference;
mod states;

use std::future::Future;
use std::pin::pin;

use pactwork_contract::{Interaction, Outcome, Pact};

use super::{Candidate, Verifier};
use crate::cross_check::{CrossCheck, Disagreement, NotCompared, Verdict};
use crate::{InteractionReport, Report};
use reference::Provider;

/// One interaction, and what we said of it.
struct Subject<'s> {
    pact: &'s Pact,
    interaction: &'s Interaction,
    report: &'s InteractionReport,
}

impl Verifier {
    /// Verifies what a report is about once more, with `pact_verifier`, and says where it
    /// finds something else. `pacts` are those of the report, which this verifier made.
    /// Provider states are set by this verifier's handler, requests changed by its filters.
    /// Messages are asked for at a URL, or a path on the provider (`/…`), by Pact's
    /// convention; without `messages` they are not compared. Interactions are verified one
    /// after another, on the first instance of the provider; `stop` ends that early.
    ///
    /// Only what both could have verified is compared: not what was not replayed, was not
    /// understood, or is asked for in a way that the reference implementation does not have.
    pub async fn cross_check(
        &self,
        pacts: &[Pact],
        report: &Report,
        messages: Option<&str>,
        stop: impl Future<Output = String>,
    ) -> CrossCheck {
        let provider = Provider::of(self, messages);
        let mut checked = CrossCheck::default();
        let mut stop = pin!(stop);
        let mut stopped = None;
        for subject in self.subjects(pacts, report) {
            let theirs = match (&stopped, cannot_compare(&subject)) {
                (Some(reason), _) => Err(format!("not asked: {reason}")),
                (None, Some(reason)) => Err(reason),
                (None, None) => tokio::select! {
                    biased;
                    theirs = provider.verify(&subject) => theirs,
                    reason = &mut stop => {
                        stopped = Some(reason.clone());
                        Err(reason)
                    }
                },
            };
            checked.add(&subject, self.without_secrets(theirs));
        }
        checked
    }

    /// What we say stands in the report, where no secret is left.
    fn without_secrets(&self, theirs: Result<Verdict, String>) -> Result<Verdict, String> {
        let redact = |text: String| self.secrets.redact(&text).into_owned();
        match theirs {
            Ok(Verdict { outcome, problems }) => Ok(Verdict {
                outcome,
                problems: problems.into_iter().map(redact).collect(),
            }),
            Err(reason) => Err(redact(reason)),
        }
    }

    /// What was chosen, in the report's order.
    fn subjects<'s>(&'s self, pacts: &'s [Pact], report: &'s Report) -> Vec<Subject<'s>> {
        let reported = report.pacts.iter();
        let mut reported: Vec<_> = reported.map(|pact| pact.interactions.iter()).collect();
        let chosen = Candidate::all(pacts).filter(|candidate| self.chooses(candidate));
        let subjects = chosen.filter_map(|candidate| {
            let report = reported.get_mut(candidate.pact_number)?.next()?;
            Some(Subject {
                pact: candidate.pact,
                interaction: candidate.interaction.ok()?,
                report,
            })
        });
        subjects.collect()
    }
}

/// Why we have nothing to compare with.
fn cannot_compare(subject: &Subject<'_>) -> Option<String> {
    let reason = subject.report.reason.as_deref()?;
    let not_replayed = reason.starts_with("not replayed");
    not_replayed.then(|| reason.to_owned())
}

impl CrossCheck {
    fn add(&mut self, subject: &Subject<'_>, theirs: Result<Verdict, String>) {
        let consumer = subject.pact.consumer.name.clone();
        let description = subject.report.description.clone();
        let provider_states = subject.report.provider_states.clone();
        match theirs {
            Ok(theirs) => {
                self.compared += 1;
                if theirs.outcome != subject.report.outcome {
                    self.disagreements.push(Disagreement {
                        consumer,
                        description,
                        provider_states,
                        ours: ours(subject.report),
                        reference: theirs,
                    });
                }
            }
            Err(reason) => self.not_compared.push(NotCompared {
                consumer,
                description,
                provider_states,
                reason,
            }),
        }
    }
}

fn ours(report: &InteractionReport) -> Verdict {
    let mismatches = report.mismatches.iter().map(ToString::to_string);
    Verdict {
        outcome: report.outcome,
        problems: match report.outcome {
            Outcome::Passed => Vec::new(),
            _ => mismatches.chain(report.reason.clone()).collect(),
        },
    }
}
