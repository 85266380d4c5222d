//! The control API of `pactwork mock`: mock providers and messages for a test suite
//! in any language. [`server`] takes requests, [`route`] says which operations there
//! are, [`api`] does them, [`registry`] holds what was created; `openapi.json` is
//! their description, and a test compares it with what they do.

mod answer;
mod api;
pub mod command;
mod ledger;
mod messages;
mod options;
pub mod parent;
mod problem;
mod providers;
mod reading;
mod registry;
mod resource;
mod route;
mod server;

pub use api::{Api, Settings};
pub use ledger::Conclusion;
pub use server::Control;

/// The OpenAPI description of the control API.
pub const DOCUMENT: &str = include_str!("../../docs/openapi/mock-control.json");
