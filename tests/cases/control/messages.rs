use serde_json::{Value, json};

use super::Controlled;
use crate::support::ask;

fn event() -> Value {
    json!({
        "consumer": "core",
        "provider": "templates",
        "description": "TemplateDeleted",
        "given": "a template has been deleted",
        "contents": { "id": { "pact:matcher:type": "type", "value": "a" } },
        "metadata": { "topic": "templates" },
        "example": { "id": "b", "by": "its owner" },
    })
}

fn question() -> Value {
    json!({
        "consumer": "core",
        "provider": "prices",
        "description": "a question",
        "request": { "contents": { "sku": { "pact:matcher:type": "type", "value": "a" } } },
        "responses": [{ "contents": { "cents": 1 } }, { "contents": "none", "content_type": "text/plain" }],
    })
}

#[track_caller]
fn create(controlled: &Controlled, definition: &Value) -> (Value, String) {
    let message = controlled
        .ask("POST", "/messages", definition)
        .is(201)
        .json();
    let confirmation = message["links"]["confirmation"]
        .as_str()
        .unwrap()
        .to_owned();
    (message, confirmation)
}

#[test]
fn an_asynchronous_message_is_recorded_once_confirmed() {
    let controlled = Controlled::new();
    let (message, confirmation) = create(&controlled, &event());
    assert_eq!(message["kind"], "asynchronous");
    assert_eq!(
        message["messages"],
        json!([
            { "contents": { "id": "a" }, "content_type": "application/json", "metadata": { "topic": "templates" } },
            { "contents": { "id": "b", "by": "its owner" }, "content_type": "application/json", "metadata": { "topic": "templates" } },
        ])
    );
    assert!(!controlled.workshop.has("pacts"));

    let confirmed = ask("POST", &confirmation, "").is(200).json();

    let file = controlled.workshop.path("pacts/core-templates.json");
    assert_eq!(confirmed, json!({ "pact": file }));
    let pact = controlled.workshop.read("pacts/core-templates.json");
    assert!(pact.contains("\"Asynchronous/Messages\""), "{pact}");
    assert!(
        !pact.contains("its owner"),
        "the whole payload is not recorded: {pact}"
    );
    let again = ask("POST", &confirmation, "").is(410);
    assert!(again.detail().starts_with("message 1 has ended"));
    controlled.running.stop().exits(0).prints("1 message held");
}

