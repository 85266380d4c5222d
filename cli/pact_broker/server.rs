//! The server: where it is, how it is asked, and what is wrong with its answers.

use std::time::Duration;

use reqwest::{Method, Url};
use serde_json::Value;

use super::hal;
use crate::failure::{Failure, Result};
use crate::web::{Access, Answer, Ask, Unanswered, Web, shown};

const ACCEPT: &str = "application/hal+json, application/json;q=0.9";

const AUTHORIZE: &str = "give PACT_BROKER_TOKEN, or PACT_BROKER_USERNAME and \
                         PACT_BROKER_PASSWORD (--broker-token, --broker-username, \
                         --broker-password)";

/// A Pact Broker.
#[derive(Debug, Clone)]
pub struct Server {
    url: Url,
    access: Access,
    web: Web,
    /// How its credentials are given.
    authorize: &'static str,
}

impl Server {
    /// The Pact Broker at a URL, which may have a path.
    pub fn new(url: Url, access: Access, timeout: Duration) -> Result<Self> {
        Ok(Self {
            url,
            access,
            web: Web::new(timeout)?,
            authorize: AUTHORIZE,
        })
    }

    /// The Pact Broker that a document came from: its links are asked for with what the
    /// document was asked for with.
    pub fn of_document(url: Url, access: Access, web: Web, authorize: &'static str) -> Self {
        let mut root = url;
        root.set_path("/");
        root.set_query(None);
        Self {
            url: root,
            access,
            web,
            authorize,
        }
    }

    /// Whether a URL is one of its own.
    pub fn has(&self, url: &Url) -> bool {
        let base = self.url.path().trim_end_matches('/');
        let rest = url.path().strip_prefix(base);
        let below = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        below && url.origin() == self.url.origin()
    }

    /// What it is sent.
    pub fn access(&self) -> &Access {
        &self.access
    }

    /// How its credentials are given.
    pub fn authorize(&self) -> &'static str {
        self.authorize
    }

    /// Its URL, as it may be shown.
    pub fn shown(&self) -> String {
        let url = shown(&self.url);
        url.trim_end_matches('/').into()
    }

    /// Its index, which leads to everything else.
    pub async fn index(&self) -> Result<Value> {
        let index = self.get(&self.url).await?;
        match index.get("_links") {
            Some(Value::Object(_)) => Ok(index),
            _ => Err(self.no_pact_broker(&self.url, "JSON without _links")),
        }
    }

    /// Where a link leads. Only this server is asked: a Pact Broker behind a proxy may
    /// not know by which name, nor below which path, it is reached.
    pub fn resolved(&self, href: &str) -> Result<Url> {
        let unusable = |_| {
            Failure::unknown(format!(
                "{}: the Pact Broker links to something that is no URL",
                self.shown()
            ))
        };
        let mut url = self.url.join(href).map_err(unusable)?;
        if url.origin() == self.url.origin() {
            return Ok(url);
        }
        let base = self.url.path().trim_end_matches('/');
        let path = url.path().to_owned();
        let is_below = path == base || path.starts_with(&format!("{base}/"));
        let path = if is_below {
            path
        } else {
            format!("{base}{path}")
        };
        let query = url.query().map(str::to_owned);
        url = self.url.clone();
        url.set_path(&path);
        url.set_query(query.as_deref());
        Ok(url)
    }

    /// The document that a link leads to.
    pub async fn follow(&self, href: &str, values: &[(&str, &str)]) -> Result<Value> {
        let url = self.resolved(&hal::expanded(href, values))?;
        self.get(&url).await
    }

    async fn get(&self, url: &Url) -> Result<Value> {
        let answer = self.try_get(url).await;
        self.json(answer.map_err(|error| self.failure(&error))?)
    }

    pub async fn try_get(&self, url: &Url) -> std::result::Result<Answer, Unanswered> {
        self.web.ask(Ask::get(url, &self.access, ACCEPT)).await
    }

    /// The same, as it was written.
    pub async fn bytes(&self, url: &Url) -> Result<Vec<u8>> {
        let answer = self.try_get(url).await;
        let answer = answer.map_err(|error| self.failure(&error))?;
        match is_json(&answer) {
            true => Ok(answer.body),
            false => Err(self.no_pact_broker(&answer.url, &what_it_is(&answer))),
        }
    }

    /// Sends a document and returns what is answered.
    pub async fn post(
        &self,
        url: &Url,
        document: &Value,
    ) -> std::result::Result<Answer, Unanswered> {
        self.send(Method::POST, url, document).await
    }

    pub async fn put(
        &self,
        url: &Url,
        document: &Value,
    ) -> std::result::Result<Answer, Unanswered> {
        self.send(Method::PUT, url, document).await
    }

    async fn send(
        &self,
        method: Method,
        url: &Url,
        document: &Value,
    ) -> std::result::Result<Answer, Unanswered> {
        let ask = Ask {
            method,
            body: Some(document.to_string()),
            ..Ask::get(url, &self.access, ACCEPT)
        };
        self.web.ask(ask).await
    }

    /// What could not be asked, with what to do.
    pub fn failure(&self, error: &Unanswered) -> Failure {
        error.failure(self.authorize)
    }

    pub fn json(&self, answer: Answer) -> Result<Value> {
        if !is_json(&answer) {
            return Err(self.no_pact_broker(&answer.url, &what_it_is(&answer)));
        }
        serde_json::from_slice(&answer.body)
            .map_err(|_| self.no_pact_broker(&answer.url, "something that is not JSON"))
    }

    /// What a text may show of what this server was sent.
    pub fn hide(&self, text: &str) -> String {
        self.access.hide(text)
    }

    fn no_pact_broker(&self, url: &Url, found: &str) -> Failure {
        Failure::unknown(format!(
            "{}: expected a document of a Pact Broker (application/hal+json), found {found}",
            shown(url)
        ))
        .advise(
            "check the URL: it is the Pact Broker's own, with its path where it has one; a page \
             may also be a proxy's, or one to log in",
        )
    }
}

fn is_json(answer: &Answer) -> bool {
    let kind = answer.content_type.split(';').next().unwrap_or_default();
    let kind = kind.trim().to_ascii_lowercase();
    kind == "application/json" || kind.ends_with("+json")
}

fn what_it_is(answer: &Answer) -> String {
    match answer.content_type.split(';').next().map(str::trim) {
        Some("") | None => "something without a content type".into(),
        Some("text/html") => "a page (text/html)".into(),
        Some(other) => crate::web::printable(other),
    }
}
