//! `pactwork verify` with a choice of interactions.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};

use crate::support::{
    Finished, PACTWORK, Workshop, get_interaction, given, is_gone, message, pact, process_id,
    serve, wait_until,
};

/// Two consumers' pacts in `in`, and a provider that keeps all but what web relies on
/// at `/orders/9`. `provider.pid` is there once it was started.
struct Orders {
    workshop: Workshop,
    start: String,
}

fn order(id: u64) -> Value {
    get_interaction(&format!("/orders/{id}"), &json!({ "id": id }))
}

fn tagged(tags: &Value, key: &str, mut interaction: Value) -> Value {
    interaction["comments"] = json!({ "tags": tags });
    interaction["key"] = json!(key);
    interaction
}

impl Orders {
    fn new() -> Self {
        let workshop = Workshop::of("participant = \"orders\"\n[storage]\nurl = \"bucket\"\n");
        let web = [
            tagged(&json!(["slow", "smoke"]), "k7", order(7)),
            given("order 8 exists", order(8)),
            given("order 9 exists", order(9)),
        ];
        workshop.write_json("in/web-orders.json", &pact("web", "orders", &web));
        let app = [
            tagged(&json!("smoke"), "kc", order(7)),
            message("OrderCreated (v2)", &json!({ "id": 7 })),
        ];
        workshop.write_json("in/app-orders.json", &pact("app", "orders", &app));
        let wrong = get_interaction("/orders/9", &json!({ "id": 0 }));
        let real = pact("anybody", "orders", &[order(7), order(8), wrong]);
        workshop.write_json("real.json", &real);
        let start =
            format!("echo $$ > provider.pid; exec {PACTWORK} mock --port {{port}} real.json");
        Self { workshop, start }
    }

    fn verify(&self, arguments: &[&str]) -> Finished {
        let start = ["verify", "in", "--start", &self.start];
        self.workshop.run(&[&start[..], arguments].concat())
    }

    fn was_started(&self) -> bool {
        self.workshop.has("provider.pid")
    }

    /// Lets the provider keep what it broke.
    fn repair(&self) {
        let real = pact("anybody", "orders", &[order(7), order(8), order(9)]);
        self.workshop.write_json("real.json", &real);
    }

    fn state_file(&self) -> PathBuf {
        self.workshop.path(".pactwork/last-failed/orders.json")
    }
}

/// The descriptions that a JSON report has, by consumer.
fn replayed(report: &Value) -> Vec<String> {
    let pacts = report["pacts"].as_array().unwrap();
    let descriptions = pacts.iter().flat_map(|pact| {
        let interactions = pact["interactions"].as_array().unwrap();
        interactions.iter().map(|each| {
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            format!(
                "{}: {}",
                text(&pact["consumer"]),
                text(&each["description"])
            )
        })
    });
    descriptions.collect()
}

#[test]
fn each_option_chooses_and_several_have_to_hold_together() {
    let orders = Orders::new();
    let (seven, eight, nine) = (
        "web: GET /orders/7",
        "web: GET /orders/8",
        "web: GET /orders/9",
    );
    let (app_seven, created) = ("app: GET /orders/7", "app: OrderCreated (v2)");
    let cases: &[(&[&str], &[&str])] = &[
        (&[], &[app_seven, created, seven, eight, nine]),
        (&["--consumer", "web"], &[seven, eight, nine]),
        (
            &["--consumer", "web", "--consumer", "app"],
            &[app_seven, created, seven, eight, nine],
        ),
        (&["--description", "orders/[89]$"], &[eight, nine]),
        (&["--description", "OrderCreated (v2)"], &[created]),
        (
            &["--description", "8", "--description", "^Order"],
            &[created, eight],
        ),
        (&["--state", "order . exists"], &[eight, nine]),
        (&["--state", "^order 8"], &[eight]),
        (&["--no-state"], &[app_seven, created, seven]),
        (
            &["--no-state", "--state", "8"],
            &[app_seven, created, seven, eight],
        ),
        (&["--tag", "smoke"], &[app_seven, seven]),
        (&["--tag", "slow"], &[seven]),
        (&["--key", "kc"], &[app_seven]),
        (&["--type", "message"], &[created]),
        (&["--type", "asynchronous-message"], &[created]),
        (&["--type", "http", "--consumer", "app"], &[app_seven]),
        (
            &["--consumer", "web", "--tag", "smoke", "--no-state"],
            &[seven],
        ),
    ];
    for (arguments, expected) in cases {
        let report = orders.verify(&[arguments, &["--format", "json"][..]].concat());
        let report = report.json();
        assert_eq!(replayed(&report), *expected, "{arguments:?}");
        let pacts = report["pacts"].as_array().unwrap();
        let left_out = pacts.iter().filter_map(|pact| pact["left_out"].as_u64());
        assert_eq!(
            left_out.sum::<u64>() as usize,
            5 - expected.len(),
            "{arguments:?}"
        );
    }
}

