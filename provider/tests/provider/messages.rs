//! Messages, asynchronous and synchronous, over HTTP and from Rust functions.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use pactwork_contract::{Outcome, Pact, ProviderState};
use pactwork_provider::{
    HttpMessages, MessageError, MessageFunctions, ProducedMessage, Report, Target, Verifier,
};
use serde_json::{Value, json};

use crate::support::pacts::{answered, message, pact, sent};
use crate::support::server::{Reply, Server, json, status};
use crate::support::{assert_passed, could_not, only, places, run};

async fn over_http(server: &Server, pact: Pact) -> Report {
    let messages = HttpMessages::new(&server.url("/_pact/messages")).unwrap();
    run(Verifier::new(Target::in_process()).messages(messages), pact).await
}

async fn from(functions: MessageFunctions, pact: Pact) -> Report {
    run(
        Verifier::new(Target::in_process()).messages(functions),
        pact,
    )
    .await
}

fn with_metadata(mut reply: Reply, metadata: Value) -> Reply {
    let header = STANDARD.encode(metadata.to_string());
    reply.headers.push(("Pact-Message-Metadata", header));
    reply
}

fn with_topic(topic: &str) -> Pact {
    let mut expected = message("TemplateDeleted", json!({ "id": 7 }));
    expected
        .message
        .metadata
        .insert("topic".into(), topic.into());
    pact([sent(expected)])
}

#[tokio::test]
async fn a_message_is_asked_for_by_the_convention_and_compared_with_its_metadata() {
    let reply = with_metadata(json(json!({ "id": 7 })), json!({ "topic": "templates" }));
    let server = Server::always(reply).await;
    let mut expected = message("TemplateDeleted", json!({ "id": 7 }));
    let metadata = &mut expected.message.metadata;
    metadata.insert("topic".into(), "templates".into());
    metadata.insert("contentType".into(), "application/json".into());
    let mut state = ProviderState::named("a template has been deleted");
    state.params.insert("id".into(), json!(7));
    expected.common.provider_states.push(state);
    let report = over_http(&server, pact([sent(expected)])).await;
    assert_passed(&report);

    let seen = &server.seen()[0];
    assert_eq!(
        (seen.method.as_str(), seen.path.as_str()),
        ("POST", "/_pact/messages")
    );
    assert_eq!(
        seen.json(),
        json!({
            "description": "TemplateDeleted",
            "providerStates": [{ "name": "a template has been deleted", "params": { "id": 7 } }],
        })
    );
}

#[tokio::test]
async fn contents_and_metadata_that_differ_are_mismatches() {
    let reply = with_metadata(json(json!({ "id": "7" })), json!({ "topic": "other" }));
    let server = Server::always(reply).await;
    let report = over_http(&server, with_topic("templates")).await;
    assert_eq!(report.outcome(), Outcome::Failed);
    assert_eq!(places(&report), ["$.id", "topic"]);
    assert_eq!(only(&report).mismatches[1].actual, Some(json!("other")));
}

#[tokio::test]
async fn metadata_that_is_missing_is_a_mismatch() {
    let server = Server::always(json(json!({ "id": 7 }))).await;
    let report = over_http(&server, with_topic("templates")).await;
    assert_eq!(report.outcome(), Outcome::Failed);
    assert_eq!(places(&report), ["topic"]);
    assert_eq!(only(&report).mismatches[0].actual, None);
}

#[tokio::test]
async fn a_500_with_the_right_body_is_not_verified() {
    let server = Server::always(Reply {
        status: 500,
        ..json(json!({ "id": 7 }))
    })
    .await;
    let report = over_http(
        &server,
        pact([sent(message("TemplateDeleted", json!({ "id": 7 })))]),
    )
    .await;
    assert_eq!(
        could_not(&report),
        format!(
            "the provider did not produce this message: POST {}/_pact/messages answered \
             500 Internal Server Error: {{\"id\":7}}",
            server.url
        )
    );
}

#[tokio::test]
async fn a_404_says_that_the_message_is_not_known() {
    let server = Server::always(status(404, "no such message")).await;
    let report = over_http(&server, pact([sent(message("TemplateDeleted", json!({})))])).await;
    assert_eq!(
        could_not(&report),
        format!(
            "the provider does not know this message: POST {}/_pact/messages answered \
             404 Not Found: no such message",
            server.url
        )
    );
}

