//! The example and the rules at each place of it.

use std::{collections::BTreeSet, sync::Arc};

use indexmap::IndexMap;
use pactwork_contract::Combine;
use roxmltree::Node;

use super::{
    document,
    names::{self, Written},
};
use crate::{
    Difference,
    rules::{Kind, Rule, RuleSet, Subject},
    structure::{Position, RulePaths, Segment, Selection},
};

/// An XML example with the rules that hold at each place of it.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) root: Element,
    /// Rules that say nothing about XML, by name.
    foreign: BTreeSet<&'static str>,
    limited: bool,
}

/// Namespace and local name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
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
    /// Whether the bounds among the rules are about how many elements of that name
    /// stand here, and not about how many elements are inside.
    pub(super) counts_alike: bool,
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
    pub(super) elements: Vec<Arc<Element>>,
    /// Where a type rule holds: what any further element of that name is like.
    pub(super) others: Option<Arc<Element>>,
}

/// Elements beyond this many per element of the example are not made: rules that
/// name indexes at every depth would need exponentially many.
const PER_ELEMENT: usize = 16;
const ALWAYS: usize = 65_536;

impl Plan {
    pub(super) fn compile(root: Node<'_, '_>, paths: &RulePaths) -> Self {
        let elements = root.descendants().filter(Node::is_element).count();
        let mut compiler = Compiler {
            paths,
            foreign: BTreeSet::new(),
            made: 0,
            limit: elements.saturating_mul(PER_ELEMENT).saturating_add(ALWAYS),
            limited: false,
        };
        let top = paths.root();
        let top = top.clone().or(paths.index(&top, Some(0)));
        let above = Above {
            inherited: paths.at(&top).and_then(|chosen| chosen.below()),
            position: top,
        };
        let beside = names::written(std::iter::once(root));
        let here = compiler.here(&names::of_element(root, &beside), Some(0), &above);
        Self {
            root: compiler.element(root, &here, &above),
            foreign: compiler.foreign,
            limited: compiler.limited,
        }
    }

    /// What in the rules does not fit XML, as sentences.
    pub(super) fn problems(&self) -> Vec<String> {
        let foreign = self.foreign.iter();
        let sentence = |name| format!("the rule {name} says nothing about XML and is not used");
        let mut problems: Vec<_> = foreign.map(sentence).collect();
        if self.limited {
            problems
                .push("so many rules hold inside each other that some are not told apart".into());
        }
        problems
    }
}

/// What a place gets from above.
#[derive(Debug, Clone)]
struct Above {
    position: Position,
    inherited: Option<Selection>,
}

/// Where an element stands.
struct Here {
    position: Position,
    /// The rules that hold there.
    chosen: Option<Selection>,
    /// Whether these are about this element, and not from above.
    is_own: bool,
    /// How many elements of that name stand there; `None` for the root.
    alike: Option<usize>,
}

impl Here {
    fn rules(&self) -> Option<&RuleSet> {
        self.chosen.as_ref().map(|chosen| &*chosen.rules)
    }
}

struct Compiler<'a> {
    paths: &'a RulePaths,
    foreign: BTreeSet<&'static str>,
    /// How many elements were made, and how many may be.
    made: usize,
    limit: usize,
    limited: bool,
}

