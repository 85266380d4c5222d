//! From the shape of JSON bodies to the expectation: an example and its rules.

use std::collections::BTreeMap;

use pactwork_contract::{
    Category, Combine, MatchingRule, MatchingRules, RuleDefinition, RuleKind, RuleList,
    SpecificationVersion,
};
use serde_json::{Map, Value};

use super::note::NoteKind;
use super::place;
use super::segments::Identifier;
use super::shape::{Booleans, Kind, Lists, Numbers, Objects, Shape};

/// Who is to keep the expectation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// What the consumer sends: exactly so many members.
    Request,
    /// What the provider answers: may say more.
    Response,
}

impl Side {
    /// As a note begins.
    pub fn name(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Response => "response",
        }
    }
}

/// How strictly, and in which words.
#[derive(Debug, Clone, Copy)]
pub(super) struct Manner {
    pub version: SpecificationVersion,
    /// Whether what never changed is expected to stay so.
    pub strict: bool,
}

/// An expectation that is being made.
#[derive(Debug)]
pub(super) struct Deriving {
    manner: Manner,
    side: Side,
    rules: BTreeMap<String, RuleList>,
    /// What a person has to know, the place as the name of its side and the path.
    pub notes: Vec<(NoteKind, String)>,
}

/// The expected JSON document of a shape; `example` is one of the documents.
pub(super) fn json(
    shape: &Shape,
    example: &Value,
    (manner, side): (Manner, Side),
    rules: &mut MatchingRules,
) -> (Value, Vec<(NoteKind, String)>) {
    let mut deriving = Deriving {
        manner,
        side,
        rules: BTreeMap::new(),
        notes: Vec::new(),
    };
    deriving.rule("$", RuleKind::Type);
    let value = deriving.value(shape, Some(example), "$");
    if !deriving.rules.is_empty() {
        let body = rules.categories.entry(Category::Body).or_default();
        body.extend(deriving.rules);
    }
    (value.unwrap_or_else(|| example.clone()), deriving.notes)
}

impl Deriving {
    fn rule(&mut self, path: &str, kind: RuleKind) {
        let list = RuleList {
            rules: vec![kind.into()],
            ..RuleList::default()
        };
        self.rules.insert(path.into(), list);
    }

    fn note(&mut self, kind: NoteKind, path: &str, text: &str) {
        let side = self.side.name();
        self.notes.push((kind, format!("{side} {path} {text}")));
    }

    /// The example at a place; `None` where nothing can be said of it.
    fn value(&mut self, shape: &Shape, example: Option<&Value>, path: &str) -> Option<Value> {
        let kind = shape.kind();
        let nullable = shape.nulls > 0 && !matches!(kind, Kind::Null);
        if nullable && (self.manner.version == SpecificationVersion::V2 || is_collection(kind)) {
            let text = format!(
                "is null in {} of {}, so it is left out",
                shape.nulls, shape.seen
            );
            self.note(NoteKind::LeftOut, path, &text);
            return None;
        }
        let example = example.filter(|value| !value.is_null());
        let found = match kind {
            Kind::Null if self.side == Side::Request => Some((Value::Null, None)),
            Kind::Null => {
                self.note(
                    NoteKind::LeftOut,
                    path,
                    "was always null, so it is left out",
                );
                None
            }
            Kind::Mixed => {
                self.note(
                    NoteKind::LeftOut,
                    path,
                    "has values of several types, so it is left out",
                );
                None
            }
            Kind::List(lists) => return self.list(lists, example, path),
            Kind::Object(objects) => return Some(self.object(objects, example, path)),
            Kind::Text(texts) => {
                let value = example.cloned().unwrap_or_else(|| texts.least().into());
                let rule = texts.rule(self.manner.version);
                let constant = texts.is_constant() && !texts.is_telling();
                Some((value, self.scalar_rule(rule, constant, shape)))
            }
            Kind::Number(numbers) => Some(self.number(numbers, example, shape)),
            Kind::Boolean(Booleans { is_constant, least }) => {
                let value = example.cloned().unwrap_or_else(|| (*least).into());
                Some((value, self.scalar_rule(None, *is_constant, shape)))
            }
        };
        let (value, rule) = found?;
        match (nullable, rule) {
            (true, rule) => self.or_null(path, rule.unwrap_or(RuleKind::Type), shape),
            (false, Some(rule)) => self.rule(path, rule),
            (false, None) => {}
        }
        Some(value)
    }

    fn number(
        &self,
        numbers: &Numbers,
        example: Option<&Value>,
        shape: &Shape,
    ) -> (Value, Option<RuleKind>) {
        let value = example.cloned();
        let value = value.unwrap_or_else(|| Value::Number(numbers.least.clone()));
        let rule = match numbers {
            _ if self.manner.version == SpecificationVersion::V2 => None,
            Numbers { whole: true, .. } => Some(RuleKind::Integer),
            // One number with a fraction may be followed by one without.
            Numbers {
                fractional: true,
                is_constant: false,
                ..
            } => Some(RuleKind::Decimal),
            _ => Some(RuleKind::Number),
        };
        (value, self.scalar_rule(rule, numbers.is_constant, shape))
    }

