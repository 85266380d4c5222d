//! What reports show of secrets, and of what went over the wire.

use pactwork_contract::{Body, HttpInteraction, Outcome};
use pactwork_provider::{
    MessageFunctions, OutgoingRequest, ProducedMessage, ProviderProcess, Secrets, Sent,
    StateAction, StateChange, StateError, Target, Verifier,
};
use serde_json::{Map, Value, json};

use crate::support::pacts::{answered, get, get_given, http, message, pact, sent};
use crate::support::processes::{entry_point, options};
use crate::support::server::{Reply, Request, Server};
use crate::support::{could_not, only, run, verify};

const SECRET: &str = "s3cr/t-\"7\"";

fn posting(authorization: &str, body: Body) -> HttpInteraction {
    let mut interaction = HttpInteraction::default();
    interaction.common.description = "an order is placed".into();
    interaction.request.method = "POST".into();
    interaction.request.path = "/orders".into();
    let values = vec![authorization.to_string()];
    interaction
        .request
        .headers
        .insert("Authorization".into(), values);
    interaction.request.body = body;
    interaction
        .response
        .headers
        .insert("Set-Cookie".into(), vec!["id=example; Path=/".into()]);
    interaction
}

/// Answers with what it was asked, as a debug page would.
async fn chatty() -> Server {
    Server::start(|request: Request| async move {
        let authorization = request.headers["authorization"].to_str().unwrap();
        Reply {
            status: 500,
            headers: vec![
                ("content-type", "text/plain".into()),
                ("set-cookie", format!("id={authorization}; Path=/")),
                ("x-debug", authorization.into()),
            ],
            body: format!("{authorization} {:?}", request.body).into(),
        }
    })
    .await
}

fn reported(report: &impl serde::Serialize) -> String {
    serde_json::to_string(report).unwrap()
}

#[tokio::test]
async fn what_was_sent_and_came_back_is_reported_without_secrets() {
    let server = chatty().await;
    let body = Body::json(json!({ "id": 7 }));
    let interaction = posting(&format!("Bearer {SECRET}"), body);
    let verifier = Verifier::new(Target::at(&server.url)).secret(SECRET);
    let report = run(verifier, pact([http(interaction)])).await;
    assert_eq!(report.outcome(), Outcome::Failed);
    let interaction = serde_json::to_value(only(&report)).unwrap();
    assert_eq!(
        interaction["sent"],
        json!({ "request": {
            "method": "POST",
            "url": server.url("/orders"),
            "headers": [
                { "name": "authorization", "value": "Bearer [redacted]" },
                { "name": "content-type", "value": "application/json" },
            ],
            "body": { "length": 8, "text": "{\"id\":7}" },
        } })
    );
    let received = &interaction["received"]["response"];
    assert_eq!(received["status"], 500);
    let headers = received["headers"].as_array().unwrap();
    for (name, value) in [
        ("set-cookie", "id=[redacted]; Path=/"),
        ("x-debug", "Bearer [redacted]"),
    ] {
        let header = json!({ "name": name, "value": value });
        assert!(headers.contains(&header), "{headers:?}");
    }
    let text = received["body"]["text"].as_str().unwrap();
    assert!(text.starts_with("Bearer [redacted] "), "{text}");
    let text = reported(&report);
    assert!(!text.contains("s3cr"), "{text}");
    // The example of the pact is one.
    assert!(text.contains("id=example"), "{text}");
}

#[tokio::test]
async fn what_passes_keeps_nothing_of_it() {
    let server = Server::always(Reply {
        status: 200,
        ..Reply::default()
    })
    .await;
    let report = verify(&server.url, pact([http(HttpInteraction::default())])).await;
    assert_eq!(report.outcome(), Outcome::Passed);
    assert_eq!(only(&report).sent, None);
    assert_eq!(only(&report).received, None);
}

#[tokio::test]
async fn a_long_or_binary_body_is_bounded() {
    let server = Server::always(Reply {
        status: 200,
        headers: vec![("content-type", "application/octet-stream".into())],
        body: vec![0xFF; 100_000].into(),
    })
    .await;
    let mut interaction = HttpInteraction::default();
    interaction.response.status = 201;
    let report = verify(&server.url, pact([http(interaction)])).await;
    let received = serde_json::to_value(&only(&report).received).unwrap();
    let body = &received["response"]["body"];
    assert_eq!(body["length"], 100_000);
    assert_eq!(body["cut"], true);
    assert_eq!(body["base64"].as_str().unwrap().len(), 16_384);
}

