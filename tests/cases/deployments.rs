#![allow(clippy::unwrap_used, clippy::panic)]

use serde_json::{Value, json};

use crate::support::{Finished, Workshop, get_interaction, pact};

/// orders o9 is known, though nobody has asked anything of it yet; web w1 relies on
/// orders, and its pact is published.
fn workshop() -> Workshop {
    let workshop = Workshop::of("participant = \"web\"\n[storage]\nurl = \"bucket\"\n");
    workshop
        .run(&[
            "verify",
            "--provider",
            "orders",
            "--record",
            "--version",
            "o9",
        ])
        .exits(0)
        .says("warning: nothing to verify");
    let interaction = get_interaction("/orders/7", &json!({ "id": 7 }));
    workshop.write_json(
        "pacts/web-orders.json",
        &pact("web", "orders", &[interaction]),
    );
    workshop
        .run(&["publish", "--version", "w1", "--branch", "main"])
        .exits(0);
    workshop
}

fn can_i_deploy(workshop: &Workshop, participant: &str, version: &str) -> Finished {
    workshop.run(&[
        "can-i-deploy",
        "--participant",
        participant,
        "--version",
        version,
        "--to-environment",
        "production",
    ])
}

fn deploy(workshop: &Workshop, participant: &str, version: &str) {
    workshop
        .run(&[
            "record-deployment",
            "--participant",
            participant,
            "--version",
            version,
            "--environment",
            "production",
        ])
        .exits(0)
        .prints(&format!(
            "recorded: {participant} {version} is in production"
        ));
}

/// Verifies orders against what is published, with a mock provider that answers with this.
fn verify(workshop: &Workshop, version: &str, answer: &Value) -> Finished {
    let interaction = get_interaction("/orders/7", answer);
    workshop.write_json("real.json", &pact("web", "orders", &[interaction]));
    let (_provider, url) = workshop.start_mock(&["--output", "ignored", "real.json"]);
    workshop.run(&[
        "verify",
        "--provider",
        "orders",
        "--base-url",
        &url,
        "--record",
        "--version",
        version,
        "--branch",
        "main",
    ])
}

#[test]
fn a_verified_version_is_safe_to_deploy() {
    let workshop = workshop();
    verify(&workshop, "o1", &json!({ "id": 7 })).exits(0);
    deploy(&workshop, "orders", "o1");
    can_i_deploy(&workshop, "web", "w1")
        .exits(0)
        .prints("yes: web w1 can be deployed to production")
        .prints("orders");
    deploy(&workshop, "web", "w1");
    can_i_deploy(&workshop, "orders", "o1")
        .exits(0)
        .prints("yes: orders o1");
}

#[test]
fn a_failed_verification_is_no_with_the_reason() {
    let workshop = workshop();
    verify(&workshop, "o1", &json!({ "id": 7 })).exits(0);
    deploy(&workshop, "web", "w1");
    verify(&workshop, "o2", &json!({ "number": 7 })).exits(1);
    can_i_deploy(&workshop, "orders", "o2")
        .exits(1)
        .prints("no: orders o2 cannot be deployed to production")
        .prints("web");
}

#[test]
fn a_provider_that_is_not_there_is_no() {
    can_i_deploy(&workshop(), "web", "w1")
        .exits(1)
        .prints("no: web w1")
        .prints("orders");
}

#[test]
fn what_nobody_has_verified_is_unknown_with_the_next_command() {
    let workshop = workshop();
    deploy(&workshop, "orders", "o9");
    can_i_deploy(&workshop, "web", "w1")
        .exits(3)
        .prints("unknown: ")
        .prints("pactwork verify");
}

#[test]
fn a_version_that_nobody_published_is_no() {
    can_i_deploy(&workshop(), "web", "w0")
        .exits(1)
        .prints("no: web w0");
}

#[test]
fn the_answer_as_json_has_the_answer_and_its_reasons() {
    let workshop = workshop();
    deploy(&workshop, "orders", "o9");
    let answer = workshop
        .run(&[
            "can-i-deploy",
            "--version",
            "w1",
            "--to-environment",
            "production",
            "--format",
            "json",
        ])
        .exits(3)
        .json();
    assert_eq!(answer["answer"], "unknown");
    let asked = json!([{ "participant": "web", "version": "w1" }]);
    assert_eq!(answer["versions"], asked);
    assert_eq!(answer["destination"], "production");
    assert!(
        !answer["reasons"].as_array().unwrap().is_empty(),
        "{answer}"
    );
}

#[test]
fn the_participant_comes_from_the_configuration() {
    let workshop = workshop();
    workshop
        .run(&[
            "record-deployment",
            "--version",
            "w1",
            "--environment",
            "staging",
        ])
        .exits(0)
        .prints("recorded: web w1 is in staging");
}

#[test]
fn a_deployment_of_a_version_that_nobody_published_is_refused_with_similar_names() {
    workshop()
        .run(&[
            "record-deployment",
            "--version",
            "w10",
            "--environment",
            "production",
        ])
        .exits(2)
        .says("error: web w10 was never published; similar: w1; nothing was recorded")
        .says("what to do: publish or verify that version first, or correct its name");
}

