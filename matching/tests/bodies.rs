//! Bodies: what is missing, null, empty, of another content type, or hostile.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use pactwork_contract::{
    Body, Category, Combine, Content, MatchingRules, MessageContents, Request, Response, RuleKind,
    RuleList,
};
use pactwork_matching::{MessageMatcher, RequestMatcher, ResponseMatcher, actual};
use serde_json::{Map, Value, json};

const JSON: &str = "application/json";

fn text(text: &str, content_type: &str) -> Body {
    Body::Present {
        content: Content::Text(text.into()),
        content_type: Some(content_type.into()),
    }
}

fn rules(rules: &[(&str, RuleKind)]) -> MatchingRules {
    let mut all = MatchingRules::default();
    for (path, kind) in rules {
        all.add(Category::Body, *path, kind.clone());
    }
    all
}

/// What comparing a response's body says, the received content type being given.
fn compared(
    body: Body,
    matching_rules: MatchingRules,
    actual: &[u8],
    content_type: &str,
) -> String {
    let expected = Response {
        body,
        matching_rules,
        ..Response::default()
    };
    let matcher = ResponseMatcher::compile(&expected);
    let comparison = matcher.compare(&actual::Response {
        status: 200,
        headers: &[("content-type", content_type)],
        body: actual,
    });
    assert_eq!(comparison.is_match(), comparison.distance == 0);
    comparison.to_string()
}

fn plainly(body: Body, actual: &[u8], content_type: &str) -> String {
    compared(body, MatchingRules::default(), actual, content_type)
}

#[test]
fn missing_null_and_empty_are_three_things() {
    let example = || Body::json(json!({"a": 1}));
    for (body, actual, sentence) in [
        (Body::Missing, &b"{}"[..], ""),
        (Body::Missing, b"", ""),
        (Body::Null, b"", ""),
        (Body::Null, b"null", ""),
        (
            Body::Null,
            b"{}",
            r#"body: expected no body, but found "{}""#,
        ),
        (Body::Empty, b"", ""),
        (
            Body::Empty,
            b"null",
            r#"body: expected no body, but found "null""#,
        ),
        (
            example(),
            b"",
            r#"body: expected {"a":1}, but the body is empty"#,
        ),
        (Body::json(Value::Null), b"null", ""),
        (
            Body::json(Value::Null),
            b"1",
            "body: expected null, but found the number 1",
        ),
    ] {
        assert_eq!(plainly(body, actual, JSON), sentence);
    }
}

