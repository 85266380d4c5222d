//! The service `auth`: users and what they may use. It emits `UserCreated`, and
//! takes a grant back when the template that it is for is deleted.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use example_service::{Envelope, Event, Reply, Request, Service};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// What `UserCreated` says.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserCreated {
    /// The user.
    pub id: Uuid,
    /// The name that the user chose.
    pub display_name: String,
}

impl Event for UserCreated {
    const NAME: &'static str = "UserCreated";
    const SOURCE: &'static str = "uk.nhs.notify.auth";
}

/// What this service reads of `TemplateDeleted`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct TemplateDeleted {
    /// What happened.
    pub detail: DeletedTemplate,
}

/// The template that is gone.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct DeletedTemplate {
    /// The template.
    pub id: Uuid,
}

/// The service's state: which templates are granted to anybody.
#[derive(Debug, Default)]
pub struct Auth {
    granted: Mutex<BTreeSet<Uuid>>,
}

impl Auth {
    /// Creates a user, and the event that says so.
    pub fn create_user(
        &self,
        id: Uuid,
        display_name: &str,
        now: SystemTime,
    ) -> Envelope<UserCreated> {
        Envelope::at(
            now,
            UserCreated {
                id,
                display_name: display_name.into(),
            },
        )
    }

    /// Grants the use of a template.
    pub fn grant(&self, template: Uuid) {
        self.granted
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(template);
    }

    /// Takes back every grant of a template that was deleted; says whether there was one.
    pub fn template_deleted(&self, event: &TemplateDeleted) -> bool {
        self.granted
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&event.detail.id)
    }
}

impl Service for Auth {
    fn answer(&self, request: &Request) -> Reply {
        match request.route() {
            ("POST", path) if path == ["events"] => {
                match serde_json::from_value(request.body.clone()) {
                    Ok(event) => {
                        Reply::json(200, json!({ "revoked": self.template_deleted(&event) }))
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
