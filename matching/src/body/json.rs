use serde_json::Value;

use super::{Received, Rules, missing};
use crate::{
    Mismatch, Part,
    structure::{Keys, Plan, Reading},
};
use pactwork_contract::Category;

/// An expected JSON body.
#[derive(Debug)]
pub(super) struct Json {
    plan: Plan,
    keys: Keys,
}

/// Reads JSON.
pub(super) fn parse(bytes: &[u8]) -> Result<Value, String> {
    serde_json::from_str(text(bytes)?).map_err(|error| error.to_string())
}

/// JSON is UTF-8, also where nobody looks; a byte order mark is passed over
/// (RFC 8259, section 8.1).
fn text(bytes: &[u8]) -> Result<&str, String> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| error.to_string())
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
        let reading = Reading {
            part: Part::Body,
            keys: self.keys,
            text: false,
        };
        let mismatches = match received.is_shared {
            true => match received.json() {
                Ok(actual) => Ok(self.plan.compare(actual, reading)),
                Err(reason) => Err(reason.clone()),
            },
            false => self.compare_read(received.bytes, reading),
        };
        mismatches.unwrap_or_else(|reason| vec![Mismatch::unreadable(Part::Body, "JSON", &reason)])
    }

    fn compare_read(&self, bytes: &[u8], reading: Reading) -> Result<Vec<Mismatch>, String> {
        let mut reader = serde_json::Deserializer::from_str(text(bytes)?);
        let mismatches = self.plan.compare_read(&mut reader, reading);
        let mismatches = mismatches.and_then(|found| reader.end().map(|()| found));
        mismatches.map_err(|error| error.to_string())
    }
}
