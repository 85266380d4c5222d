use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use pactwork_consumer::draft::{Drafting, Observation};

/// Where observations are collected, from many connections at once.
#[derive(Debug)]
pub struct Journal {
    drafting: Mutex<Option<Drafting>>,
    underway: AtomicUsize,
}

/// What was collected.
#[derive(Debug)]
pub struct Collected {
    pub drafting: Drafting,
    /// How many requests had not come to their end.
    pub underway: usize,
}

/// A request that has not come to its end.
#[derive(Debug)]
pub struct Underway(Arc<Journal>);

impl Drop for Underway {
    fn drop(&mut self) {
        self.0.underway.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Journal {
    pub fn new(drafting: Drafting) -> Self {
        Self {
            drafting: Mutex::new(Some(drafting)),
            underway: AtomicUsize::new(0),
        }
    }

    /// A request has come, that is to be observed.
    pub fn begin(self: &Arc<Self>) -> Underway {
        self.underway.fetch_add(1, Ordering::Relaxed);
        Underway(self.clone())
    }

    pub fn observe(&self, observation: &Observation) {
        self.with(|drafting| drafting.observe(observation));
    }

    /// Notes an exchange that is not recorded, and why.
    pub fn leave_out(&self, method: &str, path: &str, reason: &str) {
        self.with(|drafting| drafting.leave_out(method, path, reason));
    }

    /// What was collected; what comes later is not.
    pub fn take(&self) -> Option<Collected> {
        let mut drafting = self.drafting.lock().unwrap_or_else(PoisonError::into_inner);
        Some(Collected {
            drafting: drafting.take()?,
            underway: self.underway.load(Ordering::Relaxed),
        })
    }

    fn with(&self, add: impl FnOnce(&mut Drafting)) {
        let mut drafting = self.drafting.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(drafting) = drafting.as_mut() {
            add(drafting);
        }
    }
}