    /// What never changed is expected to stay so only where that was asked for.
    fn scalar_rule(
        &self,
        rule: Option<RuleKind>,
        is_constant: bool,
        shape: &Shape,
    ) -> Option<RuleKind> {
        let repeated = shape.seen - shape.nulls > 1;
        match self.manner.strict && is_constant && repeated {
            true => Some(RuleKind::Equality),
            false => rule,
        }
    }

    fn or_null(&mut self, path: &str, rule: RuleKind, shape: &Shape) {
        let list = RuleList {
            rules: vec![rule.into(), RuleKind::Null.into()],
            combine: Combine::Or,
            ..RuleList::default()
        };
        self.rules.insert(path.into(), list);
        let text = format!("is null in {} of {}: it may be", shape.nulls, shape.seen);
        self.note(NoteKind::Derived, path, &text);
    }

    fn list(&mut self, lists: &Lists, example: Option<&Value>, path: &str) -> Option<Value> {
        let elements = &lists.elements;
        let example = example.and_then(Value::as_array);
        if elements.seen == 0 {
            self.note(
                NoteKind::Unclear,
                path,
                "was always empty, so nothing is known of its elements",
            );
            return Some(Value::Array(Vec::new()));
        }
        // What is sent has exactly its members, so elements that differ cannot share a rule.
        if self.side == Side::Request && !elements.is_uniform() {
            self.note(
                NoteKind::Derived,
                path,
                "has elements of several shapes, so it is expected exactly as it was",
            );
            self.rule(path, self.exactly());
            return example.map(|elements| elements.clone().into());
        }
        let first = example.and_then(|elements| elements.first());
        let inside = place::each(path);
        let Some(element) = self.value(elements, first, &inside) else {
            return Some(Value::Array(Vec::new()));
        };
        match lists.empty {
            0 => self.rule(path, RuleKind::MinType(1)),
            empty => {
                let times = match empty {
                    1 => "once".into(),
                    times => format!("{times} times"),
                };
                self.note(
                    NoteKind::Derived,
                    path,
                    &format!("was empty {times}: it may be"),
                );
            }
        }
        Some(Value::Array(vec![element]))
    }

    fn exactly(&self) -> RuleKind {
        match self.manner.version {
            SpecificationVersion::V2 => RuleKind::Type,
            _ => RuleKind::Equality,
        }
    }

    fn object(&mut self, objects: &Objects, example: Option<&Value>, path: &str) -> Value {
        let example = example.and_then(Value::as_object);
        if let Some(keys) = objects.keys() {
            return self.map(objects, keys, example, path);
        }
        let mut members = Map::new();
        for (name, shape) in &objects.members {
            let inside = place::member(path, name);
            if shape.seen < objects.seen {
                let text = format!(
                    "is there in {} of {}, so it is left out",
                    shape.seen, objects.seen
                );
                self.note(NoteKind::LeftOut, &inside, &text);
                continue;
            }
            let example = example.and_then(|members| members.get(name));
            if let Some(value) = self.value(shape, example, &inside) {
                members.insert(name.clone(), value);
            }
        }
        members.into()
    }

    /// An object whose keys are identifiers: which ones it has is not expected.
    fn map(
        &mut self,
        objects: &Objects,
        keys: Identifier,
        example: Option<&Map<String, Value>>,
        path: &str,
    ) -> Value {
        let shape = objects.values();
        let first = example.and_then(|members| members.iter().min_by_key(|(name, _)| *name));
        let key = first
            .map(|(name, _)| name)
            .or(objects.members.keys().next());
        let inside = place::each_value(path);
        let value = self.value(&shape, first.map(|(_, value)| value), &inside);
        let (Some(key), Some(value)) = (key.cloned(), value) else {
            return Value::Object(Map::new());
        };
        let each = |rule: RuleKind| RuleDefinition {
            rules: vec![rule.into()],
            ..RuleDefinition::default()
        };
        let rules: Vec<MatchingRule> = match self.manner.version {
            SpecificationVersion::V4 => {
                let regex = RuleKind::Regex(format!("^{}$", keys.regex()));
                vec![
                    RuleKind::EachKey(each(regex)).into(),
                    RuleKind::EachValue(each(RuleKind::Type)).into(),
                ]
            }
            SpecificationVersion::V3 => vec![RuleKind::Values.into()],
            _ => {
                self.note(
                    NoteKind::Unclear,
                    path,
                    "has identifiers as keys, which version 2 cannot say: only the object is expected",
                );
                return Value::Object(Map::new());
            }
        };
        self.note(
            NoteKind::Derived,
            path,
            "has identifiers as keys, so it is a map: any keys, each value alike",
        );
        let list = RuleList {
            rules,
            ..RuleList::default()
        };
        self.rules.insert(path.into(), list);
        if !self.rules.contains_key(&inside) {
            self.rule(&inside, RuleKind::Type);
        }
        Value::Object(Map::from_iter([(key, value)]))
    }
}

fn is_collection(kind: Kind<'_>) -> bool {
    matches!(kind, Kind::List(_) | Kind::Object(_))
}
