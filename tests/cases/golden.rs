#![allow(clippy::unwrap_used, clippy::panic)]

use serde_json::{Value, json};

use crate::support::Workshop;

const STORAGE: &str = "[storage]\nurl = \"bucket\"\n";

fn event_schema(required: &[&str]) -> Value {
    json!({
        "type": "object",
        "properties": {
            "detail-type": { "const": "TemplateDeleted" },
            "detail": {
                "type": "object",
                "properties": { "id": { "type": "string" }, "owner": { "type": "string" } },
                "required": required,
            },
        },
        "required": ["detail"],
    })
}

/// A provider whose command prints the file `listing.json`.
fn provider(listing: &Value) -> Workshop {
    let workshop = Workshop::of(&format!(
        "participant = \"templates\"\n{STORAGE}\n[provider]\ngolden = \"cat listing.json\"\n"
    ));
    workshop.write_json("listing.json", listing);
    workshop
}

/// A provider that has published TemplateDeleted, with the configuration of auth beside it.
fn consumer(events: &str) -> Workshop {
    let workshop = provider(&json!({
        "TemplateCreated": { "type": "object" },
        "TemplateDeleted": event_schema(&["id"]),
    }));
    workshop.run(&["golden", "generate"]).exits(0);
    workshop
        .run(&["golden", "publish", "--version", "t1", "--branch", "main"])
        .exits(0);
    workshop.write(
        "pactwork.toml",
        &format!("participant = \"auth\"\n{STORAGE}[consumer.events]\n{events}\n"),
    );
    workshop
}

#[test]
fn generate_writes_a_file_an_event_and_removes_those_that_are_gone() {
    let workshop = provider(&json!({ "A": { "type": "object" }, "B": { "type": "string" } }));
    workshop
        .run(&["golden", "generate"])
        .exits(0)
        .prints("golden/A.json\ngolden/B.json\n");
    let first = workshop.read("golden/A.json");
    workshop.run(&["golden", "generate"]).exits(0);
    assert_eq!(workshop.read("golden/A.json"), first);

    workshop.write_json("listing.json", &json!({ "A": { "type": "object" } }));
    workshop
        .run(&["golden", "generate"])
        .exits(0)
        .says("removed golden/B.json: no longer listed");
    assert_eq!(workshop.list("golden"), ["A.json"]);
}

#[test]
fn generate_says_what_is_wrong_with_the_command() {
    let workshop = provider(&json!({}));
    let with_command = |command: &str| {
        let text = format!("participant = \"templates\"\n[provider]\ngolden = \"{command}\"\n");
        workshop.write("pactwork.toml", &text);
        workshop.run(&["golden", "generate"])
    };
    with_command("echo no types >&2; exit 3")
        .exits(3)
        .says("error: the command failed (exit status: 3): echo no types >&2; exit 3")
        .says("  | no types");
    with_command("echo nothing")
        .exits(2)
        .says("the output of `echo nothing`");
    with_command("echo '[1]'")
        .exits(2)
        .says("the output of `echo '[1]'`");
    with_command("echo '{}'")
        .exits(0)
        .says("lists no golden contract");
    workshop.write("pactwork.toml", "participant = \"templates\"\n");
    workshop
        .run(&["golden", "generate"])
        .exits(2)
        .says("write golden = \"…\" under [provider] in pactwork.toml");
    assert!(workshop.list("golden").is_empty());
}

#[test]
fn publish_without_golden_contracts_is_wrong_usage() {
    let workshop = provider(&json!({}));
    workshop
        .run(&["golden", "publish", "--version", "1"])
        .exits(2)
        .says("error: no golden contract (*.json) in ")
        .says("what to do: run pactwork golden generate first");
    workshop.write("golden/A.json", "{ \"type\": }");
    workshop
        .run(&["golden", "publish", "--version", "1"])
        .exits(2)
        .says("golden/A.json")
        .says("line 1, column 11");
    assert!(!workshop.has("bucket"));
}

#[test]
fn publishing_another_schema_under_the_same_version_is_a_conflict() {
    let workshop = provider(&json!({ "A": { "type": "object" } }));
    workshop.run(&["golden", "generate"]).exits(0);
    let publish = ["golden", "publish", "--version", "1", "--branch", "main"];
    workshop.run(&publish).exits(0).prints("A");
    workshop.run(&publish).exits(0).prints("already published");
    let before = workshop.snapshot("bucket");
    workshop.write("golden/A.json", "{\"type\": \"string\"}");
    workshop.run(&publish).exits(2).says(
        "error: templates 1 was published with another golden contract A: its schema differs",
    );
    assert_eq!(workshop.snapshot("bucket"), before);
}

#[test]
fn pull_fetches_only_the_events_that_are_named() {
    let workshop = consumer("templates = [\"TemplateDeleted\"]");
    workshop
        .run(&["golden", "pull"])
        .exits(0)
        .prints(".pactwork/golden/templates/TemplateDeleted.json (templates t1)");
    assert_eq!(
        workshop.list(".pactwork/golden/templates"),
        ["TemplateDeleted.json"]
    );
    let pulled = workshop.read(".pactwork/golden/templates/TemplateDeleted.json");
    assert_eq!(pulled, workshop.read("golden/TemplateDeleted.json"));
}

