#![allow(clippy::unwrap_used, clippy::panic)]

use crate::support::Workshop;

const COMMANDS: &[&[&str]] = &[
    &["mock"],
    &["stub"],
    &["verify"],
    &["publish"],
    &["pull"],
    &["import"],
    &["golden", "generate"],
    &["golden", "publish"],
    &["golden", "pull"],
    &["golden", "check"],
    &["record"],
    &["record-deployment"],
    &["record-verification"],
    &["create-environment"],
    &["can-i-deploy"],
    &["prune"],
    &["log"],
    &["changed"],
    &["notify"],
    &["init"],
    &["matrix"],
    &["graph"],
    &["list"],
    &["show"],
    &["diff"],
    &["clean"],
    &["doctor"],
];

#[test]
fn the_help_of_every_command_gives_an_example_and_its_exit_codes() {
    let workshop = Workshop::new();
    for command in COMMANDS {
        let mut arguments = command.to_vec();
        arguments.push("--help");
        let help = workshop.run(&arguments).exits(0);
        let example = format!("  pactwork {}", command.join(" "));
        help.prints("Example")
            .prints(&example)
            .prints("Exit codes:\n  0  ")
            .prints("--storage <URL>")
            .prints("PACTWORK_STORAGE")
            .prints("--config <FILE>")
            .prints("--color <COLOR>")
            .prints("--verbose");
    }
}

#[test]
fn the_overview_teaches_both_jobs_and_the_exit_codes() {
    Workshop::new()
        .run(&["--help"])
        .exits(0)
        .prints("pactwork golden check")
        .prints("pactwork verify --record")
        .prints("pactwork init --participant web")
        .prints("3  could not find out");
}

#[test]
fn the_version_is_a_result() {
    let version = format!("pactwork {}\n", env!("CARGO_PKG_VERSION"));
    let finished = Workshop::new().run(&["--version"]).exits(0);
    assert_eq!(finished.stdout, version);
}

#[test]
fn wrong_usage_is_exit_code_2_with_what_is_known() {
    let cases: &[(&[&str], &str)] = &[
        (&[], "Usage: pactwork"),
        (&["verfy"], "a similar subcommand exists: 'verify'"),
        (&["mock", "--port", "1"], "<PACT>"),
        (&["publish"], "--version <V>"),
        (
            &["publish", "--version", ""],
            "a value is required for '--version <V>'",
        ),
        (&["can-i-deploy", "--version", "1"], "--to-environment <E>"),
        (
            &["record-deployment", "--version", "1"],
            "--environment <E>",
        ),
        (&["verify", "--record"], "--version <V>"),
        (&["verify", "--version", "1"], "--record"),
        (&["verify", "--jobs", "0"], "0 is not in 1.."),
        (
            &["verify", "--format", "yaml"],
            "[possible values: human, json]",
        ),
        (
            &["verify", "--start", "x", "--", "y"],
            "cannot be used with",
        ),
        (
            &["mock", "--port", "70000", "a.json"],
            "70000 is not in 0..=65535",
        ),
        (
            &["mock", "--host", "here", "a.json"],
            "invalid IP address syntax",
        ),
        (
            &["pull", "--color", "sometimes"],
            "[possible values: auto, always, never]",
        ),
    ];
    let workshop = Workshop::new();
    for (arguments, text) in cases {
        let finished = workshop.run(arguments).exits(2).says(text);
        assert_eq!(finished.stdout, "", "{arguments:?}");
    }
}
