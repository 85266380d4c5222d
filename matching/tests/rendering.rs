//! What a person reads when an answer is not the expected one.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::too_many_lines,
    missing_docs
)]

use std::fmt::Write;

use pactwork_contract::{
    Body, Category, Content, MatchingRules, MessageContents, Request, Response, RuleKind,
};
use pactwork_matching::{
    Difference, Line, LineKind, MessageMatcher, Mismatch, Part, RenderOptions, RequestMatcher,
    ResponseMatcher, actual, render, render_lines,
};
use serde_json::{Map, Value, json};

fn compared(body: Body, rules: &[(&str, RuleKind)], actual: &[u8], content_type: &str) -> String {
    let mut response = Response {
        body,
        ..Response::default()
    };
    for (path, kind) in rules {
        response
            .matching_rules
            .add(Category::Body, *path, kind.clone());
    }
    let comparison = ResponseMatcher::compile(&response).compare(&actual::Response {
        status: 200,
        headers: &[("Content-Type", content_type)],
        body: actual,
    });
    render(&comparison.mismatches, &RenderOptions::default())
}

fn of_json(expected: Value, rules: &[(&str, RuleKind)], actual: &Value) -> String {
    let actual = actual.to_string();
    compared(
        Body::json(expected),
        rules,
        actual.as_bytes(),
        "application/json",
    )
}

fn of_text(expected: &str, actual: &str) -> String {
    let body = Body::Present {
        content: Content::Text(expected.into()),
        content_type: Some("text/plain".into()),
    };
    compared(body, &[], actual.as_bytes(), "text/plain")
}

fn of_bytes(expected: &[u8], actual: &[u8]) -> String {
    let name = "application/octet-stream";
    let body = Body::Present {
        content: Content::Binary(expected.into()),
        content_type: Some(name.into()),
    };
    compared(body, &[], actual, name)
}

/// `expected` is a text of lines that each begin with a bar.
#[track_caller]
fn check(rendered: &str, expected: &str) {
    let lines = expected.lines().filter_map(|line| {
        let (_, line) = line.split_once('|')?;
        Some(line)
    });
    let expected: Vec<_> = lines.collect();
    assert_eq!(rendered, expected.join("\n"), "\n{rendered}");
}

#[test]
fn what_fits_is_one_line() {
    let rendered = of_json(
        json!({"id": 7, "name": "Mary", "tags": ["a"], "when": "2026-01-01"}),
        &[
            ("$.id", RuleKind::Integer),
            ("$.when", RuleKind::Date("yyyy-MM-dd".into())),
        ],
        &json!({"id": "8", "name": "mary", "tags": "a", "when": null}),
    );
    check(
        &rendered,
        r#"
        |$.id: expected an integer like 7, but found the string "8"
        |$.name: expected "Mary", but found "mary"; they differ in upper and lower case only
        |$.tags: expected the list ["a"], but found the string "a"
        |$.when: expected a date in the format yyyy-MM-dd, but found null
        "#,
    );
}

#[test]
fn long_texts_stand_below_each_other() {
    let begin = "The parcel goes to the house with the green door. ".repeat(8);
    let end = " Thank you very much and have a nice day.".repeat(8);
    check(
        &of_json(
            json!(format!("{begin}Ring twice.{end}")),
            &[],
            &json!(format!("{begin}Ring once.{end}")),
        ),
        r#"
        |body: the texts differ (from character 406; 739 characters expected, 738 found)
        |  expected: "…th the green door. Ring twice. Thank you very much …"
        |  found:    "…th the green door. Ring once. Thank you very much …"
        |                                      ^^^
        "#,
    );
    check(
        &of_json(json!({"a": format!("{end}.")}), &[], &json!({"a": end})),
        r#"
        |$.a: the texts differ (from character 329; 329 characters expected, 328 found)
        |  expected: "…uch and have a nice day.."
        |  found:    "…uch and have a nice day."
        |                                      ^
        "#,
    );
}

