//! What really came over the wire, borrowed from whoever received it.

use serde_json::{Map, Value};

/// Header names and values in the order received; a repeated header stands several times.
pub type Headers<'a> = [(&'a str, &'a str)];

/// A request that was received.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The method as received.
    pub method: &'a str,
    /// The path as received, percent-encoded.
    pub path: &'a str,
    /// What stands after `?`, percent-encoded; `None` without `?`.
    pub query: Option<&'a str>,
    /// The headers.
    pub headers: &'a Headers<'a>,
    /// The body's bytes; empty for none.
    pub body: &'a [u8],
}

/// A response that was received.
#[derive(Debug, Clone, Copy)]
pub struct Response<'a> {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: &'a Headers<'a>,
    /// The body's bytes; empty for none.
    pub body: &'a [u8],
}

/// A message that was received.
#[derive(Debug, Clone, Copy)]
pub struct Message<'a> {
    /// The contents' bytes.
    pub contents: &'a [u8],
    /// The content type, where the transport or the metadata gives one.
    pub content_type: Option<&'a str>,
    /// The metadata by name.
    pub metadata: &'a Map<String, Value>,
}
