//! One client for all: connections that are kept alive, one request at a time on each.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::figures::Figures;
use crate::pacts;

const CONNECTIONS: usize = 32;
/// How long an answer may take before it is given up.
const PATIENCE: Duration = Duration::from_secs(20);

pub fn ask(address: SocketAddr, paths: usize, time: Duration) -> Figures {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(ask_all(address, paths, time))
}

async fn ask_all(address: SocketAddr, paths: usize, time: Duration) -> Figures {
    let start = Instant::now();
    let ask = |first| tokio::spawn(ask_one(address, first, paths, start + time));
    let connections: Vec<_> = (0..CONNECTIONS).map(ask).collect();
    let (mut latencies, mut errors) = (Vec::new(), 0);
    for connection in connections {
        let (one, failed) = connection.await.unwrap();
        latencies.extend(one);
        errors += failed;
    }
    let elapsed = start.elapsed().as_secs_f64();
    latencies.sort_unstable();
    let at = |share: f64| {
        let position = (latencies.len() as f64 * share) as usize;
        latencies
            .get(position.min(latencies.len().saturating_sub(1)))
            .copied()
            .unwrap_or(PATIENCE)
    };
    Figures {
        requests_per_second: latencies.len() as f64 / elapsed,
        p50: at(0.5),
        p99: at(0.99),
        errors,
    }
}

async fn ask_one(
    address: SocketAddr,
    first: usize,
    paths: usize,
    until: Instant,
) -> (Vec<Duration>, usize) {
    let (mut latencies, mut errors) = (Vec::new(), 0);
    let mut sender = connect(address).await;
    let mut number = first;
    while Instant::now() < until {
        let sent = Instant::now();
        let answered = tokio::time::timeout(PATIENCE, once(&mut sender, number % paths)).await;
        match answered {
            Ok(true) => latencies.push(sent.elapsed()),
            _ => {
                errors += 1;
                sender = connect(address).await;
            }
        }
        number += CONNECTIONS;
    }
    (latencies, errors)
}

async fn connect(address: SocketAddr) -> SendRequest<Full<Bytes>> {
    let stream = TcpStream::connect(address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let (sender, connection) = handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    sender
}

async fn once(sender: &mut SendRequest<Full<Bytes>>, order: usize) -> bool {
    let request = Request::get(pacts::path(order))
        .header("Host", "localhost")
        .header("Accept", "application/json")
        .body(Full::default())
        .unwrap();
    let Ok(response) = sender.send_request(request).await else {
        return false;
    };
    response.status() == 200 && response.into_body().collect().await.is_ok()
}
