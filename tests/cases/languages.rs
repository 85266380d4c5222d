#![allow(clippy::unwrap_used, clippy::panic)]
//! The example consumers in other languages, as their READMEs say to run them.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use pactwork_contract::{InteractionType, read_file};
use serde_json::{Value, json};

use crate::support::{PACTWORK, Workshop, serve};

const EXAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples");

/// Whether the language is there; said where it is not.
fn is_there(program: &str) -> bool {
    let found = Command::new(program)
        .arg("--version")
        .stdout(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !found {
        let text = format!("skipped: there is no {program} on this machine\n");
        std::io::stderr().write_all(text.as_bytes()).unwrap();
    }
    found
}

/// A copy of an example, so that nothing is left in the repository.
fn copied(example: &str) -> Workshop {
    let workshop = Workshop::new();
    for entry in fs::read_dir(Path::new(EXAMPLES).join(example)).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let name = path.file_name().unwrap().to_str().unwrap();
            workshop.write(name, &fs::read_to_string(&path).unwrap());
        }
    }
    workshop
}

/// Runs the tests twice; the second time changes no byte of the pact.
fn recorded_twice(workshop: &Workshop, command: &[&str], pact: &str) {
    let mut arguments = vec!["mock", "--"];
    arguments.extend_from_slice(command);
    workshop
        .run(&arguments)
        .exits(0)
        .says("1 mock provider and 1 message held")
        .says(&format!("recorded in {pact}"));
    let first = workshop.read(pact);
    workshop.run(&arguments).exits(0);
    assert_eq!(workshop.read(pact), first);
}

fn types(workshop: &Workshop, pact: &str) -> Vec<InteractionType> {
    let loaded = read_file(&workshop.path(pact)).unwrap();
    assert_eq!(loaded.warnings, []);
    let interactions = loaded.pact.interactions.iter();
    interactions.map(|each| each.interaction_type()).collect()
}

const PYTHON: &[&str] = &["python3", "-m", "unittest"];
const NODE: &[&str] = &["node", "--test"];

#[test]
fn python_records_a_pact_that_the_provider_is_verified_against() {
    if !is_there("python3") {
        return;
    }
    let workshop = copied("python");
    recorded_twice(&workshop, PYTHON, "pacts/shop-orders.json");
    assert_eq!(
        types(&workshop, "pacts/shop-orders.json"),
        [InteractionType::AsynchronousMessage, InteractionType::Http]
    );
    let verify = |pieces: Value| {
        let (url, _) = serve(move |asked| match asked {
            Value::Null => json!({ "lines": [{ "pieces": pieces }] }),
            _ => json!({ "order": { "id": "B-1" } }),
        });
        let arguments = [
            "verify",
            "pacts/shop-orders.json",
            "--provider",
            "orders",
            "--base-url",
            &url,
            "--states-url",
            "/states",
            "--messages-url",
            "/messages",
        ];
        workshop.run(&arguments)
    };
    verify(json!(9)).exits(0);
    verify(json!("nine")).exits(1).prints("$.lines[0].pieces");
}

#[test]
fn node_records_a_pact_of_a_request_and_of_a_question() {
    if !is_there("node") {
        return;
    }
    let workshop = copied("node");
    recorded_twice(&workshop, NODE, "pacts/kiosk-orders.json");
    assert_eq!(
        types(&workshop, "pacts/kiosk-orders.json"),
        [InteractionType::Http, InteractionType::SynchronousMessage]
    );
}

/// A client that asks for something else fails its test, and the text says why.
#[test]
fn a_consumer_that_does_something_else_fails_its_test() {
    for (program, example, file, right, wrong, command) in [
        (
            "python3",
            "python",
            "orders.py",
            "/orders/{order}",
            "/order/{order}",
            PYTHON,
        ),
        (
            "node",
            "node",
            "orders.js",
            "${this.url}/orders",
            "${this.url}/order",
            NODE,
        ),
    ] {
        if !is_there(program) {
            continue;
        }
        let workshop = copied(example);
        let source = workshop.read(file);
        assert!(source.contains(right), "{source}");
        workshop.write(file, &source.replace(right, wrong));
        let mut arguments = vec!["mock", "--"];
        arguments.extend_from_slice(command);
        workshop
            .run(&arguments)
            .exits(1)
            .says("1 mock provider never finished, so nothing was recorded")
            .says("path: expected \"/orders");
    }
}

/// Without `--`: the suite starts and ends it by itself.
#[test]
fn a_suite_may_start_it_by_itself() {
    if !is_there("python3") {
        return;
    }
    let workshop = copied("python");
    workshop.write("alone.py", ALONE);
    let output = Command::new("python3")
        .args(["alone.py", PACTWORK])
        .current_dir(workshop.path(""))
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(workshop.has("pacts/shop-orders.json"));
}

const ALONE: &str = r#"
import os, subprocess, sys, unittest
mock = subprocess.Popen([sys.argv.pop(1), "mock", "--until-parent-exits"], stdout=subprocess.PIPE, text=True)
os.environ["PACTWORK_MOCK_URL"] = mock.stdout.readline().strip()
result = unittest.main(module="test_orders", exit=False).result
mock.terminate()
sys.exit(not result.wasSuccessful() or mock.wait())
"#;

/// The provider in Python keeps what both consumers recorded; after a change, the one
/// that relies on what changed is told.
#[test]
fn a_provider_in_python_is_verified_against_both_consumers() {
    if !is_there("python3") {
        return;
    }
    let workshop = copied("orders-python");
    let record = |example: &str, command: &[&str], pact: &str| {
        let consumer = copied(example);
        recorded_twice(&consumer, command, pact);
        workshop.write(pact, &consumer.read(pact));
    };
    record("python", PYTHON, "pacts/shop-orders.json");
    if is_there("node") {
        record("node", NODE, "pacts/kiosk-orders.json");
        let verified = workshop.run(&["verify", "pacts"]);
        verified.exits(0).prints("4 interactions: 4 passed");
    }
    workshop
        .run(&["verify", "pacts/shop-orders.json"])
        .exits(0)
        .prints("2 interactions: 2 passed");

    let testing = workshop.read("contract_testing.py");
    workshop.write(
        "contract_testing.py",
        &testing.replace("\"pieces\"", "\"count\""),
    );
    workshop
        .run(&["verify", "pacts"])
        .exits(1)
        .prints("✗ a request for order 7")
        .prints("$.lines[0].pieces")
        .prints("✓ OrderShipped");
}
