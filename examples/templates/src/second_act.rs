//! Two releases that `templates` might make next. The demo runs the same service
//! with each, to show what contract tests say: one breaks a consumer, one does not.

use std::time::SystemTime;

use example_service::{Envelope, Event, golden_contract};
use pactwork_golden::GoldenContract;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::events::TemplateDeleted;
use crate::store::Template;

/// What is changed in `TemplateDeleted`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Change {
    /// Nothing: the event as it is.
    #[default]
    None,
    /// `owner` becomes `ownerId`.
    RenameOwner,
    /// `deletedBy` is added.
    AddField,
}

/// `TemplateDeleted` with a field renamed.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Renamed {
    id: Uuid,
    owner_id: Uuid,
    name: String,
}

/// `TemplateDeleted` with a field added.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Added {
    #[serde(flatten)]
    before: TemplateDeleted,
    deleted_by: Uuid,
}

impl Event for Renamed {
    const NAME: &'static str = TemplateDeleted::NAME;
    const SOURCE: &'static str = TemplateDeleted::SOURCE;
}

impl Event for Added {
    const NAME: &'static str = TemplateDeleted::NAME;
    const SOURCE: &'static str = TemplateDeleted::SOURCE;
}

impl Change {
    /// Reads `rename-owner` or `add-field`.
    ///
    /// # Errors
    /// A sentence about a word that is neither.
    pub fn read(word: &str) -> Result<Self, String> {
        match word {
            "" => Ok(Self::None),
            "rename-owner" => Ok(Self::RenameOwner),
            "add-field" => Ok(Self::AddField),
            other => Err(format!(
                "TEMPLATES_CHANGE is rename-owner or add-field, not {other}"
            )),
        }
    }

    /// The event of a template's deletion.
    pub(crate) fn template_deleted(self, template: Template, now: SystemTime) -> Value {
        let Template {
            id,
            owner,
            ref name,
        } = template;
        match self {
            Self::None => json!(Envelope::at(now, TemplateDeleted::from(template))),
            Self::RenameOwner => json!(Envelope::at(
                now,
                Renamed {
                    id,
                    owner_id: owner,
                    name: name.clone()
                }
            )),
            Self::AddField => json!(Envelope::at(
                now,
                Added {
                    before: template.into(),
                    deleted_by: owner
                }
            )),
        }
    }

    /// The golden contracts of the service with this change.
    pub fn golden_contracts(self) -> Vec<GoldenContract> {
        vec![match self {
            Self::None => golden_contract::<TemplateDeleted>(),
            Self::RenameOwner => golden_contract::<Renamed>(),
            Self::AddField => golden_contract::<Added>(),
        }]
    }
}
