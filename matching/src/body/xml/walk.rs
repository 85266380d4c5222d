//! Comparing an actual element along the plan. As deep as the plan.

use pactwork_contract::Combine;
use roxmltree::Node;
use serde_json::Value as Json;

use super::{
    document,
    plan::{Element, Group, Name, Plan, Value},
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
        for attribute in &expected.attributes {
            let here = Place::Member(place, &attribute.shown);
            let name = &attribute.name;
            let found = actual
                .attributes()
                .find(|found| name.is(found.namespace(), found.name()));
            match found {
                Some(found) => self.value(attribute, found.value(), &here),
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
        for found in actual.attributes() {
            let mut known = expected.attributes.iter();
            if !known.any(|known| known.name.is(found.namespace(), found.name())) {
                let name = format!("@{}", found.name());
                let broken = Broken("equality", Difference::Unexpected, Json::Null);
                self.push(
                    broken,
                    Some(found.value().into()),
                    &Place::Member(place, &name),
                );
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
        for group in &expected.groups {
            self.group(group, actual, place);
        }
        if self.keys == Keys::MoreAllowed && !expected.no_others {
            return;
        }
        for child in actual.children().filter(Node::is_element) {
            let name = child.tag_name();
            let mut known = expected
                .groups
                .iter()
                .filter_map(|group| group.elements.first());
            if !known.any(|known| known.name.is(name.namespace(), name.name())) {
                let here = Place::Member(place, name.name());
                self.unexpected(child, &here);
            }
        }
    }

    fn group(&mut self, group: &Group, parent: Node<'_, '_>, place: &Place<'_>) {
        let Some(first) = group.elements.first() else {
            return;
        };
        let here = Place::Member(place, &first.shown);
        let of_name = |child: &Node<'_, '_>| {
            let name = child.tag_name();
            child.is_element() && first.name.is(name.namespace(), name.name())
        };
        let actual: Vec<_> = parent.children().filter(of_name).collect();
        let several = actual.len() > 1 || group.elements.len() > 1;
        for (index, child) in actual.iter().enumerate() {
            let indexed = Place::Element(&here, index);
            let there = if several { &indexed } else { &here };
            match group.elements.get(index).or(group.others.as_deref()) {
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
