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
    assert_eq!(answer["participant"], "web");
    assert_eq!(answer["version"], "w1");
    assert_eq!(answer["environment"], "production");
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
