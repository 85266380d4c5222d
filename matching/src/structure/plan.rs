use std::sync::Arc;

use pactwork_contract::Combine;
use serde_json::{Map, Value};

use super::paths::{Position, RulePaths, Segment, Selection};
use crate::rules::{Kind, Rule, RuleSet};

/// An example with the rules that hold at each place of it, ready to be walked.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(super) nodes: Vec<Node>,
    /// What in the rules does not fit the example, as sentences.
    pub(crate) problems: Vec<String>,
}

/// A node's number in its plan.
pub(super) type NodeId = usize;

/// One place of the example.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) example: Example,
    /// What holds here; `None` for equality.
    pub(super) rules: Option<Arc<RuleSet>>,
    pub(super) children: Children,
    /// Whether something of it has to see the actual value as a whole.
    pub(super) needs_value: bool,
}

#[derive(Debug)]
pub(super) enum Example {
    /// There is none: the rules alone decide.
    Any,
    Scalar(Value),
    List(Elements),
    /// Sorted by name.
    Map(Members),
}

impl Example {
    /// Whether both are lists or both are objects; without an example anything is.
    pub(super) fn is_kind_of(&self, actual: &Value) -> bool {
        matches!(
            (self, actual),
            (Self::Any, _) | (Self::List(_), Value::Array(_)) | (Self::Map(_), Value::Object(_))
        )
    }
}

#[derive(Debug, Default)]
pub(super) struct Elements {
    pub(super) elements: Vec<NodeId>,
    /// Beyond the example's elements: those that a rule names, by index, and any other.
    pub(super) named: Vec<(usize, NodeId)>,
    pub(super) other: Option<NodeId>,
}

#[derive(Debug, Default)]
pub(super) struct Members {
    pub(super) members: Vec<(String, NodeId)>,
    /// Members that the example has not: those that a rule names, sorted, and any other.
    pub(super) named: Vec<(String, NodeId)>,
    pub(super) other: Option<NodeId>,
}

/// How the rules at a list or object want what is inside it compared.
#[derive(Debug)]
pub(super) enum Children {
    /// One by one with the example's; nothing missing.
    Same,
    /// As `Same`, and nothing more than in the example.
    Exactly,
    /// Every element with the example's of that index, or with the first.
    Template,
    /// Every value with the example's of that key, or with the first; no key is required.
    Values,
    /// As `Values`; a key that the example has not is compared only where a rule reaches it.
    Keys,
    /// One element for each of these.
    Contains(Vec<Plan>),
    /// As one of these has it.
    OneOf(Vec<Plan>),
}

/// Nodes beyond this many per value of the example are not made: rules that
/// name many indexes at every depth would need exponentially many.
const NODES_PER_VALUE: usize = 16;
const NODES_ALWAYS: usize = 65_536;

impl Plan {
    /// Puts the rules beside the example.
    pub(crate) fn compile(example: &Value, paths: &RulePaths) -> Self {
        let mut compiler = Compiler {
            paths,
            plan: Self {
                nodes: Vec::new(),
                problems: Vec::new(),
            },
            made: 0,
            limit: count(example)
                .saturating_mul(NODES_PER_VALUE)
                .saturating_add(NODES_ALWAYS),
            limited: false,
        };
        let root = Above {
            position: paths.root(),
            inherited: None,
            for_each: None,
        };
        compiler.node(Some(example), root);
        if compiler.limited {
            compiler
                .plan
                .problems
                .push("so many rules hold inside each other that some are not told apart".into());
        }
        compiler.plan
    }

    /// The example that the plan was made from.
    pub(crate) fn whole_example(&self) -> Value {
        self.example(0)
    }

    /// The example at a node.
    pub(super) fn example(&self, id: NodeId) -> Value {
        match &self.nodes[id].example {
            Example::Any => Value::Null,
            Example::Scalar(value) => value.clone(),
            Example::List(list) => list.elements.iter().map(|id| self.example(*id)).collect(),
            Example::Map(map) => map
                .members
                .iter()
                .map(|(name, id)| (name.clone(), self.example(*id)))
                .collect::<Map<_, _>>()
                .into(),
        }
    }
}

fn is_collection(value: &Value) -> bool {
    value.is_array() || value.is_object()
}

fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(list) => list.iter().map(count).sum(),
        Value::Object(map) => map.values().map(count).sum(),
        _ => 0,
    }
}

struct Compiler<'a> {
    paths: &'a RulePaths,
    plan: Plan,
    /// How many nodes were made, those of plans inside the plan as well, and how many
    /// may be beside the ones that the example needs.
    made: usize,
    limit: usize,
    limited: bool,
}

