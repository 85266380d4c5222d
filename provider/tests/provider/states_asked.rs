//! Provider states by a command and by Rust functions, and how often they are tried.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use pactwork_contract::{HttpInteraction, Pact};
use pactwork_provider::{
    CommandLine, CommandStates, HttpStates, StateAction, StateChange, StateError, StateFunctions,
    StateHandler, Target, Verifier,
};
use serde_json::{Map, Value, json};
use tempfile::TempDir;

use crate::support::pacts::{get, get_given, http, pact};
use crate::support::server::{Request, Server, json};
use crate::support::{assert_passed, could_not, only, run};

/// A provider that answers every path with itself.
async fn echo() -> Server {
    Server::start(|request: Request| async move { json(json!({ "path": request.path })) }).await
}

/// `GET path` in a state with parameters.
fn given(state: &str, params: Value, path: &str) -> HttpInteraction {
    let mut interaction = get_given(&[state], path, json!({ "path": path }));
    interaction.common.provider_states[0].params = params.as_object().unwrap().clone();
    interaction
}

/// The path is made of the value `id` that the state returns, and was `/users/1`.
fn with_id(expected: &str) -> HttpInteraction {
    let mut interaction = given("a user exists", json!({ "name": "Mary" }), "/users/1");
    interaction.response.body = pactwork_contract::Body::json(json!({ "path": expected }));
    let generators = json!({ "path": { "type": "ProviderState", "expression": "/users/${id}" } });
    interaction.request.generators.0 = generators.as_object().unwrap().clone();
    interaction
}

fn one(interaction: HttpInteraction) -> Pact {
    pact([http(interaction)])
}

async fn by_command(command: impl Into<CommandLine>, folder: &TempDir) -> (Verifier, Server) {
    let server = echo().await;
    let states = CommandStates::new(command)
        .directory(folder.path())
        .environment([("NAME", "of {instance} at {port}")]);
    let verifier = Verifier::new(Target::at(&server.url)).states(states);
    (verifier, server)
}

fn lines(folder: &TempDir, name: &str) -> Vec<String> {
    let text = std::fs::read_to_string(folder.path().join(name)).unwrap_or_default();
    text.lines().map(Into::into).collect()
}

#[tokio::test]
async fn a_command_gets_each_change_and_returns_values() {
    let folder = tempfile::tempdir().unwrap();
    let command = "cat >> asked; echo \"$PACTWORK_BASE_URL $PORT $NAME\" >> told; \
                   echo '{\"id\": 42}'";
    let (verifier, server) = by_command(command, &folder).await;
    assert_passed(&run(verifier, one(with_id("/users/42"))).await);
    let asked: Vec<Value> = lines(&folder, "asked")
        .iter()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let change = |action| json!({ "state": "a user exists", "params": { "name": "Mary" }, "action": action });
    assert_eq!(asked, [change("setup"), change("teardown")]);
    let port = server.url.rsplit(':').next().unwrap();
    let told = format!("{} {port} of 1 at {port}", server.url);
    assert_eq!(lines(&folder, "told"), [told.clone(), told]);
}

#[tokio::test]
async fn without_states_no_command_is_run() {
    let folder = tempfile::tempdir().unwrap();
    let (verifier, _server) = by_command("touch was-run", &folder).await;
    let interaction = get("/free", json!({ "path": "/free" }));
    assert_passed(&run(verifier, one(interaction)).await);
    assert!(!folder.path().join("was-run").exists());
}

#[tokio::test]
async fn a_command_that_does_not_set_the_state_could_not_be_verified_with_what_it_wrote() {
    let folder = tempfile::tempdir().unwrap();
    let endless = "echo waiting >&2; sleep 600";
    for (command, expected) in [
        (
            "echo no such table: orders >&2; exit 4",
            "the state \"a\" could not be set up: `echo no such table: orders >&2; exit 4` \
             ended with exit status 4: no such table: orders",
        ),
        (
            "echo done",
            "the state \"a\" could not be set up: `echo done` wrote to standard output what is \
             not a JSON object of values, nor nothing (anything else goes to standard error): done",
        ),
        (
            endless,
            "the state \"a\" could not be set up: `echo waiting >&2; sleep 600` did not end \
             within 500ms and was killed: waiting",
        ),
    ] {
        let server = echo().await;
        let states = CommandStates::new(command).directory(folder.path());
        let states = match command == endless {
            true => states.timeout(Duration::from_millis(500)),
            false => states,
        };
        let verifier = Verifier::new(Target::at(&server.url)).states(states);
        let report = run(verifier, one(given("a", json!({}), "/"))).await;
        assert_eq!(could_not(&report), expected);
        assert!(server.seen().is_empty(), "nothing was replayed");
    }
}

#[tokio::test]
async fn a_program_gets_no_shell() {
    let folder = tempfile::tempdir().unwrap();
    let program = CommandLine::program("cp", ["/dev/stdin", "a file; with $signs"]);
    let (verifier, _server) = by_command(program, &folder).await;
    let verifier = verifier.state_teardown(false);
    assert_passed(&run(verifier, one(given("a", json!({}), "/"))).await);
    let asked = &lines(&folder, "a file; with $signs")[0];
    assert!(asked.contains("\"setup\""), "{asked}");
}

