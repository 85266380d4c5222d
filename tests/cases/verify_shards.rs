//! `pactwork verify --shard`, and `pactwork record-verification`.
#![allow(clippy::unwrap_used, clippy::panic)]

use serde_json::{Value, json};

use crate::support::{Finished, PACTWORK, Workshop, get_interaction, given, message, pact};

fn order(id: u64) -> Value {
    get_interaction(&format!("/orders/{id}"), &json!({ "id": id }))
}

/// A provider that keeps `kept` of what web relies on; app relies on a part of it.
fn workshop(web: &[Value], kept: &[Value]) -> Workshop {
    let workshop = Workshop::of(
        "participant = \"orders\"\n[storage]\nurl = \"bucket\"\n[provider]\n\
         start = \"exec $PACTWORK mock --port $PORT real.json\"\n\
         [provider.environment]\nPACTWORK = \"PATH\"\n"
            .replace("PATH", PACTWORK)
            .as_str(),
    );
    workshop.write_json("in/web-orders.json", &pact("web", "orders", web));
    workshop.write_json("in/app-orders.json", &pact("app", "orders", &web[..2]));
    workshop.write_json("real.json", &pact("anybody", "orders", kept));
    workshop
}

/// A workshop with 12 interactions of web and 2 of app.
fn twelve() -> Workshop {
    let orders: Vec<_> = (0..12).map(order).collect();
    workshop(&orders, &orders)
}

/// Verifies a shard, and writes `shard<number>.json`.
fn verify(workshop: &Workshop, number: u32, of: u32) -> Finished {
    let (shard, file) = (format!("{number}/{of}"), format!("shard{number}.json"));
    workshop.run(&[
        "verify", "in", "--shard", &shard, "--format", "json", "--output", &file,
    ])
}

fn all(workshop: &Workshop, of: u32) {
    for number in 1..=of {
        verify(workshop, number, of).exits(0);
    }
}

fn record(workshop: &Workshop, files: &[&str]) -> Finished {
    let as_what = ["--version", "o1", "--branch", "main"];
    workshop.run(&[&["record-verification"], files, &as_what[..]].concat())
}

fn report(workshop: &Workshop, file: &str) -> Value {
    serde_json::from_str(&workshop.read(file)).unwrap()
}

#[test]
fn what_the_shards_found_is_recorded_together() {
    let workshop = twelve();
    all(&workshop, 3);
    let first = report(&workshop, "shard1.json");
    assert_eq!(first["shard"], json!({ "number": 1, "of": 3 }));
    assert_eq!(first["provider"], "orders");
    record(&workshop, &["shard3.json", "shard1.json", "shard2.json"])
        .exits(0)
        .prints("✓ app → orders: 2 interactions: 2 passed\n✓ web → orders: 12 interactions: 12 passed\n")
        .says("recorded: orders o1 was verified against app: passed\n")
        .says("recorded: orders o1 was verified against web: passed\n");
}

#[test]
fn what_is_recorded_is_what_a_whole_run_records() {
    let orders: Vec<_> = (0..6).map(order).collect();
    let mut kept = orders.clone();
    kept[1] = get_interaction("/orders/1", &json!({ "id": 0 }));
    let web = [
        &orders[..],
        &[
            given("order 9 exists", order(9)),
            message("Created", &json!({})),
        ],
    ]
    .concat();
    let workshop = workshop(&web, &[&kept[..], &[order(9)]].concat());
    for number in 1..=2 {
        let code = verify(&workshop, number, 2).code;
        assert!(code != Some(2), "{code:?}");
    }
    record(&workshop, &["shard1.json", "shard2.json"])
        .exits(1)
        .prints("✗ web → orders: 8 interactions: 6 passed, 1 failed, 1 could not be verified\n")
        .prints("    ? Created\n    ✗ GET /orders/1\n");
    let recorded = |storage: &str| {
        let facts = workshop.snapshot(storage).into_iter();
        let facts = facts.filter(|(path, _)| path.to_string_lossy().contains("/latest"));
        let facts = facts.map(|(_, bytes)| serde_json::from_slice::<Value>(&bytes).unwrap());
        let mut facts: Vec<_> = facts.map(comparable).collect();
        facts.sort_by_key(Value::to_string);
        facts
    };
    let merged = recorded("bucket");
    assert_eq!(merged.len(), 2);
    workshop
        .run(&[
            "verify",
            "in",
            "--record",
            "--version",
            "o1",
            "--branch",
            "main",
            "--storage",
            "other",
        ])
        .exits(1);
    assert_eq!(merged, recorded("other"));
}

/// What does not depend on when and in which order it was verified.
fn comparable(fact: Value) -> Value {
    let mut verification = fact["content"]["verification"].clone();
    verification["verified_at"].take();
    let interactions = verification["interactions"].as_array_mut().unwrap();
    interactions.sort_by_key(Value::to_string);
    verification
}

#[test]
fn a_report_of_a_whole_run_is_recorded_too() {
    let workshop = twelve();
    workshop
        .run(&["verify", "in", "--format", "json", "--output", "whole.json"])
        .exits(0);
    record(&workshop, &["whole.json"])
        .exits(0)
        .says("was verified against web: passed");
}

