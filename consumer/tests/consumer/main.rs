//! The consumer's side, driven as a test suite drives it: real sockets, real files.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod about;
mod client;
mod definitions;
mod failures;
mod generators;
mod limits;
mod matchers;
mod messages;
mod of_type;
mod recording;
mod requests;
mod responses;
mod safety_net;
mod serving;
mod synchronous;
mod vocabulary;
mod wire;
