//! Publishing, killed at random moments, again and again.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::{Workshop, get_interaction, pact};

/// How many publications are begun; scripts/check.sh asks for 500.
const VARIABLE: &str = "PACTWORK_TEST_KILLED_PUBLISHES";
const PUBLISHES: usize = 60;

/// How often it is looked at what is there by then.
const LOOK: usize = 20;

const PROVIDERS: [&str; 2] = ["orders", "billing"];

struct Team {
    workshop: Workshop,
    random: RandomState,
}

impl Team {
    fn new() -> Self {
        let workshop = Workshop::of("participant = \"web\"\n[storage]\nurl = \"bucket\"\n");
        Self {
            workshop,
            random: RandomState::new(),
        }
    }

    /// Each version has contents and a branch of its own, so that every one is seen.
    fn write_pacts(&self, version: usize) {
        for provider in PROVIDERS {
            let path = format!("/{provider}/{version}");
            let interaction = get_interaction(&path, &json!({ "version": version }));
            let file = format!("recorded/{version}/{provider}.json");
            self.workshop
                .write_json(&file, &pact("web", provider, &[interaction]));
        }
    }

    fn arguments(version: usize) -> Vec<String> {
        let folder = format!("recorded/{version}");
        let (version, branch) = (version.to_string(), format!("branch-{version}"));
        let arguments = [
            "publish",
            &folder,
            "--version",
            &version,
            "--branch",
            &branch,
        ];
        arguments.map(str::to_owned).into()
    }

    /// Whether it came to its end before it was killed.
    fn publish_and_kill(&self, version: usize, longest: Duration) -> bool {
        let arguments = Self::arguments(version);
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        let mut child = self
            .workshop
            .command(&arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let share = self.random.hash_one(version) % 1_000;
        thread::sleep(longest * u32::try_from(share).unwrap() / 1_000);
        let _ = child.kill();
        child.wait().unwrap().success()
    }

    fn publish(&self, version: usize) {
        let arguments = Self::arguments(version);
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        self.workshop.run(&arguments).exits(0);
    }

    /// The versions that each provider would have to verify.
    fn visible(&self) -> BTreeMap<&'static str, Vec<usize>> {
        let versions = |provider| {
            let arguments = ["pull", "--provider", provider, "--format", "json"];
            let pulled = self.workshop.run(&arguments).exits(0).json();
            let pacts = pulled["pacts"].as_array().unwrap();
            let versions = pacts.iter().map(|pact| {
                let version = pact["versions"][0].as_str().unwrap();
                version.parse().unwrap()
            });
            let mut versions: Vec<usize> = versions.collect();
            versions.sort_unstable();
            (provider, versions)
        };
        PROVIDERS.map(versions).into()
    }
}

#[test]
fn a_killed_publish_leaves_nothing_half_visible_and_can_be_run_again() {
    let asked = std::env::var(VARIABLE).ok();
    let publishes = asked.map_or(PUBLISHES, |asked| asked.parse().unwrap());
    let team = Team::new();
    let started = Instant::now();
    team.write_pacts(0);
    team.publish(0);
    // Some are killed before they write, some while they do, and some not at all.
    let longest = started.elapsed() * 5 / 4;
    let mut ended = vec![0];
    for version in 1..publishes {
        team.write_pacts(version);
        if team.publish_and_kill(version, longest) {
            ended.push(version);
        }
        if version % LOOK == 0 {
            all_or_nothing(&team, &ended);
        }
    }
    all_or_nothing(&team, &ended);
    let begun = team.workshop.list("bucket/v1/app/web/branch").len();
    let visible = team.visible()["orders"].len();
    eprintln!(
        "{} of {publishes} were killed, {} of them between two writes",
        publishes - ended.len(),
        begun - visible
    );
    for version in 0..publishes {
        team.publish(version);
    }
    let all: Vec<_> = (0..publishes).collect();
    assert_eq!(
        team.visible(),
        PROVIDERS.map(|name| (name, all.clone())).into()
    );
}

/// What ended well is there, and what is there for one provider is for the other.
fn all_or_nothing(team: &Team, ended: &[usize]) {
    let visible = team.visible();
    assert_eq!(visible["orders"], visible["billing"]);
    for version in ended {
        assert!(visible["orders"].contains(version), "{version} is lost");
    }
}
