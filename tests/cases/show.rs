#![allow(clippy::unwrap_used, clippy::panic)]

use serde_json::json;

use super::looking::{configure, workshop};

#[test]
fn a_participant_is_shown_with_branches_versions_places_and_parties() {
    let workshop = workshop();
    configure(&workshop, "orders");
    workshop
        .run(&["show"])
        .exits(0)
        .prints("orders\n  relies on: users\n  relied on by: app, web\n")
        .prints("production   orders       o1       deployed")
        .prints("✗ failed");
    let found = workshop
        .run(&["show", "--participant", "web", "--format", "json"])
        .exits(0)
        .json();
    assert_eq!(found["providers"], json!(["orders"]));
    assert_eq!(found["consumers"], json!([]));
    assert_eq!(found["branches"].as_array().unwrap().len(), 2);
    assert_eq!(found["versions"][1]["version"], "w1");
    assert_eq!(found["deployments"][0]["environment"], "production");
}

#[test]
fn a_version_is_shown_with_what_it_published_and_its_results() {
    let workshop = workshop();
    workshop
        .run(&["show", "--participant", "web", "--version", "w1"])
        .exits(0)
        .prints("web w1\n  published: ")
        .prints("\n  branch: main\n  in: production (deployed)\n  pact with orders  ")
        .prints("✓ passed");
    let app = [
        "show",
        "--participant",
        "app",
        "--version",
        "a1",
        "--format",
        "json",
    ];
    let found = workshop.run(&app).exits(0).json();
    assert_eq!(found["version"]["build_urls"], json!(["https://ci/1"]));
    assert_eq!(found["rows"][0]["outcome"], "never_verified");
}

#[test]
fn a_pact_is_shown_by_its_parties_and_by_its_content() {
    let workshop = workshop();
    let shown = workshop.run(&["show", "--pact", "web/orders"]).exits(0);
    let shown = shown
        .prints("web → orders\n  version w1 (main)\n")
        .prints("\"GET /orders/7\" given \"order 7 exists\": GET /orders/7 → 200");
    let content = shown.stdout.lines().nth(2).unwrap().trim();
    let content = content.strip_prefix("content ").unwrap();
    for which in [
        ["--pact", "web/orders@w1"],
        ["--content", content],
        ["--content", &content[..8]],
    ] {
        let same = workshop.run(&[&["show"], &which[..]].concat()).exits(0);
        assert_eq!(same.stdout, shown.stdout);
    }
    let branch = [
        "show",
        "--participant",
        "web",
        "--pact",
        "orders",
        "--branch",
        "feature",
    ];
    workshop
        .run(&branch)
        .exits(0)
        .prints("version w2 (feature, try)");

    let file = ["show", "--pact", "web/orders", "--format", "json"];
    let printed = workshop.run(&file).exits(0);
    workshop.write("printed.json", &printed.stdout);
    workshop
        .run(&["diff", "printed.json", "recorded/w1.json", "--exit-code"])
        .exits(0);
}

#[test]
fn a_golden_contract_is_shown_with_its_schema() {
    let workshop = workshop();
    configure(&workshop, "orders");
    workshop.write_json("golden/OrderShipped.json", &json!({ "type": "object" }));
    let publish = ["golden", "publish", "golden", "--version", "o1"];
    workshop
        .run(&[&publish[..], &["--branch", "main"]].concat())
        .exits(0);
    workshop
        .run(&["show", "--golden", "OrderShipped"])
        .exits(0)
        .prints("OrderShipped of orders\n  version o1 (main)\n  content ")
        .prints("\"type\": \"object\"");
    let found = workshop.run(&["show", "--golden", "OrderShipped", "--format", "json"]);
    assert_eq!(found.exits(0).json(), json!({ "type": "object" }));
    workshop
        .run(&["show", "--golden", "OrderSent"])
        .exits(2)
        .says("there is no golden contract OrderSent of orders o1; it published: OrderShipped");
}

#[test]
fn what_is_not_there_is_named_with_what_there_is() {
    let workshop = workshop();
    let cases: &[(&[&str], &str)] = &[
        (
            &["--participant", "odrers"],
            "there is no participant odrers; similar: orders",
        ),
        (
            &["--pact", "web/users"],
            "there is no pact with users of web w1; it published those with: orders",
        ),
        (
            &["--pact", "web/orders@w9"],
            "there is no version w9 of web",
        ),
        (
            &[
                "--participant",
                "web",
                "--pact",
                "orders",
                "--branch",
                "featrue",
            ],
            "there is no version of web with pacts on the branch featrue; similar: feature",
        ),
        (
            &["--content", "00000000"],
            "there is no contract with the content id 00000000",
        ),
        (&["--content", "xyz"], "expected 6 to 64 hexadecimal digits"),
        (&["--pact", "a/b/c"], "expected --pact CONSUMER/PROVIDER"),
        (
            &["--participant", "web", "--branch", "main"],
            "--branch goes with --pact or --golden",
        ),
    ];
    for (arguments, expected) in cases {
        workshop
            .run(&[&["show"], *arguments].concat())
            .exits(2)
            .says(expected);
    }
}
