//! The mock provider: a script compiled once, a server on a thread of its own
//! that answers from it, and a journal of what was asked.

mod behaving;
mod error;
mod generating;
mod hint;
mod journal;
mod options;
mod provider;
mod refusal;
mod report;
mod script;
mod shorten;
mod stage;

pub use error::{FinishError, StartError};
pub use journal::ReceivedRequest;
pub use options::MockOptions;
pub use provider::{Finished, MockProvider};
pub(crate) use report::{Listed, described};
pub use report::{Reason, Report, UnexpectedRequest, Usage};
