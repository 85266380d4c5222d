//! The OpenAPI document says what the server does: every operation is driven, and
//! every answer is validated against it.

use std::cell::RefCell;
use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::playing::playing;
use super::{Controlled, definition, order};
use crate::support::{Reply, Workshop, ask_with, get};

/// Asks, and compares with the document.
struct Described {
    controlled: Controlled,
    document: Value,
    /// `GET / 200`
    seen: RefCell<BTreeSet<String>>,
}

impl Described {
    fn new() -> Self {
        let controlled = Controlled::new();
        let document = controlled.ask("GET", "/openapi.json", &Value::Null).json();
        Self {
            controlled,
            document,
            seen: RefCell::default(),
        }
    }

    #[track_caller]
    fn ask(&self, method: &str, path: &str, body: &Value) -> Reply {
        self.ask_with(method, path, &[], body)
    }

    #[track_caller]
    fn ask_with(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> Reply {
        let text = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let url = format!("{}{path}", self.controlled.url);
        let reply = ask_with(method, &url, headers, text.as_bytes());
        let template = template(path);
        let operation = &self.document["paths"][&template][method.to_lowercase()];
        assert!(
            operation.is_object(),
            "{method} {template} is not described"
        );
        let request = &operation["requestBody"];
        if reply.status < 300 && !body.is_null() {
            self.validate(&request["content"]["application/json"]["schema"], body);
        }
        let described = self.resolved(&operation["responses"][reply.status.to_string()]);
        let place = format!("{method} {template} {}", reply.status);
        assert!(
            described.is_object(),
            "{place} is not described: {}",
            reply.body
        );
        self.check(&place, &described["content"], &reply);
        self.seen.borrow_mut().insert(place);
        reply
    }

    #[track_caller]
    fn check(&self, place: &str, content: &Value, reply: &Reply) {
        let Some(content) = content.as_object() else {
            assert_eq!(reply.body, "", "{place} has a body that is not described");
            return;
        };
        let content_type = reply.header("Content-Type").unwrap();
        let described = content.get(content_type);
        let described =
            described.unwrap_or_else(|| panic!("{place}: {content_type} is not described"));
        self.validate(&described["schema"], &reply.json());
    }

    #[track_caller]
    fn validate(&self, schema: &Value, instance: &Value) {
        let mut schema = schema.clone();
        schema["components"] = self.document["components"].clone();
        let validator = jsonschema::options().build(&schema).unwrap();
        let errors: Vec<_> = validator
            .iter_errors(instance)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{errors:#?} in {instance:#}");
    }

    fn resolved<'a>(&'a self, value: &'a Value) -> &'a Value {
        match value["$ref"].as_str() {
            Some(reference) => self
                .document
                .pointer(reference.trim_start_matches('#'))
                .unwrap(),
            None => value,
        }
    }
}

fn template(path: &str) -> String {
    let is_id = |part: &&str| part.chars().any(|each| each.is_ascii_digit());
    let parts = path
        .split('/')
        .map(|part| if is_id(&part) { "{id}" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

fn message(request: bool) -> Value {
    match request {
        true => json!({
            "consumer": "web", "provider": "orders", "description": "a question",
            "request": { "contents": { "a": 1 } }, "responses": [{ "contents": { "b": 2 } }],
        }),
        false => json!({
            "consumer": "web", "provider": "orders", "description": "Shipped",
            "contents": { "id": { "pact:matcher:type": "integer", "value": 7 } },
        }),
    }
}

/// These would take a minute, or two clients that meet within a moment.
const LATE: &[&str] = &[" 408", " 503"];

/// What the document says may be answered, and is not provoked here.
const NOT_PROVOKED: &[&str] = &[
    // A version that cannot hold an interaction is told when the mock provider is created.
    "PUT /mock-providers/{id}/pact 422",
    "POST /mock-providers/{id}/finish 422",
    "PUT /mock-providers/{id}/pact 500",
];

#[test]
fn every_answer_is_as_the_document_says() {
    let described = Described::new();
    let workshop = &described.controlled.workshop;
    mock_providers(&described);
    messages(&described);
    refusals(&described);
    workshop.write("blocked", "a file");
    cannot_write(&described);
    described.ask("GET", "/", &Value::Null).is(200);
    described.ask("GET", "/openapi.json", &Value::Null).is(200);
    foreign(&described);
    too_large(&described);
    described.ask("POST", "/shutdown", &Value::Null).is(200);
    let all = described_answers(&described.document);
    let seen = described.seen.borrow();
    let missing: Vec<_> = all
        .difference(&seen)
        .filter(|answer| !NOT_PROVOKED.contains(&answer.as_str()))
        .filter(|answer| !LATE.iter().any(|status| answer.ends_with(status)))
        .collect();
    assert!(missing.is_empty(), "{missing:#?}");
    drop(seen);
    described.controlled.running.finish().exits(1);
}

fn described_answers(document: &Value) -> BTreeSet<String> {
    let mut answers = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let Some(responses) = operation["responses"].as_object() else {
                continue;
            };
            let method = method.to_uppercase();
            answers.extend(
                responses
                    .keys()
                    .map(|status| format!("{method} {path} {status}")),
            );
        }
    }
    answers
}

fn mock_providers(described: &Described) {
    let mock = described
        .ask("POST", "/mock-providers", &definition(&[order(7)]))
        .is(201)
        .json();
    get(mock["url"].as_str().unwrap(), "/orders/7");
    described
        .ask("GET", "/mock-providers", &Value::Null)
        .is(200);
    described
        .ask("GET", "/mock-providers/1", &Value::Null)
        .is(200);
    described
        .ask("GET", "/mock-providers/1/interactions", &Value::Null)
        .is(200);
    described
        .ask("PUT", "/mock-providers/1/pact", &Value::Null)
        .is(200);
    described
        .ask("POST", "/mock-providers/1/interactions", &json!([order(8)]))
        .is(200);
    described
        .ask("POST", "/mock-providers/1/interactions", &played())
        .is(200);
    for number in [9, 10] {
        get(mock["url"].as_str().unwrap(), &format!("/orders/{number}"));
    }
    get(mock["url"].as_str().unwrap(), "/nowhere");
    described
        .ask("GET", "/mock-providers/1/journal", &Value::Null)
        .is(200);
    described
        .ask("GET", "/mock-providers/1/report", &Value::Null)
        .is(200);
    described
        .ask("GET", "/mock-providers/1/pact", &Value::Null)
        .is(200);
    described
        .ask("PUT", "/mock-providers/1/pact", &Value::Null)
        .is(409);
    described
        .ask("DELETE", "/mock-providers/1/journal", &Value::Null)
        .is(204);
    described
        .ask("DELETE", "/mock-providers/1/interactions", &Value::Null)
        .is(204);
    described
        .ask("GET", "/mock-providers/1/pact", &Value::Null)
        .is(200);
    described
        .ask("POST", "/mock-providers/1/finish", &Value::Null)
        .is(200);
    optional(described);
}

/// Interactions with all that may be said of how they are played.
fn played() -> Value {
    let ways = [
        json!({ "times": 2, "behaviour": {
            "delay_ms": 0,
            "fault": { "status": 503 },
            "slow_body": { "bytes": 1, "every_ms": 0 },
        } }),
        json!({ "times": { "least": 0, "most": 3 }, "behaviour": { "fault_first": [
            { "requests": 1, "fault": { "truncate_body": 3 } },
            { "requests": 1, "fault": { "content_length": 7 } },
        ] } }),
        json!({ "times": { "least": 2 }, "behaviour": {
            "fault_first": { "requests": 1, "fault": "drop_connection" },
        } }),
        json!({ "times": null, "behaviour": null }),
        json!({ "times": { "least": null, "most": 3 }, "behaviour": {
            "delay_ms": null, "fault": null, "fault_first": null, "slow_body": null,
        } }),
    ];
    let interactions = ways.iter().zip(9..);
    let interactions = interactions.map(|(said, number)| playing(number, said));
    interactions.collect::<Vec<_>>().into()
}

fn optional(described: &Described) {
    let mut optional = definition(&[order(7)]);
    optional["options"] = json!({ "host": "127.0.0.1", "port": 0, "output": "o", "specification": 4, "seed": 1, "test": "t", "tls": true, "cors": true });
    described.ask("POST", "/mock-providers", &optional).is(201);
    described
        .ask("POST", "/mock-providers/2/finish", &Value::Null)
        .is(409);
    let file = crate::support::pact("web", "orders", &[]);
    described.ask("POST", "/mock-providers", &file).is(201);
    described
        .ask("DELETE", "/mock-providers/3", &Value::Null)
        .is(204);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    optional["options"]["port"] = taken.local_addr().unwrap().port().into();
    described.ask("POST", "/mock-providers", &optional).is(409);
    described
        .ask("DELETE", "/mock-providers", &Value::Null)
        .is(204);
}

fn messages(described: &Described) {
    for (request, confirmation, status) in [
        (false, Value::Null, 200),
        (true, json!({ "request": { "contents": { "a": 1 } } }), 200),
        (true, json!({ "request": { "contents": { "a": 2 } } }), 409),
        (false, json!({ "error": "no" }), 409),
        (false, json!({ "erorr": "no" }), 422),
    ] {
        let created = described
            .ask("POST", "/messages", &message(request))
            .is(201)
            .json();
        let path = format!("/messages/{}", created["id"].as_str().unwrap());
        described.ask("GET", &path, &Value::Null).is(200);
        described.ask("GET", "/messages", &Value::Null).is(200);
        described
            .ask("POST", &format!("{path}/confirmation"), &confirmation)
            .is(status);
        if status == 422 {
            described.ask("DELETE", &path, &Value::Null).is(204);
        }
        described.ask("GET", &path, &Value::Null).is(410);
        described.ask("DELETE", &path, &Value::Null).is(410);
        described
            .ask("POST", &format!("{path}/confirmation"), &Value::Null)
            .is(410);
    }
}

/// Of everything with an id: what was never there and what has ended; of everything
/// that takes a definition: what is no JSON and what makes no sense.
fn refusals(described: &Described) {
    let paths = described.document["paths"].as_object().unwrap();
    for (path, item) in paths {
        for (method, operation) in item.as_object().unwrap() {
            let method = method.to_uppercase();
            if operation["responses"].get("410").is_some() {
                let nothing = described.ask(&method, &path.replace("{id}", "999"), &json!([]));
                assert_eq!(nothing.status, 404);
                let ended = path.starts_with("/mock-providers");
                if ended {
                    described
                        .ask(&method, &path.replace("{id}", "1"), &json!([]))
                        .is(410);
                }
            }
        }
    }
    let created = described
        .ask("POST", "/mock-providers", &definition(&[]))
        .is(201)
        .json();
    let id = created["id"].as_str().unwrap();
    let message = described
        .ask("POST", "/messages", &message(true))
        .is(201)
        .json();
    let interactions = format!("/mock-providers/{id}/interactions");
    let confirmation = format!("/messages/{}/confirmation", message["id"].as_str().unwrap());
    for path in ["/mock-providers", "/messages", &interactions, &confirmation] {
        described.ask("POST", path, &json!({ "a": 1 })).is(422);
        let url = format!("{}{path}", described.controlled.url);
        let refused = ask_with("POST", &url, &[], b"{").is(400);
        let place = format!("POST {} 400", template(path));
        let schema = json!({ "$ref": "#/components/schemas/Problem" });
        described.validate(&schema, &refused.json());
        described.seen.borrow_mut().insert(place);
    }
}

fn cannot_write(described: &Described) {
    let mut blocked = definition(&[]);
    blocked["interactions"] = json!([order(7)]);
    blocked["options"] = json!({ "output": "blocked" });
    let mock = described
        .ask("POST", "/mock-providers", &blocked)
        .is(201)
        .json();
    get(mock["url"].as_str().unwrap(), "/orders/7");
    let path = format!("/mock-providers/{}/finish", mock["id"].as_str().unwrap());
    described.ask("POST", &path, &Value::Null).is(500);
    let mut blocked = message(false);
    blocked["options"] = json!({ "output": "blocked" });
    let message = described.ask("POST", "/messages", &blocked).is(201).json();
    let path = format!("/messages/{}/confirmation", message["id"].as_str().unwrap());
    described.ask("POST", &path, &Value::Null).is(500);
}

fn foreign(described: &Described) {
    for (path, item) in described.document["paths"].as_object().unwrap() {
        for method in item
            .as_object()
            .unwrap()
            .keys()
            .filter(|name| *name != "parameters")
        {
            let path = path.replace("{id}", "1");
            let foreign = [("Origin", "http://evil.example")];
            described
                .ask_with(&method.to_uppercase(), &path, &foreign, &Value::Null)
                .is(403);
        }
    }
}

fn too_large(described: &Described) {
    let body = json!(" ".repeat(64 * 1024 * 1024));
    let id = "/mock-providers/999/interactions";
    for path in [
        "/mock-providers",
        "/messages",
        id,
        "/messages/999/confirmation",
    ] {
        described.ask("POST", path, &body).is(413);
    }
}

#[test]
fn the_examples_of_the_document_are_what_the_server_takes() {
    let described = Described::new();
    for (path, then) in [
        ("/mock-providers", "mock-providers"),
        ("/messages", "messages"),
    ] {
        let examples =
            described.document["paths"][path]["post"]["requestBody"]["content"]["application/json"]
                ["examples"]
                .clone();
        for (name, example) in examples.as_object().unwrap() {
            let created = described
                .ask("POST", path, &example["value"])
                .is(201)
                .json();
            let path = format!("/{then}/{}", created["id"].as_str().unwrap());
            assert_eq!(
                described.ask("DELETE", &path, &Value::Null).status,
                204,
                "{name}"
            );
        }
    }
}

#[test]
fn the_document_is_printed_and_served_as_it_is_checked_in() {
    let checked_in = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/docs/openapi/mock-control.json"
    );
    let checked_in = std::fs::read_to_string(checked_in).unwrap();
    let printed = Workshop::new().run(&["mock", "--openapi"]).exits(0);
    assert_eq!(printed.stdout, checked_in);
    let controlled = Controlled::new();
    let served = controlled.ask("GET", "/openapi.json", &Value::Null).is(200);
    assert_eq!(served.body, checked_in);
    assert_eq!(served.json()["openapi"], "3.1.0");
    assert_eq!(served.json()["info"]["version"], env!("CARGO_PKG_VERSION"));
}
