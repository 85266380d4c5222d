//! The expression language for matching rules: `matching(regex, '\d+', '7')`,
//! `atLeast(1), eachValue(matching(type, 'a'))` (Pact plugin documentation,
//! "Matching rule definition expressions").

mod scanner;

use std::collections::BTreeMap;

use pactwork_contract::{MatchingRule, RuleDefinition, RuleKind, RuleList, Variant};
use serde_json::{Map, Value, json};
use thiserror::Error;

use self::scanner::Scanner;

/// How deep definitions may stand inside each other.
const MAX_NESTING: usize = 32;

/// An expression that has no meaning.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("column {column}: {message}")]
pub struct ExpressionError {
    /// Where, in characters from 1.
    pub column: usize,
    /// What was expected and what was found.
    pub message: String,
}

/// What an expression defines.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Expression {
    /// The example; null where the expression gives none.
    pub example: Value,
    /// The rules, all of which have to hold.
    pub rules: Vec<RuleKind>,
    /// The generator of the example, as a pact file writes it.
    pub generator: Option<Value>,
    /// What is defined elsewhere, by name: `matching($'name')`.
    pub reference: Option<Reference>,
}

/// A definition that stands beside the expression under a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reference {
    /// The value is as the definition says.
    Value(String),
    /// Each value of the list is as the definition says.
    EachValue(String),
}

/// Reads an expression.
///
/// # Errors
///
/// The column, what was expected there and what was found.
///
/// ```
/// use pactwork_contract::RuleKind;
/// use pactwork_matching::expression::parse;
///
/// let expression = parse(r"matching(regex, '\d+', '7')")?;
/// assert_eq!(expression.example, "7");
/// assert_eq!(expression.rules, [RuleKind::Regex(r"\d+".into())]);
///
/// let error = parse("matching(integer, 'seven')").unwrap_err();
/// assert_eq!(error.to_string(), "column 19: expected an integer, found \"seven\"");
/// # Ok::<(), pactwork_matching::expression::ExpressionError>(())
/// ```
pub fn parse(expression: &str) -> Result<Expression, ExpressionError> {
    let mut scanner = Scanner::new(expression);
    let mut definitions = vec![definition(&mut scanner, 0)?];
    while scanner.take(',') {
        definitions.push(definition(&mut scanner, 0)?);
    }
    match scanner.is_at_end() {
        true => Ok(together(definitions)),
        false => Err(scanner.expected("`,` or the end")),
    }
}

/// What makes a definition from what stands in its parentheses.
type Read = fn(&mut Scanner<'_>, usize) -> Result<Expression, ExpressionError>;

/// Definitions by name.
const DEFINITIONS: &[(&str, Read)] = &[
    ("matching", matching),
    ("notEmpty", |scanner, _| {
        example(scanner, RuleKind::NotEmpty, Any)
    }),
    ("eachKey", each_key),
    ("eachValue", each_value),
    ("atLeast", |scanner, _| {
        Ok(rule(RuleKind::MinType(scanner.count()?)))
    }),
    ("atMost", |scanner, _| {
        Ok(rule(RuleKind::MaxType(scanner.count()?)))
    }),
    ("arrayContains", array_contains),
];

/// What an example has to be.
#[derive(Debug, Clone, Copy, PartialEq)]
enum ExampleType {
    Any,
    Text,
    Number,
    Integer,
    Decimal,
    Boolean,
    Version,
}

use ExampleType::{Any, Boolean, Decimal, Integer, Number, Text, Version};

/// Rules of `matching` that take an example only, and what it has to be.
const PLAIN_RULES: &[(&str, ExampleType, RuleKind)] = &[
    ("equalTo", Any, RuleKind::Equality),
    ("type", Any, RuleKind::Type),
    ("number", Number, RuleKind::Number),
    ("integer", Integer, RuleKind::Integer),
    ("decimal", Decimal, RuleKind::Decimal),
    ("boolean", Boolean, RuleKind::Boolean),
    ("semver", Version, RuleKind::Semver),
];

type OfText = fn(String) -> RuleKind;

/// Rules of `matching` that take a text before the example.
const RULES_WITH_TEXT: &[(&str, OfText)] = &[
    ("regex", RuleKind::Regex),
    ("date", RuleKind::Date),
    ("time", RuleKind::Time),
    ("datetime", RuleKind::DateTime),
    ("contentType", RuleKind::ContentType),
];

fn definition(scanner: &mut Scanner<'_>, depth: usize) -> Result<Expression, ExpressionError> {
    if depth > MAX_NESTING {
        return Err(scanner.error(format!("definitions nest deeper than {MAX_NESTING}")));
    }
    let before = scanner.position();
    let name = scanner.name();
    let Some((_, read)) = DEFINITIONS.iter().find(|(known, _)| *known == name) else {
        let known = names(DEFINITIONS.iter().map(|(name, _)| *name));
        let message = format!("expected one of {known}, found `{name}`");
        return Err(scanner.error_at(before, message));
    };
    scanner.expect('(')?;
    let expression = read(scanner, depth + 1)?;
    scanner.expect(')')?;
    Ok(expression)
}

fn names<'n>(names: impl Iterator<Item = &'n str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}

