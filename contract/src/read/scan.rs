//! What JSON text loses when it is parsed: members of the same name, of which
//! one is kept, and digits that a number of 64 bits does not hold.

use std::borrow::Cow;

use super::reader::{Reader, member};
use crate::path::shortened;

/// How many such places are told one by one.
const TOLD: usize = 100;

/// Up to so many digits always survive in a 64-bit number.
const SAFE_LENGTH: usize = 15;

/// Something that was lost, and where.
type Finding = (String, String);

/// What parsing loses, as `(path, message)`; the text has to be JSON, anything
/// else gives findings without meaning. Takes time in proportion to the text
/// (sorting the members of each object aside) and no stack.
pub(super) fn losses(text: &[u8], root: &str) -> Vec<Finding> {
    let mut scan = Scan {
        text,
        root,
        frames: Vec::new(),
        keys: Vec::new(),
        findings: Vec::new(),
        more: 0,
    };
    scan.run();
    if scan.more > 0 {
        let message = format!("and {} more places where something is lost", scan.more);
        scan.findings.push((root.into(), message));
    }
    scan.findings
}

/// The same as warnings.
pub(super) fn warn(reader: &mut Reader, findings: Vec<Finding>) {
    for (path, message) in findings {
        reader.warn(&path, message);
    }
}

struct Scan<'a> {
    text: &'a [u8],
    root: &'a str,
    frames: Vec<Frame<'a>>,
    /// The names of the open objects' members, those of the inner ones last.
    keys: Vec<Cow<'a, [u8]>>,
    findings: Vec<Finding>,
    more: usize,
}

/// An object or list that is open.
struct Frame<'a> {
    /// For an object: where its names begin. `None` for a list.
    keys: Option<usize>,
    /// The member that is being read.
    key: Cow<'a, [u8]>,
    /// Whether a name comes next.
    at_key: bool,
    /// The element that is being read.
    index: usize,
}

impl<'a> Scan<'a> {
    fn run(&mut self) {
        let mut at = 0;
        while let Some(byte) = self.text.get(at) {
            at = match byte {
                b'"' => self.string(at),
                b'-' | b'0'..=b'9' => self.number(at),
                _ => {
                    self.structure(*byte);
                    at + 1
                }
            };
        }
    }

    fn structure(&mut self, byte: u8) {
        match byte {
            b'{' | b'[' => self.frames.push(Frame {
                keys: (byte == b'{').then_some(self.keys.len()),
                key: Cow::default(),
                at_key: byte == b'{',
                index: 0,
            }),
            b'}' | b']' => {
                if let Some(Frame {
                    keys: Some(start), ..
                }) = self.frames.pop()
                {
                    self.close_object(start);
                }
            }
            b',' => {
                if let Some(frame) = self.frames.last_mut() {
                    frame.at_key = frame.keys.is_some();
                    frame.index += 1;
                }
            }
            _ => {}
        }
    }

    fn close_object(&mut self, start: usize) {
        let keys = &mut self.keys[start..];
        keys.sort_unstable();
        let pairs = keys.windows(2).filter(|pair| pair[0] == pair[1]);
        let mut twice: Vec<_> = pairs.map(|pair| pair[0].clone()).collect();
        twice.dedup();
        for key in twice {
            let path = member(&self.path(), &String::from_utf8_lossy(&key));
            self.found(path, || {
                "this member stands there more than once; the last one counts".into()
            });
        }
        self.keys.truncate(start);
    }

    /// A text; the name of a member is noted. Returns where it ends.
    fn string(&mut self, start: usize) -> usize {
        let mut end = start + 1;
        let mut escaped = false;
        while let Some(byte) = self.text.get(end).filter(|byte| **byte != b'"') {
            escaped |= *byte == b'\\';
            end += if *byte == b'\\' { 2 } else { 1 };
        }
        let after = (end + 1).min(self.text.len());
        let frame = self.frames.last_mut();
        if let Some((frame, keys)) = frame.and_then(|frame| frame.keys.map(|keys| (frame, keys)))
            && frame.at_key
        {
            debug_assert!(keys <= self.keys.len());
            let raw = self.text.get(start + 1..end).unwrap_or_default();
            let key = match escaped {
                true => unescaped(&self.text[start..after]),
                false => Cow::Borrowed(raw),
            };
            frame.at_key = false;
            frame.key = key.clone();
            self.keys.push(key);
        }
        after
    }

    /// A number. Returns where it ends.
    fn number(&mut self, start: usize) -> usize {
        let rest = &self.text[start..];
        let length = rest
            .iter()
            .position(|byte| !b"0123456789+-.eE".contains(byte));
        let end = length.map_or(self.text.len(), |length| start + length);
        let token = &self.text[start..end];
        let safe = token.len() <= SAFE_LENGTH && !token.iter().any(u8::is_ascii_alphabetic);
        if !safe && let Some(held) = held_differently(token) {
            let token = shortened(&String::from_utf8_lossy(token));
            let path = self.path();
            self.found(path, || {
                format!(
                    "the number {token} is read as {held}, as numbers of 64 bits are; \
                     write it as a text if every digit counts"
                )
            });
        }
        end
    }

