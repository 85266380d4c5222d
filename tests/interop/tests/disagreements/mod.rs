//! Kinds of disagreement, each with what the specification says.

use serde_json::Value;

use super::cases::{Case, PathRules};

/// Recognises a kind of disagreement; the verdict is ours.
type Recognise = fn(&Case, bool) -> bool;

/// What decides, and in whose favour.
const KNOWN: &[(&str, Recognise)] = &[
    (
        "a rule about values at a list or map is about what is inside (ours). Version 2: \
         \"matching rules cascade, so a rule can be specified on a value and will apply to all \
         children of that value\"; the reference refuses the map or list itself",
        |case, ours| {
            let at_collection =
                |rule: &str, target: &Value| is_about_values(rule) && is_collection(target);
            ours && (any_rule(case, at_collection) || has_nested(case, is_about_values))
        },
    ),
    (
        "rules hold for an empty example as well (ours). Version 2: \"if the values represent a \
         collection, the length of the actual value is compared against the minimum\"; the \
         reference applies no rule where the example is an empty list or map",
        |case, ours| !ours && case.rules.iter().any(|at| below(case, at).any(is_empty)),
    ),
    (
        "a list or map has no string representation that a pattern could mean (ours). Version 2: \
         \"a regular expression match against the string representation of a values\"; the \
         reference takes its JSON text",
        |case, ours| {
            !ours
                && (any_rule(case, |rule, _| is_about_text(rule))
                    || has_nested(case, is_about_text))
                && has_collection_for_scalar(&case.example, &case.actual)
        },
    ),
    (
        "a rule about keys, values or elements at an example that has none of them compares \
         types (ours). Version 4: eachKey is for \"the keys in a map\", eachValue for \"the values \
         in a collection\", arrayContains for \"an array\"; the reference takes anything",
        |case, _| any_rule(case, does_not_fit),
    ),
    (
        "eachKey says nothing about values, so they are compared as without it (ours). Version 4: \
         \"Allows defining matching rules to apply to the keys in a map\"; the reference takes any value",
        |case, ours| {
            !ours && any_rule(case, |rule, target| rule == "eachKey" && target.is_object())
        },
    ),
    (
        "one of several rules is enough (ours). Version 4: \"combined using an AND or OR \
         operation\"; the reference asks for all of them at a map",
        |case, ours| {
            let at_map = |at: &PathRules| below(case, at).any(Value::is_object);
            ours && case.rules.iter().any(|at| at.combine == "OR" && at_map(at))
        },
    ),
    (
        "the closest rule holds, also inside an eachValue (ours). Version 2: \"The matcher with the \
         path with the largest weighting is used\"; the reference forgets all other rules there",
        |case, _| has_rule_below(case, "eachValue") || has_rule_beside(case, "eachValue"),
    ),
    (
        "the closest rule holds, also inside what is compared by equality (ours). Version 2: \"The \
         matcher with the path with the largest weighting is used\"; the reference compares the \
         whole list or map first",
        |case, ours| ours && has_rule_below(case, "equality"),
    ),
    (
        "arrayContains asks that its variants are there and no more (ours). Version 4: \"Checks if \
         all the variants are present in an array\"; the reference also compares the elements one \
         by one where another rule stands beside it, and forgets rules inside",
        |case, _| {
            any_rule(case, |rule, target| {
                rule == "arrayContains" && target.is_array()
            }) && has_several(case)
        },
    ),
    (
        "values are compared with the example's, by equality or by the closest rule, at every \
         depth (ours). Version 3: \"Match the values in a map, ignoring the keys\"; in the reference \
         the rule itself goes on below, where it asks for equality of scalars and for no length",
        |case, _| any_rule(case, |rule, target| rule == "values" && target.is_object()),
    ),
    (
        "of paths of one weight neither is closer: undecided. Version 2: \"The matcher with the \
         path with the largest weighting is used\"; ours takes the one that names the earlier \
         step, the reference the one that its hash map has last",
        |case, _| has_tie(case),
    ),
    (
        "one of several rules has to hold for the whole list or map (ours). Version 4: \"combined \
         using an AND or OR operation\"; in the reference a rule about elements that is one of \
         several accepts every element by itself",
        |case, ours| {
            let about_inside = |rule: &Value| {
                let name = rule["match"].as_str();
                matches!(
                    name,
                    Some("eachKey" | "eachValue" | "values" | "arrayContains" | "equality")
                )
            };
            let mut rules = case.rules.iter().filter(|at| at.combine == "OR");
            !ours && rules.any(|at| at.matchers.iter().any(about_inside))
        },
    ),
    (
        "`[*]` is for the elements of a list and not for a member that is named by a number (ours). \
         Version 2: \"array indices which use square brackets\"; the reference takes the name for an \
         index",
        |case, _| {
            let mut rules = case.rules.iter();
            rules.any(|at| at.path.contains("[*]")) && has_key(&case.example, "0")
        },
    ),
];

