//! The verifier as a library, and a bare loop of the same HTTP client that compares nothing.

use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http_body_util::{BodyExt, Empty};
use hyper::Uri;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use pactwork_contract::{Outcome, Pact};
use pactwork_provider::{ProviderProcess, Target, Verifier};
use serde_json::Value;

use crate::figures::Outcomes;

pub async fn verified(process: &ProviderProcess, pact: &[Pact], jobs: usize) -> Outcomes<Duration> {
    let started = Instant::now();
    let verifier = Verifier::new(Target::process(process)).jobs(jobs);
    let report = verifier.run(pact, |_event| {}).await?;
    let took = started.elapsed();
    match report.outcome() {
        Outcome::Passed => Ok(took),
        other => Err(format!("expected that all pass, found that it {other}").into()),
    }
}

pub async fn bare_loop(base_url: &str, requests: usize, jobs: usize) -> Outcomes<Duration> {
    let started = Instant::now();
    let client = client();
    let uris = (0..requests).map(|number| format!("{base_url}/orders/{number}").parse());
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

/// One answer, read and parsed into a tree; and its length.
pub async fn parsed(base_url: &str) -> Outcomes<(Duration, usize)> {
    let uri = format!("{base_url}/orders/0").parse()?;
    let client = client();
    let started = Instant::now();
    let answer = client.get(uri).await?;
    let body = answer.into_body().collect().await?.to_bytes();
    let tree: Value = serde_json::from_slice(&body)?;
    let took = started.elapsed();
    match tree.is_object() {
        true => Ok((took, body.len())),
        false => Err("expected an object".into()),
    }
}

fn client() -> Client<HttpConnector, Empty<Bytes>> {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    Client::builder(TokioExecutor::new()).build(connector)
}
