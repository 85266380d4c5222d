//! How an answer fails or lingers, to test a consumer's resilience. Nothing of it is
//! ever part of a pact: it says what a network does, not what the provider promises.

use std::time::Duration;

use pactwork_contract::Response;
use serde::Serialize;

use super::ResponseBuilder;
use crate::Problems;

/// What goes wrong with an answer, in place of the interaction's response.
///
/// An interaction counts as used once its request came, whatever became of the answer.
/// It is recorded only if at least one whole answer was given, because only that has
/// shown the consumer to work with what the pact says; so an interaction that always
/// fails is never recorded.
///
/// ```
/// use pactwork_consumer::{Fault, Pact, get, status};
/// # use std::io::{Read, Write};
///
/// # let folder = tempfile::tempdir()?;
/// let provider = Pact::between("web", "orders")
/// #   .output(folder.path())
///     .when(get("/orders/7"))
///     .then(status(200).text("seven").fault_first(1, Fault::Status(503)))
///     .start_blocking()?;
///
/// // The consumer's own client, which tries again after a 503:
/// # let ask = || -> std::io::Result<String> {
/// #     let mut stream = std::net::TcpStream::connect(provider.address())?;
/// #     stream.write_all(b"GET /orders/7 HTTP/1.0\r\n\r\n")?;
/// #     let mut answer = String::new();
/// #     stream.read_to_string(&mut answer)?;
/// #     Ok(answer)
/// # };
/// assert!(ask()?.starts_with("HTTP/1.0 503"));
/// assert!(ask()?.ends_with("seven"));
/// provider.finish_blocking()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Fault {
    /// This status instead: 503, 429, 500.
    Status(u16),
    /// The connection is closed without an answer. Over HTTP/2, the stream is reset.
    DropConnection,
    /// `Content-Length` says the whole length, but nothing comes after this many bytes
    /// of the body. Over HTTP/2, the stream is reset then.
    TruncateBody(usize),
    /// `Content-Length` says this, whatever the body's length is. Over HTTP/1 the
    /// connection is closed after the body.
    ContentLength(u64),
}

/// How the answers of one interaction behave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Behaviour {
    /// With how many requests each is for, one after the other.
    pub first: Vec<(u64, Fault)>,
    /// From then on.
    pub always: Option<Fault>,
    pub delay: Duration,
    pub pace: Option<Pace>,
}

/// A body in pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pace {
    pub bytes: usize,
    pub every: Duration,
}

impl ResponseBuilder {
    /// Every answer fails like this. The interaction is then not recorded.
    pub fn fault(mut self, fault: Fault) -> Self {
        self.behaviour.always = Some(fault);
        self
    }

    /// The answers to the first so many requests fail like this, and those after them
    /// are the response. Given again, the next so many. `finish` asks for more requests
    /// than that: a consumer that never got the response has not been tried with it.
    pub fn fault_first(mut self, requests: u64, fault: Fault) -> Self {
        self.behaviour.first.push((requests, fault));
        self
    }

    /// Every answer comes this much later.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.behaviour.delay = delay;
        self
    }

    /// The body is sent in pieces of so many bytes, one each time this has passed.
    pub fn slow_body(mut self, bytes: usize, every: Duration) -> Self {
        self.behaviour.pace = Some(Pace { bytes, every });
        self
    }
}

impl Behaviour {
    /// Whether answers are what the interaction says, at once.
    pub fn is_plain(&self) -> bool {
        *self == Self::default()
    }

    /// What goes wrong with the answer to this request, the first of which is 1.
    pub fn fault_of(&self, request: u64) -> Option<Fault> {
        let mut upto = 0;
        let first = self.first.iter().find(|(requests, _)| {
            upto += requests;
            request <= upto
        });
        first.map(|(_, fault)| *fault).or(self.always)
    }

    /// How many requests get a fault before others get the response.
    pub fn faults_first(&self) -> u64 {
        self.first.iter().map(|(requests, _)| requests).sum()
    }

    pub(super) fn check(&self, response: &Response, owner: &str, problems: &mut Problems) {
        let length = response.body.to_bytes().len();
        let faults = self.first.iter().map(|(_, fault)| fault);
        for fault in faults.chain(&self.always) {
            if let Some(problem) = fault.problem(length) {
                let problem = format_args!("Fault::{fault:?} {problem}");
                problems.add(format_args!("{owner}: the response"), problem);
            }
        }
        if self.pace.is_some_and(|pace| pace.bytes == 0) {
            let problem = ".slow_body(0, …) would never end: say at least 1 byte";
            problems.add(format_args!("{owner}: the response"), problem);
        }
    }
}

impl Fault {
    /// Why it would not be one, for a body of this length: what follows its name.
    pub(super) fn problem(self, length: usize) -> Option<String> {
        match self {
            Self::Status(code) if !(200..=999).contains(&code) => {
                Some("does not end an exchange; expected 200 to 999".into())
            }
            Self::TruncateBody(bytes) if bytes >= length => {
                Some(format!("leaves nothing out: the body has {length} bytes"))
            }
            Self::ContentLength(said) if said == length as u64 => {
                Some(format!("is no fault: the body has {length} bytes"))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::status;

    #[test]
    fn faults_follow_each_other_and_then_the_response_comes() {
        let behaviour = status(200)
            .fault_first(1, Fault::DropConnection)
            .fault_first(2, Fault::Status(503))
            .behaviour;
        let faults: Vec<_> = (1..=4).map(|request| behaviour.fault_of(request)).collect();
        let unavailable = Some(Fault::Status(503));
        let expected = [Some(Fault::DropConnection), unavailable, unavailable, None];
        assert_eq!(faults, expected);
        assert_eq!(behaviour.faults_first(), 3);
    }

    #[test]
    fn a_fault_that_would_be_none_is_a_problem() {
        for (fault, problem) in [
            (Fault::Status(100), Some("does not end an exchange")),
            (Fault::Status(503), None),
            (Fault::TruncateBody(3), Some("leaves nothing out")),
            (Fault::TruncateBody(2), None),
            (Fault::ContentLength(3), Some("is no fault")),
            (Fault::ContentLength(4), None),
        ] {
            let found = fault.problem(3);
            assert_eq!(found.is_some(), problem.is_some(), "{found:?}");
            assert!(
                found
                    .unwrap_or_default()
                    .contains(problem.unwrap_or_default())
            );
        }
    }
}
