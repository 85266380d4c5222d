//! Which segments of a path, and which keys of a map, name one thing among many.

use super::formats::{PLACEHOLDER, is_code, is_digits, is_hex, is_ulid, is_uuid};
use super::moments::is_date;

/// How an identifier looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Identifier {
    Number,
    Uuid,
    Ulid,
    Hash(usize),
    Date,
    Code,
    /// Letters and digits in no order that a word would have.
    Random,
    Redacted,
}

/// Lengths of MongoDB's object ids, and of MD5, SHA-1 and SHA-256 in hexadecimal.
const HASHES: [usize; 4] = [24, 32, 40, 64];

/// How long a random identifier is at least, and one behind a prefix as `cus_`.
const RANDOM: usize = 16;
const PREFIXED: usize = 8;

impl Identifier {
    /// The identifier that a text is; `None` for a word.
    pub fn of(text: &str) -> Option<Self> {
        let hash = |length: &usize| is_hex(text, *length);
        Some(match text {
            _ if text.contains(PLACEHOLDER) => Self::Redacted,
            _ if is_digits(text) => Self::Number,
            _ if is_uuid(text) => Self::Uuid,
            _ if is_ulid(text) => Self::Ulid,
            _ if is_date(text) => Self::Date,
            _ if is_code(text) => Self::Code,
            _ => match HASHES.into_iter().find(hash) {
                Some(length) => Self::Hash(length),
                None if is_random(text) => Self::Random,
                None => return None,
            },
        })
    }

    /// The regular expression of all such identifiers, without anchors.
    pub fn regex(self) -> String {
        match self {
            Self::Number => r"\d+".into(),
            Self::Uuid => {
                "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}".into()
            }
            Self::Ulid => "[0-7][0-9A-HJKMNP-TV-Z]{25}".into(),
            Self::Hash(length) => format!("[0-9a-f]{{{length}}}"),
            Self::Date => r"\d{4}-\d{2}-\d{2}".into(),
            Self::Code => r"[A-Z]+-\d+".into(),
            Self::Random => "[A-Za-z0-9_-]+".into(),
            Self::Redacted => "[^/]+".into(),
        }
    }

    /// What stands for it where a person reads the path.
    pub fn name(self) -> &'static str {
        match self {
            Self::Date => "{date}",
            Self::Redacted => "{redacted}",
            _ => "{id}",
        }
    }
}

fn is_random(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
    let has = |is: fn(&u8) -> bool| text.bytes().any(|byte| is(&byte));
    if !text.bytes().all(allowed) || !has(u8::is_ascii_digit) || !has(u8::is_ascii_alphabetic) {
        return false;
    }
    let prefixed = text.split_once('_').is_some_and(|(prefix, rest)| {
        (2..=6).contains(&prefix.len())
            && prefix.bytes().all(|byte| byte.is_ascii_lowercase())
            && rest.len() >= PREFIXED
    });
    let changes = class_changes(text);
    let dense = changes * 3 > text.len();
    (text.len() >= RANDOM && dense) || (prefixed && changes >= 3)
}

/// How often a digit, a small letter and a capital one stand directly beside
/// another of those; seldom within words and numbers.
pub(super) fn class_changes(text: &str) -> usize {
    let class = |byte: u8| match byte {
        b'0'..=b'9' => 1,
        b'a'..=b'z' => 2,
        b'A'..=b'Z' => 3,
        _ => 0,
    };
    let bytes = text.as_bytes().windows(2);
    let changes = bytes.filter(|pair| {
        let (left, right) = (class(pair[0]), class(pair[1]));
        left != 0 && right != 0 && left != right
    });
    changes.count()
}

/// A path, with its identifiers told from its words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PathShape(Vec<Segment>);

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Segment {
    Word(String),
    Identifier(Identifier),
}

impl PathShape {
    pub fn of(path: &str) -> Self {
        let segments = path
            .split('/')
            .map(|segment| match Identifier::of(segment) {
                Some(identifier) => Segment::Identifier(identifier),
                None => Segment::Word(segment.into()),
            });
        Self(segments.collect())
    }

    /// The regular expression, where an identifier is in the path.
    pub fn regex(&self) -> Option<String> {
        let has_identifier = |segment: &Segment| matches!(segment, Segment::Identifier(_));
        if !self.0.iter().any(has_identifier) {
            return None;
        }
        Some(format!("^{}$", self.regex_unanchored()))
    }

    /// The regular expression within a greater one.
    pub fn regex_unanchored(&self) -> String {
        self.joined(|segment| match segment {
            Segment::Word(word) => escaped(word),
            Segment::Identifier(identifier) => identifier.regex(),
        })
    }

    /// The path as a person reads it: `/orders/{id}`.
    pub fn template(&self) -> String {
        self.joined(|segment| match segment {
            Segment::Word(word) => word.clone(),
            Segment::Identifier(identifier) => identifier.name().into(),
        })
    }

    fn joined(&self, text: impl Fn(&Segment) -> String) -> String {
        let texts: Vec<_> = self.0.iter().map(text).collect();
        texts.join("/")
    }
}

/// What means itself in every dialect of regular expressions; `-` needs no escape
/// outside of brackets.
fn escaped(word: &str) -> String {
    regex::escape(word).replace(r"\-", "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[allow(clippy::too_many_lines)]
    fn identifiers_are_told_from_words() {
        for (path, template, regex) in [
            ("/orders/7", "/orders/{id}", Some(r"^/orders/\d+$")),
            (
                "/v1/orders/c9ea4bb9-39e2-4b14-a1b0-0c3a3e3b3a4f/lines",
                "/v1/orders/{id}/lines",
                Some(
                    "^/v1/orders/[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-\
                     [0-9a-fA-F]{12}/lines$",
                ),
            ),
            (
                "/x/01ARZ3NDEKTSV4RRFFQ69G5FAV",
                "/x/{id}",
                Some("^/x/[0-7][0-9A-HJKMNP-TV-Z]{25}$"),
            ),
            (
                "/x/507f1f77bcf86cd799439011/",
                "/x/{id}/",
                Some("^/x/[0-9a-f]{24}/$"),
            ),
            (
                "/days/2026-05-01",
                "/days/{date}",
                Some(r"^/days/\d{4}-\d{2}-\d{2}$"),
            ),
            (
                "/orders/ORD-17",
                "/orders/{id}",
                Some(r"^/orders/[A-Z]+-\d+$"),
            ),
            (
                "/c/cus_NffrFeUfNV2Hib",
                "/c/{id}",
                Some("^/c/[A-Za-z0-9_-]+$"),
            ),
            (
                "/f/V1StGXR8_Z5jdHi6B-myT",
                "/f/{id}",
                Some("^/f/[A-Za-z0-9_-]+$"),
            ),
            (
                "/reset/redacted",
                "/reset/{redacted}",
                Some("^/reset/[^/]+$"),
            ),
            ("/a.b/7", "/a.b/{id}", Some(r"^/a\.b/\d+$")),
            ("/", "/", None),
            (
                "/api/v2/order-confirmations",
                "/api/v2/order-confirmations",
                None,
            ),
            (
                "/p/iphone15-pro-max-256gb",
                "/p/iphone15-pro-max-256gb",
                None,
            ),
            (
                "/p/getOrdersByCustomerIdentifier2",
                "/p/getOrdersByCustomerIdentifier2",
                None,
            ),
        ] {
            let shape = PathShape::of(path);
            assert_eq!(shape.template(), template);
            assert_eq!(shape.regex().as_deref(), regex, "{path}");
        }
    }
}
