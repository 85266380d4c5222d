use pactwork_contract::{Category, Generators, MatchingRules};
use pactwork_matching::integration::extract;
use serde_json::{Map, Value};

use super::DefinitionProblems;
use super::place::{Place, member};

/// Members that mark an object as a matcher or generator.
const MARKS: &[&str] = &["pact:matcher:type", "pact:generator:type", "pact:match"];
/// Matchers stand there without being definitions.
const NOT_WALKED: &str = "rules";

/// Whether the value is a matcher or generator itself.
pub(super) fn is_matcher(value: &Value) -> bool {
    value.as_object().is_some_and(is_definition)
}

/// Whether all matchers and generators at or below the place have a meaning; those
/// that have none are noted where they stand.
pub(super) fn check(place: &Place<'_>, problems: &mut DefinitionProblems) -> bool {
    let Err(error) = taken_apart(place.value) else {
        return true;
    };
    if !locate(place.value, &place.path, problems) {
        problems.add(&place.path, error);
    }
    false
}

fn taken_apart(value: &Value) -> Result<Value, String> {
    let mut rules = MatchingRules::default();
    let mut generators = Generators::default();
    extract(value, Category::Body, "$", &mut rules, &mut generators).map_err(|error| error.message)
}

/// The innermost are looked at first: those around them fail only because of them.
fn locate(value: &Value, path: &str, problems: &mut DefinitionProblems) -> bool {
    match value {
        Value::Object(map) => locate_in(map, value, path, problems),
        Value::Array(list) => list
            .iter()
            .enumerate()
            .map(|(index, each)| locate(each, &format!("{path}[{index}]"), problems))
            .fold(false, |found, each| found | each),
        _ => false,
    }
}

fn locate_in(
    map: &Map<String, Value>,
    value: &Value,
    path: &str,
    problems: &mut DefinitionProblems,
) -> bool {
    let found = map
        .iter()
        .filter(|(name, _)| *name != NOT_WALKED)
        .map(|(name, each)| locate(each, &member(path, name), problems))
        .fold(false, |found, each| found | each);
    if found || !is_definition(map) {
        return found;
    }
    match taken_apart(value) {
        Ok(_) => false,
        Err(message) => {
            problems.add(path, message);
            true
        }
    }
}

fn is_definition(map: &Map<String, Value>) -> bool {
    MARKS.iter().any(|mark| map.contains_key(*mark))
}
