//! Durations, and how they are shown.

use std::error::Error;
use std::time::Duration;

pub type Outcomes<T> = Result<T, Box<dyn Error + Send + Sync>>;

pub fn median(runs: &[Duration]) -> Duration {
    let mut runs = runs.to_vec();
    runs.sort_unstable();
    runs.get(runs.len() / 2).copied().unwrap_or_default()
}

/// A duration, and how many times another it is.
pub fn beside(took: Duration, floor: Duration) -> String {
    let ratio = took.as_secs_f64() / floor.as_secs_f64();
    format!("{} = {ratio:.2} ×", short(took))
}

pub fn short(took: Duration) -> String {
    format!("{took:.1?}")
}
