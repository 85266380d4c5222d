use pactwork_contract::{Common, HttpInteraction, Interaction, ProviderState, Request};
use serde::Serialize;
use serde_json::Value;

use super::example::{check_request, check_response};
use super::{MessageBuilder, Pact, RequestBuilder, ResponseBuilder};
use crate::Problems;

/// An interaction that has begun: its provider states and its description.
#[derive(Debug, Clone)]
#[must_use]
pub struct InteractionBuilder {
    pub(super) pact: Pact,
    pub(super) states: Vec<ProviderState>,
    description: Option<String>,
}

impl InteractionBuilder {
    pub(super) fn of(pact: Pact) -> Self {
        Self {
            pact,
            states: Vec::new(),
            description: None,
        }
    }

    /// A state that the provider has to be in, set after those already named.
    pub fn given(mut self, state: impl Into<String>) -> Self {
        self.states.push(ProviderState::named(state));
        self
    }

    /// A state with parameters: anything that serialises to a JSON object.
    pub fn given_with(mut self, state: impl Into<String>, params: impl Serialize) -> Self {
        let mut state = ProviderState::named(state);
        match serde_json::to_value(params) {
            Ok(Value::Object(params)) => state.params = params,
            Ok(other) => self.no_params(&state.name, format_args!("found {other}")),
            Err(error) => self.no_params(&state.name, error),
        }
        self.states.push(state);
        self
    }

    fn no_params(&mut self, state: &str, reason: impl std::fmt::Display) {
        let place = format!("the provider state \"{state}\"");
        let problem = format!("its parameters have to be a JSON object: {reason}");
        self.pact.problems.add(place, problem);
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
        }
    }

    /// An event instead of a request: its name is its description.
    pub fn message(mut self, name: impl Into<String>) -> MessageBuilder {
        if let Some(description) = &self.description {
            let place = format!("\"{description}\"");
            let problem = "a message is described by its name; leave out .upon_receiving(…)";
            self.pact.problems.add(place, problem);
        }
        MessageBuilder::of(self.pact, self.states, name.into())
    }
}

/// An interaction whose request is known and whose response is not yet.
#[derive(Debug, Clone)]
#[must_use]
pub struct AwaitingResponse {
    interaction: InteractionBuilder,
    request: RequestBuilder,
}

impl AwaitingResponse {
    /// The response that the mock provider gives and the real provider has to
    /// keep. The pact can then be started, or another interaction begun.
    pub fn then(self, response: ResponseBuilder) -> Pact {
        let InteractionBuilder {
            mut pact,
            states,
            description,
        } = self.interaction;
        let problems = &mut pact.problems;
        let owner = match &description {
            Some(description) => format!("\"{description}\""),
            None => "an interaction without a description".into(),
        };
        let before = problems.len();
        let request = self.request.build(&owner, problems);
        let behaviour = response.behaviour.clone();
        let response = response.build(&owner, problems);
        if problems.len() == before {
            check_request(&request, &owner, problems);
            check_response(&response, &owner, problems);
            behaviour.check(&response, &owner, problems);
        }
        let common = Common {
            description: description.unwrap_or_else(|| request_line(&request)),
            provider_states: states,
            ..Common::default()
        };
        let interaction = Interaction::Http(Box::new(HttpInteraction {
            common,
            request,
            response,
        }));
        if !behaviour.is_plain() {
            let mut known = pact.contract.interactions.iter();
            let known = known.position(|each| each.identity() == interaction.identity());
            let position = known.unwrap_or(pact.contract.interactions.len());
            pact.behaviours.insert(position, behaviour);
        }
        add(&mut pact.contract, interaction, &mut pact.problems);
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
