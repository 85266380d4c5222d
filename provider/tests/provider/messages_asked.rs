//! Messages from a command, several answers over HTTP, and async functions.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use pactwork_contract::{Interaction, Outcome, Pact, ProviderState};
use pactwork_provider::{
    CommandMessages, HttpMessages, MessageError, MessageFunctions, ProducedMessage, Report, Target,
    Verifier,
};
use serde_json::{Value, json};

use crate::support::pacts::{answered, message, pact, sent};
use crate::support::server::{Reply, Server};
use crate::support::{assert_passed, could_not, only, places, run};

async fn from_command(command: &str, pact: Pact) -> Report {
    let messages = CommandMessages::new(command);
    run(Verifier::new(Target::in_process()).messages(messages), pact).await
}

async fn over_http(content_type: &str, body: &Value, pact: Pact) -> Report {
    let server = Server::always(Reply {
        status: 200,
        headers: vec![("content-type", content_type.into())],
        body: body.to_string().into(),
    })
    .await;
    let messages = HttpMessages::new(&server.url("/messages")).unwrap();
    run(Verifier::new(Target::in_process()).messages(messages), pact).await
}

const SEVERAL: &str = "application/vnd.pactwork.messages+json";

fn moved(topic: &str) -> Pact {
    let mut expected = message("TemplateMoved", json!({ "id": 7 }));
    let metadata = &mut expected.message.metadata;
    metadata.insert("topic".into(), topic.into());
    let mut state = ProviderState::named("a template");
    state.params.insert("id".into(), json!(7));
    expected.common.provider_states.push(state);
    pact([sent(expected)])
}

fn written(id: u64, topic: &str) -> Value {
    json!({ "contents": { "content": { "id": id } }, "metadata": { "topic": topic } })
}

fn echoing(value: &Value) -> String {
    format!("cat > /dev/null; echo '{value}'")
}

#[tokio::test]
async fn a_command_is_asked_on_its_standard_input() {
    let folder = tempfile::tempdir().unwrap();
    let command = format!("cat > asked; echo '{}'", written(7, "templates"));
    let messages = CommandMessages::new(command).directory(folder.path());
    let verifier = Verifier::new(Target::in_process()).messages(messages);
    let report = run(verifier, moved("templates")).await;
    assert_passed(&report);
    let asked = std::fs::read_to_string(folder.path().join("asked")).unwrap();
    assert_eq!(
        serde_json::from_str::<Value>(&asked).unwrap(),
        json!({
            "description": "TemplateMoved",
            "providerStates": [{ "name": "a template", "params": { "id": 7 } }],
        })
    );
}

#[tokio::test]
async fn contents_and_metadata_of_a_commands_message_are_compared() {
    let report = from_command(&echoing(&written(8, "other")), moved("templates")).await;
    assert_eq!(report.outcome(), Outcome::Failed);
    assert_eq!(places(&report), ["$.id", "topic"]);
}

#[tokio::test]
async fn bytes_and_text_come_as_they_are_written() {
    let mut expected = message("Photo", json!(null));
    expected.message.contents = pactwork_contract::Body::Present {
        content: pactwork_contract::Content::Binary(vec![0, 159, 255]),
        content_type: Some("application/octet-stream".into()),
    };
    let encoded = STANDARD.encode([0, 159, 255]);
    let written = json!({ "contents": {
        "content": encoded, "encoded": "base64", "contentType": "application/octet-stream",
    }});
    let report = from_command(&echoing(&written), pact([sent(expected)])).await;
    assert_passed(&report);
}

#[tokio::test]
async fn a_command_without_a_message_could_not_be_verified() {
    for (command, expected) in [
        (
            "echo not known >&2; exit 4",
            "`echo not known >&2; exit 4` ended with exit status 4: not known",
        ),
        (
            "echo hello",
            "what `echo hello` wrote to standard output is no message: \
             not JSON (expected value at line 1 column 1): hello",
        ),
        (
            "true",
            "what `true` wrote to standard output is no message: found nothing, expected \
             {\"contents\": {\"content\": …, \"contentType\": \"application/json\"}, \
             \"metadata\": {…}}",
        ),
        (
            "echo '[]'",
            "what `echo '[]'` wrote to standard output is no message: \
             expected one message, found an empty array",
        ),
    ] {
        let report = from_command(command, moved("templates")).await;
        assert_eq!(could_not(&report), expected);
    }
}

