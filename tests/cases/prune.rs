#![allow(clippy::unwrap_used, clippy::panic)]

use serde_json::json;

use crate::support::{Finished, Workshop, get_interaction, pact};

/// web 1, 2 and 3 on main, each with a content of its own.
fn workshop() -> Workshop {
    let workshop = Workshop::of("participant = \"web\"\n[storage]\nurl = \"bucket\"\n");
    for version in ["1", "2", "3"] {
        publish(&workshop, version);
    }
    workshop
}

fn publish(workshop: &Workshop, version: &str) -> Finished {
    let interaction = get_interaction(&format!("/orders/{version}"), &json!({ "id": 7 }));
    let file = format!("recorded/{version}.json");
    workshop.write_json(&file, &pact("web", "orders", &[interaction]));
    workshop
        .run(&["publish", &file, "--version", version, "--branch", "main"])
        .exits(0)
}

fn deploy(workshop: &Workshop, version: &str) -> Finished {
    workshop.run(&[
        "record-deployment",
        "--version",
        version,
        "--environment",
        "production",
    ])
}

#[test]
fn it_is_shown_first_and_nothing_is_written() {
    let workshop = workshop();
    let before = workshop.snapshot("bucket");
    workshop
        .run(&["prune", "--keep", "newest=1", "--grace", "0s"])
        .exits(0)
        .prints("2 of 3 versions would go\n  web: 1, 2\nstays: what is deployed, released or tagged, the newest on each branch\nwould remove: 6 objects, ")
        .prints("next: the same with --apply");
    assert_eq!(workshop.snapshot("bucket"), before);
}

#[test]
fn what_is_young_stays_where_nobody_says_otherwise() {
    workshop()
        .run(&["prune"])
        .exits(0)
        .prints("0 of 3 versions would go\nstays: what is deployed, released or tagged, the newest 10 on each branch, what is younger than 30 days\nwould remove: 0 objects, 0 bytes");
}

#[test]
fn it_is_removed_at_once_where_nobody_else_writes() {
    let workshop = workshop();
    deploy(&workshop, "1").exits(0);
    workshop
        .run(&["prune", "--keep", "newest=1", "--grace", "0s", "--apply"])
        .exits(0)
        .prints("1 of 3 versions go\n  web: 2\nstays: what is deployed, released or tagged, the newest on each branch\nremoved: 3 objects, ");
    assert_eq!(workshop.list("bucket/v1/app/web/ver"), ["1", "3"]);
    assert!(!workshop.has("bucket/v1/prune"));
    deploy(&workshop, "2")
        .exits(2)
        .says("error: web 2 was never published");
    let pulled = workshop.run(&["pull", "--provider", "orders"]).exits(0);
    pulled
        .prints("web 1: deployed to production (1)")
        .prints("web 3: newest on main (3)");
    publish(&workshop, "2").prints("pact with orders: new");
}

#[test]
fn it_is_announced_before_it_is_removed() {
    let workshop = workshop();
    let prune = |grace: &str| {
        let keep = ["prune", "--keep", "newest=1", "--apply", "--grace", grace];
        workshop.run(&keep).exits(0)
    };
    // What was published just now is no older than a grace period of an hour.
    prune("1h")
        .prints("0 of 3 versions")
        .prints("removed: 0 objects");
    std::thread::sleep(std::time::Duration::from_millis(20));
    prune("10ms")
        .prints("2 of 3 versions go\n  web: 1, 2\nstays: what is deployed, released or tagged, the newest on each branch, what is younger than 10ms\nremoved: 0 objects, 0 bytes\nannounced: 6 objects, ")
        .prints("next: run it again once 10ms has passed");
    assert_eq!(workshop.list("bucket/v1/app/web/ver"), ["1", "2", "3"]);
    // Whoever comes to need it meanwhile is heard.
    deploy(&workshop, "1").exits(0);
    std::thread::sleep(std::time::Duration::from_millis(20));
    prune("10ms").prints("1 of 3 versions go\n  web: 2\nstays: what is deployed, released or tagged, the newest on each branch, what is younger than 10ms\nremoved: 3 objects, ");
    assert_eq!(workshop.list("bucket/v1/app/web/ver"), ["1", "3"]);
    assert!(!workshop.has("bucket/v1/prune"));
}

#[test]
fn the_result_as_json_names_every_version() {
    let workshop = workshop();
    let shown = workshop
        .run(&[
            "prune", "--keep", "newest=2", "--grace", "0s", "--format", "json",
        ])
        .exits(0)
        .json();
    assert_eq!(shown["applied"], false);
    assert_eq!(shown["versions"], 3);
    assert_eq!(
        shown["going"],
        json!([{ "participant": "web", "version": "1" }])
    );
    assert_eq!(shown["goes"]["objects"], 3);
    assert_eq!(shown["removed"], json!({ "objects": 0, "bytes": 0 }));
}

#[test]
fn an_empty_bucket_is_no_error_and_a_wrong_rule_is() {
    let workshop = Workshop::of("participant = \"web\"\n[storage]\nurl = \"bucket\"\n");
    for arguments in [&["prune"][..], &["prune", "--apply"]] {
        workshop.run(arguments).exits(0).prints("0 of 0 versions");
    }
    assert!(workshop.snapshot("bucket").is_empty());
    for (rule, text) in [
        ("deployed", "expected days=N or newest=N"),
        ("newest=0", "expected newest=1 or more"),
        (
            "days=soon",
            "expected a whole number after =, found \"soon\"",
        ),
    ] {
        workshop.run(&["prune", "--keep", rule]).exits(2).says(text);
    }
    workshop
        .run(&["prune", "--grace", "long"])
        .exits(2)
        .says("--grace");
}
