//! The integration JSON format: an example with embedded matching rules
//! (`pact:matcher:type`) and generators (`pact:generator:type`), as the DSLs of
//! many languages write it (Pact documentation, "Integration JSON format"), or
//! with an [`expression`](mod@crate::expression) under `pact:match`.

mod generator;
mod rule;

use std::collections::BTreeMap;

use pactwork_contract::{
    Category, Combine, Generators, MatchingRules, RuleKind, RuleList, Variant,
};
use serde_json::{Map, Value};
use thiserror::Error;

use crate::{
    expression::{self, Reference},
    json_path::{push_index, push_name},
};

const MATCHER: &str = "pact:matcher:type";

/// Under this name stands `OR` where one of several matchers has to hold.
const COMBINE: &str = "pact:matcher:combine";

/// Under this name stands a matching rule expression.
const EXPRESSION: &str = "pact:match";

/// A definition that has no meaning.
#[derive(Debug, Error)]
#[error("{path}: {message}")]
pub struct DefinitionError {
    /// The JSON path in the definition.
    pub path: String,
    /// What was expected and what was found.
    pub message: String,
}

/// Takes the rules and generators out of a definition: adds them to `rules`
/// under `category` and to `generators`, and returns the example. Paths start
/// with `root`: `$` for a body, the name for a header or query parameter, empty
/// for path and status.
///
/// The elements of a list that has a matcher get their rules at `[*]`, the
/// members of a map with `values` or `eachValue` at `.*`. A list that is shorter
/// than its `min` is filled up with its first element, so that the example keeps
/// its own rules. Several matchers in a list under `pact:matcher:type` all have to
/// hold, or one of them where `"pact:matcher:combine": "OR"` stands beside them.
///
/// Nothing is added to `rules` and `generators` when the definition is in error.
///
/// ```
/// use pactwork_contract::{Category, Generators, MatchingRules, RuleKind};
/// use pactwork_matching::integration::extract;
/// use serde_json::json;
///
/// let definition = json!({
///     "id": {"pact:matcher:type": "integer", "value": 7},
///     "name": "Mary",
/// });
/// let mut rules = MatchingRules::default();
/// let mut generators = Generators::default();
/// let example = extract(&definition, Category::Body, "$", &mut rules, &mut generators)?;
///
/// assert_eq!(example, json!({"id": 7, "name": "Mary"}));
/// let (path, list) = rules.category(Category::Body).next().unwrap();
/// assert_eq!((path, &list.rules[0].kind), ("$.id", &RuleKind::Integer));
/// # Ok::<(), pactwork_matching::integration::DefinitionError>(())
/// ```
pub fn extract(
    definition: &Value,
    category: Category,
    root: &str,
    rules: &mut MatchingRules,
    generators: &mut Generators,
) -> Result<Value, DefinitionError> {
    let mut extraction = Extraction::default();
    let example = extraction.value(definition, root)?;
    for (path, kind) in extraction.rules {
        rules.add(category, path, kind);
    }
    for path in extraction.alternatives {
        let lists = rules.categories.entry(category).or_default();
        lists.entry(path).or_default().combine = Combine::Or;
    }
    for (path, found) in extraction.generators {
        generator::add(generators, category, &path, found);
    }
    Ok(example)
}

/// What was found so far, in the order of the definition.
#[derive(Debug, Default)]
struct Extraction {
    rules: Vec<(String, RuleKind)>,
    generators: Vec<(String, Value)>,
    /// The paths at which one of the rules has to hold.
    alternatives: Vec<String>,
}

/// How the values inside a matcher's value are addressed.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Inside {
    /// Each by its own key or index.
    Each,
    /// All by a wildcard.
    Any,
}

impl Extraction {
    fn value(&mut self, definition: &Value, path: &str) -> Result<Value, DefinitionError> {
        match definition {
            Value::Object(map) if is_definition(map) => self.definition(map, path),
            Value::Object(map) => self.members(map, path, Inside::Each),
            Value::Array(list) => self.elements(list, path, Inside::Each),
            scalar => Ok(scalar.clone()),
        }
    }

