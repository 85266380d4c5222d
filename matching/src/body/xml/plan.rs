//! The example and the rules at each place of it.

use std::{collections::BTreeSet, sync::Arc};

use roxmltree::Node;

use super::document;
use crate::{
    rules::{Kind, RuleSet},
    structure::{Position, RulePaths, Segment, Selection},
};

/// An XML example with the rules that hold at each place of it.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) root: Element,
    /// Rules that say nothing about XML, by name.
    foreign: BTreeSet<&'static str>,
}

/// Namespace and local name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) namespace: Option<String>,
    pub(super) local: String,
}

#[derive(Debug)]
pub(super) struct Element {
    pub(super) name: Name,
    /// As paths show it.
    pub(super) shown: String,
    /// What holds here; `None` for equality.
    pub(super) rules: Option<Arc<RuleSet>>,
    pub(super) attributes: Vec<Value>,
    pub(super) text: Value,
    /// The elements inside, those of one name together, in the order of the example.
    pub(super) groups: Vec<Group>,
    /// Whether elements of other names are mismatches: below a type rule.
    pub(super) no_others: bool,
}

/// An attribute, or an element's text.
#[derive(Debug)]
pub(super) struct Value {
    pub(super) name: Name,
    pub(super) shown: String,
    pub(super) example: serde_json::Value,
    pub(super) rules: Option<Arc<RuleSet>>,
}

#[derive(Debug)]
pub(super) struct Group {
    pub(super) elements: Vec<Element>,
    /// Where a type rule holds: what any further element of that name is like.
    pub(super) others: Option<Box<Element>>,
}

impl Plan {
    pub(super) fn compile(root: Node<'_, '_>, paths: &RulePaths) -> Self {
        let mut compiler = Compiler {
            paths,
            foreign: BTreeSet::new(),
        };
        let top = paths.root();
        let top = top.clone().or(paths.step(&top, Segment::Element(0)));
        let above = Above {
            inherited: paths.at(&top).and_then(|chosen| chosen.below()),
            position: top,
        };
        Self {
            root: compiler.element(root, Segment::Element(0), &above),
            foreign: compiler.foreign,
        }
    }

    /// What in the rules does not fit XML, as sentences.
    pub(super) fn problems(&self) -> Vec<String> {
        let foreign = self.foreign.iter();
        let sentence = |name| format!("the rule {name} says nothing about XML and is not used");
        foreign.map(sentence).collect()
    }
}

/// What a place gets from above.
#[derive(Debug, Clone)]
struct Above {
    position: Position,
    inherited: Option<Selection>,
}

struct Compiler<'a> {
    paths: &'a RulePaths,
    foreign: BTreeSet<&'static str>,
}

