//! `pactwork verify`: providers that answer anything but what HTTP allows.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::thread::sleep;
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::raw::{Raw, Stream, answer};
use crate::support::{Workshop, get_interaction, pact};

fn workshop(interactions: &[Value]) -> Workshop {
    let workshop = Workshop::of("participant = \"orders\"\n");
    workshop.write_json("p.json", &pact("web", "orders", interactions));
    workshop
}

fn get(path: &str) -> Value {
    get_interaction(path, &json!({}))
}

fn endless(stream: &mut Stream) {
    stream.send(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
    let chunk = [&b"10000\r\n"[..], &[b' '; 0x10000], b"\r\n"].concat();
    while stream.try_send(&chunk) {}
}

/// Each is that interaction's result, and the one after it is verified all the same.
#[test]
fn whatever_comes_could_not_be_verified_and_the_rest_goes_on() {
    type Serve = fn(&mut Stream);
    let cases: [(Serve, &str); 6] = [
        (
            |s| s.send(b"220 mail.example.com ESMTP\r\n"),
            "no HTTP answer came back: ",
        ),
        (|_| {}, "no HTTP answer came back: "),
        (
            |s| s.send(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{\"id\""),
            "the answer has status 200 OK, but its body broke off after 5 of 10 bytes",
        ),
        (
            endless,
            "the answer has status 200 OK, but its body is longer than 1 MiB",
        ),
        (
            |s| {
                s.send(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{\"id\"");
                sleep(Duration::from_secs(3));
            },
            "its body did not end within 1s: 5 of 10 bytes came",
        ),
        (|_| sleep(Duration::from_secs(3)), "no answer within 1s"),
    ];
    for (serve, expected) in cases {
        let workshop = workshop(&[get("/bad"), get("/good")]);
        let server = Raw::start(move |stream| {
            while let Some(head) = stream.request() {
                if head.starts_with("GET /bad ") {
                    return serve(stream);
                }
                stream.send(&answer("{}"));
            }
        });
        workshop
            .run(&[
                "verify",
                "p.json",
                "--base-url",
                &server.url,
                "--timeout",
                "1",
                "--largest-body",
                "1",
            ])
            .exits(3)
            .prints(expected)
            .prints("✓ GET /good")
            .prints("2 interactions: 1 passed, 1 could not be verified");
    }
}

#[test]
fn a_provider_that_is_gone_half_way_leaves_what_was_found_and_a_report_of_all() {
    const ALL: usize = 1000;
    let interactions: Vec<_> = (0..ALL).map(|number| get(&format!("/{number}"))).collect();
    let workshop = workshop(&interactions);
    let left = AtomicUsize::new(500);
    let server = Raw::start(move |stream| {
        while stream.request().is_some() {
            let goes_on = left.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1));
            if goes_on.is_err() {
                return;
            }
            stream.send(&answer("{}"));
        }
    });
    let report = workshop
        .run(&[
            "verify",
            "p.json",
            "--base-url",
            &server.url,
            "--format",
            "json",
        ])
        .exits(3)
        .json();
    let interactions = report["pacts"][0]["interactions"].as_array().unwrap();
    let outcomes: Vec<_> = interactions
        .iter()
        .map(|each| each["outcome"].as_str().unwrap())
        .collect();
    assert_eq!(outcomes.len(), ALL);
    assert_eq!(
        outcomes.iter().filter(|each| **each == "passed").count(),
        500
    );
    let lost = interactions
        .iter()
        .filter(|each| each["outcome"] == "could_not_verify");
    let reasons: Vec<_> = lost.map(|each| each["reason"].as_str().unwrap()).collect();
    assert_eq!(reasons.len(), 500, "{outcomes:?}");
    for reason in reasons {
        assert!(reason.starts_with("no HTTP answer came back: "), "{reason}");
    }
}

#[test]
fn tls_where_there_is_none_is_said_with_what_to_do() {
    let workshop = workshop(&[get("/")]);
    let server = Raw::start(|stream| {
        let _ = stream.request();
        stream.send(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n");
    });
    let url = server.url.replace("http:", "https:");
    workshop
        .run(&["verify", "p.json", "--base-url", &url, "--insecure"])
        .exits(3)
        .prints(
            "what answers does not speak TLS; if it serves plain HTTP, its URL begins with http:",
        );
}
