#![allow(clippy::unwrap_used, clippy::panic)]

use serde_json::{Value, json};

use crate::support::{Finished, Workshop, get_interaction, pact};

/// web relies on orders, and its pact is published.
fn workshop() -> Workshop {
    let workshop = Workshop::of("participant = \"web\"\n[storage]\nurl = \"bucket\"\n");
    publish(&workshop, "w1", "main", &json!({ "id": 7 }));
    workshop
}

fn publish(workshop: &Workshop, version: &str, branch: &str, relied_on: &Value) {
    let interaction = get_interaction("/orders/7", relied_on);
    let contents = pact("web", "orders", &[interaction]);
    workshop.write_json("pacts/web-orders.json", &contents);
    workshop
        .run(&["publish", "--version", version, "--branch", branch])
        .exits(0);
}

/// Verifies orders, which answers with this, against what is in storage.
fn verify(workshop: &Workshop, answer: &Value, arguments: &[&str]) -> Finished {
    let interaction = get_interaction("/orders/7", answer);
    workshop.write_json("real.json", &pact("web", "orders", &[interaction]));
    let (_provider, url) = workshop.start_mock(&["--output", "ignored", "real.json"]);
    let always = ["verify", "--provider", "orders", "--base-url", &url];
    workshop.run(&[&always, arguments].concat())
}

#[test]
fn breaking_what_was_never_kept_is_reported_and_does_not_fail() {
    let workshop = workshop();
    let record = ["--record", "--version", "o1", "--branch", "main"];
    verify(&workshop, &json!({ "id": "x" }), &record)
        .exits(0)
        .says("web: newest on main (w1) (pending)")
        .prints("web w1 → orders (pending: no version ever kept it; failing does not count)")
        .prints("✗ GET /orders/7")
        .prints("1 interaction: 1 failed; 1 pact pending: that does not count");
    let deploy = [
        "record-deployment",
        "--participant",
        "orders",
        "--version",
        "o1",
    ];
    workshop
        .run(&[&deploy[..], &["--environment", "production"]].concat())
        .exits(0);
    let ask = ["can-i-deploy", "--version", "w1"];
    workshop
        .run(&[&ask[..], &["--to-environment", "production"]].concat())
        .exits(1)
        .prints("orders o1 breaks what web w1 relies on");

    let strict = [&record[..], &["--no-pending"]].concat();
    verify(&workshop, &json!({ "id": "x" }), &strict).exits(1);
    let report = [&record[..], &["--format", "json"]].concat();
    let report = verify(&workshop, &json!({ "id": "x" }), &report)
        .exits(0)
        .json();
    assert_eq!(report["outcome"], "passed");
    assert_eq!(report["pacts"][0]["pending"], true);
    assert_eq!(report["pacts"][0]["outcome"], "failed");
}

#[test]
fn what_main_kept_counts_on_every_branch() {
    let workshop = workshop();
    let on_main = ["--record", "--version", "o1", "--branch", "main"];
    verify(&workshop, &json!({ "id": 7 }), &on_main).exits(0);
    for branch in ["main", "feature"] {
        verify(&workshop, &json!({ "id": "x" }), &["--branch", branch])
            .exits(1)
            .does_not_print("pending");
    }
}

#[test]
fn a_provider_verifies_what_the_selectors_choose() {
    let workshop = workshop();
    publish(&workshop, "w2", "feature", &json!({ "number": 7 }));
    verify(&workshop, &json!({ "id": 7 }), &["--select", "main-branch"])
        .exits(0)
        .prints("1 interaction: 1 passed")
        .says("web: newest on main (w1)")
        .does_not_say("feature");
    verify(&workshop, &json!({ "id": 7 }), &["--select", "tag=none"])
        .exits(0)
        .says("nothing to verify: no consumer has published a pact with orders");
    workshop
        .run(&["verify", "pacts", "--select", "main-branch"])
        .exits(2)
        .says("--select is about pacts in storage or of a Pact Broker");
}