    fn found(&mut self, path: String, message: impl FnOnce() -> String) {
        match self.findings.len() < TOLD {
            true => self.findings.push((path, message())),
            false => self.more += 1,
        }
    }

    /// Where the scan is.
    fn path(&self) -> String {
        let mut path = self.root.to_owned();
        for frame in &self.frames {
            path = match frame.keys {
                Some(_) => member(&path, &String::from_utf8_lossy(&frame.key)),
                None => format!("{path}[{}]", frame.index),
            };
        }
        path
    }
}

/// The text of a JSON string with its quotes.
fn unescaped(quoted: &[u8]) -> Cow<'_, [u8]> {
    match serde_json::from_slice::<String>(quoted) {
        Ok(text) => Cow::Owned(text.into_bytes()),
        Err(_) => Cow::Borrowed(quoted),
    }
}

/// What is held in a number's place, where that is another number.
fn held_differently(token: &[u8]) -> Option<String> {
    if serde_json::from_slice::<i64>(token).is_ok() || serde_json::from_slice::<u64>(token).is_ok()
    {
        return None;
    }
    let held = serde_json::from_slice::<f64>(token).ok()?;
    let written = format!("{held:e}");
    let token = str::from_utf8(token).ok()?;
    (decimal(token) != decimal(&written)).then_some(written)
}

/// Sign, digits without zeros around them, and the exponent of the last one.
fn decimal(number: &str) -> (bool, String, i64) {
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let exponent: i64 = exponent.parse().unwrap_or(0);
    let (negative, mantissa) = match mantissa.strip_prefix('-') {
        Some(mantissa) => (true, mantissa),
        None => (false, mantissa),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = [whole, fraction].concat();
    let digits = digits.trim_start_matches('0');
    let significant = digits.trim_end_matches('0');
    if significant.is_empty() {
        return (negative, String::new(), 0);
    }
    let zeros = digits.len() - significant.len();
    let exponent = exponent - fraction.len() as i64 + zeros as i64;
    (negative, significant.to_owned(), exponent)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(text: &str) -> Vec<String> {
        let found = losses(text.as_bytes(), "$");
        found.into_iter().map(|(path, _)| path).collect()
    }

    #[test]
    fn members_of_the_same_name_are_found() {
        for (text, expected) in [
            (r#"{"a":1,"b":{"a":2},"c":[{"a":1},{"a":1}]}"#, &[][..]),
            (r#"{"a":1,"a":1,"a":2}"#, &["$.a"]),
            (r#"{"x":[0,{"b c":"a","b c":{}}]}"#, &["$.x[1][\"b c\"]"]),
            (r#"{"a":1,"\u0061":2}"#, &["$.a"]),
            (r#"{"a":"a","b":"\"a\":"}"#, &[]),
            (r#"{"a\\":{"x":1,"x":2}}"#, &["$[\"a\\\\\"].x"]),
            (r#"{"":1,"":2}"#, &["$[\"\"]"]),
        ] {
            assert_eq!(paths(text), expected, "{text}");
        }
    }

    #[test]
    fn numbers_that_lose_digits_are_found() {
        for (text, lost) in [
            ("12345678901234567890123", true),
            ("-12345678901234567890123", true),
            ("18446744073709551615", false),
            ("18446744073709551616", true),
            ("18446744073709551617", true),
            ("-9223372036854775808", false),
            ("1000000000000000000000000000000", false),
            ("1000000000000000000000000000001", true),
            ("0.1", false),
            ("1.50000000000000000000", false),
            ("3.14159265358979323846", true),
            ("1e300", false),
            ("1E+2", false),
            ("1e-400", true),
            ("0e-400", false),
            ("-0.0", false),
        ] {
            assert_eq!(!paths(text).is_empty(), lost, "{text}");
        }
        assert_eq!(
            losses(br#"{"ids":[1,12345678901234567890123]}"#, "$.body"),
            [(
                "$.body.ids[1]".to_owned(),
                "the number 12345678901234567890123 is read as 1.2345678901234568e22, as numbers of \
                 64 bits are; write it as a text if every digit counts"
                    .to_owned()
            )]
        );
    }

    #[test]
    fn what_is_no_json_does_no_harm() {
        for text in [
            "", "\"", "\"\\", "{\"a", "}]}", "[}", "{1:2,\"", "-", "1e", "{{{{",
        ] {
            losses(text.as_bytes(), "$");
        }
    }

    #[test]
    fn many_places_are_counted() {
        let text = format!("[{}1e-400]", "1e-400,".repeat(249));
        let found = losses(text.as_bytes(), "$");
        assert_eq!(found.len(), 101);
        assert_eq!(found[100].1, "and 150 more places where something is lost");
    }
}
