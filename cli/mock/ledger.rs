//! What became of everything that was created.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;

/// How many failures are kept with their text; all are counted.
const KEPT: usize = 100;

/// How it all ended.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Conclusion {
    /// Whether everything that was created was finished or confirmed, and held.
    pub holds: bool,
    /// How many mock providers were finished and held.
    pub finished: u64,
    /// How many messages were confirmed and recorded.
    pub confirmed: u64,
    /// The pact files that were written.
    pub pacts: BTreeSet<PathBuf>,
    /// What did not hold, each as a text.
    pub failed: Vec<String>,
    /// Beyond so many failures they were only counted.
    pub failed_beyond: u64,
    /// Mock providers that were never finished.
    pub unfinished: Vec<String>,
    /// Messages that were never confirmed.
    pub unconfirmed: Vec<String>,
}

impl Conclusion {
    /// Whether nothing was created that was not deleted.
    pub fn is_empty(&self) -> bool {
        self.holds && self.finished == 0 && self.confirmed == 0
    }
}

/// Keeps count while it runs.
#[derive(Debug, Default)]
pub struct Ledger(Mutex<Entries>);

#[derive(Debug, Default)]
struct Entries {
    conclusion: Conclusion,
    /// By what failed: a test that is run again and then holds takes its failure back.
    failed: BTreeMap<String, String>,
}

/// What was created.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    MockProvider,
    Message,
}

impl Ledger {
    /// Something held; `name` says what was defined.
    pub fn held(&self, sort: Sort, name: &str, pact: Option<PathBuf>) {
        let mut entries = self.entries();
        entries.failed.remove(name);
        entries.conclusion.pacts.extend(pact);
        match sort {
            Sort::MockProvider => entries.conclusion.finished += 1,
            Sort::Message => entries.conclusion.confirmed += 1,
        }
    }

    /// Something did not hold, for the reason that its client was told.
    pub fn failed(&self, name: String, text: String) {
        let mut entries = self.entries();
        let full = entries.failed.len() == KEPT && !entries.failed.contains_key(&name);
        match full {
            true => entries.conclusion.failed_beyond += 1,
            false => drop(entries.failed.insert(name, text)),
        }
    }

    /// Nobody asked whether it held.
    pub fn left(&self, sort: Sort, text: String) {
        let conclusion = &mut self.entries().conclusion;
        match sort {
            Sort::MockProvider => conclusion.unfinished.push(text),
            Sort::Message => conclusion.unconfirmed.push(text),
        }
    }

    pub fn conclusion(&self) -> Conclusion {
        let entries = self.entries();
        let mut conclusion = entries.conclusion.clone();
        conclusion.failed = entries.failed.values().cloned().collect();
        conclusion.holds = conclusion.failed.is_empty()
            && conclusion.failed_beyond == 0
            && conclusion.unfinished.is_empty()
            && conclusion.unconfirmed.is_empty();
        conclusion
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_taken_back_when_the_same_holds_later() {
        let ledger = Ledger::default();
        ledger.failed("a".into(), "first".into());
        ledger.failed("b".into(), "second".into());
        ledger.held(Sort::MockProvider, "a", None);
        let conclusion = ledger.conclusion();
        assert_eq!(conclusion.failed, ["second"]);
        assert!(!conclusion.holds);
        ledger.held(Sort::MockProvider, "b", None);
        assert!(ledger.conclusion().holds);
    }

    #[test]
    fn what_is_kept_is_bounded_and_what_is_not_kept_is_counted() {
        let ledger = Ledger::default();
        for number in 0..KEPT + 5 {
            ledger.failed(number.to_string(), String::new());
        }
        let conclusion = ledger.conclusion();
        assert_eq!(conclusion.failed.len(), KEPT);
        assert_eq!(conclusion.failed_beyond, 5);
    }
}
