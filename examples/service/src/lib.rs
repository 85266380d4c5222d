//! What the example services share: a small HTTP server, the event envelope,
//! and the endpoints that only contract tests use.

mod arguments;
mod contract_testing;
mod envelope;
mod server;

pub use arguments::{Arguments, main};
pub use contract_testing::ContractTesting;
pub use envelope::{Envelope, Event, golden_contract};
pub use server::{Reply, Request, Service, serve, serve_on};
