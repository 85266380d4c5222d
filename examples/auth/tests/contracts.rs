//! What `auth` relies on in `templates`: one event, of which it reads less than others do.
#![allow(clippy::unwrap_used, missing_docs)]

use example_auth::{Auth, TemplateDeleted};
use pactwork_consumer::Pact;
use pactwork_consumer::matchers::uuid;
use serde_json::{Value, json};

const PACTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../pacts");
const TEMPLATE: &str = "6f1a3c52-8a0e-4d5b-9a37-0d2f6b1c9e44";

#[test]
fn a_deleted_templates_grants_are_taken_back() {
    let payload = include_str!("../examples/templates/TemplateDeleted/by-its-owner.json");
    let payload: Value = serde_json::from_str(payload).unwrap();
    Pact::between("auth", "templates")
        .output(PACTS)
        .given("a template has been deleted")
        .message("TemplateDeleted")
        .json(json!({ "detail-type": "TemplateDeleted", "detail": { "id": uuid(TEMPLATE) } }))
        .example(payload)
        .verify(|message| {
            let auth = Auth::default();
            auth.grant(TEMPLATE.parse().unwrap());
            let event = message
                .json::<TemplateDeleted>()
                .map_err(|error| error.to_string())?;
            auth.template_deleted(&event)
                .then_some(())
                .ok_or("no grant was taken back".to_owned())
        })
        .unwrap();
}
