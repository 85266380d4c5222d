use serde_json::Value;

use super::{Received, Rules, missing};
use crate::{
    Difference, Mismatch, Part,
    structure::{Keys, Plan, Reading},
};
use pactwork_contract::Category;

/// An expected JSON body.
#[derive(Debug)]
pub(super) struct Json {
    plan: Plan,
    keys: Keys,
}

/// Reads JSON. A byte order mark is passed over (RFC 8259, section 8.1).
pub(super) fn parse(bytes: &[u8]) -> Result<Value, String> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    serde_json::from_slice(bytes).map_err(|error| error.to_string())
}

impl Json {
    pub(super) fn compile(example: &Value, keys: Keys, mut rules: Rules<'_>) -> Self {
        let paths = rules.paths();
        let plan = Plan::compile(example, &paths);
        for problem in &plan.problems {
            rules.warnings.add(Category::Body, "", problem.clone());
        }
        Self { plan, keys }
    }

    pub(super) fn compare(&self, received: &Received<'_>) -> Vec<Mismatch> {
        if received.bytes.is_empty() {
            return missing("equality", self.plan.whole_example());
        }
        match received.json() {
            Ok(actual) => self.plan.compare(
                actual,
                Reading {
                    part: Part::Body,
                    keys: self.keys,
                    text: false,
                },
            ),
            Err(reason) => vec![Mismatch {
                part: Part::Body,
                path: "$".into(),
                difference: Difference::Unreadable,
                rule: "contentType".into(),
                expected: "JSON".into(),
                actual: Some(reason.as_str().into()),
            }],
        }
    }
}
