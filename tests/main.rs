//! Tests of the built binary: real files, ports and processes.

mod cases;
mod journey;
mod layers;
mod support;
mod web_server;
