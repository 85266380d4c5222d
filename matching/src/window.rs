//! Small differences inside long texts, and characters that nobody sees.

use std::fmt::Write;

/// How many characters stand before and behind the first difference.
const BEFORE: usize = 24;
const BEHIND: usize = 60;

/// Two texts around their first difference, cut, and where that is; `None` where
/// both are short enough to be shown whole.
pub(crate) fn around(
    expected: &str,
    actual: &str,
    shown: usize,
) -> Option<(String, String, usize)> {
    let is_short = |text: &str| text.chars().nth(shown).is_none();
    if is_short(expected) && is_short(actual) {
        return None;
    }
    let same = expected
        .chars()
        .zip(actual.chars())
        .take_while(|(left, right)| left == right)
        .count();
    if same <= BEFORE {
        return None;
    }
    Some((window(expected, same), window(actual, same), same + 1))
}

fn window(text: &str, at: usize) -> String {
    let inside: String = text
        .chars()
        .skip(at - BEFORE)
        .take(BEFORE + BEHIND)
        .collect();
    let is_cut = text.chars().nth(at + BEHIND).is_some();
    format!("…{inside}{}", if is_cut { "…" } else { "" })
}

/// In what alone two different texts differ, where that is easy to overlook.
pub(crate) fn only_difference(expected: &str, actual: &str) -> Option<&'static str> {
    let squeezed = |text: &str| text.split_whitespace().collect::<String>();
    if expected.to_lowercase() == actual.to_lowercase() {
        Some("upper and lower case")
    } else if squeezed(expected) == squeezed(actual) {
        Some("white space")
    } else if visible_only(expected) == visible_only(actual) {
        Some("characters that are not visible")
    } else {
        None
    }
}

fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}'
    )
}

fn visible_only(text: &str) -> String {
    text.chars().filter(|c| !is_invisible(*c)).collect()
}

/// A text with its invisible characters and unusual spaces as escapes.
pub(crate) fn made_visible(text: &str) -> String {
    let mut made = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            ' ' => made.push(c),
            c if is_invisible(c) || c.is_whitespace() || c.is_control() => {
                // Writing to a String cannot fail.
                let _ = write!(made, "\\u{{{:x}}}", u32::from(c));
            }
            c => made.push(c),
        }
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_deep_inside_is_shown() {
        let begin = "a".repeat(300);
        let (expected, actual, at) =
            around(&format!("{begin}X{begin}"), &format!("{begin}Y"), 120).unwrap();
        assert_eq!(at, 301);
        assert_eq!(expected, format!("…{}X{}…", "a".repeat(24), "a".repeat(59)));
        assert_eq!(actual, format!("…{}Y", "a".repeat(24)));
        assert_eq!(around("abc", "abd", 120), None);
        assert_eq!(around(&"x".repeat(500), "y", 120), None);
    }

    #[test]
    fn what_is_easy_to_overlook_is_named() {
        for (expected, actual, only) in [
            ("Mary", "mary", Some("upper and lower case")),
            ("a b", "a  b ", Some("white space")),
            ("ab", "a\u{200b}b", Some("characters that are not visible")),
            ("a", "b", None),
        ] {
            assert_eq!(only_difference(expected, actual), only, "{actual}");
        }
        assert_eq!(made_visible("a\u{a0}b\u{200b} c"), "a\\u{a0}b\\u{200b} c");
    }
}
