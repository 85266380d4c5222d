//! Texts of several lines: the lines that differ, with a few around them.

use super::{
    render::{Line, LineKind},
    texts::visible_line,
    values::{count, grouped},
};

/// How many equal lines stand before and behind those that differ.
const AROUND: usize = 2;
/// How many expected lines, and how many found ones, are shown.
const MOST: usize = 8;

/// What differs between two texts.
pub(super) struct Differing<'t> {
    expected: Vec<&'t str>,
    actual: Vec<&'t str>,
    /// How many lines are equal at the beginning and at the end.
    before: usize,
    behind: usize,
}

impl<'t> Differing<'t> {
    /// `None` where neither text has several lines.
    pub(super) fn of(expected: &'t str, actual: &'t str) -> Option<Self> {
        let expected: Vec<_> = expected.split('\n').collect();
        let actual: Vec<_> = actual.split('\n').collect();
        if expected.len() < 2 && actual.len() < 2 {
            return None;
        }
        let pairs = expected.iter().zip(&actual);
        let before = pairs.take_while(|(left, right)| left == right).count();
        let pairs = expected[before..]
            .iter()
            .rev()
            .zip(actual[before..].iter().rev());
        let behind = pairs.take_while(|(left, right)| left == right).count();
        Some(Self {
            expected,
            actual,
            before,
            behind,
        })
    }

    /// `from line 3 (5 lines expected, 6 found)`
    pub(super) fn place(&self) -> String {
        let from = grouped(self.before + 1);
        let (expected, actual) = (self.expected.len(), self.actual.len());
        match expected == actual {
            true => format!("from line {from} of {}", grouped(expected)),
            false => format!(
                "from line {from} ({} expected, {} found)",
                count(expected, "line"),
                grouped(actual)
            ),
        }
    }

    /// Equal lines, expected ones behind `-`, found ones behind `+`.
    pub(super) fn lines(&self, width: usize) -> Vec<Line> {
        let same = |line: &&str| Line::cut(LineKind::Context, "    ", line, width);
        let first = self.before.saturating_sub(AROUND);
        let mut lines: Vec<_> = self.expected[first..self.before].iter().map(same).collect();
        lines.extend(self.side(&self.expected, LineKind::Expected, width));
        lines.extend(self.side(&self.actual, LineKind::Found, width));
        let end = self.expected.len() - self.behind;
        let last = self.expected.len().min(end + AROUND);
        lines.extend(self.expected[end..last].iter().map(same));
        lines
    }

    fn side(&self, all: &[&str], kind: LineKind, width: usize) -> Vec<Line> {
        let (mark, side) = match kind {
            LineKind::Expected => ("  - ", "expected"),
            _ => ("  + ", "found"),
        };
        let differing = &all[self.before..all.len() - self.behind];
        let shown = differing.iter().take(MOST);
        let mut lines: Vec<_> = shown
            .map(|line| Line::cut(kind, mark, line, width))
            .collect();
        let beyond = differing.len().saturating_sub(MOST);
        if beyond > 0 {
            let beyond = count(beyond, &format!("more {side} line"));
            lines.push(Line::new(kind, format!("    … {beyond}")));
        }
        lines
    }
}

impl Line {
    fn cut(kind: LineKind, mark: &str, line: &str, width: usize) -> Self {
        let line = visible_line(line);
        let room = width.saturating_sub(mark.len()).max(1);
        let text = match line.char_indices().nth(room) {
            Some((end, _)) => {
                let length = count(line.chars().count(), "character");
                format!(
                    "{mark}{}… ({length})",
                    super::texts::without_open_end(&line, end)
                )
            }
            None => format!("{mark}{line}").trim_end().to_owned(),
        };
        Self::new(kind, text)
    }
}
