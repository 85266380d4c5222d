use serde_json::Value;

use super::{Received, Rules, missing};
use crate::{
    Mismatch, Part, distance,
    structure::{Keys, Plan, Reading},
};
use pactwork_contract::Category;

/// An expected JSON body.
#[derive(Debug)]
pub(super) struct Json {
    plan: Plan,
    keys: Keys,
    /// How many values the example has.
    values: usize,
}

/// How deep values may stand inside each other; serde_json reads no deeper.
const MAX_DEPTH: usize = 127;

/// Why no JSON document can be like an example that was not read but made.
pub(super) fn unreadable(example: &Value) -> Option<String> {
    let mut open = vec![(example, 0)];
    while let Some((value, depth)) = open.pop() {
        let inside: &mut dyn Iterator<Item = &Value> = match value {
            Value::Array(list) => &mut list.iter(),
            Value::Object(map) => &mut map.values(),
            _ => continue,
        };
        if depth == MAX_DEPTH {
            return Some(format!("the example nests deeper than {MAX_DEPTH}"));
        }
        open.extend(inside.map(|value| (value, depth + 1)));
    }
    None
}

/// Reads JSON.
pub(super) fn parse(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

impl Json {
    pub(super) fn compile(example: &Value, keys: Keys, mut rules: Rules<'_>) -> Self {
        let paths = rules.paths();
        let plan = Plan::compile(example, &paths);
        for problem in &plan.problems {
            rules.warnings.add(Category::Body, "", problem.clone());
        }
        Self {
            plan,
            keys,
            values: distance::values(example),
        }
    }

    /// How many values the example has.
    pub(super) fn values(&self) -> usize {
        self.values
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
            false => self.compare_read(received, reading),
        };
        mismatches.unwrap_or_else(|reason| vec![Mismatch::unreadable(Part::Body, "JSON", &reason)])
    }

    fn compare_read(
        &self,
        received: &Received<'_>,
        reading: Reading,
    ) -> Result<Vec<Mismatch>, String> {
        let text = received.json_text()?;
        let mut reader = serde_json::Deserializer::from_str(&text);
        let mismatches = self.plan.compare_read(&mut reader, reading);
        let mismatches = mismatches.and_then(|found| reader.end().map(|()| found));
        mismatches.map_err(|error| error.to_string())
    }
}