    fn members(
        &mut self,
        map: &Map<String, Value>,
        path: &str,
        inside: Inside,
    ) -> Result<Value, DefinitionError> {
        let mut example = Map::new();
        for (name, value) in map {
            let mut at = String::from(path);
            match inside {
                Inside::Each => push_name(&mut at, name),
                Inside::Any => at.push_str(".*"),
            }
            example.insert(name.clone(), self.value(value, &at)?);
        }
        Ok(example.into())
    }

    fn elements(
        &mut self,
        list: &[Value],
        path: &str,
        inside: Inside,
    ) -> Result<Value, DefinitionError> {
        let examples = list.iter().enumerate().map(|(index, value)| {
            let mut at = String::from(path);
            match inside {
                Inside::Each => push_index(&mut at, index),
                Inside::Any => at.push_str("[*]"),
            }
            self.value(value, &at)
        });
        examples.collect()
    }

    fn definition(
        &mut self,
        map: &Map<String, Value>,
        path: &str,
    ) -> Result<Value, DefinitionError> {
        if let Some(expression) = map.get(EXPRESSION) {
            return self.expression(expression, map, path);
        }
        let mut kinds = Vec::new();
        let mut variants = None;
        for matcher in matchers(map, path)? {
            let kind = if rule::is_array_contains(&matcher) {
                let (found, examples) = self.variants(&matcher, path)?;
                variants = Some(examples);
                RuleKind::ArrayContains(found)
            } else {
                rule::parse(&matcher).map_err(|message| error(path, message))?
            };
            kinds.push(kind);
        }
        if let Some(found) = generator::find(map) {
            self.generators.push((path.into(), found));
        }
        for kind in &kinds {
            self.add(path, kind);
        }
        if is_alternative(map, path)? {
            self.alternatives.push(path.into());
        }
        match (map.get("value"), variants) {
            (None, Some(examples)) => Ok(examples.into()),
            (value, _) => self.inside(value.unwrap_or(&Value::Null), &kinds, path),
        }
    }

    /// A definition by expression; what it refers to stands beside it.
    fn expression(
        &mut self,
        expression: &Value,
        map: &Map<String, Value>,
        path: &str,
    ) -> Result<Value, DefinitionError> {
        let Some(text) = expression.as_str() else {
            let message =
                format!("expected an expression under `{EXPRESSION}`, found {expression}");
            return Err(error(path, message));
        };
        let expression = expression::parse(text).map_err(|problem| {
            error(
                path,
                format!("the expression `{text}` is not understood: {problem}"),
            )
        })?;
        for kind in &expression.rules {
            self.add(path, kind);
        }
        self.generators
            .extend(expression.generator.map(|found| (path.into(), found)));
        let named = |name: &str| {
            map.get(name).ok_or_else(|| {
                error(
                    path,
                    format!("the expression `{text}` refers to `{name}`, which is not beside it"),
                )
            })
        };
        let example = match &expression.reference {
            Some(Reference::Value(name)) => {
                self.add(path, &RuleKind::Type);
                return self.value(named(name)?, path);
            }
            Some(Reference::EachValue(name)) => {
                Value::from(vec![self.value(named(name)?, &format!("{path}[*]"))?])
            }
            None => expression.example,
        };
        match map.get("value") {
            Some(value) => self.inside(value, &expression.rules, path),
            None => Ok(filled_up(example, &expression.rules)),
        }
    }

    /// The example that a matcher gives, with the definitions inside it taken apart.
    fn inside(
        &mut self,
        value: &Value,
        kinds: &[RuleKind],
        path: &str,
    ) -> Result<Value, DefinitionError> {
        match value {
            Value::Object(map) if !is_definition(map) => {
                let any = kinds
                    .iter()
                    .any(|kind| matches!(kind, RuleKind::Values | RuleKind::EachValue(_)));
                self.members(map, path, if any { Inside::Any } else { Inside::Each })
            }
            Value::Array(list) => {
                let example = self.elements(list, path, addressed(list, kinds))?;
                Ok(filled_up(example, kinds))
            }
            other => self.value(other, path),
        }
    }

