#![allow(clippy::unwrap_used, clippy::panic)]

use serde_json::{Value, json};

use crate::support::{PACTWORK, Workshop, get_interaction, pact};

const STORAGE: &str = "[storage]\nurl = \"bucket\"\n";

fn workshop(storage: &str) -> Workshop {
    let workshop = Workshop::of(&format!("participant = \"web\"\n{storage}"));
    let interaction = get_interaction("/orders/7", &json!({ "id": 7 }));
    workshop.write_json(
        "pacts/web-orders.json",
        &pact("web", "orders", &[interaction]),
    );
    workshop
}

#[test]
fn copies_are_whole_pact_files_that_other_commands_take() {
    let workshop = workshop(STORAGE);
    workshop
        .run(&["publish", "--version", "1", "--branch", "main", "--plain"])
        .exits(0)
        .prints("  copied to pacts/orders/web-orders.json");
    let copy: Value =
        serde_json::from_str(&workshop.read("bucket/pacts/orders/web-orders.json")).unwrap();
    assert_eq!(copy["metadata"]["pactSpecification"]["version"], "4.0");
    assert_eq!(
        copy["metadata"]["pactwork"],
        json!({ "consumerVersion": "1", "branch": "main" })
    );
    let file = "bucket/pacts/orders/web-orders.json";
    let start = format!("{PACTWORK} mock {file} --port {{port}} --output recorded");
    workshop
        .run(&["verify", file, "--provider", "orders", "--start", &start])
        .exits(0)
        .prints("1 interaction: 1 passed");
}

#[test]
fn golden_contracts_are_copied_as_they_were_published() {
    let workshop = workshop(STORAGE);
    workshop.write_json("golden/OrderShipped.json", &json!({ "type": "object" }));
    let publish = [
        "golden",
        "publish",
        "--version",
        "1",
        "--branch",
        "master",
        "--plain",
    ];
    workshop
        .run(&publish)
        .exits(0)
        .prints("  copied to golden/web/OrderShipped.schema.json");
    let copy: Value =
        serde_json::from_str(&workshop.read("bucket/golden/web/OrderShipped.schema.json")).unwrap();
    assert_eq!(copy, json!({ "type": "object" }));
}

#[test]
fn other_branches_make_no_copies() {
    let workshop = workshop(STORAGE);
    let publish = |more: &[&str]| workshop.run(&[&["publish", "--version", "1"], more].concat());
    publish(&["--branch", "fix", "--plain"])
        .exits(0)
        .says("no plain copies: they are of main and master, this is on fix");
    publish(&["--plain"])
        .exits(0)
        .says("no plain copies: they are of main and master, this is without a branch");
    publish(&["--branch", "main"])
        .exits(0)
        .does_not_print("copied");
    assert!(!workshop.has("bucket/pacts"));
}

#[test]
fn the_configuration_may_ask_for_copies_always() {
    let workshop = workshop(&format!("{STORAGE}plain_layout = true\n"));
    workshop
        .run(&["publish", "--version", "1", "--branch", "fix"])
        .exits(0)
        .does_not_say("no plain copies");
    assert!(!workshop.has("bucket/pacts"));
    workshop
        .run(&["publish", "--version", "1", "--branch", "main"])
        .exits(0)
        .prints("copied to pacts/orders/web-orders.json");
}

#[test]
fn publishing_again_makes_copies_that_are_missing() {
    let workshop = workshop(STORAGE);
    let publish = ["publish", "--version", "1", "--branch", "main", "--plain"];
    workshop.run(&publish).exits(0);
    let before = workshop.snapshot("bucket");
    std::fs::remove_dir_all(workshop.path("bucket/pacts")).unwrap();
    workshop
        .run(&publish)
        .exits(0)
        .prints("already published")
        .prints("copied to pacts/orders/web-orders.json");
    assert_eq!(workshop.snapshot("bucket"), before);
}
