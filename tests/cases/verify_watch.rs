//! `pactwork verify --watch`.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs::{self, File};
use std::process::{Child, Stdio};

use serde_json::{Value, json};

use crate::support::{
    PACTWORK, Workshop, get_interaction, is_gone, pact, process_id, signal, wait_until,
};

fn order(id: u64, found: u64) -> Value {
    get_interaction(&format!("/orders/{id}"), &json!({ "id": found }))
}

/// A workshop in which web relies on order 7.
fn workshop() -> Workshop {
    let workshop = Workshop::of("participant = \"orders\"\n");
    relies_on(&workshop, &[order(7, 7)]);
    keeps(&workshop, &[order(7, 7), order(8, 8)]);
    workshop
}

fn relies_on(workshop: &Workshop, interactions: &[Value]) {
    workshop.write_json("in/web-orders.json", &pact("web", "orders", interactions));
}

/// What the provider answers from its next start on.
fn keeps(workshop: &Workshop, interactions: &[Value]) {
    workshop.write_json(
        "made-of/real.json",
        &pact("anybody", "orders", interactions),
    );
}

/// Starts the provider as a process that adds a line with its id to `starts`.
fn start(port: &str) -> String {
    format!(
        "echo $$ >> starts; echo $$ > provider.pid; exec {PACTWORK} mock --port {port} made-of/real.json"
    )
}

fn starts(workshop: &Workshop) -> usize {
    workshop.read("starts").lines().count()
}

/// A watching verification; what it says goes to `said`. Killed if a test forgets it.
struct Watching<'w> {
    child: Child,
    workshop: &'w Workshop,
}

impl<'w> Watching<'w> {
    fn start(workshop: &'w Workshop, arguments: &[&str]) -> Self {
        let said = File::create(workshop.path("said")).unwrap();
        let mut command = workshop.command(&[&["verify", "in", "--watch"], arguments].concat());
        command
            .stdout(said.try_clone().unwrap())
            .stderr(Stdio::from(said));
        let child = command.spawn().unwrap();
        Self { child, workshop }
    }

    fn own(workshop: &'w Workshop, arguments: &[&str]) -> Self {
        let start = start("{port}");
        Self::start(workshop, &[&["--start", &start], arguments].concat())
    }

    fn said(&self) -> String {
        self.workshop.read("said")
    }