/// Fails so often, then succeeds; and how often it was asked.
fn failing(times: usize) -> (impl StateHandler, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&asked);
    let handler = move |change: &StateChange<'_>| {
        if change.action == StateAction::Teardown {
            return Ok(Map::new());
        }
        match counter.fetch_add(1, SeqCst) < times {
            true => Err(StateError::new("the database is starting")),
            false => Ok(Map::new()),
        }
    };
    (handler, asked)
}

#[tokio::test]
async fn a_state_is_tried_again_only_as_configured() {
    for (failures, retries, attempts) in [(1, 0, 1), (3, 2, 3), (2, 2, 3), (0, 5, 1)] {
        let server = echo().await;
        let (handler, asked) = failing(failures);
        let verifier = Verifier::new(Target::at(&server.url))
            .states(handler)
            .state_retries(retries, Duration::from_millis(1));
        let report = run(verifier, one(given("a", json!({}), "/"))).await;
        assert_eq!(asked.load(SeqCst), attempts, "{failures} {retries}");
        if failures <= retries as usize {
            assert_passed(&report);
            let warnings: Vec<_> = only(&report)
                .warnings
                .iter()
                .map(ToString::to_string)
                .collect();
            let late = "$.providerStates[0]: the state \"a\" was set up at a later attempt only; \
                        before: the database is starting";
            let expected = if failures > 0 { &[late][..] } else { &[] };
            assert_eq!(warnings, expected);
            continue;
        }
        let tried = match retries {
            0 => String::new(),
            _ => format!("; it was tried {attempts} times, 1ms apart"),
        };
        assert_eq!(
            could_not(&report),
            format!("the state \"a\" could not be set up: the database is starting{tried}")
        );
    }
}

#[tokio::test]
async fn states_can_be_left_as_they_are() {
    let server = echo().await;
    let actions = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&actions);
    let handler = move |change: &StateChange<'_>| {
        seen.lock().unwrap().push(change.action.as_str());
        Ok(Map::new())
    };
    let verifier = Verifier::new(Target::at(&server.url))
        .states(handler)
        .state_teardown(false);
    assert_passed(&run(verifier, one(given("a", json!({}), "/"))).await);
    assert_eq!(*actions.lock().unwrap(), ["setup"]);
}

#[tokio::test]
async fn states_can_be_sent_in_the_query() {
    let server = echo().await;
    let states = HttpStates::new(&server.url("/states?key=1"))
        .unwrap()
        .as_query(true);
    let verifier = Verifier::new(Target::at(&server.url)).states(states);
    let params = json!({ "id": 7, "name": "Zoë & co" });
    assert_passed(&run(verifier, one(given("a b", params, "/1"))).await);
    let seen = server.seen();
    let asked: Vec<_> = seen
        .iter()
        .map(|each| format!("{} {} {}", each.method, each.path, each.body.len()))
        .collect();
    let change = |action| {
        format!("POST /states?key=1&state=a+b&action={action}&id=7&name=Zo%C3%AB+%26+co 0")
    };
    assert_eq!(
        asked,
        [change("setup"), "GET /1 0".into(), change("teardown")]
    );
}

#[tokio::test]
async fn functions_set_states_by_name() {
    let journal = Arc::new(Mutex::new(Vec::<String>::new()));
    let (made, removed) = (Arc::clone(&journal), Arc::clone(&journal));
    let states = StateFunctions::new()
        .state("a user exists", move |params| {
            let made = Arc::clone(&made);
            async move {
                tokio::task::yield_now().await;
                made.lock()
                    .unwrap()
                    .push(format!("made {}", params["name"]));
                Ok(json!({ "id": 42 }))
            }
        })
        .teardown("a user exists", move |_params| {
            removed.lock().unwrap().push("removed".into());
            async { Ok(()) }
        });
    let server = echo().await;
    let verifier = Verifier::new(Target::at(&server.url)).states(states);
    assert_passed(&run(verifier, one(with_id("/users/42"))).await);
    assert_eq!(*journal.lock().unwrap(), ["made \"Mary\"", "removed"]);
}

#[tokio::test]
async fn a_function_that_fails_or_is_not_there_could_not_be_verified() {
    for (state, expected) in [
        (
            "an order exist",
            "no function is registered for the state \"an order exist\"; did you mean \
             \"an order exists\"? registered: \"a file exists\", \"a list\", \"an order exists\"",
        ),
        ("a file exists", "No such file or directory (os error 2)"),
        (
            "a list",
            "the state returned [1], expected an object of values by name",
        ),
    ] {
        let states = StateFunctions::new()
            .state("an order exists", |_| async { Ok(()) })
            .state("a list", |_| async { Ok(json!([1])) })
            .state("a file exists", |_| async {
                let text = std::fs::read_to_string("/no/such/file")?;
                Ok(json!({ "text": text }))
            });
        let server = echo().await;
        let verifier = Verifier::new(Target::at(&server.url)).states(states);
        let report = run(verifier, one(given(state, json!({}), "/"))).await;
        assert_eq!(
            could_not(&report),
            format!("the state \"{state}\" could not be set up: {expected}")
        );
    }
}
