use std::{borrow::Cow, fmt};

use pactwork_contract::Combine;
use serde::{
    Deserialize, Deserializer,
    de::{
        DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
        value::{MapAccessDeserializer, SeqAccessDeserializer},
    },
};
use serde_json::{Map, Value};

use super::order::{Order, Seen};
use super::plan::{Children, Elements, Example, Members, NodeId, Plan};
use crate::{
    Difference, Mismatch, Part,
    json_path::Place,
    near,
    rules::{Kind, Rule, RuleSet, Subject, equal},
};

/// How a value is to be read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading {
    /// The part that mismatches name.
    pub(crate) part: Part,
    /// Whether an object may have more keys than the example.
    pub(crate) keys: Keys,
    /// Whether strings are text that may stand for numbers and the like.
    pub(crate) text: bool,
}

/// Whether an object may have more keys than the example.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keys {
    /// What is sent is known exactly: requests.
    NoMore,
    /// What is received may say more than is needed: responses and messages (Postel's law).
    MoreAllowed,
}

/// Under this key serde_json hands a number over where a crate of the build
/// asks it for numbers of any precision.
const NUMBER: &str = "$serde_json::private::Number";

impl Plan {
    /// Compares a value.
    pub(crate) fn compare(&self, actual: &Value, reading: Reading) -> Vec<Mismatch> {
        self.compare_read(actual, reading)
            .unwrap_or_else(|error| vec![Mismatch::unreadable(reading.part, "JSON", &error)])
    }

    /// Compares a value while it is read, so that it never stands in memory as a
    /// whole. The error is the reader's.
    pub(crate) fn compare_read<'de, D: Deserializer<'de>>(
        &self,
        actual: D,
        reading: Reading,
    ) -> Result<Vec<Mismatch>, D::Error> {
        let mut walk = Walk {
            plan: self,
            reading,
            mismatches: Vec::new(),
            missing: 0,
        };
        walk.visit(0, actual, &Place::Root)?;
        Ok(walk.mismatches)
    }
}

/// A walk over an actual value along a plan. As deep as the actual value, which
/// serde_json bounds when it parses.
#[derive(Debug)]
struct Walk<'a> {
    plan: &'a Plan,
    reading: Reading,
    mismatches: Vec<Mismatch>,
    /// How many members were missed where there were others.
    missing: usize,
}

/// A node of the plan and the place of the actual value that it is about.
struct At<'w, 'a> {
    walk: &'w mut Walk<'a>,
    id: NodeId,
    place: &'w Place<'w>,
    /// Whether the rules about the list or object itself are still to be checked.
    itself: bool,
}

impl<'de> DeserializeSeed<'de> for At<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, actual: D) -> Result<(), D::Error> {
        self.walk.visit(self.id, actual, self.place)
    }
}

impl At<'_, '_> {
    fn scalar(self, actual: impl Into<Value>) {
        self.walk.whole(self.id, &actual.into(), self.place);
    }
}

impl<'de> Visitor<'de> for At<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.scalar(Value::Null);
        Ok(())
    }

    fn visit_bool<E: Error>(self, actual: bool) -> Result<(), E> {
        self.scalar(actual);
        Ok(())
    }

    fn visit_i64<E: Error>(self, actual: i64) -> Result<(), E> {
        self.scalar(actual);
        Ok(())
    }

    fn visit_u64<E: Error>(self, actual: u64) -> Result<(), E> {
        self.scalar(actual);
        Ok(())
    }

    fn visit_f64<E: Error>(self, actual: f64) -> Result<(), E> {
        self.scalar(actual);
        Ok(())
    }

    fn visit_str<E: Error>(self, actual: &str) -> Result<(), E> {
        let node = &self.walk.plan.nodes[self.id];
        let same = matches!(&node.example, Example::Scalar(Value::String(text)) if text == actual);
        if !same || node.rules.is_some() {
            self.scalar(actual);
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, actual: A) -> Result<(), A::Error> {
        let Self {
            walk, id, place, ..
        } = self;
        let Example::List(elements) = &walk.plan.nodes[id].example else {
            let actual = Value::deserialize(SeqAccessDeserializer::new(actual))?;
            walk.whole(id, &actual, place);
            return Ok(());
        };
        let before = walk.mismatches.len();
        let length = walk.list(id, elements, actual, place)?;
        if self.itself {
            let list = Container::new(true, length);
            walk.container(id, &list, before, place);
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut actual: A) -> Result<(), A::Error> {
        let Self {
            walk, id, place, ..
        } = self;
        let Example::Map(members) = &walk.plan.nodes[id].example else {
            let actual = Value::deserialize(MapAccessDeserializer::new(actual))?;
            walk.whole(id, &actual, place);
            return Ok(());
        };
        let before = walk.mismatches.len();
        let first = actual.next_key_seed(Key)?;
        if first.as_deref() == Some(NUMBER) {
            let number: String = actual.next_value()?;
            let number = serde_json::from_str(&number).map_err(A::Error::custom)?;
            walk.whole(id, &number, place);
            return Ok(());
        }
        let length = walk.map(id, members, (first, actual), place)?;
        if self.itself {
            let map = Container::new(false, length);
            walk.container(id, &map, before, place);
        }
        Ok(())
    }
}

/// A list or object, as rules about it itself see it.
struct Container<'v> {
    is_list: bool,
    length: usize,
    /// There for the rules that need it.
    value: Option<&'v Value>,
}

