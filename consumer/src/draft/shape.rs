//! What several JSON values have in common. A shape holds no more than one example
//! of each thing, so that it does not grow with the number of values, and merging
//! does not depend on the order.

use std::collections::BTreeMap;

use serde_json::{Map, Number, Value};

use super::formats::Texts;
use super::segments::Identifier;

/// What is known of the values at one place.
#[derive(Debug, Clone, Default)]
pub(super) struct Shape {
    /// How many there were.
    pub seen: u64,
    pub nulls: u64,
    pub texts: Option<Texts>,
    pub numbers: Option<Numbers>,
    pub booleans: Option<Booleans>,
    pub lists: Option<Lists>,
    pub objects: Option<Objects>,
}

#[derive(Debug, Clone)]
pub(super) struct Numbers {
    /// Whether all were written without a fraction, and whether all with one.
    pub whole: bool,
    pub fractional: bool,
    pub is_constant: bool,
    pub least: Number,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Booleans {
    pub is_constant: bool,
    pub least: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Lists {
    pub empty: u64,
    pub elements: Box<Shape>,
}

#[derive(Debug, Clone)]
pub(super) struct Objects {
    pub seen: u64,
    pub members: BTreeMap<String, Shape>,
}

/// The one kind of value that was seen.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind<'a> {
    /// Only null, or nothing at all.
    Null,
    Text(&'a Texts),
    Number(&'a Numbers),
    Boolean(&'a Booleans),
    List(&'a Lists),
    Object(&'a Objects),
    /// Values of several kinds.
    Mixed,
}

impl Shape {
    pub fn of(value: &Value) -> Self {
        let mut shape = Self {
            seen: 1,
            ..Self::default()
        };
        match value {
            Value::Null => shape.nulls = 1,
            Value::Bool(boolean) => {
                shape.booleans = Some(Booleans {
                    is_constant: true,
                    least: *boolean,
                });
            }
            Value::Number(number) => shape.numbers = Some(Numbers::of(number)),
            Value::String(text) => shape.texts = Some(Texts::of(text)),
            Value::Array(elements) => shape.lists = Some(Lists::of(elements)),
            Value::Object(members) => shape.objects = Some(Objects::of(members)),
        }
        shape
    }

    pub fn merge(&mut self, other: Self) {
        self.seen += other.seen;
        self.nulls += other.nulls;
        both(&mut self.texts, other.texts, Texts::merge);
        both(&mut self.numbers, other.numbers, Numbers::merge);
        both(&mut self.booleans, other.booleans, Booleans::merge);
        both(&mut self.lists, other.lists, Lists::merge);
        both(&mut self.objects, other.objects, Objects::merge);
    }

    pub fn kind(&self) -> Kind<'_> {
        let kinds = [
            self.texts.as_ref().map(Kind::Text),
            self.numbers.as_ref().map(Kind::Number),
            self.booleans.as_ref().map(Kind::Boolean),
            self.lists.as_ref().map(Kind::List),
            self.objects.as_ref().map(Kind::Object),
        ];
        let mut kinds = kinds.into_iter().flatten();
        match (kinds.next(), kinds.next()) {
            (None, _) => Kind::Null,
            (Some(kind), None) => kind,
            (Some(_), Some(_)) => Kind::Mixed,
        }
    }

    /// Whether every value had the same members, of one kind, all the way down.
    pub fn is_uniform(&self) -> bool {
        let nulls_only = self.nulls == self.seen;
        if self.nulls > 0 && !nulls_only {
            return false;
        }
        match self.kind() {
            Kind::Mixed => false,
            Kind::List(lists) => lists.elements.is_uniform(),
            Kind::Object(objects) => objects
                .members
                .values()
                .all(|member| member.seen == objects.seen && member.is_uniform()),
            _ => true,
        }
    }
}

fn both<T>(left: &mut Option<T>, right: Option<T>, merge: impl Fn(&mut T, T)) {
    match (left.as_mut(), right) {
        (Some(left), Some(right)) => merge(left, right),
        (None, right) => *left = right,
        (Some(_), None) => {}
    }
}

impl Numbers {
    fn of(number: &Number) -> Self {
        Self {
            whole: !number.is_f64(),
            fractional: number.is_f64(),
            is_constant: true,
            least: number.clone(),
        }
    }

    fn merge(&mut self, other: Self) {
        self.whole &= other.whole;
        self.fractional &= other.fractional;
        self.is_constant &= other.is_constant && self.least == other.least;
        let order = |number: &Number| {
            let text = number.to_string();
            (text.len(), text)
        };
        if order(&other.least) < order(&self.least) {
            self.least = other.least;
        }
    }
}

impl Booleans {
    fn merge(&mut self, other: Self) {
        self.is_constant &= other.is_constant && self.least == other.least;
        self.least &= other.least;
    }
}

impl Lists {
    fn of(elements: &[Value]) -> Self {
        let mut all = Shape::default();
        elements
            .iter()
            .for_each(|element| all.merge(Shape::of(element)));
        Self {
            empty: u64::from(elements.is_empty()),
            elements: Box::new(all),
        }
    }

    fn merge(&mut self, other: Self) {
        self.empty += other.empty;
        self.elements.merge(*other.elements);
    }
}

impl Objects {
    fn of(members: &Map<String, Value>) -> Self {
        let members = members.iter();
        Self {
            seen: 1,
            members: members
                .map(|(name, value)| (name.clone(), Shape::of(value)))
                .collect(),
        }
    }

    fn merge(&mut self, other: Self) {
        self.seen += other.seen;
        for (name, shape) in other.members {
            self.members.entry(name).or_default().merge(shape);
        }
    }

    /// What every key is, where all are identifiers of one kind: a map.
    pub fn keys(&self) -> Option<Identifier> {
        identifiers(self.members.keys())
    }

    /// The values of a map together.
    pub fn values(&self) -> Shape {
        let mut all = Shape::default();
        for value in self.members.values() {
            all.merge(value.clone());
        }
        all
    }
}

/// The one kind of identifier that all names are.
pub(super) fn identifiers<'n>(names: impl Iterator<Item = &'n String>) -> Option<Identifier> {
    let mut kinds = names.map(|name| Identifier::of(name));
    let first = kinds.next()??;
    kinds.all(|kind| kind == Some(first)).then_some(first)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn merging_does_not_depend_on_the_order() {
        let values = [
            json!({ "a": 1, "b": [1, 2.5], "c": null }),
            json!({ "a": "x", "b": [], "c": true }),
            json!({ "b": [{}], "c": false, "d": "2026-05-01" }),
        ];
        let merged = |order: [usize; 3]| {
            let mut shape = Shape::default();
            order
                .iter()
                .for_each(|index| shape.merge(Shape::of(&values[*index])));
            format!("{shape:?}")
        };
        let first = merged([0, 1, 2]);
        for order in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            assert_eq!(merged(order), first);
        }
    }

    #[test]
    fn maps_have_identifiers_as_keys() {
        let map = |value: &Value| match Shape::of(value).kind() {
            Kind::Object(objects) => objects.keys(),
            _ => None,
        };
        assert_eq!(map(&json!({ "7": 1, "8": 2 })), Some(Identifier::Number));
        assert_eq!(map(&json!({ "7": 1, "id": 2 })), None);
        assert_eq!(map(&json!({ "7": 1, "ORD-1": 2 })), None);
        assert_eq!(map(&json!({})), None);
    }
}
