//! `pactwork verify --cross-check`. What the reference implementation says is tested
//! where it is part of the program: `cargo test -p pactwork --features cross-check cross_check`.
#![allow(clippy::unwrap_used, clippy::panic)]

use serde_json::json;

use crate::support::{Workshop, get_interaction, pact};

#[cfg(not(feature = "cross-check"))]
#[test]
fn without_the_reference_implementation_it_is_said_how_to_get_it() {
    let workshop = Workshop::new();
    let order = get_interaction("/orders/7", &json!({ "id": 7 }));
    workshop.write_json("web-orders.json", &pact("web", "orders", &[order]));
    let arguments = ["--base-url", "http://127.0.0.1:1", "--cross-check"];
    workshop
        .run(&[&["verify", "web-orders.json"][..], &arguments].concat())
        .exits(2)
        .says("--cross-check: this pactwork was built without pact_verifier")
        .says("cargo install --path . --features cross-check");
}

#[cfg(feature = "cross-check")]
mod with_the_reference_implementation {
    use serde_json::Value;

    use super::*;
    use crate::support::{Finished, given, message, serve};

    /// A rule about keys says nothing of the values, so they have to be the example's; the
    /// reference takes any.
    fn disagreed() -> Value {
        let mut interaction = get_interaction("/orders/8", &json!({ "lines": { "a": 1 } }));
        let rule = json!({ "match": "eachKey", "rules": [{ "match": "regex", "regex": "a" }] });
        interaction["response"]["matchingRules"] =
            json!({ "body": { "$.lines": { "combine": "AND", "matchers": [rule] } } });
        interaction
    }

    fn verified(pacts: &[Value], answers: &[Value], arguments: &[&str]) -> Finished {
        let workshop = Workshop::new();
        workshop.write_json("web-orders.json", &pact("web", "orders", pacts));
        workshop.write_json("real.json", &pact("anybody", "orders", answers));
        let (_provider, url) = workshop.start_mock(&["real.json"]);
        let verify = [
            "verify",
            "web-orders.json",
            "--cross-check",
            "--base-url",
            &url,
        ];
        workshop.run(&[&verify[..], arguments].concat())
    }

    #[test]
    fn both_agree_on_what_holds_and_on_what_does_not() {
        let order = |id: u64| get_interaction("/orders/7", &json!({ "id": id }));
        verified(&[order(7)], &[order(7)], &[])
            .exits(0)
            .prints("pact_verifier agrees on 1 interaction");
        let broken = verified(&[order(7)], &[order(8)], &["--format", "json"]).exits(1);
        let checked = &broken.json()["cross_check"];
        assert_eq!(
            *checked,
            json!({ "compared": 1, "disagreements": [], "not_compared": [] })
        );
    }

    #[test]
    fn a_disagreement_is_shown_and_keeps_the_exit_code_of_what_is_broken() {
        let other = get_interaction("/orders/8", &json!({ "lines": { "a": 2 } }));
        let found = verified(&[disagreed()], std::slice::from_ref(&other), &[]).exits(1);
        found
            .prints(
                "pact_verifier finds something else for 1 of 1 interaction\n  web: GET /orders/8\n",
            )
            .prints("      ✗ pactwork: failed\n")
            .prints("      ✓ pact_verifier: passed")
            .says("warning: pact_verifier finds something else for 1 of 1 interaction");
        let found = verified(&[disagreed()], &[other], &["--format", "json"]);
        let disagreement = &found.json()["cross_check"]["disagreements"][0];
        assert_eq!(disagreement["consumer"], "web");
        assert_eq!(disagreement["ours"]["outcome"], "failed");
        assert_eq!(disagreement["reference"], json!({ "outcome": "passed" }));
    }

    #[test]
    fn what_holds_for_us_alone_is_unknown() {
        let mut empty = get_interaction("/orders/9", &json!({ "lines": { "a": 1 } }));
        empty["response"]["matchingRules"] = json!({
            "body": { "$.lines": { "combine": "AND", "matchers": [{ "match": "integer" }] } }
        });
        let answer = get_interaction("/orders/9", &json!({ "lines": { "a": 2 } }));
        verified(&[empty], &[answer], &[])
            .exits(3)
            .prints("      ✓ pactwork: passed\n")
            .prints("      ✗ pact_verifier: failed\n");
    }

    #[test]
    fn states_are_set_for_both_and_what_only_one_asks_for_is_not_compared() {
        let (states, received) = serve(|_| json!({}));
        let order = get_interaction("/orders/7", &json!({ "id": 7 }));
        let pacts = [
            given("order 7 exists", order.clone()),
            message("Deleted", &json!({})),
        ];
        let found = verified(&pacts, &[order], &["--states-url", &states]).exits(3);
        found
            .prints("pact_verifier agrees on 1 interaction")
            .prints(
                "web: Deleted\n      not compared: pact_verifier asks for messages over HTTP only",
            );
        let received = received.lock().unwrap();
        let actions = received.iter().map(|body| {
            let asked: Value = serde_json::from_str(body).unwrap();
            asked["action"].as_str().unwrap().to_owned()
        });
        let actions: Vec<_> = actions.collect();
        assert_eq!(actions, ["setup", "teardown", "setup", "teardown"]);
    }
}