impl Compiler<'_> {
    fn element(&mut self, node: Node<'_, '_>, index: Segment<'_>, above: &Above) -> Element {
        let named = self.named(&above.position, &names(node));
        let position = named.clone().or(self.paths.step(&named, index));
        let (rules, chosen) = self.chosen(above.inherited.clone(), &position);
        let below = Above {
            inherited: chosen
                .as_ref()
                .and_then(Selection::below)
                .or_else(|| above.inherited.clone()),
            position,
        };
        let by_type = below.inherited.as_ref().is_some_and(is_type);
        Element {
            name: Name::of(node.tag_name()),
            shown: shown(node),
            rules,
            attributes: self.attributes(node, &below),
            text: self.text(node, &below),
            groups: self.groups(node, &below),
            no_others: by_type,
        }
    }

    /// The position behind a name, in any of the ways to write it.
    fn named(&self, from: &Position, names: &[String]) -> Position {
        let mut names = names.iter();
        let mut position = Position::default();
        if let Some(first) = names.next() {
            position = self.paths.step(from, Segment::Member(first));
        }
        for name in names {
            let exact = self.paths.step(from, Segment::Member(name));
            if exact != position {
                position = position.or(exact);
            }
        }
        position
    }

    fn chosen(
        &mut self,
        inherited: Option<Selection>,
        position: &Position,
    ) -> (Option<Arc<RuleSet>>, Option<Selection>) {
        let here = self.paths.at(position);
        let chosen = inherited.into_iter().chain(here).reduce(Selection::closer);
        let rules = chosen.as_ref().map(|chosen| Arc::clone(&chosen.rules));
        let rules = rules.filter(|rules| !rules.rules.is_empty());
        for rule in rules.iter().flat_map(|rules| &rules.rules) {
            if !matches!(rule.kind, Kind::Check(_) | Kind::Equality | Kind::Type(_)) {
                self.foreign.insert(rule.name);
            }
        }
        (rules, chosen)
    }

    fn attributes(&mut self, node: Node<'_, '_>, below: &Above) -> Vec<Value> {
        // A rule about an element's text is not about its attributes.
        let inherited = below.inherited.clone();
        let inherited = inherited.filter(is_about_structure);
        let attributes = node.attributes().map(|attribute| {
            let local = attribute.name();
            let name = Name {
                namespace: attribute.namespace().map(str::to_owned),
                local: local.into(),
            };
            let mut names = vec![format!("@{local}")];
            if let Some(namespace) = &name.namespace {
                let prefix = node.lookup_prefix(namespace).unwrap_or_default();
                names.push(format!("@{prefix}:{local}"));
                names.push(format!("@{namespace}:{local}"));
            }
            let position = self.named(&below.position, &names);
            let (rules, _) = self.chosen(inherited.clone(), &position);
            Value {
                name,
                shown: format!("@{local}"),
                example: attribute.value().into(),
                rules,
            }
        });
        attributes.collect()
    }

    fn text(&mut self, node: Node<'_, '_>, below: &Above) -> Value {
        let position = self.paths.step(&below.position, Segment::Member(TEXT));
        let example = document::own_text(node);
        // Where elements are inside instead of text, a rule about values is about theirs.
        let has_text = !example.is_empty() || !node.has_children();
        let inherited = below.inherited.clone();
        let inherited = inherited.filter(|above| has_text || is_about_structure(above));
        let (rules, _) = self.chosen(inherited, &position);
        Value {
            name: Name {
                namespace: None,
                local: TEXT.into(),
            },
            shown: TEXT.into(),
            example: example.into(),
            rules,
        }
    }

    fn groups(&mut self, node: Node<'_, '_>, below: &Above) -> Vec<Group> {
        let mut by_name: Vec<(Name, Vec<Node<'_, '_>>)> = Vec::new();
        for child in node.children().filter(Node::is_element) {
            let name = Name::of(child.tag_name());
            match by_name.iter_mut().find(|(known, _)| *known == name) {
                Some((_, nodes)) => nodes.push(child),
                None => by_name.push((name, vec![child])),
            }
        }
        let groups = by_name.into_iter();
        groups.map(|(_, nodes)| self.group(&nodes, below)).collect()
    }

    fn group(&mut self, nodes: &[Node<'_, '_>], below: &Above) -> Group {
        let mut elements = Vec::new();
        for (index, node) in nodes.iter().enumerate() {
            elements.push(self.element(*node, Segment::Element(index), below));
        }
        let others = nodes.first().map(|first| {
            let other = self.element(*first, Segment::OtherElement, below);
            Box::new(other)
        });
        let by_type = |element: &Element| element.rules.as_deref().is_some_and(has_type);
        Group {
            others: others.filter(|other| by_type(other)),
            elements,
        }
    }
}

const TEXT: &str = "#text";

impl Name {
    pub(super) fn of(name: roxmltree::ExpandedName<'_, '_>) -> Self {
        Self {
            namespace: name.namespace().map(str::to_owned),
            local: name.name().into(),
        }
    }

    pub(super) fn is(&self, namespace: Option<&str>, local: &str) -> bool {
        self.local == local && self.namespace.as_deref() == namespace
    }
}

/// The ways in which a path may write an element's name.
pub(crate) fn names(node: Node<'_, '_>) -> Vec<String> {
    let name = node.tag_name();
    let mut names = vec![name.name().to_owned()];
    if let Some(namespace) = name.namespace() {
        names.push(format!("{namespace}:{}", name.name()));
        if let Some(prefix) = prefix(node) {
            names.push(format!("{prefix}:{}", name.name()));
        }
    }
    names
}

/// The element's name as the document writes it.
fn shown(node: Node<'_, '_>) -> String {
    let local = node.tag_name().name();
    match prefix(node) {
        Some(prefix) => format!("{prefix}:{local}"),
        None => local.into(),
    }
}

fn prefix<'i>(node: Node<'_, 'i>) -> Option<&'i str> {
    let tag = node.document().input_text().get(node.range())?;
    let name = tag.strip_prefix('<')?;
    let end = name.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/'))?;
    let (prefix, _) = name[..end].split_once(':')?;
    Some(prefix)
}

pub(super) fn has_type(rules: &RuleSet) -> bool {
    rules.has(|kind| matches!(kind, Kind::Type(_)))
}

fn is_type(selection: &Selection) -> bool {
    has_type(&selection.rules)
}

fn is_about_structure(selection: &Selection) -> bool {
    let mut rules = selection.rules.rules.iter();
    rules.all(|rule| matches!(rule.kind, Kind::Equality | Kind::Type(_)))
}
