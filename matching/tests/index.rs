//! Finding the expectation for a request among many.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use pactwork_contract::{Body, Category, Request, RuleKind};
use pactwork_matching::{Found, RequestIndex, actual};
use serde_json::json;

fn expected(method: &str, path: &str) -> Request {
    Request {
        method: method.into(),
        path: path.into(),
        ..Request::default()
    }
}

fn received<'a>(method: &'a str, path: &'a str) -> actual::Request<'a> {
    actual::Request {
        method,
        path,
        query: None,
        headers: &[],
        body: b"",
    }
}

#[test]
fn every_expectation_that_the_request_keeps_is_found_in_order() {
    let mut ruled = expected("GET", "/orders/1");
    ruled
        .matching_rules
        .add(Category::Path, "", RuleKind::Regex(r"/orders/\d+".into()));
    let requests = [
        expected("GET", "/orders/7"),
        ruled,
        expected("POST", "/orders/7"),
        expected("GET", "/orders/7"),
    ];
    let index = RequestIndex::new(&requests);
    for (method, path, positions) in [
        ("GET", "/orders/7", vec![0, 1, 3]),
        ("get", "/orders/%37", vec![0, 1, 3]),
        ("GET", "/orders/8", vec![1]),
        ("POST", "/orders/7", vec![2]),
    ] {
        assert_eq!(
            index.find(&received(method, path)),
            Found::Matching(positions),
            "{path}"
        );
    }
}

#[test]
fn an_empty_index_finds_nothing() {
    let none: [Request; 0] = [];
    assert_eq!(
        RequestIndex::new(&none).find(&received("GET", "/")),
        Found::Nothing
    );
}

#[test]
fn the_nearest_is_the_one_a_human_would_pick() {
    let mut with_query = expected("GET", "/orders");
    with_query
        .query
        .insert("page".into(), vec![Some("2".into())]);
    let mut with_body = expected("POST", "/orders");
    with_body.body = Body::json(json!({"a": 1}));
    let requests = [
        expected("GET", "/health"),
        expected("DELETE", "/orders/7"),
        with_query,
        with_body,
        expected("GET", "/customers/7/addresses"),
    ];
    let index = RequestIndex::new(&requests);
    let nearest = |request: &actual::Request<'_>| match index.find(request) {
        Found::Nearest(position, comparison) => (position, comparison.to_string()),
        other => panic!("{other:?}"),
    };
    for (method, path, position, sentence) in [
        (
            "GET",
            "/orders/7",
            1,
            r#"method: expected "DELETE", but found "GET""#,
        ),
        (
            "GET",
            "/orders",
            2,
            r#"query page: expected "2", but it is missing"#,
        ),
        (
            "POST",
            "/orders",
            3,
            r#"body: expected {"a":1}, but the body is empty"#,
        ),
        (
            "GET",
            "/customers/8/addresses",
            4,
            r#"path: expected "/customers/7/addresses", but found "/customers/8/addresses""#,
        ),
    ] {
        let found = nearest(&received(method, path));
        assert_eq!(found, (position, sentence.into()), "{method} {path}");
    }
}

#[test]
fn of_equally_near_ones_the_body_decides() {
    let with_body = |value| Request {
        body: Body::json(value),
        ..expected("POST", "/orders")
    };
    let requests = [
        with_body(json!({"a": 1, "b": 1, "c": 1})),
        with_body(json!({"a": 1, "b": 2, "c": 3})),
    ];
    let index = RequestIndex::new(&requests);
    let request = actual::Request {
        body: br#"{"a": 1, "b": 2, "c": 4}"#,
        ..received("POST", "/orders")
    };
    let Found::Nearest(position, comparison) = index.find(&request) else {
        panic!("found")
    };
    assert_eq!(position, 1);
    assert_eq!(comparison.to_string(), "$.c: expected 3, but found 4");
}

#[test]
fn a_position_gives_its_matcher() {
    let requests = [expected("GET", "/a"), expected("GET", "/b")];
    let index = RequestIndex::new(&requests);
    assert!(index.matcher(1).compare(&received("GET", "/b")).is_match());
}

#[test]
fn matchers_are_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<RequestIndex>();
    shared::<pactwork_matching::ResponseMatcher>();
    shared::<pactwork_matching::MessageMatcher>();
}
