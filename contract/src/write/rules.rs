//! Matching rules by category, as versions 3 and 4 have them.

use std::collections::BTreeMap;

use serde_json::Value;

use super::ordered::{Members, Ordered};
use crate::rules::STATUS_CLASSES;
use crate::{
    Category, Combine, MatchingRule, MatchingRules, RuleDefinition, RuleKind, RuleList,
    SpecificationVersion, StatusClass, Variant,
};

/// A rule that version 3 does not define.
pub(super) fn beyond_version_3(rules: &MatchingRules) -> Option<String> {
    let lists = rules.categories.values().flat_map(BTreeMap::values);
    let mut kinds = lists.flat_map(|list| &list.rules).map(|rule| &rule.kind);
    let beyond = kinds.find(|kind| {
        matches!(
            kind,
            RuleKind::EachKey(_)
                | RuleKind::EachValue(_)
                | RuleKind::ArrayContains(_)
                | RuleKind::NotEmpty
                | RuleKind::Semver
                | RuleKind::StatusCode(_)
        )
    })?;
    Some(format!(
        "has the rule {}",
        name(beyond, SpecificationVersion::V4)
    ))
}

pub(super) fn matching_rules(rules: &MatchingRules, version: SpecificationVersion) -> Ordered<'_> {
    let mut members = Members::default();
    for (category, lists) in &rules.categories {
        let value = match (category, lists.get("")) {
            (_, None) if lists.is_empty() => continue,
            (Category::Path | Category::Status | Category::Method, Some(list)) => {
                rule_list(list, version)
            }
            _ => by_path(lists, version),
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
            members.add("format", Ordered::text(format));
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
