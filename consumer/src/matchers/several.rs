//! Several matchers for one value.

use serde_json::{Map, Value, json};

use super::Matcher;
use super::own::problem;

const MATCHER: &str = "pact:matcher:type";
const COMBINE: &str = "pact:matcher:combine";

/// A value that keeps every one of several matchers, of which the example is one.
///
/// ```
/// use pactwork_consumer::matchers::{all_of, includes, regex};
/// use pactwork_consumer::status;
///
/// let name = all_of([includes("oo"), regex("^[a-z]+$", "a")], "book");
/// let response = status(200).header("X-Name", name);
/// # let _ = response;
/// ```
///
/// Needs a pact of version 3 or 4.
pub fn all_of<M: Matcher>(matchers: impl IntoIterator<Item = M>, example: impl Matcher) -> Value {
    let mut rules = Vec::new();
    for matcher in matchers {
        match rules_of(&matcher.definition()) {
            Ok((_, true)) => return problem("all_of: one_of(…) cannot stand within it"),
            Ok((found, false)) => rules.extend(found),
            Err(reason) => return problem(format!("all_of: {reason}")),
        }
    }
    match rules.is_empty() {
        true => problem("all_of: there is no matcher in it"),
        false => json!({ MATCHER: rules, "value": example.definition() }),
    }
}

/// A value that keeps one of several matchers; the first one's example is its own.
/// What is no matcher stands for itself.
///
/// ```
/// use pactwork_consumer::matchers::{integer, one_of, regex};
/// use pactwork_consumer::status;
/// use serde_json::json;
///
/// let id = one_of([integer(7), regex("^[0-9]+$", "7")]);
/// let response = status(200).json(json!({ "id": id, "state": one_of(["open", "closed"]) }));
/// # let _ = response;
/// ```
///
/// The rules of a pact compare with one example, that of the first alternative, and those
/// for what is inside hold whichever alternative it is: so text, a list or an object that
/// is compared by type, or has matchers inside, stands first. Needs a pact of version 3
/// or 4.
pub fn one_of<M: Matcher>(alternatives: impl IntoIterator<Item = M>) -> Value {
    let alternatives = alternatives.into_iter().map(|each| each.definition());
    either(alternatives.collect())
}

/// A value that keeps a matcher, or null. What is no matcher stands for itself.
///
/// ```
/// use pactwork_consumer::matchers::{integer, nullable};
/// use pactwork_consumer::status;
/// use serde_json::json;
///
/// let response = status(200).json(json!({
///     "parent": nullable(integer(7)),
///     "address": nullable(json!({ "zip": integer(12345) })),
/// }));
/// # let _ = response;
/// ```
///
/// A member that may be absent has no rule in pacts: leave it out of one interaction,
/// and say another with it. Needs a pact of version 3 or 4.
pub fn nullable(matcher: impl Matcher) -> Value {
    either(vec![matcher.definition(), super::null()])
}

fn either(alternatives: Vec<Value>) -> Value {
    let mut rules: Vec<Value> = Vec::new();
    for (position, alternative) in alternatives.iter().enumerate() {
        let found = match rules_of(alternative) {
            Ok((found, any)) if any || found.len() == 1 => found,
            Ok((found, _)) if found.is_empty() => vec![itself(alternative, position)],
            Ok(_) => return problem("one_of: all_of(…) cannot stand within it"),
            Err(reason) => return problem(format!("one_of: {reason}")),
        };
        let found = found.into_iter();
        let found = found.map(|rule| beside(rule, alternative, position));
        match found.collect::<Result<Vec<_>, _>>() {
            Ok(found) => rules.extend(found),
            Err(reason) => return problem(format!("one_of: {reason}")),
        }
    }
    let Some(first) = alternatives.into_iter().next() else {
        return problem("one_of: there is no alternative in it");
    };
    let mut definition = match first {
        Value::Object(members) if is_matcher(&members) => members,
        example => Map::from_iter([("value".into(), example)]),
    };
    definition.insert(MATCHER.into(), rules.into());
    definition.insert(COMBINE.into(), "OR".into());
    definition.into()
}

/// The rule as it holds beside the example of the first alternative.
fn beside(rule: Value, alternative: &Value, position: usize) -> Result<Value, String> {
    let example = alternative.get("value").unwrap_or(&Value::Null);
    if position == 0 {
        return Ok(rule);
    }
    if has_definitions(example) {
        return Err("only the first alternative may have matchers inside".into());
    }
    if rule[MATCHER] != "type" {
        return Ok(rule);
    }
    let name = match example {
        Value::Number(_) => "number",
        Value::Bool(_) => "boolean",
        Value::Null => "null",
        _ => {
            return Err(format!(
                "{example} is compared by type, so it has to be the first alternative"
            ));
        }
    };
    Ok(json!({ MATCHER: name }))
}

/// The rules of a matcher, none for an example, and whether one of them is enough.
fn rules_of(definition: &Value) -> Result<(Vec<Value>, bool), String> {
    let Some(members) = definition.as_object() else {
        return Ok((Vec::new(), false));
    };
    if let [reason, ..] = super::own::problems(definition)[..] {
        return Err(reason.to_owned());
    }
    if members.contains_key("pact:match") {
        return Err("an expression cannot stand within it; say the matchers themselves".into());
    }
    Ok(match members.get(MATCHER) {
        None => (Vec::new(), false),
        Some(Value::Array(rules)) => {
            let any = members.get(COMBINE).is_some_and(|found| found == "OR");
            (rules.clone(), any)
        }
        Some(_) => (vec![alone(members)], false),
    })
}

/// A matcher without what is inside its example.
fn alone(members: &Map<String, Value>) -> Value {
    let is_of_rule = |name: &&String| !name.starts_with("pact:generator");
    let mut rule: Map<String, Value> = members
        .iter()
        .filter(|(name, _)| is_of_rule(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    if rule.get("value").is_some_and(|value| !value.is_string()) {
        rule.remove("value");
    }
    rule.into()
}

/// The rule for an example: one text of several is told by a regular expression, since
/// equality is about the first example alone.
fn itself(example: &Value, position: usize) -> Value {
    match example {
        _ if position == 0 => json!({ MATCHER: "equality" }),
        Value::String(text) => json!({ MATCHER: "regex", "regex": format!("^{}$", escaped(text)) }),
        Value::Null => json!({ MATCHER: "null" }),
        other => problem(format!(
            "one_of: {other} is no matcher and not the first; only the first one and texts \
             can stand for themselves"
        )),
    }
}

/// A text as a regular expression for it.
pub(crate) fn escaped(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for character in text.chars() {
        if r"\.+*?()|[]{}^$/".contains(character) {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern
}

fn is_matcher(members: &Map<String, Value>) -> bool {
    members.contains_key(MATCHER) || members.contains_key("pact:generator:type")
}

fn has_definitions(value: &Value) -> bool {
    match value {
        Value::Object(members) => {
            is_matcher(members)
                || members.contains_key("pact:match")
                || members.values().any(has_definitions)
        }
        Value::Array(elements) => elements.iter().any(has_definitions),
        _ => false,
    }
}

/// The matchers that each key or value keeps, one by one.
pub(super) fn each_rule(matcher: &impl Matcher) -> Result<Vec<Value>, String> {
    let definition = matcher.definition();
    match rules_of(&definition)? {
        (_, true) => Err("one_of(…) cannot stand here: every one of the rules has to hold".into()),
        (rules, false) if rules.is_empty() => {
            Err(format!("expected a matcher, found {definition}"))
        }
        (rules, false) => Ok(rules),
    }
}