#[test]
fn what_the_handler_does_not_accept_is_not_recorded() {
    let controlled = Controlled::new();
    let (_, confirmation) = create(&controlled, &event());
    let refused = ask("POST", &confirmation, r#"{"error": "no id"}"#).is(409);
    let text = "the consumer's handler did not accept the message \"TemplateDeleted\" given \"a \
                template has been deleted\" (core with templates): no id\nNothing was recorded.";
    assert_eq!(refused.detail(), text);
    assert!(!controlled.workshop.has("pacts"));
    controlled.running.stop().exits(1).prints(text);
}

#[test]
fn a_synchronous_message_is_recorded_with_the_request_that_was_made() {
    let controlled = Controlled::new();
    let (message, confirmation) = create(&controlled, &question());
    assert_eq!(message["kind"], "synchronous");
    assert_eq!(message["request"]["contents"], json!({ "sku": "a" }));
    assert_eq!(message["messages"][0]["contents"], json!({ "cents": 1 }));
    assert_eq!(message["messages"][1]["contents"], "none");

    let nothing = ask("POST", &confirmation, "{}").is(422);
    assert_eq!(
        nothing.json()["problems"],
        json!([{
            "path": "$",
            "message": "expected the request that the consumer made under `request`, found nothing",
        }])
    );
    ask(
        "POST",
        &confirmation,
        r#"{"request": {"contents": {"sku": "z"}}}"#,
    )
    .is(200);
    let pact = controlled.workshop.read("pacts/core-prices.json");
    assert!(pact.contains("\"Synchronous/Messages\""), "{pact}");
    controlled.running.stop().exits(0);
}

#[test]
fn another_request_than_the_expected_one_is_told_with_its_differences() {
    let controlled = Controlled::new();
    let (_, confirmation) = create(&controlled, &question());
    let refused = ask(
        "POST",
        &confirmation,
        r#"{"request": {"contents": {"sku": 7}}}"#,
    )
    .is(409);
    assert_eq!(
        refused.detail(),
        "the request that the consumer made is not the one of the message \"a question\" (core with \
         prices):\n  - $.sku: expected a string like \"a\", but found the number 7\nNothing was recorded."
    );
    assert!(!controlled.workshop.has("pacts"));
}

#[test]
fn generated_values_are_handed_out_and_the_example_is_recorded() {
    let controlled = Controlled::new();
    let mut definition = event();
    definition["contents"]["id"] = json!({
        "pact:matcher:type": "type", "pact:generator:type": "RandomHexadecimal", "digits": 12, "value": "a",
    });
    let (message, confirmation) = create(&controlled, &definition);
    let id = message["messages"][0]["contents"]["id"].as_str().unwrap();
    assert_eq!(id.len(), 12, "{id}");
    ask("POST", &confirmation, "").is(200);
    let pact = controlled.workshop.read("pacts/core-templates.json");
    assert!(
        pact.contains("\"id\": \"a\"") && !pact.contains(id),
        "{pact}"
    );
}

#[test]
fn binary_contents_are_handed_out_as_base64() {
    let controlled = Controlled::new();
    let (message, _) = create(
        &controlled,
        &json!({
            "consumer": "core", "provider": "pictures", "description": "Drawn",
            "contents_base64": "iVBORw==", "content_type": "image/png",
        }),
    );
    assert_eq!(message["messages"][0]["contents_base64"], "iVBORw==");
    assert_eq!(message["messages"][0].get("contents"), None);
}

#[test]
fn messages_are_listed_shown_and_forgotten() {
    let controlled = Controlled::new();
    let (message, _) = create(&controlled, &event());
    let list = controlled
        .ask("GET", "/messages", &Value::Null)
        .is(200)
        .json();
    assert_eq!(list["messages"], json!([message]));
    let shown = controlled
        .ask("GET", "/messages/1", &Value::Null)
        .is(200)
        .json();
    assert_eq!(shown, message);
    controlled
        .ask("DELETE", "/messages/1", &Value::Null)
        .is(204);
    controlled.ask("GET", "/messages/1", &Value::Null).is(410);
    controlled.running.stop().exits(0);
}

#[test]
fn a_message_that_nobody_confirmed_is_told_at_the_end() {
    let controlled = Controlled::new();
    create(&controlled, &question());
    controlled
        .running
        .stop()
        .exits(1)
        .prints("1 message never confirmed, so nothing was recorded:\n  - the message \"a question\" (core with prices)");
}

#[test]
fn a_message_that_makes_no_sense_is_told_with_every_problem() {
    let controlled = Controlled::new();
    let refused = controlled.ask(
        "POST",
        "/messages",
        &json!({
            "consumer": "", "provider": "p", "descripton": "d", "contents": { "a": 1 },
            "request": { "content": 1 }, "responses": {}, "metadata": 7,
            "options": { "prot": 1, "specification": 5 },
        }),
    );
    let problems: Vec<String> = refused.is(422).json()["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|each| {
            format!(
                "{}: {}",
                each["path"].as_str().unwrap(),
                each["message"].as_str().unwrap()
            )
        })
        .collect();
    assert_eq!(
        problems,
        [
            "$.descripton: there is no member `descripton` here; did you mean `description`?",
            "$.consumer: expected the consumer's name, found \"\"",
            "$: expected what the message is called under `description`, found nothing",
            "$.contents: a message with `request` and `responses` has its contents in those",
            "$.metadata: a message with `request` and `responses` has its contents in those",
            "$.request.content: there is no member `content` here; did you mean `contents`?",
            "$.responses: expected a list of responses, found {}",
            "$.options.prot: there is no member `prot` here; did you mean `port`?",
            "$.options.specification: expected the version of the pact file: 2, 3 or 4, found 5",
        ]
    );
    let mut example = event();
    example["example"] = json!({ "id": 7 });
    let refused = controlled.ask("POST", "/messages", &example).is(422);
    assert_eq!(
        refused.json()["problems"][0],
        json!({
            "path": "$.example",
            "message": "the example does not satisfy the expectation: $.id: expected a string like \"a\", but found the number 7",
        })
    );
}
