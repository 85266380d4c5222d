//! Results as text: one module an output format.

pub mod github;
pub mod graph;
pub mod human;
pub mod json;
pub mod safe;
pub mod verification;