fn matching(scanner: &mut Scanner<'_>, _: usize) -> Result<Expression, ExpressionError> {
    if scanner.take('$') {
        let name = scanner.text()?;
        return Ok(Expression {
            reference: Some(Reference::Value(name)),
            ..Expression::default()
        });
    }
    let before = scanner.position();
    let name = scanner.name();
    scanner.is_at(",");
    if let Some((_, of, kind)) = PLAIN_RULES.iter().find(|(known, ..)| *known == name) {
        scanner.expect(',')?;
        return example(scanner, kind.clone(), *of);
    }
    if let Some((_, kind)) = RULES_WITH_TEXT.iter().find(|(known, _)| *known == name) {
        scanner.expect(',')?;
        let kind = kind(scanner.text()?);
        scanner.expect(',')?;
        return example(scanner, kind, Text);
    }
    if name == "include" {
        scanner.expect(',')?;
        let expression = example(scanner, RuleKind::Equality, Text)?;
        let text = expression.example.as_str().unwrap_or_default().into();
        let rules = vec![RuleKind::Include(text)];
        return Ok(Expression {
            rules,
            ..expression
        });
    }
    let plain = PLAIN_RULES.iter().map(|(name, ..)| *name);
    let with_text = RULES_WITH_TEXT.iter().map(|(name, _)| *name);
    let known = names(plain.chain(with_text).chain(["include"]));
    let message = format!("expected one of {known}, found `{name}`");
    Err(scanner.error_at(before, message))
}

fn rule(kind: RuleKind) -> Expression {
    Expression {
        rules: vec![kind],
        ..Expression::default()
    }
}

/// A rule with its example, or with `fromProviderState('expression', example)`.
fn example(
    scanner: &mut Scanner<'_>,
    kind: RuleKind,
    of: ExampleType,
) -> Result<Expression, ExpressionError> {
    if !scanner.is_at("fromProviderState") {
        let example = typed(scanner, of)?;
        return Ok(Expression {
            example,
            ..rule(kind)
        });
    }
    scanner.name();
    scanner.expect('(')?;
    let state = scanner.text()?;
    scanner.expect(',')?;
    let example = typed(scanner, of)?;
    scanner.expect(')')?;
    let generator = json!({
        "type": "ProviderState",
        "expression": state,
        "dataType": data_type(&example),
    });
    Ok(Expression {
        example,
        generator: Some(generator),
        ..rule(kind)
    })
}

/// As the ProviderState generator names types (Pact specification version 4).
fn data_type(example: &Value) -> &'static str {
    match example {
        Value::String(_) => "STRING",
        Value::Bool(_) => "BOOLEAN",
        Value::Number(number) if number.is_f64() => "DECIMAL",
        Value::Number(_) => "INTEGER",
        _ => "RAW",
    }
}

fn typed(scanner: &mut Scanner<'_>, of: ExampleType) -> Result<Value, ExpressionError> {
    scanner.is_at_end();
    let before = scanner.position();
    let value = scanner.value()?;
    let is_version = |text: &str| semver::Version::parse(text).is_ok();
    let (fits, wanted) = match of {
        Any => (true, "a value"),
        Text => (value.is_string(), "a text"),
        Number => (value.is_number(), "a number"),
        Integer => (value.is_i64() || value.is_u64(), "an integer"),
        Decimal => (value.is_f64(), "a decimal number"),
        Boolean => (value.is_boolean(), "true or false"),
        Version => (
            value.as_str().is_some_and(is_version),
            "a semantic version in single quotes",
        ),
    };
    match fits {
        true => Ok(value),
        false => Err(scanner.error_at(before, format!("expected {wanted}, found {value}"))),
    }
}

fn each_key(scanner: &mut Scanner<'_>, depth: usize) -> Result<Expression, ExpressionError> {
    let before = scanner.position();
    let inner = definition(scanner, depth)?;
    if inner.reference.is_some() {
        let message = "a key is a text, so it cannot be as another definition says".into();
        return Err(scanner.error_at(before, message));
    }
    Ok(rule(RuleKind::EachKey(nested(inner))))
}

