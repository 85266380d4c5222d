//! Golden contracts: what a provider promises of its events and responses, as
//! JSON Schema (draft 2020-12). Generated from Rust types or read from files,
//! normalised so that each stands alone, and checked against example payloads.

mod check;
mod contract;
mod listing;

pub use check::{ExampleChecker, Violation};
pub use contract::{GoldenContract, GoldenError};
pub use listing::{listing_to_bytes, read_listing};
