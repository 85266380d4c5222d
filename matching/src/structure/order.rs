//! Members come in the order in which the actual object has them; mismatches are
//! told in the order of their names.

use crate::Mismatch;

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
}

#[derive(Debug)]
struct Run {
    unexpected: bool,
    name: String,
    length: usize,
}

impl Order {
    /// `begin` mismatches were there before.
    pub(super) fn new(begin: usize) -> Self {
        Self {
            begin,
            end: begin,
            runs: Vec::new(),
        }
    }

    /// The mismatches that came since the last call are about this member.
    pub(super) fn upto(&mut self, end: usize, unexpected: bool, name: &str) {
        if end > self.end {
            self.runs.push(Run {
                unexpected,
                name: name.into(),
                length: end - self.end,
            });
            self.end = end;
        }
    }

    /// A member stands there again: of several of one name the last one counts, as
    /// most parsers have it, so what was found at the earlier one is forgotten.
    pub(super) fn forget(&mut self, name: &str, mismatches: &mut Vec<Mismatch>) {
        let mut at = self.begin;
        let found = self.runs.iter().position(|run| {
            let is_it = !run.unexpected && run.name == name;
            at += if is_it { 0 } else { run.length };
            is_it
        });
        if let Some(found) = found {
            let run = self.runs.remove(found);
            mismatches.drain(at..at + run.length);
            self.end -= run.length;
        }
    }

    /// Puts the mismatches in order: by name, unexpected members last.
    pub(super) fn establish(self, mismatches: &mut Vec<Mismatch>) {
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

#[cfg(test)]
mod tests {
    use super::*;

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
