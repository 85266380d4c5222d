//! A report is written, complete, however the verification ends.

use serde_json::{Value, json};

use super::{order, provider, workshop};
use crate::support::{PACTWORK, Workshop, given, serve, wait_until};

const REPORTS: [&str; 8] = [
    "--report",
    "json=r.json",
    "--report",
    "junit=r.xml",
    "--report",
    "html=r.html",
    "--report",
    "tap=r.tap",
];

fn json(workshop: &Workshop) -> Value {
    serde_json::from_str(&workshop.read("r.json")).unwrap()
}

fn outcomes(report: &Value) -> Vec<(&str, &str)> {
    let interactions = report["pacts"][0]["interactions"].as_array().unwrap();
    let text = |value: &'_ Value| value.as_str().unwrap_or_default().len();
    assert!(
        interactions
            .iter()
            .all(|each| text(&each["description"]) > 0)
    );
    interactions
        .iter()
        .map(|each| {
            let outcome = each["outcome"].as_str().unwrap();
            (outcome, each["reason"].as_str().unwrap_or_default())
        })
        .collect()
}

#[test]
fn when_the_provider_does_not_start() {
    let workshop = workshop(&[order(7), order(8)]);
    let start = "echo out of luck; exit 7";
    let verify = ["verify", "web-orders.json", "--start", start];
    workshop
        .run(&[&verify[..], &REPORTS].concat())
        .exits(3)
        .prints("? 2 interactions not replayed")
        .prints("2 interactions: 2 not replayed")
        .says("error: the provider `echo out of luck; exit 7` ended with exit status 7")
        .says("out of luck");
    let report = json(&workshop);
    assert_eq!(report["outcome"], "could_not_verify");
    let reason = "not replayed: the provider `echo out of luck; exit 7` ended with exit status 7 \
                  before it was ready";
    let expected = ("could_not_verify", reason);
    assert_eq!(outcomes(&report), [expected, expected]);
    let whole = report["not_begun"].as_str().unwrap();
    assert!(whole.ends_with("it wrote:\n    out of luck"), "{whole}");
    // Nothing else failed, so it is no skipped test: that would be green.
    let junit = workshop.read("r.xml");
    assert!(
        junit.contains("tests=\"2\" failures=\"0\" errors=\"2\" skipped=\"0\""),
        "{junit}"
    );
    assert!(junit.contains("out of luck"), "{junit}");
    assert_eq!(workshop.read("r.tap").matches("\nnot ok ").count(), 2);
    assert!(workshop.read("r.html").contains("out of luck"));
}

#[test]
fn when_a_signal_ends_it_before_the_provider_is_ready() {
    let workshop = workshop(&[order(7)]);
    let start = "echo $$ > started; exec sleep 1000";
    let verify = ["verify", "web-orders.json", "--start", start];
    let running = workshop.start(&[&verify[..], &REPORTS].concat());
    wait_until("the provider is started", || workshop.has("started"));
    running.signal("INT");
    running.finish().exits(3);
    let report = json(&workshop);
    let reason = "not replayed: stopped by SIGINT before the provider was ready";
    assert_eq!(outcomes(&report), [("could_not_verify", reason)]);
    assert!(workshop.read("r.html").contains(reason));
}

#[test]
fn when_a_signal_ends_it_half_way() {
    let hangs = given("it hangs", order(8));
    let workshop = workshop(&[order(7), hangs, order(9)]);
    let start = provider(&workshop, &[order(7), order(8), order(9)]);
    let asked = workshop.path("asked");
    let (states, _) = serve(move |_| {
        std::fs::write(&asked, "").unwrap();
        std::thread::sleep(std::time::Duration::from_secs(600));
        json!({})
    });
    let verify = ["verify", "web-orders.json", "--start", &start];
    let verify = [&verify[..], &["--states-url", &states], &REPORTS].concat();
    let running = workshop.start(&verify);
    wait_until("the state is being set", || workshop.has("asked"));
    running.signal("TERM");
    running.finish().exits(3).prints("✓ GET /orders/7");
    assert_eq!(
        outcomes(&json(&workshop)),
        [
            ("passed", ""),
            (
                "could_not_verify",
                "stopped by SIGTERM during this interaction"
            ),
            ("could_not_verify", "not replayed: stopped by SIGTERM"),
        ]
    );
    let junit = workshop.read("r.xml");
    assert!(
        junit.contains("tests=\"3\" failures=\"0\" errors=\"1\" skipped=\"1\""),
        "{junit}"
    );
}

#[test]
fn when_the_provider_dies_half_way() {
    let dies = given("it dies", order(8));
    let workshop = workshop(&[order(7), dies, order(9)]);
    workshop.write_json(
        "real.json",
        &crate::support::pact("a", "orders", &[order(7)]),
    );
    let start = format!(
        "echo $$ > provider.pid; echo last words; exec {PACTWORK} mock --port {{port}} real.json"
    );
    let id = workshop.path("provider.pid");
    let (states, _) = serve(move |_| {
        let process = crate::support::process_id(&id);
        crate::support::signal(process, "KILL");
        wait_until("the provider is dead", || crate::support::is_gone(process));
        json!({})
    });
    let verify = ["verify", "web-orders.json", "--start", &start];
    let verify = [&verify[..], &["--states-url", &states], &REPORTS].concat();
    workshop.run(&verify).exits(3);
    let report = json(&workshop);
    let outcomes: Vec<_> = outcomes(&report)
        .iter()
        .map(|(outcome, _)| *outcome)
        .collect();
    assert_eq!(outcomes, ["passed", "could_not_verify", "could_not_verify"]);
    let output = &report["provider_ended"]["output"];
    assert!(
        output.as_array().unwrap().contains(&json!("last words")),
        "{report}"
    );
    for file in ["r.xml", "r.html"] {
        assert!(workshop.read(file).contains("last words"), "{file}");
    }
}

#[test]
fn when_the_result_cannot_be_recorded() {
    let workshop = workshop(&[order(7)]);
    let start = provider(&workshop, &[order(7)]);
    workshop.write("bucket", "no folder");
    let verify = ["verify", "web-orders.json", "--start", &start];
    let record = ["--record", "--version", "o1"];
    let finished = workshop.run(&[&verify[..], &REPORTS, &record].concat());
    assert_ne!(finished.code, Some(0), "{finished}");
    finished.prints("1 interaction: 1 passed").says("error: ");
    assert_eq!(json(&workshop)["outcome"], "passed");
}
