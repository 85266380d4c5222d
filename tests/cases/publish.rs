#![allow(clippy::unwrap_used, clippy::panic)]

use std::process::Command;

use serde_json::json;

use crate::support::{Finished, Workshop, get_interaction, pact};

fn workshop() -> Workshop {
    let workshop = Workshop::of("participant = \"web\"\n[storage]\nurl = \"bucket\"\n");
    let interaction = get_interaction("/orders/7", &json!({ "id": 7 }));
    workshop.write_json(
        "pacts/web-orders.json",
        &pact("web", "orders", &[interaction]),
    );
    workshop
}

#[test]
fn the_configured_folder_is_published_and_others_pacts_are_skipped_with_a_note() {
    let workshop = workshop();
    workshop.write_json("pacts/core-orders.json", &pact("core", "orders", &[]));
    workshop
        .run(&["publish", "--version", "1", "--branch", "main"])
        .exits(0)
        .prints("web 1")
        .prints("orders")
        .does_not_print("core")
        .says("skipped pacts/core-orders.json: its consumer is core, not web");
    workshop
        .run(&["pull", "--provider", "orders", "--output", "pulled"])
        .exits(0)
        .prints("pulled/web-");
}

#[test]
fn the_same_again_changes_nothing() {
    let workshop = workshop();
    let publish = [
        "publish",
        "--version",
        "1",
        "--branch",
        "main",
        "--tag",
        "beta",
    ];
    workshop.run(&publish).exits(0);
    workshop.run(&publish).exits(0).prints("already published");
}

#[test]
fn other_content_under_the_same_version_is_a_conflict_and_changes_nothing() {
    let workshop = workshop();
    let publish = ["publish", "--version", "1", "--branch", "main"];
    workshop.run(&publish).exits(0);
    let before = workshop.snapshot("bucket");

    let other = get_interaction("/orders/7", &json!({ "id": 7, "state": "open" }));
    workshop.write_json("pacts/web-orders.json", &pact("web", "orders", &[other]));
    workshop
        .run(&publish)
        .exits(2)
        .says("error: web 1 was published with another pact with orders: ")
        .says("$.response.body.content.state one has nothing, the other \"open\"")
        .says("Nothing was published.");

    assert_eq!(workshop.snapshot("bucket"), before);
}

#[test]
fn nothing_to_publish_is_wrong_usage() {
    let workshop = workshop();
    workshop.write_json("core-orders.json", &pact("core", "orders", &[]));
    workshop
        .run(&["publish", "core-orders.json", "--version", "1"])
        .exits(2)
        .says("error: no pact of web in core-orders.json");
    std::fs::remove_dir_all(workshop.path("pacts")).unwrap();
    workshop
        .run(&["publish", "--version", "1"])
        .exits(2)
        .says(&format!(
            "error: no pact of web in {}\n",
            workshop.path("pacts").display()
        ))
        .says("what to do: run the consumer's tests first");
}

#[test]
fn a_malformed_pact_stops_it_before_anything_is_published() {
    let workshop = workshop();
    workshop.write("pacts/broken.json", "{\n \"consumer\": {\"name\": }\n}");
    workshop
        .run(&["publish", "--version", "1"])
        .exits(2)
        .says("broken.json: line 2, column 23: not JSON: ");
    assert!(!workshop.has("bucket"));
}

#[test]
fn the_branch_comes_from_git() {
    let workshop = workshop();
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.current_dir(workshop.path("")).args(arguments);
        assert!(
            command.output().unwrap().status.success(),
            "git {arguments:?}"
        );
    };
    git(&["init", "--quiet", "--initial-branch", "fix/names"]);
    git(&[
        "-c",
        "user.name=n",
        "-c",
        "user.email=e",
        "commit",
        "--quiet",
        "--allow-empty",
        "-m",
        "m",
    ]);
    workshop
        .run(&["publish", "--version", "1"])
        .exits(0)
        .prints("branch fix/names");
}

#[test]
fn jobs_that_each_record_some_of_a_version_merge_what_they_publish() {
    let workshop = Workshop::of("participant = \"web\"\n[storage]\nurl = \"bucket\"\n");
    let publish = |path: &str, body: &serde_json::Value, arguments: &[&str]| {
        let interaction = get_interaction(path, body);
        workshop.write_json("job.json", &pact("web", "orders", &[interaction]));
        let always = ["publish", "job.json", "--version", "1", "--branch", "main"];
        workshop.run(&[&always, arguments].concat())
    };
    let merge = ["--on-conflict", "merge"];
    publish("/1", &json!({}), &merge)
        .exits(0)
        .prints("pact with orders: new; orders has to verify it");
    publish("/2", &json!({}), &[])
        .exits(2)
        .says("web 1 was published with another pact with orders");
    publish("/2", &json!({}), &merge).exits(0).prints(
        "pact with orders: merged with what this version had published; orders has to verify it",
    );
    publish("/1", &json!({}), &merge)
        .exits(0)
        .prints("already published");
    publish("/1", &json!({ "id": 1 }), &merge)
        .exits(2)
        .says("two different interactions are both \"GET /1\"");
    workshop
        .run(&["pull", "--provider", "orders", "--output", "pulled"])
        .exits(0);
    let pulled = workshop.list("pulled");
    let pulled: Vec<_> = pulled
        .iter()
        .filter(|name| name.ends_with(".json"))
        .collect();
    assert_eq!(pulled.len(), 1, "{pulled:?}");
    let contents = workshop.read(&format!("pulled/{}", pulled[0]));
    assert!(contents.contains("GET /1") && contents.contains("GET /2"));
}

#[test]
fn the_branch_comes_from_the_ci_where_git_names_none() {
    let workshop = Workshop::of("participant = \"web\"\n[storage]\nurl = \"bucket\"\n");
    workshop.write_json(
        "pacts/web-orders.json",
        &pact("web", "orders", &[get_interaction("/1", &json!({}))]),
    );
    let mut command = workshop.command(&["publish", "--version", "1", "--format", "json"]);
    command.env("GITHUB_HEAD_REF", "feature/x");
    let published = Finished::of(&mut command).exits(0).json();
    assert_eq!(published["branch"], "feature/x");
    assert_eq!(published["contracts"][0]["status"], "new");
}
