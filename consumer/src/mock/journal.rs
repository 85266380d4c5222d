use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use serde::Serialize;

use super::conduct::Conducts;
use super::{Reason, UnexpectedRequest};
use crate::Fault;

/// How many different unexpected requests are kept with their differences.
const UNEXPECTED_KEPT: usize = 100;
/// How many requests are kept at all; every request is counted.
const REQUESTS_KEPT: usize = 10_000;

/// A request that a mock provider received.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ReceivedRequest {
    /// Method, path and query as received; cut where they are long.
    pub request: String,
    /// The position in the pact's HTTP interactions of the one that answered it.
    pub answered_by: Option<usize>,
    /// What went wrong with the answer because the test asked for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<Fault>,
}

/// What was asked. Bounded in memory, whatever clients send.
#[derive(Debug, Default)]
pub(super) struct Journal {
    /// How often each interaction was used.
    pub times: Vec<u64>,
    pub unexpected: Vec<UnexpectedRequest>,
    pub unexpected_beyond: u64,
    /// Why connections had to wait, if any had to.
    pub waited: Option<String>,
    requests: VecDeque<ReceivedRequest>,
    /// How many answers of an interaction left whole, where some do not.
    whole: BTreeMap<usize, Arc<AtomicU64>>,
}

impl Journal {
    pub fn of(interactions: usize) -> Self {
        Self {
            times: vec![0; interactions],
            ..Self::default()
        }
    }

    /// The same for all who answer from it.
    pub fn shared(interactions: usize) -> Arc<Mutex<Self>> {
        Arc::new(Mutex::new(Self::of(interactions)))
    }

    /// More interactions have come after those that it knows.
    pub fn extend(&mut self, interactions: usize) {
        self.times.resize(interactions, 0);
    }

    /// Picks the interaction that answers, among those that match: the first
    /// that was not used as often as it has to be, and once all were, the last that
    /// may be used once more. So interactions that differ in provider state alone play
    /// in the order of the pact. `None`, and nothing noted, if none may.
    pub fn answer(
        &mut self,
        request: String,
        matching: &[usize],
        conducts: &Conducts,
    ) -> Option<usize> {
        let times = |position: &usize| (self.times[*position], conducts.times(*position));
        let is_due = |position: &&usize| {
            let (used, expected) = times(position);
            used < expected.least
        };
        let may_be_used = |position: &&usize| {
            let (used, expected) = times(position);
            expected.most.is_none_or(|most| used < most)
        };
        let due = matching.iter().find(is_due);
        let chosen = *due.or_else(|| matching.iter().rfind(may_be_used))?;
        self.times[chosen] += 1;
        self.keep(request, Some(chosen));
        Some(chosen)
    }

    /// Notes a request that nothing answers, and gives it back as it is told to the client.
    pub fn refuse(&mut self, request: String, reason: Reason) -> UnexpectedRequest {
        self.keep(request.clone(), None);
        let refused = UnexpectedRequest {
            request,
            times: 1,
            reason,
        };
        let same = |each: &&mut UnexpectedRequest| {
            each.request == refused.request && each.reason == refused.reason
        };
        let full = self.unexpected.len() == UNEXPECTED_KEPT;
        match self.unexpected.iter_mut().find(same) {
            Some(known) => known.times += 1,
            None if full => self.unexpected_beyond += 1,
            None => self.unexpected.push(refused.clone()),
        }
        refused
    }

    /// Notes what goes wrong with the answer to the latest request.
    pub fn note(&mut self, fault: Option<Fault>) {
        if let Some(latest) = self.requests.back_mut() {
            latest.fault = fault;
        }
    }

    /// Counts the answers of an interaction that leave whole.
    pub fn whole(&mut self, position: usize) -> Arc<AtomicU64> {
        self.whole.entry(position).or_default().clone()
    }

    /// How many answers of such an interaction have left whole.
    pub fn answered_whole(&self, position: usize) -> u64 {
        let whole = self.whole.get(&position);
        whole.map_or(0, |whole| whole.load(Ordering::Relaxed))
    }

    pub fn requests(&self) -> impl Iterator<Item = &ReceivedRequest> {
        self.requests.iter()
    }

    fn keep(&mut self, request: String, answered_by: Option<usize>) {
        if self.requests.len() == REQUESTS_KEPT {
            self.requests.pop_front();
        }
        self.requests.push_back(ReceivedRequest {
            request,
            answered_by,
            fault: None,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mock::Conduct;

    fn request(number: usize) -> String {
        format!("GET /{number}")
    }

    #[test]
    fn interactions_that_match_alike_are_used_in_order_and_then_the_last_stays() {
        let mut journal = Journal::of(3);
        let answers: Vec<_> = (0..4)
            .map(|number| journal.answer(request(number), &[0, 2], &Conducts::default()))
            .collect();
        assert_eq!(answers, [Some(0), Some(2), Some(2), Some(2)]);
        assert_eq!(journal.times, [1, 0, 3]);
    }

    #[test]
    fn limited_ones_are_used_as_often_as_they_have_to_be_and_no_more_often_than_they_may() {
        let mut conducts = Conducts::default();
        for (position, times) in [(0, (2..=2).into()), (1, (1..=3).into())] {
            let conduct = Conduct {
                times,
                ..Conduct::default()
            };
            conducts.set(position, conduct);
        }
        let mut journal = Journal::of(2);
        let answers: Vec<_> = (0..6)
            .map(|number| journal.answer(request(number), &[0, 1], &conducts))
            .collect();
        assert_eq!(answers, [Some(0), Some(0), Some(1), Some(1), Some(1), None]);
        assert_eq!(journal.requests().count(), 5);
    }

    #[test]
    fn the_same_unexpected_request_stands_once_with_a_count() {
        let mut journal = Journal::of(0);
        for _ in 0..3 {
            journal.refuse(request(1), Reason::NoInteractions);
        }
        assert_eq!(journal.unexpected.len(), 1);
        assert_eq!(journal.unexpected[0].times, 3);
    }

    #[test]
    fn what_is_kept_is_bounded_and_what_is_not_kept_is_counted() {
        let mut journal = Journal::of(0);
        for number in 0..REQUESTS_KEPT + 5 {
            journal.refuse(request(number), Reason::NoInteractions);
        }
        assert_eq!(journal.requests().count(), REQUESTS_KEPT);
        assert_eq!(journal.unexpected.len(), UNEXPECTED_KEPT);
        let beyond = (REQUESTS_KEPT + 5 - UNEXPECTED_KEPT) as u64;
        assert_eq!(journal.unexpected_beyond, beyond);
    }
}
