//! Not tests: what other tests run as processes of their own, from this binary.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::json;
use tokio::net::TcpListener;

use crate::support::processes::options;
use crate::support::server::{self, Reply, Request};

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: other tests run this"))
}

/// Serves on the port that was given, until the process ends.
fn serve<F, R>(answer: F)
where
    F: Fn(Request) -> R + Send + Sync + 'static,
    R: Future<Output = Reply> + Send + 'static,
{
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let address = format!("127.0.0.1:{}", variable("PORT"));
        server::serve_on(TcpListener::bind(address).await.unwrap(), answer).await;
    });
}

/// Answers `GET /health` with 204, `GET /die` by ending at once with status 7, after
/// writing a line, and any other path with itself, after writing it.
#[test]
#[ignore = "a provider for other tests"]
fn provider() {
    serve(|request| async move {
        match request.path.as_str() {
            "/health" => server::status(204, ""),
            "/die" => {
                println!("out of memory, of all things");
                std::process::exit(7)
            }
            path => {
                println!("asked for {path}");
                server::json(json!({ "path": path }))
            }
        }
    });
}

/// Starts the command in `COMMAND` as a provider and waits to be killed.
#[test]
#[ignore = "a verifier for other tests"]
fn verifier() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let started = pactwork_provider::ProviderProcess::start(options(variable("COMMAND"))).await;
        let process = started.unwrap();
        tokio::time::sleep(Duration::from_secs(600)).await;
        drop(process);
    });
}

/// Answers with a redirect, three times, and ends with status 9 when it is asked again.
#[test]
#[ignore = "a provider for other tests"]
fn provider_that_is_never_ready() {
    let answered = AtomicUsize::new(0);
    serve(move |_request| {
        if answered.fetch_add(1, Ordering::Relaxed) == 3 {
            std::process::exit(9);
        }
        std::future::ready(server::status(302, ""))
    });
}
