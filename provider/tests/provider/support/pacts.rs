use pactwork_contract::{
    AsynchronousMessage, Body, HttpInteraction, Interaction, Pact, ProviderState,
    SynchronousMessage,
};
use serde_json::Value;

pub fn pact(interactions: impl IntoIterator<Item = Interaction>) -> Pact {
    let mut pact = Pact::between("web", "orders");
    pact.interactions.extend(interactions);
    pact
}

/// `GET path` is answered with 200 and this JSON.
pub fn get(path: &str, answer: Value) -> HttpInteraction {
    let mut interaction = HttpInteraction::default();
    interaction.common.description = format!("GET {path}");
    interaction.request.path = path.into();
    interaction.response.body = Body::json(answer);
    interaction
}

/// The same in this state.
pub fn get_given(states: &[&str], path: &str, answer: Value) -> HttpInteraction {
    let mut interaction = get(path, answer);
    let states = states.iter().map(|name| ProviderState::named(*name));
    interaction.common.provider_states.extend(states);
    interaction
}

pub fn http(interaction: HttpInteraction) -> Interaction {
    Interaction::Http(Box::new(interaction))
}

pub fn message(description: &str, contents: Value) -> AsynchronousMessage {
    let mut message = AsynchronousMessage::default();
    message.common.description = description.into();
    message.message.contents = Body::json(contents);
    message
}

pub fn sent(message: AsynchronousMessage) -> Interaction {
    Interaction::AsynchronousMessage(Box::new(message))
}

/// A message that is answered with these.
pub fn answered(description: &str, request: Value, responses: &[Value]) -> Interaction {
    let mut message = SynchronousMessage::default();
    message.common.description = description.into();
    message.request.contents = Body::json(request);
    let contents = |value: &Value| pactwork_contract::MessageContents {
        contents: Body::json(value.clone()),
        ..Default::default()
    };
    message.responses.extend(responses.iter().map(contents));
    Interaction::SynchronousMessage(Box::new(message))
}