#[test]
fn what_was_left_out_is_said_and_named() {
    let orders = Orders::new();
    orders
        .verify(&["--description", "orders/8"])
        .exits(0)
        .says("chosen: 1 of 5 interactions\n")
        .prints("web → orders\n  from in/web-orders.json\n  ✓ GET /orders/8\n")
        .does_not_print("app → orders")
        .prints("1 interaction: 1 passed; 4 interactions not chosen\n");
    let report = orders.verify(&["--description", "orders/8", "--format", "json"]);
    let report = report.exits(0).json();
    assert_eq!(report["provider"], "orders");
    assert_eq!(
        report["pacts"][0]["left_out_interactions"][1],
        json!({ "type": "Asynchronous/Messages", "description": "OrderCreated (v2)" })
    );
    assert_eq!(
        report["pacts"][1]["left_out_interactions"][1]["provider_states"],
        json!([{ "name": "order 9 exists" }])
    );
}

#[test]
fn choosing_nothing_is_an_error_that_says_what_there_is() {
    let cases: &[(&[&str], &str, &str)] = &[
        (
            &["--consumer", "wbe"],
            "nothing was chosen of 5 interactions: --consumer \"wbe\" fits none",
            "similar: web; the consumers are: app, web",
        ),
        (
            &["--description", "ordercreated"],
            "--description \"ordercreated\" fits none",
            "similar: OrderCreated (v2); the descriptions are: GET /orders/7, GET /orders/8, \
             GET /orders/9, OrderCreated (v2)",
        ),
        (
            &["--state", "order 8 exist$"],
            "--state \"order 8 exist$\" fits none",
            "similar: order 8 exists, order 9 exists; the states are: order 8 exists, order 9 exists",
        ),
        (
            &["--tag", "smok"],
            "--tag \"smok\" fits none",
            "similar: smoke; the tags are: slow, smoke",
        ),
        (
            &["--key", "k1"],
            "--key \"k1\" fits none",
            "the keys are: k7, kc",
        ),
        (
            &["--type", "synchronous-message"],
            "--type synchronous-message fits none",
            "the types are: asynchronous-message, http",
        ),
        (
            &["--tag", "slow", "--consumer", "app"],
            "nothing was chosen of 5 interactions: each is there, but none fits all of \
             --consumer \"app\" and --tag \"slow\"",
            "leave one of them out",
        ),
        (
            &["--description", "order (7"],
            "--description \"order (7\": not a regular expression: unclosed group",
            "for this text as it stands, write 'order \\(7'",
        ),
        (
            &["--shard", "5/4"],
            "expected a shard from 1/4 to 4/4, found 5/4",
            "--help",
        ),
        (
            &["--shard", "half"],
            "expected NUMBER/OF, such as 1/4, found half",
            "--help",
        ),
    ];
    let orders = Orders::new();
    for (arguments, error, advice) in cases {
        let finished = orders.verify(arguments).exits(2).says(error).says(advice);
        assert_eq!(finished.stdout, "", "{arguments:?}");
    }
    assert!(!orders.was_started());
}

#[test]
fn what_fits_nothing_beside_others_is_a_warning() {
    let orders = Orders::new();
    orders
        .verify(&["--tag", "slow", "--tag", "smkoe"])
        .exits(0)
        .says(
            "warning: --tag \"smkoe\" fits no interaction; similar: smoke; the tags are: slow, smoke",
        )
        .prints("1 interaction: 1 passed; 4 interactions not chosen");
}

#[test]
fn what_is_not_understood_is_chosen_like_the_rest() {
    let orders = Orders::new();
    let pigeon = json!({ "type": "Carrier/Pigeon", "description": "a bird", "key": "kb" });
    orders.workshop.write_json(
        "in/web-orders.json",
        &pact("web", "orders", &[order(7), pigeon]),
    );
    orders
        .verify(&["--description", "orders/7"])
        .exits(0)
        .prints("2 interactions: 2 passed; 2 interactions not chosen");
    orders.verify(&["--key", "kb"]).exits(3).prints("? a bird");
}

