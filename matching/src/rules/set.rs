use std::sync::Arc;

use pactwork_contract::{Combine, RuleList};

use super::{Kind, Patterns, Rule, type_of};

/// The rules at one path, and how they are combined.
#[derive(Debug, Clone, Default)]
pub(crate) struct RuleSet {
    pub(crate) rules: Vec<Arc<Rule>>,
    pub(crate) combine: Combine,
}

/// What the rules at a path mean for everything below it.
#[derive(Debug, Clone)]
pub(crate) enum Cascade {
    /// They are about this place alone: a rule from above still holds below.
    Nothing,
    /// Below, values are compared by equality.
    Reset,
    /// Below, these hold.
    Rules(Arc<RuleSet>),
}

impl RuleSet {
    /// Every rule has to hold.
    pub(crate) fn all_of(rules: Vec<Rule>) -> Self {
        Self {
            rules: rules.into_iter().map(Arc::new).collect(),
            combine: Combine::And,
        }
    }

    /// Compiles a list, and says what of it is not used.
    pub(crate) fn compile(list: &RuleList, patterns: &mut Patterns) -> (Self, Vec<String>) {
        let mut problems = Vec::new();
        let rules = list.rules.iter();
        let rules = rules.map(|rule| Arc::new(super::compile(&rule.kind, patterns, &mut problems)));
        let set = Self {
            rules: rules.collect(),
            combine: list.combine,
        };
        (set, problems)
    }

    /// What holds below the path that the rules stand at.
    pub(crate) fn cascade(&self) -> Cascade {
        let rules: Vec<_> = self.rules.iter().filter_map(cascaded).collect();
        if !rules.is_empty() {
            return Cascade::Rules(Arc::new(Self {
                rules,
                combine: self.combine,
            }));
        }
        if self.has(|kind| matches!(kind, Kind::Values)) {
            return Cascade::Reset;
        }
        Cascade::Nothing
    }

    /// Whether one of several rules is enough, and they differ in how they compare
    /// what is inside a list or map.
    pub(crate) fn are_alternatives(&self) -> bool {
        let plain = |kind: &Kind| matches!(kind, Kind::Check(_) | Kind::Type(_));
        self.combine == Combine::Or && self.rules.len() > 1 && self.has(|kind| !plain(kind))
    }

    /// Whether one of the rules is of a kind.
    pub(crate) fn has(&self, is: impl Fn(&Kind) -> bool) -> bool {
        self.rules.iter().any(|rule| is(&rule.kind))
    }
}

/// The rule as it holds below its path: a length is of one list alone, and
/// rules about keys, values and elements are of one map or list alone.
fn cascaded(rule: &Arc<Rule>) -> Option<Arc<Rule>> {
    match rule.kind {
        Kind::Type(bounds) if bounds.is_bounded() => {
            Some(Arc::new(type_of::rule(type_of::Bounds::default())))
        }
        Kind::Check(_) | Kind::Equality | Kind::Type(_) => Some(Arc::clone(rule)),
        Kind::Values | Kind::EachKey(_) | Kind::EachValue(_) | Kind::ArrayContains(_) => None,
    }
}
