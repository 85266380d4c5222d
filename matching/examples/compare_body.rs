//! Prints how long comparing a JSON body with rules takes beside parsing it.
//!
//! `cargo run --release -p pactwork-matching --example compare_body`
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use pactwork_contract::{Body, Category, Response, RuleKind};
use pactwork_matching::{ResponseMatcher, actual};
use serde_json::{Value, json};

const ROUNDS: usize = 60;
const SIZES: &[usize] = &[85, 4_000, 43_000, 457_000, 10_000_000];

fn element(index: usize) -> Value {
    json!({
        "id": index,
        "sku": format!("ABC-{index}"),
        "name": format!("The name of item {index}"),
        "price": index as f64 + 0.5,
        "tags": ["one", "two"],
    })
}

fn body(size: usize) -> Value {
    let each = element(1_000).to_string().len() + 1;
    json!({"items": (0..(size / each).max(1)).map(element).collect::<Vec<_>>()})
}

fn expected() -> Response {
    let mut response = Response {
        body: Body::json(json!({"items": [element(1)]})),
        ..Response::default()
    };
    let rules = &mut response.matching_rules;
    for (path, kind) in [
        ("$.items", RuleKind::MinType(1)),
        ("$.items[*].id", RuleKind::Integer),
        ("$.items[*].sku", RuleKind::Regex(r"[A-Z]{3}-\d+".into())),
        ("$.items[*].name", RuleKind::Type),
        ("$.items[*].price", RuleKind::Decimal),
    ] {
        rules.add(Category::Body, path, kind);
    }
    response
}

fn median(mut run: impl FnMut(), rounds: usize) -> Duration {
    let mut times: Vec<_> = (0..rounds)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[rounds / 2]
}

fn main() {
    let matcher = ResponseMatcher::compile(&expected());
    println!(
        "{:>10}  {:>12}  {:>12}  {:>6}",
        "bytes", "parse", "compare", "ratio"
    );
    for size in SIZES {
        let bytes = body(*size).to_string().into_bytes();
        let response = actual::Response {
            status: 200,
            headers: &[("Content-Type", "application/json")],
            body: &bytes,
        };
        assert!(matcher.compare(&response).is_match());
        let rounds = if *size > 1_000_000 {
            ROUNDS / 5
        } else {
            ROUNDS * 10
        };
        let parse = median(
            || drop(black_box(serde_json::from_slice::<Value>(&bytes).unwrap())),
            rounds,
        );
        let compare = median(|| drop(black_box(matcher.compare(&response))), rounds);
        let ratio = compare.as_secs_f64() / parse.as_secs_f64();
        println!(
            "{:>10}  {parse:>12.1?}  {compare:>12.1?}  {ratio:>6.2}",
            bytes.len()
        );
    }
}