#[test]
fn a_part_of_a_pact_is_not_recorded_and_a_whole_one_is() {
    let orders = Orders::new();
    let record = ["--record", "--version", "o1", "--branch", "main"];
    let refused: &[(&[&str], &str, &str)] = &[
        (
            &["--description", "orders/8"],
            "--record: only a part of the pact of web was chosen, and a part is not recorded as \
             the whole",
            "leave --record out, or choose by --consumer alone",
        ),
        (
            &["--shard", "1/2"],
            "--record: a shard is a part of the pacts, and a part is not recorded as the whole",
            "pactwork record-verification FILE… --version V",
        ),
    ];
    for (arguments, error, advice) in refused {
        orders
            .verify(&[arguments, &record[..]].concat())
            .exits(2)
            .says(error)
            .says(advice);
    }
    assert!(!orders.was_started());
    assert!(!orders.workshop.has("bucket"));
    orders
        .verify(&[&["--consumer", "web"][..], &record].concat())
        .exits(1)
        .says("recorded: orders o1 was verified against web: failed")
        .says("not recorded: app was not verified as a whole");
}

#[test]
fn fail_fast_says_in_one_line_what_was_not_replayed_and_records_it() {
    let workshop = Workshop::of("participant = \"orders\"\n[storage]\nurl = \"bucket\"\n");
    let orders: Vec<_> = (0..900).map(order).collect();
    workshop.write_json("web-orders.json", &pact("web", "orders", &orders));
    workshop.write_json("app-orders.json", &pact("app", "orders", &orders[10..20]));
    workshop.write_json("real.json", &pact("anybody", "orders", &orders[..2]));
    let start = format!("exec {PACTWORK} mock --port {{port}} real.json");
    let verify = [
        "verify",
        "web-orders.json",
        "app-orders.json",
        "--start",
        &start,
    ];
    let record = ["--record", "--version", "o1", "--branch", "main", "-v"];
    let finished = workshop.run(&[&verify[..], &["--fail-fast"], &record].concat());
    let finished = finished
        .exits(1)
        .prints("  ✓ GET /orders/1\n  ✗ GET /orders/2\n")
        .prints("  ? 897 interactions not replayed: an interaction failed before\n")
        .prints("app → orders\n  from app-orders.json\n  ? 10 interactions not replayed: an interaction failed before\n")
        .prints("910 interactions: 2 passed, 1 failed, 907 not replayed\n")
        .says("recorded: orders o1 was verified against web: failed")
        .says("recorded: orders o1 was verified against app: could not verify");
    assert!(finished.stdout.lines().count() < 20, "{finished}");
    assert!(finished.stderr.lines().count() < 20, "{finished}");
}

#[test]
fn a_run_that_is_stopped_says_what_was_not_replayed_and_records_it() {
    let workshop = Workshop::of("participant = \"orders\"\n");
    let interactions = [
        order(1),
        given("forever", order(2)),
        given("never", order(3)),
    ];
    workshop.write_json("web-orders.json", &pact("web", "orders", &interactions));
    workshop.write_json("real.json", &pact("anybody", "orders", &[order(1)]));
    let reached = workshop.path("reached");
    let (states, _) = serve(move |_| {
        std::fs::write(&reached, "").unwrap();
        std::thread::sleep(std::time::Duration::from_secs(600));
        json!({})
    });
    let start = format!("echo $$ > provider.pid; exec {PACTWORK} mock --port {{port}} real.json");
    let running = workshop.start(&[
        "verify",
        "web-orders.json",
        "--start",
        &start,
        "--states-url",
        &states,
        "--record",
        "--version",
        "o1",
        "--branch",
        "main",
    ]);
    wait_until("the state is set", || workshop.has("reached"));
    running.signal("INT");
    running
        .finish()
        .exits(3)
        .prints("  ✓ GET /orders/1\n  ? GET /orders/2\n")
        .prints("stopped by SIGINT during this interaction")
        .prints("  ? 1 interaction not replayed: stopped by SIGINT\n")
        .prints("3 interactions: 1 passed, 1 could not be verified, 1 not replayed")
        .says("recorded: orders o1 was verified against web: could not verify");
    let provider = process_id(&workshop.path("provider.pid"));
    wait_until("the provider is gone", || is_gone(provider));
}