#[tokio::test]
async fn metadata_that_cannot_be_read_could_not_be_verified() {
    let mut reply = json(json!({ "id": 7 }));
    reply.headers.push(("Pact-Message-Metadata", "{}".into()));
    let server = Server::always(reply).await;
    let report = over_http(&server, with_topic("templates")).await;
    let reason = could_not(&report);
    assert!(
        reason.contains(
            "the header Pact-Message-Metadata holds \"{}\", expected a JSON object in base64: "
        ),
        "{reason}"
    );
}

#[tokio::test]
async fn without_a_message_source_it_says_what_to_give() {
    let verifier = Verifier::new(Target::at("http://127.0.0.1:1"));
    let report = run(
        verifier,
        pact([sent(message("TemplateDeleted", json!({})))]),
    )
    .await;
    assert_eq!(
        could_not(&report),
        "nothing is configured to ask for messages; give the URL that produces them by Pact's \
         convention, a command, or Rust functions"
    );
}

#[tokio::test]
async fn functions_produce_messages_by_description() {
    let functions = || {
        MessageFunctions::new()
            .message("TemplateDeleted", |_| {
                Ok(ProducedMessage::json(&json!({ "id": 7 })).metadata("topic", "templates"))
            })
            .message("TemplateMoved", |_| {
                Err(MessageError::new("nothing was moved"))
            })
    };
    assert_passed(&from(functions(), with_topic("templates")).await);
    assert_eq!(
        from(functions(), with_topic("other")).await.outcome(),
        Outcome::Failed
    );
    let moved = pact([sent(message("TemplateMoved", json!({})))]);
    assert_eq!(
        could_not(&from(functions(), moved).await),
        "nothing was moved"
    );
    let unknown = pact([sent(message("TemplateCopied", json!({})))]);
    assert_eq!(
        could_not(&from(functions(), unknown).await),
        "no function is registered for the message \"TemplateCopied\"; did you mean \
         \"TemplateMoved\"? registered: \"TemplateDeleted\", \"TemplateMoved\""
    );
}

fn replying(answers: Vec<Value>) -> MessageFunctions {
    MessageFunctions::new().reply("a price is asked for", move |_request, _states| {
        Ok(answers.iter().map(ProducedMessage::json).collect())
    })
}

fn priced(responses: &[Value]) -> Pact {
    pact([answered(
        "a price is asked for",
        json!({ "sku": "A" }),
        responses,
    )])
}

#[tokio::test]
async fn every_answer_of_a_synchronous_message_is_compared() {
    let expected = [json!({ "price": 1 }), json!({ "price": 2 })];
    let report = from(replying(expected.to_vec()), priced(&expected)).await;
    assert_passed(&report);

    let second_differs = vec![json!({ "price": 1 }), json!({ "price": 3 })];
    let report = from(replying(second_differs), priced(&expected)).await;
    assert_eq!(places(&report), ["response[1] $.price"]);

    let report = from(replying(vec![json!({ "price": 1 })]), priced(&expected)).await;
    assert_eq!(report.outcome(), Outcome::Failed);
    assert_eq!(
        only(&report).reason.as_deref(),
        Some("expected 2 answers to the message, found 1 answer")
    );
}

#[tokio::test]
async fn a_synchronous_message_over_http_sends_the_request_and_compares_the_answer() {
    let server = Server::always(json(json!({ "price": 1 }))).await;
    assert_passed(&over_http(&server, priced(&[json!({ "price": 1 })])).await);
    let request = server.seen()[0].json();
    assert_eq!(request["description"], "a price is asked for");
    assert_eq!(
        request["request"],
        json!({ "contents": { "content": { "sku": "A" }, "contentType": "application/json", "encoded": false } })
    );
    let report = over_http(&server, priced(&[json!({ "price": 2 })])).await;
    assert_eq!(places(&report), ["$.price"]);
}

#[tokio::test]
async fn more_answers_than_http_carries_never_pass_silently() {
    let server = Server::always(json(json!({ "price": 1 }))).await;
    let two = priced(&[json!({ "price": 1 }), json!({ "price": 2 })]);
    let report = over_http(&server, two).await;
    assert_eq!(
        could_not(&report),
        "the first answer matches, but the pact expects 2 answers and the message source gives \
         only the first (Pact's convention for messages over HTTP); to have all of them verified, \
         answer with an array of messages and content type \
         application/vnd.pactwork.messages+json, or use a command or Rust functions"
    );
    let differing = priced(&[json!({ "price": 9 }), json!({ "price": 2 })]);
    let report = over_http(&server, differing).await;
    assert_eq!(report.outcome(), Outcome::Failed);
}
