//! The consumer's side: say what you rely on, run your real code against a mock
//! provider that answers just so, and record the pact if all of it was used.
//!
//! ```
//! use pactwork_consumer::matchers::{each_like, integer, regex};
//! use pactwork_consumer::{Pact, get, status};
//! use serde_json::json;
//!
//! # let folder = tempfile::tempdir()?;
//! # let pacts = folder.path();
//! let provider = Pact::between("web", "orders")
//!     .output(pacts)
//!     .given("order 7 exists")
//!     .upon_receiving("a request for order 7")
//!     .when(get("/orders/7").header("Accept", "application/json"))
//!     .then(status(200).json(json!({
//!         "id": integer(7),
//!         "lines": each_like(json!({ "sku": regex(r"^[A-Z]{3}-\d+$", "ABC-1") })),
//!     })))
//!     .start_blocking()?;
//!
//! // The consumer's own client, pointed at the mock provider:
//! # use std::io::{Read, Write};
//! # let mut stream = std::net::TcpStream::connect(provider.address())?;
//! # stream.write_all(b"GET /orders/7 HTTP/1.0\r\nAccept: application/json\r\n\r\n")?;
//! # let mut answer = String::new();
//! # stream.read_to_string(&mut answer)?;
//! assert!(answer.contains("ABC-1"));
//!
//! provider.finish_blocking()?;
//! assert!(pacts.join("web-orders.json").exists());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! - [`Pact`] is where a definition starts; [`matchers`] say what may vary,
//!   [`generators`] what is made anew each time.
//! - [`MockProvider`] is what `start()` gives; it also serves a pact that was
//!   loaded from a file.
//! - [`definition_json`] reads definitions that were written as JSON, by whatever
//!   language.
//! - Messages have no mock provider: [`MessageBuilder::verify`] hands the
//!   example to the consumer's real handler, and [`SynchronousMessageBuilder::verify`]
//!   the exchange to the code that sends the request.
//! - What reads better in the words of your own domain is a function that returns
//!   `impl` [`Matcher`](matchers::Matcher).
//!
//! Cargo features, none of which is on by default: `schemars` derives matchers from Rust
//! types (`matchers::of_type`, `.json_of(…)`); `pact_consumer` starts the mock provider
//! from a `pact_consumer::PactBuilder` (`StartPactwork`, `pact_consumer_prelude`).
//!
//! Nothing here panics or prints, with one documented exception: a
//! [`MockProvider`] that is dropped before [`MockProvider::finish`].

#[cfg(feature = "draft")]
pub mod draft;
mod dsl;
mod exchange;
pub mod generators;
pub mod matchers;
mod message;
mod mock;
#[cfg(feature = "pact_consumer")]
pub mod pact_consumer_prelude;
mod problems;
mod recorder;
pub mod server;
mod source;
#[cfg(feature = "pact_consumer")]
mod start_pactwork;
#[cfg(feature = "stub")]
pub mod stub;

pub use dsl::definition_json;
pub use dsl::{
    AwaitingResponse, Element, Fault, InteractionBuilder, MessageBuilder, Pact, Part, Payload,
    RequestBuilder, ResponseBuilder, SynchronousMessageBuilder, Xml, delete, element, get, head,
    options, patch, payload, post, put, request, status, status_in,
};
pub use exchange::{SynchronousExchange, UnexpectedMessage};
pub use message::{Message, MessageError};
pub use mock::{
    Definition, FinishError, Finished, MockOptions, MockProvider, Reason, ReceivedRequest, Report,
    StartError, Times, UnexpectedRequest, Usage,
};
pub use pactwork_contract::{SpecificationVersion, StatusClass};
pub use problems::Problems;
#[cfg(feature = "pact_consumer")]
pub use start_pactwork::{StartPactwork, ValidatingMockProvider};
