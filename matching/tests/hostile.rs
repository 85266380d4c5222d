//! Expectations that nobody should write: an answer within bounded time and memory.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use pactwork_contract::{
    Body, Category, Combine, Content, Request, Response, RuleDefinition, RuleKind, RuleList,
};
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

#[test]
fn values_inside_each_other_without_end() {
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let beside = format!(r#"{{"a": 1, "b": {deep}}}"#);
    let flat = expecting(json!({"a": 1}), []);
    assert_eq!(sentence(&flat, beside.as_bytes()), "");
    let within = format!(r#"{{"a": {deep}}}"#);
    assert_eq!(
        sentence(&flat, within.as_bytes()),
        "body: expected JSON, but cannot read it: recursion limit exceeded at line 1 column 133"
    );
    let text = Response {
        body: Body::Present {
            content: Content::Text(deep.clone()),
            content_type: Some("application/json".into()),
        },
        ..Response::default()
    };
    let warnings = ResponseMatcher::compile(&text).warnings().to_vec();
    assert!(warnings[0].message.contains("recursion limit exceeded"));
    assert_eq!(sentence(&text, deep.as_bytes()), "");
}

#[test]
fn an_example_that_no_reader_would_read() {
    let nested = |depth: usize| (0..depth).fold(json!(1), |inside, _| json!([inside]));
    let (most, more) = (expecting(nested(127), []), expecting(nested(1_000), []));
    assert_eq!(sentence(&most, nested(127).to_string().as_bytes()), "");
    assert_eq!(
        ResponseMatcher::compile(&more).warnings()[0].message,
        "the example nests deeper than 127, so that nothing can be like it"
    );
    assert_eq!(
        sentence(&more, b"[]"),
        "body: expected JSON, but cannot read it: the example nests deeper than 127"
    );
}

/// Plans for each alternative at each level would be exponentially many.
#[test]
fn alternatives_at_every_level() {
    let definition = |kind: RuleKind| RuleDefinition {
        rules: vec![kind.into()],
        ..RuleDefinition::default()
    };
    let list = RuleList {
        rules: vec![
            RuleKind::EachValue(definition(RuleKind::Type)).into(),
            RuleKind::Values.into(),
        ],
        combine: Combine::Or,
        ..RuleList::default()
    };
    for step in [".*", ".a"] {
        let example = (0..100).fold(json!(1), |inside, _| json!({"a": inside}));
        let mut expected = expecting(example.clone(), []);
        let rules = expected.matching_rules.categories.entry(Category::Body);
        rules.or_default().extend((0..100).map(|depth| {
            let path = format!("${}", step.repeat(depth));
            (path, list.clone())
        }));
        assert_eq!(
            ResponseMatcher::compile(&expected).warnings()[0].message,
            "so many rules hold inside each other that some are not told apart"
        );
        assert_eq!(sentence(&expected, example.to_string().as_bytes()), "");
    }
}

/// What was found at the earlier one of two members is forgotten, without a search
/// among all the others.
#[test]
fn members_again_and_again() {
    let members = |value: usize| (0..100_000).map(move |at| format!("\"k{at}\":{value}"));
    let written = |members: Vec<String>| format!("{{{}}}", members.join(","));
    let expected = expecting(
        serde_json::from_str(&written(members(1).collect())).unwrap(),
        [],
    );
    let twice = written(members(2).chain(members(2)).collect());
    assert_eq!(
        sentence(&expected, twice.as_bytes()).lines().count(),
        100_000
    );
    let right = written(members(2).chain(members(1)).collect());
    assert_eq!(sentence(&expected, right.as_bytes()), "");
}

#[test]
fn headers_of_a_part_without_end() {
    let headers: String = (0..1_000).map(|at| format!("X-{at}: 1\r\n")).collect();
    let part = |more: &str| format!("--x\r\n{headers}{more}\r\na\r\n--x--\r\n");
    let expected = Response {
        body: Body::Present {
            content: Content::Text(part("")),
            content_type: Some("multipart/form-data; boundary=x".into()),
        },
        ..Response::default()
    };
    let matcher = ResponseMatcher::compile(&expected);
    let found = |body: String| {
        let headers = &[("Content-Type", "multipart/form-data; boundary=x")];
        let body = body.as_bytes();
        let status = 200;
        matcher
            .compare(&actual::Response {
                status,
                headers,
                body,
            })
            .to_string()
    };
    assert_eq!(found(part("")), "");
    assert_eq!(
        found(part("More: 1\r\n")),
        "body: expected multipart, but cannot read it: a part has more than 1000 headers"
    );
}