fn priced(responses: &[u64]) -> Pact {
    let responses: Vec<_> = responses.iter().map(|id| json!({ "id": id })).collect();
    let mut interaction = answered("prices are asked for", json!({ "sku": "A" }), &responses);
    if let Interaction::SynchronousMessage(message) = &mut interaction {
        for response in &mut message.responses {
            response.metadata.insert("topic".into(), "prices".into());
        }
    }
    pact([interaction])
}

fn answers(all: &[(u64, &str)]) -> Value {
    all.iter().map(|(id, topic)| written(*id, topic)).collect()
}

/// What is answered to two expected answers, and what is found.
type Case = (
    &'static [(u64, &'static str)],
    &'static [&'static str],
    Option<&'static str>,
);

const CASES: &[Case] = &[
    (&[(1, "prices"), (2, "prices")], &[], None),
    (
        &[(1, "prices"), (3, "other")],
        &["response[1] $.id", "response[1] topic"],
        None,
    ),
    (
        &[(1, "prices")],
        &[],
        Some("expected 2 answers to the message, found 1 answer"),
    ),
    (
        &[(1, "prices"), (2, "prices"), (3, "prices")],
        &[],
        Some("expected 2 answers to the message, found 3 answers"),
    ),
];

#[track_caller]
fn found(report: &Report, mismatches: &[&str], reason: Option<&str>) {
    assert_eq!(places(report), mismatches);
    assert_eq!(only(report).reason.as_deref(), reason);
    let holds = mismatches.is_empty() && reason.is_none();
    assert_eq!(report.outcome() == Outcome::Passed, holds);
    assert_ne!(report.outcome(), Outcome::CouldNotVerify);
}

#[tokio::test]
async fn all_answers_of_a_synchronous_message_are_verified_over_http() {
    for (all, mismatches, reason) in CASES {
        for content_type in [
            SEVERAL,
            "Application/vnd.pactwork.messages+JSON; charset=utf-8",
        ] {
            let report = over_http(content_type, &answers(all), priced(&[1, 2])).await;
            found(&report, mismatches, *reason);
        }
    }
}

#[tokio::test]
async fn all_answers_of_a_synchronous_message_are_verified_from_a_command() {
    for (all, mismatches, reason) in CASES {
        let report = from_command(&echoing(&answers(all)), priced(&[1, 2])).await;
        found(&report, mismatches, *reason);
    }
    let one = written(1, "prices");
    assert_passed(&from_command(&echoing(&one), priced(&[1])).await);
}

#[tokio::test]
async fn a_command_gets_the_request_of_a_synchronous_message() {
    let command = format!(
        "grep -q '\"request\":{{\"contents\":{{\"content\":{{\"sku\":\"A\"}}' && echo '{}'",
        answers(&[(1, "prices")])
    );
    assert_passed(&from_command(&command, priced(&[1])).await);
}

#[tokio::test]
async fn an_asynchronous_message_may_come_as_a_list_of_one_over_http() {
    let list = answers(&[(7, "templates")]);
    assert_passed(&over_http(SEVERAL, &list, moved("templates")).await);
    let two = answers(&[(7, "templates"), (8, "templates")]);
    let report = over_http(SEVERAL, &two, moved("templates")).await;
    let reason = could_not(&report);
    assert!(
        reason.ends_with("/messages: expected one message, found 2"),
        "{reason}"
    );
}

/// Its content type says what it is: a list that is a message's contents stays that.
#[tokio::test]
async fn a_list_of_another_content_type_is_one_message() {
    let list = json!([{ "contents": 1 }]);
    let expected = message("Listed", list.clone());
    assert_passed(&over_http("application/json", &list, pact([sent(expected)])).await);
}

#[tokio::test]
async fn async_functions_produce_and_answer() {
    let functions = MessageFunctions::new()
        .message_async("TemplateMoved", |states| async move {
            tokio::task::yield_now().await;
            let id = states[0].params["id"].clone();
            Ok(ProducedMessage::json(&json!({ "id": id })).metadata("topic", "templates"))
        })
        .reply_async("prices are asked for", |request, _states| async move {
            let asked: Value = serde_json::from_slice(&request.contents.to_bytes())?;
            if asked["sku"] != "A" {
                return Err(MessageError::new("there is only A"));
            }
            let answer =
                |id: u64| ProducedMessage::json(&json!({ "id": id })).metadata("topic", "prices");
            Ok(vec![answer(1), answer(2)])
        });
    let [moved, priced] = [moved("templates"), priced(&[1, 2])];
    let verifier = Verifier::new(Target::in_process()).messages(functions);
    let report = verifier.run(&[moved, priced], |_| {}).await.unwrap();
    assert_passed(&report);
}
