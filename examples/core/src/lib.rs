//! The service `core`: letters that are made from templates. It calls the HTTP
//! API of `templates`, and archives what belongs to a template that is deleted.

pub mod client;

use std::sync::{Mutex, PoisonError};

use example_service::{Reply, Request, Service};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

/// What this service reads of `TemplateDeleted`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct TemplateDeleted {
    /// When it was deleted (RFC 3339).
    pub time: String,
    /// What happened.
    pub detail: DeletedTemplate,
}

/// The template that is gone.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct DeletedTemplate {
    /// The template.
    pub id: Uuid,
    /// Who owned it, and is told.
    pub owner: Uuid,
    /// Its name.
    pub name: String,
}

/// The service's state: what owners have to be told.
#[derive(Debug, Default)]
pub struct Core {
    notices: Mutex<Vec<(Uuid, String)>>,
}

impl Core {
    /// Archives the letters of a deleted template; returns the notice to its owner.
    pub fn template_deleted(&self, event: &TemplateDeleted) -> String {
        let TemplateDeleted { time, detail } = event;
        let notice = format!(
            "the letters of \"{}\" ({}) were archived at {time}",
            detail.name, detail.id
        );
        let mut notices = self.notices.lock().unwrap_or_else(PoisonError::into_inner);
        notices.push((detail.owner, notice.clone()));
        notice
    }
}

impl Service for Core {
    fn answer(&self, request: &Request) -> Reply {
        match request.route() {
            ("POST", path) if path == ["events"] => {
                match serde_json::from_value(request.body.clone()) {
                    Ok(event) => {
                        Reply::json(200, json!({ "notice": self.template_deleted(&event) }))
                    }
                    Err(error) => {
                        Reply::error(400, format!("not an event that is handled: {error}"))
                    }
                }
            }
            _ => Reply::error(404, "there is nothing here"),
        }
    }
}