/// What a place gets from above.
#[derive(Debug, Clone)]
struct Above {
    position: Position,
    /// The closest rules of the places above, as they hold below them.
    inherited: Option<Selection>,
    /// What an `eachValue` directly above wants.
    for_each: Option<Selection>,
}

impl Compiler<'_> {
    /// The node is numbered before its children, so the root is 0.
    fn node(&mut self, example: Option<&Value>, above: Above) -> NodeId {
        let direct = [above.for_each.clone(), self.paths.at(&above.position)];
        let inherited = above.inherited.clone();
        let chosen = inherited
            .into_iter()
            .chain(direct.into_iter().flatten())
            .reduce(Selection::closer);
        self.node_with(example, above, chosen)
    }

    fn node_with(
        &mut self,
        example: Option<&Value>,
        above: Above,
        chosen: Option<Selection>,
    ) -> NodeId {
        self.made += 1;
        let id = self.plan.nodes.len();
        self.plan.nodes.push(Node {
            example: Example::Any,
            rules: None,
            children: Children::Same,
            needs_value: false,
        });
        let rules = chosen
            .as_ref()
            .map(|chosen| Arc::clone(&chosen.rules))
            .filter(|rules| !rules.rules.is_empty());
        let below = Above {
            position: above.position.clone(),
            inherited: chosen
                .as_ref()
                .and_then(Selection::below)
                .or_else(|| above.inherited.clone()),
            for_each: chosen.as_ref().and_then(for_each),
        };
        let alternatives = chosen.filter(|chosen| chosen.rules.are_alternatives());
        let children = match (alternatives, example.filter(|value| is_collection(value))) {
            (Some(chosen), Some(value)) if self.has_room_for(&chosen, value) => {
                Children::OneOf(self.alternatives(example, &above, &chosen))
            }
            _ => self.children(rules.as_deref(), example),
        };
        let example = self.example(example, &children, &below);
        let needs_value = matches!(children, Children::Contains(_) | Children::OneOf(_))
            || rules
                .as_ref()
                .is_some_and(|rules| rules.has(Kind::needs_container));
        self.plan.nodes[id] = Node {
            example,
            rules,
            children,
            needs_value,
        };
        id
    }

    /// Whether a plan for each of the rules alone may be made: of lists inside each
    /// other that all have such rules, the innermost would need exponentially many.
    fn has_room_for(&mut self, chosen: &Selection, example: &Value) -> bool {
        let needed = count(example).saturating_mul(chosen.rules.rules.len());
        let is_room = self.made.saturating_add(needed) <= self.limit;
        self.limited |= !is_room;
        is_room
    }

    /// A plan for each of the rules alone.
    fn alternatives(
        &mut self,
        example: Option<&Value>,
        above: &Above,
        chosen: &Selection,
    ) -> Vec<Plan> {
        let mut plans = Vec::new();
        for rule in &chosen.rules.rules {
            let mut compiler = Compiler {
                paths: self.paths,
                plan: Plan {
                    nodes: Vec::new(),
                    problems: Vec::new(),
                },
                made: self.made,
                limit: self.limit,
                limited: false,
            };
            let alone = RuleSet {
                rules: vec![Arc::clone(rule)],
                combine: Combine::And,
            };
            compiler.node_with(example, above.clone(), Some(chosen.with(alone)));
            self.made = compiler.made;
            self.limited |= compiler.limited;
            self.plan.problems.append(&mut compiler.plan.problems);
            plans.push(compiler.plan);
        }
        plans
    }

    fn children(&mut self, rules: Option<&RuleSet>, example: Option<&Value>) -> Children {
        let Some(rules) = rules else {
            return Children::Same;
        };
        if let Some(Value::Array(elements)) = example
            && rules.has(|kind| matches!(kind, Kind::ArrayContains(_)))
        {
            return Children::Contains(self.contained(rules, elements));
        }
        let every = rules.combine == Combine::And;
        if every && rules.has(|kind| matches!(kind, Kind::Equality)) {
            return Children::Exactly;
        }
        if rules.has(|kind| matches!(kind, Kind::Values | Kind::EachValue(_))) {
            return Children::Values;
        }
        if rules.has(|kind| matches!(kind, Kind::EachKey(_))) {
            return Children::Keys;
        }
        Children::Template
    }

    fn contained(&mut self, rules: &RuleSet, elements: &[Value]) -> Vec<Plan> {
        let mut plans = Vec::new();
        for rule in &rules.rules {
            if let Kind::ArrayContains(variants) = &rule.kind {
                plans.extend(self.variants(variants, elements));
            }
        }
        plans
    }

    fn variants(&mut self, variants: &[(usize, RulePaths)], elements: &[Value]) -> Vec<Plan> {
        if variants.is_empty() {
            let none = RulePaths::default();
            let plans = elements.iter().map(|example| Plan::compile(example, &none));
            return plans.collect();
        }
        let mut plans = Vec::new();
        for (index, paths) in variants {
            let Some(example) = elements.get(*index) else {
                self.plan.problems.push(format!(
                    "the arrayContains variant {index} has no element in the example, which has {}",
                    elements.len()
                ));
                continue;
            };
            let mut plan = Plan::compile(example, paths);
            self.plan.problems.append(&mut plan.problems);
            plans.push(plan);
        }
        plans
    }

    fn example(&mut self, example: Option<&Value>, children: &Children, below: &Above) -> Example {
        match example {
            None => Example::Any,
            Some(Value::Array(elements)) => Example::List(self.list(elements, children, below)),
            Some(Value::Object(members)) => Example::Map(self.map(members, children, below)),
            Some(scalar) => Example::Scalar(scalar.clone()),
        }
    }

    fn list(&mut self, elements: &[Value], children: &Children, below: &Above) -> Elements {
        let mut list = Elements::default();
        for (index, element) in elements.iter().enumerate() {
            let id = self.child(Some(element), below, Segment::Element(index));
            list.elements.push(id);
        }
        if matches!(
            children,
            Children::Same | Children::Exactly | Children::Contains(_) | Children::OneOf(_)
        ) {
            return list;
        }
        let first = elements.first();
        if first.is_none() && below.for_each.is_none() {
            return list;
        }
        let shared = list.elements.first().copied();
        for name in self.paths.named(&below.position) {
            let Ok(index) = name.parse::<usize>() else {
                continue;
            };
            if index >= elements.len() {
                let id = self.variation(first, below, Segment::Element(index), shared);
                list.named.push((index, id));
            }
        }
        list.named.sort_by_key(|(index, _)| *index);
        let same = self.paths.step(&below.position, Segment::Element(0))
            == self.paths.step(&below.position, Segment::OtherElement);
        list.other = match shared.filter(|_| same) {
            Some(id) => Some(id),
            None => Some(self.variation(first, below, Segment::OtherElement, shared)),
        };
        list
    }

    fn map(&mut self, members: &Map<String, Value>, children: &Children, below: &Above) -> Members {
        let mut map = Members::default();
        let mut sorted: Vec<_> = members.iter().collect();
        sorted.sort_unstable_by_key(|(name, _)| *name);
        for (name, value) in &sorted {
            let id = self.child(Some(value), below, Segment::Member(name));
            map.members.push(((*name).clone(), id));
        }
        if !matches!(children, Children::Values | Children::Keys) {
            return map;
        }
        let first = sorted.first().map(|(_, value)| *value);
        let shared = map.members.first().map(|(_, id)| *id);
        for name in self.paths.named(&below.position) {
            if !members.contains_key(name) {
                let id = self.variation(first, below, Segment::Member(name), shared);
                map.named.push((name.into(), id));
            }
        }
        let reached = below.inherited.is_some()
            || !self
                .paths
                .step(&below.position, Segment::OtherMember)
                .is_dead();
        let compared = matches!(children, Children::Values) || reached;
        if compared && (first.is_some() || below.for_each.is_some() || reached) {
            map.other = Some(self.variation(first, below, Segment::OtherMember, shared));
        }
        map
    }

    fn child(&mut self, example: Option<&Value>, below: &Above, segment: Segment<'_>) -> NodeId {
        let above = Above {
            position: self.paths.step(&below.position, segment),
            ..below.clone()
        };
        self.node(example, above)
    }

    /// A further node for the first child's example, unless there are too many already.
    fn variation(
        &mut self,
        example: Option<&Value>,
        below: &Above,
        segment: Segment<'_>,
        shared: Option<NodeId>,
    ) -> NodeId {
        match shared.filter(|_| self.made >= self.limit) {
            Some(id) => {
                self.limited = true;
                id
            }
            None => self.child(example, below, segment),
        }
    }
}

/// What the `eachValue` rules of a selection want of each child.
fn for_each(selection: &Selection) -> Option<Selection> {
    let nested = selection
        .rules
        .rules
        .iter()
        .filter_map(|rule| match &rule.kind {
            Kind::EachValue(rules) => Some(rules.rules.iter().cloned()),
            _ => None,
        });
    let rules: Vec<Arc<Rule>> = nested.flatten().collect();
    let combine = Combine::And;
    (!rules.is_empty()).then(|| selection.for_each_child(RuleSet { rules, combine }))
}
