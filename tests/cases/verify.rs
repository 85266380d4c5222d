#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;

use serde_json::{Value, json};

use crate::support::{
    Finished, PACTWORK, Workshop, get_interaction, given, is_gone, message, pact, process_id,
    serve, signal, wait_until,
};

/// The pact web-orders.json relies on these interactions.
fn workshop(interactions: &[Value]) -> Workshop {
    let workshop = Workshop::of("participant = \"orders\"\n[storage]\nurl = \"bucket\"\n");
    workshop.write_json("web-orders.json", &pact("web", "orders", interactions));
    workshop
}

fn order(id: u64) -> Value {
    get_interaction(&format!("/orders/{id}"), &json!({ "id": id }))
}

/// Writes what the real provider answers, and gives the command that starts it: a
/// process of its own that writes its id to `provider.pid`.
fn provider(workshop: &Workshop, answers: &[Value]) -> String {
    workshop.write_json("real.json", &pact("anybody", "orders", answers));
    format!("echo $$ > provider.pid; exec {PACTWORK} mock --port {{port}} real.json")
}

fn provider_is_gone(workshop: &Workshop) {
    let process = process_id(&workshop.path("provider.pid"));
    wait_until("the provider is gone", || is_gone(process));
}

#[test]
fn a_provider_that_keeps_the_pact_holds_and_is_stopped() {
    let workshop = workshop(&[order(7), order(8)]);
    let start = provider(&workshop, &[order(7), order(8)]);
    workshop
        .run(&["verify", "web-orders.json", "--start", &start])
        .exits(0)
        .prints("web → orders\n  from web-orders.json\n  ✓ GET /orders/7\n  ✓ GET /orders/8\n")
        .prints("2 interactions: 2 passed");
    provider_is_gone(&workshop);
}

#[test]
fn a_mismatch_is_shown_at_its_json_path_with_expected_and_found() {
    let items = |sku: &str| get_interaction("/orders/7", &json!({ "lines": [{ "sku": sku }] }));
    let workshop = workshop(&[given("order 7 exists", items("ABC-1"))]);
    let start = provider(&workshop, &[items("XYZ-9")]);
    workshop
        .run(&["verify", "web-orders.json", "--start", &start])
        .exits(1)
        .prints("  ✗ GET /orders/7\n      given order 7 exists\n")
        .prints("$.lines[0].sku")
        .prints("ABC-1")
        .prints("XYZ-9")
        .prints("1 interaction: 1 failed");
    provider_is_gone(&workshop);
}

#[test]
fn a_provider_that_runs_already_is_verified_at_its_url() {
    let workshop = workshop(&[order(7)]);
    provider(&workshop, &[order(7)]);
    let (_provider, url) = workshop.start_mock(&["real.json"]);
    workshop
        .run(&["verify", "web-orders.json", "--base-url", &url])
        .exits(0);
}

#[test]
fn the_configuration_says_how_the_provider_is_started() {
    let workshop = workshop(&[given("order 7 exists", order(7))]);
    workshop.write_json("real.json", &pact("anybody", "orders", &[order(7)]));
    let (states, received) = serve(|_| json!({}));
    workshop.write(
        "pactwork.toml",
        &format!(
            "participant = \"orders\"\n[provider]\n\
             start = \"exec $PACTWORK mock --port $PORT real.json\"\n\
             ready_timeout_seconds = 20\nstates = \"{states}/states\"\n\
             [provider.environment]\nPACTWORK = \"{PACTWORK}\"\n"
        ),
    );
    workshop
        .run(&["verify", "web-orders.json"])
        .exits(0)
        .prints("1 interaction: 1 passed");
    let changes: Vec<Value> = received
        .lock()
        .unwrap()
        .iter()
        .map(|body| serde_json::from_str(body).unwrap())
        .collect();
    let actions: Vec<&Value> = changes.iter().map(|change| &change["action"]).collect();
    assert_eq!(actions, ["setup", "teardown"]);
    assert!(
        changes
            .iter()
            .all(|change| change["state"] == "order 7 exists"),
        "{changes:?}"
    );
}

#[test]
fn messages_are_asked_for_at_the_messages_url() {
    let workshop = workshop(&[message("Created", &json!({ "id": 7 }))]);
    let (url, received) = serve(|_| json!({ "id": 7 }));
    let verify = |url: &str| workshop.run(&["verify", "web-orders.json", "--messages-url", url]);
    verify(&url).exits(0).prints("✓ Created");
    assert!(received.lock().unwrap()[0].contains("\"description\":\"Created\""));
    let (wrong, _) = serve(|_| json!({ "id": "seven" }));
    verify(&wrong)
        .exits(1)
        .prints("✗ Created")
        .prints("$.id")
        .prints("\"seven\"");
}