impl Compiler<'_> {
    /// The place of an element by its names and its index, `None` for one that
    /// neither the example nor a rule names.
    fn here(&self, names: &[String], index: Option<usize>, above: &Above) -> Here {
        let named = self.named(&above.position, names);
        let position = named.clone().or(self.paths.index(&named, index));
        let own = self.paths.at(&position);
        let of_own = own.as_ref().map(|own| Arc::clone(&own.rules));
        let inherited = above.inherited.clone();
        let chosen = inherited.into_iter().chain(own).reduce(Selection::closer);
        let is_own = match (&chosen, of_own) {
            (Some(chosen), Some(own)) => Arc::ptr_eq(&chosen.rules, &own),
            _ => false,
        };
        Here {
            position,
            chosen,
            is_own,
            alike: None,
        }
    }

    fn element(&mut self, node: Node<'_, '_>, here: &Here, above: &Above) -> Element {
        self.made += 1;
        let below = Above {
            inherited: here
                .chosen
                .as_ref()
                .and_then(Selection::below)
                .or_else(|| above.inherited.clone()),
            position: here.position.clone(),
        };
        let text = document::own_text(node);
        let is_about_text = here.is_own && !text.is_empty();
        let inside = match &below.inherited {
            // The value that such a rule is about is the element's text alone.
            Some(rules) if is_about_text && !is_about_structure(rules) => Above {
                inherited: above.inherited.clone(),
                position: below.position.clone(),
            },
            _ => below.clone(),
        };
        Element {
            name: Name::of(node.tag_name()),
            shown: names::qualified(node).to_owned(),
            rules: self.used(here.chosen.as_ref()),
            counts_alike: counts_alike(node, here, !text.is_empty()),
            attributes: self.attributes(node, &below),
            text: self.text(node, text, here, &below),
            groups: self.groups(node, &inside),
            no_others: below.inherited.as_ref().is_some_and(is_type),
        }
    }

    /// The position behind a name, in any of the ways to write it.
    fn named(&self, from: &Position, names: &[String]) -> Position {
        let step = |name: &String| self.paths.step(from, Segment::Member(name));
        names
            .iter()
            .map(step)
            .reduce(Position::or)
            .unwrap_or_default()
    }

    /// The rules that are about an attribute or a text. Those of a path that ends at
    /// `*` are where the example keeps them: `*` may be meant for elements alone.
    fn at_value(&self, from: &Position, names: &[String], example: &str) -> Option<Selection> {
        let position = self.named(from, names);
        let chosen = self.paths.at(&position)?;
        match chosen.is_wild && !keeps(&chosen.rules, example) {
            true => self.paths.at(&position.by_name()),
            false => Some(chosen),
        }
    }

    fn value(
        &mut self,
        place: (Name, String),
        example: String,
        inherited: Option<Selection>,
        own: Option<Selection>,
    ) -> Value {
        let chosen = inherited.into_iter().chain(own).reduce(Selection::closer);
        Value {
            name: place.0,
            shown: place.1,
            rules: self.used(chosen.as_ref()),
            example: example.into(),
        }
    }

    /// The rules of a selection, if there are any.
    fn used(&mut self, chosen: Option<&Selection>) -> Option<Arc<RuleSet>> {
        let rules = chosen.map(|chosen| Arc::clone(&chosen.rules));
        let rules = rules.filter(|rules| !rules.rules.is_empty());
        for rule in rules.iter().flat_map(|rules| &rules.rules) {
            if !matches!(rule.kind, Kind::Check(_) | Kind::Equality | Kind::Type(_)) {
                self.foreign.insert(rule.name);
            }
        }
        rules
    }

    fn attributes(&mut self, node: Node<'_, '_>, below: &Above) -> Vec<Value> {
        // A rule about an element's text is not about its attributes.
        let inherited = below.inherited.clone();
        let inherited = inherited.filter(is_about_structure);
        let beside = names::written_attributes(node);
        let attributes = node.attributes().map(|attribute| {
            let local = attribute.name();
            let name = Name {
                namespace: attribute.namespace().map(str::to_owned),
                local: local.into(),
            };
            let ways = names::of_attribute(node, attribute, &beside).into_iter();
            let ways: Vec<_> = ways.map(|way| format!("@{way}")).collect();
            let own = self.at_value(&below.position, &ways, attribute.value());
            let place = (name, format!("@{local}"));
            self.value(place, attribute.value().into(), inherited.clone(), own)
        });
        attributes.collect()
    }

    fn text(&mut self, node: Node<'_, '_>, example: String, here: &Here, below: &Above) -> Value {
        let named = here.is_own && here.chosen.as_ref().is_some_and(|rules| !rules.is_wild);
        let is_about_text = |rules: &Selection| match (example.is_empty(), node.has_children()) {
            (false, _) => true,
            // Where elements are inside instead of text, a rule about values is about theirs.
            (true, true) => false,
            // Where nothing is inside, a rule for all the values around may not be meant.
            (true, false) => named || keeps(&rules.rules, &example),
        };
        let inherited = below.inherited.clone();
        let inherited = inherited.filter(|rules| is_about_structure(rules) || is_about_text(rules));
        let own = self.at_value(&below.position, &[TEXT.into()], &example);
        let name = Name {
            namespace: None,
            local: TEXT.into(),
        };
        self.value((name, TEXT.into()), example, inherited, own)
    }

    fn groups(&mut self, node: Node<'_, '_>, above: &Above) -> Vec<Group> {
        let children = || node.children().filter(Node::is_element);
        let beside = names::written(children());
        let mut by_name: IndexMap<_, Vec<_>> = IndexMap::new();
        for child in children() {
            let name = child.tag_name();
            let nodes = by_name.entry((name.namespace(), name.name()));
            nodes.or_default().push(child);
        }
        let groups = by_name.values();
        groups
            .map(|nodes| self.group(nodes, &beside, above))
            .collect()
    }

    fn group(&mut self, nodes: &[Node<'_, '_>], beside: &Written<'_>, above: &Above) -> Group {
        let place = |compiler: &Self, node, index| Here {
            alike: Some(nodes.len()),
            ..compiler.here(&names::of_element(node, beside), index, above)
        };
        let mut elements = Vec::new();
        for (index, node) in nodes.iter().enumerate() {
            let here = place(self, *node, Some(index));
            elements.push(Arc::new(self.element(*node, &here, above)));
        }
        let mut others = None;
        if let (Some(node), Some(first)) = (nodes.first(), elements.first()) {
            let other = place(self, *node, None);
            let is_first = other.position == place(self, *node, Some(0)).position;
            others = other.rules().is_some_and(has_type).then(|| {
                if !is_first && self.made < self.limit {
                    return Arc::new(self.element(*node, &other, above));
                }
                self.limited |= !is_first;
                Arc::clone(first)
            });
        }
        Group { elements, others }
    }
}

