//! What goes wrong with which request, as data.

use std::sync::Mutex;
use std::time::Duration;

/// What goes wrong with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HttpFault {
    /// It is answered with this status and not carried out.
    Answer(u16),
    /// The connection ends without an answer; it is not carried out.
    DropBefore,
    /// It is carried out, and the connection ends without an answer.
    DropAfter,
    /// It is carried out, and the connection ends in the middle of the answer's body.
    CutOff,
    /// It is carried out, after a while.
    Delay(Duration),
}

/// Which requests it goes wrong with, counted from when that was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// The one with this number, from 0.
    Only(usize),
    /// This many, from the next one on.
    Next(usize),
    /// All from the one with this number on.
    From(usize),
}

impl Which {
    fn includes(self, number: usize) -> bool {
        match self {
            Self::Only(only) => number == only,
            Self::Next(count) => number < count,
            Self::From(first) => number >= first,
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct Faults {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    set: Option<(Which, HttpFault)>,
    seen: usize,
    met: usize,
}

impl Faults {
    pub(super) fn set(&self, fault: Option<(Which, HttpFault)>) {
        *self.lock() = State {
            set: fault,
            ..State::default()
        };
    }

    pub(super) fn met(&self) -> usize {
        self.lock().met
    }

    /// What goes wrong with the next request.
    pub(super) fn next(&self) -> Option<HttpFault> {
        let mut state = self.lock();
        let number = state.seen;
        state.seen += 1;
        let (which, fault) = state.set?;
        which.includes(number).then(|| {
            state.met += 1;
            fault
        })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