#[test]
fn the_report_as_json_can_go_to_a_file() {
    let workshop = workshop(&[order(7)]);
    let start = provider(
        &workshop,
        &[get_interaction("/orders/7", &json!({ "id": 8 }))],
    );
    let verify = [
        "verify",
        "web-orders.json",
        "--start",
        &start,
        "--format",
        "json",
    ];
    let report = workshop.run(&verify).exits(1).json();
    assert_eq!(report["outcome"], "failed");
    assert_eq!(report["pacts"][0]["consumer"], "web");
    let interaction = &report["pacts"][0]["interactions"][0];
    assert_eq!(interaction["description"], "GET /orders/7");
    assert_eq!(interaction["outcome"], "failed");
    assert_eq!(interaction["mismatches"][0]["path"], "$.id");
    assert_eq!(interaction["mismatches"][0]["expected"], 7);
    assert_eq!(interaction["mismatches"][0]["actual"], 8);
    let pact = &interaction["mismatches"][0]["pact"];
    assert_eq!(pact["type"], "BodyMismatch");
    assert_eq!(pact["headline"], "Body had differences");
    assert_eq!(pact["mismatch"], "$.id: expected 7, but found 8");

    let to_file = [&verify[..], &["--output", "report.json"]].concat();
    let finished = workshop
        .run(&to_file)
        .exits(1)
        .says("the report is in report.json");
    assert_eq!(finished.stdout, "");
    let written: Value = serde_json::from_str(&workshop.read("report.json")).unwrap();
    assert_eq!(written["outcome"], "failed");
}

#[test]
fn long_values_stand_below_each_other() {
    let note = "Please leave the parcel with the neighbours in the second house on the left";
    let order = |end: &str| {
        let body = json!({ "note": format!("{note} {end}") });
        get_interaction("/orders/7", &body)
    };
    let workshop = workshop(&[order("side.")]);
    let start = provider(&workshop, &[order("hand.")]);
    let verify = ["verify", "web-orders.json", "--start", &start];
    workshop.run(&verify).exits(1).prints(&format!(
        "      $.note: the texts differ\n\
         \x20       expected: \"{note} side.\"\n\
         \x20       found:    \"{note} hand.\"\n\
         \x20                  {}^^^^\n",
        " ".repeat(note.len() + 1)
    ));
    workshop
        .run(&[&verify[..], &["--color", "always"]].concat())
        .exits(1)
        .prints(&format!(
            "\u{1b}[32m  expected: \"{note} side.\"\u{1b}[0m\n"
        ))
        .prints(&format!(
            "\u{1b}[31m  found:    \"{note} hand.\"\u{1b}[0m\n"
        ));
}

#[test]
fn a_human_report_in_a_file_has_no_colour() {
    let workshop = workshop(&[order(7)]);
    let start = provider(&workshop, &[order(7)]);
    workshop
        .run(&[
            "verify",
            "web-orders.json",
            "--start",
            &start,
            "--color",
            "always",
            "--output",
            "r.txt",
        ])
        .exits(0);
    let report = workshop.read("r.txt");
    assert!(report.contains("✓ GET /orders/7"), "{report}");
    assert!(!report.contains('\u{1b}'), "{report}");
}

#[test]
fn without_pacts_those_of_storage_are_verified() {
    let workshop = workshop(&[]);
    workshop
        .run(&["verify"])
        .exits(0)
        .says("warning: nothing to verify: no consumer has published a pact with orders in ");
    let report = workshop
        .run(&["verify", "--format", "json"])
        .exits(0)
        .json();
    assert_eq!(report["pacts"], json!([]));

    workshop.write(
        "pactwork.toml",
        "participant = \"web\"\n[storage]\nurl = \"bucket\"\n",
    );
    workshop.write_json("web-orders.json", &pact("web", "orders", &[order(7)]));
    workshop
        .run(&[
            "publish",
            "web-orders.json",
            "--version",
            "w1",
            "--branch",
            "main",
        ])
        .exits(0);
    let start = provider(&workshop, &[order(7)]);
    workshop
        .run(&["verify", "--provider", "orders", "--start", &start])
        .exits(0)
        .says("web: ")
        .prints("✓ GET /orders/7");
}

