//! Rules by path, as a tree of path steps; which rules hold at a place is found
//! by walking the tree along with the place.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use pactwork_contract::RuleList;

use crate::{
    json_path::{self, Step},
    rules::{Cascade, Patterns, RuleSet},
};

/// Rules by path.
#[derive(Debug)]
pub(crate) struct RulePaths {
    nodes: Vec<Node>,
}

#[derive(Debug, Default)]
struct Node {
    exact: HashMap<String, usize>,
    any: Option<usize>,
    any_index: Option<usize>,
    rules: Option<(Arc<RuleSet>, Cascade)>,
}

/// Where a walk along the tree is: at several nodes at once, since `a` and `*`
/// both lead on.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Position {
    live: Vec<Live>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Live {
    node: usize,
    /// How many steps matched by name or index, not by wildcard.
    exact: usize,
    /// How many steps there were, the root among them.
    length: usize,
    /// Whether `*` stands for the name that the path ends at.
    is_wild: bool,
}

/// One step of a place in the example.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Segment<'a> {
    Member(&'a str),
    Element(usize),
    /// A member that neither the example nor a rule names.
    OtherMember,
    /// An element that neither the example nor a rule names.
    OtherElement,
}

/// Rules that hold at a place, and how closely their path fits (Pact
/// specification version 2, "Path weights"): the root and each name or index
/// count 2, a wildcard 1; these are multiplied, and the product with the
/// path's length decides. Of equal ones the longer path wins.
#[derive(Debug, Clone)]
pub(crate) struct Selection {
    /// How many of the path's steps are names or indexes.
    exact: usize,
    /// How many steps the path has, the root among them.
    length: usize,
    /// Whether the path ends at `*`, so that nothing names this place.
    pub(crate) is_wild: bool,
    pub(crate) rules: Arc<RuleSet>,
    cascade: Cascade,
}

impl Selection {
    /// Rules that hold for each child of the place that this selection is for.
    pub(crate) fn for_each_child(&self, rules: RuleSet) -> Self {
        Self {
            exact: self.exact,
            length: self.length + 1,
            is_wild: self.is_wild,
            cascade: rules.cascade(),
            rules: Arc::new(rules),
        }
    }

    /// Other rules at the same place.
    pub(crate) fn with(&self, rules: RuleSet) -> Self {
        Self {
            cascade: rules.cascade(),
            rules: Arc::new(rules),
            ..*self
        }
    }

    /// A power of two times a small number: exact in a float however long the path.
    fn weight(&self) -> f64 {
        let steps = i32::try_from(self.exact + 1).unwrap_or(i32::MAX);
        2f64.powi(steps) * self.length as f64
    }

    /// The closer of two; the second where neither is closer.
    pub(crate) fn closer(self, other: Self) -> Self {
        let (left, right) = (self.weight(), other.weight());
        let wins = right > left || (right == left && other.length >= self.length);
        if wins { other } else { self }
    }

    /// What it is for the places below; `None` if it is about its own place alone.
    pub(crate) fn below(&self) -> Option<Self> {
        let rules = match &self.cascade {
            Cascade::Nothing => return None,
            Cascade::Reset => Arc::default(),
            Cascade::Rules(rules) => Arc::clone(rules),
        };
        Some(Self {
            rules,
            ..self.clone()
        })
    }
}

impl Default for RulePaths {
    fn default() -> Self {
        Self {
            nodes: vec![Node::default()],
        }
    }
}

impl RulePaths {
    /// Adds the rules at a path, and says what of them is not used. A path that is
    /// not understood is an error and adds nothing.
    pub(crate) fn add(
        &mut self,
        path: &str,
        list: &RuleList,
        patterns: &mut Patterns,
    ) -> Result<Vec<String>, String> {
        let steps = json_path::parse(path)
            .map_err(|reason| format!("the path is not understood: {reason}"))?;
        Ok(self.add_at(steps, list, patterns))
    }

    /// Adds the rules at a path that was read already.
    pub(crate) fn add_at(
        &mut self,
        steps: Vec<Step>,
        list: &RuleList,
        patterns: &mut Patterns,
    ) -> Vec<String> {
        let mut at = 0;
        for step in steps {
            let next = self.nodes.len();
            let node = &mut self.nodes[at];
            at = match step {
                Step::Exact(name) => *node.exact.entry(name).or_insert(next),
                Step::Any => *node.any.get_or_insert(next),
                Step::AnyIndex => *node.any_index.get_or_insert(next),
            };
            if at == next {
                self.nodes.push(Node::default());
            }
        }
        let (rules, problems) = RuleSet::compile(list, patterns);
        let cascade = rules.cascade();
        self.nodes[at].rules = Some((Arc::new(rules), cascade));
        problems
    }

    /// Whether a rule is about anything below the root.
    pub(crate) fn has_steps(&self) -> bool {
        self.nodes.len() > 1
    }

    /// The position of the root.
    pub(crate) fn root(&self) -> Position {
        Position {
            live: vec![Live {
                node: 0,
                exact: 0,
                length: 1,
                is_wild: false,
            }],
        }
    }

