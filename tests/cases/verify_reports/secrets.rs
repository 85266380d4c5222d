//! Secrets given as headers are in no report and no log, whatever a provider does with them.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::thread;

use super::{order, workshop};
use crate::support::{Finished, Workshop};

const SECRET: &str = "hunter2-and/more";

/// A provider that answers 500 with all that it was asked, as a debug page would.
fn chatty() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let lines = BufReader::new(&stream).lines().map_while(Result::ok);
            let asked: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
            let authorization = asked
                .iter()
                .find_map(|line| line.strip_prefix("authorization: "))
                .unwrap_or_default();
            let body = serde_json::json!({ "id": authorization, "asked": asked }).to_string();
            let _ = write!(
                stream,
                "HTTP/1.1 500 Oh\r\nContent-Type: application/json\r\nSet-Cookie: s={authorization}\r\n\
                 X-Auth: {authorization}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            );
        }
    });
    url
}

const FILES: [&str; 6] = ["r.json", "r.xml", "r.html", "r.tap", "r.txt", "r.github"];

fn run(workshop: &Workshop, arguments: &[&str]) -> Finished {
    let reports = [
        "json=r.json",
        "junit=r.xml",
        "html=r.html",
        "tap=r.tap",
        "human=r.txt",
    ];
    let mut all = vec![
        "verify",
        "web-orders.json",
        "-v",
        "--report",
        "github=r.github",
    ];
    for report in &reports {
        all.extend(["--report", *report]);
    }
    all.extend(arguments);
    workshop.run(&all)
}

#[track_caller]
fn nothing_of_it(workshop: &Workshop, finished: &Finished, secret: &str) {
    let files = FILES.map(|file| (file, workshop.read(file)));
    let said = [
        ("stdout", finished.stdout.clone()),
        ("stderr", finished.stderr.clone()),
    ];
    for (name, text) in files.into_iter().chain(said) {
        assert!(!text.contains(secret), "{name}: {text}");
    }
}

#[test]
fn a_header_that_was_given() {
    let workshop = workshop(&[order(7)]);
    let header = format!("Authorization: Bearer {SECRET}");
    let finished = run(&workshop, &["--base-url", &chatty(), "--header", &header]);
    nothing_of_it(&workshop, &finished, SECRET);
    nothing_of_it(&workshop, &finished, "hunter2");
    finished
        .exits(1)
        .prints("-H \"authorization: Bearer ${AUTHORIZATION}\"");
    // It was sent, and it came back.
    assert!(
        workshop
            .read("r.json")
            .contains("authorization: [redacted]")
    );
}

#[test]
fn the_password_of_a_basic_header() {
    let workshop = workshop(&[order(7)]);
    // me:hunter2-and/more
    let header = "Authorization: Basic bWU6aHVudGVyMi1hbmQvbW9yZQ==";
    let finished = run(&workshop, &["--base-url", &chatty(), "--header", header]);
    for secret in ["bWU6aHVudGVyMi1hbmQvbW9yZQ", SECRET] {
        nothing_of_it(&workshop, &finished, secret);
    }
    finished.exits(1);
}

#[test]
fn a_token_from_a_command() {
    let workshop = workshop(&[order(7)]);
    workshop.write("token", SECRET);
    let command = "Authorization=cat token";
    let finished = run(
        &workshop,
        &["--base-url", &chatty(), "--header-command", command],
    );
    nothing_of_it(&workshop, &finished, SECRET);
    finished.exits(1);
}

#[test]
fn what_a_provider_that_does_not_start_writes() {
    let workshop = workshop(&[order(7)]);
    let header = format!("Authorization: Bearer {SECRET}");
    let start = format!("echo using {SECRET}; exit 1");
    let finished = run(&workshop, &["--start", &start, "--header", &header]);
    nothing_of_it(&workshop, &finished, SECRET);
    finished.exits(3).says("using [redacted]");
}