#[test]
fn pacts_of_other_providers_are_skipped_and_nothing_left_is_an_error() {
    let workshop = workshop(&[]);
    workshop.write_json("in/web-orders.json", &pact("web", "orders", &[order(7)]));
    workshop.write_json("in/web-billing.json", &pact("web", "billing", &[order(7)]));
    let start = provider(&workshop, &[order(7)]);
    workshop
        .run(&["verify", "in", "--start", &start])
        .exits(0)
        .says("skipped in/web-billing.json: its provider is billing, not orders")
        .does_not_say("warning")
        .does_not_print("billing");
    workshop
        .run(&[
            "verify",
            "in/web-billing.json",
            "in/web-orders.json",
            "--start",
            &start,
        ])
        .exits(0)
        .says("warning: skipped in/web-billing.json");
    workshop
        .run(&["verify", "in/web-billing.json", "--start", &start])
        .exits(2)
        .says("error: nothing was verified: no pact with orders in what was named");
}

#[test]
fn what_cannot_be_verified_is_a_sentence() {
    let workshop = workshop(&[order(7)]);
    workshop.write("broken.json", "{\n  \"consumer\": }");
    fs::create_dir(workshop.path("empty")).unwrap();
    let cases: &[(&[&str], &str)] = &[
        (
            &["none.json"],
            "none.json: cannot read: No such file or directory",
        ),
        (
            &["broken.json"],
            "broken.json: line 2, column 15: not JSON: ",
        ),
        (&["empty"], "no pact with orders in what was named"),
        (
            &["web-orders.json"],
            "give --base-url URL or --start COMMAND",
        ),
        (&["web-orders.json", "--base-url", "localhost"], "localhost"),
        (&["web-orders.json", "--base-url", "ftp://x"], "ftp://x"),
    ];
    for (arguments, text) in cases {
        let mut all = vec!["verify"];
        all.extend_from_slice(arguments);
        workshop.run(&all).exits(2).says(text);
    }
}

#[test]
fn an_interaction_that_is_not_understood_is_could_not_verify() {
    let pigeon = json!({ "type": "Carrier/Pigeon", "description": "a bird" });
    let workshop = workshop(&[order(7), pigeon]);
    let start = provider(&workshop, &[order(7)]);
    workshop
        .run(&["verify", "web-orders.json", "--start", &start])
        .exits(3)
        .says("web-orders.json: $.interactions[1].type: expected a type of interaction")
        .prints("✓ GET /orders/7")
        .prints("a bird")
        .prints(
            "the interaction is not understood and cannot be verified: $.type: expected a type",
        );
    provider_is_gone(&workshop);
}

#[test]
fn a_provider_that_exits_at_once_is_shown_with_its_output() {
    let workshop = workshop(&[order(7)]);
    workshop
        .run(&[
            "verify",
            "web-orders.json",
            "--start",
            "echo no database >&2; exit 7",
        ])
        .exits(3)
        .says("7")
        .says("no database");
}

#[test]
fn a_provider_that_never_becomes_ready_is_stopped_and_shown_with_its_output() {
    let workshop = workshop(&[order(7)]);
    let start = "echo $$ > provider.pid; echo still warming up; exec sleep 1000";
    workshop
        .run(&[
            "verify",
            "web-orders.json",
            "--start",
            start,
            "--ready-timeout",
            "1",
        ])
        .exits(3)
        .says("still warming up");
    provider_is_gone(&workshop);
}

#[test]
fn a_provider_that_dies_half_way_is_could_not_verify_with_its_output() {
    let dies = given("the provider dies", order(8));
    let workshop = workshop(&[order(7), dies]);
    let start = provider(&workshop, &[order(7), order(8)]);
    let start = format!("echo out of luck >&2; {start}");
    let id = workshop.path("provider.pid");
    let (states, _) = serve(move |_| {
        let process = process_id(&id);
        signal(process, "KILL");
        wait_until("the provider is dead", || is_gone(process));
        json!({})
    });
    workshop
        .run(&[
            "verify",
            "web-orders.json",
            "--start",
            &start,
            "--states-url",
            &states,
        ])
        .exits(3)
        .prints("✓ GET /orders/7")
        .prints("? GET /orders/8")
        .prints("1 could not be verified")
        .says("out of luck");
}

#[test]
fn a_state_that_cannot_be_set_is_could_not_verify() {
    let workshop = workshop(&[given("order 7 exists", order(7))]);
    let start = provider(&workshop, &[order(7)]);
    workshop
        .run(&[
            "verify",
            "web-orders.json",
            "--start",
            &start,
            "--states-url",
            "/states",
        ])
        .exits(3)
        .prints("? GET /orders/7")
        .prints("order 7 exists");
    provider_is_gone(&workshop);
}

