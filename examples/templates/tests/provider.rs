//! `templates` verifies itself in its own `cargo test`: its event from a Rust
//! function, without a process, against what its consumers recorded.
#![allow(clippy::unwrap_used, missing_docs)]

use std::time::SystemTime;

use example_templates::{Api, Change, Templates};
use pactwork_contract::{Interaction, Outcome, Pact, read_file};
use pactwork_provider::{MessageFunctions, ProducedMessage, Target, Verifier};
use uuid::Uuid;

const PACTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../pacts");

/// The messages among what the consumers rely on.
fn pacts() -> Vec<Pact> {
    let files = ["auth-templates.json", "core-templates.json"];
    let mut pacts: Vec<_> = files
        .iter()
        .map(|file| {
            read_file(&std::path::Path::new(PACTS).join(file))
                .unwrap()
                .pact
        })
        .collect();
    for pact in &mut pacts {
        pact.interactions
            .retain(|each| matches!(each, Interaction::AsynchronousMessage(_)));
    }
    pacts
}

async fn outcomes(change: Change) -> Vec<(String, Outcome)> {
    let produce = move |_: &[_]| {
        let templates = Templates::default();
        let id = templates.create(Uuid::new_v4(), "Appointment reminder").id;
        let event = Api::delete(&templates, id, change, SystemTime::now()).unwrap();
        Ok(ProducedMessage::json(&event))
    };
    let messages = MessageFunctions::new().message("TemplateDeleted", produce);
    let verifier = Verifier::new(Target::in_process()).messages(messages);
    let report = verifier.run(&pacts(), |_| {}).await.unwrap();
    report
        .pacts
        .iter()
        .map(|pact| (pact.consumer.clone(), pact.outcome()))
        .collect()
}

#[tokio::test]
async fn every_consumer_gets_the_event_it_relies_on() {
    let both = |auth, core| vec![("auth".to_owned(), auth), ("core".to_owned(), core)];
    assert_eq!(
        outcomes(Change::None).await,
        both(Outcome::Passed, Outcome::Passed)
    );
    assert_eq!(
        outcomes(Change::AddField).await,
        both(Outcome::Passed, Outcome::Passed)
    );
    assert_eq!(
        outcomes(Change::RenameOwner).await,
        both(Outcome::Passed, Outcome::Failed)
    );
}
