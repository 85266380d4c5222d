//! Matching rules: one flat object in version 2, by category from version 3 on.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::flat_path;
use super::reader::{Reader, describe, member, sorted};
use super::rule;
use crate::{Category, Combine, MatchingRules, RuleList};

type Object = Map<String, Value>;

/// Reads every rule; what is not understood is kept, with a warning.
pub(super) fn read(reader: &mut Reader, found: Object, path: &str) -> MatchingRules {
    let mut rules = MatchingRules::default();
    for (key, value) in sorted(found) {
        let path = member(path, &key);
        if let Some(category) = category(&key) {
            by_category(reader, &mut rules, category, value, &path);
        } else if let Some((category, part)) = flat_path::split(&key) {
            let list = list(reader, value, &path);
            add(&mut rules, category, part, list);
        } else {
            let what = match key.starts_with('$') {
                true => "this path names no part of a request or response",
                false => "this category of matching rules is not known",
            };
            reader.warn(&path, format!("{what}; kept, not applied"));
            rules.extra.insert(key, value);
        }
    }
    rules
}

pub(super) fn category(name: &str) -> Option<Category> {
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

fn by_category(
    reader: &mut Reader,
    rules: &mut MatchingRules,
    category: Category,
    value: Value,
    path: &str,
) {
    let object = match value {
        Value::Object(object) => object,
        other => {
            let found = describe(Some(&other));
            reader.warn(
                path,
                format!("expected an object, found {found}; kept, not applied"),
            );
            rules.extra.insert(category.as_str().into(), other);
            return;
        }
    };
    if object.get("matchers").is_some_and(Value::is_array)
        || object.get("combine").is_some_and(Value::is_string)
    {
        let list = list(reader, Value::Object(object), path);
        add(rules, category, key_within(category, "$"), list);
        return;
    }
    for (key, value) in sorted(object) {
        let list = list(reader, value, &member(path, &key));
        add(rules, category, key_within(category, &key), list);
    }
}

/// A path, a name, or nothing, as the category wants it. Some implementations
/// write a name as a path.
fn key_within(category: Category, key: &str) -> String {
    match category {
        Category::Path | Category::Status | Category::Method => String::new(),
        Category::Body => key.into(),
        Category::Header | Category::Query | Category::Metadata => key
            .strip_prefix('$')
            .and_then(flat_path::name)
            .unwrap_or_else(|| key.into()),
    }
}

/// A second list for the same place adds to the first.
fn add(rules: &mut MatchingRules, category: Category, key: String, list: RuleList) {
    let lists = rules.categories.entry(category).or_default();
    let existing = lists.entry(key).or_default();
    if existing.rules.is_empty() {
        *existing = list;
    } else {
        existing.rules.extend(list.rules);
        existing.extra.extend(list.extra);
    }
}

/// Rules by path, as the variants of `arrayContains` have them.
pub(super) fn lists(reader: &mut Reader, found: Object, path: &str) -> BTreeMap<String, RuleList> {
    sorted(found)
        .map(|(key, value)| {
            let list = list(reader, value, &member(path, &key));
            (key, list)
        })
        .collect()
}

/// `{"matchers": […], "combine": …}`, or one rule.
fn list(reader: &mut Reader, value: Value, path: &str) -> RuleList {
    let mut object = match value {
        Value::Object(object) if is_list(&object) => object,
        single => {
            return RuleList {
                rules: vec![rule::read(reader, single, path)],
                ..RuleList::default()
            };
        }
    };
    let rules = match object.remove("matchers") {
        Some(Value::Array(list)) => rule::read_all(reader, list, &member(path, "matchers")),
        Some(single) => vec![rule::read(reader, single, &member(path, "matchers"))],
        None => {
            reader.warn(path, "expected rules under \"matchers\", found nothing");
            Vec::new()
        }
    };
    RuleList {
        rules,
        combine: combine(reader, object.remove("combine"), path),
        extra: object,
    }
}

fn is_list(object: &Object) -> bool {
    object.contains_key("matchers")
        || (object.contains_key("combine") && !object.contains_key("match"))
}

fn combine(reader: &mut Reader, value: Option<Value>, path: &str) -> Combine {
    let text = value.as_ref().and_then(Value::as_str).unwrap_or_default();
    if text.eq_ignore_ascii_case("or") {
        return Combine::Or;
    }
    if !text.eq_ignore_ascii_case("and") && value.is_some() {
        let found = describe(value.as_ref());
        let message = format!("expected \"AND\" or \"OR\", found {found}; read as \"AND\"");
        reader.warn(&member(path, "combine"), message);
    }
    Combine::And
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RuleKind;
    use serde_json::json;

    fn read_rules(value: Value) -> (MatchingRules, Vec<String>) {
        let mut reader = Reader::new("");
        let object = value.as_object().cloned().unwrap_or_default();
        let rules = read(&mut reader, object, "$");
        let warnings = reader.warnings.iter().map(ToString::to_string).collect();
        (rules, warnings)
    }

    #[test]
    fn every_form_of_the_same_rule_reads_the_same() {
        for value in [
            json!({ "$.body.id": { "match": "type" }, "$.path": { "regex": "x" } }),
            json!({ "$.body.id": { "matchers": [{ "match": "type" }] }, "path": { "": { "match": "regex", "regex": "x" } } }),
            json!({ "body": { "$.id": { "match": "type" } }, "path": { "matchers": [{ "match": "regex", "regex": "x" }] } }),
            json!({ "contents": { "$.id": { "combine": "and", "matchers": [{ "match": "type" }] } },
                    "path": { "combine": "AND", "matchers": [{ "match": "regex", "regex": "x" }] } }),
        ] {
            let mut expected = MatchingRules::default();
            expected.add(Category::Body, "$.id", RuleKind::Type);
            expected.add(Category::Path, "", RuleKind::Regex("x".into()));
            assert_eq!(read_rules(value.clone()), (expected, Vec::new()), "{value}");
        }
    }

    #[test]
    fn names_written_as_paths_are_names() {
        let (rules, _) = read_rules(json!({
            "header": { "$.Accept": { "match": "type" }, "$['X-Id'][0]": { "match": "type" } },
            "query": { "ids[]": { "match": "type" } },
            "body": { "matchers": [{ "match": "type" }] }
        }));
        let keys = |category| {
            rules
                .category(category)
                .map(|(key, _)| key)
                .collect::<Vec<_>>()
        };
        assert_eq!(keys(Category::Header), ["Accept", "X-Id[0]"]);
        assert_eq!(keys(Category::Query), ["ids[]"]);
        assert_eq!(keys(Category::Body), ["$"]);
    }

    #[test]
    fn what_is_not_understood_is_told_with_its_place() {
        let (rules, warnings) = read_rules(json!({
            "$.cookie.a": {},
            "body": { "$.a": { "combine": "XOR", "matchers": [{ "match": "magic" }, "type", { "match": "regex" }] } },
            "header": 7,
            "path": { "combine": "AND" },
            "query": { "q": { "combine": "OR" } },
            "trailer": {}
        }));
        assert_eq!(
            warnings,
            [
                "$[\"$.cookie.a\"]: this path names no part of a request or response; kept, not applied",
                "$.body[\"$.a\"].matchers[0]: the rule \"magic\" is not known; compared for equality",
                "$.body[\"$.a\"].matchers[1]: expected a rule, found the text \"type\"; compared for equality",
                "$.body[\"$.a\"].matchers[2]: the rule \"regex\" is not complete: expected a text under \"regex\", \
                 found nothing; compared for equality",
                "$.body[\"$.a\"].combine: expected \"AND\" or \"OR\", found the text \"XOR\"; read as \"AND\"",
                "$.header: expected an object, found the number 7; kept, not applied",
                "$.path: expected rules under \"matchers\", found nothing",
                "$.query.q: expected rules under \"matchers\", found nothing",
                "$.trailer: this category of matching rules is not known; kept, not applied",
            ]
        );
        let kept: Vec<_> = rules.extra.keys().collect();
        assert_eq!(kept.len(), 3);
    }
}
