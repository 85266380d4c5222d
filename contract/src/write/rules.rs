//! Matching rules: by category in versions 3 and 4, in one flat object in version 2.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::Value;

use super::ordered::{Members, Ordered};
use crate::read::flat_path;
use crate::rules::STATUS_CLASSES;
use crate::{
    Category, Combine, MatchingRule, MatchingRules, RuleDefinition, RuleKind, RuleList,
    SpecificationVersion, StatusClass, Variant,
};

use SpecificationVersion::{V2, V3, V4};

/// What version 2 has rules for.
const V2_CATEGORIES: [Category; 4] = [
    Category::Body,
    Category::Header,
    Category::Path,
    Category::Query,
];

/// What the rules at one place need beyond version 2, and which version has it.
pub(super) fn beyond(category: Category, list: &RuleList) -> Vec<(String, SpecificationVersion)> {
    let mut found = Vec::new();
    if !V2_CATEGORIES.contains(&category) {
        let what = format!("a rule for the {}", category.as_str());
        found.push((what, V3));
    }
    match (list.rules.len(), list.combine) {
        (1, _) => {}
        (0, _) => found.push(("a list without rules".into(), V3)),
        (several, Combine::And) => found.push((format!("{several} rules that all hold"), V3)),
        (several, Combine::Or) => {
            found.push((format!("{several} rules of which one holds"), V3));
        }
    }
    for rule in &list.rules {
        let needed = introduced(&rule.kind);
        if needed > V2 {
            found.push((format!("the rule {}", name(&rule.kind, V4)), needed));
        }
    }
    found
}

/// The version that brought a rule.
fn introduced(kind: &RuleKind) -> SpecificationVersion {
    match kind {
        RuleKind::Regex(_)
        | RuleKind::Type
        | RuleKind::MinType(_)
        | RuleKind::MaxType(_)
        | RuleKind::MinMaxType(..)
        | RuleKind::Unknown(_) => V2,
        RuleKind::EachKey(_)
        | RuleKind::EachValue(_)
        | RuleKind::ArrayContains(_)
        | RuleKind::NotEmpty
        | RuleKind::Semver
        | RuleKind::StatusCode(_) => V4,
        _ => V3,
    }
}

/// The rules of version 2: one object by path, each with one rule. Several at
/// one place, which other implementations wrote all the same, stay a list.
pub(super) fn flat<'a>(
    rules: &'a MatchingRules,
    is_name: &dyn Fn(Category, &str) -> bool,
) -> Ordered<'a> {
    let mut members = Members::default();
    for (category, lists) in &rules.categories {
        for (path, list) in lists {
            let Some(key) = flat_key(*category, path, &|name| is_name(*category, name)) else {
                continue;
            };
            let value = match &list.rules[..] {
                [single] if !looks_like_list(single) => rule(single, V2),
                _ => rule_list(list, V2),
            };
            members.add(key, value);
        }
    }
    members.with(&rules.extra).into()
}

/// Whether a member that is not known would make it be read as a list of rules.
fn looks_like_list(rule: &MatchingRule) -> bool {
    let members = match &rule.kind {
        RuleKind::Unknown(found) => found,
        _ => &rule.extra,
    };
    ["matchers", "combine"]
        .iter()
        .any(|key| members.contains_key(*key))
}

/// The path of version 2; `None` where there is none that is read as this place again.
pub(super) fn flat_key(
    category: Category,
    path: &str,
    is_name: &dyn Fn(&str) -> bool,
) -> Option<String> {
    let key = match category {
        Category::Body => format!("$.body{}", path.strip_prefix('$')?),
        Category::Path | Category::Status | Category::Method => {
            format!("$.{}", category.as_str())
        }
        Category::Header => format!("$.headers{}", quoted_name(path, is_name)),
        Category::Query | Category::Metadata => {
            format!("$.{}{}", category.as_str(), quoted_name(path, is_name))
        }
    };
    let again = flat_path::split(&key)?;
    (again == (category, path.to_owned())).then_some(key)
}

/// `.name`, `['a name']`, `.name[0]`: a path may end with an index, and a name with brackets.
fn quoted_name(path: &str, is_name: &dyn Fn(&str) -> bool) -> String {
    let (name, index) = match path.rfind('[') {
        Some(at) if !is_name(path) && flat_path::is_index(&path[at..]) => path.split_at(at),
        _ => (path, ""),
    };
    let plain = |character: char| character.is_alphanumeric() || "_-".contains(character);
    if !name.is_empty() && name.chars().all(plain) {
        return format!(".{name}{index}");
    }
    let quote = if name.contains('\'') { '"' } else { '\'' };
    format!("[{quote}{name}{quote}]{index}")
}

pub(super) fn matching_rules(rules: &MatchingRules, version: SpecificationVersion) -> Ordered<'_> {
    let mut members = Members::default();
    for (category, lists) in &rules.categories {
        let value = match (category, lists.get("")) {
            (_, None) if lists.is_empty() => continue,
            (Category::Path | Category::Status | Category::Method, Some(list)) => {
                rule_list(list, version)
            }
            (Category::Body, _) => by_path(lists, version),
            _ => by_name(lists, version),
        };
        members.add(category.as_str(), value);
    }
    members.with(&rules.extra).into()
}

fn by_path(lists: &BTreeMap<String, RuleList>, version: SpecificationVersion) -> Ordered<'_> {
    let mut members = Members::default();
    for (path, list) in lists {
        members.add(path, rule_list(list, version));
    }
    members.into()
}

