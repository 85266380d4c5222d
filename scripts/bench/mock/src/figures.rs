use std::time::Duration;

#[derive(Debug, Clone, Copy)]
pub struct Figures {
    pub requests_per_second: f64,
    pub p50: Duration,
    pub p99: Duration,
    /// Answers that were not 200, and connections that broke.
    pub errors: usize,
}

impl Figures {
    pub fn rate(&self) -> String {
        match self.requests_per_second {
            rate if rate < 10.0 => format!("{rate:.2}"),
            rate => format!("{rate:.0}"),
        }
    }
}

/// The round in the middle.
pub fn median(mut rounds: Vec<Figures>) -> Figures {
    rounds.sort_by(|one, other| {
        one.requests_per_second
            .total_cmp(&other.requests_per_second)
    });
    rounds[rounds.len() / 2]
}

pub fn human(duration: Duration) -> String {
    let micros = duration.as_secs_f64() * 1e6;
    match micros {
        few if few < 1e3 => format!("{few:.0} µs"),
        some if some < 1e6 => format!("{:.1} ms", some / 1e3),
        many => format!("{:.1} s", many / 1e6),
    }
}
