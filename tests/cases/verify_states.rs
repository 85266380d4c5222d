//! Provider states by a command, and how they are tried, as `pactwork verify` has them.
#![allow(clippy::unwrap_used, clippy::panic)]

use serde_json::{Value, json};

use crate::support::{
    Finished, Workshop, get_interaction, given, is_gone, pact, process_id, serve, wait_until,
};

/// web-orders.json relies on order 7 in a state; its path takes the id that the state
/// returns. Whoever is asked answers with that.
fn workshop() -> Workshop {
    let workshop = Workshop::of("participant = \"orders\"\n");
    let mut order = given(
        "an order exists",
        get_interaction("/orders/1", &json!({ "id": 7 })),
    );
    order["providerStates"][0]["params"] = json!({ "lines": 2 });
    order["request"]["generators"] =
        json!({ "path": { "type": "ProviderState", "expression": "/orders/${id}" } });
    workshop.write_json("web-orders.json", &pact("web", "orders", &[order]));
    workshop.write_json(
        "real.json",
        &pact(
            "anybody",
            "orders",
            &[get_interaction("/orders/42", &json!({ "id": 7 }))],
        ),
    );
    workshop
}

/// Verifies a provider that knows order 42 alone.
fn verify(workshop: &Workshop, arguments: &[&str]) -> Finished {
    let (_provider, url) = workshop.start_mock(&["real.json"]);
    let all = ["verify", "web-orders.json", "--base-url", &url];
    workshop.run(&[&all, arguments].concat())
}

fn lines(workshop: &Workshop, name: &str) -> Vec<Value> {
    let text = workshop.read(name);
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// Notes what it is asked, and returns the id.
const SETS: &str = "cat >> asked; echo '{\"id\": 42}'";

fn change(action: &str) -> Value {
    json!({ "state": "an order exists", "params": { "lines": 2 }, "action": action })
}

#[test]
fn a_command_sets_states_and_returns_values() {
    let workshop = workshop();
    verify(&workshop, &["--states-command", SETS])
        .exits(0)
        .prints("1 passed")
        .does_not_say("warning");
    assert_eq!(
        lines(&workshop, "asked"),
        [change("setup"), change("teardown")]
    );
}

#[test]
fn the_configuration_names_a_program_that_sets_states() {
    let workshop = workshop();
    workshop.write("contract/set.sh", &format!("{SETS}; echo \"$@\" > said"));
    workshop.write(
        "pactwork.toml",
        "participant = \"orders\"\n[provider]\nworking_folder = \"contract\"\n\
         states_command = [\"sh\", \"set.sh\", \"in {instance}\", \"$HOME\"]\n\
         states_teardown = false\n",
    );
    verify(&workshop, &[]).exits(0);
    assert_eq!(lines(&workshop, "contract/asked"), [change("setup")]);
    assert_eq!(workshop.read("contract/said"), "in 1 $HOME\n");
    verify(&workshop, &["--states-teardown"]).exits(0);
    assert_eq!(lines(&workshop, "contract/asked").len(), 3);
    verify(&workshop, &["--no-states-teardown"]).exits(0);
    assert_eq!(lines(&workshop, "contract/asked").len(), 4);
}

#[test]
fn a_command_that_fails_is_could_not_verify_with_what_it_wrote() {
    let workshop = workshop();
    verify(
        &workshop,
        &["--states-command", "echo no such table: orders >&2; exit 4"],
    )
    .exits(3)
    .prints("? GET /orders/1")
    .prints("the state \"an order exists\" could not be set up: ")
    .prints("ended with exit status 4: no such table: orders");
}

#[test]
fn a_command_that_hangs_is_killed_with_its_children() {
    let workshop = workshop();
    let hangs = "sleep 600 & echo $! > child.pid; wait";
    verify(
        &workshop,
        &["--states-command", hangs, "--states-timeout", "0.5"],
    )
    .exits(3)
    .prints("did not end within 500ms and was killed; it wrote nothing");
    let child = process_id(&workshop.path("child.pid"));
    wait_until("the child is gone", || is_gone(child));
}

#[test]
fn a_command_that_runs_is_gone_when_the_verification_is_killed() {
    let workshop = workshop();
    let (_provider, url) = workshop.start_mock(&["real.json"]);
    let hangs = "echo $$ > command.pid; sleep 600 & echo $! > child.pid; wait";
    let verification = workshop.start(&[
        "verify",
        "web-orders.json",
        "--base-url",
        &url,
        "--states-command",
        hangs,
    ]);
    let family = ["command.pid", "child.pid"].map(|file| process_id(&workshop.path(file)));
    verification.signal("KILL");
    for process in family {
        wait_until("the command is gone", || is_gone(process));
    }
}

#[test]
fn a_state_is_tried_again_only_as_configured_and_that_is_said() {
    let workshop = workshop();
    let third = "echo x >> tries; test $(wc -l < tries) -ge 3 || { echo starting >&2; exit 1; }; \
                 echo '{\"id\": 42}'";
    let asked = ["--states-command", third, "--no-states-teardown"];
    verify(&workshop, &asked)
        .exits(3)
        .prints("ended with exit status 1: starting")
        .does_not_print("it was tried");
    std::fs::remove_file(workshop.path("tries")).unwrap();
    let again = |times: &'static str| ["--states-retries", times, "--states-retry-pause", "0.01"];
    verify(&workshop, &[&asked[..], &again("1")].concat())
        .exits(3)
        .prints("starting; it was tried 2 times, 10ms apart");
    std::fs::remove_file(workshop.path("tries")).unwrap();
    verify(&workshop, &[&asked[..], &again("2")].concat())
        .exits(0)
        .prints("the state \"an order exists\" was set up at a later attempt only; before: ");
}

#[test]
fn states_can_go_in_the_query() {
    let workshop = workshop();
    let (states, received) = serve(|_| json!({ "id": 42 }));
    let url = format!("{states}/states");
    verify(&workshop, &["--states-url", &url, "--states-as-query"]).exits(0);
    assert_eq!(*received.lock().unwrap(), ["", ""]);
    verify(&workshop, &["--states-url", &url]).exits(0);
    assert_eq!(received.lock().unwrap().len(), 4);
    assert!(received.lock().unwrap()[3].contains("\"teardown\""));
}

#[test]
fn without_states_nobody_is_asked() {
    let workshop = workshop();
    workshop.write_json(
        "web-orders.json",
        &pact(
            "web",
            "orders",
            &[get_interaction("/orders/42", &json!({ "id": 7 }))],
        ),
    );
    verify(&workshop, &["--states-command", "touch was-run; exit 1"]).exits(0);
    assert!(!workshop.has("was-run"));
}
