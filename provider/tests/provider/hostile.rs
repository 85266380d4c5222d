//! Providers that answer with anything but what HTTP allows, or not at all.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use pactwork_contract::Outcome;
use pactwork_provider::{HttpOptions, Report, Target, Verifier};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

use crate::support::pacts::{get, http, pact};
use crate::support::server::Server;
use crate::support::{assert_passed, could_not, run};

const GOOD: &[u8] =
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";

/// A server of raw connections, each with its number from 0; gone when it is dropped.
struct Raw {
    url: String,
    connections: Arc<AtomicUsize>,
    task: tokio::task::AbortHandle,
}

impl Drop for Raw {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn raw<F, R>(serve: F) -> Raw
where
    F: Fn(TcpStream, usize) -> R + Send + 'static,
    R: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let connections = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&connections);
    let task = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, count.fetch_add(1, SeqCst)));
        }
    });
    Raw {
        url,
        connections,
        task: task.abort_handle(),
    }
}

/// Returns when a request has come: all of them fit into one packet.
async fn asked(stream: &mut TcpStream) -> bool {
    stream.read(&mut [0; 4096]).await.is_ok_and(|read| read > 0)
}

async fn verify(url: &str, http_options: HttpOptions) -> Report {
    let options = http_options.timeout(Duration::from_millis(600));
    let verifier = Verifier::new(Target::at(url)).http(options);
    run(verifier, pact([http(get("/", json!({})))])).await
}

#[tokio::test]
async fn what_is_not_an_answer_is_said() {
    let endless_head = [b"HTTP/1.1 200 OK\r\n".to_vec(), b"x: y\r\n".repeat(1 << 17)].concat();
    for (answer, expected) in [
        (
            &b"hello, who is there?\r\n\r\n"[..],
            "no HTTP answer came back: invalid HTTP version parsed; what answers may not speak HTTP, or \
             only HTTP/2, or expect TLS (https:)",
        ),
        (
            b"\x15\x03\x03\x00\x02\x02\x46",
            "no HTTP answer came back: invalid HTTP version parsed; what answers may not speak HTTP, or \
             only HTTP/2, or expect TLS (https:)",
        ),
        (
            b"",
            "no HTTP answer came back: connection closed before message completed",
        ),
        (
            b"HTTP/1.1 200 OK\r\ncontent-",
            "no HTTP answer came back: connection closed before message completed",
        ),
        (
            &endless_head,
            "no HTTP answer came back: message head is too large",
        ),
        (
            b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"id\"",
            "the answer has status 200 OK, but its body broke off after 5 of 100 bytes: \
             end of file before message length reached",
        ),
        (
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\nzz\r\n",
            "the answer has status 200 OK, but its body broke off after 2 bytes: \
             Invalid chunk size line: missing size digit",
        ),
        (
            b"HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n{}",
            "no HTTP answer came back: invalid content-length parsed; what answers may not speak HTTP, or \
             only HTTP/2, or expect TLS (https:)",
        ),
        (
            b"HTTP/1.1 999999 OK\r\n\r\n",
            "no HTTP answer came back: invalid HTTP status-code parsed; what answers may not speak HTTP, or \
             only HTTP/2, or expect TLS (https:)",
        ),
    ] {
        let answer = answer.to_vec();
        let server = raw(move |mut stream, _| {
            let answer = answer.clone();
            async move {
                asked(&mut stream).await;
                let _ = stream.write_all(&answer).await;
            }
        })
        .await;
        let report = verify(&server.url, HttpOptions::new()).await;
        assert_eq!(could_not(&report), expected);
    }
}

