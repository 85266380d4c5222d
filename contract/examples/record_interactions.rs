//! Prints how long 800 recordings into one pact take: one after another, from
//! 8 threads, from 8 processes, and a second time over the same file.
//!
//! `cargo run --release --example record_interactions -p pactwork-contract`
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::ops::Range;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use pactwork_contract::{
    Body, Category, HttpInteraction, Interaction, Pact, RuleKind, SpecificationVersion, read_file,
    record_into,
};
use serde_json::json;

const ALL: usize = 800;
const WORKERS: usize = 8;

fn main() {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    if let [folder, worker] = &arguments[..] {
        record(Path::new(folder), share_of(worker.parse().unwrap()));
        return;
    }
    measure("one after another", |folder| record(folder, 0..ALL));
    measure("again over the same file", |folder| {
        record(folder, 0..ALL);
        let start = Instant::now();
        record(folder, 0..ALL);
        println!("    of it the second time: {:.0?}", start.elapsed());
    });
    measure("8 threads of 100", |folder| {
        std::thread::scope(|scope| {
            for worker in 0..WORKERS {
                scope.spawn(move || record(folder, share_of(worker)));
            }
        });
    });
    measure("8 processes of 100", |folder| {
        let start = |worker: usize| {
            let program = std::env::current_exe().unwrap();
            let mut command = Command::new(program);
            command.arg(folder).arg(worker.to_string());
            command.spawn().unwrap()
        };
        let children: Vec<_> = (0..WORKERS).map(start).collect();
        for mut child in children {
            assert!(child.wait().unwrap().success());
        }
    });
}

fn share_of(worker: usize) -> Range<usize> {
    let share = ALL / WORKERS;
    worker * share..(worker + 1) * share
}

fn measure(name: &str, record: impl FnOnce(&Path)) {
    let folder = tempfile::tempdir().unwrap();
    let start = Instant::now();
    record(folder.path());
    let elapsed = start.elapsed();
    let path = folder.path().join("web-orders.json");
    let size = std::fs::metadata(&path).unwrap().len() / 1024;
    let found = read_file(&path).unwrap().pact.interactions.len();
    println!("{name}: {elapsed:.0?} for {found} interactions, {size} KB");
}

fn record(folder: &Path, numbers: Range<usize>) {
    for number in numbers {
        let mut pact = Pact::between("web", "orders");
        pact.interactions.push(interaction(number));
        record_into(folder, &pact, SpecificationVersion::V4).unwrap();
    }
}

fn interaction(number: usize) -> Interaction {
    let mut http = HttpInteraction::default();
    http.common.description = format!("a request for order {number}");
    http.request.path = format!("/orders/{number}");
    let response = &mut http.response;
    let json = vec!["application/json".to_owned()];
    response.headers.insert("Content-Type".into(), json);
    let line = json!({ "sku": "ABC-1", "count": 2 });
    response.body = Body::json(json!({ "id": number, "lines": [line, line, line] }));
    response
        .matching_rules
        .add(Category::Body, "$.id", RuleKind::Integer);
    Interaction::Http(Box::new(http))
}
