//! Prints how long a mock provider takes to start and to finish, with and without TLS,
//! and what it adds to a test that asks it once.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

use pactwork_consumer::matchers::{each_like, integer, regex};
use pactwork_consumer::{MockProvider, Pact, get, status};
use serde_json::json;

const ROUNDS: usize = 1_000;

fn main() {
    let folder = tempfile::tempdir().unwrap();
    measure("start", || started(&pact(folder.path())), discard);
    measure(
        "start and end",
        || discard(started(&pact(folder.path()))),
        drop,
    );
    measure(
        "a whole test: start, one request, finish, record",
        || whole_test(folder.path()),
        drop,
    );
    #[cfg(feature = "tls")]
    tls(folder.path());
}

#[cfg(feature = "tls")]
fn tls(folder: &Path) {
    use pactwork_consumer::server::Certificates;
    measure(
        "a self-signed certificate",
        || Certificates::self_signed().unwrap(),
        drop,
    );
    let certificates = Certificates::self_signed().unwrap();
    let start = || started(&pact(folder).tls(certificates.clone()));
    measure(
        "start with TLS, the certificate made before",
        start,
        discard,
    );
}

fn pact(folder: &Path) -> Pact {
    Pact::between("web", "orders")
        .output(folder)
        .when(get("/orders/7").header("Accept", "application/json"))
        .then(status(200).json(json!({
            "id": integer(7),
            "lines": each_like(json!({ "sku": regex(r"^[A-Z]{3}-\d+$", "ABC-1") })),
        })))
}

fn started(pact: &Pact) -> MockProvider {
    pact.clone().start_blocking().unwrap()
}

fn discard(provider: MockProvider) {
    provider.discard_blocking().unwrap();
}

fn whole_test(folder: &Path) {
    let provider = pact(folder).start_blocking().unwrap();
    let mut stream = TcpStream::connect(provider.address()).unwrap();
    stream
        .write_all(b"GET /orders/7 HTTP/1.0\r\nAccept: application/json\r\n\r\n")
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.0 200"), "{answer}");
    provider.finish_blocking().unwrap();
}

/// Only what `run` takes counts; `end` puts away what it made.
fn measure<T>(name: &str, mut run: impl FnMut() -> T, mut end: impl FnMut(T)) {
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            let made = run();
            let elapsed = start.elapsed();
            end(made);
            elapsed
        })
        .collect();
    times.sort();
    let at = |share: usize| times[(ROUNDS - 1) * share / 100].as_secs_f64() * 1e3;
    println!(
        "{name}: {:.3} ms (median of {ROUNDS}), {:.3} ms (99th percentile)",
        at(50),
        at(99)
    );
}
