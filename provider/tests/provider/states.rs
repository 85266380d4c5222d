//! Provider states: who is asked, in which order, and what if it fails.

use std::sync::{Arc, Mutex};

use pactwork_contract::Outcome;
use pactwork_provider::{HttpStates, StateChange, StateError, Target, Verifier};
use serde_json::{Map, json};

use crate::support::pacts::{get, get_given, http, pact};
use crate::support::server::{Request, Server, json, status};
use crate::support::{assert_passed, could_not, only, run, verify};

type Journal = Arc<Mutex<Vec<String>>>;

fn journal() -> (Journal, Journal) {
    let journal = Journal::default();
    (Arc::clone(&journal), journal)
}

fn noted(journal: &Journal) -> Vec<String> {
    journal.lock().unwrap().clone()
}

#[tokio::test]
async fn states_are_set_in_order_and_torn_down_in_reverse_around_each_interaction() {
    let (states, replays) = journal();
    let all = Arc::clone(&states);
    let server = Server::start(move |request: Request| {
        replays.lock().unwrap().push(request.path);
        async { json(json!({})) }
    })
    .await;
    let handler = move |change: &StateChange<'_>| {
        let line = format!("{} {}", change.action.as_str(), change.state.name);
        states.lock().unwrap().push(line);
        Ok(Map::new())
    };
    let verifier = Verifier::new(Target::at(&server.url)).states(handler);
    let pact = pact([
        http(get_given(&["a", "b"], "/1", json!({}))),
        http(get("/2", json!({}))),
        http(get_given(&["a"], "/3", json!({}))),
    ]);
    assert_passed(&run(verifier, pact).await);
    assert_eq!(
        noted(&all),
        [
            "setup a",
            "setup b",
            "/1",
            "teardown b",
            "teardown a",
            "/2",
            "setup a",
            "/3",
            "teardown a"
        ]
    );
}

#[tokio::test]
async fn states_over_http_follow_the_convention() {
    let server = Server::always(json(json!({}))).await;
    let mut interaction = get_given(&["an order exists"], "/1", json!({}));
    let params = &mut interaction.common.provider_states[0].params;
    params.insert("id".into(), json!(7));
    let states = HttpStates::new(&server.url("/_pact/states")).unwrap();
    let verifier = Verifier::new(Target::at(&server.url)).states(states);
    assert_passed(&run(verifier, pact([http(interaction)])).await);

    let seen = server.seen();
    let paths: Vec<_> = seen.iter().map(|each| each.path.as_str()).collect();
    assert_eq!(paths, ["/_pact/states", "/1", "/_pact/states"]);
    assert_eq!(seen[0].method, "POST");
    assert_eq!(seen[0].headers["content-type"], "application/json");
    let change =
        |action| json!({ "state": "an order exists", "params": { "id": 7 }, "action": action });
    assert_eq!(seen[0].json(), change("setup"));
    assert_eq!(seen[2].json(), change("teardown"));
}

#[tokio::test]
async fn a_state_that_fails_could_not_be_verified_and_nothing_is_replayed() {
    let server = Server::start(|request: Request| async move {
        match request.json()["state"].as_str() {
            Some("b") => status(500, "no such table: orders"),
            _ => status(200, "ok"),
        }
    })
    .await;
    let states = HttpStates::new(&server.url("/states")).unwrap();
    let verifier = Verifier::new(Target::at(&server.url)).states(states);
    let interaction = get_given(&["a", "b", "c"], "/1", json!({}));
    let report = run(verifier, pact([http(interaction)])).await;
    assert_eq!(
        could_not(&report),
        format!(
            "the state \"b\" could not be set up: POST {}/states answered \
             500 Internal Server Error: no such table: orders",
            server.url
        )
    );
    let seen = server.seen();
    let changes: Vec<_> = seen
        .iter()
        .map(|each| format!("{} {}", each.json()["action"], each.json()["state"]))
        .collect();
    assert_eq!(
        changes,
        [r#""setup" "a""#, r#""setup" "b""#, r#""teardown" "a""#]
    );
}

#[tokio::test]
async fn a_handler_that_is_not_there_is_could_not_verify_as_well() {
    let states = HttpStates::new("http://127.0.0.1:1/states").unwrap();
    let verifier = Verifier::new(Target::at("http://127.0.0.1:1")).states(states);
    let report = run(verifier, pact([http(get_given(&["a"], "/", json!({})))])).await;
    let reason = could_not(&report);
    assert!(
        reason.starts_with(
            "the state \"a\" could not be set up: POST http://127.0.0.1:1/states: cannot connect: "
        ),
        "{reason}"
    );
}

#[tokio::test]
async fn a_failing_teardown_is_a_warning() {
    let server = Server::always(json(json!({}))).await;
    let handler = |change: &StateChange<'_>| match change.action.as_str() {
        "setup" => Ok(Map::new()),
        _ => Err(StateError::new("the table is locked")),
    };
    let verifier = Verifier::new(Target::at(&server.url)).states(handler);
    let report = run(verifier, pact([http(get_given(&["a"], "/", json!({})))])).await;
    assert_passed(&report);
    assert_eq!(
        only(&report).warnings[0].to_string(),
        "$.providerStates[0]: the state \"a\" could not be torn down: the table is locked"
    );
}

#[tokio::test]
async fn a_failing_interaction_is_torn_down_too() {
    let (states, all) = journal();
    let server = Server::always(status(500, "")).await;
    let handler = move |change: &StateChange<'_>| {
        states.lock().unwrap().push(change.action.as_str().into());
        Ok(Map::new())
    };
    let verifier = Verifier::new(Target::at(&server.url)).states(handler);
    let report = run(verifier, pact([http(get_given(&["a"], "/", json!({})))])).await;
    assert_eq!(report.outcome(), Outcome::Failed);
    assert_eq!(noted(&all), ["setup", "teardown"]);
}

#[tokio::test]
async fn without_a_handler_the_interaction_is_replayed_with_a_warning() {
    let server = Server::always(json(json!({}))).await;
    let report = verify(
        &server.url,
        pact([http(get_given(&["a", "b"], "/", json!({})))]),
    )
    .await;
    assert_passed(&report);
    assert_eq!(
        only(&report).warnings[0].to_string(),
        "$.providerStates: nothing is configured to set provider states, so the provider was not \
         brought into \"a\" and \"b\"; configure where states are set if the provider depends on it"
    );
}

#[tokio::test]
async fn generators_get_what_a_state_returned() {
    let server = Server::start(|request: Request| async move {
        let known = request.headers.contains_key("x-id");
        json(json!({ "path": request.path, "known": known }))
    })
    .await;
    let handler = |_: &StateChange<'_>| Ok(json!({ "id": 7 }).as_object().unwrap().clone());
    let mut interaction = get_given(
        &["a"],
        "/users/1",
        json!({ "path": "/users/7", "known": true }),
    );
    interaction
        .request
        .headers
        .insert("X-Id".into(), vec!["1".into()]);
    let generators = json!({
        "path": { "type": "ProviderState", "expression": "/users/${id}" },
        "header": { "x-id": { "type": "ProviderState", "expression": "id" } },
    });
    interaction.request.generators.0 = generators.as_object().unwrap().clone();
    let verifier = Verifier::new(Target::at(&server.url)).states(handler);
    let report = run(verifier, pact([http(interaction)])).await;
    assert_passed(&report);
    assert_eq!(only(&report).warnings, []);
}
