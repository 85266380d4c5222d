//! Matching rules: one flat object in version 2, by category from version 3 on.

use serde_json::{Map, Value};

use super::reader::{Reader, describe};
use crate::{
    Category, Combine, Generators, MatchingRule, MatchingRules, RuleDefinition, RuleKind, RuleList,
    StatusClass, Variant,
};

type Object = Map<String, Value>;

pub(super) fn read(reader: &mut Reader, found: Object, path: &str) -> MatchingRules {
    let mut rules = MatchingRules::default();
    for (key, value) in found {
        let place = format!("{path}[\"{key}\"]");
        if key.starts_with('$') {
            flat(reader, &mut rules, &key, value, &place);
        } else if let Some(category) = category(&key) {
            by_category(reader, &mut rules, category, value, &place);
        } else {
            reader.warn(
                &place,
                "this category of matching rules is not known; kept, not applied",
            );
            rules.extra.insert(key, value);
        }
    }
    rules
}

fn category(name: &str) -> Option<Category> {
    Some(match name {
        "body" | "content" | "contents" => Category::Body,
        "header" | "headers" => Category::Header,
        "metadata" | "metaData" => Category::Metadata,
        "method" => Category::Method,
        "path" => Category::Path,
        "query" => Category::Query,
        "status" => Category::Status,
        _ => return None,
    })
}

fn has_no_path(category: Category) -> bool {
    matches!(
        category,
        Category::Path | Category::Status | Category::Method
    )
}

/// Version 2: `{"$.body.items[*].id": {"match": "type"}}`.
fn flat(reader: &mut Reader, rules: &mut MatchingRules, key: &str, value: Value, place: &str) {
    let Some((category, path)) = split_flat_path(key) else {
        reader.warn(
            place,
            "this path names no part of a request or response; kept, not applied",
        );
        rules.extra.insert(key.into(), value);
        return;
    };
    let list = RuleList {
        rules: vec![rule(reader, value, place)],
        ..RuleList::default()
    };
    rules
        .categories
        .entry(category)
        .or_default()
        .insert(path, list);
}

/// `$.body.a` → body, `$.a`; `$.headers.Accept`, `$['header']['Accept'][0]` → header, `Accept`.
fn split_flat_path(key: &str) -> Option<(Category, String)> {
    let rest = key.strip_prefix('$')?;
    let (name, rest) = first_segment(rest)?;
    let category = category(&name)?;
    let path = match category {
        Category::Body => format!("${rest}"),
        category if has_no_path(category) => String::new(),
        _ => first_segment(rest.strip_prefix(".$").unwrap_or(rest)).map(|(name, _)| name)?,
    };
    Some((category, path))
}

/// The first `.name` or `['name']` of a path, and what follows.
fn first_segment(path: &str) -> Option<(String, &str)> {
    if let Some(rest) = path.strip_prefix('.') {
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        return Some((rest[..end].to_owned(), &rest[end..]));
    }
    let quote = path
        .strip_prefix('[')?
        .chars()
        .next()
        .filter(|c| matches!(c, '\'' | '"'))?;
    let inner = &path[2..];
    let end = inner.find(quote)?;
    Some((inner[..end].to_owned(), inner[end + 1..].strip_prefix(']')?))
}

fn by_category(
    reader: &mut Reader,
    rules: &mut MatchingRules,
    category: Category,
    value: Value,
    place: &str,
) {
    let Value::Object(object) = value else {
        reader.warn(
            place,
            format!(
                "expected an object, found {}; not applied",
                describe(Some(&value))
            ),
        );
        return;
    };
    let target = rules.categories.entry(category).or_default();
    if has_no_path(category) && object.contains_key("matchers") {
        target.insert(String::new(), rule_list(reader, object, place));
        return;
    }
    for (path, value) in object {
        let place = format!("{place}[\"{path}\"]");
        let list = match value {
            Value::Object(list) if list.contains_key("matchers") => rule_list(reader, list, &place),
            single => RuleList {
                rules: vec![rule(reader, single, &place)],
                ..RuleList::default()
            },
        };
        let path = if has_no_path(category) {
            String::new()
        } else {
            path
        };
        target.insert(path, list);
    }
}

fn rule_list(reader: &mut Reader, mut object: Object, place: &str) -> RuleList {
    let combine = match object.remove("combine") {
        Some(Value::String(text)) if text.eq_ignore_ascii_case("or") => Combine::Or,
        _ => Combine::And,
    };
    let rules = match object.remove("matchers") {
        Some(Value::Array(list)) => list
            .into_iter()
            .enumerate()
            .map(|(index, value)| rule(reader, value, &format!("{place}.matchers[{index}]")))
            .collect(),
        Some(single) => vec![rule(reader, single, place)],
        None => Vec::new(),
    };
    RuleList {
        rules,
        combine,
        extra: object,
    }
}

/// Reads one rule; what is not understood becomes [`RuleKind::Unknown`] with a warning.
pub(crate) fn rule(reader: &mut Reader, value: Value, place: &str) -> MatchingRule {
    let object = match value {
        Value::Object(object) => object,
        other => {
            reader.warn(
                place,
                format!(
                    "expected a rule, found {}; compared for equality",
                    describe(Some(&other))
                ),
            );
            let mut kept = Object::new();
            kept.insert("match".into(), other);
            return RuleKind::Unknown(kept).into();
        }
    };
    let mut rest = object.clone();
    match kind(reader, &mut rest, place) {
        Some(kind) => MatchingRule { kind, extra: rest },
        None => {
            let found = describe(object.get("match"));
            reader.warn(
                place,
                format!("the rule {found} is not understood; compared for equality"),
            );
            RuleKind::Unknown(object).into()
        }
    }
}