fn by_name(lists: &BTreeMap<String, RuleList>, version: SpecificationVersion) -> Ordered<'_> {
    let mut members = Members::default();
    for (name, list) in lists {
        members.add(quoted(name), rule_list(list, version));
    }
    members.into()
}

/// A name that would be read as a path is written as one.
fn quoted(name: &str) -> Cow<'_, str> {
    if !name.starts_with('$') {
        return name.into();
    }
    let index = name
        .rfind('[')
        .filter(|at| flat_path::is_index(&name[*at..]));
    let (name, index) = name.split_at(index.unwrap_or(name.len()));
    let quote = if name.contains('\'') { '"' } else { '\'' };
    format!("$[{quote}{name}{quote}]{index}").into()
}

fn rule_list(list: &RuleList, version: SpecificationVersion) -> Ordered<'_> {
    let combine = match list.combine {
        Combine::And => "AND",
        Combine::Or => "OR",
    };
    let mut members = Members::default();
    members
        .add("combine", Ordered::text(combine))
        .add("matchers", all(&list.rules, version));
    members.with(&list.extra).into()
}

fn all(rules: &[MatchingRule], version: SpecificationVersion) -> Ordered<'_> {
    Ordered::array(rules.iter().map(|each| rule(each, version)))
}

fn rule(rule: &MatchingRule, version: SpecificationVersion) -> Ordered<'_> {
    let mut members = Members::default();
    match &rule.kind {
        RuleKind::Unknown(found) => {
            return match found.get("") {
                Some(no_object) if found.len() == 1 => Ordered::Borrowed(no_object),
                _ => Ordered::members(found),
            };
        }
        kind => {
            members.add("match", Ordered::text(name(kind, version)));
            add_values(&mut members, kind, version);
        }
    }
    members.with(&rule.extra).into()
}

fn name(kind: &RuleKind, version: SpecificationVersion) -> &'static str {
    match kind {
        RuleKind::Equality | RuleKind::Unknown(_) => "equality",
        RuleKind::Regex(_) => "regex",
        RuleKind::Type | RuleKind::MinType(_) | RuleKind::MaxType(_) | RuleKind::MinMaxType(..) => {
            "type"
        }
        RuleKind::Include(_) => "include",
        RuleKind::Integer => "integer",
        RuleKind::Decimal => "decimal",
        RuleKind::Number => "number",
        RuleKind::Boolean => "boolean",
        RuleKind::Null => "null",
        RuleKind::Date(_) => "date",
        RuleKind::Time(_) => "time",
        RuleKind::DateTime(_) if version == SpecificationVersion::V4 => "datetime",
        RuleKind::DateTime(_) => "timestamp",
        RuleKind::Values => "values",
        RuleKind::EachKey(_) => "eachKey",
        RuleKind::EachValue(_) => "eachValue",
        RuleKind::ArrayContains(_) => "arrayContains",
        RuleKind::NotEmpty => "notEmpty",
        RuleKind::Semver => "semver",
        RuleKind::StatusCode(_) => "statusCode",
        RuleKind::ContentType(_) => "contentType",
    }
}

fn add_values<'a>(members: &mut Members<'a>, kind: &'a RuleKind, version: SpecificationVersion) {
    let number = |value: usize| Ordered::Value(value.into());
    match kind {
        RuleKind::Regex(regex) => {
            members.add("regex", Ordered::text(regex));
        }
        RuleKind::MinType(min) => {
            members.add("min", number(*min));
        }
        RuleKind::MaxType(max) => {
            members.add("max", number(*max));
        }
        RuleKind::MinMaxType(min, max) => {
            members.add("min", number(*min)).add("max", number(*max));
        }
        RuleKind::Include(value) | RuleKind::ContentType(value) => {
            members.add("value", Ordered::text(value));
        }
        RuleKind::Date(format) | RuleKind::Time(format) | RuleKind::DateTime(format)
            if !format.is_empty() =>
        {
            let key = match version {
                V2 => name(kind, version),
                _ => "format",
            };
            members.add(key, Ordered::text(format));
        }
        RuleKind::EachKey(definition) | RuleKind::EachValue(definition) => {
            add_definition(members, definition, version);
        }
        RuleKind::ArrayContains(variants) => {
            let variants = variants.iter().map(|each| variant(each, version));
            members.add("variants", Ordered::array(variants));
        }
        RuleKind::StatusCode(class) => {
            members.add("status", Ordered::Value(status(class)));
        }
        _ => {}
    }
}

fn add_definition<'a>(
    members: &mut Members<'a>,
    definition: &'a RuleDefinition,
    version: SpecificationVersion,
) {
    members.add("rules", all(&definition.rules, version));
    if let Some(value) = &definition.value {
        members.add("value", Ordered::Borrowed(value));
    }
    members.fill(&definition.extra);
}

fn variant(variant: &Variant, version: SpecificationVersion) -> Ordered<'_> {
    let mut members = Members::default();
    members
        .add("index", Ordered::Value(variant.index.into()))
        .add("rules", by_path(&variant.rules, version));
    if !variant.generators.is_empty() {
        members.add("generators", Ordered::members(&variant.generators.0));
    }
    members.into()
}

fn status(class: &StatusClass) -> Value {
    if let StatusClass::Codes(codes) = class {
        return codes.iter().copied().map(Value::from).collect();
    }
    let named = STATUS_CLASSES.iter().find(|(_, known)| known == class);
    named.map_or(Value::Null, |(name, _)| (*name).into())
}