/// Starts a verification that waits for a provider that never becomes ready.
fn waiting(workshop: &Workshop, file: &str) -> (crate::support::Running, u32) {
    let start = format!("echo $$ > {file}; exec sleep 1000");
    let arguments = [
        "verify",
        "web-orders.json",
        "--start",
        &start,
        "--ready-timeout",
        "600",
    ];
    let verification = workshop.start(&arguments);
    let provider = process_id(&workshop.path(file));
    (verification, provider)
}

#[test]
fn a_signal_stops_the_provider_and_ends_the_verification() {
    let workshop = workshop(&[order(7)]);
    for name in ["INT", "TERM"] {
        let (verification, provider) = waiting(&workshop, name);
        verification.signal(name);
        verification.finish().exits(3).says(&format!(
            "error: stopped by SIG{name} before the provider was ready"
        ));
        wait_until("the provider is gone", || is_gone(provider));
    }
}

#[test]
fn sigkill_leaves_no_provider_behind() {
    let workshop = workshop(&[order(7)]);
    let (verification, provider) = waiting(&workshop, "provider.pid");
    verification.signal("KILL");
    wait_until("the provider is gone", || is_gone(provider));
}

#[test]
fn a_result_is_recorded_when_asked_for() {
    let workshop = workshop(&[order(7)]);
    let start = provider(&workshop, &[order(7)]);
    let verify = ["verify", "web-orders.json", "--start", &start];
    workshop.run(&verify).exits(0);
    assert!(!workshop.has("bucket"));
    let record = ["--record", "--version", "o1", "--branch", "main"];
    workshop
        .run(&[&verify[..], &record].concat())
        .exits(0)
        .says("recorded: orders o1 was verified against web: passed");
    assert!(!workshop.snapshot("bucket").is_empty());
}

#[test]
fn interactions_can_be_verified_at_once() {
    let orders: Vec<Value> = (0..20).map(order).collect();
    let workshop = workshop(&orders);
    let start = provider(&workshop, &orders);
    let finished: Finished = workshop.run(&[
        "verify",
        "web-orders.json",
        "--start",
        &start,
        "--jobs",
        "8",
    ]);
    finished.exits(0).prints("20 interactions: 20 passed");
}

#[test]
fn details_are_said_when_asked_for() {
    let workshop = workshop(&[order(7)]);
    let start = provider(&workshop, &[order(7)]);
    let verify = ["verify", "web-orders.json", "--start", &start];
    workshop.run(&verify).exits(0).does_not_say("GET /orders/7");
    workshop
        .run(&[&verify[..], &["-v"]].concat())
        .exits(0)
        .says("web: GET /orders/7");
}

#[test]
fn what_the_pacts_need_and_nobody_configured_is_said() {
    let workshop = workshop(&[
        given("order 7 exists", order(7)),
        message("Created", &json!({})),
    ]);
    let start = provider(&workshop, &[order(7)]);
    workshop
        .run(&["verify", "web-orders.json", "--start", &start])
        .exits(3)
        .prints("? Created")
        .says("warning: provider states are not set: give --states-url URL")
        .says("warning: messages are not asked for: give --messages-url URL");
}

#[test]
fn a_report_that_cannot_be_written_is_a_sentence() {
    let workshop = workshop(&[order(7)]);
    let start = provider(&workshop, &[order(7)]);
    workshop
        .run(&[
            "verify",
            "web-orders.json",
            "--start",
            &start,
            "--output",
            "web-orders.json/r",
        ])
        .exits(2)
        .says("error: cannot write web-orders.json/r: ")
        .says("what to do: make the folder writable, or name another one");
}

#[test]
fn a_place_that_is_neither_url_nor_path_is_a_sentence() {
    let workshop = workshop(&[order(7)]);
    let cases = [
        (
            "--states-url",
            "states",
            "\"states\" is neither a URL nor a path on the provider",
        ),
        (
            "--messages-url",
            "messages",
            "\"messages\" is neither a URL nor a path on the provider",
        ),
        (
            "--ready",
            "health",
            "--ready: expected a path on the provider that starts with /",
        ),
    ];
    for (option, value, text) in cases {
        workshop
            .run(&[
                "verify",
                "web-orders.json",
                "--start",
                "true",
                option,
                value,
            ])
            .exits(2)
            .says(text);
    }
}