impl<'v> Container<'v> {
    fn new(is_list: bool, length: usize) -> Self {
        Self {
            is_list,
            length,
            value: None,
        }
    }

    fn of(value: &'v Value) -> Option<Self> {
        let (is_list, length) = match value {
            Value::Array(list) => (true, list.len()),
            Value::Object(map) => (false, map.len()),
            _ => return None,
        };
        Some(Self {
            is_list,
            length,
            value: Some(value),
        })
    }

    /// For a mismatch. Where the value is not there, only an empty one breaks a rule.
    fn shown(&self) -> Value {
        match (self.value, self.is_list) {
            (Some(value), _) => value.clone(),
            (None, true) => Value::Array(Vec::new()),
            (None, false) => Value::Object(Map::new()),
        }
    }
}

/// A key; borrowed where the reader can lend it.
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, key: D) -> Result<Self::Value, D::Error> {
        key.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E: Error>(self, key: &'de str) -> Result<Self::Value, E> {
        Ok(key.into())
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Self::Value, E> {
        Ok(key.to_owned().into())
    }
}

impl<'a> Walk<'a> {
    fn visit<'de, D: Deserializer<'de>>(
        &mut self,
        id: NodeId,
        actual: D,
        place: &Place<'_>,
    ) -> Result<(), D::Error> {
        if self.plan.nodes[id].needs_value {
            let actual = Value::deserialize(actual)?;
            self.whole(id, &actual, place);
            return Ok(());
        }
        actual.deserialize_any(self.at(id, place))
    }

    /// A value that stands in memory: scalars, and what rules have to see as a whole.
    fn whole(&mut self, id: NodeId, actual: &Value, place: &Place<'_>) {
        let plan: &'a Plan = self.plan;
        let node = &plan.nodes[id];
        if let Some(container) = Container::of(actual)
            && node.example.is_kind_of(actual)
        {
            if let Children::OneOf(plans) = &node.children {
                return self.one_of(plans, actual, place);
            }
            self.container(id, &container, self.mismatches.len(), place);
            return self.inside(id, actual, place);
        }
        let rules = node.rules.as_deref();
        match &node.example {
            Example::Scalar(example) => self.scalar(rules, example, actual, place),
            Example::Any => self.scalar(rules, actual, actual, place),
            Example::Map(_) | Example::List(_) => self.another_kind(id, actual, place),
        }
    }

    /// What is inside a list or object that stands in memory.
    fn inside(&mut self, id: NodeId, actual: &Value, place: &Place<'_>) {
        let plan: &'a Plan = self.plan;
        match (&plan.nodes[id].children, &plan.nodes[id].example, actual) {
            (_, Example::Any, _) => {}
            (Children::Contains(variants), _, Value::Array(list)) => {
                self.contains(variants, list, place);
            }
            _ => {
                let at = At {
                    walk: self,
                    id,
                    place,
                    itself: false,
                };
                if let Err(error) = actual.deserialize_any(at) {
                    let part = self.reading.part;
                    self.mismatches
                        .push(Mismatch::unreadable(part, "JSON", &error));
                }
            }
        }
    }

    /// What the closest of several plans finds.
    fn one_of(&mut self, plans: &'a [Plan], actual: &Value, place: &Place<'_>) {
        let found = plans.iter().map(|plan| {
            let mut walk = Walk {
                plan,
                reading: self.reading,
                mismatches: Vec::new(),
                missing: 0,
            };
            walk.whole(0, actual, place);
            walk.mismatches
        });
        let closest = found.min_by_key(Vec::len);
        self.mismatches.extend(closest.into_iter().flatten());
    }

    fn subject<'v>(&self, actual: &'v Value) -> Subject<'v> {
        match actual {
            Value::String(text) if self.reading.text => Subject::Text(text),
            actual => Subject::Json(actual),
        }
    }

    fn scalar(
        &mut self,
        rules: Option<&RuleSet>,
        example: &Value,
        actual: &Value,
        place: &Place<'_>,
    ) {
        // Where there is no example, the value stands for it.
        let none = Value::Null;
        let told = if std::ptr::eq(example, actual) {
            &none
        } else {
            example
        };
        let Some(rules) = rules else {
            if !equal(example, actual) {
                let difference = Rule::EQUALITY.difference(example, self.subject(actual));
                let difference = difference.unwrap_or(Difference::Different);
                let broken = Broken::by(&Rule::EQUALITY, difference, example);
                self.push(broken, Some(actual), place);
            }
            return;
        };
        let before = self.mismatches.len();
        for rule in &rules.rules {
            match rule.difference(example, self.subject(actual)) {
                Some(difference) => {
                    self.push(Broken::by(rule, difference, told), Some(actual), place);
                }
                None if rules.combine == Combine::Or => return self.mismatches.truncate(before),
                None => {}
            }
        }
    }

    /// The rules about a list or object itself; told of before what is inside.
    fn container(&mut self, id: NodeId, actual: &Container<'_>, before: usize, place: &Place<'_>) {
        let plan: &'a Plan = self.plan;
        let Some(rules) = plan.nodes[id].rules.as_deref() else {
            return;
        };
        let inside = self.mismatches.split_off(before);
        for rule in &rules.rules {
            match rule.container_difference(actual.length) {
                Some(Difference::Length) => self.length(rule, actual.length, place),
                Some(difference) => {
                    let broken = Broken::by(rule, difference, &plan.example(id));
                    self.push(broken, Some(&actual.shown()), place);
                }
                None if rules.combine == Combine::Or => {
                    self.mismatches.truncate(before);
                    break;
                }
                None => {}
            }
        }
        self.mismatches.extend(inside);
    }

    fn another_kind(&mut self, id: NodeId, actual: &Value, place: &Place<'_>) {
        let plan: &'a Plan = self.plan;
        let rules = plan.nodes[id].rules.as_deref();
        let replaced = rules.is_some_and(|rules| {
            rules
                .rules
                .iter()
                .any(|rule| rule.replaces_container(actual))
                && (rules.combine == Combine::Or || rules.rules.len() == 1)
        });
        if !replaced {
            let broken = Broken(rule_name(rules), Difference::Type, plan.example(id));
            self.push(broken, Some(actual), place);
        }
    }

    /// Compares the members of an object and returns how many there are. `actual`
    /// is the first key, which was read already, and the rest.
    fn map<'de, A: MapAccess<'de>>(
        &mut self,
        id: NodeId,
        members: &'a Members,
        actual: (Option<Cow<'de, str>>, A),
        place: &Place<'_>,
    ) -> Result<usize, A::Error> {
        let plan: &'a Plan = self.plan;
        let by_value = matches!(plan.nodes[id].children, Children::Values | Children::Keys);
        let mut seen = Seen::default();
        let mut order = Order::new(self.mismatches.len());
        // Names that the example has not, in case that one of them is a misspelt one.
        let mut others = Vec::new();
        let (mut next, mut actual) = actual;
        let mut length = 0;
        while let Some(key) = next {
            length += 1;
            let here = Place::Member(place, &key);
            let index = index_of(&members.members, &key);
            if index.is_some_and(|index| !seen.insert(index)) {
                order.forget(&key, &mut self.mismatches);
            }
            let child = match index {
                Some(index) => Some(members.members[index].1),
                None if by_value => members.beyond(&key),
                None => None,
            };
            if by_value {
                self.key(id, &key, &here);
            }
            match child {
                Some(id) => actual.next_value_seed(self.at(id, &here))?,
                None if !by_value && self.is_told_of_more(id) => {
                    let value: Value = actual.next_value()?;
                    let broken = Broken("equality", Difference::Unexpected, Value::Null);
                    self.push(broken, Some(&value), &here);
                }
                None => drop(actual.next_value::<IgnoredAny>()?),
            }
            order.upto(self.mismatches.len(), index.is_none(), &key);
            if index.is_none() && others.len() < near::MOST {
                others.push(key);
            }
            next = actual.next_key_seed(Key)?;
        }
        let missing = members.members.iter().enumerate();
        for (_, (name, child)) in missing.filter(|(index, _)| !by_value && !seen.contains(*index)) {
            self.missing(*child, &Place::Member(place, name));
            self.point_at(name, &others);
            order.upto(self.mismatches.len(), false, name);
        }
        order.establish(&mut self.mismatches);
        Ok(length)
    }

    /// Whether a member that the example has not is a mismatch.
    fn is_told_of_more(&self, id: NodeId) -> bool {
        let exactly = matches!(self.plan.nodes[id].children, Children::Exactly);
        exactly || self.reading.keys == Keys::NoMore
    }

    fn at<'w>(&'w mut self, id: NodeId, place: &'w Place<'w>) -> At<'w, 'a> {
        At {
            walk: self,
            id,
            place,
            itself: true,
        }
    }

    fn key(&mut self, id: NodeId, key: &str, place: &Place<'_>) {
        let plan: &'a Plan = self.plan;
        let rules = plan.nodes[id].rules.as_deref();
        let broken = rules.into_iter().flat_map(|rules| &rules.rules);
        let broken = broken.filter_map(|rule| match &rule.kind {
            Kind::EachKey(rules) => rules.broken_by_key(key),
            _ => None,
        });
        for (rule, difference) in broken {
            let key = Value::from(key);
            let name = format!("eachKey({})", rule.name);
            let broken = Broken(&name, difference, rule.expected(&key));
            self.push(broken, Some(&key), place);
        }
    }

    /// Compares the elements of a list and returns how many there are.
    fn list<'de, A: SeqAccess<'de>>(
        &mut self,
        id: NodeId,
        elements: &'a Elements,
        mut actual: A,
        place: &Place<'_>,
    ) -> Result<usize, A::Error> {
        let plan: &'a Plan = self.plan;
        let one_by_one = matches!(plan.nodes[id].children, Children::Same | Children::Exactly);
        let mut index = 0;
        loop {
            let child = match elements.elements.get(index) {
                Some(child) => Some(*child),
                None if one_by_one => None,
                None => elements.beyond(index),
            };
            let here = Place::Element(place, index);
            let more = match child {
                Some(id) => actual.next_element_seed(self.at(id, &here))?,
                None => actual.next_element::<IgnoredAny>()?.map(drop),
            };
            if more.is_none() {
                break;
            }
            index += 1;
        }
        let expected = elements.elements.len();
        if one_by_one && expected != index {
            let length = Value::from(index);
            let broken = Broken("equality", Difference::Length, expected.into());
            self.push(broken, Some(&length), place);
        }
        Ok(index)
    }

    fn contains(&mut self, variants: &[Plan], actual: &[Value], place: &Place<'_>) {
        for variant in variants {
            let found = actual
                .iter()
                .any(|element| variant.compare(element, self.reading).is_empty());
            if !found {
                let list = Value::from(actual);
                let broken = Broken("arrayContains", Difference::Different, variant.example(0));
                self.push(broken, Some(&list), place);
            }
        }
    }

    fn missing(&mut self, id: NodeId, place: &Place<'_>) {
        let plan: &'a Plan = self.plan;
        let rule = rule_name(plan.nodes[id].rules.as_deref());
        let broken = Broken(rule, Difference::Missing, plan.example(id));
        self.push(broken, None, place);
    }

    /// Of many missing members, only the first name what may have been meant.
    fn point_at(&mut self, missing: &str, others: &[Cow<'_, str>]) {
        if self.missing == near::MOST || others.is_empty() {
            return;
        }
        self.missing += 1;
        if let Some(mismatch) = self.mismatches.last_mut() {
            mismatch.near = near::nearest(missing, others.iter().map(|name| &**name));
        }
    }

    fn length(&mut self, rule: &Rule, length: usize, place: &Place<'_>) {
        if let Kind::Type(bounds) = &rule.kind {
            let broken = Broken(rule.name, Difference::Length, bounds.expected());
            self.push(broken, Some(&length.into()), place);
        }
    }

    fn push(&mut self, broken: Broken<'_>, actual: Option<&Value>, place: &Place<'_>) {
        let Broken(rule, difference, expected) = broken;
        self.mismatches.push(Mismatch {
            part: self.reading.part,
            path: place.render(),
            difference,
            rule: rule.into(),
            expected,
            actual: actual.cloned(),
            near: None,
        });
    }
}

/// The rule that was broken, how, and what it expected.
struct Broken<'r>(&'r str, Difference, Value);

impl<'r> Broken<'r> {
    fn by(rule: &'r Rule, difference: Difference, example: &Value) -> Self {
        Self(rule.name, difference, rule.expected(example))
    }
}

/// The rule that a mismatch names where it is none rule's own verdict.
fn rule_name(rules: Option<&RuleSet>) -> &'static str {
    rules
        .and_then(|rules| rules.rules.first())
        .map_or("equality", |rule| rule.name)
}

impl Members {
    /// The node for a member that the example has not.
    fn beyond(&self, name: &str) -> Option<NodeId> {
        let named = index_of(&self.named, name).map(|index| self.named[index].1);
        named.or(self.other)
    }
}

impl Elements {
    /// The node for an element that the example has not.
    fn beyond(&self, index: usize) -> Option<NodeId> {
        let found = self.named.binary_search_by_key(&index, |(named, _)| *named);
        let named = found.ok().map(|at| self.named[at].1);
        named.or(self.other)
    }
}

fn index_of(sorted: &[(String, NodeId)], name: &str) -> Option<usize> {
    sorted
        .binary_search_by(|(known, _)| known.as_str().cmp(name))
        .ok()
}
