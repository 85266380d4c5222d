//! The provider's side: start the real provider, set its states, replay what
//! consumers rely on, and give what was found as data.
//!
//! [`ProviderProcess`] runs the provider and leaves nothing behind. [`Verifier`]
//! replays pacts against it: HTTP interactions through one pooled client,
//! messages through a [`MessageSource`], both in the states that a
//! [`StateHandler`] sets. It emits [`Event`]s while it works and ends with a
//! [`Report`]. This crate fetches no pact, prints nothing and publishes nothing.
//!
//! ```
//! use pactwork_contract::{AsynchronousMessage, Body, Interaction, Outcome, Pact};
//! use pactwork_provider::{MessageFunctions, ProducedMessage, Target, Verifier};
//! use serde_json::json;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut expected = AsynchronousMessage::default();
//! expected.common.description = "TemplateDeleted".into();
//! expected.message.contents = Body::json(json!({ "id": 7 }));
//! let mut pact = Pact::between("auth", "templates");
//! pact.interactions.push(Interaction::AsynchronousMessage(Box::new(expected)));
//!
//! let messages = MessageFunctions::new()
//!     .message("TemplateDeleted", |_states| Ok(ProducedMessage::json(&json!({ "id": 8 }))));
//! let report = Verifier::new(Target::in_process())
//!     .messages(messages)
//!     .run(&[pact], |_event| {})
//!     .await?;
//!
//! assert_eq!(report.outcome(), Outcome::Failed);
//! let found = &report.pacts[0].interactions[0];
//! assert_eq!(found.mismatches[0].path, "$.id");
//! # Ok(())
//! # }
//! ```

mod causes;
mod command;
mod cross_check;
mod event;
mod filter;
mod http;
mod messages;
mod names;
mod pacts;
mod process;
mod report;
mod secrets;
mod states;
#[cfg(feature = "test-harness")]
mod test_harness;
mod verifier;

pub use command::CommandLine;
pub use cross_check::{CrossCheck, Disagreement, NotCompared, Verdict};
pub use event::Event;
pub use filter::{
    Asked, FilterError, FixedHeaders, HeaderCommand, HeaderCommandOptions, HttpFilter,
    OutgoingRequest, RequestFilter,
};
#[cfg(feature = "tls")]
pub use http::CertificateError;
pub use http::{HttpOptions, UrlError};
pub use messages::{
    Answer, CommandMessages, HttpMessages, MessageError, MessageFunctions, MessageSource,
    ProducedMessage, WantedMessage,
};
pub use pacts::Pacts;
pub use process::{
    LogPattern, LogPatternError, ProviderProcess, Readiness, StartError, StartOptions,
};
pub use report::{
    InteractionReport, PactReport, ProviderEnd, Received, ReceivedResponse, Report, RequestLine,
    SeenBody, SeenContent, SeenHeader, SeenMessage, Sent, SentRequest, VerifiedVersion,
};
pub use secrets::{REDACTED, Secrets};
pub use states::{
    CommandStates, HttpStates, StateAction, StateChange, StateError, StateFunctions, StateHandler,
    StateValues,
};
#[cfg(feature = "test-harness")]
pub use test_harness::ProviderTests;
pub use verifier::{Candidate, Shard, ShardError, Target, Verifier, VerifyError};
