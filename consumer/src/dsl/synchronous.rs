use std::fmt;
use std::path::PathBuf;

use pactwork_contract::{Interaction, SynchronousMessage};
use serde::Serialize;

use super::about::{About, about_words};
use super::definition::Definition;
use super::example::{check_message, check_message_request};
use super::{Pact, Payload};
use crate::exchange::Rehearsal;
use crate::{MessageError, SynchronousExchange};

/// A message that the consumer sends, and the messages that answer it.
///
/// The consumer's real code is run with an exchange in place of its transport: what it
/// sends is compared with the expected request, and it gets the responses.
///
/// ```
/// use pactwork_consumer::matchers::{integer, regex};
/// use pactwork_consumer::{Message, Pact, SynchronousExchange};
/// use serde_json::{Value, json};
///
/// // The consumer's client, over whatever transport it uses:
/// trait Transport {
///     fn call(&self, request: Value) -> Result<Vec<Value>, String>;
/// }
///
/// fn price(transport: &impl Transport, sku: &str) -> Result<i64, String> {
///     let answers = transport.call(json!({ "sku": sku }))?;
///     answers[0]["price"].as_i64().ok_or("no price".into())
/// }
///
/// // The transport of the test:
/// struct Rehearsed<'a>(&'a SynchronousExchange);
///
/// impl Transport for Rehearsed<'_> {
///     fn call(&self, request: Value) -> Result<Vec<Value>, String> {
///         let request = Message::of_json(&request).map_err(|error| error.to_string())?;
///         let answers = self.0.send(&request).map_err(|error| error.to_string())?;
///         answers.iter().map(|each| each.json().map_err(|error| error.to_string())).collect()
///     }
/// }
///
/// # let folder = tempfile::tempdir()?;
/// # let pacts = folder.path();
/// Pact::between("web", "prices")
///     .output(pacts)
///     .given("ABC-1 is on sale")
///     .synchronous_message("a request for a price")
///     .request(json!({ "sku": regex("^[A-Z]{3}-[0-9]+$", "ABC-1") }))
///     .response(json!({ "price": integer(995) }))
///     .verify(|exchange| match price(&Rehearsed(exchange), "ABC-1")? {
///         995 => Ok(()),
///         other => Err(format!("another price: {other}")),
///     })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Needs a pact of version 4.
#[derive(Debug, Clone)]
#[must_use]
pub struct SynchronousMessageBuilder {
    pact: Pact,
    about: About,
    name: String,
    request: Option<Payload>,
    responses: Vec<Payload>,
}

about_words!(SynchronousMessageBuilder);

impl SynchronousMessageBuilder {
    pub(super) fn of(pact: Pact, about: About, name: String) -> Self {
        Self {
            pact,
            about,
            name,
            request: None,
            responses: Vec::new(),
        }
    }

    /// A further state that the provider has to be in.
    pub fn given(mut self, state: impl Into<String>) -> Self {
        self.about.state(state);
        self
    }

    /// A further state with parameters: anything that serialises to a JSON object.
    pub fn given_with(mut self, state: impl Into<String>, params: impl Serialize) -> Self {
        self.about
            .state_with(state, params, &mut self.pact.problems);
        self
    }

    /// What the consumer sends: JSON with matchers, or a [`payload`](crate::payload). It
    /// may send other metadata as well, but no other members of JSON objects.
    pub fn request(mut self, request: impl Into<Payload>) -> Self {
        self.request = Some(request.into());
        self
    }

    /// What the provider answers: JSON with matchers, or a [`payload`](crate::payload).
    /// Said again, it answers with several messages, in this order.
    pub fn response(mut self, response: impl Into<Payload>) -> Self {
        self.responses.push(response.into());
        self
    }

    /// Runs the consumer's real code. It has to send the expected request through the
    /// exchange, which gives it the responses, with new values where they have
    /// generators, and to accept these. Then the message is recorded, and the pact
    /// file's path is returned.
    ///
    /// # Errors
    /// [`MessageError`]; nothing was recorded then.
    pub fn verify<T, E: fmt::Display>(
        self,
        consumer: impl FnOnce(&SynchronousExchange) -> Result<T, E>,
    ) -> Result<PathBuf, MessageError> {
        let rehearsal = self.rehearsal()?;
        rehearsal.accepted(consumer(&rehearsal.exchange))?;
        rehearsal.record()
    }

    /// As [`verify`](Self::verify) for async code:
    /// `.verify_async(async |exchange: &SynchronousExchange| client(exchange).price().await).await`.
    ///
    /// # Errors
    /// [`MessageError`]; nothing was recorded then.
    pub async fn verify_async<T, E: fmt::Display>(
        self,
        consumer: impl AsyncFnOnce(&SynchronousExchange) -> Result<T, E>,
    ) -> Result<PathBuf, MessageError> {
        let rehearsal = self.rehearsal()?;
        rehearsal.accepted(consumer(&rehearsal.exchange).await)?;
        rehearsal.record_in_background().await
    }

    fn rehearsal(self) -> Result<Rehearsal, MessageError> {
        let Self {
            mut pact,
            about,
            name,
            request,
            responses,
        } = self;
        let owner = format!("the synchronous message \"{name}\"");
        pact.no_other_interactions(&owner);
        pact.no_waiting_messages();
        let problems = &mut pact.problems;
        if request.is_none() {
            problems.add(&owner, "it has no request; say it with .request(…)");
        }
        let place = format!("{owner}: the request");
        let request = request
            .unwrap_or_default()
            .build(Definition::of(&place, problems));
        if problems.is_empty() {
            check_message_request(&request, &place, problems);
        }
        let mut expected = Vec::new();
        for (position, response) in responses.iter().enumerate() {
            let place = format!("{owner}: response {}", position + 1);
            let response = response.build(Definition::of(&place, problems));
            if problems.is_empty() {
                check_message(&response, &place, problems);
            }
            expected.push(response);
        }
        let message = SynchronousMessage {
            common: about.described(name),
            request,
            responses: expected,
        };
        let interaction = Interaction::SynchronousMessage(Box::new(message.clone()));
        pact.contract.interactions = vec![interaction];
        let (recorded, source) = pact.ready_to_record()?;
        Ok(Rehearsal::of(recorded, &message, &source))
    }
}
