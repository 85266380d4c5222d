//! Verifies 1,000 HTTP interactions against a trivial provider in a process of
//! its own, beside a bare loop of the same HTTP client that compares nothing.
//!
//! `cargo run --release -p pactwork-provider --example verify_1000`
#![allow(clippy::print_stdout, missing_docs)]

use std::convert::Infallible;
use std::error::Error;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http_body_util::{BodyExt, Empty, Full};
use hyper::service::service_fn;
use hyper::{Response, Uri};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use pactwork_contract::{Body, Category, HttpInteraction, Interaction, Outcome, Pact, RuleKind};
use pactwork_provider::{ProviderProcess, StartOptions, Target, Verifier};
use serde_json::{Value, json};
use tokio::net::TcpListener;

const INTERACTIONS: usize = 1000;
const JOBS: [usize; 2] = [1, 32];
/// Each figure is the median of so many runs.
const RUNS: usize = 9;

type Outcomes<T> = Result<T, Box<dyn Error + Send + Sync>>;

#[tokio::main]
async fn main() -> Outcomes<()> {
    if let Some(port) = std::env::args().nth(1) {
        return provide(port.parse()?).await;
    }
    let binary = std::env::current_exe()?;
    let command = format!("exec '{}' {{port}}", binary.display());
    let process = ProviderProcess::start(StartOptions::new(command)).await?;
    let size = answer().to_string().len();
    println!("{INTERACTIONS} HTTP interactions, {size} bytes of JSON each, median of {RUNS} runs");
    for jobs in JOBS {
        let mut runs = Runs::default();
        for _ in 0..RUNS {
            runs.bare.push(bare_loop(process.base_url(), jobs).await?);
            runs.types
                .push(verified(&process, pact(false), jobs).await?);
            runs.regexes
                .push(verified(&process, pact(true), jobs).await?);
        }
        runs.print(jobs);
    }
    process.stop().await;
    Ok(())
}

/// What the same provider took, once a run.
#[derive(Default)]
struct Runs {
    /// The HTTP client alone.
    bare: Vec<Duration>,
    /// Verification of a pact whose rules are about types.
    types: Vec<Duration>,
    /// The same with one more rule for each interaction, a regular expression.
    regexes: Vec<Duration>,
}

impl Runs {
    fn print(self, jobs: usize) {
        let bare = median(self.bare);
        println!("jobs {jobs:2}: bare client           {bare:>7.1?}");
        for (rules, runs) in [("type rules", self.types), ("and a regex", self.regexes)] {
            let took = median(runs);
            let ratio = took.as_secs_f64() / bare.as_secs_f64();
            println!("         verify, {rules:<11}   {took:>7.1?}   {ratio:.2} x");
        }
    }
}

async fn verified(process: &ProviderProcess, pact: Pact, jobs: usize) -> Outcomes<Duration> {
    let pacts = [pact];
    let started = Instant::now();
    let verifier = Verifier::new(Target::process(process)).jobs(jobs);
    let report = verifier.run(&pacts, |_event| {}).await?;
    let took = started.elapsed();
    match report.outcome() {
        Outcome::Passed => Ok(took),
        other => Err(format!("expected that all pass, found that it {other}").into()),
    }
}

async fn bare_loop(base_url: &str, jobs: usize) -> Outcomes<Duration> {
    let started = Instant::now();
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    let client: Client<_, Empty<Bytes>> = Client::builder(TokioExecutor::new()).build(connector);
    let uris = (0..INTERACTIONS).map(|number| format!("{base_url}/orders/{number}").parse());
    let uris: Vec<Uri> = uris.collect::<Result<_, _>>()?;
    let answers = stream::iter(uris).map(|uri| async {
        let answer = client.get(uri).await?;
        answer.into_body().collect().await?;
        Outcomes::Ok(())
    });
    let all: Vec<_> = answers.buffer_unordered(jobs).collect().await;
    all.into_iter().collect::<Outcomes<()>>()?;
    Ok(started.elapsed())
}

fn median(mut runs: Vec<Duration>) -> Duration {
    runs.sort_unstable();
    runs[runs.len() / 2]
}

/// The provider: the same answer to every request.
async fn provide(port: u16) -> Outcomes<()> {
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    let body = Bytes::from(answer().to_string());
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let body = body.clone();
        tokio::spawn(async move {
            let service = service_fn(|_request| async {
                let answer = Response::builder().header("content-type", "application/json");
                Ok::<_, Infallible>(answer.body(Full::new(body.clone())).unwrap_or_default())
            });
            let server = hyper::server::conn::http1::Builder::new();
            server.serve_connection(TokioIo::new(stream), service).await
        });
    }
}

fn answer() -> Value {
    let line = |number| json!({ "sku": format!("ABC-{number}"), "count": number, "price": 12.5 });
    json!({
        "id": 7,
        "owner": "3f2c0a52-6d0f-4f5e-9d4c-2c1f1f6f0c11",
        "state": "open",
        "note": "to be delivered to the neighbour on the left if nobody answers the door",
        "lines": (1..=6).map(line).collect::<Vec<_>>(),
    })
}

fn pact(regexes: bool) -> Pact {
    let mut pact = Pact::between("web", "orders");
    pact.interactions = (0..INTERACTIONS)
        .map(|number| interaction(number, regexes))
        .collect();
    pact
}

fn interaction(number: usize, regex: bool) -> Interaction {
    let mut interaction = HttpInteraction::default();
    interaction.common.description = format!("a request for order {number}");
    interaction.request.path = format!("/orders/{number}");
    interaction.response.body = Body::json(answer());
    let json = vec!["application/json".into()];
    interaction
        .response
        .headers
        .insert("Content-Type".into(), json);
    let rules = &mut interaction.response.matching_rules;
    rules.add(Category::Body, "$.id", RuleKind::Integer);
    rules.add(Category::Body, "$.lines", RuleKind::MinType(1));
    if regex {
        let sku = RuleKind::Regex(r"[A-Z]{3}-\d+".into());
        rules.add(Category::Body, "$.lines[*].sku", sku);
    }
    Interaction::Http(Box::new(interaction))
}
