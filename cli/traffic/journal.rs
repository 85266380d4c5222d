use std::sync::{Mutex, PoisonError};

use pactwork_consumer::draft::{Drafting, Observation};

/// Where observations are collected, from many connections at once.
#[derive(Debug)]
pub struct Journal(Mutex<Option<Drafting>>);

impl Journal {
    pub fn new(drafting: Drafting) -> Self {
        Self(Mutex::new(Some(drafting)))
    }

    pub fn observe(&self, observation: &Observation) {
        self.with(|drafting| drafting.observe(observation));
    }

    /// Notes an exchange that is not recorded, and why.
    pub fn leave_out(&self, method: &str, path: &str, reason: &str) {
        self.with(|drafting| drafting.leave_out(method, path, reason));
    }

    /// What was collected; what comes later is not.
    pub fn take(&self) -> Option<Drafting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn with(&self, add: impl FnOnce(&mut Drafting)) {
        let mut drafting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(drafting) = drafting.as_mut() {
            add(drafting);
        }
    }
}
