//! Results as text: one module an output format.

pub mod github;
pub mod human;
pub mod json;
