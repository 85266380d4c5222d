//! JSON values as text, cut where they are long.

use serde_json::{Map, Value};

use super::texts;

/// The JSON type, as a sentence names it.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    }
}

/// `1 key`, `1,000 keys`
pub(super) fn count(length: usize, noun: &str) -> String {
    match length {
        1 => format!("1 {noun}"),
        _ => format!("{} {noun}s", grouped(length)),
    }
}

/// A number with a comma between thousands.
pub(super) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A value as JSON on one line: whole if it has at most so many characters, else
/// its beginning and how long it is. What is not visible is escaped.
pub(super) fn shown(value: &Value, most: usize) -> String {
    if let Value::String(text) = value {
        return quoted_beginning(text, most);
    }
    let mut writer = Writer {
        text: String::new(),
        left: most,
    };
    if writer.value(value).is_some() {
        return texts::made_visible(&writer.text);
    }
    let size = match value {
        Value::Array(list) => count(list.len(), "element"),
        Value::Object(map) => count(map.len(), "key"),
        _ => count(value.to_string().chars().count(), "character"),
    };
    format!("{}… ({size})", texts::made_visible(&writer.text))
}

fn quoted_beginning(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => texts::quoted(text),
        Some((end, _)) => {
            let quoted = texts::quoted(texts::without_open_end(text, end));
            let beginning = quoted.strip_suffix('"').unwrap_or(&quoted);
            let length = count(text.chars().count(), "character");
            format!("{beginning}…\" ({length})")
        }
    }
}

/// A text without quotes, anything else as JSON.
pub(super) fn plain(value: &Value, most: usize) -> String {
    match value {
        Value::String(text) => on_one_line(text, most),
        other => shown(other, most),
    }
}

/// A text without quotes on one line, cut where it is long.
pub(super) fn on_one_line(text: &str, most: usize) -> String {
    let visible = |text: &str| texts::made_visible(&text.replace(['\n', '\r'], " "));
    match text.char_indices().nth(most) {
        None => visible(text),
        Some((end, _)) => {
            let length = count(text.chars().count(), "character");
            let beginning = visible(texts::without_open_end(text, end));
            format!("{beginning}… ({length})")
        }
    }
}

/// Writes compact JSON, keys sorted, until there is no room left.
struct Writer {
    text: String,
    left: usize,
}

impl Writer {
    /// `None` where it does not fit.
    fn value(&mut self, value: &Value) -> Option<()> {
        match value {
            Value::Array(list) => self.list(list),
            Value::Object(map) => self.map(map),
            Value::String(text) => self.string(text),
            scalar => self.write(&scalar.to_string()),
        }
    }

    fn list(&mut self, list: &[Value]) -> Option<()> {
        self.write("[")?;
        for (index, value) in list.iter().enumerate() {
            self.write(if index > 0 { "," } else { "" })?;
            self.value(value)?;
        }
        self.write("]")
    }

    fn map(&mut self, map: &Map<String, Value>) -> Option<()> {
        self.write("{")?;
        let mut members: Vec<_> = map.iter().collect();
        members.sort_unstable_by_key(|(name, _)| *name);
        for (index, (name, value)) in members.into_iter().enumerate() {
            self.write(if index > 0 { "," } else { "" })?;
            self.string(name)?;
            self.write(":")?;
            self.value(value)?;
        }
        self.write("}")
    }

    /// No more of a long string is looked at than there is room for.
    fn string(&mut self, text: &str) -> Option<()> {
        let end = text.char_indices().nth(self.left + 1);
        let beginning = &text[..end.map_or(text.len(), |(end, _)| end)];
        self.write(&Value::from(beginning).to_string())
    }

    fn write(&mut self, text: &str) -> Option<()> {
        let end = text.char_indices().nth(self.left).map(|(end, _)| end);
        self.text.push_str(&text[..end.unwrap_or(text.len())]);
        if end.is_some() {
            self.left = 0;
            return None;
        }
        self.left -= text.chars().count();
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_cut_and_say_how_much_there_is() {
        let object: Map<_, _> = (0..1200)
            .map(|key| (format!("k{key:04}"), json!(key)))
            .collect();
        for (value, most, text) in [
            (
                json!({"b": [1, null], "a": "x"}),
                99,
                r#"{"a":"x","b":[1,null]}"#,
            ),
            (json!(object), 20, r#"{"k0000":0,"k0001":1… (1,200 keys)"#),
            (json!([1, 2, 3]), 7, "[1,2,3]"),
            (json!([1, 2, 3]), 6, "[1,2,3… (3 elements)"),
            (json!([["abcdef"]]), 5, r#"[["ab… (1 element)"#),
            (json!("ab\n\u{a0}c"), 9, r#""ab\n\u00a0c""#),
            (json!("é".repeat(500)), 3, r#""ééé…" (500 characters)"#),
            // The accent stays with its letter.
            (json!("aae\u{301}xyz"), 3, r#""aa…" (7 characters)"#),
            (json!(true), 9, "true"),
        ] {
            assert_eq!(shown(&value, most), text);
        }
    }

    #[test]
    fn a_deep_value_is_written_no_deeper_than_there_is_room() {
        let mut deep = json!(1);
        for _ in 0..100 {
            deep = json!([deep]);
        }
        assert_eq!(shown(&deep, 3), "[[[… (1 element)");
    }

    #[test]
    fn plain_texts_stay_on_one_line() {
        for (value, text) in [
            (json!("a\nb"), "a b"),
            (json!("a\u{7}"), "a\\u0007"),
            (json!("abcdefg"), "abcde… (7 characters)"),
            (json!([1]), "[1]"),
        ] {
            assert_eq!(plain(&value, 5), text);
        }
    }

    #[test]
    fn thousands_are_grouped() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (1234567, "1,234,567"),
        ] {
            assert_eq!(grouped(number), text);
        }
    }
}