fn each_value(scanner: &mut Scanner<'_>, depth: usize) -> Result<Expression, ExpressionError> {
    let mut inner = definition(scanner, depth)?;
    let reference = match inner.reference.take() {
        Some(Reference::Value(name)) => {
            inner.rules.push(RuleKind::Type);
            Some(Reference::EachValue(name))
        }
        other => other,
    };
    Ok(Expression {
        reference,
        ..rule(RuleKind::EachValue(nested(inner)))
    })
}

fn nested(inner: Expression) -> RuleDefinition {
    let mut extra = Map::new();
    extra.extend(inner.generator.map(|it| (String::from("generator"), it)));
    RuleDefinition {
        value: Some(with_containers(&inner.rules, inner.example)).filter(|it| !it.is_null()),
        rules: inner.rules.into_iter().map(MatchingRule::from).collect(),
        extra,
    }
}

fn array_contains(scanner: &mut Scanner<'_>, depth: usize) -> Result<Expression, ExpressionError> {
    let mut variants = Vec::new();
    let mut examples = Vec::new();
    loop {
        let before = scanner.position();
        let inner = definition(scanner, depth)?;
        if inner.reference.is_some() {
            let message = "a variant by reference is not supported; write its rule here".into();
            return Err(scanner.error_at(before, message));
        }
        examples.push(with_containers(&inner.rules, inner.example));
        let list = RuleList {
            rules: inner.rules.into_iter().map(MatchingRule::from).collect(),
            ..RuleList::default()
        };
        variants.push(Variant {
            index: variants.len(),
            rules: BTreeMap::from([("$".into(), list)]),
            ..Variant::default()
        });
        if !scanner.take(',') {
            break;
        }
    }
    Ok(Expression {
        example: examples.into(),
        ..rule(RuleKind::ArrayContains(variants))
    })
}

/// Several definitions about one value.
fn together(definitions: Vec<Expression>) -> Expression {
    let mut whole = Expression::default();
    for definition in definitions {
        if whole.example.is_null() {
            whole.example = definition.example;
        }
        whole.generator = whole.generator.or(definition.generator);
        whole.reference = whole.reference.or(definition.reference);
        whole.rules.extend(definition.rules);
    }
    whole.rules = bounded(whole.rules);
    whole.example = with_containers(&whole.rules, whole.example);
    whole
}

/// `atLeast` beside `atMost` is one rule.
fn bounded(rules: Vec<RuleKind>) -> Vec<RuleKind> {
    let least = rules.iter().find_map(|rule| match rule {
        RuleKind::MinType(min) => Some(*min),
        _ => None,
    });
    let most = rules.iter().find_map(|rule| match rule {
        RuleKind::MaxType(max) => Some(*max),
        _ => None,
    });
    let (Some(least), Some(most)) = (least, most) else {
        return rules;
    };
    let others = rules
        .into_iter()
        .filter(|rule| !matches!(rule, RuleKind::MinType(_) | RuleKind::MaxType(_)));
    [RuleKind::MinMaxType(least, most)]
        .into_iter()
        .chain(others)
        .collect()
}

