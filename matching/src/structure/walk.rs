use pactwork_contract::Combine;
use serde_json::{Map, Value};

use super::plan::{Children, Elements, Example, Members, NodeId, Plan};
use crate::{
    Difference, Mismatch, Part,
    json_path::Place,
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

impl Plan {
    /// Compares a value.
    pub(crate) fn compare(&self, actual: &Value, reading: Reading) -> Vec<Mismatch> {
        let mut walk = Walk {
            plan: self,
            reading,
            mismatches: Vec::new(),
        };
        walk.visit(0, actual, &Place::Root);
        walk.mismatches
    }
}

/// A walk over an actual value along a plan. As deep as the actual value, which
/// serde_json bounds when it parses.
#[derive(Debug)]
pub(crate) struct Walk<'a> {
    plan: &'a Plan,
    reading: Reading,
    mismatches: Vec<Mismatch>,
}

impl<'a> Walk<'a> {
    fn visit(&mut self, id: NodeId, actual: &Value, place: &Place<'_>) {
        let plan: &'a Plan = self.plan;
        let node = &plan.nodes[id];
        match (&node.example, actual) {
            (Example::Scalar(example), _) => {
                self.scalar(node.rules.as_deref(), example, actual, place);
            }
            (Example::Map(members), Value::Object(map)) => {
                self.container(id, actual, place);
                self.map(id, members, map, place);
            }
            (Example::List(elements), Value::Array(list)) => {
                self.container(id, actual, place);
                self.list(id, elements, list, place);
            }
            (Example::Any, Value::Object(_) | Value::Array(_)) => self.container(id, actual, place),
            (Example::Any, _) => self.scalar(node.rules.as_deref(), actual, actual, place),
            (Example::Map(_) | Example::List(_), _) => self.another_kind(id, actual, place),
        }
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
                    self.push(Broken::by(rule, difference, example), Some(actual), place);
                }
                None if rules.combine == Combine::Or => return self.mismatches.truncate(before),
                None => {}
            }
        }
    }

    /// The rules that look at a list or object itself.
    fn container(&mut self, id: NodeId, actual: &Value, place: &Place<'_>) {
        let plan: &'a Plan = self.plan;
        let Some(rules) = plan.nodes[id].rules.as_deref() else {
            return;
        };
        let before = self.mismatches.len();
        for rule in &rules.rules {
            match rule.container_difference(actual) {
                Some(Difference::Length) => self.length(rule, actual, place),
                Some(difference) => {
                    let broken = Broken::by(rule, difference, &plan.example(id));
                    self.push(broken, Some(actual), place);
                }
                None if rules.combine == Combine::Or => return self.mismatches.truncate(before),
                None => {}
            }
        }
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

    fn map(
        &mut self,
        id: NodeId,
        members: &'a Members,
        actual: &Map<String, Value>,
        place: &Place<'_>,
    ) {
        let plan: &'a Plan = self.plan;
        let children = &plan.nodes[id].children;
        if let Children::Values | Children::Keys = children {
            return self.values(id, members, actual, place);
        }
        let mut found = 0;
        for (name, child) in &members.members {
            let here = Place::Member(place, name);
            match actual.get(name) {
                Some(value) => {
                    found += 1;
                    self.visit(*child, value, &here);
                }
                None => self.missing(*child, &here),
            }
        }
        let exactly = matches!(children, Children::Exactly);
        if found < actual.len() && (exactly || self.reading.keys == Keys::NoMore) {
            self.unexpected(members, actual, place);
        }
    }

    fn unexpected(&mut self, members: &Members, actual: &Map<String, Value>, place: &Place<'_>) {
        for (name, value) in actual {
            if lookup(&members.members, name).is_none() {
                let here = Place::Member(place, name);
                let broken = Broken("equality", Difference::Unexpected, Value::Null);
                self.push(broken, Some(value), &here);
            }
        }
    }

    fn values(
        &mut self,
        id: NodeId,
        members: &Members,
        actual: &Map<String, Value>,
        place: &Place<'_>,
    ) {
        let plan: &'a Plan = self.plan;
        let rules = plan.nodes[id].rules.as_deref();
        for (name, value) in actual {
            let here = Place::Member(place, name);
            self.key(rules, name, &here);
            let child = lookup(&members.members, name)
                .or_else(|| lookup(&members.named, name))
                .or(members.other);
            if let Some(child) = child {
                self.visit(child, value, &here);
            }
        }
    }

    fn key(&mut self, rules: Option<&RuleSet>, key: &str, place: &Place<'_>) {
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

    fn list(&mut self, id: NodeId, elements: &Elements, actual: &[Value], place: &Place<'_>) {
        let plan: &'a Plan = self.plan;
        match &plan.nodes[id].children {
            Children::Contains(variants) => self.contains(variants, actual, place),
            Children::Same | Children::Exactly => self.each_of(elements, actual, place),
            Children::Template | Children::Values | Children::Keys => {
                self.template(elements, actual, place);
            }
        }
    }

    fn each_of(&mut self, elements: &Elements, actual: &[Value], place: &Place<'_>) {
        for (index, (child, value)) in elements.elements.iter().zip(actual).enumerate() {
            self.visit(*child, value, &Place::Element(place, index));
        }
        let expected = elements.elements.len();
        if expected != actual.len() {
            let length = Value::from(actual.len());
            let broken = Broken("equality", Difference::Length, expected.into());
            self.push(broken, Some(&length), place);
        }
    }

    fn template(&mut self, elements: &Elements, actual: &[Value], place: &Place<'_>) {
        for (index, value) in actual.iter().enumerate() {
            let named = || elements.named.iter().find(|(named, _)| *named == index);
            let child = elements
                .elements
                .get(index)
                .copied()
                .or_else(|| named().map(|(_, id)| *id))
                .or(elements.other);
            if let Some(child) = child {
                self.visit(child, value, &Place::Element(place, index));
            }
        }
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

    fn length(&mut self, rule: &Rule, actual: &Value, place: &Place<'_>) {
        if let Kind::Type(bounds) = &rule.kind {
            let length = Value::from(actual.as_array().map_or(0, Vec::len));
            let broken = Broken(rule.name, Difference::Length, bounds.expected());
            self.push(broken, Some(&length), place);
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

fn lookup(sorted: &[(String, NodeId)], name: &str) -> Option<NodeId> {
    let at = sorted.binary_search_by(|(known, _)| known.as_str().cmp(name));
    at.ok().map(|at| sorted[at].1)
}
