use pactwork_contract::{MatchingRule, RuleDefinition, RuleKind, StatusClass};
use serde_json::{Map, Value};

use super::MATCHER;

/// What makes a rule from a matcher's attributes.
type Parse = fn(&Map<String, Value>) -> Result<RuleKind, String>;

/// Matchers by name, in lower case and without dashes. `arrayContains` stands
/// apart, since its variants are definitions.
const MATCHERS: &[(&str, Parse)] = &[
    ("equality", |_| Ok(RuleKind::Equality)),
    ("regex", |map| Ok(RuleKind::Regex(text(map, "regex")?))),
    ("type", bounded_type),
    ("mintype", bounded_type),
    ("maxtype", bounded_type),
    ("minmaxtype", bounded_type),
    ("include", |map| Ok(RuleKind::Include(text(map, "value")?))),
    ("integer", |_| Ok(RuleKind::Integer)),
    ("decimal", |_| Ok(RuleKind::Decimal)),
    ("number", |_| Ok(RuleKind::Number)),
    ("boolean", |_| Ok(RuleKind::Boolean)),
    ("null", |_| Ok(RuleKind::Null)),
    ("date", |map| Ok(RuleKind::Date(format(map)?))),
    ("time", |map| Ok(RuleKind::Time(format(map)?))),
    ("datetime", |map| Ok(RuleKind::DateTime(format(map)?))),
    ("timestamp", |map| Ok(RuleKind::DateTime(format(map)?))),
    ("values", |_| Ok(RuleKind::Values)),
    ("eachkey", |map| Ok(RuleKind::EachKey(nested(map)?))),
    ("eachvalue", |map| Ok(RuleKind::EachValue(nested(map)?))),
    ("notempty", |_| Ok(RuleKind::NotEmpty)),
    ("semver", |_| Ok(RuleKind::Semver)),
    ("statuscode", |map| Ok(RuleKind::StatusCode(status(map)?))),
    ("contenttype", |map| {
        Ok(RuleKind::ContentType(text(map, "value")?))
    }),
];

const ARRAY_CONTAINS: &str = "arraycontains";

/// Names under which a format stands; the last three are of older DSLs.
const FORMATS: &[&str] = &["format", "timestamp", "date", "time"];

/// Makes a rule from a matcher. The error says what was expected.
pub(super) fn parse(matcher: &Map<String, Value>) -> Result<RuleKind, String> {
    let found = text(matcher, MATCHER).map_err(|_| {
        let found = found(matcher, MATCHER);
        format!("expected the name of a matcher under `{MATCHER}`, found {found}")
    })?;
    let name = plain(&found);
    match MATCHERS.iter().find(|(known, _)| *known == name) {
        Some((_, parse)) => parse(matcher),
        None => {
            let known: Vec<_> = MATCHERS.iter().map(|(name, _)| *name).collect();
            Err(format!(
                "\"{found}\" is not a known matcher; known are {}, {ARRAY_CONTAINS}",
                known.join(", ")
            ))
        }
    }
}

/// Whether a matcher is an `arrayContains`.
pub(super) fn is_array_contains(matcher: &Map<String, Value>) -> bool {
    let name = matcher.get(MATCHER).and_then(Value::as_str);
    name.is_some_and(|name| plain(name) == ARRAY_CONTAINS)
}

/// DSLs write `eachKey`, `each-key` and `EachKey`.
fn plain(name: &str) -> String {
    name.replace(['-', '_'], "").to_ascii_lowercase()
}

fn bounded_type(map: &Map<String, Value>) -> Result<RuleKind, String> {
    Ok(match (count(map, "min")?, count(map, "max")?) {
        (Some(min), Some(max)) => RuleKind::MinMaxType(min, max),
        (Some(min), None) => RuleKind::MinType(min),
        (None, Some(max)) => RuleKind::MaxType(max),
        (None, None) => RuleKind::Type,
    })
}

fn count(map: &Map<String, Value>, name: &str) -> Result<Option<usize>, String> {
    let Some(value) = map.get(name) else {
        return Ok(None);
    };
    let count = value.as_u64().and_then(|count| usize::try_from(count).ok());
    count
        .map(Some)
        .ok_or_else(|| format!("expected a whole number from 0 under `{name}`, found {value}"))
}

fn text(map: &Map<String, Value>, name: &str) -> Result<String, String> {
    match map.get(name) {
        Some(Value::String(text)) => Ok(text.clone()),
        _ => Err(format!(
            "expected a text under `{name}`, found {}",
            found(map, name)
        )),
    }
}