#[test]
fn structured_suffixes_are_json() {
    let body = || Body::Present {
        content: Content::Json(json!({"a": 1, "b": 2})),
        content_type: Some("application/vnd.orders.v1+json;charset=utf-8".into()),
    };
    assert_eq!(plainly(body(), br#"{"b": 2, "a": 1}"#, JSON), "");
    assert_eq!(
        plainly(body(), b"{\"b\": 2, \"a\": 3}", "application/hal+json"),
        "$.a: expected 1, but found 3"
    );
}

#[test]
fn json_that_came_as_text_is_read_as_json() {
    assert_eq!(
        plainly(text(r#"{"a":1}"#, JSON), br#"{ "a": 1 }"#, JSON),
        ""
    );
}

#[test]
fn another_content_type_is_one_mismatch() {
    assert_eq!(
        plainly(Body::json(json!({"a": 1})), b"<html>", "text/html"),
        r#"body: expected content of type application/json, but found text/html"#
    );
}

#[test]
fn a_body_that_cannot_be_read_says_why() {
    for (actual, reason) in [
        (&b"{"[..], "EOF while parsing an object at line 1 column 1"),
        (
            b"\"\xff\xfe\"",
            "invalid utf-8 sequence of 1 bytes from index 1",
        ),
        (b"{} x", "trailing characters at line 1 column 4"),
    ] {
        assert_eq!(
            plainly(Body::json(json!({})), actual, JSON),
            format!("body: expected JSON, but cannot read it: {reason}")
        );
    }
}

#[test]
fn a_byte_order_mark_is_passed_over() {
    assert_eq!(plainly(Body::json(json!(1)), b"\xef\xbb\xbf1", JSON), "");
}

#[test]
fn of_members_with_one_name_the_last_one_counts() {
    let example = || Body::json(json!({"a": 1, "b": {"c": 2}}));
    for (actual, sentence) in [
        (r#"{"a": 9, "b": {"c": 9, "c": 2}, "a": 1}"#, ""),
        (r#"{"b": 7, "a": "x", "b": {"c": 2}, "a": 1}"#, ""),
        (
            r#"{"a": 1, "b": {"c": 2}, "a": 9}"#,
            "$.a: expected 1, but found 9",
        ),
    ] {
        assert_eq!(
            plainly(example(), actual.as_bytes(), JSON),
            sentence,
            "{actual}"
        );
    }
}

#[test]
fn hostile_bodies_are_mismatches() {
    let deep = [b"[".repeat(200_000), b"]".repeat(200_000)].concat();
    let sentence = plainly(Body::json(json!([1])), &deep, JSON);
    assert!(sentence.contains("recursion limit exceeded"), "{sentence}");
    // What no expectation looks into is passed over, however deep.
    assert_eq!(
        plainly(Body::json(json!({})), br#"{"a":[[[[1]]]]}"#, JSON),
        ""
    );

    let deepest = [b"[".repeat(127), b"]".repeat(127)].concat();
    let rule = rules(&[("$", RuleKind::Type)]);
    assert_eq!(compared(Body::json(json!([])), rule, &deepest, JSON), "");

    let huge = format!("1{}", "0".repeat(5_000));
    let sentence = plainly(Body::json(json!(1)), huge.as_bytes(), JSON);
    // Whether such a number can be read depends on how serde_json was built.
    assert!(sentence.starts_with("body: expected "), "{sentence}");

    let rule = rules(&[("$", RuleKind::Integer)]);
    assert_eq!(compared(Body::json(json!(1)), rule, b"1e308", JSON), "");

    let rule = rules(&[("$", RuleKind::Regex(r"(?=a)(a+)+b(?<=b)".into()))]);
    let long = format!("\"{}\"", "a".repeat(20_000));
    let sentence = compared(Body::json(json!("ab")), rule, long.as_bytes(), JSON);
    assert!(sentence.ends_with("…\" (20,000 characters)"), "{sentence}");
}

#[test]
fn thousands_of_mismatches_do_not_overflow_the_distance() {
    let expected: Vec<_> = (0..20_000).collect();
    let actual: Vec<_> = (1..20_001).collect();
    let matcher = ResponseMatcher::compile(&Response {
        body: Body::json(json!(expected)),
        ..Response::default()
    });
    let comparison = matcher.compare(&actual::Response {
        status: 200,
        headers: &[],
        body: json!(actual).to_string().as_bytes(),
    });
    assert_eq!(comparison.mismatches.len(), 20_000);
    assert!(comparison.distance > 0);
}

#[test]
fn rules_that_name_an_index_at_every_depth_stay_within_bounds() {
    let depth = 60;
    let example: Value =
        serde_json::from_str(&format!("{}1{}", "[".repeat(depth), "]".repeat(depth))).unwrap();
    let mut all = MatchingRules::default();
    all.add(Category::Body, "$", RuleKind::Type);
    for at in 0..depth {
        let steps = (0..depth).map(|step| if step == at { "[0]" } else { "[*]" });
        let path = format!("${}", steps.collect::<String>());
        all.add(Category::Body, path, RuleKind::Integer);
    }
    let response = Response {
        body: Body::json(example.clone()),
        matching_rules: all,
        ..Response::default()
    };
    let matcher = ResponseMatcher::compile(&response);
    assert_eq!(
        matcher.warnings()[0].message,
        "so many rules hold inside each other that some are not told apart"
    );
    let comparison = matcher.compare(&actual::Response {
        status: 200,
        headers: &[],
        body: example.to_string().as_bytes(),
    });
    assert_eq!(comparison.to_string(), "");
}

#[test]
fn text_is_compared_whole_or_by_a_rule() {
    let plain = "text/plain";
    assert_eq!(plainly(text("a\nb", plain), b"a\nb", plain), "");
    assert_eq!(
        plainly(text("mary", plain), b"fred", plain),
        r#"body: expected "mary", but found "fred""#
    );
    let rule = || rules(&[("$", RuleKind::Regex("alligator.*".into()))]);
    assert_eq!(
        compared(text("alligator", plain), rule(), b"alligator x", plain),
        ""
    );
    assert_eq!(
        compared(text("alligator", plain), rule(), b"x", plain),
        r#"body: expected a value matching /alligator.*/, but found "x""#
    );
    assert_eq!(
        plainly(text("mary", plain), b"\xff\xfe", plain),
        "body: expected text, but cannot read it: invalid utf-8 sequence of 1 bytes from index 0"
    );
}

#[test]
fn other_content_types_are_compared_byte_by_byte_with_a_warning_for_rules() {
    let response = Response {
        body: text("<a>1</a>", "application/x-unknown"),
        matching_rules: rules(&[("$.a", RuleKind::Integer)]),
        ..Response::default()
    };
    let matcher = ResponseMatcher::compile(&response);
    let warnings: Vec<_> = matcher.warnings().iter().map(ToString::to_string).collect();
    assert_eq!(
        warnings,
        [concat!(
            "$.matchingRules.body['$.a']: a body of this content type is compared byte by byte; ",
            "its rules are not used"
        )]
    );
    let sentence = plainly(
        text("<a>1</a>", "application/x-unknown"),
        b"<a>2</a>",
        "application/x-unknown",
    );
    assert_eq!(
        sentence,
        r#"body: expected "<a>1</a>", but found "<a>2</a>""#
    );
}

#[test]
fn binary_by_its_content_type() {
    let png = b"\x89PNG\r\n\x1a\n1";
    let body = || Body::Present {
        content: Content::Binary(png.to_vec()),
        content_type: Some("image/png".into()),
    };
    let rule = || rules(&[("$", RuleKind::ContentType("image/png".into()))]);
    assert_eq!(
        compared(body(), rule(), b"\x89PNG\r\n\x1a\n2", "image/png"),
        ""
    );
    assert_eq!(
        compared(body(), rule(), b"\xff\xd8\xff", "image/png"),
        r#"body: expected content of type image/png, but found image/jpeg"#
    );
}

#[test]
fn what_is_not_understood_becomes_equality_with_a_warning() {
    let Value::Object(unknown) = json!({"match": "creditcard"}) else {
        unreachable!()
    };
    let response = Response {
        body: Body::json(json!({"a": "1", "b": "2", "c": "3"})),
        matching_rules: rules(&[
            ("$.a", RuleKind::Unknown(unknown)),
            ("$.b", RuleKind::Regex("(".into())),
            ("$..c", RuleKind::Type),
        ]),
        ..Response::default()
    };
    let matcher = ResponseMatcher::compile(&response);
    let warnings: Vec<_> = matcher.warnings().iter().map(ToString::to_string).collect();
    assert_eq!(warnings.len(), 3);
    assert_eq!(
        warnings[0],
        concat!(
            "$.matchingRules.body['$..c']: the path is not understood: ",
            "a name is missing after `.`; its rules are not used"
        )
    );
    assert_eq!(
        warnings[1],
        concat!(
            "$.matchingRules.body['$.a']: the rule \"creditcard\" is not known; ",
            "the value is compared by equality"
        )
    );
    assert!(
        warnings[2].starts_with(
            "$.matchingRules.body['$.b']: the regular expression /(/ cannot be used: "
        )
    );
    let comparison = matcher.compare(&actual::Response {
        status: 200,
        headers: &[],
        body: br#"{"a": "x", "b": "2", "c": "3"}"#,
    });
    assert_eq!(
        comparison.to_string(),
        r#"$.a: expected "1", but found "x""#
    );
}

#[test]
fn several_rules_with_and_and_with_or() {
    let list = |combine| {
        let mut all = MatchingRules::default();
        let list = RuleList {
            rules: vec![RuleKind::Type.into(), RuleKind::Null.into()],
            combine,
            ..RuleList::default()
        };
        let by_path = all.categories.entry(Category::Body).or_default();
        by_path.insert("$.a".into(), list);
        all
    };
    for (example, actual, and, or) in [
        (json!({"a": "x"}), &br#"{"a": "y"}"#[..], false, true),
        (json!({"a": "x"}), br#"{"a": null}"#, false, true),
        (json!({"a": "x"}), br#"{"a": 1}"#, false, false),
        (json!({"a": {"b": 1}}), br#"{"a": null}"#, false, true),
        (json!({"a": {"b": 1}}), br#"{"a": {"b": 2}}"#, false, true),
        (json!({"a": {"b": 1}}), br#"{"a": 2}"#, false, false),
    ] {
        for (combine, accepted) in [(Combine::And, and), (Combine::Or, or)] {
            let sentence = compared(Body::json(example.clone()), list(combine), actual, JSON);
            assert_eq!(
                sentence.is_empty(),
                accepted,
                "{combine:?} {example} {sentence}"
            );
        }
    }
}

#[test]
fn type_cascades_and_equality_resets() {
    let all = || rules(&[("$", RuleKind::Type), ("$.fixed", RuleKind::Equality)]);
    let example = json!({"fixed": {"a": 1}, "free": {"b": [{"c": "x"}]}});
    let body = || Body::json(example.clone());
    let other = br#"{"fixed": {"a": 1}, "free": {"b": [{"c": "y"}, {"c": "z"}]}}"#;
    assert_eq!(compared(body(), all(), other, JSON), "");
    let other = br#"{"fixed": {"a": 2, "b": 3}, "free": {"b": [{"c": 1}]}}"#;
    assert_eq!(
        compared(body(), all(), other, JSON),
        [
            "$.fixed.a: expected 1, but found 2",
            "$.fixed.b: expected nothing, but found 3",
            r#"$.free.b[0].c: expected a string like "x", but found the number 1"#,
        ]
        .join("\n")
    );
}

#[test]
fn lengths() {
    let all = |kind| rules(&[("$.a", kind)]);
    let body = || Body::json(json!({"a": [1]}));
    for (kind, actual, sentence) in [
        (
            RuleKind::MinType(1),
            "[]",
            "$.a: expected at least 1 element, but found 0",
        ),
        (RuleKind::MinType(1), "[1,2,3]", ""),
        (
            RuleKind::MaxType(2),
            "[1,2,3]",
            "$.a: expected at most 2 elements, but found 3",
        ),
        (RuleKind::MinMaxType(1, 2), "[1,2]", ""),
        (
            RuleKind::MinType(2),
            "[1,\"2\"]",
            r#"$.a[1]: expected a number like 1, but found the string "2""#,
        ),
        (
            RuleKind::NotEmpty,
            "[]",
            "$.a: expected a value that is not empty, like [1], but found []",
        ),
        (RuleKind::NotEmpty, "[5]", ""),
    ] {
        let actual = format!("{{\"a\": {actual}}}");
        assert_eq!(
            compared(body(), all(kind), actual.as_bytes(), JSON),
            sentence
        );
    }
    let sentence = plainly(body(), br#"{"a": [1, 2]}"#, JSON);
    assert_eq!(sentence, "$.a: expected 1 element, but found 2");
}

#[test]
fn a_length_is_of_its_own_list_alone() {
    let all = rules(&[("$", RuleKind::MinType(2))]);
    assert_eq!(
        compared(Body::json(json!([[1], [1]])), all, b"[[5], [6]]", JSON),
        ""
    );
}

#[test]
fn requests_are_exact_and_responses_may_say_more() {
    let body = Body::json(json!({"a": 1}));
    let actual = br#"{"a": 1, "b": 2}"#;
    assert_eq!(plainly(body.clone(), actual, JSON), "");
    let request = Request {
        body: body.clone(),
        ..Request::default()
    };
    let comparison = RequestMatcher::compile(&request).compare(&actual::Request {
        method: "GET",
        path: "/",
        query: None,
        headers: &[("Content-Type", JSON)],
        body: actual,
    });
    assert_eq!(comparison.to_string(), "$.b: expected nothing, but found 2");
    let message = MessageContents {
        contents: body,
        ..MessageContents::default()
    };
    let comparison = MessageMatcher::compile(&message).compare(&actual::Message {
        contents: actual,
        content_type: None,
        metadata: &Map::new(),
    });
    assert!(comparison.is_match());
}

#[test]
fn a_missing_key_says_what_was_expected_there() {
    let body = Body::json(json!({"detail": {"owner": "5f1c"}}));
    let all = rules(&[("$.detail.owner", RuleKind::Type)]);
    assert_eq!(
        compared(body, all, br#"{"detail": {}}"#, JSON),
        r#"$.detail.owner: expected a value like "5f1c", but it is missing"#
    );
}
