//! Mismatches as a person compares them: a line where that is enough, else the
//! expected and the found value one below the other.

use super::{
    Found,
    bytes::Bytes,
    groups::{Entry, Group, entries, more},
    lines::Differing,
    texts,
    values::grouped,
};
use crate::Mismatch;

/// How much [`render`] shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RenderOptions {
    /// What is wider than this many characters is put on several lines. Places and
    /// sentences that cannot be broken are wider all the same.
    pub width: usize,
    /// How many mismatches of each part are shown; alike ones of a list's elements
    /// count once, what is beyond is counted.
    pub most: usize,
}

impl Default for RenderOptions {
    /// 100 characters wide, 20 mismatches of each part.
    fn default() -> Self {
        Self {
            width: 100,
            most: 20,
        }
    }
}

/// A line of a rendered mismatch, for those who colour it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What it shows.
    pub kind: LineKind,
    /// Its text, with its indentation and without a line end.
    pub text: String,
}

/// What a line of a rendered mismatch shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LineKind {
    /// Where a mismatch is, and in one line what it is.
    Headline,
    /// What was expected.
    Expected,
    /// What was found.
    Found,
    /// Marks below what differs.
    Marks,
    /// What is equal on both sides.
    Context,
    /// How many mismatches of a part are not shown.
    More,
}

/// Mismatches as text for people, without colour. Each begins a line; where
/// expected and found value are too long for one, they stand below each other,
/// indented, with what differs marked. What is expected always comes first.
///
/// ```
/// use pactwork_contract::{Body, Response};
/// use pactwork_matching::{RenderOptions, ResponseMatcher, actual, render};
/// use serde_json::json;
///
/// let note = "The order was sent on Monday and will arrive ";
/// let expected = Response {
///     body: Body::json(json!({"id": 7, "note": format!("{note}on Wednesday.")})),
///     ..Response::default()
/// };
/// let actual = json!({"id": 8, "note": format!("{note}on Thursday.")}).to_string();
/// let comparison = ResponseMatcher::compile(&expected).compare(&actual::Response {
///     status: 200,
///     headers: &[],
///     body: actual.as_bytes(),
/// });
/// assert_eq!(
///     render(&comparison.mismatches, &RenderOptions::default()),
///     r#"$.id: expected 7, but found 8
/// $.note: the texts differ
///   expected: "The order was sent on Monday and will arrive on Wednesday."
///   found:    "The order was sent on Monday and will arrive on Thursday."
///                                                              ^^^^^"#
/// );
/// ```
pub fn render(mismatches: &[Mismatch], options: &RenderOptions) -> String {
    let lines = render_lines(mismatches, options);
    let texts: Vec<_> = lines.into_iter().map(|line| line.text).collect();
    texts.join("\n")
}

/// The same, line by line.
pub fn render_lines(mismatches: &[Mismatch], options: &RenderOptions) -> Vec<Line> {
    let lines = |entry| match entry {
        Entry::Group(group) => group.lines(options.width),
        Entry::Beyond(part, beyond) => vec![Line::new(LineKind::More, more(part, beyond))],
    };
    let entries = entries(mismatches, options.most);
    entries.into_iter().flat_map(lines).collect()
}

/// More characters than these in a row are not marked one by one.
const MARKED: usize = 24;

/// Before the two values.
const EXPECTED: &str = "  expected: ";
const FOUND: &str = "  found:    ";

impl Line {
    pub(super) fn new(kind: LineKind, text: String) -> Self {
        Self { kind, text }
    }

    fn expected(text: &str) -> Self {
        Self::new(LineKind::Expected, format!("{EXPECTED}{text}"))
    }

    fn found(text: &str) -> Self {
        Self::new(LineKind::Found, format!("{FOUND}{text}"))
    }

