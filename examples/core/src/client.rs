//! A client of the HTTP API of `templates`.

use std::error::Error;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

/// A template, as far as this service needs it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Template {
    /// The template.
    pub id: Uuid,
    /// Who owns it.
    pub owner: Uuid,
    /// Its name.
    pub name: String,
}

/// One page of templates.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Page {
    /// The page's number, from 1.
    pub page: u32,
    /// The templates on it.
    pub items: Vec<Template>,
}

/// Calls `templates`.
#[derive(Debug, Clone)]
pub struct Templates {
    base_url: String,
    client: Client<HttpConnector, Full<Bytes>>,
}

type Answer<T> = Result<T, Box<dyn Error>>;

impl Templates {
    /// A client of the service at this base URL.
    pub fn at(base_url: &str) -> Self {
        let client = Client::builder(TokioExecutor::new()).build_http();
        Self {
            base_url: base_url.into(),
            client,
        }
    }

    /// One template; `None` where there is none.
    ///
    /// # Errors
    /// Any other answer than 200 and 404.
    pub async fn template(&self, id: Uuid) -> Answer<Option<Template>> {
        match self.send("GET", &format!("/templates/{id}"), None).await? {
            (200, body) => Ok(Some(serde_json::from_value(body)?)),
            (404, _) => Ok(None),
            (status, _) => Err(format!("templates answered {status}").into()),
        }
    }

    /// A page of an owner's templates.
    ///
    /// # Errors
    /// Any other answer than 200.
    pub async fn of_owner(&self, owner: Uuid, page: u32) -> Answer<Page> {
        match self
            .send(
                "GET",
                &format!("/templates?owner={owner}&page={page}"),
                None,
            )
            .await?
        {
            (200, body) => Ok(serde_json::from_value(body)?),
            (status, _) => Err(format!("templates answered {status}").into()),
        }
    }

    /// Creates a template.
    ///
    /// # Errors
    /// Any other answer than 201.
    pub async fn create(&self, owner: Uuid, name: &str) -> Answer<Template> {
        let wanted = json!({ "owner": owner, "name": name });
        match self.send("POST", "/templates", Some(wanted)).await? {
            (201, body) => Ok(serde_json::from_value(body)?),
            (status, _) => Err(format!("templates answered {status}").into()),
        }
    }

    /// Deletes a template.
    ///
    /// # Errors
    /// Any other answer than 204.
    pub async fn delete(&self, id: Uuid) -> Answer<()> {
        match self
            .send("DELETE", &format!("/templates/{id}"), None)
            .await?
        {
            (204, _) => Ok(()),
            (status, _) => Err(format!("templates answered {status}").into()),
        }
    }

    async fn send(&self, method: &str, target: &str, body: Option<Value>) -> Answer<(u16, Value)> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{target}", self.base_url));
        request = request.header("accept", "application/json");
        if body.is_some() {
            request = request.header("content-type", "application/json");
        }
        let body = Bytes::from(body.map(|body| body.to_string()).unwrap_or_default());
        let answer = self.client.request(request.body(Full::new(body))?).await?;
        let status = answer.status().as_u16();
        let bytes = answer.into_body().collect().await?.to_bytes();
        let body = if bytes.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&bytes)?
        };
        Ok((status, body))
    }
}