/// The sentence that decides a disagreement.
pub fn known(case: &Case, ours: bool) -> Option<&'static str> {
    let mut known = KNOWN.iter();
    let found = known.find(|(_, recognise)| recognise(case, ours));
    found.map(|(sentence, _)| *sentence)
}

/// Whether a rule, by its name and an example's value that it is for, is there.
fn any_rule(case: &Case, is: fn(&str, &Value) -> bool) -> bool {
    case.rules.iter().any(|at| {
        let targets = case.targets(&at.path);
        let mut rules = at.matchers.iter().filter_map(|rule| rule["match"].as_str());
        rules.any(|rule| targets.iter().any(|target| is(rule, target)))
    })
}

/// Whether a rule that is inside an arrayContains or eachValue is of a kind.
fn has_nested(case: &Case, is: fn(&str) -> bool) -> bool {
    fn named(value: &Value, is: fn(&str) -> bool) -> bool {
        match value {
            Value::Object(map) => {
                map.get("match").and_then(Value::as_str).is_some_and(is)
                    || map.values().any(|value| named(value, is))
            }
            Value::Array(list) => list.iter().any(|value| named(value, is)),
            _ => false,
        }
    }
    let matchers = case.rules.iter().flat_map(|at| &at.matchers);
    let inner = matchers.flat_map(|rule| rule.as_object().into_iter().flat_map(|map| map.values()));
    inner.into_iter().any(|value| named(value, is))
}

/// Whether a rule of a kind has another one at a longer path, where it leads as well.
fn has_rule_below(case: &Case, name: &str) -> bool {
    let of_kind = |at: &&PathRules| at.matchers.iter().any(|rule| rule["match"] == name);
    case.rules.iter().filter(of_kind).any(|at| {
        let below: Vec<_> = below(case, at).collect();
        case.rules.iter().any(|other| {
            let targets = case.targets(&other.path);
            other.path != at.path
                && targets
                    .iter()
                    .any(|target| below.iter().any(|it| std::ptr::eq(*it, *target)))
        })
    })
}

/// Whether a rule of a kind has another one at its own path.
fn has_rule_beside(case: &Case, name: &str) -> bool {
    let mut rules = case.rules.iter().filter(|at| at.matchers.len() > 1);
    rules.any(|at| at.matchers.iter().any(|rule| rule["match"] == name))
}

fn has_several(case: &Case) -> bool {
    case.rules.len() > 1 || case.rules.iter().any(|at| at.matchers.len() > 1)
}

fn has_tie(case: &Case) -> bool {
    let weight = |at: &PathRules| {
        let steps = at.path.matches(['[', '.']).count();
        (steps, at.path.matches('*').count())
    };
    let mut rules = case.rules.iter().enumerate();
    rules.any(|(index, at)| {
        let mut others = case.rules[index + 1..].iter();
        at.path.contains('*') && others.any(|other| weight(other) == weight(at))
    })
}

fn has_key(value: &Value, key: &str) -> bool {
    match value {
        Value::Object(map) => map.contains_key(key) || map.values().any(|it| has_key(it, key)),
        Value::Array(list) => list.iter().any(|it| has_key(it, key)),
        _ => false,
    }
}

fn is_about_text(rule: &str) -> bool {
    matches!(
        rule,
        "regex" | "include" | "date" | "time" | "datetime" | "semver"
    )
}

fn is_about_values(rule: &str) -> bool {
    is_about_text(rule) || matches!(rule, "integer" | "decimal" | "number" | "boolean" | "null")
}

fn is_collection(value: &Value) -> bool {
    value.is_array() || value.is_object()
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}

fn does_not_fit(rule: &str, target: &Value) -> bool {
    match rule {
        "eachKey" | "values" => !target.is_object(),
        "eachValue" => !is_collection(target),
        "arrayContains" => !target.is_array(),
        _ => false,
    }
}

/// The example's values at a path and below it.
fn below<'c>(case: &'c Case, at: &PathRules) -> impl Iterator<Item = &'c Value> {
    let mut found = case.targets(&at.path);
    let mut next = 0;
    while let Some(value) = found.get(next).copied() {
        match value {
            Value::Array(list) => found.extend(list),
            Value::Object(map) => found.extend(map.values()),
            _ => {}
        }
        next += 1;
    }
    found.into_iter()
}

fn has_collection_for_scalar(example: &Value, actual: &Value) -> bool {
    match (example, actual) {
        (Value::Array(example), Value::Array(actual)) => {
            let first = example.first();
            let expected = example.iter().chain(first.into_iter().cycle());
            actual
                .iter()
                .zip(expected)
                .any(|(actual, example)| has_collection_for_scalar(example, actual))
        }
        (Value::Object(example), Value::Object(actual)) => actual.iter().any(|(key, actual)| {
            let expected = example.get(key).or_else(|| example.values().next());
            expected.is_some_and(|example| has_collection_for_scalar(example, actual))
        }),
        (example, actual) => !is_collection(example) && is_collection(actual),
    }
}
