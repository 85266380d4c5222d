//! Golden contracts: what a provider promises of its events and responses, as
//! JSON Schema (draft 2020-12). Generated from Rust types or read from files,
//! normalised so that each stands alone, checked against example payloads, and
//! turned into examples.

mod check;
mod contract;
mod example;
mod listing;

pub use check::{ExampleChecker, Violation};
pub use contract::{GoldenContract, GoldenError};
pub use example::{NoExample, example_of};
pub use listing::{listing_to_bytes, read_listing};
