//! The form of `[notifications]` and `[[notify]]`. What depends on each other in it
//! is checked where it is used.

use std::collections::BTreeMap;

use pactwork_broker::TriggerEvent;
use serde::Deserialize;

/// Where requests may go, and how long and how often it is tried.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Notifications {
    pub allowed_hosts: Vec<String>,
    pub timeout_seconds: u64,
    pub attempts: u32,
}

impl Default for Notifications {
    fn default() -> Self {
        Self {
            allowed_hosts: Vec::new(),
            timeout_seconds: 10,
            attempts: 4,
        }
    }
}

/// What is sent when something was recorded.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notify {
    pub name: String,
    pub on: TriggerEvent,
    pub participant: Option<OneOrMore>,
    pub consumer: Option<OneOrMore>,
    pub provider: Option<OneOrMore>,
    pub branch: Option<OneOrMore>,
    pub environment: Option<OneOrMore>,
    #[serde(default)]
    pub for_each_consumer: ForEach,
    pub webhook: Option<Webhook>,
    pub github: Option<Github>,
}

/// A name, or several.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged, expecting = "expected a name or a list of names")]
pub enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl OneOrMore {
    pub fn names(&self) -> Vec<String> {
        match self {
            Self::One(name) => vec![name.clone()],
            Self::More(names) => names.clone(),
        }
    }
}

/// Whether it is sent once, or for each consumer.
#[derive(Debug, Clone, Deserialize)]
#[serde(
    untagged,
    expecting = "expected true, false or a list of the consumers' names"
)]
pub enum ForEach {
    Known(bool),
    Named(Vec<String>),
}

impl Default for ForEach {
    fn default() -> Self {
        Self::Known(false)
    }
}

/// Any HTTP request.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Webhook {
    pub url: String,
    #[serde(default)]
    pub method: Method,
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// A text, or a table that becomes a JSON object.
    pub body: Option<toml::Value>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    Get,
    #[default]
    Post,
    Put,
    Patch,
    Delete,
}

/// A workflow of GitHub Actions: by `repository_dispatch` with an event type, or by
/// `workflow_dispatch` with a workflow and a ref.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Github {
    pub repository: String,
    pub event_type: Option<String>,
    pub payload: Option<toml::Table>,
    pub workflow: Option<String>,
    #[serde(rename = "ref")]
    pub reference: Option<String>,
    pub inputs: Option<BTreeMap<String, String>>,
    #[serde(default = "token")]
    pub token_env: String,
    #[serde(default = "api")]
    pub api_url: String,
}

fn token() -> String {
    "GITHUB_TOKEN".into()
}

fn api() -> String {
    "https://api.github.com".into()
}
