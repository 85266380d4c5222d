use std::error::Error as StdError;
use std::io;
use std::time::Duration;

use hyper::StatusCode;
use thiserror::Error;

/// No answer, or none that could be read whole.
#[derive(Debug, Error)]
pub(crate) enum HttpError {
    #[error("no answer within {0:?}")]
    Timeout(Duration),
    #[error("cannot connect: {0}")]
    Connect(String),
    #[cfg(feature = "tls")]
    #[error("cannot connect: {0}")]
    Tls(String),
    #[error("no HTTP answer came back: {0}")]
    Answer(String),
    #[error("the answer has status {status}, but its body broke off after {received}: {reason}")]
    Body {
        status: StatusCode,
        received: String,
        reason: String,
    },
    #[error(
        "the answer has status {status}, but its body did not end within {timeout:?}: {received} came"
    )]
    SlowBody {
        status: StatusCode,
        received: String,
        timeout: Duration,
    },
    #[error("the answer has status {status}, but its body is longer than {}; allow larger bodies if it is meant to be", in_bytes(*limit))]
    TooLong { status: StatusCode, limit: usize },
    #[error("{0}")]
    Redirect(String),
    #[error("{0}")]
    Filter(String),
}

impl HttpError {
    /// Whether the other side went away or was not there.
    pub(crate) fn is_connection_lost(&self) -> bool {
        matches!(self, Self::Connect(_) | Self::Answer(_) | Self::Body { .. })
    }

    pub(super) fn no_answer(reason: &hyper_util::client::legacy::Error, http2: bool) -> Self {
        #[cfg(feature = "tls")]
        if let Some(said) = super::tls::said(reason) {
            return Self::Tls(said);
        }
        let text = innermost(reason);
        if reason.is_connect() && find::<io::Error>(reason).is_some() {
            return match timed_out(reason) {
                true => Self::Connect("nobody accepted the connection in time".into()),
                false => Self::Connect(text),
            };
        }
        let hint = match (http2, is_foreign(reason)) {
            (true, _) => "; what answers may not speak HTTP/2",
            (false, true) => {
                "; what answers may not speak HTTP, or only HTTP/2, or expect TLS (https:)"
            }
            (false, false) => "",
        };
        Self::Answer(format!("{text}{hint}"))
    }
}

/// Whether what came is no HTTP/1.1: none at all, or before anything was asked, as a
/// server of HTTP/2 begins.
fn is_foreign(reason: &(dyn StdError + 'static)) -> bool {
    let unasked = innermost(reason).contains("unexpected message");
    unasked
        || find::<hyper::Error>(reason)
            .is_some_and(|error| error.is_parse() && !error.is_parse_too_large())
}

fn timed_out(reason: &(dyn StdError + 'static)) -> bool {
    find::<io::Error>(reason).is_some_and(|error| error.kind() == io::ErrorKind::TimedOut)
}

/// A number of bytes, in words.
pub(super) fn in_bytes(bytes: usize) -> String {
    match bytes {
        1 => "1 byte".into(),
        bytes if bytes >= 1 << 20 && bytes.is_multiple_of(1 << 20) => {
            format!("{} MiB", bytes >> 20)
        }
        bytes => format!("{bytes} bytes"),
    }
}

/// The text of the error that caused the others.
pub(super) fn innermost(error: &(dyn StdError + 'static)) -> String {
    causes(error).last().unwrap_or(error).to_string()
}

/// The first cause of this type.
pub(super) fn find<'e, T: StdError + 'static>(
    error: &'e (dyn StdError + 'static),
) -> Option<&'e T> {
    causes(error).find_map(|cause| cause.downcast_ref())
}

fn causes<'e>(
    error: &'e (dyn StdError + 'static),
) -> impl Iterator<Item = &'e (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error| cause(*error))
}

/// What an I/O error was made of is not its source, but the thing itself.
fn cause<'e>(error: &'e (dyn StdError + 'static)) -> Option<&'e (dyn StdError + 'static)> {
    let inner = error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref);
    match inner {
        Some(inner) => Some(inner),
        None => error.source(),
    }
}
