//! An HTTP server on a thread and runtime of its own, which the mock provider is
//! built on, and whatever else has to answer consumers: it works in and outside of
//! any runtime, and also while a test blocks the only thread of its runtime.
//!
//! ```
//! use std::sync::Arc;
//!
//! use pactwork_consumer::server::{Disconnect, Handler, Outgoing, Server, ServerOptions, whole};
//! use hyper::body::Incoming;
//! use hyper::{Request, Response};
//!
//! struct Greeting;
//!
//! impl Handler for Greeting {
//!     async fn answer(&self, _: Request<Incoming>) -> Result<Response<Outgoing>, Disconnect> {
//!         Ok(Response::new(whole("hello")))
//!     }
//! }
//!
//! let server = Server::start(Arc::new(Greeting), &ServerOptions::default(), || "finished")?;
//! // … requests to server.address() …
//! assert_eq!(server.finish_blocking()?, "finished");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod body;
mod breakage;
mod budget;
mod connection;
mod cors;
mod error;
mod guard;
mod http1;
#[cfg(feature = "http2")]
mod http2;
mod limits;
mod opening;
mod options;
mod own_runtime;
mod refused;
mod running;
mod sent;
#[cfg(feature = "tls")]
mod tls;
mod visit;

pub use body::{BodyError, Outgoing, received_whole, streamed, whole};
pub use breakage::Breakage;
pub use cors::Cors;
pub use error::{Ended, ListenError};
pub use guard::{Foreign, Guard};
pub use options::ServerOptions;
pub use running::Server;
pub(crate) use sent::all_of;
#[cfg(feature = "tls")]
pub use tls::{CertificateError, Certificates};

use std::io;
use std::net::SocketAddr;

use hyper::body::Incoming;
use hyper::{Request, Response};

/// What answers requests; shared by all connections of a [`Server`].
pub trait Handler: Send + Sync + 'static {
    /// Answers a request whose head has arrived; the body may still be on its way
    /// ([`received_whole`] waits for it). [`Disconnect`] ends the connection
    /// without an answer, or over HTTP/2 the request alone.
    fn answer(
        &self,
        request: Request<Incoming>,
    ) -> impl Future<Output = Result<Response<Outgoing>, Disconnect>> + Send;

    /// The server listens there; called once, before the first request.
    fn listening(&self, _: SocketAddr) {}

    /// A client sent what is no HTTP request, for this reason.
    fn unreadable(&self, _: String) {}

    /// A connection cannot be accepted for now, for want of file handles usually; it
    /// waits, and is tried again.
    fn cannot_accept(&self, _: &io::Error) {}

    /// Whether a client of HTTP/1 that closes its side is given up although its answer is
    /// still being made; asked as each connection begins. Otherwise a client that does not
    /// wait for the answer has asked all the same.
    fn ends_with_client(&self) -> bool {
        false
    }
}

/// The connection is to be closed without an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the connection is closed without an answer")]
pub struct Disconnect;
