//! Commands: what is run, and running it once with something on its standard input.

mod asked;
mod group;
mod line;
mod placeholders;
mod run;

pub(crate) use asked::Asked;
pub use line::CommandLine;
pub(crate) use placeholders::{Placeholders, port_of};
pub(crate) use run::{Call, CallError};
