//! What `pactwork stub` serves: found and read.

mod golden;
mod routes;
mod sources;

pub use golden::Golden;
pub use routes::{Answer, Route};
pub use sources::{Found, FromStorage, Sources};
