//! What `core` relies on in `templates`: its HTTP API and one event.
#![allow(clippy::unwrap_used, missing_docs)]

use example_core::client::{Page, Template, Templates};
use example_core::{Core, TemplateDeleted};
use pactwork_consumer::matchers::{each_like, integer, string, uuid};
use pactwork_consumer::{Pact, delete, get, post, status};
use serde_json::{Value, json};
use uuid::Uuid;

const PACTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../pacts");
const TEMPLATE: &str = "6f1a3c52-8a0e-4d5b-9a37-0d2f6b1c9e44";
const OWNER: &str = "2b7c9f10-5d3e-4c1a-8f62-7e9a0b3d5c18";

fn id(text: &str) -> Uuid {
    text.parse().unwrap()
}

fn templates() -> Pact {
    Pact::between("core", "templates").output(PACTS)
}

/// What `core` reads of a template.
fn a_template() -> Value {
    json!({ "id": uuid(TEMPLATE), "owner": uuid(OWNER), "name": string("Appointment reminder") })
}

fn read() -> Template {
    Template {
        id: id(TEMPLATE),
        owner: id(OWNER),
        name: "Appointment reminder".into(),
    }
}

#[tokio::test]
async fn a_template_is_read() {
    let provider = templates()
        .given_with(
            "a template exists",
            json!({ "id": TEMPLATE, "owner": OWNER }),
        )
        .upon_receiving("a request for a template")
        .when(get(format!("/templates/{TEMPLATE}")).header("Accept", "application/json"))
        .then(status(200).json(a_template()))
        .start()
        .await
        .unwrap();
    let template = Templates::at(provider.url())
        .template(id(TEMPLATE))
        .await
        .unwrap();
    assert_eq!(template, Some(read()));
    provider.finish().await.unwrap();
}

#[tokio::test]
async fn a_template_that_does_not_exist_is_none() {
    let provider = templates()
        .given("no template exists")
        .upon_receiving("a request for a template")
        .when(get(format!("/templates/{TEMPLATE}")).header("Accept", "application/json"))
        .then(status(404))
        .start()
        .await
        .unwrap();
    let template = Templates::at(provider.url())
        .template(id(TEMPLATE))
        .await
        .unwrap();
    assert_eq!(template, None);
    provider.finish().await.unwrap();
}

#[tokio::test]
async fn an_owners_templates_are_listed() {
    let provider = templates()
        .given_with(
            "a template exists",
            json!({ "id": TEMPLATE, "owner": OWNER }),
        )
        .upon_receiving("a request for the first page of an owner's templates")
        .when(
            get("/templates")
                .query("owner", OWNER)
                .query("page", "1")
                .header("Accept", "application/json"),
        )
        .then(status(200).json(json!({ "page": integer(1), "items": each_like(a_template()) })))
        .start()
        .await
        .unwrap();
    let page = Templates::at(provider.url())
        .of_owner(id(OWNER), 1)
        .await
        .unwrap();
    assert_eq!(
        page,
        Page {
            page: 1,
            items: vec![read()]
        }
    );
    provider.finish().await.unwrap();
}

#[tokio::test]
async fn a_template_is_created() {
    let provider = templates()
        .upon_receiving("a request to create a template")
        .when(post("/templates").json(json!({ "owner": OWNER, "name": "Appointment reminder" })))
        .then(status(201).json(a_template()))
        .start()
        .await
        .unwrap();
    let template = Templates::at(provider.url())
        .create(id(OWNER), "Appointment reminder")
        .await
        .unwrap();
    assert_eq!(template, read());
    provider.finish().await.unwrap();
}

#[tokio::test]
async fn a_template_is_deleted() {
    let provider = templates()
        .given_with(
            "a template exists",
            json!({ "id": TEMPLATE, "owner": OWNER }),
        )
        .upon_receiving("a request to delete a template")
        .when(delete(format!("/templates/{TEMPLATE}")))
        .then(status(204))
        .start()
        .await
        .unwrap();
    Templates::at(provider.url())
        .delete(id(TEMPLATE))
        .await
        .unwrap();
    provider.finish().await.unwrap();
}

#[test]
fn a_deleted_templates_letters_are_archived() {
    let payload = include_str!("../examples/templates/TemplateDeleted/by-its-owner.json");
    let payload: Value = serde_json::from_str(payload).unwrap();
    let core = Core::default();
    templates()
        .given("a template has been deleted")
        .message("TemplateDeleted")
        .json(json!({
            "detail-type": "TemplateDeleted",
            "time": pactwork_consumer::matchers::datetime("yyyy-MM-dd'T'HH:mm:ssXXX", "2026-03-01T09:30:00Z"),
            "detail": { "id": uuid(TEMPLATE), "owner": uuid(OWNER), "name": string("Appointment reminder") },
        }))
        .example(payload)
        .verify(|message| message.json::<TemplateDeleted>().map(|event| core.template_deleted(&event)))
        .unwrap();
}
