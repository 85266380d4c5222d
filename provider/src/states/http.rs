use std::time::Duration;

use async_trait::async_trait;
use serde_json::{Map, Value, json};

use super::{StateChange, StateError, StateHandler};
use crate::HttpOptions;
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
    /// [`UrlError`] for what is neither a path nor an absolute URL that requests can be sent to.
    pub fn new(place: &str) -> Result<Self, UrlError> {
        Ok(Self {
            place: Place::parse(place)?,
            client: HttpClient::within(TIMEOUT),
        })
    }

    /// Each request may take this long.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        let options = self.client.options().clone();
        self.client = HttpClient::new(options.timeout(timeout));
        self
    }

    /// Requests are sent like this, in place of what [`timeout`](Self::timeout) said before.
    #[must_use]
    pub fn http(mut self, options: HttpOptions) -> Self {
        self.client = HttpClient::new(options);
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
