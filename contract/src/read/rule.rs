//! One matching rule (Pact specification versions 2 to 4, "Matching rules").

use serde_json::{Map, Value};

use super::reader::{Reader, describe, member};
use super::rules;
use crate::rules::STATUS_CLASSES;
use crate::{Generators, MatchingRule, RuleDefinition, RuleKind, StatusClass, Variant};

type Object = Map<String, Value>;

pub(super) fn read_all(reader: &mut Reader, list: Vec<Value>, path: &str) -> Vec<MatchingRule> {
    list.into_iter()
        .enumerate()
        .map(|(index, value)| read(reader, value, &format!("{path}[{index}]")))
        .collect()
}

/// Reads one rule; what is not understood becomes [`RuleKind::Unknown`] with a
/// warning. What is no object is kept there under the empty name.
pub(super) fn read(reader: &mut Reader, value: Value, path: &str) -> MatchingRule {
    let object = match value {
        Value::Object(object) => object,
        other => {
            let found = describe(Some(&other));
            reader.warn(
                path,
                format!("expected a rule, found {found}; compared for equality"),
            );
            return RuleKind::Unknown([(String::new(), other)].into_iter().collect()).into();
        }
    };
    let mut rest = object.clone();
    match kind(reader, &mut rest, path) {
        Ok(kind) => MatchingRule { kind, extra: rest },
        Err(problem) => {
            reader.warn(path, format!("{problem}; compared for equality"));
            RuleKind::Unknown(object).into()
        }
    }
}

/// The rule that an object stands for; takes the members that it uses out of it.
fn kind(reader: &mut Reader, object: &mut Object, path: &str) -> Result<RuleKind, String> {
    let name = match object.remove("match").or_else(|| implied(object)) {
        Some(Value::String(name)) => name,
        other => {
            let found = describe(other.as_ref());
            return Err(format!(
                "expected the name of a rule under \"match\", found {found}"
            ));
        }
    };
    let complete = |part: Result<RuleKind, String>| {
        part.map_err(|problem| format!("the rule \"{name}\" is not complete: {problem}"))
    };
    Ok(match name.as_str() {
        "equality" => RuleKind::Equality,
        "regex" => complete(text(object, "regex").map(RuleKind::Regex))?,
        "type" | "min" | "max" | "min-type" | "max-type" => complete(by_type(object))?,
        "include" => complete(text(object, "value").map(RuleKind::Include))?,
        "integer" => RuleKind::Integer,
        "decimal" | "real" => RuleKind::Decimal,
        "number" => RuleKind::Number,
        "boolean" => RuleKind::Boolean,
        "null" => RuleKind::Null,
        "date" => RuleKind::Date(format(object, "date")),
        "time" => RuleKind::Time(format(object, "time")),
        "timestamp" | "datetime" => RuleKind::DateTime(format(object, &name)),
        "values" => RuleKind::Values,
        "eachKey" | "each-key" => RuleKind::EachKey(definition(reader, object, path)),
        "eachValue" | "each-value" => RuleKind::EachValue(definition(reader, object, path)),
        "arrayContains" | "array-contains" => complete(variants(reader, object, path))?,
        "notEmpty" | "not-empty" => RuleKind::NotEmpty,
        "semver" => RuleKind::Semver,
        "statusCode" | "status-code" => complete(status_class(object).map(RuleKind::StatusCode))?,
        "contentType" | "content-type" => {
            complete(text(object, "value").map(RuleKind::ContentType))?
        }
        _ => return Err(format!("the rule \"{name}\" is not known")),
    })
}

/// Version 2 leaves `match` out where another member says it.
fn implied(object: &Object) -> Option<Value> {
    ["regex", "min", "max", "timestamp", "date", "time"]
        .into_iter()
        .find(|key| object.contains_key(*key))
        .map(Value::from)
}

fn expected(what: &str, key: &str, found: Option<&Value>) -> String {
    format!("expected {what} under \"{key}\", found {}", describe(found))
}

fn text(object: &mut Object, key: &str) -> Result<String, String> {
    match object.remove(key) {
        Some(Value::String(text)) => Ok(text),
        other => Err(expected("a text", key, other.as_ref())),
    }
}

/// The format, under the name that version 3 and 4 or the one that version 2 has for it.
fn format(object: &mut Object, key: &str) -> String {
    text(object, "format")
        .or_else(|_| text(object, key))
        .unwrap_or_default()
}

