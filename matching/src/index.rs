use std::collections::HashMap;

use pactwork_contract::Request;

use crate::{
    Comparison, Compiler, RequestMatcher, actual, body::Received, matchers::received,
    path::normalise,
};

/// Finds the expectation for a request among many, through an index on method
/// and literal path, then the few with path rules.
#[derive(Debug)]
pub struct RequestIndex {
    matchers: Vec<RequestMatcher>,
    /// By method and path.
    literal: HashMap<String, Positions>,
    /// Those whose method or path is a rule.
    ruled: Vec<usize>,
}

/// In ascending order. Most are alone, and are then found without another look into memory.
#[derive(Debug)]
enum Positions {
    One(usize),
    Several(Vec<usize>),
}

impl Positions {
    fn push(&mut self, position: usize) {
        match self {
            Self::One(first) => *self = Self::Several(vec![*first, position]),
            Self::Several(positions) => positions.push(position),
        }
    }

    fn as_slice(&self) -> &[usize] {
        match self {
            Self::One(position) => std::slice::from_ref(position),
            Self::Several(positions) => positions,
        }
    }
}

/// What a search found. Positions are those of the list that the index was built from.
#[derive(Debug, Clone, PartialEq)]
pub enum Found {
    /// Every expectation that the request keeps, in the order of the list.
    Matching(Vec<usize>),
    /// None; the nearest expectation and how the request differs from it.
    Nearest(usize, Comparison),
    /// The index is empty.
    Nothing,
}

impl RequestIndex {
    /// Compiles and indexes expected requests.
    pub fn new<'a>(expected: impl IntoIterator<Item = &'a Request>) -> Self {
        let mut compiler = Compiler::default();
        let expected = expected.into_iter();
        let matchers: Vec<_> = expected
            .map(|expected| compiler.request(expected))
            .collect();
        let mut literal = HashMap::<_, Positions>::new();
        let mut ruled = Vec::new();
        for (position, matcher) in matchers.iter().enumerate() {
            match matcher.literal() {
                Some((method, path)) => {
                    let known = literal.entry(key(method, path));
                    known
                        .and_modify(|known| known.push(position))
                        .or_insert(Positions::One(position));
                }
                None => ruled.push(position),
            }
        }
        Self {
            matchers,
            literal,
            ruled,
        }
    }

    /// Finds the expectations that a request keeps, or the nearest.
    pub fn find(&self, actual: &actual::Request<'_>) -> Found {
        let key = key(&actual.method.to_ascii_uppercase(), &normalise(actual.path));
        let literal = self.literal.get(&key).map_or(&[][..], Positions::as_slice);
        let ruled = self.ruled.iter();
        let ruled = ruled.filter(|position| self.matchers[**position].is_for(actual));
        let mut candidates: Vec<_> = literal.iter().chain(ruled).copied().collect();
        candidates.sort_unstable();
        let body = self.body_for(actual, &candidates);
        candidates.retain(|position| {
            // Method and path are the expected ones already.
            self.matchers[*position].keeps_rest(actual, &body)
        });
        match candidates.is_empty() {
            true => self.nearest(actual),
            false => Found::Matching(candidates),
        }
    }

    fn body_for<'a>(&self, actual: &actual::Request<'a>, candidates: &[usize]) -> Received<'a> {
        let mut body = received(actual);
        body.is_shared = candidates.len() > 1;
        body
    }

    /// The nearest by method and path first, so that only those few are compared whole.
    fn nearest(&self, actual: &actual::Request<'_>) -> Found {
        let heads: Vec<_> = self
            .matchers
            .iter()
            .map(|matcher| matcher.head_distance(actual))
            .collect();
        let Some(least) = heads.iter().copied().min() else {
            return Found::Nothing;
        };
        let near = heads.iter().enumerate().filter(|(_, head)| **head == least);
        let near: Vec<_> = near.map(|(position, _)| position).collect();
        let body = self.body_for(actual, &near);
        near.into_iter()
            .map(|position| {
                let comparison = self.matchers[position].compare_received(actual, &body);
                (position, comparison)
            })
            .min_by_key(|(_, comparison)| comparison.distance)
            .map_or(Found::Nothing, |(position, comparison)| {
                Found::Nearest(position, comparison)
            })
    }

    /// The compiled expectation at a position of the list that the index was
    /// built from.
    ///
    /// # Panics
    ///
    /// When the list had no such position.
    pub fn matcher(&self, position: usize) -> &RequestMatcher {
        &self.matchers[position]
    }
}

fn key(method: &str, path: &str) -> String {
    format!("{method} {path}")
}
