//! Text of others, made safe to show: a pact, a provider's answer or its output may
//! hold what a terminal or a CI acts on, or what shows other text than there is.

use std::borrow::Cow;

/// A text on one line.
pub fn line(text: &str) -> String {
    let text = text.trim_end_matches(['\n', '\r']);
    replaced(text, is_acted_on).into_owned()
}

/// A text that may have several lines and tabs.
pub fn text(text: &str) -> Cow<'_, str> {
    replaced(text, |character| {
        is_acted_on(character) && !matches!(character, '\n' | '\t')
    })
}

/// JSON in which strings hold nothing of that kind as it is: the same document.
pub fn json(json: &str) -> Cow<'_, str> {
    let acted_on = |character: char| is_acted_on(character) && !matches!(character, '\n' | '\t');
    if !json.contains(acted_on) {
        return json.into();
    }
    let mut escaped = String::with_capacity(json.len() + 64);
    let mut units = [0; 2];
    for character in json.chars() {
        match acted_on(character) {
            true => character
                .encode_utf16(&mut units)
                .iter()
                .for_each(|unit| escaped += &format!("\\u{unit:04x}")),
            false => escaped.push(character),
        }
    }
    escaped.into()
}

/// Lines of a log that no CI takes for a command: GitHub's runner obeys lines that begin
/// with `::`, and `##[` wherever it stands.
pub fn log(text: &str) -> Cow<'_, str> {
    let begins = |line: &str| visible(line).starts_with("::");
    if !text.contains("##[") && !text.lines().any(begins) {
        return text.into();
    }
    let lines = text.split('\n').map(|line| {
        let line = line.replace("##[", "#\\#[");
        match begins(&line) {
            true => line.replacen("::", "\\::", 1),
            false => line,
        }
    });
    lines.collect::<Vec<_>>().join("\n").into()
}

/// Without what stands before the first character that one sees, our own colours included.
fn visible(line: &str) -> &str {
    let mut rest = line.trim_start();
    while let Some((_, behind)) = rest
        .strip_prefix("\u{1b}[")
        .and_then(|style| style.split_once('m'))
    {
        rest = behind.trim_start();
    }
    rest
}

fn replaced(text: &str, is_replaced: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&is_replaced) {
        return text.into();
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '\n' if is_replaced('\n') => shown += "\\n",
            '\r' => shown += "\\r",
            '\t' if is_replaced('\t') => shown += "\\t",
            other if is_replaced(other) => shown += &format!("\\u{{{:x}}}", u32::from(other)),
            other => shown.push(other),
        }
    }
    shown.into()
}

/// Control characters (of both ASCII and Latin-1: U+009B begins a command to a terminal
/// as ESC [ does), what changes the direction of writing or breaks lines (Unicode
/// Standard Annex 9, 2), what nobody sees, and what no XML may hold (XML 1.0, 2.2).
fn is_acted_on(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{61C}'
                | '\u{200B}'
                | '\u{200E}'
                | '\u{200F}'
                | '\u{2028}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}'
                | '\u{FEFF}'
                | '\u{FFF9}'..='\u{FFFB}'
                | '\u{FFFE}'
                | '\u{FFFF}'
                | '\u{E0000}'..='\u{E007F}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_be_acted_on_is_shown() {
        for (given, on_a_line, in_lines) in [
            ("a → é 👩‍👩‍👧", "a → é 👩‍👩‍👧", "a → é 👩‍👩‍👧"),
            ("\u{1b}[31mred", "\\u{1b}[31mred", "\\u{1b}[31mred"),
            ("a\nb\tc\r\nd", "a\\nb\\tc\\r\\nd", "a\nb\tc\\r\nd"),
            (
                "\u{9b}2J\u{7f}\0",
                "\\u{9b}2J\\u{7f}\\u{0}",
                "\\u{9b}2J\\u{7f}\\u{0}",
            ),
            ("gpj.\u{202e}exe", "gpj.\\u{202e}exe", "gpj.\\u{202e}exe"),
        ] {
            assert_eq!(line(given), on_a_line);
            assert_eq!(text(given), in_lines);
        }
    }

    #[test]
    fn json_stays_the_same_document() {
        let value = serde_json::json!({ "a\u{202e}": "\u{9b}\u{1b}\u{e0041}é\n" });
        let written = serde_json::to_string_pretty(&value).unwrap();
        let safe = json(&written);
        assert!(
            !safe.contains(['\u{202e}', '\u{9b}', '\u{e0041}']),
            "{safe}"
        );
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&safe).unwrap(),
            value
        );
    }

    #[test]
    fn no_line_of_a_log_is_a_command() {
        for (given, safe) in [
            ("a ::error::b", "a ::error::b"),
            ("a\n  ::error::b", "a\n  \\::error::b"),
            ("\u{1b}[2m  ::x", "\u{1b}[2m  \\::x"),
            ("a ##[error]b", "a #\\#[error]b"),
        ] {
            assert_eq!(log(given), safe);
        }
    }
}
