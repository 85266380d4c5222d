use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;

/// How many bytes all bodies together may still have.
#[derive(Debug)]
pub(super) struct Budget(AtomicUsize);

/// A body's share of the budget, given back when it is dropped.
#[derive(Debug)]
pub(super) struct Share {
    budget: Arc<Budget>,
    bytes: usize,
}

impl Budget {
    pub fn of(bytes: usize) -> Arc<Self> {
        Arc::new(Self(AtomicUsize::new(bytes)))
    }

    pub fn share(self: &Arc<Self>) -> Share {
        Share {
            budget: self.clone(),
            bytes: 0,
        }
    }
}

impl Share {
    /// Takes what is missing to so many bytes; whether there was enough left.
    pub fn grow_to(&mut self, bytes: usize) -> bool {
        let more = bytes.saturating_sub(self.bytes);
        let taken = |left: usize| left.checked_sub(more);
        let left = &self.budget.0;
        let enough = left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, taken)
            .is_ok();
        if enough {
            self.bytes += more;
        }
        enough
    }

    /// The bytes; the share is given back once nobody holds them any more.
    pub fn hold(self, bytes: Vec<u8>) -> Bytes {
        Bytes::from_owner(Held(bytes, self))
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.budget.0.fetch_add(self.bytes, Ordering::Relaxed);
    }
}

struct Held(
    Vec<u8>,
    #[allow(dead_code, reason = "dropped with the bytes")] Share,
);

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_dropped_can_be_taken_again() {
        let budget = Budget::of(10);
        let mut first = budget.share();
        assert!(first.grow_to(4) && first.grow_to(8) && first.grow_to(8));
        let mut second = budget.share();
        assert!(!second.grow_to(3));
        assert!(second.grow_to(2));
        let held = first.hold(vec![0; 8]);
        let copy = held.clone();
        drop(held);
        assert!(!second.grow_to(10));
        drop(copy);
        assert!(second.grow_to(10));
    }
}