fn by_type(object: &mut Object) -> Result<RuleKind, String> {
    Ok(match (length(object, "min")?, length(object, "max")?) {
        (None, None) => RuleKind::Type,
        (Some(min), None) => RuleKind::MinType(min),
        (None, Some(max)) => RuleKind::MaxType(max),
        (Some(min), Some(max)) => RuleKind::MinMaxType(min, max),
    })
}

fn length(object: &mut Object, key: &str) -> Result<Option<usize>, String> {
    let value = match object.remove(key) {
        None | Some(Value::Null) => return Ok(None),
        Some(value) => value,
    };
    let number = value.as_u64().or_else(|| value.as_str()?.parse().ok());
    let number = number.or_else(|| whole(value.as_f64()?));
    match number.and_then(|number| usize::try_from(number).ok()) {
        Some(length) => Ok(Some(length)),
        None => Err(expected("a length", key, Some(&value))),
    }
}

/// A number such as 2.0 that stands for a whole one.
fn whole(number: f64) -> Option<u64> {
    let fits = number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number);
    fits.then_some(number as u64)
}

fn definition(reader: &mut Reader, object: &mut Object, path: &str) -> RuleDefinition {
    let rules = match object.remove("rules") {
        Some(Value::Array(list)) => read_all(reader, list, &member(path, "rules")),
        Some(single @ Value::Object(_)) => vec![read(reader, single, &member(path, "rules"))],
        _ => Vec::new(),
    };
    RuleDefinition {
        rules,
        value: object.remove("value"),
        extra: std::mem::take(object),
    }
}

/// What the variants hold that is not understood stays under `variants`.
fn variants(reader: &mut Reader, object: &mut Object, path: &str) -> Result<RuleKind, String> {
    let list = match object.remove("variants") {
        Some(Value::Array(list)) => list,
        other => return Err(expected("a list", "variants", other.as_ref())),
    };
    let path = member(path, "variants");
    let mut variants = Vec::new();
    let mut unknown = Vec::new();
    for (position, value) in list.into_iter().enumerate() {
        let Value::Object(mut rest) = value else {
            return Err(expected("a list of objects", "variants", Some(&value)));
        };
        let path = format!("{path}[{position}]");
        variants.push(variant(reader, &mut rest, position, &path));
        unknown.push(Value::Object(rest));
    }
    if unknown
        .iter()
        .any(|rest| rest != &Value::Object(Object::new()))
    {
        object.insert("variants".into(), Value::Array(unknown));
    }
    Ok(RuleKind::ArrayContains(variants))
}

fn variant(reader: &mut Reader, object: &mut Object, position: usize, path: &str) -> Variant {
    let index = object.remove("index");
    let index = index.as_ref().and_then(Value::as_u64);
    let rules = reader.lenient_object(object, "rules", path);
    Variant {
        index: index.map_or(position, |index| index as usize),
        rules: rules::lists(reader, rules, &member(path, "rules")),
        generators: Generators(reader.lenient_object(object, "generators", path)),
    }
}

fn status_class(object: &mut Object) -> Result<StatusClass, String> {
    let value = object.remove("status");
    let class = match &value {
        Some(Value::String(name)) => STATUS_CLASSES
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, class)| class.clone()),
        Some(Value::Array(codes)) => codes
            .iter()
            .map(code)
            .collect::<Option<_>>()
            .map(StatusClass::Codes),
        _ => None,
    };
    class.ok_or_else(|| expected("a class or list of status codes", "status", value.as_ref()))
}

