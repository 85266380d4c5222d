//! What a client asks for where interactions share one request.

use hyper::header::{HeaderMap, HeaderName};
use pactwork_contract::ProviderState;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A provider state that the stub is to be in, for this request alone.
pub(super) const STATE: HeaderName = HeaderName::from_static("pactwork-state");
/// The consumer that asks.
pub(super) const CONSUMER: HeaderName = HeaderName::from_static("pactwork-consumer");
/// The description of the interaction that is to answer.
pub(super) const INTERACTION: HeaderName = HeaderName::from_static("pactwork-interaction");

/// What narrows down which interaction answers; everything empty for nothing.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub(super) struct Asked {
    pub states: Vec<ProviderState>,
    pub consumer: Option<String>,
    pub interaction: Option<String>,
}

/// The body of a request to set what is asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    #[serde(default)]
    states: Vec<Value>,
    state: Option<Value>,
    #[serde(default)]
    params: Map<String, Value>,
    consumer: Option<String>,
    interaction: Option<String>,
    action: Option<Action>,
}

/// What a verifier says about a provider state (Pact's state change requests).
#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Action {
    Setup,
    Teardown,
}

impl Asked {
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    /// What the headers of one request ask for.
    pub fn of_headers(headers: &HeaderMap) -> Result<Self, String> {
        let mut asked = Self::default();
        for value in headers.get_all(STATE) {
            let text = String::from_utf8_lossy(value.as_bytes());
            asked.states.extend(states(&text)?);
        }
        let text = |name: HeaderName| {
            let value = headers.get(name)?;
            Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        asked.consumer = text(CONSUMER);
        asked.interaction = text(INTERACTION);
        Ok(asked)
    }

    /// What a query asks for: `state=…&consumer=…`, a state as often as there are some.
    pub fn of_query(query: &str) -> Result<Self, String> {
        let mut asked = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                "state" => asked.states.extend(states(&value)?),
                "consumer" => asked.consumer = Some(value.into_owned()),
                "interaction" => asked.interaction = Some(value.into_owned()),
                other => {
                    return Err(format!(
                        "expected state, consumer or interaction in the query, found \"{other}\""
                    ));
                }
            }
        }
        Ok(asked)
    }

    /// What a JSON body asks for: `{"states": [...], "consumer": …, "interaction": …}`,
    /// or `{"state": …, "params": {…}, "action": "setup"}` as verifiers send it.
    pub fn of_body(body: &[u8]) -> Result<Self, String> {
        let order: Order = serde_json::from_slice(body)
            .map_err(|error| format!("expected what is asked for as JSON: {error}"))?;
        if let Some(Action::Teardown) = order.action {
            return Ok(Self::default());
        }
        let mut states = Vec::new();
        for value in order.states {
            states.push(state(value)?);
        }
        if let Some(value) = order.state {
            let mut named = state(value)?;
            named.params.extend(order.params);
            states.push(named);
        }
        Ok(Self {
            states,
            consumer: order.consumer,
            interaction: order.interaction,
        })
    }
}

/// A state by its name, or one or several as JSON.
fn states(text: &str) -> Result<Vec<ProviderState>, String> {
    let text = text.trim();
    if !text.starts_with(['{', '[']) {
        return Ok(vec![ProviderState::named(text)]);
    }
    let value = serde_json::from_str(text)
        .map_err(|error| format!("the state {text} begins like JSON and is none: {error}"))?;
    match value {
        Value::Array(values) => values.into_iter().map(state).collect(),
        value => Ok(vec![state(value)?]),
    }
}

fn state(value: Value) -> Result<ProviderState, String> {
    match value {
        Value::String(name) => Ok(ProviderState::named(name)),
        other => serde_json::from_value(other.clone()).map_err(|error| {
            format!(
                "expected a provider state as its name or as {{\"name\": …, \"params\": {{…}}}}, \
                 found {other}: {error}"
            )
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::header::HeaderValue;
    use serde_json::json;

    fn with_params(name: &str, params: Value) -> ProviderState {
        serde_json::from_value(json!({ "name": name, "params": params })).unwrap()
    }

    #[test]
    fn states_are_asked_for_by_name_or_as_json() {
        let order_7 = with_params("an order exists", json!({ "id": 7 }));
        for (text, expected) in [
            (
                " an order exists ",
                vec![ProviderState::named("an order exists")],
            ),
            (
                r#"{"name": "an order exists", "params": {"id": 7}}"#,
                vec![order_7.clone()],
            ),
            (
                r#"["a", {"name": "an order exists", "params": {"id": 7}}]"#,
                vec![ProviderState::named("a"), order_7],
            ),
        ] {
            assert_eq!(states(text), Ok(expected), "{text}");
        }
        for (text, expected) in [
            ("{", "the state { begins like JSON and is none"),
            ("[7]", "expected a provider state as its name or as "),
            (r#"{"params": {}}"#, "expected a provider state as "),
        ] {
            let error = states(text).unwrap_err();
            assert!(error.starts_with(expected), "{error}");
        }
    }

    #[test]
    fn headers_query_and_body_say_the_same() {
        let expected = Asked {
            states: vec![ProviderState::named("ä b"), ProviderState::named("c")],
            consumer: Some("web".into()),
            interaction: Some("a list".into()),
        };
        let mut headers = HeaderMap::new();
        for (name, value) in [
            (STATE, "ä b"),
            (STATE, "c"),
            (CONSUMER, "web"),
            (INTERACTION, "a list"),
        ] {
            headers.append(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        let query = "state=%C3%A4+b&state=c&consumer=web&interaction=a%20list";
        let body =
            r#"{"states": ["ä b", {"name": "c"}], "consumer": "web", "interaction": "a list"}"#;
        assert_eq!(Asked::of_headers(&headers).as_ref(), Ok(&expected));
        assert_eq!(Asked::of_query(query).as_ref(), Ok(&expected));
        assert_eq!(Asked::of_body(body.as_bytes()).as_ref(), Ok(&expected));
    }

    #[test]
    fn state_change_requests_of_verifiers_are_understood() {
        let setup = br#"{"state": "a", "params": {"id": 7}, "action": "setup"}"#;
        let teardown = br#"{"state": "a", "params": {"id": 7}, "action": "teardown"}"#;
        let expected = with_params("a", json!({ "id": 7 }));
        assert_eq!(Asked::of_body(setup).unwrap().states, [expected]);
        assert!(Asked::of_body(teardown).unwrap().is_nothing());
    }

    #[test]
    fn what_is_misspelt_is_not_ignored() {
        assert!(Asked::of_query("sate=a").unwrap_err().contains("\"sate\""));
        assert!(
            Asked::of_body(br#"{"sate": "a"}"#)
                .unwrap_err()
                .contains("`sate`")
        );
    }
}
