//! Requests that are changed before they are sent.

use std::time::Duration;

use pactwork_contract::Body;
use pactwork_provider::{
    FilterError, FixedHeaders, HeaderCommand, HeaderCommandOptions, HttpFilter, HttpMessages,
    HttpOptions, HttpStates, OutgoingRequest, Target, Verifier,
};
use serde_json::json;

use crate::support::pacts::{get, get_given, http, message, pact, sent};
use crate::support::server::{Request, Server, json, status};
use crate::support::{assert_passed, could_not, run};

#[tokio::test]
async fn fixed_headers_stand_in_place_of_the_pacts_in_any_case() {
    let server = Server::always(json(json!({}))).await;
    let mut expected = get("/", json!({}));
    let headers = &mut expected.request.headers;
    headers.insert("authorization".into(), vec!["a".into(), "b".into()]);
    headers.insert("X-GONE".into(), vec!["1".into()]);
    headers.insert("X-Kept".into(), vec!["1".into()]);
    let fixed = FixedHeaders::new().set("Authorization", "Bearer abc");
    let fixed = fixed.and_then(|fixed| fixed.set("x-gone", ""));
    let fixed = fixed.and_then(|fixed| fixed.set("Host", "orders.example.com"));
    let verifier = Verifier::new(Target::at(&server.url)).request_filter(fixed.unwrap());
    assert_passed(&run(verifier, pact([http(expected)])).await);
    let headers = &server.seen()[0].headers;
    let sent: Vec<_> = headers.get_all("authorization").iter().collect();
    assert_eq!(sent, ["Bearer abc"]);
    assert_eq!(headers["host"], "orders.example.com");
    assert!(!headers.contains_key("x-gone"));
    assert_eq!(headers["x-kept"], "1");
}

