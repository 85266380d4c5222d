//! Bytes on a socket, beyond what a client library would send.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};

use pactwork_consumer::{Pact, post, status};
use tempfile::tempdir;

/// Sends bytes, closes the sending side, and reads until the server closes.
pub fn exchange(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(bytes).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

fn provider(folder: &std::path::Path) -> pactwork_consumer::MockProvider {
    Pact::between("web", "orders")
        .output(folder)
        .when(post("/orders").text("abc"))
        .then(status(201))
        .start_blocking()
        .unwrap()
}

#[test]
fn what_is_no_http_is_refused_and_reported() {
    let folder = tempdir().unwrap();
    let provider = provider(folder.path());
    let answer = exchange(provider.address(), b"this is no HTTP\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    let error = provider.finish_blocking().unwrap_err().to_string();
    assert!(
        error.contains(
            "bytes that are no HTTP request\n    the mock provider speaks plain HTTP/1.1: "
        ),
        "{error}"
    );
}

#[test]
fn a_client_that_disconnects_half_way_is_reported() {
    let folder = tempdir().unwrap();
    let provider = provider(folder.path());
    let mut stream = TcpStream::connect(provider.address()).unwrap();
    stream
        .write_all(b"POST /orders HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\na")
        .unwrap();
    stream.shutdown(Shutdown::Both).unwrap();
    drop(stream);
    let error = provider.finish_blocking().unwrap_err().to_string();
    assert!(
        error.contains("POST /orders\n    its body was not received whole: "),
        "{error}"
    );
    assert!(error.contains("1 interaction never requested:"), "{error}");
}

#[test]
fn a_request_on_its_way_still_counts_when_the_mock_provider_finishes() {
    let folder = tempdir().unwrap();
    let provider = provider(folder.path());
    let mut stream = TcpStream::connect(provider.address()).unwrap();
    stream
        .write_all(b"POST /orders HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nab")
        .unwrap();
    let sending = std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_millis(50));
        stream.write_all(b"c").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    });
    provider.finish_blocking().unwrap();
    let answer = sending.join().unwrap();
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
}

#[test]
fn finishing_closes_idle_connections() {
    let folder = tempdir().unwrap();
    let provider = provider(folder.path());
    let mut silent = TcpStream::connect(provider.address()).unwrap();
    let mut used = TcpStream::connect(provider.address()).unwrap();
    used.write_all(b"POST /orders HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nabc")
        .unwrap();
    let mut first = [0; 12];
    used.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"HTTP/1.1 201");
    provider.finish_blocking().unwrap();
    used.read_to_end(&mut Vec::new()).unwrap();
    assert_eq!(silent.read(&mut first).unwrap(), 0);
}
