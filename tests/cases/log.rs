#![allow(clippy::unwrap_used, clippy::panic)]

use serde_json::json;

use crate::support::{Workshop, get_interaction, pact};

/// web publishes, orders promises and is verified, web is deployed.
fn workshop() -> Workshop {
    let workshop = Workshop::of("participant = \"web\"\n[storage]\nurl = \"bucket\"\n");
    let interaction = get_interaction("/orders/7", &json!({ "id": 7 }));
    let file = workshop.write_json(
        "pacts/web-orders.json",
        &pact("web", "orders", &[interaction]),
    );
    let url = "https://ci.example.com/7";
    let publish = ["publish", "--version", "w1", "--branch", "main"];
    let job = ["--tag", "beta", "--build-url", url];
    workshop.run(&[&publish[..], &job[..]].concat()).exits(0);
    let (_provider, url) = workshop.start_mock(&["--output", "ignored", file.to_str().unwrap()]);
    workshop
        .run(&[
            "verify",
            "--provider",
            "orders",
            "--base-url",
            &url,
            "--record",
            "--version",
            "o1",
            "--branch",
            "main",
        ])
        .exits(0);
    let deploy = ["record-deployment", "--version", "w1"];
    let place = ["--environment", "production"];
    workshop.run(&[&deploy[..], &place[..]].concat()).exits(0);
    workshop
}

#[test]
fn what_was_recorded_is_shown_the_newest_first() {
    let workshop = workshop();
    let finished = workshop.run(&["log"]).exits(0);
    let lines: Vec<_> = finished.stdout.lines().collect();
    let ends = [
        "Z  web w1 was deployed to production",
        "Z  orders o1 on main was verified against web w1: ✓ passed",
        "Z  orders o1 on main was made known, without a contract",
        "Z  web w1 on main, tag beta published pact with orders",
        "  https://ci.example.com/7",
    ];
    assert_eq!(lines.len(), ends.len(), "{finished}");
    for (line, end) in lines.iter().zip(ends) {
        assert!(line.ends_with(end), "{line}");
    }
    for (arguments, count) in [
        (&["--participant", "orders"][..], 2),
        (&["--participant", "web"], 4),
        (&["--only", "deployments"], 1),
        (&["--only", "deployments", "--only", "verifications"], 2),
        (&["--since", "1h"], 5),
        (&["--since-version", "w1"], 4),
        (&["--since-version", "o1", "--participant", "orders"], 2),
    ] {
        let finished = workshop.run(&[&["log"], arguments].concat()).exits(0);
        assert_eq!(finished.stdout.lines().count(), count, "{finished}");
    }
    workshop
        .run(&["log", "--limit", "1"])
        .exits(0)
        .prints("deployed")
        .does_not_print("verified")
        .says("the newest 1; --limit shows more");
}

#[test]
fn the_log_as_json_has_every_fact_with_its_moment() {
    let log = workshop().run(&["log", "--format", "json"]).exits(0).json();
    let mut recorded = log["recorded"].as_array().unwrap().clone();
    for each in &mut recorded {
        let at = each["at"].take();
        assert!(at.as_str().unwrap().ends_with('Z'), "{at}");
        each.as_object_mut().unwrap().remove("at");
    }
    let content = &recorded[1]["content"];
    let expected = json!([
        {
            "what": "deployed", "happening": "deployed",
            "participant": "web", "version": "w1", "environment": "production",
        },
        {
            "what": "verified", "consumer": "web", "consumer_versions": ["w1"],
            "provider": "orders",
            "provider_version": "o1", "provider_branch": "main", "content": content,
            "outcome": "passed", "interactions": 1, "not_passed": 0,
        },
        {
            "what": "published", "participant": "orders", "version": "o1", "branch": "main",
            "contracts": [],
        },
        {
            "what": "published", "participant": "web", "version": "w1", "branch": "main",
            "tags": ["beta"], "build_url": "https://ci.example.com/7",
            "contracts": [{ "kind": "pact", "name": "orders", "content": content }],
        },
    ]);
    assert_eq!(json!(recorded), expected);
}

#[test]
fn nothing_recorded_is_a_warning_and_an_empty_list() {
    let workshop = Workshop::of("participant = \"web\"\n[storage]\nurl = \"bucket\"\n");
    let finished = workshop.run(&["log"]).exits(0);
    assert_eq!(finished.stdout, "");
    finished.says("warning: nothing that was asked for is recorded in ");
    let log = workshop.run(&["log", "--format", "json"]).exits(0).json();
    assert_eq!(log, json!({ "recorded": [] }));
}

#[test]
fn what_is_not_understood_says_what_to_give() {
    let workshop = workshop();
    workshop
        .run(&["log", "--since", "soon"])
        .exits(2)
        .says("expected a day such as 2026-05-31, a moment such as 2026-05-31T14:00:00Z");
    workshop
        .run(&["log", "--since-version", "w9"])
        .exits(2)
        .says("error: nothing was ever recorded of web w9")
        .says("what to do: see which versions there are with pactwork log --participant web");
    workshop
        .run(&["log", "--since", "1h", "--since-version", "w1"])
        .exits(2)
        .says("cannot be used with");
}