    /// The variants of an `arrayContains`, and the example that they make.
    fn variants(
        &mut self,
        matcher: &Map<String, Value>,
        path: &str,
    ) -> Result<(Vec<Variant>, Vec<Value>), DefinitionError> {
        let Some(Value::Array(definitions)) = matcher.get("variants") else {
            let found = matcher.get("variants").unwrap_or(&Value::Null);
            let message = format!("expected a list of `variants` for arrayContains, found {found}");
            return Err(error(path, message));
        };
        let mut variants = Vec::new();
        let mut examples = Vec::new();
        for (index, definition) in definitions.iter().enumerate() {
            let mut extraction = Self::default();
            examples.push(extraction.value(definition, "$")?);
            variants.push(extraction.into_variant(index));
        }
        Ok((variants, examples))
    }

    fn into_variant(self, index: usize) -> Variant {
        let mut rules = BTreeMap::<String, RuleList>::new();
        for (path, kind) in self.rules {
            rules.entry(path).or_default().rules.push(kind.into());
        }
        for path in self.alternatives {
            rules.entry(path).or_default().combine = Combine::Or;
        }
        Variant {
            index,
            rules,
            generators: Generators(self.generators.into_iter().collect()),
        }
    }

    /// Adds a rule; elements that share `[*]` give the same one many times.
    fn add(&mut self, path: &str, kind: &RuleKind) {
        let known = self
            .rules
            .iter()
            .any(|(at, rule)| at == path && rule == kind);
        if !known {
            self.rules.push((path.into(), kind.clone()));
        }
    }
}

fn is_definition(map: &Map<String, Value>) -> bool {
    [MATCHER, EXPRESSION, generator::GENERATOR]
        .iter()
        .any(|name| map.contains_key(*name))
}

/// The matchers of a definition, each as an object with its attributes. Names
/// in a list share the attributes of the definition.
fn matchers(
    map: &Map<String, Value>,
    path: &str,
) -> Result<Vec<Map<String, Value>>, DefinitionError> {
    let one = |name: &Value| match name {
        Value::String(_) => {
            let mut matcher = map.clone();
            matcher.insert(MATCHER.into(), name.clone());
            Ok(matcher)
        }
        Value::Object(matcher) => Ok(matcher.clone()),
        other => Err(error(
            path,
            format!("expected the name of a matcher under `{MATCHER}`, found {other}"),
        )),
    };
    match map.get(MATCHER) {
        None => Ok(Vec::new()),
        Some(Value::Array(names)) => names.iter().map(one).collect(),
        Some(name) => Ok(vec![one(name)?]),
    }
}

/// Whether one of the matchers is enough.
fn is_alternative(map: &Map<String, Value>, path: &str) -> Result<bool, DefinitionError> {
    match map.get(COMBINE).map(|found| (found, found.as_str())) {
        None | Some((_, Some("AND"))) => Ok(false),
        Some((_, Some("OR"))) => Ok(true),
        Some((found, _)) => Err(error(
            path,
            format!("expected AND or OR under `{COMBINE}`, found {found}"),
        )),
    }
}

/// A list with a matcher stands for any number of elements like its own; only a
/// list of several elements without bounds, or an exact one, is taken as it is.
fn addressed(list: &[Value], kinds: &[RuleKind]) -> Inside {
    let exact = kinds.iter().any(|kind| matches!(kind, RuleKind::Equality));
    let several = |kind: &RuleKind| {
        matches!(
            kind,
            RuleKind::MinType(_)
                | RuleKind::MaxType(_)
                | RuleKind::MinMaxType(..)
                | RuleKind::EachValue(_)
                | RuleKind::Values
        )
    };
    if kinds.is_empty() || exact || (list.len() > 1 && !kinds.iter().any(several)) {
        Inside::Each
    } else {
        Inside::Any
    }
}

/// More examples than this are not made, however many the rule wants.
const MOST_EXAMPLES: usize = 1_000;

fn filled_up(example: Value, kinds: &[RuleKind]) -> Value {
    let least = kinds.iter().filter_map(|kind| match kind {
        RuleKind::MinType(min) | RuleKind::MinMaxType(min, _) => Some(*min),
        _ => None,
    });
    match (example, least.max()) {
        (Value::Array(mut list), Some(least)) if !list.is_empty() && list.len() < least => {
            let first = list[0].clone();
            list.resize(least.min(MOST_EXAMPLES), first);
            list.into()
        }
        (example, _) => example,
    }
}