#[test]
fn pull_understands_a_config_json_beside_the_configuration() {
    let workshop = consumer("");
    workshop.write(
        "config.json",
        r#"{"providers": {"templates": ["TemplateDeleted"]}}"#,
    );
    workshop
        .run(&["golden", "pull"])
        .exits(0)
        .prints("templates/TemplateDeleted.json");
    workshop.write(
        "config.json",
        r#"{"providers": {"templates": "TemplateDeleted"}}"#,
    );
    workshop
        .run(&["golden", "pull"])
        .exits(2)
        .says("config.json: $.providers.templates: expected a list of event names");
}

#[test]
fn pull_of_an_event_that_is_not_published_says_what_is_and_changes_nothing() {
    let workshop = consumer("templates = [\"TemplateDeleted\", \"TemplateRenamed\"]");
    workshop
        .run(&["golden", "pull"])
        .exits(1)
        .says("templates t1 does not publish TemplateRenamed")
        .says("it publishes: TemplateCreated, TemplateDeleted");
    assert!(!workshop.has(".pactwork/golden"));
}

#[test]
fn pull_from_a_provider_that_has_published_nothing_is_a_warning() {
    let workshop = consumer("billing = [\"InvoicePaid\"]");
    workshop
        .run(&["golden", "pull"])
        .exits(0)
        .says("warning: billing has not published golden contracts");
}

fn example(workshop: &Workshop, name: &str, contents: &str) {
    workshop.write(
        &format!("examples/templates/TemplateDeleted/{name}"),
        contents,
    );
}

#[test]
fn check_of_valid_examples_holds() {
    let workshop = consumer("templates = [\"TemplateDeleted\"]");
    workshop.run(&["golden", "pull"]).exits(0);
    example(
        &workshop,
        "deleted.json",
        r#"{"detail-type": "TemplateDeleted", "detail": {"id": "1"}}"#,
    );
    workshop
        .run(&["golden", "check"])
        .exits(0)
        .prints("✓ examples/templates/TemplateDeleted/deleted.json")
        .prints("1 example: 1 valid");
}

#[test]
fn check_shows_every_violation_with_file_path_schema_and_value() {
    let workshop = consumer("templates = [\"TemplateDeleted\"]");
    workshop.run(&["golden", "pull"]).exits(0);
    example(&workshop, "ok.json", r#"{"detail": {"id": "1"}}"#);
    example(
        &workshop,
        "wrong.json",
        r#"{"detail-type": "Other", "detail": {"id": 7}}"#,
    );
    workshop
        .run(&["golden", "check"])
        .exits(1)
        .prints("✗ examples/templates/TemplateDeleted/wrong.json")
        .prints("$.detail.id")
        .prints("string")
        .prints("7")
        .prints("\"TemplateDeleted\"")
        .prints("\"Other\"")
        .prints("2 examples: 1 valid, 1 invalid");
}

#[test]
fn check_of_an_example_that_is_not_json_says_where() {
    let workshop = consumer("templates = [\"TemplateDeleted\"]");
    workshop.run(&["golden", "pull"]).exits(0);
    example(&workshop, "broken.json", "{\n  \"detail\": ,\n}");
    workshop
        .run(&["golden", "check"])
        .exits(2)
        .prints("examples/templates/TemplateDeleted/broken.json")
        .prints("line 2 column 13")
        .says("error: an example is not JSON");
}

#[test]
fn check_without_a_golden_contract_could_not_find_out() {
    let workshop = consumer("templates = [\"TemplateDeleted\"]");
    example(&workshop, "deleted.json", "{}");
    workshop
        .run(&["golden", "check"])
        .exits(3)
        .prints("? examples/templates/TemplateDeleted/deleted.json")
        .says("an example has no golden contract to be checked against")
        .says("pactwork golden pull");
}

#[test]
fn check_of_an_event_without_examples_is_a_warning() {
    let workshop = consumer("templates = [\"TemplateDeleted\"]");
    workshop.run(&["golden", "pull"]).exits(0);
    workshop.write("examples/stray.json", "{}");
    workshop
        .run(&["golden", "check"])
        .exits(0)
        .prints("0 examples")
        .says("warning: TemplateDeleted of templates is consumed, and no example of it is in")
        .says("warning: examples/stray.json is not checked");
}

#[test]
fn check_against_a_golden_contract_that_is_not_a_schema_is_wrong_input() {
    let workshop = consumer("templates = [\"TemplateDeleted\"]");
    example(&workshop, "deleted.json", "{}");
    workshop.write(
        ".pactwork/golden/templates/TemplateDeleted.json",
        r#"{"type": "objekt"}"#,
    );
    workshop
        .run(&["golden", "check"])
        .exits(2)
        .says("golden/templates/TemplateDeleted.json")
        .says("objekt");
}
