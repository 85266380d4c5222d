#![allow(clippy::unwrap_used, clippy::panic)]

use serde_json::json;

use crate::support::{Workshop, get_interaction, pact};

fn workshop() -> Workshop {
    let workshop = Workshop::of("participant = \"web\"\n");
    let interaction = get_interaction("/orders/7", &json!({ "id": 7 }));
    workshop.write_json(
        "pacts/web-orders.json",
        &pact("web", "orders", &[interaction]),
    );
    workshop.write_json("pacts/core-orders.json", &pact("core", "orders", &[]));
    workshop
        .run(&["publish", "--version", "1", "--branch", "main"])
        .exits(0);
    workshop.run(&["pull", "--provider", "orders"]).exits(0);
    workshop
}

#[test]
fn own_pacts_and_what_was_pulled_go_and_the_rest_stays() {
    let workshop = workshop();
    workshop.write("pacts/notes.json", "[]");
    workshop.write("pacts/.recorded-by/.gitignore", "*\n");
    workshop.write("pacts/.recorded-by/web-orders.jsonl", "");
    workshop.write(".pactwork/pulled/orders/mine.txt", "");
    let bucket = workshop.snapshot(".pactwork/bucket");
    assert!(!bucket.is_empty());

    workshop
        .run(&["clean"])
        .exits(0)
        .prints("removed pacts/web-orders.json")
        .prints("removed .pactwork/pulled/orders/web-")
        .says("left alone, because it is not a pact: ");

    assert_eq!(workshop.list("pacts"), ["core-orders.json", "notes.json"]);
    assert_eq!(workshop.list(".pactwork/pulled/orders"), ["mine.txt"]);
    assert_eq!(workshop.snapshot(".pactwork/bucket"), bucket);
    workshop.run(&["clean"]).exits(0).says("nothing to remove");
}

#[test]
fn with_pacts_only_the_recorded_pacts_go() {
    let workshop = workshop();
    workshop
        .run(&["clean", "--pacts"])
        .exits(0)
        .prints("removed pacts/web-orders.json");
    assert_eq!(workshop.list("pacts"), ["core-orders.json"]);
    assert_eq!(workshop.list(".pactwork/pulled/orders").len(), 1);
}

#[test]
fn the_working_folder_goes_with_what_was_pulled_golden_contracts_too() {
    let workshop = Workshop::of(
        "participant = \"web\"\n[storage]\nurl = \"bucket\"\n\
         [consumer.events]\nweb = [\"Opened\"]\n",
    );
    workshop.write_json("golden/Opened.json", &json!({ "type": "object" }));
    workshop
        .run(&["golden", "publish", "--version", "1", "--branch", "main"])
        .exits(0);
    workshop.run(&["golden", "pull"]).exits(0);
    workshop
        .run(&["clean"])
        .exits(0)
        .prints("removed .pactwork/golden/web/Opened.json");
    assert!(!workshop.has(".pactwork"));
    assert!(workshop.has("golden/Opened.json"));
    assert!(workshop.has("bucket"));
}
