//! Requests as they are configured, and as they are sent.

use std::collections::BTreeMap;

use pactwork_broker::Values;
use reqwest::Url;
use reqwest::header::{HeaderName, HeaderValue};
use serde::Serialize;
use serde_json::{Map, Value};

use super::hosts::AllowedHosts;
use super::template::{Escape, Known, Show, Template};
use crate::config::{Method, Webhook};

/// What a value is taken to be while a template is checked.
const SAMPLES: [&str; 2] = ["sample", "other"];

/// A request with placeholders.
#[derive(Debug, Clone)]
pub struct RequestTemplate {
    pub method: Method,
    pub url: Template,
    pub headers: Vec<(String, Template)>,
    pub body: Option<Body>,
}

/// A body with placeholders.
#[derive(Debug, Clone)]
pub enum Body {
    /// A text, and how values are written in it.
    Text(Template, Escape),
    /// A JSON document.
    Json(Json),
}

/// A JSON document whose texts are templates.
#[derive(Debug, Clone)]
pub enum Json {
    Object(Vec<(String, Json)>),
    List(Vec<Json>),
    Text(Template),
    Other(Value),
}

/// A request. Its headers and its URL may hold secrets.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Request {
    pub method: &'static str,
    pub url: String,
    pub headers: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
}

impl Json {
    pub fn parse(value: &Value, known: &Known<'_>) -> Result<Self, String> {
        Ok(match value {
            Value::Object(members) => {
                let members = members
                    .iter()
                    .map(|(name, value)| Ok((name.clone(), Self::parse(value, known)?)));
                Self::Object(members.collect::<Result<_, String>>()?)
            }
            Value::Array(items) => {
                let items = items.iter().map(|item| Self::parse(item, known));
                Self::List(items.collect::<Result<_, _>>()?)
            }
            Value::String(text) => Self::Text(Template::parse(text, known)?),
            other => Self::Other(other.clone()),
        })
    }

    fn render(&self, values: &Values, show: Show) -> Value {
        match self {
            Self::Object(members) => {
                let members = members.iter();
                let members = members.map(|(name, it)| (name.clone(), it.render(values, show)));
                Value::Object(members.collect::<Map<_, _>>())
            }
            Self::List(items) => items.iter().map(|item| item.render(values, show)).collect(),
            Self::Text(template) => template.render(values, Escape::Plain, show).into(),
            Self::Other(value) => value.clone(),
        }
    }
}

impl Body {
    fn render(&self, values: &Values, show: Show) -> String {
        match self {
            Self::Text(template, escape) => template.render(values, *escape, show),
            Self::Json(document) => document.render(values, show).to_string(),
        }
    }
}

