//! Expectations that nobody should write: an answer within bounded time and memory.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use pactwork_contract::{Body, Category, Request, Response, RuleDefinition, RuleKind};
use pactwork_matching::{RequestMatcher, ResponseMatcher, actual};
use serde_json::{Map, Value, json};

fn sentence(expected: &Response, body: &[u8]) -> String {
    let comparison = ResponseMatcher::compile(expected).compare(&actual::Response {
        status: 200,
        headers: &[("Content-Type", "application/json")],
        body,
    });
    comparison.to_string()
}

fn expecting(example: Value, rules: impl IntoIterator<Item = (String, RuleKind)>) -> Response {
    let mut response = Response {
        body: Body::json(example),
        ..Response::default()
    };
    for (path, kind) in rules {
        response.matching_rules.add(Category::Body, path, kind);
    }
    response
}

#[test]
fn rules_without_number_or_end() {
    let deep = (format!("${}", ".a".repeat(100_000)), RuleKind::Type);
    let many = (0..10_000).map(|at| (format!("$.*[*].{at}[*]"), RuleKind::Integer));
    let wild = (1..200).map(|depth| (format!("${}", ".*".repeat(depth)), RuleKind::Type));
    let rules = many.chain(wild).chain([deep]);
    let expected = expecting(json!({ "a": [{ "7": [1] }] }), rules);
    assert_eq!(sentence(&expected, br#"{ "a": [{ "7": [2] }] }"#), "");
    assert_eq!(
        sentence(&expected, br#"{ "a": [{ "7": ["x"] }] }"#),
        r#"$.a[0]['7'][0]: expected an integer like 1, but found the string "x""#
    );
}

#[test]
fn definitions_within_definitions() {
    let mut rule = RuleKind::Integer;
    let mut example = json!(1);
    let mut actual = json!("x");
    for _ in 0..60 {
        rule = RuleKind::EachValue(RuleDefinition {
            rules: vec![rule.into()],
            ..RuleDefinition::default()
        });
        example = json!([example]);
        actual = json!([actual, actual]);
        if actual.to_string().len() > 1_000 {
            actual = json!([actual[0]]);
        }
    }
    let expected = expecting(example, [("$".into(), rule)]);
    let found = sentence(&expected, actual.to_string().as_bytes());
    assert!(found.contains("expected an integer like 1"), "{found:.200}");
}

#[test]
fn patterns_that_take_for_ever_elsewhere() {
    let text = json!(format!("{}!", "a".repeat(100_000))).to_string();
    for pattern in [
        "(a+)+$",
        "(a|aa)+$",
        r"(?=a)(a+)+\1$",
        r"(?<=b)(a*)*$",
        "(a*)*b",
    ] {
        let expected = expecting(json!("a"), [("$".into(), RuleKind::Regex(pattern.into()))]);
        let found = sentence(&expected, text.as_bytes());
        assert!(
            found.starts_with("body: expected a value matching /"),
            "{found:.100}"
        );
    }
}

#[test]
fn keys_and_numbers_of_any_size() {
    let long = "k".repeat(1_000_000);
    let members = [long.as_str(), "", "\0", "$", "['"].map(|key| (key.to_owned(), json!(1)));
    let example = Value::Object(Map::from_iter(members));
    let expected = expecting(example.clone(), []);
    assert_eq!(sentence(&expected, example.to_string().as_bytes()), "");
    let huge = expecting(json!(1), [("$".into(), RuleKind::Integer)]);
    assert_eq!(sentence(&huge, b"12345678901234567890123456789"), "");
    assert!(sentence(&huge, b"1e999").contains("number out of range"));
}

#[test]
fn bytes_that_are_no_text_anywhere() {
    let mut expected = Request {
        path: "/\u{0}/é".into(),
        ..Request::default()
    };
    expected
        .query
        .insert("\u{0}".into(), vec![Some("\u{fffd}".into())]);
    expected.headers.insert("X".into(), vec!["\u{fffd}".into()]);
    let found = RequestMatcher::compile(&expected).compare(&actual::Request {
        method: "GET",
        path: "/%00/%ff",
        query: Some("%00=%ff&%fe=1&=&&==%"),
        headers: &[("x", "\u{fffd}\u{0}")],
        body: b"\xff\xfe\x00",
    });
    assert!(!found.is_match());
}
