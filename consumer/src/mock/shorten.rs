//! A journal that kept what a client sent would grow with it; a person reads a
//! few hundred characters.

use std::borrow::Cow;

use pactwork_matching::Mismatch;
use serde_json::Value;

/// What is longer than this many bytes is cut.
const LONG: usize = 400;
/// To this many, so that a mismatch's own text need not cut it again.
const KEPT: usize = 90;

/// The mismatch with long values cut.
pub(super) fn shortened(mismatch: Mismatch) -> Mismatch {
    Mismatch {
        path: shortened_text(&mismatch.path),
        rule: shortened_text(&mismatch.rule),
        expected: shortened_value(mismatch.expected),
        actual: mismatch.actual.map(shortened_value),
        ..mismatch
    }
}

fn shortened_value(value: Value) -> Value {
    match &value {
        Value::String(text) if text.len() > LONG => shortened_text(text).into(),
        Value::Array(_) | Value::Object(_) => {
            let text = value.to_string();
            if text.len() > LONG {
                return shortened_text(&text).into();
            }
            value
        }
        _ => value,
    }
}

/// The text, cut where it is long.
pub(super) fn shortened_text<'a>(text: impl Into<Cow<'a, str>>) -> String {
    let text = text.into();
    if text.len() <= LONG {
        return text.into_owned();
    }
    let end = text.floor_char_boundary(KEPT);
    format!("{}… ({} bytes)", &text[..end], text.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn long_values_are_cut_at_a_character_and_say_how_long_they_were() {
        let text = "ü".repeat(300);
        let expected = format!("{}… (600 bytes)", "ü".repeat(45));
        assert_eq!(shortened_value(json!(text)), json!(expected));
    }

    #[test]
    fn short_values_stay_what_they_are() {
        assert_eq!(shortened_value(json!({ "a": [1] })), json!({ "a": [1] }));
    }

    #[test]
    fn long_documents_become_the_beginning_of_their_text() {
        let list = json!(vec![1; 1000]);
        let shortened = shortened_value(list);
        assert!(
            shortened.as_str().unwrap().starts_with("[1,1,"),
            "{shortened}"
        );
        assert!(
            shortened.as_str().unwrap().ends_with("… (2001 bytes)"),
            "{shortened}"
        );
    }
}
