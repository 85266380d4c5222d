//! Finding the expectation for a request among many.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::too_many_lines,
    missing_docs
)]

use pactwork_contract::{Body, Category, Request, RuleKind};
use pactwork_matching::{Found, RequestIndex, actual};
use serde_json::{Value, json};

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

/// A request: method, path with query, a header, a JSON body.
type Sent = (
    &'static str,
    &'static str,
    Option<(&'static str, &'static str)>,
    Option<Value>,
);

fn expectation((method, target, header, body): &Sent) -> Request {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    Request {
        query: pairs
            .map(|pair| {
                let (name, value) = pair.split_once('=').unwrap();
                (name.to_owned(), vec![Some(value.to_owned())])
            })
            .collect(),
        headers: header
            .iter()
            .map(|(name, value)| ((*name).to_owned(), vec![(*value).to_owned()]))
            .collect(),
        body: body.clone().map_or(Body::Missing, Body::json),
        ..expected(method, path)
    }
}

fn nearest_of(requests: &[Sent], (method, target, header, body): &Sent) -> usize {
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (*target, None),
    };
    let headers: Vec<_> = header.iter().copied().collect();
    let body = body.as_ref().map(Value::to_string).unwrap_or_default();
    let expected: Vec<_> = requests.iter().map(expectation).collect();
    let found = RequestIndex::new(&expected).find(&actual::Request {
        method,
        path,
        query,
        headers: &headers,
        body: body.as_bytes(),
    });
    match found {
        Found::Nearest(position, _) => position,
        other => panic!("{other:?}"),
    }
}

/// Of several expectations the first is the one that a human would pick, so it is
/// put last, where a tie would not find it.
#[test]
fn a_human_would_pick_the_same() {
    let get = |target| ("GET", target, None, None);
    let post = |body| ("POST", "/orders", None, Some(body));
    let header = |header, body| ("POST", "/orders", Some(header), body);
    let many = |from: usize| -> Value {
        let members = (0..50).map(|key| {
            (
                format!("k{key}"),
                json!(if key < from { 1000 } else { key }),
            )
        });
        members.collect::<serde_json::Map<_, _>>().into()
    };
    let cases: Vec<(&str, Sent, Vec<Sent>)> = vec![
        (
            "a typo in the path",
            get("/ordrs"),
            vec![get("/orders"), get("/customers")],
        ),
        (
            "another case",
            get("/Orders/7"),
            vec![get("/orders/7"), get("/health/7")],
        ),
        (
            "another id",
            get("/orders/8"),
            vec![get("/orders/7"), get("/orders/latest")],
        ),
        (
            "a prefix too few",
            get("/orders/7"),
            vec![get("/api/orders/7"), get("/users/7")],
        ),
        (
            "a prefix too many",
            get("/api/orders/7"),
            vec![get("/orders/7"), get("/api/users")],
        ),
        (
            "another version",
            get("/v2/orders"),
            vec![get("/v1/orders"), get("/v2/users")],
        ),
        (
            "a slash at the end",
            get("/orders/"),
            vec![get("/orders"), get("/")],
        ),
        (
            "the path counts more than the method",
            ("PUT", "/orders/7", None, None),
            vec![get("/orders/7"), ("PUT", "/customers/7", None, None)],
        ),
        (
            "another value of a parameter",
            get("/orders?page=2"),
            vec![
                get("/orders?page=1"),
                get("/orders"),
                get("/orders?sort=up"),
            ],
        ),
        (
            "fewer wrong parameters",
            get("/orders?a=1&b=2&c=3"),
            vec![get("/orders?a=1&b=2&c=4"), get("/orders?a=1&b=3&c=4")],
        ),
        (
            "another value of a header",
            header(("Accept", "text/csv"), None),
            vec![
                header(("Accept", "text/html"), None),
                header(("X-Id", "1"), None),
            ],
        ),
        (
            "fewer wrong values",
            post(many(50)),
            vec![post(many(49)), post(many(0))],
        ),
        (
            "a large body with one wrong value",
            post(many(3)),
            vec![post(many(0)), post(json!({"a": 1}))],
        ),
        (
            "another body in all is farther than some values",
            post(json!({"a": 1, "b": 2, "c": 3})),
            vec![
                post(json!({"a": 1, "b": 3, "c": 4})),
                post(json!([1])),
                post(json!("x")),
            ],
        ),
        (
            "a part that is missing counts as much as it holds",
            post(json!({"a": 1})),
            vec![
                post(json!({"a": 1, "b": 2, "c": 3})),
                post(json!({"a": 1, "b": {"c": 1, "d": 2, "e": 3, "f": [4, 5]}})),
            ],
        ),
        (
            "a header counts more than a few values",
            header(("X-Id", "1"), Some(json!({"a": 1, "b": 2}))),
            vec![
                header(("X-Id", "1"), Some(json!({"a": 1, "b": 3}))),
                header(("X-Other", "1"), Some(json!({"a": 1, "b": 2}))),
            ],
        ),
    ];
    for (what, sent, mut expected) in cases {
        expected.rotate_left(1);
        assert_eq!(nearest_of(&expected, &sent), expected.len() - 1, "{what}");
    }
}

#[test]
fn of_equally_near_ones_the_first_is_told() {
    let get = |target| ("GET", target, None, None);
    for (expected, sent) in [
        ([get("/a"), get("/b")], get("/x")),
        ([get("/orders/1"), get("/orders/2")], get("/orders/3")),
    ] {
        assert_eq!(nearest_of(&expected, &sent), 0);
    }
}

/// 200 fields and a million; the distance only grows up to its bound.
#[test]
fn many_mismatches_do_not_overflow() {
    let body = |value: i32, length: usize| {
        let members = (0..length).map(|key| (format!("k{key}"), json!(value)));
        Value::from(members.collect::<serde_json::Map<_, _>>())
    };
    let distance = |length| {
        let request = Request {
            body: Body::json(body(1, length)),
            ..expected("POST", "/orders")
        };
        let actual = body(2, length).to_string();
        let index = RequestIndex::new([&request]);
        let comparison = index.matcher(0).compare(&actual::Request {
            body: actual.as_bytes(),
            ..received("POST", "/orders")
        });
        assert_eq!(comparison.mismatches.len(), length);
        comparison.distance
    };
    assert_eq!(distance(200), 999);
    assert_eq!(distance(100_000), 999);
    let long = format!("/{}", "a/".repeat(30_000));
    let index = RequestIndex::new([&expected("GET", "/orders")]);
    let Found::Nearest(0, comparison) = index.find(&received("GET", &long)) else {
        panic!("found")
    };
    assert_eq!(comparison.distance, 2_000_000);
}
