//! The options of `pact_verifier_cli`, and the table in the docs that says what they mean.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::{Finished, Running, Workshop, get_interaction, given, pact, serve};

const TABLE: &str = include_str!("../../docs/verifier-options.md");

/// What its `--help` lists, versions 1.3.5 and before, without `--help` and `--version`.
const THEIRS: &[&str] = &[
    "--base-path",
    "--broker-url",
    "--build-url",
    "--compact-log",
    "--consumer-version-selectors",
    "--consumer-version-tags",
    "--dir",
    "--disable-ssl-verification",
    "--enable-otel",
    "--enable-otel-logs",
    "--enable-otel-traces",
    "--enable-pending",
    "--exit-first",
    "--exit-on-first-error",
    "--file",
    "--filter-consumer",
    "--filter-description",
    "--filter-no-state",
    "--filter-state",
    "--full-log",
    "--header",
    "--hostname",
    "--html",
    "--ignore-no-pacts-error",
    "--include-wip-pacts-since",
    "--json",
    "--junit",
    "--last-failed",
    "--log-level",
    "--loglevel",
    "--no-color",
    "--no-colour",
    "--otel-exporter",
    "--otel-exporter-endpoint",
    "--otel-exporter-protocol",
    "--password",
    "--port",
    "--pretty-log",
    "--provider-branch",
    "--provider-name",
    "--provider-tags",
    "--provider-version",
    "--publish",
    "--request-timeout",
    "--retries",
    "--scheme",
    "--state-change-as-query",
    "--state-change-teardown",
    "--state-change-url",
    "--token",
    "--transport",
    "--transports",
    "--url",
    "--user",
    "--webhook-callback-url",
    "--xslt",
];

/// A row of the table.
#[derive(Debug)]
struct Row {
    /// The option, its letter, its variable.
    names: Vec<String>,
    ours: String,
}

impl Row {
    fn option(&self) -> &str {
        &self.names[0]
    }

    fn letter(&self) -> Option<&str> {
        let mut names = self.names.iter();
        names.find(|name| name.len() == 2).map(String::as_str)
    }
}

fn rows() -> Vec<Row> {
    let lines = TABLE.lines().filter(|line| line.starts_with("| `--"));
    let rows = lines.map(|line| {
        let cells: Vec<_> = line.split('|').map(str::trim).collect();
        Row {
            names: cells[1]
                .split(", ")
                .map(|name| name.trim_matches('`').into())
                .collect(),
            ours: cells[2].into(),
        }
    });
    rows.collect()
}

/// A pact of an interaction without a state and of one with it, and a provider that keeps
/// it, at a port.
struct Place {
    workshop: Workshop,
    url: String,
    _provider: Running,
}

impl Place {
    fn new() -> Self {
        let workshop = Workshop::new();
        let order = |id: u64| get_interaction(&format!("/orders/{id}"), &json!({ "id": id }));
        let interactions = [order(7), given("order 8 exists", order(8))];
        let file = pact("web", "orders", &interactions);
        workshop.write_json("pacts/web-orders.json", &file);
        workshop.write_json("real.json", &pact("anybody", "orders", &interactions));
        let (provider, url) = workshop.start_mock(&["real.json"]);
        Self {
            workshop,
            url,
            _provider: provider,
        }
    }

    fn port(&self) -> &str {
        self.url.rsplit(':').next().unwrap()
    }

    /// Their words behind the command's name, and what else a verification needs.
    fn verify(&self, words: &[&str]) -> Finished {
        let has = |names: &[&str]| words.iter().any(|word| names.contains(word));
        let mut all = vec!["verify"];
        if !has(&[
            "--file",
            "-f",
            "--dir",
            "-d",
            "--url",
            "-u",
            "--broker-url",
            "-b",
        ]) {
            all.extend(["--file", "pacts/web-orders.json"]);
        }
        if !has(&["--port", "-p", "--transports"]) {
            all.extend(["--port", self.port()]);
        }
        if !has(&["--hostname", "-h"]) {
            all.extend(["--hostname", "127.0.0.1"]);
        }
        all.extend(words);
        self.workshop.run(&all)
    }
}

/// How an option is tried.
struct Tried {
    value: Option<String>,
    /// What else it needs.
    with: Vec<String>,
    /// The exit code then.
    code: i32,
}