/// Publishes what a consumer relies on, and verifies it with a version of the provider.
fn rely(workshop: &Workshop, consumer: &str, provider: &str, version: &str) {
    let file = format!("relies/{consumer}-{provider}.json");
    let interaction = get_interaction("/x", &json!({ "id": 7 }));
    workshop.write_json(&file, &pact(consumer, provider, &[interaction]));
    let configuration = format!("participant = \"{consumer}\"\n[storage]\nurl = \"bucket\"\n");
    workshop.write("pactwork.toml", &configuration);
    workshop
        .run(&["publish", &file, "--version", version, "--branch", "main"])
        .exits(0);
}

#[test]
fn two_services_that_wait_for_each_other_are_asked_for_together() {
    let workshop = Workshop::of("participant = \"c\"\n[storage]\nurl = \"bucket\"\n");
    rely(&workshop, "a", "b", "a1");
    rely(&workshop, "b", "a", "b1");
    for (consumer, provider, version) in [("a", "b", "b1"), ("b", "a", "a1")] {
        let file = format!("relies/{consumer}-{provider}.json");
        let (_provider, url) = workshop.start_mock(&["--output", "ignored", &file]);
        workshop
            .run(&[
                "verify",
                "--provider",
                provider,
                "--base-url",
                &url,
                "--record",
                "--version",
                version,
                "--branch",
                "main",
            ])
            .exits(0);
    }
    workshop.run(&["create-environment", "production"]).exits(0);
    let ask = ["can-i-deploy", "--participant", "a", "--version", "a1"];
    let to = ["--to-environment", "production"];
    workshop
        .run(&[&ask[..], &to[..]].concat())
        .exits(1)
        .prints("b is not deployed to production, and a a1 relies on it");
    let together = ["--participant", "b", "--version", "b1"];
    workshop
        .run(&[&ask[..], &together[..], &to[..]].concat())
        .exits(0)
        .prints("yes: a a1 and b b1 can be deployed to production");
    workshop
        .run(&[&ask[..], &["--ignore", "b"], &to[..]].concat())
        .exits(0)
        .prints("what a relies on b for was not looked at, as asked");
    workshop
        .run(&[&ask[..], &["--to-branch", "main"]].concat())
        .exits(0)
        .prints("b b1 keeps what a a1 relies on");
    workshop
        .run(&[&ask[..], &["--version", "a2"], &to[..]].concat())
        .exits(2)
        .says("expected a --version for each --participant, found 2 and 1");
}

#[test]
fn what_is_undeployed_or_no_longer_supported_is_not_there() {
    let workshop = workshop();
    let record = |command: &str, version: &str, says: &str| {
        workshop
            .run(&[
                command,
                "--participant",
                "web",
                "--version",
                version,
                "--environment",
                "production",
            ])
            .exits(0)
            .prints(says);
    };
    record(
        "record-deployment",
        "w1",
        "recorded: web w1 is in production",
    );
    record(
        "record-deployment",
        "w1",
        "known before: web w1 is in production; nothing was written",
    );
    record(
        "record-undeployment",
        "w1",
        "recorded: web w1 is no longer in production",
    );
    record(
        "record-release",
        "w1",
        "recorded: web w1 is released to production",
    );
    can_i_deploy(&workshop, "orders", "o9")
        .exits(3)
        .prints("orders o9 was never verified against what web w1 relies on");
    record(
        "record-support-ended",
        "w1",
        "recorded: web w1 is no longer supported in production",
    );
    can_i_deploy(&workshop, "orders", "o9")
        .exits(0)
        .prints("relies on nobody, and nobody in production relies on it");
    workshop
        .run(&["environments"])
        .exits(0)
        .prints("production");
}

#[test]
fn annotations_for_github_are_one_line_each() {
    let finished = workshop().run(&[
        "can-i-deploy",
        "--version",
        "w1",
        "--to-environment",
        "production",
        "--format",
        "github",
    ]);
    let finished = finished.exits(1);
    finished
        .prints("::error title=can-i-deploy::no: web w1 to production")
        .prints("::error title=can-i-deploy::orders is not deployed to production, and web w1 relies on it%0Anext: ");
}

#[test]
fn an_environment_is_created_before_anything_is_there() {
    let workshop = workshop();
    workshop
        .run(&["environments"])
        .exits(0)
        .says("there is no environment yet");
    can_i_deploy(&workshop, "orders", "o9")
        .exits(3)
        .prints("unknown: orders o9 is not known to be safe to deploy to production")
        .prints("? the environment production is not known")
        .prints("next: pactwork create-environment production  (if that is its name)");
    let create = ["create-environment", "production"];
    workshop.run(&create).exits(0).prints("created: production");
    workshop
        .run(&create)
        .exits(0)
        .prints("production was known already");
    workshop
        .run(&["environments"])
        .exits(0)
        .prints("production\n");
    can_i_deploy(&workshop, "orders", "o9")
        .exits(0)
        .does_not_print("is not known");
}
