//! The words of a definition. Each builder only collects; everything is taken
//! apart and checked when it is started or verified, so that all problems are
//! reported together.

mod about;
mod behaviour;
mod body;
mod cookie;
mod definition;
pub mod definition_json;
mod example;
mod interaction;
mod message;
mod pact;
mod payload;
mod request;
mod response;
mod synchronous;

pub use behaviour::Fault;
pub(crate) use behaviour::{Behaviour, Pace};
pub use body::{Element, Part, Xml, element};
pub(crate) use interaction::request_line;
pub use interaction::{AwaitingResponse, InteractionBuilder};
pub use message::MessageBuilder;
pub use pact::Pact;
pub use payload::{Payload, payload};
pub use request::{RequestBuilder, delete, get, head, options, patch, post, put, request};
pub use response::{ResponseBuilder, status, status_in};
pub use synchronous::SynchronousMessageBuilder;
