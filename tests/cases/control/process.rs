//! How it starts, and every way in which it ends.

use std::process::{Command, Stdio};

use serde_json::json;

use super::{Controlled, definition, order};
use crate::support::{
    PACTWORK, Workshop, ask, ask_with, get, get_interaction, is_gone, pact, process_id, signal,
    wait_until,
};

#[test]
fn a_mock_provider_that_nobody_finished_is_told_at_the_end() {
    let controlled = Controlled::new();
    let (url, _) = controlled.create(&definition(&[order(7), order(8)]));
    get(&url, "/orders/7");
    get(&url, "/orders/9");
    controlled.running.stop().exits(1).prints(
        "1 mock provider never finished, so nothing was recorded:\n  \
         - mock provider 1 (web with orders): 1 of 2 interactions requested, and unexpected requests:\n    \
         - GET /orders/9\n      \
         nearest interaction: \"a request for order 7\" given \"order 7 exists\": GET /orders/7",
    );
}

#[test]
fn it_ends_when_it_is_asked_to() {
    let controlled = Controlled::new();
    controlled.create(&definition(&[order(7)]));
    let conclusion = ask("POST", &format!("{}/shutdown", controlled.url), "")
        .is(200)
        .json();
    assert_eq!(conclusion["holds"], false);
    assert_eq!(
        conclusion["unfinished"][0],
        "mock provider 1 (web with orders): 0 of 1 interactions requested"
    );
    controlled
        .running
        .finish()
        .exits(1)
        .prints("1 mock provider never finished");
}

#[test]
fn sigint_ends_it_and_nothing_done_is_no_failure() {
    let controlled = Controlled::new();
    controlled.running.signal("INT");
    controlled
        .running
        .finish()
        .exits(0)
        .prints("nothing was finished");
}

#[test]
fn beside_pact_files_its_url_is_the_second_line() {
    let workshop = Workshop::new();
    let interaction = get_interaction("/orders/7", &json!({ "id": 7 }));
    workshop.write_json("web-orders.json", &pact("web", "orders", &[interaction]));
    let arguments = [
        "mock",
        "--control-port",
        "0",
        "--output",
        "out",
        "web-orders.json",
    ];
    let mut running = workshop.start(&arguments);
    let (mock, control) = (running.first_line(), running.first_line());
    get(&mock, "/orders/7");
    let report = ask("GET", &format!("{control}/mock-providers/1/report"), "")
        .is(200)
        .json();
    assert_eq!(report["holds"], true);
    running.stop().exits(0).prints(
        "web used every interaction with orders as it says.\nrecorded in out/web-orders.json",
    );
}

#[test]
fn a_port_without_a_pact_is_wrong_usage() {
    for (option, value) in [("--port", "1"), ("--host", "127.0.0.1")] {
        Workshop::new()
            .run(&["mock", option, value])
            .exits(2)
            .says("required arguments were not provided")
            .says("<PACT>");
    }
}

#[test]
fn a_control_port_in_use_is_a_sentence() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    Workshop::new()
        .run(&["mock", "--control-port", &port])
        .exits(2)
        .says(&format!("error: port {port} on 127.0.0.1 is in use"));
}

#[test]
fn other_machines_may_ask_only_if_that_is_asked_for() {
    let controlled = Controlled::started(&[
        "mock",
        "--control-host",
        "0.0.0.0",
        "--control-allow",
        "ci-mock",
    ]);
    let list = format!("{}/mock-providers", controlled.url);
    assert!(list.starts_with("http://127.0.0.1:"), "{list}");
    ask_with("GET", &list, &[("Host", "ci-mock:80")], b"").is(200);
    let refused = ask_with("GET", &list, &[("Host", "other")], b"").is(403);
    assert!(
        refused.detail().contains("(nor 0.0.0.0, ci-mock)"),
        "{}",
        refused.detail()
    );
    controlled.running.stop().exits(0).says(
        "warning: the control API listens on 0.0.0.0: whoever can reach it can start mock \
         providers and write pact files here",
    );
}

#[test]
fn it_ends_when_its_parent_is_killed() {
    let workshop = Workshop::new();
    let script = format!(
        "'{PACTWORK}' mock --until-parent-exits >url & echo $! >id; while :; do sleep 1; done"
    );
    let mut parent = Command::new("sh")
        .args(["-c", &script])
        .current_dir(workshop.path(""))
        .stdin(Stdio::null())
        .spawn()
        .unwrap();
    let id = process_id(&workshop.path("id"));
    wait_until("it listens", || {
        workshop.has("url") && !workshop.read("url").is_empty()
    });
    assert!(!is_gone(id));
    parent.kill().unwrap();
    parent.wait().unwrap();
    wait_until("it is gone", || is_gone(id));
    assert!(workshop.read("url").contains("nothing was finished"));
}

#[test]
fn without_being_asked_it_outlives_its_parent() {
    let workshop = Workshop::new();
    let script = format!("'{PACTWORK}' mock >url & echo $! >id");
    let status = Command::new("sh")
        .args(["-c", &script])
        .current_dir(workshop.path(""))
        .stdin(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success());
    let id = process_id(&workshop.path("id"));
    wait_until("it listens", || {
        workshop.has("url") && !workshop.read("url").is_empty()
    });
    let url = workshop.read("url").trim().to_owned();
    ask("POST", &format!("{url}/shutdown"), "").is(200);
    wait_until("it is gone", || is_gone(id));
}

