//! Results as text: one module an output format.

pub mod human;
pub mod json;
