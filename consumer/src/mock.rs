//! The mock provider: a script compiled once, a server on a thread of its own
//! that answers from it, and a journal of what was asked.

mod behaving;
mod conduct;
mod definition;
mod error;
mod generating;
mod hint;
mod journal;
mod live;
mod options;
mod play;
mod provider;
mod refusal;
mod report;
mod script;
mod shorten;
mod stage;

pub use conduct::Times;
pub(crate) use conduct::{Conduct, Conducts};
pub use definition::Definition;
pub use error::{FinishError, StartError};
pub use journal::ReceivedRequest;
pub use options::MockOptions;
pub use provider::{Finished, MockProvider};
pub(crate) use report::{Listed, described};
pub use report::{Reason, Report, UnexpectedRequest, Usage};
#[cfg(feature = "stub")]
pub(crate) use {generating::Generating, play::line, refusal::json, script::Script};
