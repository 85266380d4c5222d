//! One command, one file: its plan, how the arguments are checked into it, and
//! how it runs.

pub mod can_i_deploy;
pub mod clean;
pub mod environments;
pub mod golden_check;
pub mod golden_generate;
pub mod golden_publish;
pub mod golden_pull;
pub mod mock;
pub mod prune;
pub mod publish;
pub mod pull;
pub mod record;
pub mod verify;
