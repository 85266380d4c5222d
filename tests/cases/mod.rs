//! One module a command, and three for what several of them share.

mod changed;
mod clean;
mod configuration;
mod deployments;
mod diff;
mod doctor;
mod golden;
mod graph;
mod help;
mod import;
mod init;
mod killed;
mod list;
mod log;
mod looking;
mod matrix;
mod mock;
mod notify;
mod pending;
mod plain_layout;
mod prune;
mod publish;
mod pull;
mod s3;
mod show;
mod verify;
