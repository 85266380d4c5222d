//! Structured values: the example and the rules compiled into one tree that a
//! walk over the actual value follows. JSON bodies use it, and so do headers,
//! query parameters and metadata, whose values are lists of texts.

mod order;
mod paths;
mod plan;
mod walk;

pub(crate) use self::{
    paths::{Position, RulePaths, Segment, Selection},
    plan::Plan,
    walk::{Keys, Reading},
};

#[cfg(test)]
pub(crate) mod testing {
    use pactwork_contract::{RuleKind, RuleList};
    use serde_json::Value;

    use super::{Keys, Plan, Reading, RulePaths};
    use crate::{Part, rules::Patterns};

    /// The mismatches of a JSON value, as sentences, where unexpected keys are allowed.
    pub(crate) fn mismatches(
        example: &Value,
        rules: &[(&str, RuleKind)],
        actual: &Value,
    ) -> Vec<String> {
        mismatches_with(example, rules, actual, Keys::MoreAllowed)
    }

    /// The same, saying whether unexpected keys are allowed.
    pub(crate) fn mismatches_with(
        example: &Value,
        rules: &[(&str, RuleKind)],
        actual: &Value,
        keys: Keys,
    ) -> Vec<String> {
        let mut paths = RulePaths::default();
        for (path, kind) in rules {
            let list = RuleList {
                rules: vec![kind.clone().into()],
                ..Default::default()
            };
            let problems = paths.add(path, &list, &mut Patterns::default());
            assert_eq!(problems, Ok(vec![]));
        }
        let plan = Plan::compile(example, &paths);
        plan.compare(
            actual,
            Reading {
                part: Part::Body,
                keys,
                text: false,
            },
        )
        .iter()
        .map(ToString::to_string)
        .collect()
    }
}