    /// The position one step further.
    pub(crate) fn step(&self, from: &Position, segment: Segment<'_>) -> Position {
        let mut live = Vec::new();
        let index = match segment {
            Segment::Element(index) if !from.live.is_empty() => Some(index.to_string()),
            _ => None,
        };
        let name = match segment {
            Segment::Member(name) => Some(name),
            _ => index.as_deref(),
        };
        let is_element = matches!(segment, Segment::Element(_) | Segment::OtherElement);
        for at in &from.live {
            let node = &self.nodes[at.node];
            let exact = name.and_then(|name| node.exact.get(name));
            live.extend(exact.map(|next| Live {
                node: *next,
                exact: at.exact + 1,
                length: at.length + 1,
                is_wild: is_element && at.is_wild,
            }));
            let wildcards = [node.any, node.any_index.filter(|_| is_element)];
            live.extend(wildcards.into_iter().flatten().map(|next| Live {
                node: next,
                exact: at.exact,
                length: at.length + 1,
                is_wild: Some(next) == node.any || at.is_wild,
            }));
        }
        Position { live }
    }

    /// The position at an index, `None` for one that neither the example nor a rule
    /// names, where `*` is not about indexes.
    pub(crate) fn index(&self, from: &Position, index: Option<usize>) -> Position {
        let segment = index.map_or(Segment::OtherElement, Segment::Element);
        let mut position = self.step(from, segment);
        let anything = from.live.iter().filter_map(|at| self.nodes[at.node].any);
        let anything: HashSet<_> = anything.collect();
        position.live.retain(|at| !anything.contains(&at.node));
        position
    }

    /// The rules that stand at a position itself and fit it most closely.
    pub(crate) fn at(&self, position: &Position) -> Option<Selection> {
        position
            .live
            .iter()
            .filter_map(|live| {
                let (rules, cascade) = self.nodes[live.node].rules.clone()?;
                Some(Selection {
                    exact: live.exact,
                    length: live.length,
                    is_wild: live.is_wild,
                    rules,
                    cascade,
                })
            })
            // The order of `live` does not depend on hashing, so neither does the choice.
            .reduce(Selection::closer)
    }

    /// The names and indexes by which rules lead on from a position.
    pub(crate) fn named<'a>(&'a self, position: &Position) -> Vec<&'a str> {
        let mut names: Vec<_> = position
            .live
            .iter()
            .flat_map(|live| self.nodes[live.node].exact.keys())
            .map(String::as_str)
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

impl Position {
    /// At both at once: a place that paths can name in two ways.
    pub(crate) fn or(mut self, other: Self) -> Self {
        // A node is reached in one way alone, so one that is there twice says nothing new,
        // and left in would be there twice as often with each step.
        if self.live.is_empty() || other.live.is_empty() {
            self.live.extend(other.live);
            return self;
        }
        let known: HashSet<_> = self.live.iter().map(|at| at.node).collect();
        let new = other.live.into_iter();
        self.live.extend(new.filter(|at| !known.contains(&at.node)));
        self
    }

    /// Without what only `*` leads to.
    pub(crate) fn by_name(mut self) -> Self {
        self.live.retain(|at| !at.is_wild);
        self
    }

    pub(crate) fn is_dead(&self) -> bool {
        self.live.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use pactwork_contract::RuleKind;

    use super::*;

    /// The rule that a place gets, through its own path or from above.
    fn chosen(paths: &[(&str, RuleKind)], place: &[Segment<'_>]) -> &'static str {
        let mut tree = RulePaths::default();
        for (path, kind) in paths {
            let list = RuleList {
                rules: vec![kind.clone().into()],
                ..Default::default()
            };
            let problems = tree.add(path, &list, &mut Patterns::default());
            assert_eq!(problems, Ok(vec![]));
        }
        let mut position = tree.root();
        let mut best = tree.at(&position);
        for segment in place {
            position = tree.step(&position, *segment);
            let inherited = best.as_ref().and_then(Selection::below);
            best = inherited
                .into_iter()
                .chain(tree.at(&position))
                .reduce(Selection::closer);
        }
        best.map_or("none", |selection| selection.rules.rules[0].name)
    }

    #[test]
    fn the_heavier_path_wins() {
        use Segment::{Element, Member, OtherElement};
        let (integer, number, decimal) = (RuleKind::Integer, RuleKind::Number, RuleKind::Decimal);
        let paths = [
            ("$.items[*].id", integer),
            ("$.items[0].id", number),
            ("$.*", decimal),
        ];
        let items = Member("items");
        for (place, rule) in [
            (vec![items, Element(0), Member("id")], "number"),
            (vec![items, Element(1), Member("id")], "integer"),
            (vec![items, OtherElement, Member("id")], "integer"),
            (vec![items, Element(1), Member("name")], "decimal"),
            (vec![Member("other")], "decimal"),
            (vec![], "none"),
        ] {
            assert_eq!(chosen(&paths, &place), rule, "{place:?}");
        }
    }

    #[test]
    fn a_rule_for_elements_is_not_for_members() {
        let paths = [("$[*]", RuleKind::Integer), ("$['0']", RuleKind::Number)];
        assert_eq!(chosen(&paths, &[Segment::Member("a")]), "none");
        assert_eq!(chosen(&paths, &[Segment::Member("0")]), "number");
        assert_eq!(chosen(&paths, &[Segment::Element(1)]), "integer");
    }

    #[test]
    fn very_long_paths_do_not_overflow() {
        let long = format!("${}", ".a".repeat(5_000));
        let place = vec![Segment::Member("a"); 5_000];
        let paths = [
            (long.as_str(), RuleKind::Integer),
            ("$.*", RuleKind::Number),
        ];
        assert_eq!(chosen(&paths, &place), "integer");
    }
}
