#![allow(clippy::unwrap_used, clippy::panic)]

use serde_json::json;

use crate::support::{Workshop, get_interaction, pact};

fn workshop() -> Workshop {
    let workshop = Workshop::of("participant = \"web\"\n[storage]\nurl = \"bucket\"\n");
    publish(&workshop, "1", "main", 7);
    workshop
}

fn publish(workshop: &Workshop, version: &str, branch: &str, order: u64) {
    let interaction = get_interaction(&format!("/orders/{order}"), &json!({ "id": order }));
    let file = format!("recorded/{version}.json");
    workshop.write_json(&file, &pact("web", "orders", &[interaction]));
    workshop
        .run(&["publish", &file, "--version", version, "--branch", branch])
        .exits(0);
}

#[test]
fn each_pact_is_listed_with_its_reason() {
    let workshop = workshop();
    let finished = workshop.run(&["pull", "--provider", "orders"]).exits(0);
    let files = workshop.list(".pactwork/pulled/orders");
    assert_eq!(files.len(), 1, "{finished}");
    assert!(
        workshop
            .read(&format!(".pactwork/pulled/orders/{}", files[0]))
            .contains("/orders/7")
    );
    finished
        .prints(&format!(".pactwork/pulled/orders/{}", files[0]))
        .prints("main");
}

#[test]
fn the_list_as_json_names_files_versions_and_reasons() {
    let workshop = workshop();
    let list = workshop
        .run(&[
            "pull",
            "--provider",
            "orders",
            "--output",
            "in",
            "--format",
            "json",
        ])
        .exits(0)
        .json();
    assert_eq!(list["provider"], "orders");
    let pact = &list["pacts"][0];
    assert_eq!(pact["consumer"], "web");
    assert_eq!(pact["versions"], json!(["1"]));
    assert!(pact["why"].as_str().unwrap().contains("main"), "{list}");
    assert!(workshop.has(pact["file"].as_str().unwrap()), "{list}");
}

#[test]
fn what_is_no_longer_chosen_is_removed_and_other_files_stay() {
    let workshop = workshop();
    let pull = ["pull", "--provider", "orders", "--output", "in"];
    workshop.run(&pull).exits(0);
    let first = workshop.list("in");
    workshop.write("in/mine.json", "{}");

    publish(&workshop, "2", "main", 8);
    workshop
        .run(&pull)
        .exits(0)
        .says(&format!("removed in/{}: no longer chosen", first[0]));

    let now = workshop.list("in");
    assert_eq!(now.len(), 2, "{now:?}");
    assert!(now.contains(&"mine.json".into()), "{now:?}");
    assert!(!now.contains(&first[0]), "{now:?}");
}

#[test]
fn nothing_to_pull_is_a_warning() {
    workshop()
        .run(&["pull", "--provider", "nobody"])
        .exits(0)
        .says("warning: no consumer has published a pact with nobody in ");
}

#[test]
fn a_folder_that_cannot_be_written_is_a_sentence() {
    let workshop = workshop();
    workshop.write("in", "a file");
    workshop
        .run(&["pull", "--provider", "orders", "--output", "in"])
        .exits(2)
        .says("error: cannot write in: ")
        .says("what to do: make the folder writable, or name another one");
}

#[test]
fn selectors_choose_and_what_was_never_kept_is_pending() {
    let workshop = workshop();
    publish(&workshop, "2", "feature", 8);
    let pull = |more: &[&str]| {
        let command = ["pull", "--provider", "orders", "--output", "in"];
        workshop.run(&[&command[..], more].concat())
    };
    pull(&["--select", "main-branch"])
        .exits(0)
        .prints("web 1: newest on main (1)\n");
    pull(&["--select", "branch=feature", "--provider-branch", "main"])
        .exits(0)
        .prints("web 2: newest on feature (2) (pending)\n");
    pull(&[
        "--select",
        r#"{"branch": "gone", "fallbackBranch": "main"}"#,
    ])
    .exits(0)
    .prints("web 1: newest on main (1)");
    pull(&["--select", "deployed=production", "--fail-if-none"])
        .exits(3)
        .says("warning: no consumer has published a pact with orders in ");
    pull(&["--select", "brunch=x"])
        .exits(2)
        .says("expected one of main-branch, branch, ");
}

#[test]
fn what_was_pulled_before_is_not_transferred_again() {
    let workshop = workshop();
    let pull = ["pull", "--provider", "orders", "--output", "pulled"];
    workshop.run(&pull).exits(0);
    let before = workshop.snapshot("pulled");
    std::fs::remove_dir_all(workshop.path("bucket/v1/blob")).unwrap();
    workshop.run(&pull).exits(0);
    assert_eq!(workshop.snapshot("pulled"), before);
    workshop
        .run(&["pull", "--provider", "orders", "--output", "elsewhere"])
        .exits(3)
        .says("is corrupt: it is missing");
}
