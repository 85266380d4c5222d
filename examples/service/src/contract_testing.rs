use std::collections::HashMap;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::server::{Reply, Request, Service};

type Setup = Box<dyn Fn(&Value) + Send + Sync>;
type Produce = Box<dyn Fn() -> Value + Send + Sync>;

/// A service with the two endpoints that only contract tests use, by Pact's
/// convention: `POST /_pact/states` sets a provider state, `POST /_pact/messages`
/// makes the service produce an event, by the code that produces it in earnest.
pub struct ContractTesting {
    service: Arc<dyn Service>,
    states: HashMap<String, Setup>,
    messages: HashMap<String, Produce>,
}

impl ContractTesting {
    /// Wraps a service that has no states and no messages yet.
    pub fn of(service: Arc<dyn Service>) -> Self {
        Self {
            service,
            states: HashMap::new(),
            messages: HashMap::new(),
        }
    }

    /// How a provider state is set; it gets the state's parameters.
    #[must_use]
    pub fn state(mut self, name: &str, setup: impl Fn(&Value) + Send + Sync + 'static) -> Self {
        self.states.insert(name.into(), Box::new(setup));
        self
    }

    /// How an event is produced.
    #[must_use]
    pub fn message(
        mut self,
        name: &str,
        produce: impl Fn() -> Value + Send + Sync + 'static,
    ) -> Self {
        self.messages.insert(name.into(), Box::new(produce));
        self
    }

    fn change_state(&self, asked: &Value) -> Reply {
        let name = asked["state"].as_str().unwrap_or_default();
        // Some verifiers announce with an empty name that there is no state to set.
        if name.is_empty() {
            return Reply::json(200, json!({}));
        }
        let Some(setup) = self.states.get(name) else {
            return Reply::error(400, format!("the provider state \"{name}\" is not known"));
        };
        if asked["action"] == "setup" {
            setup(&asked["params"]);
        }
        Reply::json(200, json!({}))
    }

    fn produce(&self, asked: &Value) -> Reply {
        let description = asked["description"].as_str().unwrap_or_default();
        let Some(produce) = self.messages.get(description) else {
            return Reply::error(404, format!("the message \"{description}\" is not known"));
        };
        let metadata = STANDARD.encode(json!({ "contentType": "application/json" }).to_string());
        Reply::json(200, produce()).header("Pact-Message-Metadata", metadata)
    }
}

impl Service for ContractTesting {
    fn answer(&self, request: &Request) -> Reply {
        match (request.method.as_str(), request.path.as_str()) {
            ("POST", "/_pact/states") => self.change_state(&request.body),
            ("POST", "/_pact/messages") => self.produce(&request.body),
            _ => self.service.answer(request),
        }
    }
}
