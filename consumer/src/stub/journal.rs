use std::collections::VecDeque;
use std::sync::Arc;
use std::time::SystemTime;

use serde::{Serialize, Serializer};

use super::ambiguity::Ambiguity;
use crate::Reason;

/// How many requests are kept; every request is counted.
const REQUESTS_KEPT: usize = 500;

/// A request that a stub was asked, and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct StubRequest {
    /// From 1, in the order of their coming.
    pub number: u64,
    /// When; serialized as RFC 3339 has it.
    #[serde(serialize_with = "moment")]
    pub at: SystemTime,
    /// Method, path and query as received; cut where they are long.
    pub request: String,
    /// The status of the answer.
    pub status: u16,
    /// What became of it.
    #[serde(flatten)]
    pub outcome: StubOutcome,
}

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
#[non_exhaustive]
pub enum StubOutcome {
    /// An interaction answered it.
    Answered {
        /// Consumer, description and provider states.
        #[serde(serialize_with = "text")]
        interaction: Arc<str>,
        /// Where its pact came from.
        #[serde(serialize_with = "text")]
        origin: Arc<str>,
    },
    /// Several interactions expect it, and nothing chose among them.
    Ambiguous(Box<Ambiguity>),
    /// No interaction expects it.
    Unexpected {
        /// Where the nearest interaction's pact came from.
        #[serde(skip_serializing_if = "Option::is_none")]
        origin: Option<String>,
        /// Why nothing answers it.
        #[serde(flatten)]
        reason: Box<Reason>,
    },
    /// What it asks for cannot be understood, or is served nowhere.
    Refused {
        /// Why.
        reason: String,
    },
    /// A browser asked whether a page may send a request; it may.
    Preflight,
}

fn moment<S: Serializer>(at: &SystemTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&humantime::format_rfc3339_millis(*at))
}

fn text<S: Serializer>(text: &Arc<str>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(text)
}

/// What was asked. Bounded in memory, whatever clients send.
#[derive(Debug, Default)]
pub(super) struct Journal {
    requests: VecDeque<StubRequest>,
    count: u64,
}

impl Journal {
    /// Keeps a request, and gives back the one that makes way for it.
    pub fn keep(&mut self, mut request: StubRequest) -> Option<StubRequest> {
        self.count += 1;
        request.number = self.count;
        let is_full = self.requests.len() == REQUESTS_KEPT;
        let gone = is_full.then(|| self.requests.pop_front()).flatten();
        self.requests.push_back(request);
        gone
    }

    /// How many there were.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The latest first.
    pub fn latest(&self, limit: usize) -> Vec<StubRequest> {
        self.requests.iter().rev().take(limit).cloned().collect()
    }

    /// Forgets what was asked; goes on counting.
    pub fn clear(&mut self) {
        self.requests.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, UNIX_EPOCH};

    fn request() -> StubRequest {
        StubRequest {
            number: 0,
            at: UNIX_EPOCH + Duration::from_millis(1_500),
            request: "GET /".into(),
            status: 204,
            outcome: StubOutcome::Preflight,
        }
    }

    #[test]
    fn the_latest_are_kept_and_all_are_counted() {
        let mut journal = Journal::default();
        for _ in 0..REQUESTS_KEPT + 5 {
            journal.keep(request());
        }
        assert_eq!(journal.count(), REQUESTS_KEPT as u64 + 5);
        let latest = journal.latest(2).into_iter().map(|each| each.number);
        assert_eq!(latest.collect::<Vec<_>>(), [505, 504]);
        assert_eq!(journal.latest(usize::MAX).len(), REQUESTS_KEPT);
    }

    #[test]
    fn a_request_as_json() {
        let json = serde_json::to_string(&request()).unwrap();
        let expected = r#"{"number":0,"at":"1970-01-01T00:00:01.500Z","request":"GET /","status":204,"outcome":"preflight"}"#;
        assert_eq!(json, expected);
    }
}
