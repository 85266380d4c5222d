//! What a client that sends a gigabyte costs; alone in its process, because it looks at
//! the memory of all of it.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use pactwork_consumer::{MockOptions, MockProvider, Pact, get, status};
use peak_alloc::PeakAlloc;
use tempfile::tempdir;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const GIGABYTE: usize = 1 << 30;
const LIMIT: usize = 16 << 20;

/// Sends as much as the server takes, and gives back its answer if it could be read.
fn flood(address: SocketAddr, bytes: usize, piece: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let head = format!(
        "POST /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: {bytes}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut left = bytes;
    while left > 0 && stream.write_all(&piece[..piece.len().min(left)]).is_ok() {
        left = left.saturating_sub(piece.len());
    }
    let mut answer = Vec::new();
    // A server that has had enough may have reset the connection.
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn a_gigabyte_is_refused_within_the_memory_that_its_limit_says() {
    let folder = tempdir().unwrap();
    let pact = Pact::between("web", "files").output(folder.path());
    let provider = pact.when(get("/a")).then(status(200));
    let recorder = provider.start_blocking().unwrap();
    assert!(ask(recorder.address()).starts_with("HTTP/1.0 200"));
    let recorded = recorder.finish_blocking().unwrap().pact.unwrap();
    let before = std::fs::read(&recorded).unwrap();

    let pact = pactwork_contract::read_file(&recorded).unwrap().pact;
    let options = MockOptions::default()
        .output(folder.path())
        .body_limit(LIMIT)
        .limits(|server| server.bodies_limit(2 * LIMIT));
    let provider = MockProvider::serve_blocking(pact, options).unwrap();
    let address = provider.address();
    let piece = vec![b'x'; 1 << 20];
    MEMORY.reset_peak_usage();
    let idle = MEMORY.current_usage();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| flood(address, GIGABYTE / 4, &piece));
        }
        // Others are served all the while.
        assert!(ask(address).starts_with("HTTP/1.0 200"));
    });
    let answer = flood(address, GIGABYTE, &piece);
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 413"),
        "{answer}"
    );
    let peak = MEMORY.peak_usage() - idle;
    // A buffer that grows is twice as large for a moment.
    assert!(peak <= 5 * LIMIT, "{} MiB", peak >> 20);

    let report = provider.report();
    let refused: u64 = report.unexpected.iter().map(|each| each.times).sum();
    assert_eq!(refused, 5, "{report}");
    let error = provider.finish_blocking().unwrap_err().to_string();
    let told = format!("    its body is larger than {LIMIT} bytes");
    assert!(error.contains(&told), "{error}");
    assert_eq!(std::fs::read(&recorded).unwrap(), before);
}

fn ask(address: SocketAddr) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(b"GET /a HTTP/1.0\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}