#[test]
fn large_values_are_cut_and_say_how_large_they_are() {
    let object: Map<_, _> = (0..5000)
        .map(|key| (format!("key{key:04}"), json!(key)))
        .collect();
    let list: Vec<_> = (0..200).collect();
    check(
        &of_json(
            json!({"a": 1, "b": "x", "c": list}),
            &[],
            &json!({"a": object, "b": "x".repeat(50_000), "c": null}),
        ),
        r#"
        |$.a:
        |  expected: the number 1
        |  found:    the object {"key0000":0,"key0001":1,"key0002":2,"key0003":3,"key0004":4,"key0005":5,"key0006":6,"ke… (5,000 keys)
        |$.b: the texts differ (from character 2; 1 character expected, 50,000 found)
        |  expected: "x"
        |  found:    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…"
        |              ^
        |$.c:
        |  expected: the list [0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,3… (200 elements)
        |  found:    null
        "#,
    );
}

#[test]
fn texts_of_several_lines_are_compared_line_by_line() {
    check(
        &of_text(
            "Dear Mary,\n\nyour order was sent\non Monday.\n\nYours\nThe shop\n",
            "Dear Mary,\n\nyour order was sent\t\non Tuesday. \r\n\nYours\nThe shop\n",
        ),
        r"
        |body: the texts differ from line 3 of 8; - expected, + found
        |    Dear Mary,
        |
        |  - your order was sent
        |  - on Monday.
        |  + your order was sent\t
        |  + on Tuesday.·\r
        |
        |    Yours
        ",
    );
    check(
        &of_text("a\nb\nc", "a\nc"),
        "
        |body: the texts differ from line 2 (3 lines expected, 2 found); - expected, + found
        |    a
        |  - b
        |    c
        ",
    );
    check(
        &of_text("a\r\nb\r\n", "a\nb\n"),
        r"
        |body: the texts differ from line 1 of 3; - expected, + found; they differ in line ends (CR LF and LF) only
        |  - a\r
        |  - b\r
        |  + a
        |  + b
        |
        ",
    );
    let many = |word: &str| -> String {
        (0..1000).fold(String::new(), |mut text, number| {
            writeln!(text, "{word} {number}").unwrap();
            text
        })
    };
    check(
        &of_text(&many("left"), &format!("first\n{}", "long ".repeat(100))),
        "
        |body: the texts differ from line 1 (1,001 lines expected, 2 found); - expected, + found
        |  - left 0
        |  - left 1
        |  - left 2
        |  - left 3
        |  - left 4
        |  - left 5
        |  - left 6
        |  - left 7
        |    … 993 more expected lines
        |  + first
        |  + long long long long long long long long long long long long long long long long long long long l… (500 characters)
        ",
    );
}

#[test]
fn bytes_stand_below_each_other() {
    let mut bytes: Vec<u8> = (0..=255).cycle().take(2048).collect();
    let expected = bytes.clone();
    bytes[105] = 0;
    check(
        &of_bytes(&expected, &bytes),
        "
        |body: the bytes differ from offset 105 of 2,048 bytes
        |  expected: … 61 62 63 64 65 66 67 68 69 6a 6b 6c 6d 6e 6f 70 71 72 73 74 75 76 77 78 …
        |  found:    … 61 62 63 64 65 66 67 68 00 6a 6b 6c 6d 6e 6f 70 71 72 73 74 75 76 77 78 …
        |                                      ^^
        ",
    );
    check(
        &of_bytes(&[0xff, 1, 2], &[0xff, 1]),
        "
        |body: the bytes differ from offset 2 (3 bytes expected, 2 found)
        |  expected: ff 01 02
        |  found:    ff 01
        |                  ^^
        ",
    );
    check(
        &of_bytes(&[0xff, 1, 2], b"text"),
        r#"
        |body: expected "3 bytes, from offset 0: ff 01 02", but found "text"
        "#,
    );
}

#[test]
fn many_mismatches_are_grouped_and_counted() {
    let element = |id: Value, name: Value| json!({"id": id, "name": name});
    let expected = json!({"items": [element(json!(1), json!("a"))]});
    let rules = [
        ("$.items", RuleKind::Type),
        ("$.items[*].id", RuleKind::Integer),
    ];
    let same = vec![element(json!("1"), json!("b")); 1000];
    check(
        &of_json(expected.clone(), &rules, &json!({"items": same})),
        r#"
        |$.items[0].id … $.items[999].id: expected an integer like 1, but found the string "1" (1,000 times)
        "#,
    );
    let other: Vec<_> = (0..1000)
        .map(|id| element(json!(id.to_string()), json!(1)))
        .collect();
    check(
        &of_json(expected, &rules, &json!({"items": other})),
        r#"
        |$.items[0].id … $.items[999].id (the first of 1,000):
        |  expected: an integer like 1
        |  found:    the string "0"
        |$.items[0].name … $.items[999].name: expected a string like "a", but found the number 1 (1,000 times)
        "#,
    );
    let members: Map<_, _> = (0..10_000)
        .map(|key| (format!("k{key:04}"), json!(0)))
        .collect();
    let rendered = of_json(json!(members), &[("$.x", RuleKind::Type)], &json!({}));
    let lines: Vec<_> = rendered.lines().collect();
    assert_eq!(lines.len(), 21);
    assert_eq!(lines[19], "$.k0019: expected 0, but it is missing");
    assert_eq!(lines[20], "… and 9,980 more of the body");
}

#[test]
fn a_name_that_is_spelt_alike_is_pointed_at_in_every_part() {
    check(
        &of_json(
            json!({"a": {"userId": 1, "amount": 2, "x": 3}}),
            &[],
            &json!({"a": {"userID": 1, "ammount": 2, "y": 3}}),
        ),
        r#"
        |$.a.amount: expected 2, but it is missing; there is a key "ammount"
        |$.a.userId: expected 1, but it is missing; there is a key "userID"
        |$.a.x: expected 3, but it is missing
        "#,
    );
    let request = Request {
        query: [("pageSize".to_owned(), vec![Some("2".to_owned())])]
            .into_iter()
            .collect(),
        headers: [("X-Request-Id".to_owned(), vec!["1".to_owned()])]
            .into_iter()
            .collect(),
        ..Request::default()
    };
    let comparison = RequestMatcher::compile(&request).compare(&actual::Request {
        method: "GET",
        path: "/",
        query: Some("page_size=2"),
        headers: &[("X-RequestId", "1")],
        body: b"",
    });
    check(
        &render(&comparison.mismatches, &RenderOptions::default()),
        r#"
        |query pageSize: expected "2", but it is missing; there is a parameter "page_size"
        |query page_size: expected nothing, but found "2"
        |header X-Request-Id: expected "1", but it is missing; there is a header "X-RequestId"
        "#,
    );
    let message = MessageContents {
        metadata: json!({"topicName": "a"}).as_object().unwrap().clone(),
        matching_rules: MatchingRules::default(),
        ..MessageContents::default()
    };
    let metadata = json!({"topic_name": "a"}).as_object().unwrap().clone();
    let comparison = MessageMatcher::compile(&message).compare(&actual::Message {
        contents: b"",
        content_type: None,
        metadata: &metadata,
    });
    check(
        &render(&comparison.mismatches, &RenderOptions::default()),
        r#"
        |metadata topicName: expected "a", but it is missing; there is a key "topic_name"
        "#,
    );
}

#[test]
fn every_line_says_what_it_shows_and_none_is_wide() {
    let mismatch = |expected: Value, actual: Value| Mismatch {
        part: Part::Body,
        path: "$.a".into(),
        difference: Difference::Different,
        rule: "equality".into(),
        expected,
        actual: Some(actual),
        near: None,
    };
    let (left, right) = ("left ".repeat(50), "right ".repeat(50));
    let mismatches = [
        mismatch(json!(left), json!(right)),
        Mismatch {
            path: "$.b".into(),
            ..mismatch(json!("a\nb"), json!("a\nc"))
        },
        Mismatch {
            path: "$.c".into(),
            ..mismatch(json!([left]), json!([right]))
        },
        Mismatch {
            path: "$.d".into(),
            ..mismatch(json!(1), json!(2))
        },
    ];
    let options = RenderOptions { width: 40, most: 3 };
    let lines = render_lines(&mismatches, &options);
    use LineKind::{Context, Expected, Found, Headline, Marks, More};
    let kinds: Vec<_> = lines.iter().map(|line| line.kind).collect();
    assert_eq!(
        kinds,
        [
            Headline, Expected, Found, Marks, Headline, Context, Expected, Found, Headline,
            Expected, Found, More
        ]
    );
    let values = lines
        .iter()
        .filter(|line| matches!(line.kind, Expected | Found));
    for Line { text, .. } in values {
        assert!(
            text.chars().count() <= 40 + " (1 element)".len() + 1,
            "{text}"
        );
    }
    let joined: Vec<_> = lines.iter().map(|line| line.text.as_str()).collect();
    assert_eq!(render(&mismatches, &options), joined.join("\n"));
    let tiny = RenderOptions { width: 0, most: 0 };
    assert_eq!(render(&mismatches, &tiny), "… and 4 more of the body");
    assert!(!render(&mismatches, &RenderOptions { width: 0, most: 9 }).is_empty());
}

#[test]
fn a_match_has_no_text() {
    assert_eq!(of_json(json!({"a": 1}), &[], &json!({"a": 1, "b": 2})), "");
    assert_eq!(render(&[], &RenderOptions::default()), "");
}