fn found(map: &Map<String, Value>, name: &str) -> String {
    map.get(name).map_or("nothing".into(), Value::to_string)
}

fn format(map: &Map<String, Value>) -> Result<String, String> {
    match FORMATS.iter().find(|name| map.contains_key(**name)) {
        Some(name) => text(map, name),
        None => Ok(String::new()),
    }
}

fn nested(map: &Map<String, Value>) -> Result<RuleDefinition, String> {
    let Some(Value::Array(matchers)) = map.get("rules") else {
        return Err(format!(
            "expected a list under `rules`, found {}",
            found(map, "rules")
        ));
    };
    let rules = matchers.iter().map(|matcher| match matcher {
        Value::Object(matcher) => parse(matcher).map(MatchingRule::from),
        other => Err(format!("expected a matcher in `rules`, found {other}")),
    });
    Ok(RuleDefinition {
        rules: rules.collect::<Result<_, _>>()?,
        ..RuleDefinition::default()
    })
}

/// Classes of status codes, as the `statusCode` rule names them.
const CLASSES: &[(&str, StatusClass)] = &[
    ("info", StatusClass::Information),
    ("success", StatusClass::Success),
    ("redirect", StatusClass::Redirect),
    ("clientError", StatusClass::ClientError),
    ("serverError", StatusClass::ServerError),
    ("nonError", StatusClass::NonError),
    ("error", StatusClass::Error),
];

fn status(map: &Map<String, Value>) -> Result<StatusClass, String> {
    let wrong = || {
        let names: Vec<_> = CLASSES.iter().map(|(name, _)| *name).collect();
        format!(
            "expected one of {} or a list of codes under `status`, found {}",
            names.join(", "),
            found(map, "status")
        )
    };
    match map.get("status") {
        Some(Value::String(name)) => CLASSES
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, class)| class.clone())
            .ok_or_else(wrong),
        Some(Value::Array(codes)) => {
            let codes = codes.iter().map(|code| u16::try_from(code.as_u64()?).ok());
            codes
                .collect::<Option<Vec<_>>>()
                .map(StatusClass::Codes)
                .ok_or_else(wrong)
        }
        _ => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(name: &str, attributes: Value, kind: RuleKind) {
        let mut matcher = attributes.as_object().cloned().unwrap();
        matcher.insert(MATCHER.into(), name.into());
        assert_eq!(parse(&matcher), Ok(kind), "{matcher:?}");
    }

    #[test]
    fn matchers_without_attributes() {
        for (name, kind) in [
            ("equality", RuleKind::Equality),
            ("type", RuleKind::Type),
            ("integer", RuleKind::Integer),
            ("decimal", RuleKind::Decimal),
            ("number", RuleKind::Number),
            ("boolean", RuleKind::Boolean),
            ("null", RuleKind::Null),
            ("time", RuleKind::Time(String::new())),
            ("values", RuleKind::Values),
            ("not-empty", RuleKind::NotEmpty),
            ("notEmpty", RuleKind::NotEmpty),
            ("semver", RuleKind::Semver),
        ] {
            check(name, json!({}), kind);
        }
    }

    #[test]
    fn matchers_with_attributes() {
        use RuleKind::*;
        check("type", json!({"min": 1}), MinType(1));
        check("type", json!({"max": 2}), MaxType(2));
        check("type", json!({"min": 1, "max": 2}), MinMaxType(1, 2));
        check("regex", json!({"regex": "a"}), Regex("a".into()));
        check("include", json!({"value": "a"}), Include("a".into()));
        check("date", json!({"format": "yyyy"}), Date("yyyy".into()));
        check("datetime", json!({"format": "X"}), DateTime("X".into()));
        check("timestamp", json!({"timestamp": "X"}), DateTime("X".into()));
        check(
            "contentType",
            json!({"value": "a/b"}),
            ContentType("a/b".into()),
        );
        let class = StatusCode(StatusClass::NonError);
        check("statusCode", json!({"status": "nonError"}), class);
        let codes = StatusCode(StatusClass::Codes(vec![200, 201]));
        check("status-code", json!({"status": [200, 201]}), codes);
    }

    #[test]
    fn a_status_that_is_no_class_says_which_there_are() {
        let matcher = json!({"pact:matcher:type": "statusCode", "status": "fine"});
        assert_eq!(
            parse(matcher.as_object().unwrap()),
            Err(concat!(
                "expected one of info, success, redirect, clientError, serverError, nonError, ",
                "error or a list of codes under `status`, found \"fine\""
            )
            .into())
        );
    }
}
