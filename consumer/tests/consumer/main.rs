//! The consumer's side, driven as a test suite drives it: real sockets, real files.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod about;
mod client;
mod cors;
mod definition_json;
mod definitions;
mod failures;
mod faults;
mod generators;
mod guide;
mod hostile;
mod http2;
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
mod tls;
mod vocabulary;
mod wire;
