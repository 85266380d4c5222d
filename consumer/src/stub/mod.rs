//! A stub: pacts served as a running fake provider, for as long as one wants to
//! develop against it. Unlike a [`MockProvider`](crate::MockProvider) it expects
//! nothing to be asked, records nothing, serves pacts of several consumers at once,
//! and can be given others while it runs.
//!
//! Where several interactions share one request and answer differently, the client
//! chooses by provider state, consumer or description: with the headers
//! `Pactwork-State`, `Pactwork-Consumer` and `Pactwork-Interaction` for one request,
//! or with `PUT /_pactwork/state` for all from then on. A state is asked for by name
//! or, with parameters, as JSON: `{"name": "an order exists", "params": {"id": 7}}`.
//! Where no state is asked for, the interaction without any is the one that holds;
//! where that is not one, nobody chooses: status 409 says which there are.
//!
//! ```
//! use pactwork_consumer::stub::{StubOptions, StubProvider, StubSource};
//! use pactwork_contract::{HttpInteraction, Interaction, Pact};
//!
//! let mut pact = Pact::between("web", "orders");
//! pact.interactions.push(Interaction::Http(Box::new(HttpInteraction::default())));
//! let sources = vec![StubSource::of(pact, "web-orders.json")];
//!
//! let stub = StubProvider::start("orders", sources, StubOptions::default())?;
//! // … requests to stub.url(), and a browser at stub.page() …
//! assert_eq!(stub.page(), format!("{}/_pactwork/", stub.url()));
//! stub.finish_blocking()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod ambiguity;
mod asked;
mod choose;
mod control;
mod journal;
mod known;
mod options;
mod page;
mod pages;
mod provider;
mod refusals;
mod served;
mod source;
mod stage;

pub use ambiguity::{Ambiguity, Candidate};
pub use journal::{StubOutcome, StubRequest};
pub use options::StubOptions;
pub use pages::Pages;
pub use provider::StubProvider;
pub use source::StubSource;
