//! The servers that are libraries: each prints its address and answers until its
//! standard input ends.

use std::convert::Infallible;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::Full;
use hyper::Response;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use pactwork_consumer::{MockOptions, MockProvider};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

use crate::pacts;

pub fn serve(kind: &str, interactions: usize) {
    let cores = available_parallelism().unwrap().get();
    match kind {
        "hyper-1" => announced(|| bare_hyper(1)),
        "hyper-n" => announced(|| bare_hyper(cores)),
        "pactwork-1" => {
            let mock = mock(interactions);
            announced(|| mock.address());
            std::mem::forget(mock);
        }
        "wiremock" => {
            let runtime = runtime(1);
            let server = runtime.block_on(wiremock(interactions));
            // Its own thread serves; this one has to drive nothing.
            announced(|| *server.address());
        }
        "httpmock" => {
            let server = httpmock(interactions);
            announced(|| *server.address());
        }
        other => panic!("no server is called {other}"),
    }
}

fn announced(start: impl FnOnce() -> SocketAddr) {
    println!("{}", start());
    std::io::stdout().flush().unwrap();
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
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

fn mock(interactions: usize) -> MockProvider {
    MockProvider::serve_blocking(pacts::pact(interactions), MockOptions::default()).unwrap()
}

fn bare_hyper(threads: usize) -> SocketAddr {
    let runtime = runtime(threads);
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || runtime.block_on(answer_all(listener)));
    address
}

async fn answer_all(listener: TcpListener) {
    let body = Bytes::from(pacts::answer().to_string());
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        stream.set_nodelay(true).unwrap();
        let body = body.clone();
        let service = service_fn(move |_| {
            let mut response = Response::new(Full::new(body.clone()));
            let json = HeaderValue::from_static("application/json");
            response.headers_mut().insert(CONTENT_TYPE, json);
            async move { Ok::<_, Infallible>(response) }
        });
        let connection = hyper::server::conn::http1::Builder::new();
        tokio::spawn(connection.serve_connection(TokioIo::new(stream), service));
    }
}

async fn wiremock(interactions: usize) -> wiremock::MockServer {
    use wiremock::matchers::{method, path};
    let server = wiremock::MockServer::builder()
        .disable_request_recording()
        .start()
        .await;
    for number in 0..interactions {
        let response = wiremock::ResponseTemplate::new(200).set_body_json(pacts::answer());
        let mock = wiremock::Mock::given(method("GET")).and(path(pacts::path(number)));
        mock.respond_with(response).mount(&server).await;
    }
    server
}

fn httpmock(interactions: usize) -> httpmock::MockServer {
    let server = httpmock::MockServer::start();
    let body = pacts::answer().to_string();
    for number in 0..interactions {
        server.mock(|when, then| {
            when.method("GET").path(pacts::path(number));
            then.status(200)
                .header("content-type", "application/json")
                .body(&body);
        });
    }
    server
}

/// Starts a server in this process, has it answer once, and says how long that took.
pub type Start = fn() -> Duration;

pub const STARTS: [(&str, Start); 3] = [
    ("Pactwork, in process", || {
        let start = Instant::now();
        let mock = mock(1);
        let took = first_answer(mock.address(), start);
        mock.finish_blocking().unwrap();
        took
    }),
    ("wiremock, in process", || {
        let runtime = runtime(1);
        let start = Instant::now();
        let server = runtime.block_on(wiremock(1));
        first_answer(*server.address(), start)
    }),
    ("httpmock, in process", || {
        let start = Instant::now();
        let server = httpmock(1);
        first_answer(*server.address(), start)
    }),
];

fn first_answer(address: SocketAddr, start: Instant) -> Duration {
    let mut stream = TcpStream::connect(address).unwrap();
    let request = format!("GET {} HTTP/1.1\r\nHost: localhost\r\n\r\n", pacts::path(0));
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200");
    start.elapsed()
}
