use std::collections::BTreeMap;

use serde_json::Value;

use super::ordered::{Members, Ordered};
use crate::{
    Category, Combine, MatchingRule, MatchingRules, RuleDefinition, RuleKind, RuleList,
    SpecificationVersion, StatusClass, Variant,
};

use SpecificationVersion::V4;

pub(super) fn beyond_version_3(rules: &MatchingRules) -> Option<&'static str> {
    let lists = rules.categories.values().flat_map(BTreeMap::values);
    lists
        .flat_map(|list| &list.rules)
        .find_map(|rule| match rule.kind {
            RuleKind::EachKey(_) => Some("has the rule eachKey"),
            RuleKind::EachValue(_) => Some("has the rule eachValue"),
            RuleKind::ArrayContains(_) => Some("has the rule arrayContains"),
            RuleKind::NotEmpty => Some("has the rule notEmpty"),
            RuleKind::Semver => Some("has the rule semver"),
            RuleKind::StatusCode(_) => Some("has the rule statusCode"),
            _ => None,
        })
}

pub(super) fn matching_rules(rules: &MatchingRules, version: SpecificationVersion) -> Ordered<'_> {
    let mut members = Members::default();
    members.add_all(&rules.extra);
    for (category, lists) in rules
        .categories
        .iter()
        .filter(|(_, lists)| !lists.is_empty())
    {
        let value = match (category, lists.get("")) {
            (Category::Path | Category::Status | Category::Method, Some(list)) => {
                rule_list(list, version)
            }
            _ => by_path(lists, version),
        };
        members.add(name(*category), value);
    }
    members.sorted()
}

fn name(category: Category) -> &'static str {
    match category {
        Category::Body => "body",
        Category::Header => "header",
        Category::Metadata => "metadata",
        Category::Method => "method",
        Category::Path => "path",
        Category::Query => "query",
        Category::Status => "status",
    }
}

fn by_path(lists: &BTreeMap<String, RuleList>, version: SpecificationVersion) -> Ordered<'_> {
    let mut members = Members::default();
    for (path, list) in lists {
        members.add(path, rule_list(list, version));
    }
    members.sorted()
}

fn rule_list(list: &RuleList, version: SpecificationVersion) -> Ordered<'_> {
    let combine = match list.combine {
        Combine::And => "AND",
        Combine::Or => "OR",
    };
    let mut members = Members::default();
    members
        .add_all(&list.extra)
        .add("combine", Ordered::text(combine))
        .add(
            "matchers",
            Ordered::array(list.rules.iter().map(|each| rule(each, version))),
        );
    members.sorted()
}

fn rule(rule: &MatchingRule, version: SpecificationVersion) -> Ordered<'_> {
    let mut members = Members::default();
    if let RuleKind::Unknown(object) = &rule.kind {
        members.add_all(object);
        return members.sorted();
    }
    members
        .add_all(&rule.extra)
        .add("match", Ordered::text(match_name(&rule.kind, version)));
    add_values(&mut members, &rule.kind, version);
    members.sorted()
}

fn match_name(kind: &RuleKind, version: SpecificationVersion) -> &'static str {
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
        RuleKind::DateTime(_) if version == V4 => "datetime",
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
        RuleKind::Date(format) | RuleKind::Time(format) | RuleKind::DateTime(format) => {
            let key = if version == V4 {
                "format"
            } else {
                match_name(kind, version)
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
    members.add_all(&definition.extra).add(
        "rules",
        Ordered::array(definition.rules.iter().map(|each| rule(each, version))),
    );
    if let Some(value) = &definition.value {
        members.add("value", Ordered::Borrowed(value));
    }
}

fn variant(variant: &Variant, version: SpecificationVersion) -> Ordered<'_> {
    let mut generators = Members::default();
    generators.add_all(&variant.generators.0);
    let mut members = Members::default();
    members
        .add("index", Ordered::Value(variant.index.into()))
        .add("rules", by_path(&variant.rules, version))
        .add("generators", generators.sorted());
    members.sorted()
}

fn status(class: &StatusClass) -> Value {
    match class {
        StatusClass::Information => "info".into(),
        StatusClass::Success => "success".into(),
        StatusClass::Redirect => "redirect".into(),
        StatusClass::ClientError => "clientError".into(),
        StatusClass::ServerError => "serverError".into(),
        StatusClass::NonError => "nonError".into(),
        StatusClass::Error => "error".into(),
        StatusClass::Codes(codes) => codes.iter().copied().map(Value::from).collect(),
    }
}
