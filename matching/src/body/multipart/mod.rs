//! `multipart/*`: parts by name, or by index where they have none. A part is a
//! body of its own: its content type says how it is compared. A rule at `$.name`
//! is about the whole of a part, `$.name.field` about a field of a JSON part, and
//! `$.name.content-type` about a header of a part.

mod part_rules;
mod parts;

use std::{borrow::Cow, collections::HashMap};

use pactwork_contract::{Category, Content, Headers};
use serde_json::Value;

use self::{part_rules::PartRules, parts::Part};
use super::{BodyMatcher, DEPTH, Received, Rules, bytes, missing, present};
use crate::{
    Difference, Mismatch, Part as WholePart, content_type::parameter, headers::HeaderMatcher,
    json_path, structure::Keys,
};

/// How a part is found.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    /// By its name, and which of those of that name it is.
    Named(String, usize),
    Index(usize),
}

/// The parts of an expected body.
pub(super) struct Example<'a> {
    bytes: &'a [u8],
    parts: Vec<Part<'a>>,
}

impl<'a> Example<'a> {
    /// Reads the example by the boundary that its content type declares, else by
    /// the one that its first line gives. The error says why that cannot be done.
    pub(super) fn read(
        bytes: &'a [u8],
        content_type: Option<&str>,
        rules: &Rules<'_>,
    ) -> Result<Self, String> {
        if rules.depth >= DEPTH {
            return Err(format!("it is within {DEPTH} other multipart bodies"));
        }
        let declared = content_type.and_then(|name| parameter(name, "boundary"));
        let declared = declared.filter(|boundary| !boundary.is_empty());
        let read = declared.map(|boundary| parts::read(bytes, &boundary));
        let parts = match (read, parts::boundary(bytes)) {
            (Some(Ok(parts)), _) => parts,
            (Some(Err(reason)), None) => return Err(reason),
            (_, Some(boundary)) => parts::read(bytes, boundary)?,
            (None, None) => return Err("neither content type nor first line has a boundary".into()),
        };
        Ok(Self { bytes, parts })
    }
}

/// An expected multipart body.
#[derive(Debug)]
pub(super) struct Multipart {
    /// As a mismatch shows it.
    example: Value,
    parts: Vec<PartMatcher>,
    keys: Keys,
}

impl Multipart {
    pub(super) fn compile(example: Example<'_>, keys: Keys, rules: Rules<'_>) -> Self {
        let part_keys = keys_of(&example.parts);
        let mut of_parts = part_rules::compile(&part_keys, &example.parts, &rules);
        for (path, reason) in of_parts.not_used {
            rules.warnings.not_used(Category::Body, &path, &reason);
        }
        let mut parts = Vec::new();
        for ((part, key), own) in example.parts.iter().zip(part_keys).zip(&mut of_parts.of) {
            let rules = Rules {
                rules: &own.rules,
                warnings: &mut *rules.warnings,
                depth: rules.depth + 1,
            };
            parts.push(PartMatcher::compile(part, key, own, keys, rules));
        }
        Self {
            example: bytes::show(example.bytes, 0),
            parts,
            keys,
        }
    }

    pub(super) fn compare(&self, received: &Received<'_>) -> Vec<Mismatch> {
        if received.bytes.is_empty() {
            return missing("equality", self.example.clone());
        }
        let declared = received.content_type;
        let boundary = declared.and_then(|name| parameter(name, "boundary"));
        let read = match boundary.filter(|boundary| !boundary.is_empty()) {
            Some(boundary) => parts::read(received.bytes, &boundary),
            None => Err("the content type has no boundary".into()),
        };
        match read {
            Ok(parts) => self.compare_parts(&parts),
            Err(reason) => vec![Mismatch::unreadable(WholePart::Body, "multipart", &reason)],
        }
    }

    fn compare_parts(&self, actual: &[Part<'_>]) -> Vec<Mismatch> {
        let keys = keys_of(actual);
        let mut by_key: HashMap<_, _> = keys.iter().zip(actual).collect();
        let mut mismatches = Vec::new();
        for expected in &self.parts {
            match by_key.remove(&expected.key) {
                Some(part) => mismatches.extend(expected.compare(part)),
                None => mismatches.push(expected.missing()),
            }
        }
        if self.keys == Keys::NoMore {
            let unexpected = keys.iter().filter_map(|key| {
                let part = by_key.get(key)?;
                Some(Mismatch {
                    actual: Some(bytes::show(&part.content, 0)),
                    ..different(key.path(), Difference::Unexpected)
                })
            });
            mismatches.extend(unexpected);
        }
        mismatches
    }
}

/// One expected part.
#[derive(Debug)]
struct PartMatcher {
    key: Key,
    is_file: bool,
    /// As a mismatch shows it.
    example: Value,
    headers: HeaderMatcher,
    body: BodyMatcher,
}

impl PartMatcher {
    fn compile(part: &Part<'_>, key: Key, own: &PartRules, keys: Keys, rules: Rules<'_>) -> Self {
        let Rules {
            rules,
            warnings,
            depth,
        } = rules;
        let before = warnings.list.len();
        let headers = HeaderMatcher::compile(&compared(part, own), rules, warnings);
        let declared = part.header("content-type");
        // A field is text where nothing else is said (RFC 7578, section 4.4).
        let read_as = declared.or((!part.is_file()).then_some("text/plain"));
        let content = Content::Binary(part.content.to_vec());
        let below = Rules {
            rules,
            warnings: &mut *warnings,
            depth,
        };
        let expectation = present(&content, read_as, keys, below);
        own.name_origins(&mut warnings.list[before..]);
        Self {
            key,
            is_file: part.is_file(),
            example: bytes::show(&part.content, 0),
            headers,
            body: BodyMatcher {
                expectation,
                content_type: declared.map(String::from),
            },
        }
    }

