//! Generated values in what a provider is asked and in what is expected of it.

use std::time::{Duration, SystemTime};

use pactwork_contract::{
    Body, Category, Generators, HttpInteraction, Interaction, Outcome, RuleKind,
};
use pactwork_provider::{
    HttpStates, MessageFunctions, ProducedMessage, Report, StateChange, StateError, Target,
    Verifier,
};
use serde_json::{Map, Value, json};

use crate::support::pacts::{answered, get_given, http, message, pact, sent};
use crate::support::server::{Reply, Request, Server, json, status};
use crate::support::{assert_passed, could_not, only, run};

fn generators(definition: Value) -> Generators {
    Generators(definition.as_object().cloned().unwrap())
}

fn from_state(expression: &str) -> Value {
    json!({ "type": "ProviderState", "expression": expression })
}

/// A provider that knows user 42 alone.
async fn users() -> Server {
    Server::start(|request: Request| async move {
        match request.path.as_str() {
            "/states" => json(json!({ "id": 42, "name": "a b&c" })),
            path if path.starts_with("/users/42") => json(json!({ "id": 42, "name": "Mary" })),
            _ => status(404, "no such user"),
        }
    })
    .await
}

/// `GET /users/1?q=x`, with values of the provider state in every part.
fn a_user() -> HttpInteraction {
    let mut interaction = get_given(&["a user"], "/users/1", json!({ "id": 1, "name": "Mary" }));
    let request = &mut interaction.request;
    request.query.insert("q".into(), vec![Some("x".into())]);
    request.headers.insert("X-User".into(), vec!["1".into()]);
    request.body = Body::json(json!({ "users": [{ "id": 1 }, { "id": 1 }] }));
    request.generators = generators(json!({
        "path": from_state("/users/${id}"),
        "query": { "q": from_state("${name}") },
        "header": { "X-User": from_state("user ${id}") },
        "body": { "$.users[*].id": from_state("${id}") },
    }));
    interaction.response.generators =
        generators(json!({ "body": { "$.id": from_state("${id}") } }));
    interaction
}

async fn replay(server: &Server, interaction: HttpInteraction) -> Report {
    let states = HttpStates::new(&server.url("/states")).unwrap();
    let verifier = Verifier::new(Target::at(&server.url)).states(states);
    run(verifier, pact([http(interaction)])).await
}

#[tokio::test]
async fn the_provider_gets_what_its_states_returned() {
    let server = users().await;
    let report = replay(&server, a_user()).await;
    assert_passed(&report);
    assert_eq!(only(&report).warnings, []);
    let line = only(&report).request.as_ref().unwrap();
    assert_eq!(line.path, "/users/42?q=a%20b%26c");

    let asked = &server.seen()[1];
    assert_eq!(asked.path, "/users/42?q=a%20b%26c");
    assert_eq!(asked.headers["x-user"], "user 42");
    assert_eq!(
        asked.json(),
        json!({ "users": [{ "id": 42 }, { "id": 42 }] })
    );
}

#[tokio::test]
async fn the_answer_is_compared_with_what_the_states_returned() {
    let server = users().await;
    let mut interaction = a_user();
    let generators = generators(json!({ "body": { "$.id": from_state("${name}") } }));
    interaction.response.generators = generators;
    let report = replay(&server, interaction).await;
    assert_eq!(report.outcome(), Outcome::Failed);
    assert_eq!(
        only(&report).mismatches[0].to_string(),
        "$.id: expected the string \"a b&c\", but found the number 42"
    );
}

fn nothing_returned(_: &StateChange<'_>) -> Result<Map<String, Value>, StateError> {
    Ok(Map::new())
}

async fn without_values(answer: Reply) -> Report {
    let server = Server::always(answer).await;
    let verifier = Verifier::new(Target::at(&server.url)).states(nothing_returned);
    let mut interaction = a_user();
    interaction.response.generators = Generators::default();
    interaction.request.generators = generators(json!({ "path": from_state("/users/${id}") }));
    run(verifier, pact([http(interaction)])).await
}

#[tokio::test]
async fn without_the_states_value_an_answer_that_matches_the_example_passes_with_a_warning() {
    let report = without_values(json(json!({ "id": 1, "name": "Mary" }))).await;
    assert_passed(&report);
    assert_eq!(
        only(&report).warnings[0].to_string(),
        "$.request.generators.path: the provider states returned no value \"id\" for \
         \"/users/${id}\"; returned: none; the example stands"
    );
}

