use std::time::Duration;

use async_trait::async_trait;
use serde_json::{Map, Value, json};

use super::{StateChange, StateError, StateHandler};
use crate::http::{HttpClient, Place, TIMEOUT, UrlError};

/// Provider states over HTTP, by Pact's convention.
///
/// Each change is a `POST` of `{"state": name, "params": {…}, "action": "setup"}`
/// or `"teardown"`. A 2xx status says that it is done; a JSON object in the
/// answer gives values by name. Anything else is an error that shows status and body.
#[derive(Debug, Clone)]
pub struct HttpStates {
    place: Place,
    client: HttpClient,
}

impl HttpStates {
    /// States are asked for at this URL, or at this path on the provider (`/…`); each
    /// request may take 30 seconds.
    ///
    /// # Errors
    /// [`UrlError`] for what is neither a path nor an absolute `http:` URL.
    pub fn new(place: &str) -> Result<Self, UrlError> {
        Ok(Self {
            place: Place::parse(place)?,
            client: HttpClient::new(TIMEOUT),
        })
    }

    /// Each request may take this long.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.client = HttpClient::new(timeout);
        self
    }
}

#[async_trait]
impl StateHandler for HttpStates {
    async fn change(&self, change: &StateChange<'_>) -> Result<Map<String, Value>, StateError> {
        let url = self.place.on(change.base_url).map_err(StateError::new)?;
        let body = json!({
            "state": change.state.name,
            "params": change.state.params,
            "action": change.action.as_str(),
        });
        let answer = self.client.post_json(url.clone(), &body).await;
        let answer = answer.map_err(|reason| StateError {
            message: format!("POST {url}: {reason}"),
            connection_lost: reason.is_connection_lost(),
        })?;
        if !answer.is_success() {
            let seen = answer.in_short();
            return Err(StateError::new(format!("POST {url} answered {seen}")));
        }
        // Many handlers answer "ok" or nothing: only an object says something.
        Ok(serde_json::from_slice(&answer.body).unwrap_or_default())
    }
}
