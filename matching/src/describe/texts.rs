//! Small differences inside long texts, and characters that nobody sees.

use std::fmt::Write;

use serde_json::Value;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::values::{count, grouped};

/// How many characters stand before a difference, and behind it.
const AROUND: usize = 24;
/// A beginning of this many characters is not worth leaving out.
const NEAR: usize = 8;

/// Two different texts in quotes, cut to where they differ.
#[derive(Debug)]
pub(super) struct Windows {
    pub(super) expected: Window,
    pub(super) actual: Window,
    /// The first character that differs, counted from 1.
    from: usize,
    is_cut: bool,
}

/// A part of a text, in quotes.
#[derive(Debug)]
pub(super) struct Window {
    pub(super) text: String,
    /// The columns of `text` that differ: from, and how many.
    pub(super) marked: (usize, usize),
    /// How many characters the whole text has.
    pub(super) length: usize,
}

impl Windows {
    /// Where the texts differ and how long they are, if they are cut.
    pub(super) fn lengths(&self) -> String {
        let (expected, actual) = (self.expected.length, self.actual.length);
        let from = grouped(self.from);
        match (self.is_cut, expected == actual) {
            (false, _) => String::new(),
            (true, true) => format!(" (from character {from} of {})", grouped(expected)),
            (true, false) => format!(
                " (from character {from}; {} expected, {} found)",
                count(expected, "character"),
                grouped(actual)
            ),
        }
    }
}

/// Cuts two texts to what is around their differences, if one of them has more
/// than `most` characters.
pub(super) fn windows(expected: &str, actual: &str, most: usize) -> Windows {
    let begin = common_prefix(expected, actual);
    let end = common_suffix(&expected[begin..], &actual[begin..]);
    let is_cut = [expected, actual]
        .iter()
        .any(|text| text.char_indices().nth(most).is_some());
    let from = expected[..begin].chars().count();
    let window = |text: &str| match is_cut {
        true => Window::around(text, (begin, text.len() - end), most),
        false => Window::of(text, (0, text.len()), (begin, text.len() - end)),
    };
    Windows {
        expected: window(expected),
        actual: window(actual),
        from: from + 1,
        is_cut,
    }
}

impl Window {
    /// So many characters of a text around the bytes that differ.
    fn around(text: &str, differs: (usize, usize), most: usize) -> Self {
        let room = most.saturating_sub(AROUND).max(1);
        let before = text[..differs.0].char_indices().rev();
        let begin = match before.clone().nth(AROUND + NEAR) {
            None => 0,
            Some(_) => before.clone().nth(AROUND - 1).map_or(0, |(at, _)| at),
        };
        let begin = not_within_a_character(text, begin);
        let inside = text[differs.0..differs.1].chars().count();
        let behind = (inside + AROUND).min(room);
        let after = &text[differs.0..];
        let end = after.char_indices().nth(behind).map(|(at, _)| at);
        let end = end.map_or(text.len(), |at| {
            without_open_end(text, differs.0 + at).len().max(differs.0)
        });
        Self::of(text, (begin, end), differs)
    }

    fn of(text: &str, (begin, end): (usize, usize), differs: (usize, usize)) -> Self {
        let inner = |from: usize, to: usize| {
            let quoted = quoted(&text[from..to.max(from)]);
            quoted[1..quoted.len() - 1].to_owned()
        };
        let (first, last) = (differs.0.max(begin), differs.1.min(end));
        let before = inner(begin, first);
        let marked = inner(first, last);
        let after = inner(last.max(first), end);
        let open = if begin > 0 { "…" } else { "" };
        let close = if end < text.len() { "…" } else { "" };
        Self {
            marked: (columns(open) + columns(&before) + 1, columns(&marked)),
            text: format!("\"{open}{before}{marked}{after}{close}\""),
            length: text.chars().count(),
        }
    }
}

/// How many columns a text takes; marks stand above their letters.
pub(super) fn columns(text: &str) -> usize {
    text.chars().filter(|c| !is_combining_mark(*c)).count()
}

/// How many bytes two texts have in common at their beginning.
fn common_prefix(left: &str, right: &str) -> usize {
    let same = left.bytes().zip(right.bytes());
    let same = same.take_while(|(left, right)| left == right).count();
    left.floor_char_boundary(same)
}

/// How many bytes two texts have in common at their end.
fn common_suffix(left: &str, right: &str) -> usize {
    let same = left.bytes().rev().zip(right.bytes().rev());
    let same = same.take_while(|(left, right)| left == right).count();
    left.len() - left.ceil_char_boundary(left.len() - same)
}

/// What stands with the character before it: accents, joiners, variations and skin tones.
fn belongs_to_the_one_before(c: char) -> bool {
    is_combining_mark(c)
        || matches!(
            c,
            '\u{200d}' | '\u{fe0e}' | '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}'
        )
}

/// The next place at or behind `at` where a character as people see it begins.
fn not_within_a_character(text: &str, at: usize) -> usize {
    let rest = text[at..].char_indices();
    let mut begins = rest.skip_while(|(_, c)| at > 0 && belongs_to_the_one_before(*c));
    begins.next().map_or(at, |(behind, _)| at + behind)
}

/// The text up to `end`, without a last character that goes on behind it.
pub(super) fn without_open_end(text: &str, end: usize) -> &str {
    let is_open = text[end..].starts_with(belongs_to_the_one_before);
    let before = text[..end].char_indices().rev();
    let mut letters = before.skip_while(|(_, c)| belongs_to_the_one_before(*c));
    match letters.next() {
        Some((letter, _)) if is_open => &text[..letter],
        _ => &text[..end],
    }
}