#[tokio::test]
async fn without_the_states_value_an_answer_that_does_not_match_says_nothing() {
    let report = without_values(status(404, "")).await;
    assert_eq!(
        could_not(&report),
        "the provider states returned no value \"id\" for \"/users/${id}\"; returned: none; \
         the example stands, and the answer to it does not match: \
         status: expected 200, but found 404; and 1 more; let the provider state return the value"
    );
}

#[tokio::test]
async fn a_value_that_only_the_expectation_lacks_does_not_hide_a_mismatch() {
    let server = Server::always(json(json!({ "id": 2, "name": "Mary" }))).await;
    let verifier = Verifier::new(Target::at(&server.url)).states(nothing_returned);
    let mut interaction = a_user();
    interaction.request.generators = Generators::default();
    let report = run(verifier, pact([http(interaction)])).await;
    assert_eq!(report.outcome(), Outcome::Failed);
    assert_eq!(
        only(&report).warnings[0].to_string(),
        "$.response.generators.body['$.id']: the provider states returned no value \"id\" for \
         \"${id}\"; returned: none; the example stands"
    );
}

/// What the provider is asked with a random body, by seed.
async fn asked(seed: u64, jobs: usize) -> Vec<String> {
    let server = Server::always(json(json!({}))).await;
    let interaction = |name: &str| {
        let mut interaction = HttpInteraction::default();
        interaction.common.description = name.into();
        interaction.request.body = Body::json(json!({ "id": "", "day": "" }));
        interaction.request.generators = generators(json!({ "body": {
            "$.id": { "type": "Uuid" },
            "$.day": { "type": "Date", "expression": "tomorrow" },
        }}));
        http(interaction)
    };
    let clock = || SystemTime::UNIX_EPOCH + Duration::from_secs(946_720_800);
    let verifier = Verifier::new(Target::at(&server.url));
    let verifier = verifier.seed(seed).clock(clock).jobs(jobs);
    assert_passed(&run(verifier, pact(["a", "b", "c"].map(interaction))).await);
    let seen = server.seen();
    let mut bodies: Vec<_> = seen.iter().map(|each| each.json().to_string()).collect();
    bodies.sort();
    bodies
}

#[tokio::test]
async fn random_values_follow_the_seed_however_many_at_a_time() {
    let first = asked(1, 1).await;
    assert_eq!(first, asked(1, 3).await);
    assert_ne!(first, asked(2, 1).await);
    assert_ne!(first[0], first[1]);
    assert!(first[0].contains("2000-01-02"), "{first:?}");
}

/// States that return 42, for interactions of the state "a user".
fn returning(_: &StateChange<'_>) -> Result<Map<String, Value>, StateError> {
    Ok(json!({ "id": 42 }).as_object().cloned().unwrap())
}

#[tokio::test]
async fn messages_are_asked_and_expected_with_what_the_states_returned() {
    let by_state = || generators(json!({ "body": { "$.id": from_state("${id}") } }));
    let mut event = message("UserDeleted", json!({ "id": 1 }));
    let state = pactwork_contract::ProviderState::named("a user");
    event.common.provider_states.push(state.clone());
    event.message.generators = by_state();
    let mut question = answered("a question", json!({ "id": 1 }), &[json!({ "id": 1 })]);
    if let Interaction::SynchronousMessage(message) = &mut question {
        message.common.provider_states.push(state);
        message.request.generators = by_state();
        message.responses[0].generators = by_state();
        let rules = &mut message.request.matching_rules;
        rules.add(Category::Body, "$.id", RuleKind::Integer);
    }
    let functions = MessageFunctions::new()
        .message("UserDeleted", |_| {
            Ok(ProducedMessage::json(&json!({ "id": 42 })))
        })
        .reply("a question", |request, _| {
            let asked: Value = serde_json::from_slice(&request.contents.to_bytes()).unwrap();
            Ok(vec![ProducedMessage::json(&asked)])
        });
    let verifier = Verifier::new(Target::in_process());
    let verifier = verifier.states(returning).messages(functions);
    let report = run(verifier, pact([sent(event), question])).await;
    assert_passed(&report);
}
