//! The crate as its users see it: real sockets, real processes.
#![allow(clippy::unwrap_used, clippy::panic, clippy::exit, missing_docs)]

mod choosing;
mod entry_points;
mod faults;
mod filters;
mod generators;
mod hostile;
mod http;
mod http2;
mod instances;
mod listener;
mod messages;
mod messages_asked;
mod process;
mod readiness;
mod redirects;
mod schedule;
mod secrets;
mod states;
mod states_asked;
mod support;
mod tls;
mod verifier_killed;