fn error(path: &str, message: String) -> DefinitionError {
    DefinitionError {
        path: if path.is_empty() {
            "$".into()
        } else {
            path.into()
        },
        message,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn taken_apart(definition: &Value) -> (Value, Vec<(String, Vec<RuleKind>)>, Value) {
        let mut rules = MatchingRules::default();
        let mut generators = Generators::default();
        let example =
            extract(definition, Category::Body, "$", &mut rules, &mut generators).unwrap();
        let rules = rules.category(Category::Body).map(|(path, list)| {
            let kinds = list.rules.iter().map(|rule| rule.kind.clone()).collect();
            (String::from(path), kinds)
        });
        (example, rules.collect(), Value::Object(generators.0))
    }

    #[test]
    fn expressions() {
        for (definition, example, rules) in [
            (
                json!({"id": {"pact:match": "matching(integer, 7)"}}),
                json!({"id": 7}),
                vec![("$.id", vec![RuleKind::Integer])],
            ),
            (
                json!({"pact:match": "matching($'person')", "person": {"name": "Fred"}}),
                json!({"name": "Fred"}),
                vec![("$", vec![RuleKind::Type])],
            ),
            (
                json!({
                    "pact:match": "atLeast(2)",
                    "value": [{"pact:match": "matching(type, 'a')"}],
                }),
                json!(["a", "a"]),
                vec![
                    ("$", vec![RuleKind::MinType(2)]),
                    ("$[*]", vec![RuleKind::Type]),
                ],
            ),
        ] {
            let rules = rules.into_iter().map(|(path, kinds)| (path.into(), kinds));
            let expected = (example, rules.collect(), json!({}));
            assert_eq!(taken_apart(&definition), expected, "{definition}");
        }
        let (example, rules, _) = taken_apart(&json!({
            "pact:match": "eachValue(matching($'person'))",
            "person": {"name": "Fred", "age": {"pact:match": "matching(number, 100)"}},
        }));
        assert_eq!(example, json!([{"name": "Fred", "age": 100}]));
        assert_eq!(rules[1], ("$[*].age".into(), vec![RuleKind::Number]));
    }

    #[test]
    fn one_of_several_matchers_is_enough_where_it_says_so() {
        let either = json!({
            "pact:matcher:type": ["integer", "null"],
            "pact:matcher:combine": "OR",
            "value": 7,
        });
        let variants = json!({ "pact:matcher:type": "arrayContains", "variants": [either] });
        let definition = json!({ "a": either, "b": variants });
        let mut rules = MatchingRules::default();
        let mut generators = Generators::default();
        let category = Category::Body;
        extract(&definition, category, "$", &mut rules, &mut generators).unwrap();
        let lists = &rules.categories[&category];
        assert_eq!(lists["$.a"].rules.len(), 2);
        assert_eq!(lists["$.a"].combine, Combine::Or);
        let RuleKind::ArrayContains(variants) = &lists["$.b"].rules[0].kind else {
            panic!("{lists:?}");
        };
        assert_eq!(variants[0].rules["$"].combine, Combine::Or);
        assert_eq!(
            problem(&json!({ "pact:matcher:type": "null", "pact:matcher:combine": "XOR" })),
            "$: expected AND or OR under `pact:matcher:combine`, found \"XOR\""
        );
    }

    #[test]
    fn an_expression_that_is_not_understood_is_an_error() {
        assert_eq!(
            problem(&json!({"a": {"pact:match": "matching(integer)"}})),
            "$.a: the expression `matching(integer)` is not understood: \
             column 17: expected `,`, found `)`"
        );
        assert_eq!(
            problem(&json!({"pact:match": "matching($'b')"})),
            "$: the expression `matching($'b')` refers to `b`, which is not beside it"
        );
    }

    fn problem(definition: &Value) -> String {
        let (mut rules, mut generators) = Default::default();
        let result = extract(definition, Category::Body, "$", &mut rules, &mut generators);
        assert!(rules.is_empty() && generators.is_empty());
        result.unwrap_err().to_string()
    }

    fn at(path: &str, kind: RuleKind) -> (String, Vec<RuleKind>) {
        (path.into(), vec![kind])
    }

    #[test]
    fn each_like() {
        let (example, rules, _) = taken_apart(&json!({"lines": {
            "pact:matcher:type": "type",
            "min": 2,
            "value": [{"sku": {"pact:matcher:type": "regex", "regex": "[A-Z]+", "value": "AB"}}]
        }}));
        assert_eq!(example, json!({"lines": [{"sku": "AB"}, {"sku": "AB"}]}));
        assert_eq!(
            rules,
            [
                at("$.lines", RuleKind::MinType(2)),
                at("$.lines[*].sku", RuleKind::Regex("[A-Z]+".into())),
            ]
        );
    }

    #[test]
    fn repeated_elements_give_their_rules_once() {
        let element = json!({"pact:matcher:type": "integer", "value": 1});
        let (example, rules, _) = taken_apart(&json!({
            "pact:matcher:type": "type", "min": 1, "max": 5, "value": [element, element]
        }));
        assert_eq!(example, json!([1, 1]));
        assert_eq!(
            rules,
            [
                at("$", RuleKind::MinMaxType(1, 5)),
                at("$[*]", RuleKind::Integer)
            ]
        );
    }

    #[test]
    fn a_tuple_keeps_its_indexes() {
        let (_, rules, _) = taken_apart(&json!({
            "pact:matcher:type": "type",
            "value": [
                {"pact:matcher:type": "integer", "value": 1},
                {"pact:matcher:type": "boolean", "value": true}
            ]
        }));
        assert_eq!(
            rules,
            [
                at("$", RuleKind::Type),
                at("$[0]", RuleKind::Integer),
                at("$[1]", RuleKind::Boolean),
            ]
        );
    }

    #[test]
    fn keys_that_a_path_cannot_hold_plainly_are_quoted() {
        let integer = json!({"pact:matcher:type": "integer", "value": 1});
        let (_, rules, _) = taken_apart(&json!({"a.b": {"c d": [integer]}, "it's": integer}));
        assert_eq!(
            rules,
            [
                at("$['a.b']['c d'][0]", RuleKind::Integer),
                at(r"$['it\'s']", RuleKind::Integer),
            ]
        );
    }

    #[test]
    fn values_and_each_value_use_wildcards() {
        let (example, rules, _) = taken_apart(&json!({
            "a": {
                "pact:matcher:type": "values",
                "value": {"x": {"pact:matcher:type": "integer", "value": 1}}
            },
            "b": {
                "pact:matcher:type": [
                    {"pact:matcher:type": "eachKey", "rules": [
                        {"pact:matcher:type": "regex", "regex": "[a-z]+"}
                    ]},
                    {"pact:matcher:type": "each-value", "rules": [{"pact:matcher:type": "type"}]}
                ],
                "value": {"k": {"n": {"pact:matcher:type": "decimal", "value": 1.5}}}
            }
        }));
        assert_eq!(example, json!({"a": {"x": 1}, "b": {"k": {"n": 1.5}}}));
        assert_eq!(rules[0], at("$.a", RuleKind::Values));
        assert_eq!(rules[1], at("$.a.*", RuleKind::Integer));
        let (path, kinds) = &rules[2];
        assert_eq!(path, "$.b");
        let RuleKind::EachKey(keys) = &kinds[0] else {
            panic!("{kinds:?}")
        };
        assert_eq!(keys.rules[0].kind, RuleKind::Regex("[a-z]+".into()));
        let RuleKind::EachValue(values) = &kinds[1] else {
            panic!("{kinds:?}")
        };
        assert_eq!(values.rules[0].kind, RuleKind::Type);
        assert_eq!(rules[3], at("$.b.*.n", RuleKind::Decimal));
    }

    #[test]
    fn array_contains_has_its_rules_in_its_variants() {
        let (example, rules, _) = taken_apart(&json!({"links": {
            "pact:matcher:type": "arrayContains",
            "variants": [
                {"rel": "self", "href": {"pact:matcher:type": "type", "value": "a"}},
                {"rel": "next"}
            ]
        }}));
        assert_eq!(
            example,
            json!({"links": [{"rel": "self", "href": "a"}, {"rel": "next"}]})
        );
        let [(path, kinds)] = rules.as_slice() else {
            panic!("{rules:?}")
        };
        assert_eq!(path, "$.links");
        let RuleKind::ArrayContains(variants) = &kinds[0] else {
            panic!("{kinds:?}")
        };
        assert_eq!(variants.len(), 2);
        assert_eq!(variants[0].rules["$.href"].rules[0].kind, RuleKind::Type);
        assert!(variants[1].rules.is_empty());
    }

    #[test]
    fn generators_by_category_and_path() {
        let definition = json!({"id": {
            "pact:matcher:type": "regex",
            "regex": "[0-9a-f-]+",
            "pact:generator:type": "Uuid",
            "format": "lower-case-hyphenated",
            "value": "ab"
        }, "n": {"pact:generator:type": "RandomInt", "min": 1, "max": 9, "value": 5}});
        let (example, rules, generators) = taken_apart(&definition);
        assert_eq!(example, json!({"id": "ab", "n": 5}));
        assert_eq!(rules.len(), 1);
        assert_eq!(
            generators,
            json!({"body": {
                "$.id": {"type": "Uuid", "regex": "[0-9a-f-]+", "format": "lower-case-hyphenated"},
                "$.n": {"type": "RandomInt", "min": 1, "max": 9},
            }})
        );
    }

    #[test]
    fn headers_and_the_path_have_their_own_roots() {
        let regex = json!({
            "pact:matcher:type": "regex", "regex": "a+", "value": "a",
            "pact:generator:type": "ProviderState", "expression": "${a}"
        });
        let (mut rules, mut generators) = Default::default();
        for (category, root) in [(Category::Header, "X-Id"), (Category::Path, "")] {
            extract(&regex, category, root, &mut rules, &mut generators).unwrap();
            assert_eq!(rules.category(category).next().unwrap().0, root);
        }
        let found = json!({"type": "ProviderState", "regex": "a+", "expression": "${a}"});
        assert_eq!(
            Value::Object(generators.0),
            json!({"header": {"X-Id": found}, "path": found})
        );
    }

    #[test]
    fn nested_matchers() {
        let (example, rules, _) = taken_apart(&json!({
            "pact:matcher:type": "type",
            "value": {"a": {"pact:matcher:type": "notEmpty", "value": {
                "pact:matcher:type": "include", "value": "x"
            }}}
        }));
        assert_eq!(example, json!({"a": "x"}));
        assert_eq!(
            rules,
            [
                at("$", RuleKind::Type),
                (
                    "$.a".into(),
                    vec![RuleKind::NotEmpty, RuleKind::Include("x".into())]
                ),
            ]
        );
    }

    #[test]
    fn a_definition_without_meaning_is_an_error_with_its_place() {
        for (definition, sentence) in [
            (
                json!({"a": [{"pact:matcher:type": "creditcard", "value": 1}]}),
                "$.a[0]: \"creditcard\" is not a known matcher; known are ",
            ),
            (
                json!({"a": {"pact:matcher:type": "regex", "value": "x"}}),
                "$.a: expected a text under `regex`, found nothing",
            ),
            (
                json!({"pact:matcher:type": 7}),
                "$: expected the name of a matcher under `pact:matcher:type`, found 7",
            ),
            (
                json!({"pact:matcher:type": "type", "min": -1}),
                "$: expected a whole number from 0 under `min`, found -1",
            ),
            (
                json!({"pact:matcher:type": "arrayContains"}),
                "$: expected a list of `variants` for arrayContains, found null",
            ),
            (
                json!({"pact:matcher:type": "eachKey", "rules": [{"a": 1}]}),
                "$: expected the name of a matcher under `pact:matcher:type`, found nothing",
            ),
        ] {
            let problem = problem(&definition);
            assert!(problem.starts_with(sentence), "{problem}");
        }
    }

    #[test]
    fn a_huge_minimum_does_not_fill_the_memory() {
        let (example, _, _) = taken_apart(&json!({
            "pact:matcher:type": "type", "min": u64::MAX, "value": [1]
        }));
        assert_eq!(example.as_array().unwrap().len(), MOST_EXAMPLES);
    }
}
