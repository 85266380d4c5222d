//! One command, one file: its plan, how the arguments are checked into it, and
//! how it runs.

pub mod can_i_deploy;
pub mod changed;
pub mod clean;
pub mod create_environment;
pub mod diff;
pub mod doctor;
pub mod environments;
pub mod golden_check;
pub mod golden_generate;
pub mod golden_publish;
pub mod golden_pull;
pub mod graph;
pub mod import;
pub mod init;
pub mod list;
pub mod log;
pub mod matrix;
pub mod mock;
pub mod notify;
pub mod prune;
pub mod publish;
pub mod pull;
pub mod record;
pub mod record_traffic;
pub mod record_verification;
pub mod show;
pub mod stub;
pub mod verify;
