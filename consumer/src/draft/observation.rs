//! What was seen on the wire, as data.

/// A request and its answer, as they were on the wire.
///
/// ```
/// use pactwork_consumer::draft::{Observation, ObservedBody};
///
/// let observation = Observation {
///     method: "GET".into(),
///     path: "/orders/7".into(),
///     query: Some("expand=lines".into()),
///     request_headers: vec![("Accept".into(), "application/json".into())],
///     request_body: ObservedBody::default(),
///     status: 200,
///     response_headers: vec![("Content-Type".into(), "application/json".into())],
///     response_body: ObservedBody::Bytes(br#"{"id": 7}"#.to_vec()),
/// };
/// # let _ = observation;
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// The method, such as `GET`.
    pub method: String,
    /// The path as sent, percent-encoding and all.
    pub path: String,
    /// What stood behind the `?`, as sent.
    pub query: Option<String>,
    /// The request's headers, in the order in which they came.
    pub request_headers: Vec<(String, String)>,
    /// The request's body.
    pub request_body: ObservedBody,
    /// The answer's status code.
    pub status: u16,
    /// The answer's headers, in the order in which they came.
    pub response_headers: Vec<(String, String)>,
    /// The answer's body.
    pub response_body: ObservedBody,
}

/// A body, without any content coding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ObservedBody {
    /// All of it; empty where there was none.
    Bytes(Vec<u8>),
    /// It is not known, and why: a clause such as "it is larger than 1 MiB".
    Unknown(String),
}

impl Default for ObservedBody {
    /// No body.
    fn default() -> Self {
        Self::Bytes(Vec::new())
    }
}
