//! Requests, counted by what they do.

use std::sync::Mutex;

/// How many requests of each kind a store was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Requests {
    /// Objects written.
    pub put: usize,
    /// Objects read, or asked about.
    pub get: usize,
    /// Pages of listings.
    pub list: usize,
    /// Deletions.
    pub delete: usize,
    /// How many of them had to wait for each other: the longest chain of requests
    /// of which each began after the one before had ended.
    pub depth: usize,
}

impl Requests {
    /// All of them.
    pub fn total(&self) -> usize {
        self.put + self.get + self.list + self.delete
    }
}

/// What a request does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Put,
    Get,
    List,
    Delete,
}

/// Counts what begins and what ends.
#[derive(Debug, Default)]
pub(crate) struct Counter {
    counted: Mutex<Requests>,
}

impl Counter {
    /// A request begins; returns how deep in the chain it is.
    pub(crate) fn begin(&self, kind: Kind) -> usize {
        let mut counted = self.lock();
        match kind {
            Kind::Put => counted.put += 1,
            Kind::Get => counted.get += 1,
            Kind::List => counted.list += 1,
            Kind::Delete => counted.delete += 1,
        }
        counted.depth + 1
    }

    /// A request of this depth has ended.
    pub(crate) fn end(&self, depth: usize) {
        let mut counted = self.lock();
        counted.depth = counted.depth.max(depth);
    }

    pub(crate) fn so_far(&self) -> Requests {
        *self.lock()
    }

    pub(crate) fn reset(&self) {
        *self.lock() = Requests::default();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Requests> {
        self.counted
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