/// `served` answers whatever is asked with a pact, which no Pact Broker would do.
fn tried(option: &str, place: &Place, served: &str) -> Tried {
    let transports = format!("http:{0} message:{0}/events", place.port());
    let value = match option {
        "--base-path" => "/",
        "--broker-url" => served,
        "--build-url" => "http://ci",
        "--consumer-version-selectors" => r#"{"mainBranch":true}"#,
        "--consumer-version-tags" => "main,prod",
        "--dir" => "pacts",
        "--file" => "pacts/web-orders.json",
        "--filter-consumer" => "web",
        "--filter-description" => "orders/[0-9]",
        "--filter-state" => "^order",
        "--header" => "X-Id=7",
        "--hostname" => "127.0.0.1",
        "--html" | "--json" | "--junit" => "report",
        "--include-wip-pacts-since" => "2026-01-01",
        "--log-level" | "--loglevel" => "info",
        "--port" => place.port(),
        "--provider-name" => "orders",
        "--provider-branch" | "--provider-tags" | "--provider-version" => "main",
        "--request-timeout" => "5000",
        "--scheme" | "--transport" => "http",
        "--state-change-url" | "--url" => served,
        "--transports" => &transports,
        "--user" | "--password" | "--token" => "secret",
        "--retries" => "3",
        "--webhook-callback-url" | "--xslt" => "x",
        option if option.starts_with("--otel") => "x",
        _ => "",
    };
    let (with, code) = match option {
        "--broker-url" => ("-n orders".into(), 3),
        "--consumer-version-selectors"
        | "--consumer-version-tags"
        | "--enable-pending"
        | "--provider-tags" => (format!("-b {served} -n orders"), 3),
        "--include-wip-pacts-since" => (format!("-b {served} -n orders --provider-branch main"), 3),
        "--password" => ("--user me".into(), 0),
        "--publish" => ("--provider-version 1".into(), 0),
        _ => (String::new(), 0),
    };
    Tried {
        value: (!value.is_empty()).then(|| value.to_owned()),
        with: with.split_whitespace().map(String::from).collect(),
        code,
    }
}

#[test]
fn the_table_has_every_option_of_theirs_once() {
    let rows = rows();
    let options: Vec<_> = rows.iter().map(Row::option).collect();
    let once: BTreeSet<_> = options.iter().copied().collect();
    assert_eq!(once.len(), options.len(), "an option stands there twice");
    let theirs: BTreeSet<_> = THEIRS.iter().copied().chain(["--last-failed"]).collect();
    assert_eq!(once, theirs);
}

#[test]
fn every_row_of_the_table_is_what_the_command_does() {
    let order = get_interaction("/orders/7", &json!({ "id": 7 }));
    let served = pact("web", "orders", &[order]);
    let (served, _) = serve(move |_| served.clone());
    let place = Place::new();
    for row in rows() {
        let tried = tried(row.option(), &place, &served);
        let mut names = vec![row.option()];
        names.extend(row.letter());
        for name in names {
            let mut words = vec![name];
            words.extend(tried.value.as_deref());
            words.extend(tried.with.iter().map(String::as_str));
            let finished = place.verify(&words);
            if row.ours == "no equal" {
                let refused = format!("{}: pactwork has no equal to it", row.option());
                finished.exits(2).says(&refused).says("what to do");
            } else {
                finished.exits(tried.code);
            }
        }
    }
}

#[test]
fn every_option_of_ours_in_the_table_is_in_the_help() {
    let help = Workshop::new().run(&["verify", "--help"]).exits(0);
    for row in rows() {
        let ours = row.ours.split('`').filter(|word| word.starts_with("--"));
        for option in ours {
            let name = option.split(' ').next().unwrap();
            assert!(help.stdout.contains(name), "{name}: {row:?}");
        }
    }
    help.prints("docs/verifier-options.md");
}

#[test]
fn the_short_help_does_not_list_theirs() {
    let help = Workshop::new().run(&["verify", "-h"]).exits(0);
    for theirs in ["--state-change-url", "--provider-name", "--filter-consumer"] {
        assert!(!help.stdout.contains(theirs), "{theirs}");
    }
}

#[test]
fn a_host_behind_a_letter_is_not_a_question_for_help() {
    let place = Place::new();
    place
        .verify(&["-h", "127.0.0.1"])
        .exits(0)
        .prints("2 interactions: 2 passed");
}

#[test]
fn a_whole_job_moves_over_by_the_name_of_its_command() {
    let (states, received) = serve(|_| json!({}));
    let place = Place::new();
    let order = given(
        "order 7 exists",
        get_interaction("/orders/7", &json!({ "id": 8 })),
    );
    let other = get_interaction("/orders/9", &json!({ "id": 9 }));
    let pact = pact("web", "orders", &[order, other]);
    place.workshop.write_json("pacts/web-orders.json", &pact);
    place
        .verify(&[
            "-d",
            "pacts",
            "-n",
            "orders",
            "-s",
            &states,
            "--state-change-teardown",
            "--filter-state",
            "order [0-9] exists",
            "--no-colour",
            "-l",
            "warn",
        ])
        .exits(1)
        .prints("✗ GET /orders/7")
        .prints("$.id")
        .prints("1 interaction: 1 failed")
        .does_not_print("/orders/9");
    let received = received.lock().unwrap();
    let asked: Vec<Value> = received
        .iter()
        .map(|body| serde_json::from_str(body).unwrap())
        .collect();
    let actions: Vec<_> = asked.iter().map(|asked| &asked["action"]).collect();
    assert_eq!(actions, ["setup", "teardown"]);
}

#[test]
fn a_variable_counts_and_is_said() {
    let place = Place::new();
    let mut command = place
        .workshop
        .command(&["verify", "--file", "pacts/web-orders.json"]);
    command
        .env("PACT_PROVIDER_HOSTNAME", "127.0.0.1")
        .env("PACT_PROVIDER_PORT", place.port());
    Finished::of(&mut command)
        .exits(0)
        .says("PACT_PROVIDER_PORT is set: it counts as --port");
}
