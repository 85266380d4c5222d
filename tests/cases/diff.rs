#![allow(clippy::unwrap_used, clippy::panic)]

use serde_json::{Value, json};

use super::looking::{configure, workshop};
use crate::support::{Workshop, get_interaction, pact};

#[test]
fn interactions_that_came_went_and_changed_are_shown() {
    let workshop = workshop();
    let pact = ["diff", "--consumer", "web", "--provider", "orders"];
    let expected = "from web w1 (main) → orders\n  \
                    to web w2 (feature) → orders: 1 interaction came, 1 interaction went, 1 interaction changed\n  \
                    + \"GET /orders/9\"  Synchronous/HTTP\n  \
                    - \"GET /orders\"  Synchronous/HTTP\n  \
                    ~ \"GET /orders/7\" given \"order 7 exists\"  Synchronous/HTTP\n      \
                    + $.response.body.content.total: 12.5\n";
    for which in [
        ["--from", "w1", "--to", "w2"],
        ["--from-branch", "main", "--to-branch", "feature"],
    ] {
        let finished = workshop.run(&[&pact[..], &which].concat()).exits(0);
        assert_eq!(finished.stdout, expected);
    }
    workshop
        .run(&[&pact[..], &["--from", "w2", "--exit-code"]].concat())
        .exits(1)
        .prints("to web w1 (main) → orders");
    workshop
        .run(&[&pact[..], &["--from", "w1", "--exit-code"]].concat())
        .exits(0)
        .prints("say the same");
}

#[test]
fn files_are_compared_and_the_whole_values_are_in_json() {
    let workshop = Workshop::new();
    let interaction = |body: Value| get_interaction("/", &body);
    let mut ruled = interaction(json!({ "id": 7 }));
    ruled["response"]["matchingRules"] =
        json!({ "body": { "$.id": { "matchers": [{ "match": "integer" }] } } });
    let plain = interaction(json!({ "id": 7 }));
    workshop.write_json("a.json", &pact("web", "orders", &[plain]));
    workshop.write_json("b.json", &pact("web", "orders", &[ruled]));
    let diff = workshop
        .run(&[
            "diff",
            "a.json",
            "b.json",
            "--format",
            "json",
            "--exit-code",
        ])
        .exits(1)
        .json();
    assert_eq!(
        (&diff["from"], &diff["same"]),
        (&json!("a.json"), &json!(false))
    );
    let change = &diff["difference"]["changed"][0]["changes"][0];
    assert_eq!(change["path"], "$.response.matchingRules");
    assert_eq!(
        change["to"]["body"]["$.id"]["matchers"][0]["match"],
        "integer"
    );
    assert_eq!(change.get("from"), None);
}

#[test]
fn golden_contracts_are_compared_by_path() {
    let workshop = Workshop::new();
    configure(&workshop, "orders");
    for (version, required) in [("1", json!(["id", "total"])), ("2", json!(["total"]))] {
        let schema = json!({ "type": "object", "required": required });
        workshop.write_json("golden/OrderShipped.json", &schema);
        workshop.write_json(&format!("{version}.json"), &schema);
        let publish = ["golden", "publish", "golden", "--version", version];
        workshop
            .run(&[&publish[..], &["--branch", "main"]].concat())
            .exits(0);
    }
    workshop
        .run(&["diff", "--golden", "OrderShipped", "--from", "1"])
        .exits(0)
        .prints("from OrderShipped of orders 1 (main)\n  to OrderShipped of orders 2 (main): 1 difference\n  - $.required[0]: \"id\"");
    workshop
        .run(&["diff", "1.json", "2.json", "--exit-code"])
        .exits(1)
        .prints("- $.required[0]: \"id\"");
}

#[test]
fn what_cannot_be_compared_is_a_sentence() {
    let workshop = Workshop::new();
    workshop.write_json("pact.json", &pact("web", "orders", &[]));
    workshop.write_json("schema.json", &json!({ "type": "object" }));
    workshop.write("broken.json", "{");
    let cases: &[(&[&str], &str)] = &[
        (
            &["pact.json", "schema.json"],
            "pact.json is a pact, and schema.json is a golden contract",
        ),
        (&["pact.json", "gone.json"], "cannot read gone.json"),
        (
            &["pact.json", "broken.json"],
            "broken.json: line 1, column 1: not JSON",
        ),
        (&["pact.json"], "2 values required"),
        (
            &["--from", "1"],
            "give --consumer and --provider, or two files",
        ),
        (&["--consumer", "a", "--provider", "b"], "--from <V>"),
        (
            &["--consumer", "a", "--provider", "b", "--from", "1"],
            "there is no participant a",
        ),
    ];
    for (arguments, expected) in cases {
        workshop
            .run(&[&["diff"], *arguments].concat())
            .exits(2)
            .says(expected);
    }
}
