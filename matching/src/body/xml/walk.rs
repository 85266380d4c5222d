//! Comparing an actual element along the plan. As deep as the plan.

use std::collections::{HashMap, HashSet};

use pactwork_contract::Combine;
use roxmltree::Node;
use serde_json::Value as Json;

use super::{
    document,
    plan::{Element, Group, Name, Plan, Value, broken_bounds},
};
use crate::{
    Difference, Mismatch, Part,
    json_path::Place,
    rules::{Kind, Rule, RuleSet, Subject},
    structure::Keys,
};

impl Plan {
    pub(super) fn compare(&self, root: Node<'_, '_>, keys: Keys) -> Vec<Mismatch> {
        let mut walk = Walk {
            keys,
            mismatches: Vec::new(),
        };
        let name = &self.root.name;
        let actual = root.tag_name();
        match name.is(actual.namespace(), actual.name()) {
            true => walk.element(
                &self.root,
                root,
                &Place::Member(&Place::Root, &self.root.shown),
            ),
            false => {
                let (expected, found) = (shown(name), shown(&Name::of(actual)));
                let broken = Broken("equality", Difference::Different, expected);
                walk.push(broken, Some(found), &Place::Root);
            }
        }
        walk.mismatches
    }
}

struct Walk {
    keys: Keys,
    mismatches: Vec<Mismatch>,
}

/// The rule that was broken, how, and what it expected.
struct Broken<'r>(&'r str, Difference, Json);

impl Walk {
    fn element(&mut self, expected: &Element, actual: Node<'_, '_>, place: &Place<'_>) {
        if let Some(rules) = &expected.rules {
            self.itself(expected, rules, actual, place);
        }
        self.attributes(expected, actual, place);
        let text = document::own_text(actual);
        let here = Place::Member(place, &expected.text.shown);
        self.value(&expected.text, &text, &here);
        self.children(expected, actual, place);
    }

    /// The rules about an element itself: how many elements are inside, and whether
    /// anything is.
    fn itself(
        &mut self,
        expected: &Element,
        rules: &RuleSet,
        actual: Node<'_, '_>,
        place: &Place<'_>,
    ) {
        let inside = actual.children().filter(Node::is_element).count();
        // Where text is expected, the rule is checked there.
        let is_empty = !expected.groups.is_empty() && inside == 0;
        let before = self.mismatches.len();
        for rule in &rules.rules {
            let broken = match &rule.kind {
                Kind::Type(_) if expected.counts_alike => None,
                Kind::Type(bounds) => bounds.difference(inside).map(|difference| {
                    let broken = Broken(rule.name, difference, bounds.expected());
                    (broken, Json::from(inside))
                }),
                Kind::Check(check) if is_empty && !check.needs_container() => {
                    check.container_difference(true).map(|difference| {
                        let broken = Broken(rule.name, difference, shown(&expected.name));
                        (broken, format!("<{}/>", expected.name.local).into())
                    })
                }
                _ => None,
            };
            match broken {
                Some((broken, found)) => self.push(broken, Some(found), place),
                None if rules.combine == Combine::Or => return self.mismatches.truncate(before),
                None => {}
            }
        }
    }

    fn attributes(&mut self, expected: &Element, actual: Node<'_, '_>, place: &Place<'_>) {
        let found = actual.attributes();
        let found: HashMap<_, _> = found
            .map(|found| ((found.namespace(), found.name()), found.value()))
            .collect();
        for attribute in &expected.attributes {
            let here = Place::Member(place, &attribute.shown);
            match found.get(&attribute.name.key()) {
                Some(found) => self.value(attribute, found, &here),
                None => {
                    let rule = rule_name(attribute.rules.as_deref());
                    let broken = Broken(rule, Difference::Missing, attribute.example.clone());
                    self.push(broken, None, &here);
                }
            }
        }
        if self.keys == Keys::MoreAllowed {
            return;
        }
        let known = expected.attributes.iter();
        let known: HashSet<_> = known.map(|known| known.name.key()).collect();
        for found in actual.attributes() {
            if !known.contains(&(found.namespace(), found.name())) {
                let name = format!("@{}", found.name());
                let broken = Broken("equality", Difference::Unexpected, Json::Null);
                let here = Place::Member(place, &name);
                self.push(broken, Some(found.value().into()), &here);
            }
        }
    }