/// Bounds are about the elements inside, as the cases of the specification have it.
/// Where there is text instead, or where the example has not so many inside and so
/// many of its own name beside it, they are about these.
fn counts_alike(node: Node<'_, '_>, here: &Here, has_text: bool) -> bool {
    let (Some(alike), Some(rules)) = (here.alike, here.rules()) else {
        return false;
    };
    let inside = node.children().filter(Node::is_element).count();
    let mut broken = broken_bounds(rules, inside);
    let instead = has_text && inside == 0;
    (instead || broken.next().is_some()) && broken_bounds(rules, alike).next().is_none()
}

/// The bounds among the rules that a number of elements breaks, and how.
pub(super) fn broken_bounds(
    rules: &RuleSet,
    count: usize,
) -> impl Iterator<Item = (&Rule, Difference)> {
    let bounds = move |rule: &Arc<Rule>| match &rule.kind {
        Kind::Type(bounds) => bounds.difference(count),
        _ => None,
    };
    let is_one_kept =
        rules.combine == Combine::Or && !rules.rules.iter().all(|r| bounds(r).is_some());
    let all = rules.rules.iter().filter(move |_| !is_one_kept);
    all.filter_map(move |rule| Some((&**rule, bounds(rule)?)))
}

/// Whether a text that stands in the example keeps rules.
fn keeps(rules: &RuleSet, text: &str) -> bool {
    let example = serde_json::Value::from(text);
    let kept = |rule: &Arc<Rule>| rule.difference(&example, Subject::Text(text)).is_none();
    match rules.combine {
        Combine::And => rules.rules.iter().all(kept),
        Combine::Or => rules.rules.iter().any(kept),
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

    pub(super) fn key(&self) -> (Option<&str>, &str) {
        (self.namespace.as_deref(), &self.local)
    }

    pub(super) fn is(&self, namespace: Option<&str>, local: &str) -> bool {
        self.local == local && self.namespace.as_deref() == namespace
    }
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

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use pactwork_contract::{RuleKind, RuleList};

    use super::*;
    use crate::rules::Patterns;

    impl Plan {
        /// How many elements it has, those that are shared counted once.
        fn size(&self) -> usize {
            let mut seen = HashSet::new();
            let mut open = vec![&self.root];
            while let Some(element) = open.pop() {
                let groups = element.groups.iter();
                let below = groups.flat_map(|group| group.elements.iter().chain(&group.others));
                open.extend(below.filter_map(|below| {
                    let is_new = seen.insert(Arc::as_ptr(below));
                    is_new.then_some(&**below)
                }));
            }
            seen.len() + 1
        }
    }

    fn compiled(text: &str, rules: impl IntoIterator<Item = (String, RuleKind)>) -> Plan {
        let mut paths = RulePaths::default();
        for (path, kind) in rules {
            let list = RuleList {
                rules: vec![kind.into()],
                ..RuleList::default()
            };
            assert_eq!(
                paths.add(&path, &list, &mut Patterns::default()),
                Ok(vec![])
            );
        }
        Plan::compile(document::parse(text).unwrap().root_element(), &paths)
    }

    fn nested(depth: usize) -> String {
        format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth))
    }

    #[test]
    fn an_element_is_made_once_where_its_rules_are_the_same() {
        let everywhere = || [("$".to_owned(), RuleKind::Type)];
        for depth in [1, 10, 20, 40, 200] {
            assert_eq!(compiled(&nested(depth), []).size(), depth);
            assert_eq!(compiled(&nested(depth), everywhere()).size(), depth);
            let any =
                (1..=depth).map(|depth| (format!("${}", ".a[*]".repeat(depth)), RuleKind::Type));
            assert_eq!(compiled(&nested(depth), any).size(), depth);
        }
    }

    #[test]
    fn rules_that_name_an_index_at_each_level_are_bounded() {
        let depth = 40;
        // The first and any other element differ wherever they stand.
        let rules = (0..depth).map(|at| (format!("${}.*[0]", ".*[*]".repeat(at)), RuleKind::Type));
        let plan = compiled(&nested(depth), rules);
        assert!(plan.size() > ALWAYS);
        assert!(
            plan.size() <= ALWAYS + (PER_ELEMENT + depth) * depth,
            "{}",
            plan.size()
        );
        assert_eq!(
            plan.problems(),
            ["so many rules hold inside each other that some are not told apart"]
        );
    }
}
