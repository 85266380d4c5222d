//! The words of a definition. Each builder only collects; everything is taken
//! apart and checked when it is started or verified, so that all problems are
//! reported together.

mod behaviour;
mod body;
mod definition;
mod example;
mod interaction;
mod message;
mod pact;
mod request;
mod response;

pub use behaviour::Fault;
pub(crate) use behaviour::{Behaviour, Pace};
pub(crate) use interaction::request_line;
pub use interaction::{AwaitingResponse, InteractionBuilder};
pub use message::MessageBuilder;
pub use pact::Pact;
pub use request::{RequestBuilder, delete, get, head, options, patch, post, put, request};
pub use response::{ResponseBuilder, status};
