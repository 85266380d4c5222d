use pactwork_contract::{Common, HttpInteraction, Interaction, ProviderState, Request};
use serde_json::{Map, Value};

use super::place::{Object, Place};
use super::{DefinitionProblems, conduct, http};
use crate::dsl::interaction::request_line;
use crate::mock::Conduct;

const INTERACTION: &[&str] = &[
    "description",
    "given",
    "providerStates",
    "request",
    "response",
    "pending",
    "comments",
    "key",
    "type",
    "times",
    "behaviour",
];
const STATE: &[&str] = &["name", "params"];
const HTTP: &str = "Synchronous/HTTP";

/// An interaction, and what it says of how it is played.
pub(super) type Defined = (Interaction, Option<Conduct>);

/// An HTTP interaction; `None` where its problems leave nothing to go on with.
pub(super) fn read(place: &Place<'_>, problems: &mut DefinitionProblems) -> Option<Defined> {
    let object = place.object(INTERACTION, problems)?;
    check_type(&object, problems);
    let before = problems.len();
    let request = object.required("request", "the request", problems);
    let response = object.required("response", "the response", problems);
    let request = request.and_then(|place| http::request(&place, problems));
    let response = response.and_then(|place| http::response(&place, problems));
    let common = common(&object, problems);
    let conduct = conduct::read(&object, response.as_ref(), problems);
    if problems.len() > before {
        return None;
    }
    let (request, response) = (request?, response?);
    let interaction = Interaction::Http(Box::new(HttpInteraction {
        common: described(common, &request),
        request,
        response,
    }));
    Some((interaction, conduct))
}

/// Without a description, the request describes the interaction.
fn described(mut common: Common, request: &Request) -> Common {
    if common.description.is_empty() {
        common.description = request_line(request);
    }
    common
}

fn check_type(object: &Object<'_>, problems: &mut DefinitionProblems) {
    if let Some(place) = object.get("type")
        && place.value != HTTP
    {
        let expected = format!("\"{HTTP}\" (a message is no interaction with a mock provider)");
        place.wrong(&expected, problems);
    }
}

/// What every type of interaction has.
pub(super) fn common(object: &Object<'_>, problems: &mut DefinitionProblems) -> Common {
    let text = |name: &str, problems: &mut DefinitionProblems| {
        let place = object.get(name)?;
        place.text(problems).map(str::to_owned)
    };
    Common {
        description: text("description", problems).unwrap_or_default(),
        provider_states: states(object, problems),
        key: text("key", problems),
        pending: pending(object, problems),
        comments: comments(object, problems),
        ..Common::default()
    }
}

fn pending(object: &Object<'_>, problems: &mut DefinitionProblems) -> bool {
    let Some(place) = object.get("pending") else {
        return false;
    };
    let pending = place.value.as_bool();
    if pending.is_none() {
        place.wrong("true or false", problems);
    }
    pending.unwrap_or_default()
}

fn comments(object: &Object<'_>, problems: &mut DefinitionProblems) -> Map<String, Value> {
    let Some(place) = object.get("comments") else {
        return Map::new();
    };
    place.value.as_object().cloned().unwrap_or_else(|| {
        place.wrong("an object of comments", problems);
        Map::new()
    })
}

/// `given`, or under the name that pact files have for it.
fn states(object: &Object<'_>, problems: &mut DefinitionProblems) -> Vec<ProviderState> {
    let place = match (object.get("given"), object.get("providerStates")) {
        (None, None) => return Vec::new(),
        (Some(_), Some(second)) => {
            let message = "`given` and `providerStates` are the same; give one of them";
            problems.add(&second.path, message);
            return Vec::new();
        }
        (Some(place), None) | (None, Some(place)) => place,
    };
    let places = match place.value {
        Value::Array(_) => place.list("provider states", problems),
        _ => vec![place],
    };
    places
        .iter()
        .filter_map(|place| state(place, problems))
        .collect()
}

fn state(place: &Place<'_>, problems: &mut DefinitionProblems) -> Option<ProviderState> {
    if let Value::String(name) = place.value {
        return Some(ProviderState::named(name));
    }
    if !place.value.is_object() {
        let expected = "a provider state: a text, or an object with `name` and `params`";
        place.wrong(expected, problems);
        return None;
    }
    let object = place.object(STATE, problems)?;
    let name = object.required("name", "the provider state's name", problems)?;
    let mut state = ProviderState::named(name.text(problems)?);
    if let Some(params) = object.get("params") {
        let Value::Object(map) = params.value else {
            params.wrong("an object of parameters", problems);
            return None;
        };
        state.params = map.clone();
    }
    Some(state)
}