#[test]
fn last_failed_verifies_again_what_did_not_pass() {
    let orders = Orders::new();
    let last_failed = || orders.verify(&["--last-failed"]);
    // Nothing is known: everything.
    last_failed()
        .exits(1)
        .says("--last-failed: nothing of it is known to have failed, so all of it is verified\n")
        .prints("5 interactions: 3 passed, 1 failed, 1 could not be verified\n");
    last_failed()
        .exits(1)
        .says("chosen: 2 of 5 interactions\n")
        .prints("✗ GET /orders/9")
        .prints("? OrderCreated (v2)")
        .prints("2 interactions: 1 failed, 1 could not be verified; 3 interactions not chosen");
    // What was left out stays as it was.
    orders.verify(&["--description", "orders/8"]).exits(0);
    orders.repair();
    let consumer = ["--last-failed", "--consumer", "web"];
    orders
        .verify(&consumer)
        .exits(0)
        .prints("1 interaction: 1 passed; 4 interactions not chosen");
    orders
        .verify(&consumer)
        .exits(0)
        .prints("3 interactions: 3 passed; 2 interactions not chosen");
    last_failed()
        .exits(3)
        .prints("app → orders\n  from in/app-orders.json\n  ? OrderCreated (v2)\n");
    let ignored = orders.workshop.read(".pactwork/last-failed/.gitignore");
    assert_eq!(ignored, "*\n");
    // What is gone from the pact is forgotten.
    orders
        .workshop
        .write_json("in/app-orders.json", &pact("app", "orders", &[order(7)]));
    orders.verify(&["--consumer", "web"]).exits(0);
    last_failed().exits(0).prints("4 interactions: 4 passed\n");
    orders
        .workshop
        .run(&["clean"])
        .exits(0)
        .prints("removed .pactwork/last-failed");
}

#[test]
fn what_the_end_of_a_run_left_is_not_what_failed() {
    let orders = Orders::new();
    orders.verify(&[
        "--consumer",
        "web",
        "--fail-fast",
        "--description",
        "9",
        "--description",
        "7",
    ]);
    orders
        .verify(&["--last-failed", "--fail-fast"])
        .exits(1)
        .prints("1 interaction: 1 failed");
}

#[test]
fn a_damaged_memory_is_told_and_made_anew() {
    let orders = Orders::new();
    for (text, reason) in [
        ("{\"format_ver", "EOF while parsing"),
        (
            "{\"format_version\":2,\"provider\":\"orders\",\"not_passed\":[]}",
            "its format is version 2, and this pactwork knows version 1; it is as if nothing",
        ),
    ] {
        orders.verify(&[]).exits(1);
        std::fs::write(orders.state_file(), text).unwrap();
        orders
            .verify(&["--last-failed"])
            .exits(1)
            .says("warning: --last-failed: .pactwork/last-failed/orders.json: ")
            .says(reason)
            .prints("5 interactions: ");
        orders
            .verify(&["--last-failed"])
            .exits(1)
            .prints("2 interactions: ");
    }
}

#[test]
fn a_memory_that_cannot_be_written_is_a_warning() {
    let orders = Orders::new();
    orders.workshop.write(".pactwork", "a file");
    orders
        .verify(&["--consumer", "web"])
        .exits(1)
        .says("warning: what failed cannot be kept for --last-failed: ");
}

#[test]
fn runs_beside_each_other_remember_all_that_failed() {
    let workshop = Workshop::of("participant = \"orders\"\n");
    let orders: Vec<_> = (0..12).map(order).collect();
    workshop.write_json("web-orders.json", &pact("web", "orders", &orders));
    let (url, _) = serve(|_| json!({ "id": "wrong" }));
    let runs: Vec<_> = (0..12)
        .map(|id| {
            let description = format!("orders/{id}$");
            let verify = ["verify", "web-orders.json", "--base-url", &url];
            workshop.start(&[&verify[..], &["--description", &description]].concat())
        })
        .collect();
    for run in runs {
        run.finish().exits(1);
    }
    workshop
        .run(&[
            "verify",
            "web-orders.json",
            "--base-url",
            &url,
            "--last-failed",
        ])
        .exits(1)
        .prints("12 interactions: 12 failed");
    let kept: Value =
        serde_json::from_str(&workshop.read(".pactwork/last-failed/orders.json")).unwrap();
    assert_eq!(kept["not_passed"].as_array().unwrap().len(), 12);
}

fn git(workshop: &Workshop, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.args([
        "-c",
        "user.name=t",
        "-c",
        "user.email=t@example.com",
        "-c",
        "commit.gpgsign=false",
    ]);
    let done = command
        .args(arguments)
        .current_dir(workshop.path("."))
        .output()
        .unwrap();
    assert!(done.status.success(), "{done:?}");
}