#[tokio::test]
async fn messages_are_reported_as_they_were_asked_and_produced() {
    let functions = MessageFunctions::new()
        .message("Created", |_| {
            let produced = ProducedMessage::json(&json!({ "id": "hunter2" }));
            Ok(produced.metadata("apiKey", "k").metadata("topic", "t"))
        })
        .reply("a price is asked for", |_, _| {
            Ok(vec![ProducedMessage::json(&json!({ "price": "x" }))])
        });
    let pact = pact([
        sent(message("Created", json!({ "id": 7 }))),
        answered(
            "a price is asked for",
            json!({ "id": 7 }),
            &[json!({ "price": 1 })],
        ),
    ]);
    let verifier = Verifier::new(Target::in_process()).messages(functions);
    let report = run(verifier.secret("hunter2"), pact).await;
    let found: Vec<Value> = report.pacts[0]
        .interactions
        .iter()
        .map(|each| serde_json::to_value(each).unwrap())
        .collect();
    assert_eq!(found[0].get("sent"), None);
    assert_eq!(found[0]["mismatches"][0]["actual"], "[redacted]");
    let produced = json!({ "messages": [{
        "contents": { "length": 16, "text": "{\"id\":\"[redacted]\"}" },
        "content_type": "application/json",
        "metadata": { "apiKey": "[redacted]", "topic": "t" },
    }] });
    assert_eq!(found[0]["received"], produced);
    assert_eq!(
        found[1]["sent"]["message"]["contents"]["text"],
        "{\"id\":7}"
    );
    assert_eq!(
        found[1]["received"]["messages"][0]["contents"]["text"],
        "{\"price\":\"x\"}"
    );
}

/// A state handler that tells what it should not.
fn states(change: &StateChange<'_>) -> Result<Map<String, Value>, StateError> {
    match change.action {
        StateAction::Setup if change.state.name == "cannot be set" => {
            Err(StateError::new(format!("login with {SECRET} failed")))
        }
        StateAction::Setup => Ok(Map::new()),
        StateAction::Teardown => Err(StateError::new(format!("logout of {SECRET} failed"))),
    }
}

#[tokio::test]
async fn reasons_and_warnings_are_without_secrets() {
    let pact = pact([
        http(get_given(&["cannot be set"], "/a", json!({}))),
        http(get_given(&["can be set"], "/b", json!({}))),
    ]);
    let secrets = Secrets::default();
    let verifier = Verifier::new(Target::at("http://127.0.0.1:1"));
    let verifier = verifier.states(states).secrets(secrets.clone());
    secrets.add(SECRET);
    let report = run(verifier, pact).await;
    let interactions = &report.pacts[0].interactions;
    assert_eq!(
        interactions[0].reason.as_deref(),
        Some("the state \"cannot be set\" could not be set up: login with [redacted] failed")
    );
    assert!(
        interactions[1].warnings[0]
            .message
            .contains("logout of [redacted] failed")
    );
    assert!(!reported(&report).contains("s3cr"));
}

#[tokio::test]
async fn the_providers_output_is_without_secrets() {
    let start = format!("printf '%s\\n' '{SECRET}'; {}", entry_point("provider"));
    let process = ProviderProcess::start(options(start)).await.unwrap();
    let verifier = Verifier::new(Target::process(&process));
    let pact = pact([
        http(get("/hunter2", json!({ "path": "/other" }))),
        http(get("/die", json!({}))),
    ]);
    let report = run(verifier.secret(SECRET).secret("hunter2"), pact).await;
    let interactions = &report.pacts[0].interactions;
    assert_eq!(interactions[0].provider_output, ["asked for /[redacted]"]);
    let end = report.provider_ended.as_ref().unwrap();
    for line in ["[redacted]", "asked for /[redacted]"] {
        assert!(end.output.contains(&line.to_string()), "{end:?}");
    }
}

#[tokio::test]
async fn what_was_sent_is_known_when_the_provider_dies_of_it() {
    let process = ProviderProcess::start(options(entry_point("provider")))
        .await
        .unwrap();
    let verifier = Verifier::new(Target::process(&process));
    let report = run(verifier, pact([http(get("/die", json!({})))])).await;
    could_not(&report);
    let Some(Sent::Request(request)) = &only(&report).sent else {
        panic!("{report:#?}");
    };
    assert_eq!(request.url, format!("{}/die", process.base_url()));
    assert_eq!(only(&report).received, None);
}

#[tokio::test]
async fn what_a_filter_puts_into_a_secret_header_is_a_secret_and_the_pacts_example_is_none() {
    let server = chatty().await;
    let example = posting("Bearer example-of-the-pact", Body::Missing);
    let report = verify(&server.url, pact([http(example.clone())])).await;
    let text = reported(&report);
    assert!(text.contains("example-of-the-pact"), "{text}");
    let verifier = Verifier::new(Target::at(&server.url));
    let verifier = verifier.request_filter(|request: &mut OutgoingRequest| {
        request.set_header("Authorization", format!("Bearer {SECRET}"));
        Ok(())
    });
    let text = reported(&run(verifier, pact([http(example)])).await);
    assert!(text.contains("Bearer [redacted]"), "{text}");
    assert!(!text.contains("s3cr"), "{text}");
}
