//! The process that started this one.

use std::os::unix::process::parent_id;
use std::time::Duration;

/// How often it is looked at. Nothing tells a process about the end of its parent
/// that works on every system and for every thread of the parent.
const PERIOD: Duration = Duration::from_millis(100);

/// A parent, as it was when this was made.
#[derive(Debug, Clone, Copy)]
pub struct Parent(u32);

impl Parent {
    /// Whoever is the parent now.
    pub fn current() -> Self {
        Self(parent_id())
    }

    /// Returns when it has ended: another process has then taken its place.
    pub async fn ended(self) {
        let mut period = tokio::time::interval(PERIOD);
        while parent_id() == self.0 {
            period.tick().await;
        }
    }
}
