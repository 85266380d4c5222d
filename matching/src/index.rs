use pactwork_contract::Request;

use crate::{Comparison, RequestMatcher, actual};

/// Finds the expectation for a request among many, through an index on method
/// and literal path, then the few with path rules.
#[derive(Debug)]
pub struct RequestIndex {}

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
        let _ = expected.into_iter();
        todo!()
    }

    /// Finds the expectations that a request keeps, or the nearest.
    pub fn find(&self, actual: &actual::Request<'_>) -> Found {
        let _ = actual;
        todo!()
    }

    /// The compiled expectation at a position.
    pub fn matcher(&self, position: usize) -> &RequestMatcher {
        let _ = position;
        todo!()
    }
}
