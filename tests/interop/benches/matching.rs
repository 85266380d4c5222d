//! Matching beside the reference implementation and beside parsing the same bytes,
//! in one run; at the end a table with the figures to keep.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, missing_docs)]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, SamplingMode};
use pact_models::pact::load_pact_from_json;
use pact_models::v4::http_parts::HttpResponse;
use pactwork_contract::{Interaction, Pact};
use pactwork_matching::{Compiler, Found, RequestIndex, ResponseMatcher, actual};
use peak_alloc::PeakAlloc;
use serde_json::{Value, json};

const BODIES: &[usize] = &[85, 4_000, 43_000, 457_000, 10_000_000];
const INTERACTIONS: usize = 1_000;
const REQUESTS: &[usize] = &[1, 100, 1_000, 10_000];

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

fn element(index: usize) -> Value {
    json!({
        "id": index,
        "sku": format!("ABC-{index}"),
        "name": format!("The name of item {index}"),
        "price": index as f64 + 0.5,
        "tags": ["one", "two"],
    })
}

fn body(size: usize) -> Vec<u8> {
    let each = element(1_000).to_string().len() + 1;
    let items: Vec<_> = (0..(size / each).max(1)).map(element).collect();
    json!({ "items": items }).to_string().into_bytes()
}

fn rules() -> Value {
    let list = |matcher: Value| json!({ "combine": "AND", "matchers": [matcher] });
    json!({
        "body": {
            "$.items": list(json!({ "match": "type", "min": 1 })),
            "$.items[*].id": list(json!({ "match": "integer" })),
            "$.items[*].sku": list(json!({ "match": "regex", "regex": "^[A-Z]{3}-\\d+$" })),
            "$.items[*].name": list(json!({ "match": "type" })),
            "$.items[*].price": list(json!({ "match": "decimal" })),
        }
    })
}

fn interaction(index: usize, example: Value) -> Value {
    json!({
        "type": "Synchronous/HTTP",
        "description": format!("interaction {index}"),
        "request": { "method": "GET", "path": format!("/orders/{index}") },
        "response": {
            "status": 200,
            "headers": { "Content-Type": ["application/json"] },
            "body": { "content": example, "contentType": "application/json", "encoded": false },
            "matchingRules": rules(),
        }
    })
}

fn pact(interactions: Vec<Value>) -> String {
    json!({
        "consumer": { "name": "web" },
        "provider": { "name": "orders" },
        "interactions": interactions,
        "metadata": { "pactSpecification": { "version": "4.0" } }
    })
    .to_string()
}

/// Our matcher of a pact's only response.
fn matcher(text: &str) -> ResponseMatcher {
    let loaded = Pact::read(text.as_bytes(), "bench").unwrap();
    let Interaction::Http(http) = &loaded.pact.interactions[0] else {
        panic!("no HTTP interaction");
    };
    ResponseMatcher::compile(&http.response)
}

fn compare(matcher: &ResponseMatcher, body: &[u8]) {
    let comparison = matcher.compare(&actual::Response {
        status: 200,
        headers: &[("Content-Type", "application/json")],
        body,
    });
    assert!(comparison.is_match(), "{comparison}");
}

fn bodies(criterion: &mut Criterion) {
    let text = pact(vec![interaction(1, json!({ "items": [element(1)] }))]);
    let ours = matcher(&text);
    let parsed: Value = serde_json::from_str(&text).unwrap();
    let theirs = load_pact_from_json("bench", &parsed).unwrap();
    let expected = theirs.interactions()[0].boxed();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let mut group = criterion.benchmark_group("body");
    group.sampling_mode(SamplingMode::Flat).sample_size(10);
    for size in BODIES {
        let bytes = body(*size);
        let time = if *size > 1_000_000 { 2_000 } else { 400 };
        group.measurement_time(Duration::from_millis(time));
        group.warm_up_time(Duration::from_millis(100));
        group.bench_with_input(BenchmarkId::new("parse", size), &bytes, |bench, bytes| {
            bench.iter(|| black_box(serde_json::from_slice::<Value>(bytes).unwrap()));
        });
        group.bench_with_input(BenchmarkId::new("ours", size), &bytes, |bench, bytes| {
            bench.iter(|| compare(&ours, bytes));
        });
        let example = expected.as_v4_http().unwrap().response;
        let received = HttpResponse {
            body: pact_models::bodies::OptionalBody::Present(
                bytes.clone().into(),
                Some("application/json".into()),
                None,
            ),
            ..example.clone()
        };
        group.bench_function(BenchmarkId::new("reference", size), |bench| {
            bench.iter_batched(
                || (example.clone(), received.clone()),
                |(example, received)| {
                    let compared =
                        pact_matching::match_response(example, received, &theirs, &expected);
                    assert!(runtime.block_on(compared).unwrap().is_empty());
                },
                criterion::BatchSize::PerIteration,
            );
        });
    }
    group.finish();
}

