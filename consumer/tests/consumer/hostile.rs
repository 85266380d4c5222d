//! Clients that break the rules, or try to take more than there is.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::path::Path;
use std::time::Duration;

use h2::Reason;
use pactwork_consumer::server::ServerOptions;
use pactwork_consumer::{MockOptions, MockProvider, Pact, get, post, status};
use tempfile::tempdir;

use crate::wire::exchange;

const SHORT: Duration = Duration::from_millis(200);
const GOOD: &[u8] = b"GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

fn pact(folder: &Path) -> Pact {
    let pact = Pact::between("web", "orders").output(folder);
    pact.when(get("/a")).then(status(200))
}

/// A mock provider that reads its pact from a file, with limits of its own.
fn limited(adjust: impl FnOnce(ServerOptions) -> ServerOptions) -> MockProvider {
    let folder = tempdir().unwrap();
    let provider = pact(folder.path()).start_blocking().unwrap();
    assert_served(provider.address());
    let recorded = provider.finish_blocking().unwrap().pact.unwrap();
    let pact = pactwork_contract::read_file(&recorded).unwrap().pact;
    MockProvider::serve_blocking(pact, MockOptions::default().limits(adjust)).unwrap()
}

fn assert_served(address: SocketAddr) {
    let answer = exchange(address, GOOD);
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

/// Others are served all the while; and the journal says what happened.
fn assert_reported(provider: MockProvider, expected: &str) {
    assert_served(provider.address());
    let error = provider.finish_blocking().unwrap_err().to_string();
    assert!(error.contains(expected), "{error}");
    assert!(error.contains("1 unexpected request:"), "{error}");
}

#[test]
fn what_is_no_http_is_answered_with_400_and_reported() {
    for sent in [
        &b"GET /a\x00 HTTP/1.1\r\n\r\n"[..],
        b"GET /a HTTP/1.1\r\nNo colon\r\n\r\n",
        b"GET /a HTTP/9.9\r\n\r\n",
        b"GET /a HTTP/1.1\r\nContent-Length: abc\r\n\r\n",
        b"GET /a HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na",
        b"POST /a HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\na",
        b"\x00\x01\x02\x03\r\n\r\n",
    ] {
        let folder = tempdir().unwrap();
        let provider = pact(folder.path()).start_blocking().unwrap();
        let answer = exchange(provider.address(), sent);
        assert!(answer.starts_with("HTTP/1.1 400"), "{sent:?}: {answer}");
        assert_reported(provider, "bytes that are no HTTP request\n    ");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}

#[test]
fn a_chunk_that_is_none_is_reported() {
    let folder = tempdir().unwrap();
    let provider = pact(folder.path()).start_blocking().unwrap();
    let sent = b"POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n";
    let answer = exchange(provider.address(), sent);
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    assert_reported(provider, "POST /a\n    its body was not received whole: ");
}

#[test]
fn floods_of_headers_are_refused() {
    let many = (0..200).map(|number| format!("X-{number}: a\r\n"));
    let many: String = many.collect();
    let large = format!("X: {}\r\n", "a".repeat(70_000));
    for headers in [many, large] {
        let folder = tempdir().unwrap();
        let provider = pact(folder.path()).start_blocking().unwrap();
        let sent = format!("GET /a HTTP/1.1\r\nHost: a\r\n{headers}\r\n");
        let answer = exchange(provider.address(), sent.as_bytes());
        assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
        assert_reported(
            provider,
            "the mock provider takes 65536 bytes, and 100 headers",
        );
    }
}

#[test]
fn a_head_that_trickles_is_ended_and_reported_and_a_silent_connection_only_ended() {
    for (sent, reported) in [(&b"GET /a HTTP/1.1\r\nHo"[..], true), (b"", false)] {
        let provider = limited(|server| server.head_timeout(SHORT));
        let mut slow = TcpStream::connect(provider.address()).unwrap();
        slow.write_all(sent).unwrap();
        // It ends without anybody closing it here.
        slow.read_to_end(&mut Vec::new()).unwrap();
        if reported {
            assert_reported(
                provider,
                "the request's head did not arrive whole within 200ms",
            );
        } else {
            assert_served(provider.address());
            provider.finish_blocking().unwrap();
        }
    }
}

#[test]
fn a_body_that_trickles_is_answered_with_408_and_reported() {
    let provider = limited(|server| server.body_timeout(SHORT));
    let sent = b"POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\na";
    let answer = exchange(provider.address(), sent);
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert_reported(
        provider,
        "POST /a\n    its body did not arrive whole within 200ms",
    );
}

#[test]
fn all_bodies_together_are_limited() {
    let provider = limited(|server| server.bodies_limit(10));
    let mut first = TcpStream::connect(provider.address()).unwrap();
    let head = b"POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\nConnection: close\r\n\r\n";
    first.write_all(head).unwrap();
    first.write_all(b"12345678").unwrap();
    // Until the first has its share, the second is unexpected like any other.
    let refused = loop {
        let answer = exchange(provider.address(), &[&head[..], b"123456789"].concat());
        if answer.starts_with("HTTP/1.1 503") {
            break answer;
        }
        assert!(answer.starts_with("HTTP/1.1 500"), "{answer}");
    };
    let told = "its body and those of other requests have more than 10 bytes together";
    assert!(refused.contains(told), "{refused}");
    first.write_all(b"9").unwrap();
    let mut answer = String::new();
    first.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 500"), "{answer}");
    let error = provider.finish_blocking().unwrap_err().to_string();
    assert!(error.contains(told), "{error}");
}

#[test]
fn a_client_that_goes_away_within_the_head_is_reported() {
    let folder = tempdir().unwrap();
    let provider = pact(folder.path()).start_blocking().unwrap();
    let mut stream = TcpStream::connect(provider.address()).unwrap();
    stream.write_all(b"GET /a HTTP/1.1\r\nHo").unwrap();
    stream.shutdown(Shutdown::Both).unwrap();
    drop(stream);
    assert_reported(
        provider,
        "the client closed the connection within the request's head",
    );
}

#[test]
fn a_client_that_goes_away_before_the_answer_has_asked_all_the_same() {
    let folder = tempdir().unwrap();
    let provider = pact(folder.path()).start_blocking().unwrap();
    for _ in 0..50 {
        let mut stream = TcpStream::connect(provider.address()).unwrap();
        stream.write_all(GOOD).unwrap();
    }
    assert_served(provider.address());
    let report = provider.finish_blocking().unwrap().report;
    assert_eq!(report.interactions[0].times, 51);
}

#[test]
fn pipelined_requests_are_answered_in_order() {
    let folder = tempdir().unwrap();
    let pact = pact(folder.path()).when(post("/b").text("abc"));
    let provider = pact.then(status(201)).start_blocking().unwrap();
    let sent = b"GET /a HTTP/1.1\r\nHost: a\r\n\r\n\
        POST /b HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nabc\
        GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    let answer = exchange(provider.address(), sent);
    let statuses: Vec<_> = answer.split("HTTP/1.1 ").skip(1).collect();
    let statuses: Vec<_> = statuses.iter().map(|each| &each[..3]).collect();
    assert_eq!(statuses, ["200", "201", "200"]);
    provider.finish_blocking().unwrap();
}

#[test]
fn http_1_0_is_answered_with_and_without_keep_alive() {
    let folder = tempdir().unwrap();
    let provider = pact(folder.path()).start_blocking().unwrap();
    let answer = exchange(
        provider.address(),
        b"GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /a HTTP/1.0\r\n\r\n",
    );
    assert_eq!(answer.matches("HTTP/1.0 200").count(), 2, "{answer}");
    provider.finish_blocking().unwrap();
}

#[test]
fn chunks_and_trailers_are_read() {
    let folder = tempdir().unwrap();
    let pact = Pact::between("web", "orders").output(folder.path());
    let pact = pact.when(post("/b").text("abc")).then(status(201));
    let provider = pact.start_blocking().unwrap();
    let sent = b"POST /b HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\n\
        Transfer-Encoding: chunked\r\nTrailer: X-Sum\r\nConnection: close\r\n\r\n\
        1\r\na\r\n2\r\nbc\r\n0\r\nX-Sum: 7\r\n\r\n";
    let answer = exchange(provider.address(), sent);
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    provider.finish_blocking().unwrap();
}

#[test]
fn a_body_is_asked_for_unless_it_is_too_large() {
    for (limit, expected) in [
        (3, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 500 "),
        (2, "HTTP/1.1 413 "),
    ] {
        let pact = pactwork_contract::Pact::between("web", "orders");
        let options = MockOptions::default().body_limit(limit);
        let provider = MockProvider::serve_blocking(pact, options).unwrap();
        let mut stream = TcpStream::connect(provider.address()).unwrap();
        let head = b"POST /b HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\
            Expect: 100-continue\r\nConnection: close\r\n\r\n";
        stream.write_all(head).unwrap();
        let mut first = [0; 12];
        stream.read_exact(&mut first).unwrap();
        let mut answer = String::from_utf8_lossy(&first).into_owned();
        if answer.ends_with("100") {
            stream.write_all(b"abc").unwrap();
        }
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with(expected), "{answer}");
        provider.finish_blocking().unwrap_err();
    }
}

/// Requests that are begun and given up at once, faster than they could be answered
/// (CVE-2023-44487).
#[tokio::test]
async fn rapid_resets_end_their_connection_alone() {
    let folder = tempdir().unwrap();
    let provider = pact(folder.path()).start_blocking().unwrap();
    let stream = tokio::net::TcpStream::connect(provider.address());
    let (sender, connection) = h2::client::handshake(stream.await.unwrap()).await.unwrap();
    let connection = tokio::spawn(connection);
    let mut sender = sender.ready().await.unwrap();
    for _ in 0..100_000 {
        let request = hyper::Request::get("http://localhost/a").body(()).unwrap();
        let Ok((_, mut stream)) = sender.send_request(request, true) else {
            break;
        };
        stream.send_reset(Reason::CANCEL);
        match sender.ready().await {
            Ok(ready) => sender = ready,
            // It was told to go away.
            Err(_) => break,
        }
    }
    connection.await.unwrap().unwrap_err();
    assert_reported(
        provider,
        "the client began and reset too many requests at a time",
    );
}

#[tokio::test]
async fn frames_that_break_the_rules_of_http_2_are_reported() {
    let folder = tempdir().unwrap();
    let provider = pact(folder.path()).start_blocking().unwrap();
    let mut sent = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    sent.extend(b"\x00\x00\x00\x04\x00\x00\x00\x00\x00");
    // Data on a stream that was never opened.
    sent.extend(b"\x00\x00\x01\x00\x00\x00\x00\x00\x01a");
    exchange(provider.address(), &sent);
    assert_reported(
        provider,
        "the client broke a rule of HTTP/2: PROTOCOL_ERROR, ",
    );
}

#[test]
fn localhost_is_reached_over_both_families() {
    let folder = tempdir().unwrap();
    let provider = pact(folder.path()).localhost().start_blocking().unwrap();
    let port = provider.address().port();
    assert_eq!(provider.url(), format!("http://localhost:{port}"));
    assert_served(SocketAddr::from(([127, 0, 0, 1], port)));
    let sixth = SocketAddr::from((std::net::Ipv6Addr::LOCALHOST, port));
    if std::net::TcpListener::bind((std::net::Ipv6Addr::LOCALHOST, 0)).is_ok() {
        assert_served(sixth);
    }
    // A port that is taken on one of them is taken.
    let error = pact(folder.path())
        .localhost()
        .port(port)
        .start_blocking()
        .unwrap_err();
    assert!(error.to_string().contains("is in use"), "{error}");
    provider.finish_blocking().unwrap();
    TcpStream::connect(sixth).unwrap_err();
}