/// The list or map that rules for each of its keys and values make of their examples.
fn with_containers(rules: &[RuleKind], example: Value) -> Value {
    let key = rules.iter().find_map(|rule| match rule {
        RuleKind::EachKey(definition) => Some(definition.value.clone()),
        _ => None,
    });
    let value = rules.iter().find_map(|rule| match rule {
        RuleKind::EachValue(definition) => Some(definition.value.clone().unwrap_or_default()),
        _ => None,
    });
    match (key, value) {
        _ if !example.is_null() => example,
        (Some(Some(Value::String(key))), value) => json!({ key: value.unwrap_or_default() }),
        (None, Some(value)) if !value.is_null() => json!([value]),
        _ => example,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_its_name() {
        use RuleKind as Kind;
        for (expression, example, rule) in [
            ("matching(equalTo, 'a')", json!("a"), Kind::Equality),
            ("matching(type,'Name')", json!("Name"), Kind::Type),
            ("matching(type, null)", json!(null), Kind::Type),
            ("matching(number, 100.09)", json!(100.09), Kind::Number),
            ("matching( integer , -7 )", json!(-7), Kind::Integer),
            ("matching(decimal, 1.5e3)", json!(1.5e3), Kind::Decimal),
            ("matching(boolean, true)", json!(true), Kind::Boolean),
            ("matching(semver, '1.0.0')", json!("1.0.0"), Kind::Semver),
            (
                r"matching(regex, '\w{3}\\d+', 'abc1')",
                json!("abc1"),
                Kind::Regex(r"\w{3}\d+".into()),
            ),
            (
                "matching(date, 'yyyy', '2020')",
                json!("2020"),
                Kind::Date("yyyy".into()),
            ),
            (
                "matching(time, 'HH', '10')",
                json!("10"),
                Kind::Time("HH".into()),
            ),
            (
                r"matching(datetime, '\'T\'HH', 'T10')",
                json!("T10"),
                Kind::DateTime("'T'HH".into()),
            ),
            (
                "matching(include, 'é\\u00e9\\u{1F600}')",
                json!("éé😀"),
                Kind::Include("éé😀".into()),
            ),
            (
                "matching(contentType, 'application/xml', '<a/>')",
                json!("<a/>"),
                Kind::ContentType("application/xml".into()),
            ),
            ("notEmpty('a')", json!("a"), Kind::NotEmpty),
            ("atLeast(2)", json!(null), Kind::MinType(2)),
            ("atMost(2)", json!(null), Kind::MaxType(2)),
        ] {
            let found = parse(expression).unwrap();
            assert_eq!(
                (found.example, found.rules),
                (example, vec![rule]),
                "{expression}"
            );
        }
    }

    #[test]
    fn definitions_stand_beside_and_inside_each_other() {
        let of = |rule: RuleKind, value: Value| RuleDefinition {
            rules: vec![rule.into()],
            value: Some(value),
            ..Default::default()
        };
        let list = parse("atLeast(1), atMost(3), eachValue(matching(integer, 100))").unwrap();
        assert_eq!(list.example, json!([100]));
        let each = RuleKind::EachValue(of(RuleKind::Integer, json!(100)));
        assert_eq!(list.rules, [RuleKind::MinMaxType(1, 3), each.clone()]);

        let map =
            parse("eachKey(matching(regex, '[a-z]+', 'id')), eachValue(matching(integer, 100))");
        let map = map.unwrap();
        assert_eq!(map.example, json!({"id": 100}));
        let keys = RuleKind::EachKey(of(RuleKind::Regex("[a-z]+".into()), json!("id")));
        assert_eq!(map.rules, [keys, each.clone()]);

        let lists = parse("eachValue(eachValue(matching(integer, 100)))").unwrap();
        assert_eq!(lists.example, json!([[100]]));
        assert_eq!(lists.rules, [RuleKind::EachValue(of(each, json!([100])))]);

        let contains =
            parse("arrayContains(matching(equalTo, 'a'), matching(integer, 1))").unwrap();
        assert_eq!(contains.example, json!(["a", 1]));
    }

    #[test]
    fn references_and_provider_states() {
        let each = parse("eachValue(matching($'person'))").unwrap();
        assert_eq!(each.reference, Some(Reference::EachValue("person".into())));
        let one = parse("matching($'person')").unwrap();
        assert_eq!(one.reference, Some(Reference::Value("person".into())));
        let state = parse("matching(type, fromProviderState('/users/${id}', 3))").unwrap();
        assert_eq!(state.example, 3);
        assert_eq!(
            state.generator,
            Some(
                json!({"type": "ProviderState", "expression": "/users/${id}", "dataType": "INTEGER"})
            )
        );
    }

    #[test]
    fn an_error_names_the_column() {
        let deep = format!("{}1", "eachValue(".repeat(1_000));
        for (expression, error) in [
            (
                "",
                "column 1: expected one of matching, notEmpty, eachKey, eachValue, atLeast, atMost, arrayContains, found ``",
            ),
            (
                "matching(colour, 1)",
                "column 10: expected one of equalTo, type, number, integer, decimal, boolean, semver, regex, date, time, datetime, contentType, include, found `colour`",
            ),
            ("matching", "column 9: expected `(`, found the end"),
            (
                "matching(type 'a')",
                "column 15: expected `,`, found `'a')`",
            ),
            (
                "matching(type, a)",
                "column 16: expected a text in single quotes, a number, true, false or null, found `a)`",
            ),
            (
                "matching(type, 'é",
                "column 16: the text in single quotes does not end",
            ),
            (
                "matching(type, 'é'",
                "column 19: expected `)`, found the end",
            ),
            (
                "matching(regex, 7, '7')",
                "column 17: expected a text in single quotes, found `7, '7')`",
            ),
            (
                "matching(decimal, 7)",
                "column 19: expected a decimal number, found 7",
            ),
            (
                "matching(semver, 'a')",
                "column 18: expected a semantic version in single quotes, found \"a\"",
            ),
            (
                "atLeast(-1)",
                "column 9: expected a whole number from 0, found `-1)`",
            ),
            (
                "atLeast(1) atMost(2)",
                "column 12: expected `,` or the end, found `atMost(2)`",
            ),
            (
                r"notEmpty('\uD800')",
                "column 13: expected the hexadecimal number of a character after `\\u`, found `D800')`",
            ),
            (deep.as_str(), "column 331: definitions nest deeper than 32"),
        ] {
            let found = parse(expression).map_err(|error| error.to_string());
            assert_eq!(found, Err(error.into()), "{expression:.40}");
        }
    }
}
