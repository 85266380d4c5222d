//! What several commands look at: a bucket with three services.
#![allow(clippy::unwrap_used, clippy::panic)]

use serde_json::{Value, json};

use crate::support::{Workshop, get_interaction, given, pact};

/// orders o1 relies on users, that nobody published. web w1 on main and w2 on
/// feature rely on orders, which keeps the former and not the latter; app a1 relies
/// on orders, which was never asked. web w1 and orders o1 are in production.
pub fn workshop() -> Workshop {
    let workshop = Workshop::new();
    let order = |body: Value| given("order 7 exists", get_interaction("/orders/7", &body));
    let old = [
        order(json!({ "id": 7 })),
        get_interaction("/orders", &json!([])),
    ];
    let new = [
        order(json!({ "id": 7, "total": 12.5 })),
        get_interaction("/orders/9", &json!({ "id": 9 })),
    ];
    publish(&workshop, "web", "orders", &old, &["w1", "main"]);
    publish(
        &workshop,
        "web",
        "orders",
        &new,
        &["w2", "feature", "--tag", "try"],
    );
    let users = [get_interaction("/users/1", &json!({}))];
    publish(&workshop, "orders", "users", &users, &["o1", "main"]);
    verify(
        &workshop,
        &workshop.path("recorded/w1.json").display().to_string(),
    );
    let orders = [get_interaction("/orders/7", &json!({ "id": 7 }))];
    publish(
        &workshop,
        "app",
        "orders",
        &orders,
        &["a1", "main", "--build-url", "https://ci/1"],
    );
    for (participant, version) in [("web", "w1"), ("orders", "o1")] {
        let deployment = ["record-deployment", "--environment", "production"];
        let who = ["--participant", participant, "--version", version];
        workshop.run(&[&deployment[..], &who].concat()).exits(0);
    }
    workshop
}

/// Publishes a pact as the version on the branch that `release` begins with.
pub fn publish(
    workshop: &Workshop,
    consumer: &str,
    provider: &str,
    interactions: &[Value],
    release: &[&str],
) {
    let [version, branch, more @ ..] = release else {
        panic!("a version and its branch");
    };
    configure(workshop, consumer);
    let file = format!("recorded/{version}.json");
    workshop.write_json(&file, &pact(consumer, provider, interactions));
    let command = ["publish", &file, "--version", version, "--branch", branch];
    workshop.run(&[&command[..], more].concat()).exits(0);
}

pub fn configure(workshop: &Workshop, participant: &str) {
    let configuration = format!("participant = \"{participant}\"\n[storage]\nurl = \"bucket\"\n");
    workshop.write("pactwork.toml", &configuration);
}

/// Verifies orders o1 with a mock provider that keeps the pact in this file. What the
/// feature relies on is pending, so that it fails nothing.
fn verify(workshop: &Workshop, file: &str) {
    let (_provider, url) = workshop.start_mock(&["--output", "ignored", file]);
    let command = [
        "verify",
        "--provider",
        "orders",
        "--base-url",
        &url,
        "--record",
    ];
    let release = ["--version", "o1", "--branch", "main"];
    workshop.run(&[&command[..], &release].concat()).exits(0);
}
