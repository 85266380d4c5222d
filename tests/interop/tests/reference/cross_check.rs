//! `Verifier::cross_check`: a verification, and the reference's opinion of it.

use std::future::pending;

use pactwork_contract::{Interaction, Outcome, Pact, read_file};
use pactwork_provider::{
    CrossCheck, HttpMessages, HttpStates, MessageFunctions, OutgoingRequest, ProducedMessage,
    ProviderProcess, Report, Target, Verifier,
};
use serde_json::json;

use super::{recorded, templates};

fn pacts() -> Vec<Pact> {
    let files = ["auth-templates.json", "core-templates.json"];
    let read = |file: &&str| read_file(&recorded(file)).unwrap().pact;
    files.iter().map(read).collect()
}

fn verifier(provider: &ProviderProcess) -> Verifier {
    Verifier::new(Target::process(provider))
        .states(HttpStates::new("/_pact/states").unwrap())
        .messages(HttpMessages::new("/_pact/messages").unwrap())
}

const MESSAGES: Option<&str> = Some("/_pact/messages");

async fn both(verifier: &Verifier, pacts: &[Pact], messages: Option<&str>) -> (Report, CrossCheck) {
    let report = verifier.run(pacts, |_event| {}).await.unwrap();
    let checked = verifier.cross_check(pacts, &report, messages, pending());
    let checked = checked.await;
    (report, checked)
}

#[tokio::test(flavor = "multi_thread")]
async fn both_say_the_same_of_every_interaction_with_its_states_and_messages() {
    for (change, outcome) in [
        ("", Outcome::Passed),
        ("add-field", Outcome::Passed),
        ("rename-owner", Outcome::Failed),
    ] {
        let provider = templates(change).await;
        let (report, checked) = both(&verifier(&provider), &pacts(), MESSAGES).await;
        assert_eq!(report.outcome(), outcome, "{change}");
        assert!(checked.agrees(), "{change}: {checked:#?}");
        assert_eq!(checked.compared, 7);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_fails_passes_there() {
    // Whatever the status, the reference takes the body for the message.
    let (interaction, body) = message("gone", json!({ "error": "the message is not known" }));
    let url = always("500 Internal Server Error", &body);
    let pact = Pact {
        interactions: vec![interaction],
        ..Pact::between("web", "orders")
    };
    let verifier = Verifier::new(Target::at(&url)).messages(HttpMessages::new("/").unwrap());
    let (_, checked) = both(&verifier, &[pact], Some("/")).await;
    let [disagreement] = &checked.disagreements[..] else {
        panic!("{checked:#?}");
    };
    assert_eq!(disagreement.description, "gone");
    assert_eq!(disagreement.ours.outcome, Outcome::CouldNotVerify);
    assert!(
        disagreement.ours.problems[0].contains("500"),
        "{checked:#?}"
    );
    assert_eq!(disagreement.reference.outcome, Outcome::Passed);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_by_a_function_or_stopped_is_not_compared() {
    let (interaction, _) = message("made", json!({ "id": 7 }));
    let pact = Pact {
        interactions: vec![interaction],
        ..Pact::between("web", "orders")
    };
    let made = |_: &[_]| Ok(ProducedMessage::json(&json!({ "id": 7 })));
    let functions = MessageFunctions::new().message("made", made);
    let verifier = Verifier::new(Target::in_process()).messages(functions);
    let (report, checked) = both(&verifier, std::slice::from_ref(&pact), None).await;
    assert_eq!(report.outcome(), Outcome::Passed);
    assert_eq!(checked.compared, 0);
    assert_eq!(
        checked.not_compared[0].reason,
        "pact_verifier asks for messages over HTTP only"
    );

    // Nobody accepts the connection, so only the signal ends it.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let silent_url = format!("http://{}", silent.local_addr().unwrap());
    let stop = std::future::ready("stopped by SIGINT".to_owned());
    let pacts = [pact];
    let checked = verifier.cross_check(&pacts, &report, Some(&silent_url), stop);
    let checked = checked.await;
    assert_eq!(checked.compared, 0);
    assert_eq!(checked.not_compared[0].reason, "stopped by SIGINT");
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_change_the_requests_for_both() {
    let mut pacts = pacts();
    for interaction in pacts.iter_mut().flat_map(|pact| &mut pact.interactions) {
        if let Interaction::Http(http) = interaction {
            http.request.path.insert_str(0, "/v2");
        }
    }
    let provider = templates("").await;
    let (report, checked) = both(&verifier(&provider), &pacts, MESSAGES).await;
    assert_eq!(report.outcome(), Outcome::Failed);
    assert!(checked.agrees(), "{checked:#?}");
    let older = |request: &mut OutgoingRequest| {
        request.path = request.path.trim_start_matches("/v2").into();
        Ok(())
    };
    let verifier = verifier(&provider).request_filter(older);
    let (report, checked) = both(&verifier, &pacts, MESSAGES).await;
    assert_eq!(report.outcome(), Outcome::Passed, "{report:#?}");
    assert!(checked.agrees(), "{checked:#?}");
}

fn message(description: &str, contents: serde_json::Value) -> (Interaction, String) {
    let mut message = pactwork_contract::AsynchronousMessage::default();
    message.common.description = description.into();
    message.message.contents = pactwork_contract::Body::json(contents.clone());
    (
        Interaction::AsynchronousMessage(Box::new(message)),
        contents.to_string(),
    )
}

/// Answers everybody alike, as long as the tests run.
fn always(status: &str, body: &str) -> String {
    use std::io::{Read, Write};

    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let length = body.len();
    let answer = format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\
         Connection: close\r\n\r\n{body}"
    );
    std::thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            let _ = client.read(&mut [0; 4096]);
            let _ = client.write_all(answer.as_bytes());
        }
    });
    url
}
