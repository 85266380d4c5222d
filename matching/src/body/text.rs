use pactwork_contract::Category;
use serde_json::Value;

use super::{Received, Rules, bytes, missing};
use crate::{
    Mismatch, Part,
    structure::{Keys, Plan, Reading},
};

/// An expected text. Rules at `$` are about the whole of it.
#[derive(Debug)]
pub(super) struct Text {
    example: String,
    plan: Plan,
}

impl Text {
    pub(super) fn compile(example: &str, mut rules: Rules<'_>) -> Self {
        let paths = rules.paths();
        for (path, _) in rules.rules.category(Category::Body) {
            if path != "$" {
                let reason = "a text has no parts that a path could name";
                rules.warnings.not_used(Category::Body, path, reason);
            }
        }
        Self {
            example: example.into(),
            plan: Plan::compile(&Value::from(example), &paths),
        }
    }

    pub(super) fn compare(&self, received: &Received<'_>) -> Vec<Mismatch> {
        if received.bytes.is_empty() && !self.example.is_empty() {
            return missing("equality", self.example.as_str().into());
        }
        let Ok(actual) = std::str::from_utf8(received.bytes) else {
            return vec![bytes::different(self.example.as_bytes(), received.bytes)];
        };
        let reading = Reading {
            part: Part::Body,
            keys: Keys::MoreAllowed,
            text: true,
        };
        self.plan.compare(&Value::from(actual), reading)
    }
}