    /// `^` below the columns that are marked; `None` where none is.
    fn marks(columns: impl Iterator<Item = bool>) -> Option<Self> {
        let marks: String = columns
            .map(|marked| if marked { '^' } else { ' ' })
            .collect();
        let marks = marks.trim_end();
        let indent = " ".repeat(FOUND.len());
        (!marks.is_empty()).then(|| Self::new(LineKind::Marks, format!("{indent}{marks}")))
    }
}

impl Group<'_> {
    fn lines(&self, width: usize) -> Vec<Line> {
        let mismatch = self.first;
        let several = match mismatch.texts() {
            Some((expected, actual)) => self
                .bytes()
                .or_else(|| self.by_line(Differing::of(expected, actual)?, width)),
            None => None,
        };
        if let Some(lines) = several {
            return lines;
        }
        let sentence = self.sentence();
        let line = format!("{}: {sentence}", self.place());
        // A short sentence behind a long path is better read as one.
        if line.chars().count() <= width || sentence.chars().count() <= width * 2 / 3 {
            return vec![Line::new(LineKind::Headline, line)];
        }
        let room = width.saturating_sub(EXPECTED.len()).max(1);
        let below = match mismatch.texts() {
            Some((expected, actual)) => Some(self.by_text(expected, actual, room)),
            None => self.by_value(room),
        };
        below.unwrap_or_else(|| vec![Line::new(LineKind::Headline, line)])
    }

    fn headline(&self, what: &str) -> Line {
        let hint = self.first.hint();
        let text = format!("{}: {what}{hint}{}", self.place(), self.times());
        Line::new(LineKind::Headline, text)
    }

    /// Expected and found bytes; the same offset stands in the same column.
    fn bytes(&self) -> Option<Vec<Line>> {
        let expected = Bytes::read(&self.first.expected)?;
        let actual = Bytes::read(self.first.actual.as_ref()?)?;
        let offset = expected.first_difference(&actual)?;
        let sizes = match expected.length == actual.length {
            true => format!("of {}", expected.size()),
            false => format!(
                "({} expected, {} found)",
                expected.size(),
                grouped(actual.length)
            ),
        };
        let (left, marks) = expected.line(&actual);
        let (right, more_marks) = actual.line(&expected);
        let marks = if more_marks.len() > marks.len() {
            more_marks
        } else {
            marks
        };
        let mut lines = vec![
            self.headline(&format!("the bytes differ from offset {offset} {sizes}")),
            Line::expected(&left),
            Line::found(&right),
        ];
        lines.extend(Line::marks(marks.into_iter()));
        Some(lines)
    }

    fn by_line(&self, differing: Differing<'_>, width: usize) -> Option<Vec<Line>> {
        let what = format!(
            "the texts differ {}; - expected, + found",
            differing.place()
        );
        let mut lines = vec![self.headline(&what)];
        lines.extend(differing.lines(width));
        Some(lines)
    }

    fn by_text(&self, expected: &str, actual: &str, room: usize) -> Vec<Line> {
        let windows = texts::windows(expected, actual, room.saturating_sub(2));
        let (from, length) = windows.actual.marked.max(windows.expected.marked);
        // Where all the rest differs, its beginning says as much.
        let length = if length > MARKED { 1 } else { length.max(1) };
        let columns = (0..from + length).map(|column| column >= from);
        let mut lines = vec![
            self.headline(&format!("the texts differ{}", windows.lengths())),
            Line::expected(&windows.expected.text),
            Line::found(&windows.actual.text),
        ];
        lines.extend(Line::marks(columns));
        lines
    }

    /// `None` where nothing was found that could stand below what was expected.
    fn by_value(&self, room: usize) -> Option<Vec<Line>> {
        let Found::Value(found) = self.first.found(room) else {
            return None;
        };
        let text = format!("{}{}:", self.place(), self.times());
        Some(vec![
            Line::new(LineKind::Headline, text),
            Line::expected(&self.first.wanted(room)),
            Line::found(&found),
        ])
    }
}
