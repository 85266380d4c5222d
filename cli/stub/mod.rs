//! What `pactwork stub` serves: found, read, and looked at again for changes.

mod golden;
mod routes;
mod sources;
mod watch;

pub use golden::Golden;
pub use routes::{Answer, Route};
pub use sources::{Found, FromStorage, Sources};
pub use watch::Watch;
