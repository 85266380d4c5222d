//! One module a command, and two for what all of them share.

mod clean;
mod configuration;
mod deployments;
mod golden;
mod help;
mod mock;
mod prune;
mod publish;
mod pull;
mod verify;