/// The rule that an object stands for; takes the members that it uses out of it.
fn kind(reader: &mut Reader, object: &mut Object, place: &str) -> Option<RuleKind> {
    let name = match object.remove("match") {
        Some(Value::String(name)) => name,
        Some(_) => return None,
        None => implied(object)?.to_owned(),
    };
    Some(match name.as_str() {
        "equality" => RuleKind::Equality,
        "regex" => RuleKind::Regex(text(object, "regex")?),
        "type" | "min" | "max" | "min-type" | "max-type" => by_type(object)?,
        "include" => RuleKind::Include(text(object, "value")?),
        "integer" => RuleKind::Integer,
        "decimal" | "real" => RuleKind::Decimal,
        "number" => RuleKind::Number,
        "boolean" => RuleKind::Boolean,
        "null" => RuleKind::Null,
        "date" => RuleKind::Date(format(object, "date")),
        "time" => RuleKind::Time(format(object, "time")),
        "timestamp" | "datetime" => RuleKind::DateTime(format(object, &name)),
        "values" => RuleKind::Values,
        "eachKey" | "each-key" => RuleKind::EachKey(definition(reader, object, place)),
        "eachValue" | "each-value" => RuleKind::EachValue(definition(reader, object, place)),
        "arrayContains" | "array-contains" => {
            RuleKind::ArrayContains(variants(reader, object, place)?)
        }
        "notEmpty" | "not-empty" => RuleKind::NotEmpty,
        "semver" => RuleKind::Semver,
        "statusCode" | "status-code" => RuleKind::StatusCode(status_class(object)?),
        "contentType" | "content-type" => RuleKind::ContentType(text(object, "value")?),
        _ => return None,
    })
}

/// Version 2 leaves `match` out where another member says it.
fn implied(object: &Object) -> Option<&'static str> {
    ["regex", "min", "max", "timestamp", "date", "time"]
        .into_iter()
        .find(|key| object.contains_key(*key))
}

fn by_type(object: &mut Object) -> Option<RuleKind> {
    let bound = |object: &mut Object, key: &str| match object.remove(key) {
        None => Some(None),
        Some(value) => {
            let number = value.as_u64().or_else(|| value.as_str()?.parse().ok())?;
            usize::try_from(number).ok().map(Some)
        }
    };
    Some(match (bound(object, "min")?, bound(object, "max")?) {
        (None, None) => RuleKind::Type,
        (Some(min), None) => RuleKind::MinType(min),
        (None, Some(max)) => RuleKind::MaxType(max),
        (Some(min), Some(max)) => RuleKind::MinMaxType(min, max),
    })
}

fn text(object: &mut Object, key: &str) -> Option<String> {
    match object.remove(key) {
        Some(Value::String(text)) => Some(text),
        _ => None,
    }
}

fn format(object: &mut Object, key: &str) -> String {
    text(object, key)
        .or_else(|| text(object, "format"))
        .unwrap_or_default()
}

fn definition(reader: &mut Reader, object: &mut Object, place: &str) -> RuleDefinition {
    let rules = match object.remove("rules") {
        Some(Value::Array(list)) => list
            .into_iter()
            .enumerate()
            .map(|(index, value)| rule(reader, value, &format!("{place}.rules[{index}]")))
            .collect(),
        _ => Vec::new(),
    };
    RuleDefinition {
        rules,
        value: object.remove("value"),
        extra: std::mem::take(object),
    }
}

fn variants(reader: &mut Reader, object: &mut Object, place: &str) -> Option<Vec<Variant>> {
    let Some(Value::Array(list)) = object.remove("variants") else {
        return None;
    };
    list.into_iter()
        .enumerate()
        .map(|(position, value)| {
            variant(
                reader,
                value,
                position,
                &format!("{place}.variants[{position}]"),
            )
        })
        .collect()
}

fn variant(reader: &mut Reader, value: Value, position: usize, place: &str) -> Option<Variant> {
    let Value::Object(mut object) = value else {
        return None;
    };
    let index = object
        .get("index")
        .and_then(Value::as_u64)
        .map_or(position, |index| index as usize);
    let mut rules = std::collections::BTreeMap::new();
    if let Some(Value::Object(found)) = object.remove("rules") {
        for (path, value) in found {
            let place = format!("{place}.rules[\"{path}\"]");
            let list = match value {
                Value::Object(list) => rule_list(reader, list, &place),
                _ => continue,
            };
            rules.insert(path, list);
        }
    }
    let generators = match object.remove("generators") {
        Some(Value::Object(generators)) => Generators(generators),
        _ => Generators::default(),
    };
    Some(Variant {
        index,
        rules,
        generators,
    })
}

fn status_class(object: &mut Object) -> Option<StatusClass> {
    match object.remove("status")? {
        Value::String(name) => Some(match name.as_str() {
            "info" | "information" => StatusClass::Information,
            "success" => StatusClass::Success,
            "redirect" => StatusClass::Redirect,
            "clientError" => StatusClass::ClientError,
            "serverError" => StatusClass::ServerError,
            "nonError" => StatusClass::NonError,
            "error" => StatusClass::Error,
            _ => return None,
        }),
        Value::Array(codes) => {
            let codes = codes.iter().map(|code| u16::try_from(code.as_u64()?).ok());
            codes.collect::<Option<Vec<_>>>().map(StatusClass::Codes)
        }
        _ => None,
    }
}