    fn compare(&self, actual: &Part<'_>) -> Vec<Mismatch> {
        let path = self.key.path();
        if self.is_file != actual.is_file() {
            let kind = |is_file| if is_file { "a file" } else { "a field" };
            return vec![Mismatch {
                expected: kind(self.is_file).into(),
                actual: Some(kind(actual.is_file()).into()),
                ..different(path, Difference::Type)
            }];
        }
        let lines: Vec<_> = actual
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let mut mismatches = self.headers.compare(&lines);
        mismatches.retain(|mismatch| !is_optional(mismatch));
        let content_type = actual.header("content-type");
        if content_type.is_none() || !of_content_type(&mismatches) {
            let received = Received::new(&actual.content, content_type);
            mismatches.extend(self.body.compare(&received));
        }
        for mismatch in &mut mismatches {
            locate(mismatch, &path);
        }
        mismatches
    }

    fn missing(&self) -> Mismatch {
        Mismatch {
            expected: self.example.clone(),
            ..different(self.key.path(), Difference::Missing)
        }
    }
}

/// Headers that are not compared unless a rule is about them: a part is found by
/// its name, the file name is the sender's, and contents are compared decoded.
const OF_TRANSPORT: &[&str] = &["content-disposition", "content-transfer-encoding"];

fn compared(part: &Part<'_>, own: &PartRules) -> Headers {
    let mut headers = Headers::new();
    for (name, value) in &part.headers {
        let mut of_transport = OF_TRANSPORT.iter();
        if !of_transport.any(|known| known.eq_ignore_ascii_case(name)) || own.is_about_header(name)
        {
            let known = headers
                .keys()
                .find(|known| known.eq_ignore_ascii_case(name));
            let known = known.unwrap_or(name).clone();
            headers.entry(known).or_default().push(value.clone());
        }
    }
    headers
}

/// Headers that a part need not have: what they say may go without saying.
fn is_optional(mismatch: &Mismatch) -> bool {
    let mut optional = OF_TRANSPORT.iter().chain(&["content-type"]);
    optional.any(|name| name.eq_ignore_ascii_case(&mismatch.path))
        && mismatch.difference == Difference::Missing
}

/// Whether the content type differs, which says enough.
fn of_content_type(mismatches: &[Mismatch]) -> bool {
    let mut headers = mismatches.iter();
    headers.any(|mismatch| mismatch.path.eq_ignore_ascii_case("content-type"))
}

/// Puts a mismatch of a part into the whole body.
fn locate(mismatch: &mut Mismatch, path: &str) {
    if mismatch.part == WholePart::Header {
        mismatch.part = WholePart::Body;
        let mut place = path.to_owned();
        json_path::push_name(&mut place, &mismatch.path);
        mismatch.path = place;
        return;
    }
    // The part is there, with nothing in it.
    if mismatch.path == "$" && mismatch.difference == Difference::Missing {
        mismatch.difference = Difference::Different;
        mismatch.actual = Some("".into());
    }
    mismatch.path.replace_range(..1, path);
}

fn different(path: String, difference: Difference) -> Mismatch {
    Mismatch {
        part: WholePart::Body,
        path,
        difference,
        rule: "equality".into(),
        expected: Value::Null,
        actual: None,
        near: None,
    }
}

fn keys_of(parts: &[Part<'_>]) -> Vec<Key> {
    let mut seen: HashMap<Cow<'_, str>, usize> = HashMap::new();
    let keys = parts.iter().enumerate().map(|(index, part)| {
        let Some(name) = part.name() else {
            return Key::Index(index);
        };
        let count = seen.entry(name.clone().into()).or_default();
        *count += 1;
        Key::Named(name, *count - 1)
    });
    keys.collect()
}

impl Key {
    /// Where the part is; the first of a name is named by it alone.
    fn path(&self) -> String {
        let mut path = String::from("$");
        match self {
            Self::Named(name, 0) => json_path::push_name(&mut path, name),
            Self::Named(name, count) => {
                json_path::push_name(&mut path, name);
                json_path::push_index(&mut path, *count);
            }
            Self::Index(index) => json_path::push_index(&mut path, *index),
        }
        path
    }
}