fn compile(criterion: &mut Criterion) {
    let interactions = (0..INTERACTIONS).map(|index| {
        let items: Vec<_> = (0..4).map(element).collect();
        interaction(index, json!({ "items": items }))
    });
    let text = pact(interactions.collect());
    let loaded = Pact::read(text.as_bytes(), "bench").unwrap().pact;
    let mut group = criterion.benchmark_group("compile");
    group.sampling_mode(SamplingMode::Flat).sample_size(10);
    group.measurement_time(Duration::from_secs(1));
    group.warm_up_time(Duration::from_millis(100));
    group.bench_function("parse", |bench| {
        bench.iter(|| black_box(serde_json::from_str::<Value>(&text).unwrap()));
    });
    group.bench_function("read", |bench| {
        bench.iter(|| black_box(Pact::read(text.as_bytes(), "bench").unwrap()));
    });
    group.bench_function("ours", |bench| {
        bench.iter(|| {
            let mut compiler = Compiler::default();
            for interaction in &loaded.interactions {
                if let Interaction::Http(http) = interaction {
                    black_box(compiler.request(&http.request));
                    black_box(compiler.response(&http.response));
                }
            }
        });
    });
    group.finish();
    println!(
        "the pact of {INTERACTIONS} interactions has {} bytes",
        text.len()
    );
}

fn find(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("find");
    group
        .sample_size(20)
        .warm_up_time(Duration::from_millis(100));
    group.measurement_time(Duration::from_millis(500));
    for count in REQUESTS {
        let text = pact(
            (0..*count)
                .map(|index| interaction(index, json!({})))
                .collect(),
        );
        let loaded = Pact::read(text.as_bytes(), "bench").unwrap().pact;
        let requests = loaded
            .interactions
            .iter()
            .filter_map(|interaction| match interaction {
                Interaction::Http(http) => Some(&http.request),
                _ => None,
            });
        let index = RequestIndex::new(requests);
        let path = format!("/orders/{}", count / 2);
        group.bench_function(BenchmarkId::new("ours", count), |bench| {
            bench.iter(|| {
                let found = index.find(&actual::Request {
                    method: "GET",
                    path: &path,
                    query: None,
                    headers: &[("Accept", "*/*")],
                    body: b"",
                });
                assert!(matches!(found, Found::Matching(_)));
            });
        });
    }
    group.finish();
}

/// The median that criterion wrote down, in nanoseconds.
fn median(name: &str) -> f64 {
    let target = std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let file = std::path::Path::new(root)
        .join(target)
        .join(format!("criterion/{name}/new/estimates.json"));
    let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file:?}: {error}"));
    let estimates: Value = serde_json::from_str(&text).unwrap();
    estimates["median"]["point_estimate"].as_f64().unwrap()
}

fn shown(nanoseconds: f64) -> String {
    format!("{:.1?}", Duration::from_nanos(nanoseconds as u64))
}

fn memory() -> f64 {
    let matcher = matcher(&pact(vec![interaction(
        1,
        json!({ "items": [element(1)] }),
    )]));
    let bytes = body(10_000_000);
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    compare(&matcher, &bytes);
    let most = ALLOCATOR.peak_usage() - before;
    (bytes.len() + most) as f64 / bytes.len() as f64
}

fn table() {
    println!(
        "\n{:>12} {:>10} {:>10} {:>8} {:>12} {:>8}",
        "JSON body", "parse", "ours", "x parse", "reference", "x parse"
    );
    for size in BODIES {
        let [parse, ours, reference] =
            ["parse", "ours", "reference"].map(|who| median(&format!("body/{who}/{size}")));
        println!(
            "{:>12} {:>10} {:>10} {:>8.2} {:>12} {:>8.1}",
            body(*size).len(),
            shown(parse),
            shown(ours),
            ours / parse,
            shown(reference),
            reference / parse,
        );
    }
    println!("to keep: at most 2 x parse from 4 KB up\n");
    println!(
        "memory of comparing 10 MB: {:.2} x the body (to keep: 3)",
        memory()
    );
    let [parse, read, ours] =
        ["parse", "read", "ours"].map(|who| median(&format!("compile/{who}")));
    println!(
        "a pact of {INTERACTIONS} interactions: parse {}, read {}, compile {} = {:.1} x parse (to keep: 5)",
        shown(parse),
        shown(read),
        shown(ours),
        ours / parse,
    );
    let found: BTreeMap<_, _> = REQUESTS
        .iter()
        .map(|count| (count, median(&format!("find/ours/{count}"))))
        .collect();
    let times: Vec<_> = found
        .iter()
        .map(|(count, time)| format!("{count}: {}", shown(*time)))
        .collect();
    let least = found.values().copied().fold(f64::MAX, f64::min);
    let most = found.values().copied().fold(0.0, f64::max);
    println!(
        "find a request among {}: flat within {:.2} (to keep: 1.5)",
        times.join(", "),
        most / least
    );
}

fn main() {
    let mut criterion = Criterion::default().without_plots().configure_from_args();
    bodies(&mut criterion);
    compile(&mut criterion);
    find(&mut criterion);
    if std::env::args().any(|argument| argument == "--bench") {
        table();
    }
}