    fn value(&mut self, expected: &Value, actual: &str, place: &Place<'_>) {
        let Some(rules) = &expected.rules else {
            if expected.example.as_str() != Some(actual) {
                let broken = Broken("equality", Difference::Different, expected.example.clone());
                self.push(broken, Some(actual.into()), place);
            }
            return;
        };
        let before = self.mismatches.len();
        for rule in &rules.rules {
            match rule.difference(&expected.example, Subject::Text(actual)) {
                Some(difference) => {
                    let expected = rule.expected(&expected.example);
                    self.push(
                        Broken(rule.name, difference, expected),
                        Some(actual.into()),
                        place,
                    );
                }
                None if rules.combine == Combine::Or => return self.mismatches.truncate(before),
                None => {}
            }
        }
    }

    fn children(&mut self, expected: &Element, actual: Node<'_, '_>, place: &Place<'_>) {
        let children = || actual.children().filter(Node::is_element);
        let key = |child: Node<'_, '_>| Name::of(child.tag_name());
        let mut by_name: HashMap<_, Vec<_>> = HashMap::new();
        for child in children() {
            by_name.entry(key(child)).or_default().push(child);
        }
        for group in &expected.groups {
            let first = group.elements.first();
            let found = first.and_then(|first| by_name.remove(&first.name));
            self.group(group, &found.unwrap_or_default(), place);
        }
        if (self.keys == Keys::MoreAllowed && !expected.no_others) || by_name.is_empty() {
            return;
        }
        for child in children().filter(|child| by_name.contains_key(&key(*child))) {
            let here = Place::Member(place, child.tag_name().name());
            self.unexpected(child, &here);
        }
    }

    fn group(&mut self, group: &Group, actual: &[Node<'_, '_>], place: &Place<'_>) {
        let Some(first) = group.elements.first() else {
            return;
        };
        let here = Place::Member(place, &first.shown);
        self.how_many(group, actual.len(), &here);
        let several = actual.len() > 1 || group.elements.len() > 1;
        for (index, child) in actual.iter().enumerate() {
            let indexed = Place::Element(&here, index);
            let there = if several { &indexed } else { &here };
            match group.elements.get(index).or(group.others.as_ref()) {
                Some(expected) => self.element(expected, *child, there),
                None if self.keys == Keys::NoMore => self.unexpected(*child, there),
                None => {}
            }
        }
        if group.others.is_some() && !actual.is_empty() {
            return;
        }
        for (index, missing) in group.elements.iter().enumerate().skip(actual.len()) {
            let indexed = Place::Element(&here, index);
            let rule = rule_name(missing.rules.as_deref());
            let broken = Broken(rule, Difference::Missing, shown(&missing.name));
            self.push(broken, None, if several { &indexed } else { &here });
        }
    }

    /// The rules about how many elements of one name there are; none at all are missing.
    fn how_many(&mut self, group: &Group, actual: usize, place: &Place<'_>) {
        let counting = group.elements.iter().find(|element| element.counts_alike);
        let rules = counting.and_then(|element| element.rules.as_deref());
        for (rule, difference) in rules.iter().flat_map(|rules| broken_bounds(rules, actual)) {
            if let Kind::Type(bounds) = &rule.kind
                && actual > 0
            {
                let broken = Broken(rule.name, difference, bounds.expected());
                self.push(broken, Some(actual.into()), place);
            }
        }
    }

    fn unexpected(&mut self, child: Node<'_, '_>, place: &Place<'_>) {
        let found = shown(&Name::of(child.tag_name()));
        let broken = Broken("equality", Difference::Unexpected, Json::Null);
        self.push(broken, Some(found), place);
    }

    fn push(&mut self, broken: Broken<'_>, actual: Option<Json>, place: &Place<'_>) {
        let Broken(rule, difference, expected) = broken;
        self.mismatches.push(Mismatch {
            part: Part::Body,
            path: place.render(),
            difference,
            rule: rule.into(),
            expected,
            actual,
            near: None,
        });
    }
}

fn shown(name: &Name) -> Json {
    document::tag(name.namespace.as_deref(), &name.local).into()
}

fn rule_name(rules: Option<&RuleSet>) -> &'static str {
    let first = rules.and_then(|rules| rules.rules.first());
    first.map_or(Rule::EQUALITY.name, |rule| rule.name)
}
