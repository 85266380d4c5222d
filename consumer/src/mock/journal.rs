use std::collections::VecDeque;

use serde::Serialize;

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
    /// How often each is used before another that matches alike has its turn.
    needs: Vec<u64>,
    pub unexpected: Vec<UnexpectedRequest>,
    pub unexpected_beyond: u64,
    requests: VecDeque<ReceivedRequest>,
}

impl Journal {
    pub fn of(needs: impl IntoIterator<Item = u64>) -> Self {
        let needs: Vec<u64> = needs.into_iter().collect();
        Self {
            times: vec![0; needs.len()],
            needs,
            ..Self::default()
        }
    }

    /// Picks the interaction that answers, among those that match: the first
    /// that was not used yet (with all faults that it begins with), and the last one once all were. So interactions
    /// that differ in provider state alone play in the order of the pact.
    pub fn answer(&mut self, request: String, matching: &[usize]) -> Option<usize> {
        let unused = matching
            .iter()
            .find(|&&position| self.times[position] < self.needs[position]);
        let chosen = *unused.or(matching.last())?;
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

    fn request(number: usize) -> String {
        format!("GET /{number}")
    }

    #[test]
    fn interactions_that_match_alike_are_used_in_order_and_then_the_last_stays() {
        let mut journal = Journal::of([1; 3]);
        let answers: Vec<_> = (0..4)
            .map(|number| journal.answer(request(number), &[0, 2]))
            .collect();
        assert_eq!(answers, [Some(0), Some(2), Some(2), Some(2)]);
        assert_eq!(journal.times, [1, 0, 3]);
    }

    #[test]
    fn the_same_unexpected_request_stands_once_with_a_count() {
        let mut journal = Journal::of([]);
        for _ in 0..3 {
            journal.refuse(request(1), Reason::NoInteractions);
        }
        assert_eq!(journal.unexpected.len(), 1);
        assert_eq!(journal.unexpected[0].times, 3);
    }

    #[test]
    fn what_is_kept_is_bounded_and_what_is_not_kept_is_counted() {
        let mut journal = Journal::of([]);
        for number in 0..REQUESTS_KEPT + 5 {
            journal.refuse(request(number), Reason::NoInteractions);
        }
        assert_eq!(journal.requests().count(), REQUESTS_KEPT);
        assert_eq!(journal.unexpected.len(), UNEXPECTED_KEPT);
        let beyond = (REQUESTS_KEPT + 5 - UNEXPECTED_KEPT) as u64;
        assert_eq!(journal.unexpected_beyond, beyond);
    }
}
