//! Members come in the order in which the actual object has them; mismatches are
//! told in the order of their names.

use std::collections::HashMap;

use serde_json::Value;

use crate::{Difference, Mismatch, Part};

/// Which members of the example were there. Most objects need no allocation.
#[derive(Debug, Default)]
pub(super) struct Seen {
    first: u64,
    others: Vec<bool>,
}

const FIRST: usize = u64::BITS as usize;

impl Seen {
    /// False where it was there before.
    pub(super) fn insert(&mut self, index: usize) -> bool {
        let is_new = !self.contains(index);
        if index < FIRST {
            self.first |= 1 << index;
            return is_new;
        }
        let index = index - FIRST;
        if self.others.len() <= index {
            self.others.resize(index + 1, false);
        }
        self.others[index] = true;
        is_new
    }

    pub(super) fn contains(&self, index: usize) -> bool {
        match index.checked_sub(FIRST) {
            None => self.first & (1 << index) != 0,
            Some(index) => self.others.get(index).is_some_and(|seen| *seen),
        }
    }
}

/// The mismatches of one object's members, run by run.
#[derive(Debug)]
pub(super) struct Order {
    begin: usize,
    end: usize,
    runs: Vec<Run>,
    /// The runs of members that the example has; made when one is first forgotten.
    by_name: Option<HashMap<String, usize>>,
    forgotten: usize,
}

#[derive(Debug)]
struct Run {
    unexpected: bool,
    is_forgotten: bool,
    name: String,
    length: usize,
    begin: usize,
}

impl Order {
    /// `begin` mismatches were there before.
    pub(super) fn new(begin: usize) -> Self {
        Self {
            begin,
            end: begin,
            runs: Vec::new(),
            by_name: None,
            forgotten: 0,
        }
    }

    /// The mismatches that came since the last call are about this member.
    pub(super) fn upto(&mut self, end: usize, unexpected: bool, name: &str) {
        if end <= self.end {
            return;
        }
        if let Some(by_name) = &mut self.by_name
            && !unexpected
        {
            by_name.insert(name.into(), self.runs.len());
        }
        self.runs.push(Run {
            unexpected,
            is_forgotten: false,
            name: name.into(),
            length: end - self.end,
            begin: self.end,
        });
        self.end = end;
    }

    /// A member stands there again: of several of one name the last one counts, as
    /// most parsers have it, so what was found at the earlier one is forgotten.
    pub(super) fn forget(&mut self, name: &str, mismatches: &mut Vec<Mismatch>) {
        let runs = self.runs.iter().enumerate();
        let by_name = self.by_name.get_or_insert_with(|| {
            let expected = runs.filter(|(_, run)| !run.unexpected);
            expected.map(|(at, run)| (run.name.clone(), at)).collect()
        });
        let Some(found) = by_name.remove(name) else {
            return;
        };
        let last = self.runs.len() - 1;
        let run = &mut self.runs[found];
        if found != last {
            run.is_forgotten = true;
            mismatches[run.begin..run.begin + run.length].fill_with(nothing);
            self.forgotten += 1;
            if self.forgotten > FIRST && self.forgotten * 2 > self.runs.len() {
                self.close_up(mismatches);
            }
            return;
        }
        mismatches.truncate(run.begin);
        self.end = run.begin;
        self.runs.pop();
    }

    /// Drops what is forgotten.
    fn close_up(&mut self, mismatches: &mut Vec<Mismatch>) {
        let mut rest = mismatches.split_off(self.begin).into_iter();
        for mut run in std::mem::take(&mut self.runs) {
            let found = rest.by_ref().take(run.length);
            if run.is_forgotten {
                found.for_each(drop);
            } else {
                run.begin = mismatches.len();
                mismatches.extend(found);
                self.runs.push(run);
            }
        }
        self.end = mismatches.len();
        self.forgotten = 0;
        self.by_name = None;
    }

    /// Puts the mismatches in order: by name, unexpected members last.
    pub(super) fn establish(mut self, mismatches: &mut Vec<Mismatch>) {
        if self.forgotten > 0 {
            self.close_up(mismatches);
        }
        let key = |run: &Run| (run.unexpected, run.name.clone());
        if self.runs.is_sorted_by_key(key) {
            return;
        }
        let mut rest = mismatches.split_off(self.begin).into_iter();
        let mut runs: Vec<(Run, Vec<Mismatch>)> = Vec::new();
        for run in self.runs {
            let found = rest.by_ref().take(run.length).collect();
            runs.push((run, found));
        }
        runs.sort_by_cached_key(|(run, _)| key(run));
        mismatches.extend(runs.into_iter().flat_map(|(_, found)| found));
    }
}

/// Stands in the place of a mismatch that is forgotten, so that the others stay where
/// they are.
fn nothing() -> Mismatch {
    Mismatch {
        part: Part::Body,
        path: String::new(),
        difference: Difference::Different,
        rule: String::new(),
        expected: Value::Null,
        actual: None,
        near: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(name: &str, at: usize) -> Mismatch {
        Mismatch {
            path: format!("{name} {at}"),
            ..nothing()
        }
    }

    /// Each member by its name, whether the example has it, and how many mismatches it has.
    fn ordered(members: &[(&str, bool, usize)]) -> (Vec<String>, usize) {
        let mut mismatches = vec![told("before", 0)];
        let mut order = Order::new(1);
        let mut most = 0;
        for (at, (name, is_expected, count)) in members.iter().enumerate() {
            order.forget(name, &mut mismatches);
            mismatches.extend((0..*count).map(|_| told(name, at)));
            order.upto(mismatches.len(), !is_expected, name);
            most = most.max(mismatches.len());
        }
        order.establish(&mut mismatches);
        let paths = mismatches.into_iter().map(|mismatch| mismatch.path);
        (paths.collect(), most)
    }

    #[test]
    fn the_last_of_several_members_counts() {
        for (members, expected) in [
            (vec![("b", true, 1), ("a", true, 1)], vec!["a 1", "b 0"]),
            (vec![("a", true, 2), ("a", true, 1)], vec!["a 1"]),
            (vec![("a", true, 1), ("a", true, 0)], vec![]),
            (
                vec![
                    ("a", true, 1),
                    ("b", true, 1),
                    ("a", true, 0),
                    ("c", true, 1),
                ],
                vec!["b 1", "c 3"],
            ),
            (
                vec![
                    ("b", true, 1),
                    ("x", false, 1),
                    ("a", true, 1),
                    ("b", true, 2),
                    ("b", true, 1),
                ],
                vec!["a 2", "b 4", "x 1"],
            ),
        ] {
            let (paths, _) = ordered(&members);
            assert_eq!(paths[0], "before 0");
            assert_eq!(paths[1..], expected, "{members:?}");
        }
    }

    #[test]
    fn what_is_forgotten_takes_no_room() {
        let names: Vec<_> = (0..100).map(|at| format!("{at:03}")).collect();
        let members: Vec<_> = (0..100_000)
            .map(|at| (&*names[at % 100], true, 1))
            .collect();
        let (paths, most) = ordered(&members);
        assert_eq!(paths.len(), 101);
        assert_eq!(paths[100], "099 99999");
        assert!(most < 400, "{most}");
    }

    #[test]
    fn what_was_inserted_is_contained() {
        let mut seen = Seen::default();
        for index in [0, 63, 64, 200] {
            assert!(!seen.contains(index));
            assert!(seen.insert(index) && !seen.insert(index));
            assert!(seen.contains(index));
        }
        assert!(!seen.contains(1) && !seen.contains(65) && !seen.contains(1_000));
    }
}