#[test]
fn changed_since_a_git_revision_is_what_is_new_or_other() {
    let orders = Orders::new();
    let workshop = &orders.workshop;
    git(workshop, &["init", "--quiet", "--initial-branch", "main"]);
    git(workshop, &["add", "in/web-orders.json"]);
    git(workshop, &["commit", "--quiet", "--message", "pacts"]);
    let since = |revision: &str| orders.verify(&["--changed-since", revision, "--consumer", "web"]);
    since("main")
        .exits(0)
        .says("warning: nothing to verify: no interaction changed since main\n")
        .prints("0 interactions; 5 interactions not chosen\n");
    assert!(!orders.was_started());
    let mut other = given("order 8 exists", order(8));
    other["response"]["headers"]["X-New"] = json!(["1"]);
    let web = [order(3), given("order 9 exists", order(9)), other];
    workshop.write_json("in/web-orders.json", &pact("web", "orders", &web));
    let report = orders.verify(&["--changed-since", "HEAD", "--format", "json"]);
    let report = report.says("in/app-orders.json is not in HEAD: all of it counts as changed");
    assert_eq!(
        replayed(&report.json()),
        [
            "app: GET /orders/7",
            "app: OrderCreated (v2)",
            "web: GET /orders/3",
            "web: GET /orders/8"
        ]
    );
    since("mian")
        .exits(2)
        .says("error: git knows no revision mian in ")
        .says("a shallow clone knows few");
    orders
        .verify(&["--changed-since=--output=x"])
        .exits(2)
        .says("git knows no revision --output=x in ");
}

#[test]
fn changed_since_needs_a_repository() {
    let orders = Orders::new();
    let mut command = orders.workshop.command(&[
        "verify",
        "in",
        "--start",
        &orders.start,
        "--changed-since",
        "main",
    ]);
    // The folder of temporary files may be in a repository.
    command.env("GIT_CEILING_DIRECTORIES", std::env::temp_dir());
    Finished::of(&mut command)
        .exits(2)
        .says("is in no git repository, so nothing is known of main");
}

impl Orders {
    fn publish(&self, file: &str, version: &str, branch: &str) {
        let consumer = file.split('-').next().unwrap();
        let configuration = format!("participant = \"{consumer}\"\n[storage]\nurl = \"bucket\"\n");
        self.workshop.write("pactwork.toml", &configuration);
        let file = format!("in/{file}.json");
        let publish = ["publish", &file, "--version", version, "--branch", branch];
        self.workshop.run(&publish).exits(0);
    }

    /// Verifies the newest pacts in storage, as far as they changed since then.
    fn changed_since(&self, revision: &str) -> Finished {
        self.workshop.run(&[
            "verify",
            "--provider",
            "orders",
            "--start",
            &self.start,
            "--select",
            "latest",
            "--format",
            "json",
            "--changed-since",
            revision,
        ])
    }
}

#[test]
fn changed_since_a_version_or_branch_of_the_consumers_in_storage() {
    let orders = Orders::new();
    orders.publish("web-orders", "w1", "main");
    orders.publish("app-orders", "a1", "main");
    let web = [order(7), given("order 8 exists", order(8))];
    let web = pact("web", "orders", &web);
    orders.workshop.write_json("in/web-orders.json", &web);
    orders.publish("web-orders", "w2", "feature");
    // Of web only the interaction with the tags differs.
    assert_eq!(
        replayed(&orders.changed_since("main").exits(0).json()),
        ["web: GET /orders/7"]
    );
    let report = orders.changed_since("w1").says(
        "--changed-since w1: there is no version w1 of app, and no version of app with \
         pacts on the branch w1: all of it counts as changed",
    );
    assert_eq!(
        replayed(&report.json()),
        [
            "app: OrderCreated (v2)",
            "app: GET /orders/7",
            "web: GET /orders/7"
        ]
    );
    orders
        .changed_since("w9")
        .exits(2)
        .says("--changed-since w9: there is no version w9 of app")
        .says("name a version of the consumer, or a branch that it published on");
}

#[test]
fn a_version_that_relied_on_the_provider_in_nothing_is_known() {
    let orders = Orders::new();
    for provider in ["billing", "orders"] {
        let file = format!("in/kiosk-{provider}.json");
        let pact = pact("kiosk", provider, &[order(7)]);
        orders.workshop.write_json(&file, &pact);
    }
    orders.publish("kiosk-billing", "k1", "main");
    orders.publish("kiosk-orders", "k2", "main");
    let report = orders
        .changed_since("k1")
        .exits(0)
        .says("there is no pact with orders of kiosk k1: all of it counts as changed");
    assert_eq!(replayed(&report.json()), ["kiosk: GET /orders/7"]);
}
