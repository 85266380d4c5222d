use pactwork_contract::{Category, Combine, MatchingRules, RuleKind, RuleList};
use serde_json::Value;

use super::{Received, Rules, missing};
use crate::{Difference, Mismatch, Part, rules::ContentType};

/// How many bytes of a binary body a mismatch shows, and how many of them stand
/// before the first that differs.
const SHOWN: usize = 24;
const BEFORE: usize = 8;

/// Expected bytes of a content type that is not read: compared one by one, or as
/// the rules at `$` say.
#[derive(Debug)]
pub(super) struct Bytes {
    example: Vec<u8>,
    rules: Vec<Rule>,
    combine: Combine,
}

/// What a rule wants of bytes.
#[derive(Debug)]
enum Rule {
    Equality,
    /// Any bytes are of the type of any others.
    Type,
    NotEmpty,
    ContentType(ContentType),
}

/// Whether a `contentType` rule alone decides, whatever the content type is.
pub(super) fn is_for_type(rules: &MatchingRules) -> bool {
    let is_type = |list: &RuleList| {
        let mut rules = list.rules.iter();
        !list.rules.is_empty() && rules.all(|rule| matches!(rule.kind, RuleKind::ContentType(_)))
    };
    let mut lists = rules.category(Category::Body);
    let first = lists.next();
    lists.next().is_none() && first.is_some_and(|(path, list)| path == "$" && is_type(list))
}

impl Bytes {
    pub(super) fn compile(example: &[u8], rules: Rules<'_>) -> Self {
        let mut compiled = Self {
            example: example.into(),
            rules: Vec::new(),
            combine: Combine::And,
        };
        for (path, list) in rules.rules.category(Category::Body) {
            let known: Option<Vec<_>> = list.rules.iter().map(|r| Rule::compile(&r.kind)).collect();
            match known.filter(|_| path == "$") {
                Some(known) => {
                    compiled.rules = known;
                    compiled.combine = list.combine;
                }
                None => {
                    let reason = "a body of this content type is compared byte by byte";
                    rules.warnings.not_used(Category::Body, path, reason);
                }
            }
        }
        if compiled.rules.is_empty() {
            compiled.rules.push(Rule::Equality);
        }
        compiled
    }

    pub(super) fn compare(&self, received: &Received<'_>) -> Vec<Mismatch> {
        if received.bytes.is_empty() && !self.example.is_empty() {
            return missing("equality", show(&self.example, 0));
        }
        let broken = |rule: &Rule| rule.mismatch(&self.example, received.bytes);
        let mismatches: Vec<_> = self.rules.iter().filter_map(broken).collect();
        match self.combine {
            Combine::Or if mismatches.len() < self.rules.len() => Vec::new(),
            _ => mismatches,
        }
    }
}

impl Rule {
    fn compile(kind: &RuleKind) -> Option<Self> {
        match kind {
            RuleKind::Equality => Some(Self::Equality),
            RuleKind::Type => Some(Self::Type),
            RuleKind::NotEmpty => Some(Self::NotEmpty),
            RuleKind::ContentType(name) => Some(Self::ContentType(ContentType(name.clone()))),
            _ => None,
        }
    }

    fn mismatch(&self, example: &[u8], actual: &[u8]) -> Option<Mismatch> {
        match self {
            Self::Type => None,
            Self::Equality => (example != actual).then(|| different(example, actual)),
            Self::NotEmpty => actual.is_empty().then(|| Mismatch {
                rule: "notEmpty".into(),
                ..different(example, actual)
            }),
            Self::ContentType(expected) => {
                let found = expected.check(actual).err()?;
                Some(Mismatch {
                    difference: Difference::Type,
                    rule: "contentType".into(),
                    expected: expected.0.as_str().into(),
                    actual: Some(found.into()),
                    ..different(&[], &[])
                })
            }
        }
    }
}

/// Bytes that are not the expected ones.
fn different(expected: &[u8], actual: &[u8]) -> Mismatch {
    let same = expected.iter().zip(actual).take_while(|(l, r)| l == r);
    let from = same.count();
    Mismatch {
        part: Part::Body,
        path: "$".into(),
        difference: Difference::Different,
        rule: "equality".into(),
        expected: show(expected, from),
        actual: Some(show(actual, from)),
        near: None,
    }
}

/// Bytes for a mismatch: as text where they are text, else how many they are and
/// those around an offset.
pub(super) fn show(bytes: &[u8], offset: usize) -> Value {
    if let Ok(text) = std::str::from_utf8(bytes)
        && !text.contains(|c: char| c.is_control() && !c.is_ascii_whitespace())
    {
        return text.into();
    }
    let from = offset.min(bytes.len()).saturating_sub(BEFORE);
    let window = bytes[from..].iter().take(SHOWN);
    let window: Vec<_> = window.map(|byte| format!("{byte:02x}")).collect();
    let more = if from + SHOWN < bytes.len() {
        " …"
    } else {
        ""
    };
    let window = window.join(" ");
    let unit = if bytes.len() == 1 { "byte" } else { "bytes" };
    let length = bytes.len();
    format!("{length} {unit}, from offset {from}: {window}{more}").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_around_the_first_difference() {
        let mut long = vec![0; 2048];
        long[104..108].copy_from_slice(&[1, 2, 3, 4]);
        let mut other = long.clone();
        other[105] = 0xff;
        let mismatch = different(&long, &other);
        assert_eq!(
            mismatch.expected,
            format!(
                "2048 bytes, from offset 97: {}01 02 03 04{} …",
                "00 ".repeat(7),
                " 00".repeat(13)
            )
        );
        assert_eq!(
            mismatch
                .actual
                .unwrap()
                .as_str()
                .unwrap()
                .split_once(": ")
                .unwrap()
                .1,
            format!("{}01 ff 03 04{} …", "00 ".repeat(7), " 00".repeat(13))
        );
    }

    #[test]
    fn short_and_textual_bytes() {
        for (bytes, offset, shown) in [
            (&b"hello\n"[..], 3, "hello\n"),
            (b"", 0, ""),
            (b"a\0b", 1, "3 bytes, from offset 0: 61 00 62"),
            (b"\xff", 1, "1 byte, from offset 0: ff"),
            (b"\xff", 99, "1 byte, from offset 0: ff"),
        ] {
            assert_eq!(show(bytes, offset), shown);
        }
    }
}
