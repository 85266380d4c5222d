//! The rules of a multipart body, each part's as if it were a whole body.

use std::collections::HashMap;

use pactwork_contract::{Category, MatchingRules, RuleList, Warning};

use super::{super::steps, Key, Part, Rules};
use crate::{
    json_path::{self, Step},
    warnings::place,
};

/// The rules of one part.
#[derive(Debug, Default)]
pub(super) struct PartRules {
    pub(super) rules: MatchingRules,
    /// Where each rule stands in the part's rules, and in the body's.
    origins: Vec<(String, String)>,
}

/// The rules of every part, and the paths of those that are of none, with the reason.
#[derive(Debug, Default)]
pub(super) struct Compiled {
    pub(super) of: Vec<PartRules>,
    pub(super) not_used: Vec<(String, String)>,
}

pub(super) fn compile(keys: &[Key], parts: &[Part<'_>], rules: &Rules<'_>) -> Compiled {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for key in keys {
        if let Key::Named(name, _) = key {
            *counts.entry(name).or_default() += 1;
        }
    }
    let mut compiled = Compiled::default();
    compiled.of.resize_with(keys.len(), PartRules::default);
    let mut read = Vec::new();
    for (path, list) in rules.rules.category(Category::Body) {
        match steps(path, |name| counts.contains_key(name)) {
            Ok(steps) => read.push((steps, path, list)),
            Err(reason) => {
                let reason = format!("the path is not understood: {reason}");
                compiled.not_used.push((path.into(), reason));
            }
        }
    }
    // Of two rules that come to one place in a part, the closer one stays.
    read.sort_by_key(|(steps, ..)| closeness(steps));
    for (steps, path, list) in read {
        let mut used = false;
        for ((key, part), own) in keys.iter().zip(parts).zip(&mut compiled.of) {
            if let Some(below) = key.below(&steps, &counts) {
                used = true;
                own.add(below, part, path, list);
            }
        }
        if !used {
            let reason = "the example has no such part".to_owned();
            compiled.not_used.push((path.into(), reason));
        }
    }
    compiled
}

fn closeness(steps: &[Step]) -> (usize, usize) {
    let exact = |step: &&Step| matches!(step, Step::Exact(_));
    (steps.len(), steps.iter().filter(exact).count())
}

impl Key {
    /// The steps that a path goes on with below this part, if it leads there.
    fn below<'s>(&self, steps: &'s [Step], counts: &HashMap<&str, usize>) -> Option<&'s [Step]> {
        let Some((first, rest)) = steps.split_first() else {
            return Some(steps);
        };
        let (leads, is_repeated) = match (self, first) {
            (Self::Named(name, _), Step::Exact(step)) => {
                (step == name, counts.get(name.as_str()) > Some(&1))
            }
            (Self::Index(index), Step::Exact(step)) => (*step == index.to_string(), false),
            (Self::Named(..), Step::AnyIndex) => (false, false),
            (_, Step::Any | Step::AnyIndex) => (true, false),
        };
        match (self, rest.split_first()) {
            _ if !leads => None,
            (Self::Named(_, count), Some((Step::Exact(step), rest)))
                if is_repeated && step.parse::<usize>().is_ok() =>
            {
                (*step == count.to_string()).then_some(rest)
            }
            (_, Some((Step::AnyIndex, rest))) if is_repeated => Some(rest),
            _ => Some(rest),
        }
    }
}

impl PartRules {
    fn add(&mut self, steps: &[Step], part: &Part<'_>, path: &str, list: &RuleList) {
        let header = match steps {
            [Step::Exact(name)] => part
                .headers
                .iter()
                .find(|(known, _)| known.eq_ignore_ascii_case(name)),
            _ => None,
        };
        let (category, local) = match header {
            Some((name, _)) => (Category::Header, name.clone()),
            None => (Category::Body, rendered(steps)),
        };
        let origin = (place(category, &local), place(Category::Body, path));
        self.origins.push(origin);
        let by_path = self.rules.categories.entry(category).or_default();
        by_path.insert(local, list.clone());
    }

    pub(super) fn is_about_header(&self, name: &str) -> bool {
        let mut rules = self.rules.category(Category::Header);
        rules.any(|(known, _)| known == name)
    }

    /// Says of warnings about the part's rules where these stand in the body's.
    pub(super) fn name_origins(&self, warnings: &mut [Warning]) {
        for warning in warnings {
            let mut origins = self.origins.iter().rev();
            if let Some((_, origin)) = origins.find(|(local, _)| *local == warning.path) {
                warning.path.clone_from(origin);
            }
        }
    }
}

fn rendered(steps: &[Step]) -> String {
    let mut path = String::from("$");
    for step in steps {
        match step {
            Step::Exact(name) => json_path::push_name(&mut path, name),
            Step::Any => path.push_str(".*"),
            Step::AnyIndex => path.push_str("[*]"),
        }
    }
    path
}
