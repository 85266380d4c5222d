use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::Duration;

use thiserror::Error;

use super::in_words;
use crate::UrlError;

/// How many of the process's last lines an error shows.
const SHOWN_LINES: usize = 40;

/// A provider that could not be started. No process is left behind.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StartError {
    /// Somebody else listens on the asked port.
    #[error(
        "port {port} is already in use: stop what listens there, or ask for no port to get a free one"
    )]
    PortInUse {
        /// The asked port.
        port: u16,
    },
    /// There are not so many ports from the asked one on.
    #[error(
        "there are no {count} ports from {first} on: ask for a lower port, or for no port to get free ones"
    )]
    TooManyPorts {
        /// The asked port.
        first: u16,
        /// How many instances there were to be.
        count: usize,
    },
    /// The port cannot be listened on.
    #[error("cannot use {} for the provider: {reason}", named(*.asked))]
    Port {
        /// The asked port; `None` for a free one.
        asked: Option<u16>,
        /// Why.
        reason: io::Error,
    },
    /// The base URL cannot be used.
    #[error(transparent)]
    Url(#[from] UrlError),
    /// The folder to run in is not there.
    #[error("cannot start the provider in {directory}: there is no such folder")]
    NoDirectory {
        /// The folder.
        directory: PathBuf,
    },
    /// No process could be made.
    #[error("cannot start the provider with `{command}`: {reason}")]
    Spawn {
        /// The command.
        command: String,
        /// Why.
        reason: io::Error,
    },
    /// The process ended before it was ready.
    #[error("the provider `{command}` ended with {} before it was ready{}", in_words(*.status), shown(.output))]
    Ended {
        /// The command.
        command: String,
        /// How it ended.
        status: ExitStatus,
        /// What it wrote.
        output: String,
    },
    /// The process did not become ready in time.
    #[error("the provider `{command}` was not ready within {deadline:?}: {last_seen}{}", shown(.output))]
    NotReady {
        /// The command.
        command: String,
        /// How long it had.
        deadline: Duration,
        /// What the last attempt to reach it saw.
        last_seen: String,
        /// What it wrote.
        output: String,
    },
    /// Somebody else listens where the provider was expected, and the provider itself
    /// did not within the deadline.
    #[error(
        "the provider `{command}` did not listen on its port within {deadline:?}; somebody else \
         does: {listener}{}",
        shown(.output)
    )]
    ForeignListener {
        /// The command.
        command: String,
        /// How long it had.
        deadline: Duration,
        /// Where, whose process it is that listens, and how that is known.
        listener: String,
        /// What the provider wrote.
        output: String,
    },
    /// Somebody did not want to wait any longer.
    #[error("{reason} before the provider was ready")]
    Stopped {
        /// What the caller gave as the reason.
        reason: String,
    },
    /// One of several instances could not be started.
    #[error("instance {number} of {of}: {reason}")]
    Instance {
        /// Its number, from 1.
        number: usize,
        /// How many there were to be.
        of: usize,
        /// Why.
        reason: Box<Self>,
    },
}

impl StartError {
    /// It, of one of several instances; number 0 is about all of them.
    pub(super) fn of_instance(self, number: usize, of: usize) -> Self {
        match number == 0 || of == 1 {
            true => self,
            false => Self::Instance {
                number,
                of,
                reason: Box::new(self),
            },
        }
    }
}

fn named(asked: Option<u16>) -> String {
    asked.map_or_else(|| "any port".into(), |port| format!("port {port}"))
}

/// The last lines of an output, indented, to stand behind a sentence.
fn shown(output: &str) -> String {
    let lines: Vec<_> = output.trim_end().lines().collect();
    let left_out = lines.len().saturating_sub(SHOWN_LINES);
    let heading = match (lines.len(), left_out) {
        (0, _) => return "; it wrote nothing".into(),
        (_, 0) => "; it wrote:".to_string(),
        _ => format!("; its last {SHOWN_LINES} lines:"),
    };
    lines[left_out..]
        .iter()
        .fold(heading, |text, line| text + "\n    " + line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_output_is_shown_by_its_last_lines() {
        let output: String = (0..50).map(|line| format!("line {line}\n")).collect();
        let text = shown(&output);
        assert!(
            text.starts_with("; its last 40 lines:\n    line 10\n"),
            "{text}"
        );
        assert!(text.ends_with("\n    line 49"), "{text}");
        assert_eq!(shown("\n"), "; it wrote nothing");
    }
}
