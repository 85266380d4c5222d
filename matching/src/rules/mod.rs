//! The matching rules of specification versions 2 to 4. One rule, one file: the
//! file holds what the rule accepts. [`compile`] is the table from the model's
//! rules to these. To add a rule: a file with a [`Check`], a row in the table.

mod array_contains;
mod boolean;
mod content_type;
mod date_time;
mod decimal;
mod each_key;
mod each_value;
mod equality;
mod include;
mod integer;
mod not_empty;
mod null;
mod number;
mod regex;
mod semver;
mod set;
mod status_code;
mod type_of;
mod values;

use std::{borrow::Cow, fmt};

use pactwork_contract::{RuleDefinition, RuleKind};
use serde_json::Value;

use crate::{Difference, structure::RulePaths};

pub(crate) use self::{
    content_type::ContentType,
    equality::equal,
    regex::{Pattern, Patterns},
    set::{Cascade, RuleSet},
};

/// What was found: a JSON value, or text that stands for whatever the rule
/// takes it for (a header, a query parameter, the path).
#[derive(Debug, Clone, Copy)]
pub(crate) enum Subject<'a> {
    Json(&'a Value),
    Text(&'a str),
}

impl<'a> Subject<'a> {
    /// The string form that string rules look at; lists and objects have none.
    pub(crate) fn text_form(self) -> Option<Cow<'a, str>> {
        match self {
            Self::Text(text) => Some(text.into()),
            Self::Json(Value::String(text)) => Some(text.as_str().into()),
            Self::Json(Value::Array(_) | Value::Object(_)) => None,
            Self::Json(scalar) => Some(scalar.to_string().into()),
        }
    }
}

/// A rule that looks at one value.
pub(crate) trait Check: fmt::Debug + Send + Sync {
    /// How the actual breaks the rule; `None` if it keeps it.
    fn difference(&self, example: &Value, actual: Subject<'_>) -> Option<Difference>;

    /// What was expected, for the mismatch: the example, or the rule's own value.
    fn expected(&self, example: &Value) -> Value {
        example.clone()
    }

    /// How a list or object of the example's kind breaks the rule by itself. A rule
    /// that does not look at them passes through to the values inside.
    fn container_difference(&self, _is_empty: bool) -> Option<Difference> {
        None
    }

    /// Whether a list or object that breaks the rule has more to show than that it
    /// is empty.
    fn needs_container(&self) -> bool {
        false
    }

    /// Whether what it accepts may stand where the example is a list or object.
    fn replaces_container(&self) -> bool {
        false
    }
}

/// A compiled rule.
#[derive(Debug)]
pub(crate) struct Rule {
    /// As the specification names it.
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
}

/// What a rule is to the walk.
#[derive(Debug)]
pub(crate) enum Kind {
    /// Looks at one value.
    Check(Box<dyn Check>),
    /// Equal to the example, at every depth.
    Equality,
    /// The example's type, at every depth, and perhaps a length.
    Type(type_of::Bounds),
    /// Keys do not count.
    Values,
    /// Every key keeps these.
    EachKey(RuleSet),
    /// Every value keeps these.
    EachValue(RuleSet),
    /// An element for each of these, by the index of its example.
    ArrayContains(Vec<(usize, RulePaths)>),
}

impl Kind {
    /// Whether a mismatch of a list or object shows it.
    pub(crate) fn needs_container(&self) -> bool {
        matches!(self, Self::Check(check) if check.needs_container())
    }
}

impl Rule {
    /// Equality, as where no rule is given.
    pub(crate) const EQUALITY: Self = Self {
        name: "equality",
        kind: Kind::Equality,
    };

    fn check(name: &'static str, check: impl Check + 'static) -> Self {
        Self {
            name,
            kind: Kind::Check(Box::new(check)),
        }
    }

    /// How a value that is not walked into breaks the rule.
    pub(crate) fn difference(&self, example: &Value, actual: Subject<'_>) -> Option<Difference> {
        match &self.kind {
            Kind::Check(check) => check.difference(example, actual),
            Kind::Equality => equality::difference(example, actual),
            Kind::Values => values::difference(example, actual),
            Kind::Type(_) | Kind::EachKey(_) | Kind::EachValue(_) | Kind::ArrayContains(_) => {
                type_of::difference(example, actual)
            }
        }
    }

    /// How a list or object of the example's kind breaks the rule by itself.
    pub(crate) fn container_difference(&self, length: usize) -> Option<Difference> {
        match &self.kind {
            Kind::Check(check) => check.container_difference(length == 0),
            Kind::Type(bounds) => bounds.difference(length),
            _ => None,
        }
    }

    /// Whether the actual may stand in the place of a list or object.
    pub(crate) fn replaces_container(&self, actual: &Value) -> bool {
        match &self.kind {
            Kind::Check(check) if check.replaces_container() => {
                check.difference(actual, Subject::Json(actual)).is_none()
            }
            _ => false,
        }
    }

