use pactwork_contract::{Category, MatchingRules, RuleKind};
use serde_json::Value;

use super::{Received, Rules, missing};
use crate::{
    Mismatch, Part,
    charset::Charset,
    structure::{Keys, Plan, Reading},
};

/// An expected text. Rules at `$` are about the whole of it.
#[derive(Debug)]
pub(super) struct Text {
    example: String,
    /// How an actual text is read that declares no charset.
    charset: Charset,
    plan: Plan,
}

/// Whether bytes of a content type that is not known have a rule that is about text.
pub(super) fn is_for_text(rules: &MatchingRules, example: &[u8]) -> bool {
    let about_text = |kind: &RuleKind| matches!(kind, RuleKind::Regex(_) | RuleKind::Include(_));
    let mut at_root = rules
        .category(Category::Body)
        .filter(|(path, _)| *path == "$");
    at_root.any(|(_, list)| list.rules.iter().any(|rule| about_text(&rule.kind)))
        && std::str::from_utf8(example).is_ok()
}

impl Text {
    pub(super) fn compile(example: &str, charset: Charset, mut rules: Rules<'_>) -> Self {
        let paths = rules.paths();
        for (path, _) in rules.rules.category(Category::Body) {
            if path != "$" {
                let reason = "a text has no parts that a path could name";
                rules.warnings.not_used(Category::Body, path, reason);
            }
        }
        Self {
            example: example.into(),
            charset,
            plan: Plan::compile(&Value::from(example), &paths),
        }
    }

    pub(super) fn compare(&self, received: &Received<'_>) -> Vec<Mismatch> {
        if received.bytes.is_empty() && !self.example.is_empty() {
            return missing("equality", self.example.as_str().into());
        }
        let reading = Reading {
            part: Part::Body,
            keys: Keys::MoreAllowed,
            text: true,
        };
        match received.text(self.charset) {
            Ok(actual) => self.plan.compare(&Value::from(actual), reading),
            Err(reason) => vec![Mismatch::unreadable(Part::Body, "text", &reason)],
        }
    }
}
