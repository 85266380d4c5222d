use std::sync::Arc;
use std::time::SystemTime;

use example_service::{ContractTesting, Service};
use serde_json::Value;
use uuid::Uuid;

use crate::api::Api;
use crate::second_act::Change;
use crate::store::{Template, Templates};

/// The service with the endpoints for contract tests: its provider states, and
/// its events, produced by deleting a template in earnest.
pub fn contract_testing(
    service: Arc<dyn Service>,
    templates: &Arc<Templates>,
    change: Change,
) -> ContractTesting {
    let (exists, none, deleted) = (templates.clone(), templates.clone(), templates.clone());
    ContractTesting::of(service)
        .state("a template exists", move |params| {
            exists.put(template(params))
        })
        .state("no template exists", move |_| none.clear())
        .state("a template has been deleted", |_| {})
        .message("TemplateDeleted", move || {
            let id = deleted.create(Uuid::new_v4(), "Appointment reminder").id;
            Api::delete(&deleted, id, change, SystemTime::now()).unwrap_or_default()
        })
}

/// The template that a provider state's parameters describe.
fn template(params: &Value) -> Template {
    let uuid = |name: &str| {
        params[name]
            .as_str()
            .and_then(|id| id.parse().ok())
            .unwrap_or_default()
    };
    Template {
        id: uuid("id"),
        owner: uuid("owner"),
        name: "Appointment reminder".into(),
    }
}
