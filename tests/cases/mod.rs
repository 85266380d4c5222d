//! One module a command, and two for what all of them share.

mod changed;
mod clean;
mod configuration;
mod deployments;
mod doctor;
mod golden;
mod help;
mod import;
mod init;
mod log;
mod mock;
mod notify;
mod pending;
mod plain_layout;
mod publish;
mod pull;
mod verify;