/// In what alone two different texts differ, where that is easy to overlook.
pub(super) fn only_difference(expected: &str, actual: &str) -> Option<&'static str> {
    let same = |form: fn(&str) -> String| form(expected) == form(actual);
    if same(str::to_lowercase) {
        Some("upper and lower case")
    } else if same(|text| text.nfc().collect()) {
        Some("Unicode normalisation")
    } else if same(|text| text.replace("\r\n", "\n")) {
        Some("line ends (CR LF and LF)")
    } else if same(|text| text.split_whitespace().collect()) {
        Some("white space")
    } else if same(|text| text.chars().filter(|c| !is_invisible(*c)).collect()) {
        Some("characters that are not visible")
    } else {
        None
    }
}

/// Characters without ink and without width: joiners, direction marks, fillers, tags.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{61c}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{feff}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

/// A text as JSON writes it, with what is not visible escaped.
pub(super) fn quoted(text: &str) -> String {
    made_visible(&Value::from(text).to_string())
}

/// A text with its invisible characters and unusual spaces as JSON escapes.
pub(super) fn made_visible(text: &str) -> String {
    let mut made = String::with_capacity(text.len());
    for c in text.chars() {
        if c == ' ' || !(is_invisible(c) || c.is_whitespace() || c.is_control()) {
            made.push(c);
            continue;
        }
        let mut units = [0; 2];
        for unit in c.encode_utf16(&mut units) {
            // Writing to a String cannot fail.
            let _ = write!(made, "\\u{unit:04x}");
        }
    }
    made
}

/// A line of a text: tabs, returns and spaces at the end can be seen.
pub(super) fn visible_line(line: &str) -> String {
    let trimmed = line.trim_end_matches([' ', '\r']);
    let end = line[trimmed.len()..].replace(' ', "·");
    let line = format!("{trimmed}{end}");
    made_visible(&line.replace('\t', "\\t").replace('\r', "\\r"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(expected: &str, actual: &str, texts: [&str; 2], lengths: &str) {
        let windows = windows(expected, actual, 60);
        let found = [windows.expected.text.as_str(), windows.actual.text.as_str()];
        assert_eq!(found, texts);
        assert_eq!(windows.lengths(), lengths);
    }

    #[test]
    fn texts_that_fit_are_shown_whole() {
        check("abc", "abd", ["\"abc\"", "\"abd\""], "");
        check("", "\u{200b}\t", ["\"\"", "\"\\u200b\\t\""], "");
    }

    #[test]
    fn long_texts_are_cut_to_their_differences() {
        let a = "a".repeat(300);
        let near = "a".repeat(24);
        check(
            &format!("{a}X{a}"),
            &format!("{a}Y{a}"),
            [
                &format!("\"…{near}X{near}…\""),
                &format!("\"…{near}Y{near}…\""),
            ],
            " (from character 301 of 601)",
        );
        check(
            &format!("{a}X"),
            &a,
            [&format!("\"…{near}X\""), &format!("\"…{near}\"")],
            " (from character 301; 301 characters expected, 300 found)",
        );
        check(
            &a,
            "b",
            [&format!("\"{}…\"", "a".repeat(36)), "\"b\""],
            " (from character 1; 300 characters expected, 1 found)",
        );
    }

    #[test]
    fn the_first_and_the_last_difference_are_both_shown_where_they_fit() {
        let a = "a".repeat(300);
        let near = "a".repeat(24);
        let behind = "a".repeat(24);
        check(
            &format!("{a}X--Z{a}"),
            &format!("{a}Y--W{a}"),
            [
                &format!("\"…{near}X--Z{behind}…\""),
                &format!("\"…{near}Y--W{behind}…\""),
            ],
            " (from character 301 of 604)",
        );
    }

    #[test]
    fn texts_are_cut_between_characters_as_people_see_them() {
        let long = "e\u{301}".repeat(100);
        let near = "e\u{301}".repeat(12);
        check(
            &format!("{long}X"),
            &format!("{long}Y"),
            [&format!("\"…{near}X\""), &format!("\"…{near}Y\"")],
            " (from character 201 of 201)",
        );
        let odd = format!("{long}aX");
        let expected = windows(&odd, &format!("{long}aY"), 60).expected.text;
        // 24 characters before the difference begin within a letter, so it is left out.
        assert_eq!(expected, format!("\"…{}aX\"", "e\u{301}".repeat(11)));
    }

    #[test]
    fn what_differs_is_marked() {
        let windows = windows("a\u{a0}bXXc", "a\u{a0}bYc", 60);
        assert_eq!(windows.expected.text, "\"a\\u00a0bXXc\"");
        assert_eq!(windows.expected.marked, (9, 2));
        assert_eq!(windows.actual.marked, (9, 1));
    }

    #[test]
    fn what_is_easy_to_overlook_is_named() {
        for (expected, actual, only) in [
            ("Mary", "mary", Some("upper and lower case")),
            ("caf\u{e9}", "cafe\u{301}", Some("Unicode normalisation")),
            ("a\r\nb", "a\nb", Some("line ends (CR LF and LF)")),
            ("a b", "a  b ", Some("white space")),
            ("a b", "a\u{a0}b", Some("white space")),
            ("ab", "a\u{200b}b", Some("characters that are not visible")),
            ("a", "b", None),
        ] {
            assert_eq!(only_difference(expected, actual), only, "{actual}");
        }
    }

    #[test]
    fn what_nobody_sees_is_escaped() {
        assert_eq!(
            made_visible("a\u{a0}b\u{200b} c\u{e0001}é"),
            "a\\u00a0b\\u200b c\\udb40\\udc01é"
        );
        assert_eq!(visible_line("\ta b  \r"), "\\ta b··\\r");
    }
}
