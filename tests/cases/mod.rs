//! One module a command, and two for what all of them share.

mod clean;
mod configuration;
mod deployments;
mod doctor;
mod golden;
mod help;
mod killed;
mod mock;
mod pending;
mod publish;
mod pull;
mod verify;
