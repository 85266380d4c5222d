use pactwork_contract::{Category, RuleKind};
use serde_json::Value;

use super::{Received, Rules, missing};
use crate::{Difference, Mismatch, Part, rules::ContentType};

/// How many bytes of a binary body a mismatch shows.
const SHOWN: usize = 16;

/// Expected bytes of a content type that is not read: compared one by one, or by
/// what they begin with where a `contentType` rule says so.
#[derive(Debug)]
pub(super) struct Bytes {
    example: Vec<u8>,
    content_type: Option<ContentType>,
}

impl Bytes {
    pub(super) fn compile(example: &[u8], rules: Rules<'_>) -> Self {
        let mut content_type = None;
        for (path, list) in rules.rules.category(Category::Body) {
            match list.rules.first().map(|rule| &rule.kind) {
                Some(RuleKind::ContentType(name)) if path == "$" && list.rules.len() == 1 => {
                    content_type = Some(ContentType(name.clone()));
                }
                _ => {
                    let reason = "a body of this content type is compared byte by byte";
                    rules.warnings.not_used(Category::Body, path, reason);
                }
            }
        }
        Self {
            example: example.into(),
            content_type,
        }
    }

    pub(super) fn compare(&self, received: &Received<'_>) -> Vec<Mismatch> {
        if received.bytes.is_empty() && !self.example.is_empty() {
            return missing("equality", show(&self.example));
        }
        match &self.content_type {
            Some(expected) => of_type(expected, received.bytes),
            None if received.bytes == self.example => Vec::new(),
            None => vec![different(&self.example, received.bytes)],
        }
    }
}

fn of_type(expected: &ContentType, actual: &[u8]) -> Vec<Mismatch> {
    let detected = ContentType::detect(actual);
    if expected.accepts(detected) {
        return Vec::new();
    }
    vec![Mismatch {
        part: Part::Body,
        path: "$".into(),
        difference: Difference::Type,
        rule: "contentType".into(),
        expected: expected.0.as_str().into(),
        actual: Some(detected.into()),
    }]
}

/// Bytes that are not the expected ones.
pub(super) fn different(expected: &[u8], actual: &[u8]) -> Mismatch {
    Mismatch {
        part: Part::Body,
        path: "$".into(),
        difference: Difference::Different,
        rule: "equality".into(),
        expected: show(expected),
        actual: Some(show(actual)),
    }
}

/// Bytes for a mismatch: as text where they are text, else how many they are and how they begin.
pub(super) fn show(bytes: &[u8]) -> Value {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.into();
    }
    let begin: Vec<_> = bytes
        .iter()
        .take(SHOWN)
        .map(|b| format!("{b:02x}"))
        .collect();
    let more = if bytes.len() > SHOWN { " …" } else { "" };
    format!("{} bytes: {}{more}", bytes.len(), begin.join(" ")).into()
}
