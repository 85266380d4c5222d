//! Ending a run before every interaction was replayed.

use tokio::sync::watch;

/// Whether a run goes on. Whoever ends it says why; the first one counts, except that
/// what ends at once ends what would have been finished.
#[derive(Debug)]
pub(super) struct Halt(watch::Sender<State>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum State {
    GoesOn,
    /// Nothing more is begun.
    BeginsNothing(String),
    /// What was begun is given up, too.
    Ended(String),
}

impl Default for Halt {
    fn default() -> Self {
        Self(watch::Sender::new(State::GoesOn))
    }
}

impl Halt {
    /// Nothing more is begun.
    pub(super) fn begin_nothing(&self, reason: &str) {
        self.0.send_if_modified(|state| {
            let goes_on = *state == State::GoesOn;
            if goes_on {
                *state = State::BeginsNothing(reason.into());
            }
            goes_on
        });
    }

    /// What was begun is given up.
    pub(super) fn end(&self, reason: &str) {
        self.0.send_if_modified(|state| {
            let ended = matches!(state, State::Ended(_));
            if !ended {
                *state = State::Ended(reason.into());
            }
            !ended
        });
    }

    /// Why nothing more is begun.
    pub(super) fn reason(&self) -> Option<String> {
        self.0.borrow().reason()
    }

    /// Returns when what was begun is to be given up, with the reason.
    pub(super) async fn ended(&self) -> String {
        let reason = {
            let mut state = self.0.subscribe();
            let ended = state.wait_for(|state| matches!(state, State::Ended(_)));
            ended.await.ok().and_then(|state| state.reason())
        };
        match reason {
            Some(reason) => reason,
            // The sender lives as long as self, so this is never reached.
            None => std::future::pending().await,
        }
    }
}

impl State {
    fn reason(&self) -> Option<String> {
        match self {
            Self::GoesOn => None,
            Self::BeginsNothing(reason) | Self::Ended(reason) => Some(reason.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_first_reason_counts_until_it_ends_at_once() {
        let halt = Halt::default();
        assert_eq!(halt.reason(), None);
        halt.begin_nothing("first");
        halt.begin_nothing("second");
        assert_eq!(halt.reason().as_deref(), Some("first"));
        halt.end("third");
        halt.end("fourth");
        assert_eq!(halt.reason().as_deref(), Some("third"));
        assert_eq!(halt.ended().await, "third");
    }
}
