use std::io;
use std::time::Duration;

use tokio::net::TcpStream;

/// How HTTP/2 begins where both sides know that it is spoken (RFC 9113, section 3.4);
/// no method of HTTP/1 begins alike beyond its first two letters.
const HTTP2: &[u8] = b"PRI * HTTP/2.0";
/// The type of the record that a TLS connection begins with (RFC 8446, section 5.1).
const TLS_HANDSHAKE: u8 = 22;
/// A client that sends its first letters one by one is looked at so often …
const LOOKS: usize = 20;
/// … with so long between.
const PAUSE: Duration = Duration::from_millis(5);

/// What a connection begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Opening {
    /// Whatever is nothing else.
    Http1,
    Http2,
    Tls,
    /// It was closed before anything was sent.
    Nothing,
}

/// Looks at what the client sends first, and leaves it to be read.
pub(super) async fn opening(stream: &TcpStream) -> io::Result<Opening> {
    let mut first = [0; HTTP2.len()];
    for _ in 0..LOOKS {
        let length = stream.peek(&mut first).await?;
        if let Some(opening) = recognised(&first[..length]) {
            return Ok(opening);
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok(Opening::Http1)
}

/// `None` while it may still be either version of HTTP.
fn recognised(first: &[u8]) -> Option<Opening> {
    match first {
        [] => Some(Opening::Nothing),
        [TLS_HANDSHAKE, ..] => Some(Opening::Tls),
        _ if first == HTTP2 => Some(Opening::Http2),
        _ if HTTP2.starts_with(first) => None,
        _ => Some(Opening::Http1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn openings_are_recognised_as_early_as_possible() {
        for (first, expected) in [
            (&b""[..], Some(Opening::Nothing)),
            (b"\x16\x03\x01", Some(Opening::Tls)),
            (b"P", None),
            (b"PR", None),
            (b"PRI * HTTP/2.", None),
            (b"PRI * HTTP/2.0", Some(Opening::Http2)),
            (b"PRI * HTTP/1.1", Some(Opening::Http1)),
            (b"PO", Some(Opening::Http1)),
            (b"GET / HTTP/1.1", Some(Opening::Http1)),
        ] {
            assert_eq!(recognised(first), expected, "{first:?}");
        }
    }
}
