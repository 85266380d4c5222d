//! What headers, query parameters and metadata share: named fields, and rules
//! addressed by a field's name.

use std::collections::BTreeMap;

use pactwork_contract::{Category, MatchingRules, RuleList};
use serde_json::Value;

use crate::{
    Difference, Mismatch, Part,
    json_path::{self, Step},
    structure::{Keys, Plan, Reading, RulePaths},
    warnings::Warnings,
};

/// The rules of a category whose paths start at `$`, as a tree.
pub(crate) fn paths(
    rules: &MatchingRules,
    category: Category,
    warnings: &mut Warnings,
) -> RulePaths {
    let mut tree = RulePaths::default();
    for (path, list) in rules.category(category) {
        match tree.add(path, list, &mut warnings.patterns) {
            Ok(problems) => warnings.extend(category, path, problems),
            Err(reason) => warnings.not_used(category, path, &reason),
        }
    }
    tree
}

/// The rules of a category by field, each as a tree below the field.
#[derive(Debug, Default)]
pub(crate) struct FieldRules {
    by_name: BTreeMap<String, RulePaths>,
}

impl FieldRules {
    /// Reads the rules of a category. `names` are the expected fields, `same` says
    /// whether a rule's name is a field's.
    pub(crate) fn compile<'n>(
        rules: &MatchingRules,
        category: Category,
        names: impl Iterator<Item = &'n str> + Clone,
        same: impl Fn(&str, &str) -> bool,
        warnings: &mut Warnings,
    ) -> Self {
        let mut fields = Self::default();
        for (path, list) in rules.category(category) {
            match locate(path, names.clone(), &same) {
                Ok(Some((name, steps))) => {
                    let tree = fields.by_name.entry(name.into()).or_default();
                    let problems = tree.add_at(steps, list, &mut warnings.patterns);
                    warnings.extend(category, path, problems);
                }
                Ok(None) => {}
                Err(reason) => warnings.not_used(category, path, &reason),
            }
        }
        fields
    }

    /// Whether a rule is about one value of a field.
    pub(crate) fn has_steps(&self, name: &str) -> bool {
        self.by_name.get(name).is_some_and(RulePaths::has_steps)
    }

    /// The rules of one field as a plan beside its example; `None` if it has no rule.
    pub(crate) fn plan(&self, name: &str, example: &Value) -> Option<Plan> {
        let paths = self.by_name.get(name)?;
        Some(Plan::compile(example, paths))
    }
}

/// Which field a rule's path names, and the steps below it. A rule for a field
/// that is not expected has nothing to say.
fn locate<'n>(
    path: &str,
    mut names: impl Iterator<Item = &'n str> + Clone,
    same: impl Fn(&str, &str) -> bool,
) -> Result<Option<(&'n str, Vec<Step>)>, String> {
    // A name such as `filter[]` or `a.b` is no path, so names as they are come first.
    if let Some(name) = names.clone().find(|name| same(name, path)) {
        return Ok(Some((name, Vec::new())));
    }
    let prefixed = names.clone().find_map(|name| {
        let (head, rest) = path.split_at_checked(name.len())?;
        (rest.starts_with('[') && same(name, head)).then_some((name, rest))
    });
    if let Some((name, rest)) = prefixed
        && let Ok(steps) = json_path::parse(&format!("${rest}"))
    {
        return Ok(Some((name, steps)));
    }
    let mut steps =
        json_path::parse(path).map_err(|reason| format!("the path is not understood: {reason}"))?;
    if steps.is_empty() {
        return Err("the path names no field".into());
    }
    let below = steps.split_off(1);
    let Some(Step::Exact(first)) = steps.pop() else {
        return Err("the path names no field".into());
    };
    Ok(names
        .find(|name| same(name, &first))
        .map(|name| (name, below)))
}