impl RequestTemplate {
    /// Reads a webhook. Without a body, one is made of what a fact says by default.
    pub fn of(
        webhook: &Webhook,
        payload: &[&'static str],
        known: &Known<'_>,
    ) -> Result<Self, String> {
        let mut headers = Vec::new();
        for (name, value) in &webhook.headers {
            HeaderName::from_bytes(name.as_bytes())
                .map_err(|_| format!("headers: \"{name}\" is no name of a header"))?;
            let value = Template::parse(value, known);
            let value = value.map_err(|problem| format!("headers.{name}: {problem}"))?;
            headers.push((name.clone(), value));
        }
        let body = body(webhook, payload, known).map_err(|problem| format!("body: {problem}"))?;
        let has_type = webhook
            .headers
            .keys()
            .any(|name| name.eq_ignore_ascii_case("content-type"));
        if body.is_some() && !has_type {
            let json = Template::parse("application/json", known)?;
            headers.push(("Content-Type".into(), json));
        }
        let url = Template::parse(&webhook.url, known);
        Ok(Self {
            method: webhook.method,
            url: url.map_err(|problem| format!("url: {problem}"))?,
            headers,
            body,
        })
    }

    /// The URL's host, where it is the same whatever the facts say; the error says
    /// why it is no URL.
    pub fn fixed_url(&self) -> Result<Option<Url>, String> {
        if self.url.lacks_secret() {
            return Ok(None);
        }
        let parsed = SAMPLES.map(|sample| Url::parse(&self.url.sample(sample, Escape::Url)));
        let [one, other] = parsed;
        let (one, other) = match (one, other) {
            (Ok(one), Ok(other)) => (one, other),
            (Err(problem), _) | (_, Err(problem)) => {
                return Err(format!("url: it is no URL: {problem}; expected https://…"));
            }
        };
        Ok((super::hosts::named(&one) == super::hosts::named(&other)).then_some(one))
    }

    /// Fills it in. The error names what cannot be sent, and no secret.
    pub fn render(&self, values: &Values, show: Show) -> Result<Request, String> {
        let url = self.url.render(values, Escape::Url, show);
        if show == Show::Everything && !self.url.lacks_secret() {
            self.refuse_other_path(&url)?;
        }
        let mut headers = BTreeMap::new();
        for (name, template) in &self.headers {
            let value = template.render(values, Escape::Plain, show);
            HeaderValue::from_str(&value).map_err(|_| {
                format!("the header {name} would hold what no header may: a line break, or a character beyond ASCII")
            })?;
            headers.insert(name.clone(), value);
        }
        Ok(Request {
            method: name_of(self.method),
            url,
            headers,
            body: self.body.as_ref().map(|body| body.render(values, show)),
        })
    }

    /// Whether it could be sent, without sending it.
    pub fn check(&self, values: &Values, hosts: &AllowedHosts) -> Result<(), String> {
        let request = self.render(values, Show::Everything)?;
        if self.url.lacks_secret() {
            return Ok(());
        }
        let url = Url::parse(&request.url).map_err(|problem| format!("it is no URL: {problem}"))?;
        hosts.permit(&url)
    }

    /// A value such as `..` must not lead to another path than the configured one.
    fn refuse_other_path(&self, url: &str) -> Result<(), String> {
        let segments = |url: &str| {
            let url = Url::parse(url).ok()?;
            Some(url.path_segments()?.count())
        };
        let expected = segments(&self.url.sample(SAMPLES[0], Escape::Url));
        match segments(url) == expected {
            true => Ok(()),
            false => Err("a value makes another path of the URL than the configured one".into()),
        }
    }
}

fn body(
    webhook: &Webhook,
    payload: &[&'static str],
    known: &Known<'_>,
) -> Result<Option<Body>, String> {
    let content_type = webhook
        .headers
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("content-type"))
        .map_or("application/json", |(_, value)| value.as_str());
    match &webhook.body {
        None if webhook.method == Method::Get => Ok(None),
        None => Ok(Some(Body::Json(default_payload(payload, known)?))),
        Some(toml::Value::String(text)) => {
            let template = Template::parse(text, known)?;
            let escape = match content_type {
                form if form.contains("form-urlencoded") => Escape::Url,
                json if json.contains("json") => Escape::Json,
                _ => Escape::Plain,
            };
            if escape == Escape::Json {
                refuse_no_json(&template)?;
            }
            Ok(Some(Body::Text(template, escape)))
        }
        Some(toml::Value::Table(table)) => {
            let document = json_of(&toml::Value::Table(table.clone()))?;
            Ok(Some(Body::Json(Json::parse(&document, known)?)))
        }
        Some(other) => Err(format!(
            "expected a text or a table, found {}",
            other.type_str()
        )),
    }
}

fn refuse_no_json(template: &Template) -> Result<(), String> {
    let sample = template.sample(SAMPLES[0], Escape::Json);
    let parsed = serde_json::from_str::<serde::de::IgnoredAny>(&sample);
    parsed.map(drop).map_err(|problem| {
        format!(
            "it is not JSON: {problem}; placeholders belong inside its texts, \
             or say another Content-Type under headers"
        )
    })
}

/// An object of what a fact says.
pub fn default_payload(payload: &[&'static str], known: &Known<'_>) -> Result<Json, String> {
    let members = payload.iter().map(|name| {
        let template = Template::parse(&format!("{{{name}}}"), known)?;
        Ok((String::from(*name), Json::Text(template)))
    });
    members.collect::<Result<_, _>>().map(Json::Object)
}

/// A table of the configuration as JSON.
pub fn json_of(value: &toml::Value) -> Result<Value, String> {
    serde_json::to_value(value).map_err(|problem| problem.to_string())
}

pub fn name_of(method: Method) -> &'static str {
    match method {
        Method::Get => "GET",
        Method::Post => "POST",
        Method::Put => "PUT",
        Method::Patch => "PATCH",
        Method::Delete => "DELETE",
    }
}