#[test]
fn runs_that_split_the_work_by_consumer_are_recorded_together() {
    let workshop = twelve();
    for consumer in ["app", "web"] {
        let file = format!("{consumer}.json");
        let verify = [
            "verify",
            "in",
            "--format",
            "json",
            "--consumer",
            consumer,
            "--output",
            &file,
        ];
        workshop.run(&verify).exits(0);
    }
    record(&workshop, &["app.json"])
        .exits(3)
        .says("12 of 14 interactions were verified by none of these runs: web: \"GET /orders/0\"")
        .says(" and 7 more\n")
        .says("name the reports of all runs, over the same pacts, that together leave nothing out");
    assert!(!workshop.has("bucket"));
    record(&workshop, &["app.json", "web.json"]).exits(0);
}

#[test]
fn an_empty_shard_is_fine_and_starts_no_provider() {
    let workshop = workshop(&[order(0), order(1)], &[]);
    let mut empty = 0;
    for number in 1..=8 {
        let finished = verify(&workshop, number, 8);
        let none = format!(
            "shard {number}/8 has none of 4 interactions: that is fine, the others have them\n"
        );
        if finished.stderr.contains(&none) {
            finished.exits(0);
            empty += 1;
        } else {
            finished.exits(1);
        }
    }
    assert!(empty >= 6, "{empty}");
    let files: Vec<_> = (1..=8)
        .map(|number| format!("shard{number}.json"))
        .collect();
    let files: Vec<_> = files.iter().map(String::as_str).collect();
    record(&workshop, &files)
        .exits(1)
        .prints("✗ web → orders: 2 interactions: 2 failed\n");
}

#[test]
#[allow(clippy::too_many_lines, reason = "a table may be long")]
fn reports_that_are_not_the_whole_are_refused() {
    let workshop = twelve();
    all(&workshop, 3);
    workshop
        .run(&["verify", "in", "--format", "json", "--output", "whole.json"])
        .exits(0);
    workshop
        .run(&[
            "verify",
            "in",
            "--shard",
            "1/2",
            "--format",
            "json",
            "--output",
            "half.json",
        ])
        .exits(0);
    let mut other = report(&workshop, "shard2.json");
    other["provider"] = json!("billing");
    workshop.write_json("other.json", &other);
    let mut later = report(&workshop, "whole.json");
    later["format_version"] = json!(99);
    workshop.write_json("later.json", &later);
    workshop.write_json("none.json", &json!({ "format_version": 1, "pacts": [] }));
    let cases: &[(&[&str], i32, &str, &str)] = &[
        (
            &["shard1.json", "shard3.json"],
            3,
            "interactions were verified by none of these runs: ",
            "name the report of shard 2/3 as well; if that run wrote none, run it again",
        ),
        (
            &["shard1.json"],
            3,
            "interactions were verified by none of these runs: ",
            "name the report of shard 2/3 and of shard 3/3 as well",
        ),
        (
            &["shard1.json", "shard2.json", "shard3.json", "shard1.json"],
            2,
            "shard 1/3 is there twice: in shard1.json and in shard1.json",
            "name one report of each shard",
        ),
        (
            &["shard1.json", "half.json"],
            2,
            "the shards do not belong together: there is one of 2 in half.json, and one of 3 in \
             shard1.json",
            "name the reports of one split",
        ),
        (
            &["whole.json", "shard1.json"],
            2,
            " was verified more than once: shard1.json, whole.json",
            "name the reports of runs that split the work, each of them once",
        ),
        (
            &["shard1.json", "other.json"],
            2,
            "the reports are of several providers: billing in other.json, orders in shard1.json",
            "record each provider's reports by themselves",
        ),
        (
            &["later.json"],
            2,
            "later.json: $.format_version: expected 1, found 99",
            "verify and record with the same version of pactwork",
        ),
        (
            &["none.json"],
            2,
            "the reports name no provider, so there is nothing to record",
            "",
        ),
        (
            &["in/web-orders.json"],
            2,
            "in/web-orders.json: $.provider: invalid type: map, expected a string at line 1",
            "name JSON reports, as pactwork verify --format json --output FILE writes them",
        ),
        (&["no.json"], 2, "cannot read no.json: No such file", ""),
    ];
    for (files, code, error, advice) in cases {
        let finished = record(&workshop, files)
            .exits(*code)
            .says(error)
            .says(advice);
        assert_eq!(finished.stdout, "", "{files:?}");
    }
    assert!(!workshop.has("bucket"));
}

#[test]
fn pacts_that_changed_between_the_shards_are_refused() {
    let workshop = twelve();
    verify(&workshop, 1, 2).exits(0);
    workshop.write_json("in/app-orders.json", &pact("app", "orders", &[order(0)]));
    verify(&workshop, 2, 2).exits(0);
    record(&workshop, &["shard1.json", "shard2.json"])
        .exits(3)
        .says("were verified by none of these runs: app: \"GET /orders/")
        .says("name the reports of all runs, over the same pacts, that together leave nothing out");
}
