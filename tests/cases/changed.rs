#![allow(clippy::unwrap_used, clippy::panic)]

use serde_json::{Value, json};

use crate::support::{Finished, Workshop, get_interaction, pact};

fn workshop() -> Workshop {
    Workshop::of("participant = \"web\"\n[storage]\nurl = \"bucket\"\n")
}

fn publish(workshop: &Workshop, version: &str, branch: &str, order: u64) {
    let interaction = get_interaction("/order", &json!({ "id": order }));
    let file = format!("recorded/{version}.json");
    workshop.write_json(&file, &pact("web", "orders", &[interaction]));
    workshop
        .run(&["publish", &file, "--version", version, "--branch", branch])
        .exits(0);
}

/// Publishes golden contracts of orders.
fn promise(workshop: &Workshop, version: &str, branch: &str, schema: &Value) {
    workshop.write(
        "orders.toml",
        "participant = \"orders\"\n[storage]\nurl = \"bucket\"\n",
    );
    workshop.write_json("golden/OrderShipped.json", schema);
    workshop
        .run(&[
            "golden",
            "publish",
            "--version",
            version,
            "--branch",
            branch,
            "--config",
            "orders.toml",
        ])
        .exits(0);
}

fn verify(workshop: &Workshop, file: &str, branch: &str) {
    let (_provider, url) = workshop.start_mock(&["--output", "ignored", file]);
    let target = ["verify", file, "--provider", "orders", "--base-url", &url];
    let record = ["--record", "--version", "o1", "--branch", branch];
    workshop.run(&[&target[..], &record[..]].concat()).exits(0);
}

fn of_orders(workshop: &Workshop, arguments: &[&str]) -> Finished {
    let changed = ["changed", "--provider", "orders"];
    workshop.run(&[&changed[..], arguments].concat())
}

#[test]
fn a_provider_is_told_of_contents_that_its_main_branch_does_not_keep() {
    let workshop = workshop();
    publish(&workshop, "w1", "main", 1);
    let since = ["--since", "1h", "--exit-code"];
    of_orders(&workshop, &since)
        .exits(0)
        .prints("1 change since 2")
        .prints("  pact of web with orders: w1 on main  content ");
    verify(&workshop, "recorded/w1.json", "fix");
    of_orders(&workshop, &since).exits(0);
    verify(&workshop, "recorded/w1.json", "main");
    of_orders(&workshop, &since)
        .exits(1)
        .prints("nothing is new since 2");
    of_orders(&workshop, &["--since", "1h"]).exits(0);

    publish(&workshop, "w2", "feature", 2);
    publish(&workshop, "w3", "other", 1);
    let changed = of_orders(&workshop, &["--since", "1h", "--format", "json"]).exits(0);
    let changes = &changed.json()["changes"];
    assert_eq!(changes.as_array().unwrap().len(), 1, "{changed}");
    assert_eq!(
        changes[0]["versions"],
        json!([{ "version": "w2", "branch": "feature" }])
    );
    assert_eq!(
        (
            &changes[0]["what"],
            &changes[0]["consumer"],
            &changes[0]["provider"]
        ),
        (&json!("pact"), &json!("web"), &json!("orders"))
    );
    of_orders(
        &workshop,
        &["--since", "1h", "--branch", "main", "--exit-code"],
    )
    .exits(1);
}

#[test]
fn content_that_was_there_before_is_not_new() {
    let workshop = workshop();
    publish(&workshop, "w1", "main", 1);
    let since = now();
    publish(&workshop, "w2", "main", 1);
    publish(&workshop, "w3", "feature", 1);
    of_orders(&workshop, &["--since", &since])
        .exits(0)
        .prints("nothing is new");
    publish(&workshop, "w4", "feature", 2);
    of_orders(&workshop, &["--since", &since])
        .exits(0)
        .prints("w4 on feature");
}

/// A moment later than all that was recorded; facts know their millisecond.
fn now() -> String {
    std::thread::sleep(std::time::Duration::from_millis(2));
    humantime::format_rfc3339_millis(std::time::SystemTime::now()).to_string()
}

#[test]
fn a_consumer_is_told_of_versions_and_contracts_that_it_relies_on() {
    let workshop = workshop();
    publish(&workshop, "w1", "main", 1);
    promise(&workshop, "o1", "main", &json!({ "type": "object" }));
    let changed = |arguments: &[&str]| {
        let changed = ["changed", "--since", "1h", "--consumer", "web"];
        workshop.run(&[&changed[..], arguments].concat()).exits(0)
    };
    changed(&[])
        .prints("2 changes since")
        .prints("  version of orders: o1 on main")
        .prints("  golden contract OrderShipped of orders: o1 on main  content ");
    promise(&workshop, "o2", "fix", &json!({ "type": "object" }));
    let changes = changed(&["--format", "json"]).json()["changes"].clone();
    let expected = json!([
        { "what": "version", "participant": "orders", "version": "o1", "branch": "main" },
        { "what": "version", "participant": "orders", "version": "o2", "branch": "fix" },
        {
            "what": "golden", "provider": "orders", "event": "OrderShipped",
            "content": changes[2]["content"],
            "versions": [
                { "version": "o1", "branch": "main" },
                { "version": "o2", "branch": "fix" },
            ],
        },
    ]);
    assert_eq!(changes, expected);
}

#[test]
fn the_configuration_names_whom_a_consumer_relies_on_too() {
    let workshop = workshop();
    promise(&workshop, "o1", "main", &json!({ "type": "object" }));
    workshop
        .run(&["changed", "--since", "1h"])
        .exits(0)
        .prints("nothing is new");
    workshop.write(
        "pactwork.toml",
        "participant = \"web\"\n[storage]\nurl = \"bucket\"\n\
         [consumer.events]\norders = [\"OrderShipped\"]\n",
    );
    workshop
        .run(&["changed", "--since", "1h"])
        .exits(0)
        .prints("golden contract OrderShipped of orders: o1 on main");
}

#[test]
fn outputs_for_github_are_a_line_each() {
    let workshop = workshop();
    let github = ["--since", "1h", "--format", "github"];
    let nothing = of_orders(&workshop, &github).exits(0);
    assert_eq!(nothing.stdout, "changed=false\ncount=0\nchanges=[]\n");
    publish(&workshop, "w1", "main", 1);
    let finished = of_orders(&workshop, &github).exits(0);
    let lines: Vec<_> = finished.stdout.lines().collect();
    assert_eq!(lines[..2], ["changed=true", "count=1"], "{finished}");
    let changes = lines[2].strip_prefix("changes=").unwrap();
    let changes: Value = serde_json::from_str(changes).unwrap();
    assert_eq!(changes[0]["consumer"], "web");
}

#[test]
fn since_when_has_to_be_said() {
    let workshop = workshop();
    workshop
        .run(&["changed"])
        .exits(2)
        .says("error: it is not said since when")
        .says("what to do: give --since 2h, --since 2026-05-31, or --since-version V");
    Workshop::new()
        .run(&["changed", "--since", "1h"])
        .exits(2)
        .says("it is not known which participant this is");
}