#[test]
fn a_header_that_cannot_be_sent_is_refused_without_its_value() {
    for (name, value, expected) in [
        ("a b", "1", "\"a b\" is not a header's name"),
        (
            "X",
            "s3cret\n",
            "the value of the header X holds a line break or another control character",
        ),
    ] {
        let error = FixedHeaders::new().set(name, value).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
}

#[tokio::test]
async fn a_function_may_change_everything() {
    let server = Server::always(json(json!({}))).await;
    let verifier =
        Verifier::new(Target::at(server.url("/api"))).request_filter(|r: &mut OutgoingRequest| {
            r.method = "PUT".into();
            r.path = format!("/v2{}", r.path);
            r.query = "page=2".into();
            r.body = format!("<{}>", String::from_utf8_lossy(&r.body)).into();
            r.set_header("X-Length", r.body.len().to_string());
            Ok(())
        });
    let mut expected = get("/orders", json!({}));
    expected.request.body = Body::json(json!([1]));
    let report = run(verifier, pact([http(expected)])).await;
    assert_passed(&report);
    let seen = &server.seen()[0];
    assert_eq!(
        (&*seen.method, &*seen.path),
        ("PUT", "/api/v2/orders?page=2")
    );
    assert_eq!(&seen.body[..], b"<[1]>");
    assert_eq!(seen.headers["x-length"], "5");
    assert_eq!(seen.headers["content-length"], "5");
    let reported = report.pacts[0].interactions[0].request.clone().unwrap();
    assert_eq!(
        (&*reported.method, &*reported.path),
        ("PUT", "/v2/orders?page=2")
    );
}

#[tokio::test]
async fn a_filter_that_fails_or_makes_nonsense_is_could_not_verify() {
    let server = Server::always(json(json!({}))).await;
    type Change = fn(&mut OutgoingRequest) -> Result<(), FilterError>;
    let cases: [(Change, &str); 2] = [
        (
            |_| Err(FilterError::new("no token today")),
            "the request could not be made ready: no token today",
        ),
        (
            |request| {
                request.method = "A B".into();
                Ok(())
            },
            "\"A B\" is not an HTTP method",
        ),
    ];
    for (change, expected) in cases {
        let verifier = Verifier::new(Target::at(&server.url)).request_filter(change);
        let report = run(verifier, pact([http(get("/", json!({})))])).await;
        assert_eq!(could_not(&report), expected);
    }
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn a_command_is_run_once_and_again_when_its_value_is_old() {
    for (refresh, expected) in [(None, ["Bearer 1"; 2]), (Some(0), ["Bearer 2", "Bearer 3"])] {
        let folder = tempfile::tempdir().unwrap();
        let command = "echo >> runs; printf 'Bearer %s\\r\\n\\n' $(wc -l < runs)";
        let token = HeaderCommand::run(HeaderCommandOptions {
            directory: folder.path().into(),
            refresh: refresh.map(Duration::from_secs),
            ..HeaderCommandOptions::new("Authorization", command)
        });
        let server = Server::always(json(json!({}))).await;
        let verifier = Verifier::new(Target::at(&server.url)).request_filter(token.await.unwrap());
        let interactions = ["/1", "/2"].map(|path| http(get(path, json!({}))));
        assert_passed(&run(verifier, pact(interactions)).await);
        let seen = server.seen();
        let sent: Vec<_> = seen
            .iter()
            .map(|each| &each.headers["authorization"])
            .collect();
        assert_eq!(sent, expected);
    }
}

#[tokio::test]
async fn a_command_without_a_value_says_why() {
    let cases = [
        (
            "echo not today >&2; exit 3",
            "the header X: `echo not today >&2; exit 3` ended with exit status 3: not today",
        ),
        ("true", "the header X: `true` printed nothing"),
        (
            "printf 'a\\nb'",
            "the header X: `printf 'a\\nb'`: the value of the header X holds a line break or \
             another control character",
        ),
        (
            "sleep 60",
            "the header X: `sleep 60` did not end within 300ms and was killed; it wrote nothing",
        ),
    ];
    for (command, expected) in cases {
        let mut options = HeaderCommandOptions::new("X", command);
        if command.starts_with("sleep") {
            options.timeout = Duration::from_millis(300);
        }
        let error = HeaderCommand::run(options).await.unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
}

#[tokio::test]
async fn a_filter_over_http_changes_the_request() {
    let provider = Server::always(json(json!({}))).await;
    let filter = Server::start(|request: Request| async move {
        let mut changed = request.json();
        changed["path"] = "/signed".into();
        changed["headers"]["X-Signature"] = "abc".into();
        json(changed)
    })
    .await;
    let verifier = Verifier::new(Target::at(&provider.url))
        .request_filter(HttpFilter::new(&filter.url("/filter")).unwrap());
    let mut expected = get_given(&["a state"], "/orders", json!({}));
    expected.request.method = "POST".into();
    expected.request.body = Body::json(json!([1]));
    assert_passed(&run(verifier, pact([http(expected)])).await);
    assert_eq!(
        filter.seen()[0].json(),
        json!({
            "method": "POST",
            "path": "/orders",
            "query": "",
            "headers": { "Content-Type": ["application/json"] },
            "body": { "content": "[1]", "encoded": false },
            "interaction": {
                "type": "Synchronous/HTTP",
                "description": "GET /orders",
                "providerStates": [{ "name": "a state", "params": {} }],
            },
        })
    );
    let seen = &provider.seen()[0];
    assert_eq!(seen.path, "/signed");
    assert_eq!(seen.headers["x-signature"], "abc");
    assert_eq!(seen.json(), json!([1]));
}

#[tokio::test]
async fn a_filter_over_http_that_fails_is_could_not_verify_with_what_was_seen() {
    let provider = Server::always(json(json!({}))).await;
    for (reply, expected) in [
        (
            status(500, "no key"),
            "answered 500 Internal Server Error: no key",
        ),
        (
            status(200, "nonsense"),
            "answered what is not JSON (expected ident at line 1 column 2): 200 OK: nonsense",
        ),
        (
            json(json!({ "path": 7 })),
            "answered $.path: expected a text, found 7",
        ),
    ] {
        let filter = Server::always(reply).await;
        let verifier = Verifier::new(Target::at(&provider.url))
            .request_filter(HttpFilter::new(&filter.url).unwrap());
        let report = run(verifier, pact([http(get("/", json!({})))])).await;
        let expected = format!(
            "the request could not be made ready: the filter at {}/ {expected}",
            filter.url
        );
        assert_eq!(could_not(&report), expected);
    }
    assert!(provider.seen().is_empty());
}

#[tokio::test]
async fn states_and_messages_are_asked_for_with_headers_where_that_is_said() {
    for asked in [false, true] {
        let server = Server::always(json(json!({ "id": 7 }))).await;
        let key = FixedHeaders::new().set("X-Key", "1").unwrap();
        let options = match asked {
            true => HttpOptions::new().filter(key.clone()),
            false => HttpOptions::new(),
        };
        let verifier = Verifier::new(Target::at(&server.url))
            .request_filter(key)
            .states(HttpStates::new("/states").unwrap().http(options.clone()))
            .messages(HttpMessages::new("/messages?a=b").unwrap().http(options));
        let report = run(
            verifier,
            pact([
                http(get_given(&["s"], "/orders", json!({ "id": 7 }))),
                sent(message("m", json!({ "id": 7 }))),
            ]),
        )
        .await;
        assert_passed(&report);
        let seen = server.seen();
        let keyed = seen.iter().map(|each| each.headers.contains_key("x-key"));
        let paths: Vec<_> = seen.iter().map(|each| &*each.path).zip(keyed).collect();
        assert_eq!(
            paths,
            [
                ("/states", asked),
                ("/orders", true),
                ("/states", asked),
                ("/messages?a=b", asked)
            ]
        );
    }
}