    #[track_caller]
    fn says(&self, text: &str) {
        for _ in 0..3000 {
            if self.said().contains(text) {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        panic!("no {text:?} in\n{}", self.said());
    }

    /// Sends a signal, and gives the exit code.
    fn ends(mut self, name: &str) -> Option<i32> {
        assert!(signal(self.child.id(), name));
        self.child.wait().unwrap().code()
    }
}

impl Drop for Watching<'_> {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn provider_is_gone(workshop: &Workshop) {
    for line in workshop.read("starts").lines() {
        let process = line.parse().unwrap();
        wait_until("the provider is gone", || is_gone(process));
    }
}

#[test]
fn a_pact_that_changed_is_verified_again_by_the_same_provider() {
    let workshop = workshop();
    let watching = Watching::own(&workshop, &[]);
    watching.says("run 1: 1 interaction: 1 passed; watching, Ctrl-C ends it\n");
    relies_on(&workshop, &[order(7, 7), order(8, 9)]);
    watching.says("run 2: in/web-orders.json changed\n");
    watching.says("run 2: 2 interactions: 1 passed, 1 failed; watching, Ctrl-C ends it\n");
    workshop.write_json(
        "in/deep/app-orders.json",
        &pact("app", "orders", &[order(8, 8)]),
    );
    watching.says("run 3: in/deep/app-orders.json changed\n");
    watching.says("run 3: 3 interactions: 2 passed, 1 failed");
    relies_on(&workshop, &[order(7, 7)]);
    watching.says("run 4: in/web-orders.json changed\n");
    watching.says("run 4: 2 interactions: 2 passed");
    assert_eq!(watching.ends("INT"), Some(0));
    assert_eq!(starts(&workshop), 1);
    provider_is_gone(&workshop);
}

#[test]
fn a_broken_pact_is_told_and_the_watching_goes_on() {
    let workshop = workshop();
    let whole = workshop.read("in/web-orders.json");
    workshop.write("in/web-orders.json", &whole[..whole.len() / 2]);
    let watching = Watching::own(&workshop, &[]);
    watching.says("error: in/web-orders.json: line 1, column ");
    watching.says("run 1: it could not be verified; watching, Ctrl-C ends it\n");
    workshop.write("in/web-orders.json", &whole);
    watching.says("run 2: 1 interaction: 1 passed");
    fs::remove_file(workshop.path("in/web-orders.json")).unwrap();
    watching.says("run 3: it could not be verified");
    assert_eq!(watching.ends("TERM"), Some(2));
    provider_is_gone(&workshop);
}

#[test]
fn a_change_of_what_the_provider_is_made_of_restarts_it() {
    let workshop = workshop();
    let watching = Watching::own(&workshop, &["--watch-path", "made-of"]);
    watching.says("run 1: 1 interaction: 1 passed");
    keeps(&workshop, &[order(7, 0)]);
    watching.says("run 2: made-of/real.json changed\n");
    watching.says("run 2: 1 interaction: 1 failed");
    // One that does not start is told.
    workshop.write("made-of/real.json", "{");
    watching.says("run 3: it could not be verified");
    keeps(&workshop, &[order(7, 7)]);
    watching.says("run 4: 1 interaction: 1 passed");
    keeps(&workshop, &[order(7, 0)]);
    watching.says("run 5: 1 interaction: 1 failed");
    assert_eq!(watching.ends("INT"), Some(1));
    assert_eq!(starts(&workshop), 5);
    provider_is_gone(&workshop);
}

#[test]
fn a_provider_that_ended_is_started_again_by_the_next_change() {
    let workshop = workshop();
    let watching = Watching::own(&workshop, &[]);
    watching.says("run 1: 1 interaction: 1 passed");
    signal(process_id(&workshop.path("provider.pid")), "KILL");
    watching.says("warning: the provider ended by itself; the next change starts it again\n");
    relies_on(&workshop, &[order(8, 8)]);
    watching.says("run 2: 1 interaction: 1 passed");
    assert_eq!(watching.ends("INT"), Some(0));
    assert_eq!(starts(&workshop), 2);
    provider_is_gone(&workshop);
}

#[test]
fn a_provider_that_somebody_else_restarted_is_verified_again() {
    let workshop = workshop();
    let (provider, url) = workshop.start_mock(&["made-of/real.json"]);
    let watching = Watching::start(&workshop, &["--base-url", &url]);
    watching.says("run 1: 1 interaction: 1 passed");
    provider.stop();
    keeps(&workshop, &[order(7, 0)]);
    let port = url.rsplit(':').next().unwrap();
    let (_provider, _) = workshop.start_mock(&["--port", port, "made-of/real.json"]);
    watching.says("run 2: the provider was restarted\n");
    watching.says("run 2: 1 interaction: 1 failed");
    assert_eq!(watching.ends("INT"), Some(1));
}

#[test]
fn what_is_chosen_is_chosen_anew_each_time() {
    let workshop = workshop();
    let watching = Watching::own(&workshop, &["--description", "orders/8"]);
    watching.says("--description \"orders/8\" fits none");
    watching.says("run 1: it could not be verified");
    relies_on(&workshop, &[order(7, 7), order(8, 8)]);
    watching.says("chosen: 1 of 2 interactions\n");
    watching.says("run 2: 1 interaction: 1 passed");
    assert_eq!(watching.ends("INT"), Some(0));
}

#[test]
fn a_signal_during_a_run_ends_it() {
    let workshop = workshop();
    let start = "echo $$ >> starts; echo $$ > provider.pid; exec sleep 1000";
    let watching = Watching::start(&workshop, &["--start", start, "--ready-timeout", "600"]);
    process_id(&workshop.path("provider.pid"));
    assert_eq!(watching.ends("TERM"), Some(3));
    provider_is_gone(&workshop);
}

#[test]
fn watching_that_makes_no_sense_is_refused() {
    let workshop = workshop();
    let cases: &[(&[&str], &str)] = &[
        (&["--watch"], "it is not known how the provider is reached"),
        (
            &["--watch", "--start", "x", "--watch-path", "none"],
            "error: cannot read none: No such file or directory",
        ),
        (&["--watch-path", "in", "--start", "x"], "--watch"),
        (
            &["--watch", "--start", "x", "--record", "--version", "1"],
            "the argument '--watch' cannot be used with '--record'",
        ),
        (
            &["-", "--watch", "--start", "x"],
            "error: --watch: what comes on stdin (-) cannot be read again",
        ),
    ];
    for (arguments, text) in cases {
        workshop
            .run(&[&["verify", "in"], *arguments].concat())
            .exits(2)
            .says(text);
    }
}
