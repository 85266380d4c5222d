//! Why a command could not do its work: a sentence, what to do, and the exit
//! code. Every error of a room is mapped to its exit code here and nowhere else.

use std::fmt;
use std::path::Path;

use pactwork_consumer::server::ListenError;

use crate::exit::Exit;

/// A command that ended before it had a result.
#[derive(Debug)]
pub struct Failure {
    pub exit: Exit,
    pub message: String,
    /// What to do about it, where one can say so.
    pub advice: Option<String>,
}

pub type Result<T> = std::result::Result<T, Failure>;

impl Failure {
    /// The contract is broken.
    pub fn broken(message: impl fmt::Display) -> Self {
        Self::new(Exit::Broken, message)
    }

    /// The usage, the configuration or an input file is wrong.
    pub fn wrong_input(message: impl fmt::Display) -> Self {
        Self::new(Exit::WrongInput, message)
    }

    /// It could not be found out.
    pub fn unknown(message: impl fmt::Display) -> Self {
        Self::new(Exit::Unknown, message)
    }

    /// A file or folder that cannot be read.
    pub fn cannot_read(path: &Path, reason: &std::io::Error) -> Self {
        Self::wrong_input(format!("cannot read {}: {reason}", path.display()))
    }

    /// A file or folder that cannot be written.
    pub fn cannot_write(path: &Path, reason: &std::io::Error) -> Self {
        Self::wrong_input(format!("cannot write {}: {reason}", path.display()))
            .advise("make the folder writable, or name another one")
    }

    /// The same failure with what to do about it.
    pub fn advise(mut self, advice: impl fmt::Display) -> Self {
        self.advice = Some(advice.to_string());
        self
    }

    fn new(exit: Exit, message: impl fmt::Display) -> Self {
        Self {
            exit,
            message: message.to_string(),
            advice: None,
        }
    }
}

impl From<pactwork_contract::ReadError> for Failure {
    fn from(error: pactwork_contract::ReadError) -> Self {
        let advice = match &error {
            pactwork_contract::ReadError::Io { .. } => "name a pact file, or a folder of them",
            _ => "correct the pact file, or record it anew",
        };
        Self::wrong_input(error).advise(advice)
    }
}

impl From<pactwork_contract::WriteError> for Failure {
    fn from(error: pactwork_contract::WriteError) -> Self {
        Self::wrong_input(error)
    }
}

impl From<pactwork_golden::GoldenError> for Failure {
    fn from(error: pactwork_golden::GoldenError) -> Self {
        Self::wrong_input(error)
    }
}

impl From<pactwork_broker::BrokerError> for Failure {
    fn from(error: pactwork_broker::BrokerError) -> Self {
        use pactwork_broker::BrokerError;
        match error {
            BrokerError::Location { .. } => {
                Self::wrong_input(error).advise("pactwork doctor --help says what a storage may be")
            }
            // Its text says what to do.
            BrokerError::Conflict { .. } => Self::wrong_input(error),
            BrokerError::NotFound { .. } => Self::wrong_input(error)
                .advise("`pactwork list --help` shows how to list what is there"),
            BrokerError::Contradictory { .. } => Self::unknown(error).advise(
                "look at each with `pactwork show --content ID`, and publish a new version",
            ),
            BrokerError::NotPublished { .. } => Self::wrong_input(error)
                .advise("publish or verify that version first, or correct its name"),
            BrokerError::Storage { .. } => {
                Self::unknown(error).advise("pactwork doctor says what is wrong with the storage")
            }
            _ => Self::unknown(error),
        }
    }
}

impl From<pactwork_provider::StartError> for Failure {
    fn from(error: pactwork_provider::StartError) -> Self {
        use pactwork_provider::StartError;
        match error {
            StartError::NoDirectory { .. }
            | StartError::PortInUse { .. }
            | StartError::Url(_)
            | StartError::TooManyPorts { .. } => Self::wrong_input(error),
            StartError::NotReady { .. } => {
                Self::unknown(error).advise("give it longer (--ready-timeout), or another --ready")
            }
            StartError::Ended { status, .. } if status.success() => Self::unknown(error).advise(
                "keep the provider in the foreground, without & or an option that puts it \
                     into the background",
            ),
            StartError::ForeignListener { .. } => Self::unknown(error).advise(
                "have the provider listen on the port that it is given ({port}, PORT); if that \
                 process listens on the provider's behalf, add --ready-any-listener",
            ),
            StartError::Instance { number, of, reason } => {
                let failure = Self::from(*reason);
                Self {
                    message: format!("instance {number} of {of}: {}", failure.message),
                    ..failure
                }
            }
            _ => Self::unknown(error),
        }
    }
}

impl From<pactwork_provider::VerifyError> for Failure {
    fn from(error: pactwork_provider::VerifyError) -> Self {
        Self::wrong_input(error)
    }
}

impl From<pactwork_provider::LogPatternError> for Failure {
    fn from(error: pactwork_provider::LogPatternError) -> Self {
        Self::wrong_input(error)
    }
}

impl From<pactwork_provider::UrlError> for Failure {
    fn from(error: pactwork_provider::UrlError) -> Self {
        Self::wrong_input(error)
    }
}

impl From<pactwork_consumer::StartError> for Failure {
    fn from(error: pactwork_consumer::StartError) -> Self {
        match error {
            pactwork_consumer::StartError::Listen(ListenError::Run(_)) => Self::unknown(error),
            _ => Self::wrong_input(error),
        }
    }
}

impl From<ListenError> for Failure {
    fn from(error: ListenError) -> Self {
        match error {
            ListenError::Run(_) => Self::unknown(error),
            _ => Self::wrong_input(error),
        }
    }
}

impl From<pactwork_consumer::server::Ended> for Failure {
    fn from(error: pactwork_consumer::server::Ended) -> Self {
        Self::unknown(error)
    }
}

impl From<pactwork_consumer::FinishError> for Failure {
    fn from(error: pactwork_consumer::FinishError) -> Self {
        use pactwork_consumer::FinishError;
        match error {
            FinishError::NotAsExpected(_) => Self::broken(error),
            FinishError::Record(_) => Self::wrong_input(error),
            _ => Self::unknown(error),
        }
    }
}