/// A test command that tells a URL of its environment and waits for the word to end.
fn told(variable: &str, then: &str) -> String {
    format!(
        "echo \"${variable}\" >url.new; mv url.new url; \
         while [ ! -e go ]; do sleep 0.02; done; {then}"
    )
}

/// Does with that URL what the test command would, and lets the command end.
fn driven(
    workshop: &Workshop,
    arguments: &[&str],
    command: &str,
    drive: impl FnOnce(&str),
) -> crate::support::Finished {
    let arguments = [arguments, &["--", "sh", "-c", command]].concat();
    let running = workshop.start(&arguments);
    wait_until("the command runs", || workshop.has("url"));
    drive(workshop.read("url").trim());
    workshop.write("go", "");
    running.finish()
}

/// Starts a mock provider of order 7, asks it where that is wanted, and finishes.
fn exercise(url: &str, ask_it: bool, finish_it: bool) {
    let definition = definition(&[json!({ "request": { "path": "/orders/7" }, "response": {} })]);
    let mock = ask(
        "POST",
        &format!("{url}/mock-providers"),
        &definition.to_string(),
    );
    let mock = mock.is(201).json();
    if ask_it {
        get(mock["url"].as_str().unwrap(), "/orders/7");
    }
    if finish_it {
        ask("POST", mock["links"]["finish"].as_str().unwrap(), "");
    }
}

#[test]
fn a_test_command_runs_beside_it_and_its_code_counts() {
    let held = "1 mock provider held\nrecorded in pacts/web-orders.json";
    let never_requested = "1 interaction never requested:\n  - \"GET /orders/7\"";
    let never_finished = "1 mock provider never finished";
    for (then, ask_it, finish_it, code, says) in [
        ("echo done", true, true, 0, held),
        ("exit 7", true, true, 7, held),
        ("exit 0", false, true, 1, never_requested),
        ("exit 0", false, false, 1, never_finished),
        ("kill -KILL $$", false, false, 137, never_finished),
    ] {
        let workshop = Workshop::new();
        let command = told("PACTWORK_MOCK_URL", then);
        let finished = driven(&workshop, &["mock"], &command, |url| {
            exercise(url, ask_it, finish_it);
        });
        let finished = finished.exits(code).says(says);
        // The command's own output stays its own.
        let own = if then == "echo done" { "done\n" } else { "" };
        assert_eq!(finished.stdout, own, "{then}");
    }
}

#[test]
fn a_test_command_finds_the_mock_provider_of_pact_files() {
    let workshop = Workshop::new();
    let interaction = get_interaction("/orders/7", &json!({ "id": 7 }));
    workshop.write_json("web-orders.json", &pact("web", "orders", &[interaction]));
    let arguments = ["mock", "--output", "out", "web-orders.json"];
    let command = told("PACTWORK_MOCK_PROVIDER_URL", "echo done");
    driven(&workshop, &arguments, &command, |url| {
        assert!(get(url, "/orders/7").ends_with("{\"id\":7}"));
    })
    .exits(0)
    .prints("done");
    assert!(workshop.has("out/web-orders.json"));
    workshop
        .run(&["mock", "--output", "out", "web-orders.json", "--", "true"])
        .exits(1)
        .says("1 interaction never requested");
}

#[test]
fn a_test_command_that_is_not_there_is_a_sentence() {
    Workshop::new()
        .run(&["mock", "--", "no-such-program"])
        .exits(2)
        .says("error: cannot start no-such-program: No such file or directory")
        .says("name a program that is on the PATH");
}

#[test]
fn signals_reach_the_test_command() {
    for (name, code) in [("TERM", 3), ("INT", 4)] {
        let workshop = Workshop::new();
        let traps =
            "trap 'exit 3' TERM; trap 'exit 4' INT; echo $$ >id; while :; do sleep 0.05; done";
        let running = workshop.start(&["mock", "--", "sh", "-c", traps]);
        process_id(&workshop.path("id"));
        running.signal(name);
        running.finish().exits(code);
    }
}

#[test]
fn what_a_test_command_leaves_behind_is_ended() {
    let workshop = Workshop::new();
    workshop
        .run(&[
            "mock",
            "--",
            "sh",
            "-c",
            "sleep 1000 >/dev/null 2>&1 & echo $! >id",
        ])
        .exits(0);
    let id = process_id(&workshop.path("id"));
    wait_until("it is gone", || is_gone(id));
}

#[test]
fn a_test_command_ends_with_it_even_when_it_is_killed() {
    let workshop = Workshop::new();
    let running = workshop.start(&["mock", "--", "sh", "-c", "echo $$ >id; sleep 1000; true"]);
    let id = process_id(&workshop.path("id"));
    assert!(!is_gone(id));
    assert!(signal(running.id(), "KILL"));
    wait_until("it is gone", || is_gone(id));
}
