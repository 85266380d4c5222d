//! What the process tells its caller: four codes, the same for every command.

use std::process::ExitCode;

/// It holds: verified, published, valid, safe to deploy.
pub const HOLDS: u8 = 0;
/// The contract is broken: a mismatch, an invalid example, not safe to deploy.
pub const BROKEN: u8 = 1;
/// Wrong usage, configuration or input file.
pub const WRONG_INPUT: u8 = 2;
/// It could not be found out: the provider did not start, the storage cannot be
/// reached, nobody has verified it yet.
pub const UNKNOWN: u8 = 3;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// [`HOLDS`]
    Holds,
    /// [`BROKEN`]
    Broken,
    /// [`WRONG_INPUT`]
    WrongInput,
    /// [`UNKNOWN`]
    Unknown,
    /// What a command of the user said, which was run for its sake.
    OfCommand(u8),
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Holds => HOLDS,
            Exit::Broken => BROKEN,
            Exit::WrongInput => WRONG_INPUT,
            Exit::Unknown => UNKNOWN,
            Exit::OfCommand(code) => code,
        })
    }
}
