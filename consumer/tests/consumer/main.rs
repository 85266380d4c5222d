//! The consumer's side, driven as a test suite drives it: real sockets, real files.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod client;
mod definitions;
mod failures;
mod generators;
mod limits;
mod matchers;
mod messages;
mod recording;
mod requests;
mod responses;
mod safety_net;
mod serving;
mod wire;