/// Compares a field's values along its plan; mismatches are named by the field.
pub(crate) fn compare(plan: &Plan, name: &str, actual: Vec<Value>, part: Part) -> Vec<Mismatch> {
    let reading = Reading {
        part,
        keys: Keys::NoMore,
        text: true,
    };
    let single = actual.len() == 1;
    let mut mismatches = plan.compare(&Value::Array(actual), reading);
    for mismatch in &mut mismatches {
        let below = mismatch.path.trim_start_matches('$');
        let below = if single && below == "[0]" { "" } else { below };
        mismatch.path = format!("{name}{below}");
    }
    mismatches
}

/// A plan for a part that has no inside: the rules at the empty path.
pub(crate) fn whole(
    rules: &MatchingRules,
    category: Category,
    example: &Value,
    warnings: &mut Warnings,
) -> Option<Plan> {
    let mut tree = RulePaths::default();
    let mut lists = rules.category(category).peekable();
    lists.peek()?;
    for (path, list) in lists {
        add_whole(&mut tree, category, (path, list), warnings);
    }
    Some(Plan::compile(example, &tree))
}

fn add_whole(
    tree: &mut RulePaths,
    category: Category,
    (path, list): (&str, &RuleList),
    warnings: &mut Warnings,
) {
    if matches!(path, "" | "$") {
        let problems = tree.add_at(Vec::new(), list, &mut warnings.patterns);
        warnings.extend(category, path, problems);
    } else {
        warnings.not_used(
            category,
            path,
            "this part has nothing inside that a path could name",
        );
    }
}

/// Mismatches of a part that has no inside.
pub(crate) fn nameless(mut mismatches: Vec<Mismatch>) -> Vec<Mismatch> {
    for mismatch in &mut mismatches {
        mismatch.path.clear();
    }
    mismatches
}

/// A field that is expected and not there.
pub(crate) fn missing(part: Part, name: &str, expected: Value) -> Mismatch {
    Mismatch {
        part,
        path: name.into(),
        difference: Difference::Missing,
        rule: "equality".into(),
        expected,
        actual: None,
        near: None,
    }
}

/// A field with other values than the expected ones.
pub(crate) fn different(part: Part, name: &str, expected: Value, actual: Value) -> Mismatch {
    Mismatch {
        part,
        path: name.into(),
        difference: Difference::Different,
        rule: "equality".into(),
        expected,
        actual: Some(actual),
        near: None,
    }
}

/// Texts as one value: a single one as itself, more as a list.
pub(crate) fn show<'t>(texts: impl IntoIterator<Item = &'t str>) -> Value {
    let mut texts: Vec<Value> = texts.into_iter().map(Value::from).collect();
    match texts.len() {
        1 => texts.remove(0),
        _ => Value::Array(texts),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_names_a_field_and_what_is_below_it() {
        let names = ["id", "filter[]", "a.b", "X-Id"];
        let same = |left: &str, right: &str| left.eq_ignore_ascii_case(right);
        let exact = |name: &str| Step::Exact(name.into());
        for (path, found) in [
            ("id", Some(("id", vec![]))),
            ("id[0]", Some(("id", vec![exact("0")]))),
            ("id[*]", Some(("id", vec![Step::AnyIndex]))),
            ("$.id", Some(("id", vec![]))),
            ("$.id[1]", Some(("id", vec![exact("1")]))),
            ("$['a.b'][0]", Some(("a.b", vec![exact("0")]))),
            ("a.b", Some(("a.b", vec![]))),
            ("filter[]", Some(("filter[]", vec![]))),
            ("filter[][0]", Some(("filter[]", vec![exact("0")]))),
            ("x-id", Some(("X-Id", vec![]))),
            ("other", None),
        ] {
            assert_eq!(locate(path, names.into_iter(), same), Ok(found), "{path}");
        }
        assert!(locate("$", names.into_iter(), same).is_err());
        assert!(locate("$[*]", names.into_iter(), same).is_err());
    }
}
