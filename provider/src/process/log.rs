use regex::bytes::Regex;
use thiserror::Error;

/// What a line of the provider's output looks like once it is ready.
///
/// A group named `port` gives the port that the provider chose itself:
///
/// ```
/// use pactwork_provider::{LogPattern, Readiness};
///
/// let ready = Readiness {
///     log: Some(LogPattern::new(r"listening on \S+:(?<port>\d+)")?),
///     ..Readiness::default()
/// };
/// # Ok::<(), pactwork_provider::LogPatternError>(())
/// ```
#[derive(Debug, Clone)]
pub struct LogPattern(Regex);

/// A pattern that is not a regular expression.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("\"{pattern}\" is not a regular expression: {reason}")]
pub struct LogPatternError {
    /// The pattern as given.
    pub pattern: String,
    /// What is wrong with it.
    pub reason: String,
}

/// A line that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FoundLine {
    /// The port that it names.
    pub(crate) port: Option<u16>,
}

/// The name of the group that gives the port.
const PORT: &str = "port";

impl LogPattern {
    /// A regular expression (in the syntax of the crate `regex`) that is searched for
    /// in each line by itself.
    ///
    /// # Errors
    /// [`LogPatternError`] for what is none.
    pub fn new(pattern: &str) -> Result<Self, LogPatternError> {
        Regex::new(pattern).map(Self).map_err(|reason| {
            let reason = reason.to_string();
            let reason = reason.lines().last().unwrap_or_default();
            LogPatternError {
                pattern: pattern.into(),
                reason: reason.trim_start_matches("error: ").into(),
            }
        })
    }

    /// The pattern as it was given.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Whether a line gives the port.
    pub(crate) fn gives_port(&self) -> bool {
        self.0.capture_names().flatten().any(|name| name == PORT)
    }

    /// Whether the line is one, with or without its end. Where it is to give the port,
    /// it does.
    pub(super) fn find(&self, line: &[u8]) -> Option<FoundLine> {
        let line = line.trim_ascii_end();
        let captures = self.0.captures(line)?;
        if !self.gives_port() {
            return Some(FoundLine { port: None });
        }
        let port = captures.name(PORT)?.as_bytes();
        let port = std::str::from_utf8(port).ok()?.parse().ok()?;
        (port > 0).then_some(FoundLine { port: Some(port) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_regular_expression_is_said() {
        let error = LogPattern::new("(ready").unwrap_err().to_string();
        assert_eq!(
            error,
            "\"(ready\" is not a regular expression: unclosed group"
        );
    }
}
