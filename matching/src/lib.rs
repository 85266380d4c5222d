//! Expected against actual: expectations are compiled once, when a pact loads,
//! and compared many times. Pure: no I/O, no clock, no randomness.
//!
//! [`RequestMatcher`], [`ResponseMatcher`] and [`MessageMatcher`] compile the
//! nouns of `pactwork-contract`; comparing one with something [`actual`] gives a
//! [`Comparison`], whose [`Mismatch`]es are data. [`RequestIndex`] finds the
//! interaction for a request. [`integration`] reads examples with embedded rules.

pub mod actual;
mod comparison;
mod index;
pub mod integration;
mod matchers;
mod mismatch;

pub use comparison::Comparison;
pub use index::{Found, RequestIndex};
pub use matchers::{MessageMatcher, RequestMatcher, ResponseMatcher};
pub use mismatch::{Difference, Mismatch, Part};
