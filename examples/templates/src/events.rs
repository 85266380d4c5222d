use example_service::Event;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::store::{Template, Templates};

/// What `TemplateDeleted` says.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct TemplateDeleted {
    /// The template.
    pub id: Uuid,
    /// Who owned it.
    pub owner: Uuid,
    /// Its name.
    pub name: String,
}

impl Event for TemplateDeleted {
    const NAME: &'static str = "TemplateDeleted";
    const SOURCE: &'static str = "uk.nhs.notify.templates";
}

impl From<Template> for TemplateDeleted {
    fn from(template: Template) -> Self {
        Self {
            id: template.id,
            owner: template.owner,
            name: template.name,
        }
    }
}

/// What this service reads of `UserCreated`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct UserCreated {
    /// What happened.
    pub detail: CreatedUser,
}

/// The new user.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreatedUser {
    /// The user.
    pub id: Uuid,
    /// The name that the user chose.
    pub display_name: String,
}

/// Greets a new user with a first template.
pub fn on_user_created(templates: &Templates, event: &UserCreated) -> Template {
    let CreatedUser { id, display_name } = &event.detail;
    templates.create(*id, &format!("Welcome, {display_name}"))
}
