use std::time::Duration;

const KIBIBYTE: usize = 1024;
const MEBIBYTE: usize = 1024 * KIBIBYTE;

/// What clients together, and each of them, may take from a [`Server`](super::Server),
/// however hostile or broken they are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Bytes of a request's line and headers.
    pub head: usize,
    /// How long a connection may wait for a whole head.
    pub head_timeout: Duration,
    /// How long a body may take.
    pub body_timeout: Duration,
    /// Bytes of all bodies that are being received or handled.
    pub bodies: usize,
    /// Requests at a time on one connection of HTTP/2.
    #[cfg(feature = "http2")]
    pub streams: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            head: 64 * KIBIBYTE,
            head_timeout: Duration::from_secs(30),
            body_timeout: Duration::from_secs(60),
            bodies: 512 * MEBIBYTE,
            #[cfg(feature = "http2")]
            streams: 200,
        }
    }
}