fn code(value: &Value) -> Option<u16> {
    let number = value.as_u64().or_else(|| value.as_str()?.parse().ok())?;
    u16::try_from(number).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(cases: impl IntoIterator<Item = (Value, RuleKind)>) {
        for (value, expected) in cases {
            let mut reader = Reader::new("p");
            let rule = read(&mut reader, value.clone(), "$");
            assert_eq!(rule, MatchingRule::from(expected), "{value}");
            assert_eq!(reader.warnings, [], "{value}");
        }
    }

    #[test]
    fn rules_without_values_are_understood() {
        check([
            (json!({ "match": "equality" }), RuleKind::Equality),
            (json!({ "match": "type" }), RuleKind::Type),
            (json!({ "match": "integer" }), RuleKind::Integer),
            (json!({ "match": "decimal" }), RuleKind::Decimal),
            (json!({ "match": "real" }), RuleKind::Decimal),
            (json!({ "match": "number" }), RuleKind::Number),
            (json!({ "match": "boolean" }), RuleKind::Boolean),
            (json!({ "match": "null" }), RuleKind::Null),
            (json!({ "match": "date" }), RuleKind::Date(String::new())),
            (json!({ "match": "time" }), RuleKind::Time(String::new())),
            (json!({ "match": "values" }), RuleKind::Values),
            (json!({ "match": "notEmpty" }), RuleKind::NotEmpty),
            (json!({ "match": "not-empty" }), RuleKind::NotEmpty),
            (json!({ "match": "semver" }), RuleKind::Semver),
        ]);
    }

    #[test]
    fn rules_with_one_value_are_understood() {
        let yyyy = || "yyyy".to_owned();
        check([
            (
                json!({ "match": "regex", "regex": "a+" }),
                RuleKind::Regex("a+".into()),
            ),
            (json!({ "regex": "a+" }), RuleKind::Regex("a+".into())),
            (json!({ "match": "type", "min": 0 }), RuleKind::MinType(0)),
            (json!({ "min": "2" }), RuleKind::MinType(2)),
            (
                json!({ "match": "type", "min": 2.0, "max": null }),
                RuleKind::MinType(2),
            ),
            (json!({ "match": "max", "max": 3 }), RuleKind::MaxType(3)),
            (
                json!({ "match": "type", "min": 1, "max": 3 }),
                RuleKind::MinMaxType(1, 3),
            ),
            (
                json!({ "match": "include", "value": "x" }),
                RuleKind::Include("x".into()),
            ),
            (
                json!({ "match": "date", "date": "yyyy" }),
                RuleKind::Date(yyyy()),
            ),
            (json!({ "timestamp": "yyyy" }), RuleKind::DateTime(yyyy())),
            (
                json!({ "match": "datetime", "format": "yyyy" }),
                RuleKind::DateTime(yyyy()),
            ),
            (
                json!({ "match": "contentType", "value": "a/b" }),
                RuleKind::ContentType("a/b".into()),
            ),
        ]);
    }

    #[test]
    fn rules_with_rules_or_lists_are_understood() {
        let definition = RuleDefinition {
            rules: vec![RuleKind::Type.into()],
            value: Some("a".into()),
            extra: Object::new(),
        };
        check([
            (
                json!({ "match": "eachKey", "value": "a", "rules": [{ "match": "type" }] }),
                RuleKind::EachKey(definition.clone()),
            ),
            (
                json!({ "match": "each-value", "value": "a", "rules": { "match": "type" } }),
                RuleKind::EachValue(definition),
            ),
            (
                json!({ "match": "arrayContains", "variants": [{ "rules": {} }] }),
                RuleKind::ArrayContains(vec![Variant::default()]),
            ),
            (
                json!({ "match": "statusCode", "status": "clientError" }),
                RuleKind::StatusCode(StatusClass::ClientError),
            ),
            (
                json!({ "match": "statusCode", "status": [200, "201"] }),
                RuleKind::StatusCode(StatusClass::Codes(vec![200, 201])),
            ),
        ]);
    }

    #[test]
    fn a_rule_that_is_not_complete_says_what_is_missing() {
        for (value, expected) in [
            (
                json!({}),
                "expected the name of a rule under \"match\", found nothing",
            ),
            (
                json!({ "match": "type", "min": 1.5 }),
                "the rule \"type\" is not complete: expected a length under \"min\", found the number 1.5",
            ),
            (
                json!({ "match": "type", "max": 1e30 }),
                "the rule \"type\" is not complete: expected a length under \"max\", found the number 1e+30",
            ),
            (
                json!({ "match": "type", "min": -1 }),
                "the rule \"type\" is not complete: expected a length under \"min\", found the number -1",
            ),
            (
                json!({ "match": "statusCode", "status": "teapot" }),
                "the rule \"statusCode\" is not complete: expected a class or list of status codes under \"status\", \
                 found the text \"teapot\"",
            ),
            (
                json!({ "match": "arrayContains", "variants": [1] }),
                "the rule \"arrayContains\" is not complete: expected a list of objects under \"variants\", \
                 found the number 1",
            ),
        ] {
            let mut reader = Reader::new("");
            let rule = read(&mut reader, value.clone(), "$.r");
            let kept = value.as_object().cloned().unwrap_or_default();
            assert_eq!(rule, RuleKind::Unknown(kept).into());
            let expected = format!("$.r: {expected}; compared for equality");
            assert_eq!(reader.warnings[0].to_string(), expected);
        }
    }
}