    /// What was expected, for a mismatch.
    pub(crate) fn expected(&self, example: &Value) -> Value {
        match &self.kind {
            Kind::Check(check) => check.expected(example),
            _ => example.clone(),
        }
    }
}

/// Compiles a rule. One that cannot be used becomes equality, and `problems`
/// gets the reason.
fn compile(kind: &RuleKind, patterns: &mut Patterns, problems: &mut Vec<String>) -> Rule {
    if let RuleKind::ArrayContains(variants) = kind {
        return array_contains::rule(variants, patterns, problems);
    }
    try_compile(kind, patterns).unwrap_or_else(|reason| {
        problems.push(format!("{reason}; the value is compared by equality"));
        Rule::EQUALITY
    })
}

fn try_compile(kind: &RuleKind, patterns: &mut Patterns) -> Result<Rule, String> {
    use type_of::Bounds;
    Ok(match kind {
        RuleKind::Equality => Rule::EQUALITY,
        RuleKind::Regex(pattern) => Rule::check("regex", patterns.get(pattern)?),
        RuleKind::Type => type_of::rule(Bounds::default()),
        RuleKind::MinType(min) => type_of::rule(Bounds::new(Some(*min), None)),
        RuleKind::MaxType(max) => type_of::rule(Bounds::new(None, Some(*max))),
        RuleKind::MinMaxType(min, max) => type_of::rule(Bounds::new(Some(*min), Some(*max))),
        RuleKind::Include(text) => Rule::check("include", include::Include(text.clone())),
        RuleKind::Integer => Rule::check("integer", integer::Integer),
        RuleKind::Decimal => Rule::check("decimal", decimal::Decimal),
        RuleKind::Number => Rule::check("number", number::Number),
        RuleKind::Boolean => Rule::check("boolean", boolean::Boolean),
        RuleKind::Null => Rule::check("null", null::Null),
        RuleKind::Date(format) => date_time::rule("date", format)?,
        RuleKind::Time(format) => date_time::rule("time", format)?,
        RuleKind::DateTime(format) => date_time::rule("datetime", format)?,
        RuleKind::Values => Rule {
            name: "values",
            kind: Kind::Values,
        },
        RuleKind::EachKey(definition) => each_key::rule(nested(definition, patterns)?),
        RuleKind::EachValue(definition) => each_value::rule(nested(definition, patterns)?),
        RuleKind::ArrayContains(variants) => {
            let mut problems = Vec::new();
            let rule = array_contains::rule(variants, patterns, &mut problems);
            return problems.pop().map_or(Ok(rule), Err);
        }
        RuleKind::NotEmpty => Rule::check("notEmpty", not_empty::NotEmpty),
        RuleKind::Semver => Rule::check("semver", semver::Semver),
        RuleKind::StatusCode(class) => {
            Rule::check("statusCode", status_code::StatusCode(class.clone()))
        }
        RuleKind::ContentType(name) => Rule::check("contentType", ContentType(name.clone())),
        RuleKind::Unknown(found) => return Err(unknown(found)),
    })
}

fn nested(definition: &RuleDefinition, patterns: &mut Patterns) -> Result<RuleSet, String> {
    let rules = definition
        .rules
        .iter()
        .map(|rule| try_compile(&rule.kind, patterns))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(RuleSet::all_of(rules))
}

fn unknown(found: &serde_json::Map<String, Value>) -> String {
    match found.get("match") {
        Some(Value::String(name)) => format!("the rule \"{name}\" is not known"),
        _ => format!("{} is not a rule", Value::Object(found.clone())),
    }
}

#[cfg(test)]
pub(crate) mod testing {
    use super::*;

    /// Why a rule became equality.
    pub(crate) fn problems(kind: &RuleKind) -> Vec<String> {
        let mut problems = Vec::new();
        let rule = compile(kind, &mut Patterns::default(), &mut problems);
        assert_eq!(problems.is_empty(), rule.name != "equality");
        problems
    }

    fn rule(kind: &RuleKind) -> Rule {
        let mut problems = Vec::new();
        let rule = compile(kind, &mut Patterns::default(), &mut problems);
        assert_eq!(problems, [""; 0]);
        rule
    }

    /// Whether a rule accepts a JSON value, the example being the value itself.
    pub(crate) fn accepts(kind: RuleKind, actual: &Value) -> bool {
        accepts_beside(kind, actual, actual)
    }

    /// Whether a rule accepts a JSON value beside an example.
    pub(crate) fn accepts_beside(kind: RuleKind, example: &Value, actual: &Value) -> bool {
        rule(&kind)
            .difference(example, Subject::Json(actual))
            .is_none()
    }

    /// Whether a rule accepts text beside an example.
    pub(crate) fn accepts_text(kind: RuleKind, example: &str, actual: &str) -> bool {
        rule(&kind)
            .difference(&Value::from(example), Subject::Text(actual))
            .is_none()
    }

    #[test]
    fn an_unknown_rule_becomes_equality_with_a_reason() {
        let found = serde_json::json!({"match": "creditcard"});
        let Value::Object(found) = found else {
            unreachable!()
        };
        assert_eq!(
            problems(&RuleKind::Unknown(found)),
            ["the rule \"creditcard\" is not known; the value is compared by equality"]
        );
    }
}
