use pactwork_contract::{HttpInteraction, Interaction, Request};
use serde::Serialize;

use super::about::{About, about_words};
use super::example::{check_request, check_response};
use super::{MessageBuilder, Pact, RequestBuilder, ResponseBuilder, SynchronousMessageBuilder};
use crate::mock::Conduct;
use crate::{Problems, Times};

/// An interaction that has begun: its provider states, its description, and what else
/// there is to say about it.
///
/// ```
/// use pactwork_consumer::{Pact, get, status};
/// use serde_json::json;
///
/// let pact = Pact::between("web", "orders")
///     .given("the shop is open")
///     .given_with("an order exists", json!({ "id": 7 }))
///     .upon_receiving("a request for order 7")
///     .pending()
///     .comment("the provider's team is at it")
///     .reference("jira", "story", "SHOP-12")
///     .when(get("/orders/7"))
///     .then(status(200));
/// # let _ = pact;
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct InteractionBuilder {
    pub(super) pact: Pact,
    about: About,
    description: Option<String>,
}

impl InteractionBuilder {
    pub(super) fn of(pact: Pact) -> Self {
        Self {
            pact,
            about: About::default(),
            description: None,
        }
    }

    /// A state that the provider has to be in, set after those already named.
    pub fn given(mut self, state: impl Into<String>) -> Self {
        self.about.state(state);
        self
    }

    /// A state with parameters: anything that serialises to a JSON object.
    pub fn given_with(mut self, state: impl Into<String>, params: impl Serialize) -> Self {
        self.about
            .state_with(state, params, &mut self.pact.problems);
        self
    }

    /// What the interaction is for, in the consumer's words. Without it, the
    /// request's method, path and query describe it.
    pub fn upon_receiving(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// The request that the consumer will make.
    pub fn when(self, request: RequestBuilder) -> AwaitingResponse {
        AwaitingResponse {
            interaction: self,
            request,
            conduct: Conduct::default(),
        }
    }

    /// An event instead of a request: its name is its description.
    pub fn message(mut self, name: impl Into<String>) -> MessageBuilder {
        self.no_description();
        MessageBuilder::of(self.pact, self.about, name.into())
    }

    /// A message that is answered with messages: its name is its description.
    pub fn synchronous_message(mut self, name: impl Into<String>) -> SynchronousMessageBuilder {
        self.no_description();
        SynchronousMessageBuilder::of(self.pact, self.about, name.into())
    }

    fn no_description(&mut self) {
        if let Some(description) = &self.description {
            let place = format!("\"{description}\"");
            let problem = "a message is described by its name; leave out .upon_receiving(…)";
            self.pact.problems.add(place, problem);
        }
    }
}

about_words!(InteractionBuilder);

/// An interaction whose request is known and whose response is not yet.
#[derive(Debug, Clone)]
#[must_use]
pub struct AwaitingResponse {
    interaction: InteractionBuilder,
    request: RequestBuilder,
    conduct: Conduct,
}

impl AwaitingResponse {
    /// How often the consumer makes the request: a number or a range. Without it, at
    /// least once. What comes more often gets status 500; what came too seldom is told
    /// by [`finish`](crate::MockProvider::finish). Of the pact it is no part.
    ///
    /// ```
    /// use pactwork_consumer::{Pact, get, post, status};
    ///
    /// let pact = Pact::between("web", "orders")
    ///     .when(post("/orders"))
    ///     .times(1) // the consumer must not order twice
    ///     .then(status(201))
    ///     .when(get("/health"))
    ///     .times(0..) // may be asked at any time; recorded if it was
    ///     .then(status(200));
    /// # let _ = pact;
    /// ```
    pub fn times(mut self, times: impl Into<Times>) -> Self {
        self.conduct.times = times.into();
        self
    }

    /// The response that the mock provider gives and the real provider has to
    /// keep. The pact can then be started, or another interaction begun.
    pub fn then(self, response: ResponseBuilder) -> Pact {
        let InteractionBuilder {
            mut pact,
            about,
            description,
        } = self.interaction;
        let problems = &mut pact.problems;
        let owner = match &description {
            Some(description) => format!("\"{description}\""),
            None => "an interaction without a description".into(),
        };
        if self.conduct.times.is_empty() {
            problems.add(&owner, "no number of requests is what .times(…) says");
        }
        let before = problems.len();
        let request = self.request.build(&owner, problems);
        let behaviour = response.behaviour.clone();
        let response = response.build(&owner, problems);
        if problems.len() == before {
            check_request(&request, &owner, problems);
            check_response(&response, &owner, problems);
            behaviour.check(&response, &owner, problems);
        }
        let common = about.described(description.unwrap_or_else(|| request_line(&request)));
        let interaction = Interaction::Http(Box::new(HttpInteraction {
            common,
            request,
            response,
        }));
        let added = interaction.clone();
        add(&mut pact.contract, interaction, &mut pact.problems);
        // The last one, unless it was there before.
        let interactions = pact.contract.interactions.iter();
        let http = interactions.filter(|each| matches!(each, Interaction::Http(_)));
        let http: Vec<_> = http.collect();
        let position = http
            .iter()
            .rposition(|each| each.identity() == added.identity());
        if let Some(position) = position {
            let conduct = self.conduct.behaving(behaviour);
            pact.conducts.set(position, conduct);
        }
        pact
    }
}

pub(super) fn add(
    contract: &mut pactwork_contract::Pact,
    interaction: Interaction,
    problems: &mut Problems,
) {
    if let Err(conflict) = contract.add(interaction) {
        problems.add("two interactions of this test", conflict);
    }
}

/// `GET /orders?page=2`: how a request is called in a few words.
pub(crate) fn request_line(request: &Request) -> String {
    let mut line = format!("{} {}", request.method, request.path);
    let values = request
        .query
        .iter()
        .flat_map(|(name, values)| values.iter().map(move |value| (name, value)));
    for (index, (name, value)) in values.enumerate() {
        line.push(if index == 0 { '?' } else { '&' });
        line.push_str(name);
        if let Some(value) = value {
            line.push('=');
            line.push_str(value);
        }
    }
    line
}
