use std::time::Duration;

use async_trait::async_trait;
use hyper::Uri;
use serde_json::{Map, Value};
use url::Url;

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
    as_query: bool,
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
            as_query: false,
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

    /// Each change is told in the query of a `POST` without a body:
    /// `?state=name&action=setup`, and each parameter by its name; one that is not a text
    /// as JSON.
    #[must_use]
    pub fn as_query(mut self, as_query: bool) -> Self {
        self.as_query = as_query;
        self
    }
}

#[async_trait]
impl StateHandler for HttpStates {
    async fn change(&self, change: &StateChange<'_>) -> Result<Map<String, Value>, StateError> {
        let url = self.place.on(change.base_url).map_err(StateError::new)?;
        let answer = match self.as_query {
            false => {
                self.client
                    .post_json(url.clone(), &super::question(change))
                    .await
            }
            true => self.client.post(in_query(&url, change)?).await,
        };
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

/// The URL may have a query of its own, which stays.
fn in_query(url: &Uri, change: &StateChange<'_>) -> Result<Uri, StateError> {
    let mut url = Url::parse(&url.to_string())?;
    {
        let mut query = url.query_pairs_mut();
        query.append_pair("state", &change.state.name);
        query.append_pair("action", change.action.as_str());
        for (name, value) in &change.state.params {
            let text = value.as_str().map_or_else(|| value.to_string(), Into::into);
            query.append_pair(name, &text);
        }
    }
    let uri = url.as_str().parse();
    uri.map_err(|reason| StateError::new(format!("{url}: {reason}")))
}
