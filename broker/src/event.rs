//! Events: facts in time. Their names sort the newest first, so that the first
//! page of a listing is enough, however many there are.

use std::time::SystemTime;

use ulid::Ulid;

/// The segment of a key that says when; of two, the later one sorts before.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct EventId(String);

impl EventId {
    /// So many characters at its begin say the millisecond.
    pub(crate) const TIME: usize = 10;

    /// An event of now.
    pub(crate) fn at(now: SystemTime) -> Self {
        Self::of(Ulid::from_datetime(now))
    }

    /// An event of now that counts as later than those that were seen, whatever
    /// the clocks of their writers say. Others may have seen the same and be about
    /// to say something else, so what follows is not theirs as well.
    pub(crate) fn later_than(now: SystemTime, seen: Option<&Self>) -> Self {
        let id = Ulid::from_datetime(now);
        let after = |seen: Ulid| {
            let millisecond = seen.timestamp_ms().saturating_add(1);
            Ulid::from_parts(millisecond, id.random())
        };
        match seen.and_then(Self::ulid) {
            Some(seen) if id <= seen => Self::of(after(seen)),
            _ => Self::of(id),
        }
    }

    /// Reads a segment; `None` for what is no event.
    pub(crate) fn parse(segment: &str) -> Option<Self> {
        let id = Self(segment.into());
        let known = id.ulid()?;
        (Self::of(known) == id).then_some(id)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// When, to the millisecond.
    pub(crate) fn time(&self) -> SystemTime {
        self.ulid()
            .map_or(SystemTime::UNIX_EPOCH, |ulid| ulid.datetime())
    }

    /// Whether it was before a moment, as far as milliseconds tell.
    pub(crate) fn is_before(&self, moment: SystemTime) -> bool {
        Ulid::from_datetime(moment).timestamp_ms()
            > self.ulid().map_or(0, |ulid| ulid.timestamp_ms())
    }

    fn of(ulid: Ulid) -> Self {
        Self(Ulid(!ulid.0).to_string().to_ascii_lowercase())
    }

    fn ulid(&self) -> Option<Ulid> {
        let reversed = Ulid::from_string(&self.0).ok()?;
        Some(Ulid(!reversed.0))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_later_one_sorts_before() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        let seen = EventId::at(now);
        let later = EventId::at(now + Duration::from_millis(1));
        assert!(later < seen);
        for clock in [
            now - Duration::from_secs(60),
            now,
            now + Duration::from_secs(60),
        ] {
            assert!(EventId::later_than(clock, Some(&seen)) < seen);
        }
        let writers = [(); 2].map(|()| EventId::later_than(now, Some(&later)));
        assert_ne!(writers[0], writers[1], "they know nothing of each other");
        assert_eq!(EventId::parse(seen.as_str()), Some(seen.clone()));
        assert_eq!(seen.time(), now);
        let same = EventId::at(now);
        assert_eq!(
            same.as_str()[..EventId::TIME],
            seen.as_str()[..EventId::TIME]
        );
        assert_ne!(
            later.as_str()[..EventId::TIME],
            seen.as_str()[..EventId::TIME]
        );
        for (microseconds, before) in [(0, false), (999, false), (1000, true)] {
            let moment = now + Duration::from_micros(microseconds);
            assert_eq!(seen.is_before(moment), before, "{microseconds}");
        }
        for foreign in ["", "a", ".DS_Store", "01M7Y4BGQDD8K1Y3W80Q176K8J"] {
            assert_eq!(EventId::parse(foreign), None, "{foreign}");
        }
    }
}
