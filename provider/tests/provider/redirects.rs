//! Redirects, where they are asked for.

use pactwork_provider::{FixedHeaders, HttpOptions, Target, Verifier};
use serde_json::json;

use crate::support::pacts::{get, http, pact};
use crate::support::server::{Reply, Server, json, status};
use crate::support::{assert_passed, could_not, run};

async fn redirecting(status_code: u16, location: impl Into<String>) -> Server {
    let location = location.into();
    Server::start(move |request| {
        let reply = match request.path.as_str() {
            "/new" => json(json!({ "id": 7 })),
            _ => Reply {
                headers: vec![("location", location.clone())],
                ..status(status_code, "")
            },
        };
        std::future::ready(reply)
    })
    .await
}

fn following(url: &str, most: usize) -> Verifier {
    let secret = FixedHeaders::new().set("X-Key", "s3cret").unwrap();
    let options = HttpOptions::new().follow_redirects(most).filter(secret);
    Verifier::new(Target::at(url)).http(options)
}

#[tokio::test]
async fn they_are_followed_with_all_headers_on_the_same_server() {
    let server = redirecting(302, "/new").await;
    let mut expected = get("/old", json!({ "id": 7 }));
    expected.request.method = "POST".into();
    assert_passed(&run(following(&server.url, 1), pact([http(expected)])).await);
    let [old, new] = &server.seen()[..] else {
        panic!("expected two requests");
    };
    assert_eq!((&*old.method, &*old.path), ("POST", "/old"));
    assert_eq!((&*new.method, &*new.path), ("GET", "/new"));
    assert_eq!(new.headers["x-key"], "s3cret");
}

#[tokio::test]
async fn another_server_gets_no_secret() {
    let other = Server::always(json(json!({}))).await;
    let server = redirecting(307, other.url("/there")).await;
    let mut expected = get("/old", json!({}));
    let headers = &mut expected.request.headers;
    headers.insert("Authorization".into(), vec!["Bearer abc".into()]);
    headers.insert("X-Trace".into(), vec!["1".into()]);
    assert_passed(&run(following(&server.url, 1), pact([http(expected)])).await);
    let seen = &other.seen()[0];
    assert!(!seen.headers.contains_key("authorization"));
    assert!(!seen.headers.contains_key("x-key"));
    assert_eq!(seen.headers["x-trace"], "1");
    assert_eq!(server.seen()[0].headers["authorization"], "Bearer abc");
}

#[tokio::test]
async fn too_many_or_one_to_nowhere_could_not_be_verified() {
    for (location, expected) in [
        ("/old", "more than 3 redirects, the last one to "),
        (
            "mailto:me@example.com",
            "the answer has status 301 Moved Permanently and leads to \"mailto:me@example.com\": \
             its scheme is \"mailto\"",
        ),
    ] {
        let server = redirecting(301, location).await;
        let report = run(
            following(&server.url, 3),
            pact([http(get("/old", json!({})))]),
        )
        .await;
        let reason = could_not(&report);
        assert!(reason.starts_with(expected), "{reason}");
    }
}
