#![allow(clippy::unwrap_used, clippy::panic)]

use crate::support::{Finished, Workshop};

#[test]
fn an_unknown_key_is_named_with_its_place_and_the_known_ones() {
    Workshop::of("participant = \"web\"\n\n[consumer]\npact = \"p\"\n")
        .run(&["clean"])
        .exits(2)
        .says("pactwork.toml: line 4, column 1: unknown field `pact`, expected one of `pacts`")
        .says("what to do: correct ");
}

#[test]
fn what_is_wrong_in_the_file_is_named_with_its_place() {
    let cases = [
        ("participant = ", "pactwork.toml: line 1, column 15: "),
        (
            "participant = 7\n",
            "line 1, column 15: invalid type: integer `7`, expected a string",
        ),
        ("[consumer]\n", "missing field `participant`"),
        (
            "participant = \"\"\n",
            "participant: expected a name, found \"\"",
        ),
        (
            "participant = \"web\"\n[provider]\nready = \"health\"\n",
            "provider.ready: expected a path on the provider that starts with /, found \"health\"",
        ),
        (
            "participant = \"web\"\n[provider]\nready_timeout_seconds = -1\n",
            "line 3, column 25: invalid value: integer `-1`, expected u64",
        ),
    ];
    for (configuration, text) in cases {
        Workshop::of(configuration)
            .run(&["clean"])
            .exits(2)
            .says(text);
    }
}

#[test]
fn the_file_is_found_above_the_working_folder() {
    let workshop = Workshop::of("participant = \"web\"\n[storage]\nurl = \"bucket\"\n");
    workshop.write("src/deep/file", "");
    let mut command = workshop.command(&["pull", "-v"]);
    Finished::of(command.current_dir(workshop.path("src/deep")))
        .exits(0)
        .says("no consumer has published a pact with web")
        .says(&format!(
            "configuration: {}",
            workshop.path("pactwork.toml").display()
        ))
        .says(&format!("storage: {}", workshop.path("bucket").display()));
}

#[test]
fn a_file_can_be_named() {
    let workshop = Workshop::new();
    workshop.write("else/where.toml", "participant = \"orders\"\n");
    workshop
        .run(&["pull", "--config", "else/where.toml"])
        .exits(0)
        .says("no consumer has published a pact with orders");
    workshop
        .run(&["pull", "--config", "nowhere.toml"])
        .exits(2)
        .says("cannot read ")
        .says("nowhere.toml: No such file or directory");
}

#[test]
fn without_a_file_a_command_that_needs_the_participant_says_so() {
    let workshop = Workshop::new();
    let cases: &[(&[&str], &str)] = &[
        (&["clean"], "write participant = \"…\" in pactwork.toml"),
        (&["pull"], "give --provider NAME"),
        (&["verify"], "give --provider NAME"),
        (
            &["publish", "--version", "1"],
            "write participant = \"…\" in pactwork.toml",
        ),
        (
            &["can-i-deploy", "--version", "1", "--to-environment", "e"],
            "give --participant NAME",
        ),
        (
            &["record-deployment", "--version", "1", "--environment", "e"],
            "give --participant NAME",
        ),
    ];
    for (arguments, advice) in cases {
        workshop
            .run(arguments)
            .exits(2)
            .says("error: no pactwork.toml in ")
            .says("so it is not known which participant this is")
            .says(advice);
    }
}

#[test]
fn the_flag_wins_over_the_environment_and_that_over_the_file() {
    let workshop = Workshop::of("participant = \"web\"\n[storage]\nurl = \"configured\"\n");
    let storage = |name: &str| format!("storage: {}\n", workshop.path(name).display());
    workshop
        .run(&["pull", "-v"])
        .exits(0)
        .says(&storage("configured"));
    let mut command = workshop.command(&["pull", "-v"]);
    command.env("PACTWORK_STORAGE", "from-environment");
    Finished::of(&mut command)
        .exits(0)
        .says(&storage("from-environment"));
    let mut command = workshop.command(&["pull", "-v", "--storage", "given"]);
    command.env("PACTWORK_STORAGE", "from-environment");
    Finished::of(&mut command).exits(0).says(&storage("given"));
    let mut command = workshop.command(&["pull", "-v"]);
    command.env("PACTWORK_STORAGE", "");
    Finished::of(&mut command)
        .exits(0)
        .says(&storage("configured"));
}

#[test]
fn the_default_storage_is_at_the_repositorys_root() {
    let workshop = Workshop::new();
    workshop.write(".git/HEAD", "ref: refs/heads/main\n");
    workshop.write("services/web/pactwork.toml", "participant = \"web\"\n");
    let mut command = workshop.command(&["pull", "-v"]);
    Finished::of(command.current_dir(workshop.path("services/web")))
        .exits(0)
        .says(&format!(
            "storage: {}",
            workshop.path(".pactwork/bucket").display()
        ));
}

#[test]
fn a_storage_url_of_an_unknown_scheme_is_a_sentence() {
    Workshop::new()
        .run(&[
            "pull",
            "--provider",
            "orders",
            "--storage",
            "ftp://host/contracts",
        ])
        .exits(2)
        .says("ftp");
}

#[test]
fn a_storage_that_is_a_file_is_a_sentence() {
    let workshop = Workshop::new();
    workshop.write("bucket", "a file");
    let finished = workshop.run(&[
        "record-deployment",
        "--participant",
        "p",
        "--version",
        "1",
        "--environment",
        "e",
        "--storage",
        "bucket",
    ]);
    assert!(matches!(finished.code, Some(2 | 3)), "{finished}");
    finished.says("bucket").does_not_say("panicked");
}

#[test]
fn colour_is_shown_when_asked_for_and_never_with_no_color() {
    let workshop = Workshop::new();
    let escape = "\u{1b}[";
    let pull = ["pull", "--provider", "orders", "--storage", "bucket"];
    let colored = |choice: &'static str| [&pull[..], &["--color", choice]].concat();
    workshop
        .run(&pull)
        .exits(0)
        .says("warning: ")
        .does_not_say(escape);
    workshop.run(&colored("always")).exits(0).says(escape);
    workshop
        .run(&colored("never"))
        .exits(0)
        .does_not_say(escape);
    let mut command = workshop.command(&colored("auto"));
    Finished::of(command.env("NO_COLOR", "1").env("CLICOLOR_FORCE", "1"))
        .exits(0)
        .does_not_say(escape);
}
