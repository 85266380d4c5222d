//! The newest events of many folders, from listings alone. Ids sort the newest
//! first, so what is older than asked for is passed over: by reading on where it
//! is little, by asking the store to go on behind it where it is much.

use std::time::SystemTime;

use futures_util::StreamExt;

use crate::Broker;
use crate::error::BrokerError;
use crate::event::EventId;

/// A page of a listing holds 1000 keys: to read this many is cheaper than another
/// request, to read more is not.
const PASSED_OVER: usize = 500;

/// How many events of each group are wanted.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Span {
    /// None older than this.
    pub(crate) since: Option<SystemTime>,
    /// No more than this, the newest.
    pub(crate) most: Option<usize>,
}

/// An event as its key says it: `<group>/<id>/<rest>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The segments before the id.
    pub(crate) group: String,
    pub(crate) id: EventId,
    /// The segments behind the id.
    pub(crate) rest: String,
}

impl Entry {
    /// Reads a key with so many segments before the id; `None` for another key.
    fn parse(key: &str, depth: usize) -> Option<Self> {
        let (group, behind) = match depth.checked_sub(1) {
            None => ("", key),
            Some(slash) => {
                let (slash, _) = key.match_indices('/').nth(slash)?;
                (&key[..slash], &key[slash + 1..])
            }
        };
        let (id, rest) = behind.split_once('/').unwrap_or((behind, ""));
        Some(Self {
            group: group.into(),
            id: EventId::parse(id)?,
            rest: rest.into(),
        })
    }
}

/// What was found, in no order.
#[derive(Debug, Default)]
pub(crate) struct Newest {
    pub(crate) entries: Vec<Entry>,
    /// Nothing later than this was left out; `None` where nothing was that is
    /// in the span of time.
    pub(crate) complete_until: Option<EventId>,
}

impl Newest {
    /// Of two borders, the later one, which sorts before, is that of both.
    pub(crate) fn border(one: Option<EventId>, other: Option<EventId>) -> Option<EventId> {
        match (one, other) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        }
    }
}

/// Takes the entries of one listing, group by group.
struct Collector {
    span: Span,
    newest: Newest,
    group: String,
    taken: usize,
    passed: usize,
}

impl Collector {
    fn new(span: Span) -> Self {
        Self {
            span,
            newest: Newest::default(),
            group: String::new(),
            taken: 0,
            passed: 0,
        }
    }

    /// Takes an entry or passes it over; true where so many of its group were
    /// passed over that the rest of it is better not listed.
    fn take(&mut self, entry: Entry) -> bool {
        if entry.group != self.group {
            self.group.clone_from(&entry.group);
            (self.taken, self.passed) = (0, 0);
        }
        let old = self
            .span
            .since
            .is_some_and(|since| entry.id.is_before(since));
        let full = self.span.most.is_some_and(|most| self.taken >= most);
        if !old && !full {
            self.taken += 1;
            self.newest.entries.push(entry);
            return false;
        }
        if !old && self.passed == 0 {
            let last = self.newest.entries.last().map(|entry| entry.id.clone());
            let border = last.or(Some(entry.id));
            let known = self.newest.complete_until.take();
            self.newest.complete_until = Newest::border(known, border);
        }
        self.passed += 1;
        self.passed >= PASSED_OVER
    }
}

impl Broker {
    /// The newest events below a folder, in each of its groups, which are so many
    /// segments deep.
    pub(crate) async fn newest_below(
        &self,
        folder: &str,
        depth: usize,
        span: Span,
    ) -> Result<Newest, BrokerError> {
        let mut collector = Collector::new(span);
        let mut after = String::new();
        while let Some(next) = self
            .collect(folder, (depth, &after), &mut collector)
            .await?
        {
            after = next;
        }
        Ok(collector.newest)
    }

    /// Lists from behind a name on; returns the name to go on behind.
    async fn collect(
        &self,
        folder: &str,
        (depth, after): (usize, &str),
        collector: &mut Collector,
    ) -> Result<Option<String>, BrokerError> {
        let mut keys = self.storage.in_order_after(folder, after).await?;
        while let Some(key) = keys.next().await.transpose()? {
            let Some(entry) = Entry::parse(&key, depth) else {
                continue;
            };
            // No id begins with a character that sorts behind `~`.
            let behind = match entry.group.as_str() {
                "" => "~".into(),
                group => format!("{group}/~"),
            };
            if collector.take(entry) && self.storage.is_ordered() {
                return Ok(Some(behind));
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn at(second: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000 + second)
    }

    fn entry(group: &str, second: u64) -> Entry {
        Entry {
            group: group.into(),
            id: EventId::at(at(second)),
            rest: second.to_string(),
        }
    }

    #[test]
    fn a_key_is_read_at_its_depth_and_others_are_left_alone() {
        let id = EventId::at(at(1));
        let key = format!("main/pact/{}/1/m", id.as_str());
        let read = Entry::parse(&key, 2).unwrap();
        assert_eq!(
            (read.group.as_str(), read.rest.as_str()),
            ("main/pact", "1/m")
        );
        assert_eq!(read.id, id);
        for depth in [0, 1, 3, 9] {
            assert_eq!(Entry::parse(&key, depth), None, "{depth}");
        }
    }

    #[test]
    fn each_group_gives_its_newest_and_says_how_far_they_are_all() {
        let listed = [("a", [9, 5, 1]), ("b", [8, 7, 6])];
        let cases = [
            (None, None, vec![9, 5, 1, 8, 7, 6], None),
            (Some(5), None, vec![9, 5, 8, 7, 6], None),
            (None, Some(2), vec![9, 5, 8, 7], Some(7)),
            (Some(8), Some(1), vec![9, 8], None),
            (Some(5), Some(1), vec![9, 8], Some(9)),
            (Some(7), Some(1), vec![9, 8], Some(8)),
        ];
        for (since, most, taken, border) in cases {
            let since = since.map(at);
            let mut collector = Collector::new(Span { since, most });
            for (group, seconds) in listed {
                for second in seconds {
                    collector.take(entry(group, second));
                }
            }
            let found = collector.newest.entries.iter();
            let found: Vec<u64> = found.map(|entry| entry.rest.parse().unwrap()).collect();
            assert_eq!(found, taken, "since {since:?}, most {most:?}");
            let time = collector.newest.complete_until.map(|id| id.time());
            assert_eq!(time, border.map(at), "since {since:?}, most {most:?}");
        }
    }

    #[test]
    fn a_long_past_is_jumped_over() {
        let since = Some(at(1_000_000));
        let mut collector = Collector::new(Span { since, most: None });
        for second in 0..PASSED_OVER - 1 {
            assert!(!collector.take(entry("a", second as u64)));
        }
        assert!(collector.take(entry("a", 0)));
        assert!(!collector.take(entry("b", 0)));
    }
}
