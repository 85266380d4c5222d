//! Prints how many requests a second a mock provider answers with 1 and with
//! 1,000 interactions, beside a bare hyper server with the same answer, asked by
//! the same client in one run.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Instant;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use pactwork_consumer::{MockOptions, MockProvider};
use pactwork_contract::{Body, HttpInteraction, Interaction, Pact};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};

const CONNECTIONS: usize = 32;
const REQUESTS: usize = 100_000;

const ROUNDS: usize = 7;

fn main() {
    let client = Builder::new_multi_thread().enable_all().build().unwrap();
    println!(
        "{CONNECTIONS} connections; the median of {ROUNDS} rounds, each of {REQUESTS} requests a server"
    );
    for threads in [1, 4] {
        let mocks = [1, 1_000].map(|count| mock(count, threads));
        let servers = [
            ("bare hyper", bare_hyper(threads), 1),
            ("1 interaction", mocks[0].address(), 1),
            ("1,000 interactions", mocks[1].address(), 1_000),
        ];
        let mut figures = servers.map(|_| Vec::new());
        for _ in 0..ROUNDS {
            for ((_, address, paths), figures) in servers.iter().zip(&mut figures) {
                figures.push(client.block_on(requests_per_second(*address, *paths)));
            }
        }
        let medians = figures.map(median);
        println!("{threads} server thread(s):");
        for ((name, ..), figure) in servers.iter().zip(medians) {
            let share = 100.0 * figure / medians[0];
            println!("  {name:<20} {figure:>8.0} requests/s {share:>4.0} % of bare hyper");
        }
        for mock in mocks {
            mock.finish_blocking().unwrap();
        }
    }
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

fn answer() -> Value {
    json!({ "id": 7, "lines": vec![json!({ "sku": "ABC-1", "amount": 2, "price": "12.50" }); 8] })
}

fn mock(count: usize, threads: usize) -> MockProvider {
    let mut pact = Pact::between("web", "orders");
    for order in 0..count {
        let mut http = HttpInteraction::default();
        http.common.description = format!("a request for order {order}");
        http.request.path = format!("/orders/{order}");
        http.response.body = Body::json(answer());
        pact.interactions.push(Interaction::Http(Box::new(http)));
    }
    MockProvider::serve_blocking(pact, MockOptions::default().threads(threads)).unwrap()
}

fn runtime(threads: usize) -> Runtime {
    let mut builder = match threads {
        1 => Builder::new_current_thread(),
        _ => Builder::new_multi_thread(),
    };
    builder
        .worker_threads(threads)
        .enable_all()
        .build()
        .unwrap()
}

/// Lives until the process ends.
fn bare_hyper(threads: usize) -> SocketAddr {
    let runtime = runtime(threads);
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || runtime.block_on(serve_bare(listener)));
    address
}

async fn serve_bare(listener: TcpListener) {
    let body = Bytes::from(answer().to_string());
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        stream.set_nodelay(true).unwrap();
        let body = body.clone();
        let service = service_fn(move |_| {
            let mut response = Response::new(Full::new(body.clone()));
            let json = hyper::header::HeaderValue::from_static("application/json");
            response.headers_mut().insert("content-type", json);
            async move { Ok::<_, Infallible>(response) }
        });
        let builder = hyper::server::conn::http1::Builder::new();
        tokio::spawn(builder.serve_connection(TokioIo::new(stream), service));
    }
}

async fn requests_per_second(address: SocketAddr, paths: usize) -> f64 {
    let start = Instant::now();
    let connections: Vec<_> = (0..CONNECTIONS)
        .map(|first| tokio::spawn(connection(address, first, paths)))
        .collect();
    for connection in connections {
        connection.await.unwrap();
    }
    REQUESTS as f64 / start.elapsed().as_secs_f64()
}

async fn connection(address: SocketAddr, first: usize, paths: usize) {
    let stream = TcpStream::connect(address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let io = TokioIo::new(stream);
    let (mut sender, connection) = hyper::client::conn::http1::handshake(io).await.unwrap();
    tokio::spawn(connection);
    for number in (first..REQUESTS).step_by(CONNECTIONS) {
        let request = Request::get(format!("/orders/{}", number % paths))
            .header("Host", "localhost")
            .header("Accept", "application/json")
            .body(Full::<Bytes>::default())
            .unwrap();
        let response = sender.send_request(request).await.unwrap();
        assert_eq!(response.status(), 200);
        response.into_body().collect().await.unwrap();
    }
}
