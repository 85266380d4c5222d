//! What `templates` relies on in `auth`: one event.
#![allow(clippy::unwrap_used, missing_docs)]

use example_templates::{Templates, UserCreated, on_user_created};
use pactwork_consumer::Pact;
use pactwork_consumer::matchers::{string, uuid};
use serde_json::{Value, json};

const PACTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../pacts");

#[test]
fn a_new_user_is_greeted_with_a_template() {
    let payload = include_str!("../examples/auth/UserCreated/registered.json");
    let payload: Value = serde_json::from_str(payload).unwrap();
    let templates = Templates::default();
    Pact::between("templates", "auth")
        .output(PACTS)
        .given("a user has been created")
        .message("UserCreated")
        .json(json!({
            "detail-type": "UserCreated",
            "detail": { "id": uuid("2b7c9f10-5d3e-4c1a-8f62-7e9a0b3d5c18"), "displayName": string("A. User") },
        }))
        .example(payload)
        .verify(|message| message.json::<UserCreated>().map(|event| on_user_created(&templates, &event)))
        .unwrap();
}
