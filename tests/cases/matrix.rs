#![allow(clippy::unwrap_used, clippy::panic)]

use serde_json::json;

use super::looking::workshop;
use crate::support::Finished;

/// Each line's words, without those that differ from run to run.
fn rows(finished: &Finished) -> Vec<String> {
    let lines = finished.stdout.lines().skip(1);
    let known = |word: &&str| {
        let is_content = word.len() == 12 && word.chars().all(|c| c.is_ascii_hexdigit());
        !is_content && !word.ends_with('Z')
    };
    let lines = lines.map(|line| line.split_whitespace().filter(known).collect::<Vec<_>>());
    lines.map(|words| words.join(" ")).collect()
}

#[test]
fn heads_of_branches_and_what_is_deployed_are_shown_with_their_newest_results() {
    let workshop = workshop();
    let finished = workshop.run(&["matrix"]).exits(0);
    assert_eq!(
        rows(&finished),
        [
            "app a1 (main) orders o1 (main; production) ? never verified",
            "orders o1 (main; production) users none ? never verified",
            "web w2 (feature) orders o1 (main; production) ✗ failed",
            "web w1 (main; production) orders o1 (main; production) ✓ passed",
            "4 rows: 1 passed, 1 failed, 2 never verified",
        ],
        "{finished}"
    );
    let limited = workshop.run(&["matrix", "--limit", "1"]).exits(0);
    assert_eq!(rows(&limited).len(), 3, "{limited}");
    limited.prints("and 3 more (left out by --limit)");
}

#[test]
fn rows_are_chosen_by_participant_version_and_place() {
    let workshop = workshop();
    let cases: &[(&[&str], &[&str])] = &[
        (
            &[
                "--participant",
                "web",
                "--version",
                "w2",
                "--to-environment",
                "production",
            ],
            &["web w2 (feature) orders o1 (main; production) ✗ failed"],
        ),
        (
            &["--participant", "app", "--participant", "orders"],
            &["app a1 (main) orders o1 (main; production) ? never verified"],
        ),
        (
            &["--consumer", "orders"],
            &["orders o1 (main; production) users none ? never verified"],
        ),
        (
            &["--provider", "orders", "--branch", "main"],
            &[
                "app a1 (main) orders o1 (main) ? never verified",
                "web w1 (main) orders o1 (main) ✓ passed",
            ],
        ),
        (
            &["--to-environment", "production"],
            &[
                "orders o1 (main; production) users none in production ? never verified",
                "web w1 (main; production) orders o1 (main; production) ✓ passed",
            ],
        ),
        (
            &["--all", "--consumer", "web"],
            &[
                "web w2 (feature) orders o1 (main; production) ✗ failed",
                "web w1 (main; production) orders o1 (main; production) ✓ passed",
            ],
        ),
    ];
    for (arguments, expected) in cases {
        let finished = workshop.run(&[&["matrix"], *arguments].concat()).exits(0);
        let mut found = rows(&finished);
        found.pop();
        assert_eq!(found, *expected, "{finished}");
    }
}

#[test]
fn json_has_every_row_with_its_content_and_when() {
    let finished = workshop().run(&["matrix", "--format", "json"]).exits(0);
    let rows = finished.json()["rows"].clone();
    let passed = rows
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["outcome"] == "passed");
    let passed = passed.unwrap();
    assert_eq!(passed["consumer"], "web");
    assert_eq!(passed["consumer_versions"][0]["version"], "w1");
    assert_eq!(
        passed["provider_version"],
        json!({ "version": "o1", "branches": ["main"], "environments": { "production": ["deployed"] } })
    );
    assert_eq!(passed["verified_branch"], "main");
    assert_eq!(passed["content"].as_str().unwrap().len(), 64);
    assert!(passed["verified_at"].as_str().unwrap().ends_with('Z'));
}

#[test]
fn what_is_not_there_is_named_with_what_is_like_it() {
    let workshop = workshop();
    let cases: &[(&[&str], &str)] = &[
        (
            &["--participant", "wbe"],
            "error: there is no participant wbe; similar: web",
        ),
        (
            &["--participant", "web", "--version", "w10"],
            "error: there is no version w10 of web; similar: w1",
        ),
        (
            &["--to-environment", "prod"],
            "error: there is no environment prod; similar: production",
        ),
        (
            &[
                "--participant",
                "web",
                "--participant",
                "app",
                "--version",
                "w1",
            ],
            "expected a --version for each --participant or none at all, found 1 and 2",
        ),
        (&["--version", "w1"], "--participant <P>"),
    ];
    for (arguments, expected) in cases {
        workshop
            .run(&[&["matrix"], *arguments].concat())
            .exits(2)
            .says(expected);
    }
    workshop
        .run(&["matrix", "--participant", "app", "--participant", "web"])
        .exits(0)
        .says("warning: no pact in ");
}
