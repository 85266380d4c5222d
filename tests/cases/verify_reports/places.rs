//! Where reports go.

use super::{order, provider, workshop};

#[test]
fn several_reports_are_written_at_once() {
    let workshop = workshop(&[order(7)]);
    let start = provider(&workshop, &[order(7)]);
    let files = [
        "json=a/r.json",
        "junit=a/b/r.xml",
        "html=r.html",
        "tap=r.tap",
        "human=r.txt",
        "github=r.github",
    ];
    let mut arguments = vec!["verify", "web-orders.json", "--start", &start];
    for file in files {
        arguments.extend(["--report", file]);
    }
    workshop
        .run(&arguments)
        .exits(0)
        .prints("1 interaction: 1 passed");
    for file in files {
        let (_, file) = file.split_once('=').unwrap();
        assert!(workshop.has(file), "{file}");
    }
    assert!(workshop.read("r.txt").contains("1 interaction: 1 passed"));
    assert!(
        workshop
            .read("a/r.json")
            .contains("\"outcome\": \"passed\"")
    );
}

#[test]
fn reports_that_cannot_be_are_refused_before_anything_is_started() {
    let workshop = workshop(&[order(7)]);
    workshop.write("file", "");
    let start = "echo started > started; exec sleep 1000";
    for (arguments, text) in [
        (
            &["--report", "xml=r.xml"][..],
            "expected one of github, html, human, json, junit, tap, found \"xml\"",
        ),
        (
            &["--report", "junit"],
            "this report needs a file: --report junit=FILE",
        ),
        (
            &["--report", "junit=r", "--report", "tap=./r"],
            "error: two reports (junit and tap) cannot go to one file: ./r",
        ),
        (
            &["--output", "r.txt", "--report", "human=x/../r.txt"],
            "error: two reports (human and human) cannot go to one file: x/../r.txt",
        ),
        (
            &["--format", "json", "--report", "github"],
            "error: two reports (json and github) cannot both go to stdout",
        ),
        (
            &["--report", "tap=file/r.tap"],
            "error: cannot write file/r.tap: ",
        ),
        (
            &["--report", "html=bucket/.."],
            "error: cannot write bucket/..: it is a folder",
        ),
    ] {
        let verify = ["verify", "web-orders.json", "--start", start];
        std::fs::create_dir_all(workshop.path("bucket")).unwrap();
        workshop
            .run(&[&verify[..], arguments].concat())
            .exits(2)
            .says(text);
        assert!(!workshop.has("started"), "{arguments:?}");
    }
}

#[test]
fn a_report_that_became_unwritable_keeps_no_other_from_being_written() {
    let workshop = workshop(&[order(7)]);
    let start = provider(&workshop, &[order(7)]);
    // While the provider starts, a folder takes the report's place.
    let start = format!("mkdir r.tap; {start}");
    let reports = ["--report", "tap=r.tap", "--report", "junit=r.xml"];
    let record = ["--record", "--version", "o1"];
    let verify = ["verify", "web-orders.json", "--start", &start];
    workshop
        .run(&[&verify[..], &reports, &record].concat())
        .exits(2)
        .prints("1 interaction: 1 passed")
        .says("error: cannot write r.tap: ")
        .says("recorded: orders o1");
    assert!(workshop.has("r.xml"));
}

#[test]
fn a_pipe_is_written_to_and_not_replaced() {
    let workshop = workshop(&[order(7)]);
    let start = provider(&workshop, &[order(7)]);
    let verify = ["verify", "web-orders.json", "--start", &start];
    let report = ["--output", "r.txt", "--report", "tap=/dev/stdout"];
    workshop
        .run(&[&verify[..], &report].concat())
        .exits(0)
        .prints("TAP version 14\n1..1\n");
}
