//! The crate as its users see it: real sockets, real processes.
#![allow(clippy::unwrap_used, clippy::panic, clippy::exit, missing_docs)]

mod choosing;
mod entry_points;
mod faults;
mod generators;
mod http;
mod messages;
mod process;
mod schedule;
mod secrets;
mod states;
mod support;
mod verifier_killed;
