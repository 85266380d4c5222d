//! Prints how long finding the expectation for a request takes among few and
//! many, and how long compiling them took beside parsing their bodies.
//!
//! `cargo run --release -p pactwork-matching --example find_request`
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

use std::{hint::black_box, time::Instant};

use pactwork_contract::{Body, Category, Request, RuleKind};
use pactwork_matching::{Found, RequestIndex, actual};
use serde_json::{Value, json};

const ROUNDS: u32 = 20_000;

fn expected(index: usize) -> Request {
    let lines: Vec<_> = (0..5)
        .map(|line| json!({"sku": format!("ABC-{line}"), "count": line, "note": "a note on it"}))
        .collect();
    let mut request = Request {
        method: "POST".into(),
        path: format!("/orders/{index}"),
        body: Body::json(json!({"id": index, "lines": lines})),
        ..Request::default()
    };
    for (path, kind) in [
        ("$.id", RuleKind::Integer),
        ("$.lines", RuleKind::MinType(1)),
        ("$.lines[*].sku", RuleKind::Regex(r"[A-Z]{3}-\d+".into())),
    ] {
        request.matching_rules.add(Category::Body, path, kind);
    }
    request
}

fn main() {
    println!(
        "{:>8}  {:>12}  {:>12}  {:>12}",
        "requests", "parse", "compile", "find"
    );
    for count in [1, 100, 1_000, 10_000] {
        let requests: Vec<_> = (0..count).map(expected).collect();
        let bodies: Vec<_> = requests
            .iter()
            .map(|r| r.body.to_bytes().into_owned())
            .collect();
        let start = Instant::now();
        for body in &bodies {
            black_box(serde_json::from_slice::<Value>(body).unwrap());
        }
        let parse = start.elapsed();
        let start = Instant::now();
        let index = RequestIndex::new(&requests);
        let compile = start.elapsed();
        let request = actual::Request {
            method: "POST",
            path: &requests[count / 2].path,
            query: None,
            headers: &[("Content-Type", "application/json")],
            body: &bodies[count / 2],
        };
        assert_eq!(index.find(&request), Found::Matching(vec![count / 2]));
        let start = Instant::now();
        for _ in 0..ROUNDS {
            black_box(index.find(&request));
        }
        let find = start.elapsed() / ROUNDS;
        println!("{count:>8}  {parse:>12.1?}  {compile:>12.1?}  {find:>12.1?}");
    }
}
