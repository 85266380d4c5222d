//! A Pact Broker, by its API: HAL documents that lead from one to the next.

mod document;
mod hal;
mod pacts;
mod results;
mod selectors;
mod server;

pub use document::{Document, Links};
pub use pacts::{BrokerPact, Notice, Wanted};
pub use results::{Recorded, Result as PactResult, Version};
pub use server::Server;
