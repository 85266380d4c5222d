use std::collections::HashSet;

use pactwork_contract::Category;
use serde_json::{Map, Value};

use super::{Example, Received, Rules, missing, steps};
use crate::{
    Difference, Mismatch, Part,
    charset::Charset,
    json_path,
    parameters::{self, Parameters},
    structure::{Keys, Plan, Reading, RulePaths},
};

/// An expected form, compared as an object of lists: the order of the names does
/// not count, that of the values of one name does. Rules name a field (`$.name`)
/// or one of its values (`$.name[0]`).
#[derive(Debug)]
pub(super) struct Form {
    example: String,
    /// How an actual form is read that declares no charset.
    charset: Charset,
    plan: Plan,
    keys: Keys,
    /// How many values the example has.
    values: usize,
}

impl Form {
    pub(super) fn compile(example: &Example<'_>, keys: Keys, rules: Rules<'_>) -> Self {
        let charset = example.declared;
        let text = example.text();
        let bytes = match &text {
            Ok(text) => charset.encode(text),
            Err(_) => example.bytes.as_ref().into(),
        };
        let fields = parameters::parse(&bytes, charset);
        let paths = paths(&fields, rules);
        Self {
            example: String::from_utf8_lossy(&example.bytes).into_owned(),
            charset,
            plan: Plan::compile(&object(&fields), &paths),
            keys,
            values: fields.values().map(Vec::len).sum(),
        }
    }

    /// How many values the example has.
    pub(super) fn values(&self) -> usize {
        self.values
    }

    pub(super) fn compare(&self, received: &Received<'_>) -> Vec<Mismatch> {
        if received.bytes.is_empty() && !self.example.is_empty() {
            return missing("equality", self.example.as_str().into());
        }
        let charset = match Charset::declared(received.content_type) {
            Ok(declared) => declared.unwrap_or(self.charset),
            Err(reason) => return vec![Mismatch::unreadable(Part::Body, "a form", &reason)],
        };
        let fields = parameters::parse(received.bytes, charset);
        let reading = Reading {
            part: Part::Body,
            keys: self.keys,
            text: true,
        };
        let mut mismatches = self.plan.compare(&object(&fields), reading);
        name_single_values(&mut mismatches, &fields);
        mismatches
    }
}

/// The rules, of which those by a name such as `a.b` or `a[]` as it is.
fn paths(fields: &Parameters<'_>, rules: Rules<'_>) -> RulePaths {
    let mut tree = RulePaths::default();
    let warnings = rules.warnings;
    for (path, list) in rules.rules.category(Category::Body) {
        match steps(path, |name| fields.contains_key(name)) {
            Ok(steps) => {
                let problems = tree.add_at(steps, list, &mut warnings.patterns);
                warnings.extend(Category::Body, path, problems);
            }
            Err(reason) => {
                let reason = format!("the path is not understood: {reason}");
                warnings.not_used(Category::Body, path, &reason);
            }
        }
    }
    tree
}

fn object(fields: &Parameters<'_>) -> Value {
    let fields = fields.iter().map(|(name, values)| {
        let values = values.iter().map(|value| Value::from(&**value));
        (name.to_string(), values.collect())
    });
    Value::Object(fields.collect::<Map<_, _>>())
}

/// Shows the only value of a field as the field itself.
fn name_single_values(mismatches: &mut [Mismatch], fields: &Parameters<'_>) {
    if mismatches.is_empty() {
        return;
    }
    let single = fields.iter().filter(|(_, values)| values.len() == 1);
    let single: HashSet<_> = single
        .map(|(name, _)| {
            let mut path = String::from("$");
            json_path::push_name(&mut path, name);
            json_path::push_index(&mut path, 0);
            path
        })
        .collect();
    for mismatch in mismatches {
        if single.contains(&mismatch.path) {
            mismatch.path.truncate(mismatch.path.len() - "[0]".len());
        }
        match mismatch.difference {
            Difference::Missing => unwrap_single(&mut mismatch.expected),
            Difference::Unexpected => {
                if let Some(actual) = &mut mismatch.actual {
                    unwrap_single(actual);
                }
            }
            _ => {}
        }
    }
}

fn unwrap_single(value: &mut Value) {
    if let Value::Array(values) = value
        && values.len() == 1
    {
        *value = values.remove(0);
    }
}