#[tokio::test]
async fn a_reset_is_said_before_the_answer_and_within_it() {
    for (answer, expected) in [
        (&b""[..], "no HTTP answer came back: "),
        (
            b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{",
            "the answer has status 200 OK, but its body broke off after 1 of 9 bytes: ",
        ),
    ] {
        let server = raw(move |mut stream, _| async move {
            asked(&mut stream).await;
            let _ = stream.write_all(answer).await;
            sleep(Duration::from_millis(50)).await;
            stream.set_zero_linger().unwrap();
        })
        .await;
        let report = verify(&server.url, HttpOptions::new()).await;
        let reason = could_not(&report);
        assert!(reason.starts_with(expected), "{reason}");
        assert!(reason.contains("reset"), "{reason}");
    }
}

#[tokio::test]
async fn what_never_ends_is_given_up_at_the_deadline() {
    for (begin, drip, expected) in [
        (&b""[..], &b""[..], "no answer within 600ms"),
        (b"", b"HTTP", "no answer within 600ms"),
        (
            b"",
            b"HTTP/1.1 103 Early Hints\r\n\r\n",
            "no answer within 600ms",
        ),
        (
            b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n",
            b" ",
            "the answer has status 200 OK, but its body did not end within 600ms: ",
        ),
        (
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n",
            b"1\r\n \r\n",
            "the answer has status 200 OK, but its body did not end within 600ms: ",
        ),
    ] {
        let server = raw(move |mut stream, _| async move {
            asked(&mut stream).await;
            stream.write_all(begin).await.unwrap();
            let once = drip == b"HTTP";
            while stream.write_all(drip).await.is_ok() && !once {
                sleep(Duration::from_millis(20)).await;
            }
            sleep(Duration::from_secs(60)).await;
        })
        .await;
        let report = verify(&server.url, HttpOptions::new()).await;
        let reason = could_not(&report);
        assert!(reason.starts_with(expected), "{reason}");
        assert_eq!(
            reason.ends_with(" came"),
            reason.contains("body"),
            "{reason}"
        );
    }
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_not_read() {
    const LIMIT: usize = 1 << 20;
    let too_long = "the answer has status 200 OK, but its body is longer than 1 MiB; \
                    allow larger bodies if it is meant to be";
    for head in ["content-length: 104857600", "transfer-encoding: chunked"] {
        let server = raw(move |mut stream, _| async move {
            asked(&mut stream).await;
            let head = format!("HTTP/1.1 200 OK\r\n{head}\r\n\r\n");
            stream.write_all(head.as_bytes()).await.unwrap();
            let chunk = [&b"10000\r\n"[..], &[b' '; 0x10000], b"\r\n"].concat();
            while stream.write_all(&chunk).await.is_ok() {}
        })
        .await;
        let report = verify(&server.url, HttpOptions::new().largest_body(LIMIT)).await;
        assert_eq!(could_not(&report), too_long, "{head}");
    }
}

#[tokio::test]
async fn a_body_of_100_mb_is_compared() {
    let server = Server::start(|_| async {
        crate::support::server::Reply {
            status: 200,
            headers: vec![("content-type", "application/json".into())],
            body: [vec![b' '; 100_000_000], b"{}".to_vec()].concat().into(),
        }
    })
    .await;
    let report = run(
        Verifier::new(Target::at(&server.url)),
        pact([http(get("/", json!({})))]),
    )
    .await;
    assert_passed(&report);
}

#[tokio::test]
async fn what_comes_before_the_answer_is_passed_over() {
    let server = raw(|mut stream, _| async move {
        asked(&mut stream).await;
        let before = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </>\r\n\r\n";
        stream.write_all(before).await.unwrap();
        stream.write_all(GOOD).await.unwrap();
        asked(&mut stream).await;
    })
    .await;
    assert_passed(&verify(&server.url, HttpOptions::new()).await);
}

/// What comes after the announced length is nobody's answer: neither this one's nor the next one's.
#[tokio::test]
async fn bytes_after_an_answer_are_not_taken_for_the_next_one() {
    let server = raw(|mut stream, _| async move {
        while asked(&mut stream).await {
            stream.write_all(GOOD).await.unwrap();
            let more = b"HTTP/1.1 500 Oh\r\ncontent-length: 0\r\n\r\n";
            stream.write_all(more).await.unwrap();
        }
    })
    .await;
    let verifier = Verifier::new(Target::at(&server.url));
    let report = run(verifier, pact((0..5).map(|_| http(get("/", json!({})))))).await;
    assert_passed(&report);
    assert_eq!(server.connections.load(SeqCst), 5);
}

#[tokio::test]
async fn a_connection_that_was_closed_while_idle_costs_nothing() {
    let server = raw(|mut stream, _| async move {
        asked(&mut stream).await;
        stream.write_all(GOOD).await.unwrap();
    })
    .await;
    let verifier = Verifier::new(Target::at(&server.url));
    let mut post = get("/", json!({}));
    post.request.method = "POST".into();
    let report = run(verifier, pact((0..20).map(|_| http(post.clone())))).await;
    let lost = report.pacts[0].interactions.iter();
    let reasons: Vec<_> = lost.filter_map(|each| each.reason.clone()).collect();
    assert_passed(&report);
    assert_eq!(reasons, Vec::<String>::new());
    assert_eq!(server.connections.load(SeqCst), 20);
}

/// Once a byte of it was sent, the provider may have acted on it.
#[tokio::test]
async fn a_request_that_was_sent_is_not_sent_again() {
    let posts = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&posts);
    let server = raw(move |mut stream, _| {
        let seen = Arc::clone(&seen);
        async move {
            asked(&mut stream).await;
            stream.write_all(GOOD).await.unwrap();
            if asked(&mut stream).await {
                seen.fetch_add(1, SeqCst);
            }
        }
    })
    .await;
    let verifier = Verifier::new(Target::at(&server.url));
    let mut post = get("/post", json!({}));
    post.request.method = "POST".into();
    let report = run(verifier, pact([http(get("/", json!({}))), http(post)])).await;
    let [first, second] = &report.pacts[0].interactions[..] else {
        panic!("expected two interactions");
    };
    assert_eq!(first.outcome, Outcome::Passed);
    assert_eq!(
        second.reason.as_deref(),
        Some("no HTTP answer came back: connection closed before message completed")
    );
    assert_eq!(posts.load(SeqCst), 1);
}
