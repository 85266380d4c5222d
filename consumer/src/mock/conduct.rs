use std::collections::BTreeMap;
use std::fmt;
use std::ops::{Range, RangeFrom, RangeInclusive, RangeToInclusive};
use std::sync::Arc;

use serde::Serialize;

use crate::dsl::Behaviour;

/// How often an interaction is to be requested: a number (`2`) or a range
/// (`1..=3`, `2..`, `..=3`, `0..`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Times {
    pub(crate) least: u64,
    /// `None`: no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) most: Option<u64>,
}

impl Default for Times {
    /// At least once.
    fn default() -> Self {
        (1..).into()
    }
}

impl Times {
    /// Whether no number of requests would do.
    pub(crate) fn is_empty(self) -> bool {
        self.most.is_some_and(|most| most < self.least.max(1))
    }
}

impl From<u64> for Times {
    fn from(times: u64) -> Self {
        (times..=times).into()
    }
}

impl From<RangeInclusive<u64>> for Times {
    fn from(times: RangeInclusive<u64>) -> Self {
        Self {
            least: *times.start(),
            most: Some(*times.end()),
        }
    }
}

impl From<Range<u64>> for Times {
    fn from(times: Range<u64>) -> Self {
        Self {
            least: times.start,
            most: Some(times.end.saturating_sub(1)),
        }
    }
}

impl From<RangeFrom<u64>> for Times {
    fn from(times: RangeFrom<u64>) -> Self {
        Self {
            least: times.start,
            most: None,
        }
    }
}

impl From<RangeToInclusive<u64>> for Times {
    fn from(times: RangeToInclusive<u64>) -> Self {
        (0..=times.end).into()
    }
}

impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.least, self.most) {
            (least, Some(most)) if least == most => f.write_str(&counted(most)),
            (0, Some(most)) => write!(f, "at most {}", counted(most)),
            (least, Some(most)) => write!(f, "{least} to {}", counted(most)),
            (least, None) => write!(f, "at least {}", counted(least)),
        }
    }
}

/// `once`, `3 times`.
pub(super) fn counted(times: u64) -> String {
    match times {
        1 => "once".into(),
        times => format!("{times} times"),
    }
}

/// How a mock provider plays one interaction. It is never part of the pact.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Conduct {
    pub times: Times,
    /// `None`: the answers are the response, at once.
    pub behaviour: Option<Arc<Behaviour>>,
}

impl Conduct {
    /// The same, where answers fail or linger. Requests that get a fault before others get
    /// the response come on top of those that are expected.
    pub fn behaving(mut self, behaviour: Behaviour) -> Self {
        let faults = behaviour.faults_first();
        let Times { least, most } = self.times;
        self.times = Times {
            least: if least == 0 { 0 } else { least + faults },
            most: most.map(|most| most.saturating_add(faults)),
        };
        self.behaviour = (!behaviour.is_plain()).then(|| behaviour.into());
        self
    }
}

/// The conduct of each interaction of which something is said, by its position.
#[derive(Debug, Clone, Default)]
pub(crate) struct Conducts(BTreeMap<usize, Conduct>);

impl Conducts {
    pub fn set(&mut self, position: usize, conduct: Conduct) {
        self.0.insert(position, conduct);
    }

    /// What is said of it.
    pub fn said(&self, position: usize) -> Option<&Conduct> {
        self.0.get(&position)
    }

    /// How it is played, said or not.
    pub fn of(&self, position: usize) -> Conduct {
        self.said(position).cloned().unwrap_or_default()
    }

    pub fn times(&self, position: usize) -> Times {
        let conduct = self.said(position);
        conduct.map_or_else(Times::default, |conduct| conduct.times)
    }

    /// Whether an answer may take so long that its client goes away meanwhile.
    pub fn any_lingers(&self) -> bool {
        let mut behaviours = self
            .0
            .values()
            .filter_map(|conduct| conduct.behaviour.as_ref());
        behaviours.any(|behaviour| !behaviour.delay.is_zero())
    }

    pub fn behaviour(&self, position: usize) -> Option<&Arc<Behaviour>> {
        self.said(position)?.behaviour.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_ranges_say_how_often() {
        for (times, expected) in [
            (Times::from(1), "once"),
            (2.into(), "2 times"),
            ((1..=3).into(), "1 to 3 times"),
            ((1..4).into(), "1 to 3 times"),
            ((..=1).into(), "at most once"),
            ((2..).into(), "at least 2 times"),
            (Times::default(), "at least once"),
        ] {
            assert_eq!(times.to_string(), expected);
            assert!(!times.is_empty(), "{times}");
        }
        #[allow(clippy::reversed_empty_ranges)]
        let empty = [Times::from(0), (3..=2).into(), (2..2).into(), (..=0).into()];
        assert!(empty.into_iter().all(Times::is_empty));
    }
}
