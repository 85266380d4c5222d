//! Bodies by content type: forms, multipart, charsets, bytes, and what is found
//! where no content type says anything.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::too_many_lines,
    missing_docs
)]

use pactwork_contract::{
    Body, Category, Content, MatchingRules, MessageContents, Request, Response, RuleKind,
};
use pactwork_matching::{MessageMatcher, RequestMatcher, ResponseMatcher, actual};
use serde_json::{Map, Value, json};

const FORM: &str = "application/x-www-form-urlencoded";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

type Rule<'a> = (&'a str, RuleKind);

fn text(text: &str, content_type: &str) -> Body {
    Body::Present {
        content: Content::Text(text.into()),
        content_type: Some(content_type.into()),
    }
}

fn binary(bytes: &[u8], content_type: &str) -> Body {
    Body::Present {
        content: Content::Binary(bytes.into()),
        content_type: Some(content_type.into()),
    }
}

fn undeclared(content: Content) -> Body {
    Body::Present {
        content,
        content_type: None,
    }
}

fn regex(pattern: &str) -> RuleKind {
    RuleKind::Regex(pattern.into())
}

fn is_of(content_type: &str) -> RuleKind {
    RuleKind::ContentType(content_type.into())
}

fn rules(rules: &[Rule<'_>]) -> MatchingRules {
    let mut all = MatchingRules::default();
    for (path, kind) in rules {
        all.add(Category::Body, *path, kind.clone());
    }
    all
}

fn response_matcher(body: &Body, all: &[Rule<'_>]) -> ResponseMatcher {
    ResponseMatcher::compile(&Response {
        body: body.clone(),
        matching_rules: rules(all),
        ..Response::default()
    })
}

fn response(body: &Body, all: &[Rule<'_>], actual: &[u8], content_type: &str) -> String {
    let matcher = response_matcher(body, all);
    assert_eq!(matcher.warnings(), []);
    let headers = [("content-type", content_type)];
    let headers = if content_type.is_empty() {
        &[][..]
    } else {
        &headers
    };
    let comparison = matcher.compare(&actual::Response {
        status: 200,
        headers,
        body: actual,
    });
    comparison.to_string()
}

fn request(body: &Body, all: &[Rule<'_>], actual: &[u8], content_type: &str) -> String {
    let matcher = RequestMatcher::compile(&Request {
        body: body.clone(),
        matching_rules: rules(all),
        ..Request::default()
    });
    assert_eq!(matcher.warnings(), []);
    let comparison = matcher.compare(&actual::Request {
        method: "GET",
        path: "/",
        query: None,
        headers: &[("Content-Type", content_type)],
        body: actual,
    });
    comparison.to_string()
}

fn warnings(body: &Body, all: &[Rule<'_>]) -> Vec<String> {
    let matcher = response_matcher(body, all);
    matcher.warnings().iter().map(ToString::to_string).collect()
}

#[test]
fn forms_are_compared_field_by_field() {
    let body = text("a=1&b=x+y&a=2", FORM);
    for (actual, sentence) in [
        (&b"b=x%20y&a=1&a=2"[..], ""),
        (b"a=1&b=x+y&a=2&", ""),
        (
            b"a=2&b=x+y&a=1",
            "$.a[0]: expected \"1\", but found \"2\"\n$.a[1]: expected \"2\", but found \"1\"",
        ),
        (b"a=1&b=x+y", "$.a: expected 2 elements, but found 1"),
        (b"a=1&a=2", r#"$.b: expected "x y", but it is missing"#),
        (b"a=1&a=2&b=z", r#"$.b: expected "x y", but found "z""#),
        (
            b"a=1&a=2&b=x+y&c=3",
            r#"$.c: expected nothing, but found "3""#,
        ),
        (
            b"a=1&a=2&b=x+y&c=3&c=4",
            r#"$.c: expected nothing, but found ["3","4"]"#,
        ),
        (
            b"",
            r#"body: expected "a=1&b=x+y&a=2", but the body is empty"#,
        ),
    ] {
        assert_eq!(request(&body, &[], actual, FORM), sentence);
    }
    // What is received may say more than is needed.
    assert_eq!(response(&body, &[], b"a=1&a=2&b=x+y&c=3", FORM), "");
    assert_eq!(
        response(&body, &[], b"{}", "application/json"),
        format!(r#"body: expected content of type {FORM}, but found application/json"#)
    );
}

#[test]
fn names_and_values_of_forms() {
    for (expected, actual, accepted) in [
        ("a", &b"a="[..], true),
        ("a=", b"a", true),
        ("a=", b"b=", false),
        ("a=", b"a= ", false),
        ("a[]=1&a[]=2", b"a%5B%5D=1&a%5b%5d=2", true),
        ("a[]=1&a[]=2", b"a[]=2&a[]=1", false),
        ("a.b=1", b"a.b=1", true),
        ("=1", b"=1", true),
        ("a=%C3%A9", "a=é".as_bytes(), true),
        ("a=é", b"a=%c3%a9", true),
        ("a=%2B", b"a=+", false),
        ("a=%ff", b"a=%FF", true),
        ("a=%ff", b"a=%fe", false),
        ("a=%ff", b"a=\xff", true),
        ("a=%ff", b"a=\xfe", false),
        ("a=%ff", "a=\u{fffd}".as_bytes(), false),
        ("%ff=1", b"%fe=1", false),
        ("a=x", b"a=%EF%BB%BFx", false),
        ("a=1;b=2", b"a=1;b=2", true),
    ] {
        let sentence = request(&text(expected, FORM), &[], actual, FORM);
        assert_eq!(sentence.is_empty(), accepted, "{expected} {sentence}");
    }
}

#[test]
fn forms_in_another_charset() {
    let latin = "application/x-www-form-urlencoded; charset=iso-8859-1";
    let body = text("name=%E9", latin);
    assert_eq!(request(&body, &[], b"name=%E9", latin), "");
    assert_eq!(request(&body, &[], b"name=\xe9", latin), "");
    // What declares nothing is read as the pact declares it.
    assert_eq!(request(&body, &[], b"name=%E9", FORM), "");
    let utf_8 = "application/x-www-form-urlencoded;charset=\"UTF-8\"";
    assert_eq!(request(&body, &[], b"name=%C3%A9", utf_8), "");
    assert_eq!(request(&text("name=é", latin), &[], b"name=%E9", latin), "");
    assert_eq!(
        request(&body, &[], b"name=%C3%A9", latin),
        r#"$.name: expected "é", but found "Ã©""#
    );
    assert_eq!(
        request(
            &body,
            &[],
            b"name=x",
            "application/x-www-form-urlencoded; charset=klingon"
        ),
        r#"body: expected a form, but cannot read it: the charset "klingon" is not known"#
    );
}

#[test]
fn rules_of_forms() {
    let id = r#"expected a value matching /\d+/, but found "x""#;
    for (path, kind, expected, actual, sentence) in [
        ("$.id", regex(r"\d+"), "id=1", "id=77", String::new()),
        ("$['id']", regex(r"\d+"), "id=1", "id=77", String::new()),
        ("$.id[0]", regex(r"\d+"), "id=1", "id=77", String::new()),
        (
            "$['id'][0]",
            regex(r"\d+"),
            "id=1",
            "id=x",
            format!("$.id: {id}"),
        ),
        (
            "$.id[*]",
            regex(r"\d+"),
            "id=1&id=2",
            "id=7&id=x",
            format!("$.id[1]: {id}"),
        ),
        ("$.id", regex(r"\d+"), "id=1", "id=7&id=8", String::new()),
        ("$.*", regex(r"\d+"), "id=1&b=2", "id=7&b=8", String::new()),
        ("$", RuleKind::Type, "id=1&b=2", "id=x&b=y", String::new()),
        ("$.id", RuleKind::Integer, "id=1", "id=77", String::new()),
        (
            "$.id",
            RuleKind::Integer,
            "id=1",
            "id=x",
            r#"$.id: expected an integer like 1, but found the string "x""#.into(),
        ),
        (
            "$.id",
            RuleKind::MinType(2),
            "id=1&id=2",
            "id=1",
            "$.id: expected at least 2 elements, but found 1".into(),
        ),
        ("$.a.b", regex(r"\d+"), "a.b=1", "a.b=7", String::new()),
        (
            "$.a[]",
            regex(r"\d+"),
            "a[]=1",
            "a[]=7&a[]=8",
            String::new(),
        ),
        (
            "$['a[]'][0]",
            regex(r"\d+"),
            "a[]=1",
            "a[]=x",
            format!("$['a[]']: {id}"),
        ),
    ] {
        let body = text(expected, FORM);
        let found = request(&body, &[(path, kind)], actual.as_bytes(), FORM);
        assert_eq!(found, sentence, "{path}");
    }
    assert_eq!(
        warnings(&text("a=1", FORM), &[("$.[", RuleKind::Type)]).len(),
        1
    );
}

/// A multipart body: the headers and content of each part.
fn multipart(boundary: &str, parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (headers, content) in parts {
        body.extend(format!("--{boundary}\r\n{headers}\r\n\r\n").into_bytes());
        body.extend(*content);
        body.extend(b"\r\n");
    }
    body.extend(format!("--{boundary}--\r\n").into_bytes());
    body
}

const FIELD: &str = "Content-Disposition: form-data; name=\"note\"";
const IMAGE: &str =
    "Content-Disposition: form-data; name=\"image\"; filename=\"a.png\"\r\nContent-Type: image/png";
const ORDER: &str =
    "Content-Disposition: form-data; name=\"order\"\r\nContent-Type: application/json";
const FORM_DATA: &str = "multipart/form-data; boundary=ours";
const THEIRS: &str = "multipart/form-data; boundary=\"their own\"";

#[test]
fn parts_are_found_by_name() {
    let expected = multipart(
        "ours",
        &[(FIELD, b"hello"), (IMAGE, PNG), (ORDER, b"{\"id\": 7}")],
    );
    let body = binary(&expected, FORM_DATA);
    let other_name = "Content-Disposition: form-data; name=\"other\"";
    let json = &b"{ \"id\":7 }"[..];
    for (actual, sentence) in [
        (vec![(ORDER, json), (IMAGE, PNG), (FIELD, b"hello")], ""),
        (
            vec![(ORDER, json), (IMAGE, PNG), (FIELD, b"bye")],
            r#"$.note: expected "hello", but found "bye""#,
        ),
        (
            vec![(ORDER, b"{\"id\": 8}"), (IMAGE, PNG), (FIELD, b"hello")],
            "$.order.id: expected 7, but found 8",
        ),
        (
            vec![(ORDER, b"{"), (IMAGE, PNG), (FIELD, b"hello")],
            "$.order: expected JSON, but cannot read it: EOF while parsing an object at line 1 column 1",
        ),
        (
            vec![
                (ORDER, json),
                (IMAGE, b"\x89PNG\r\n\x1a\n\0\0\0\rIDAT"),
                (FIELD, b"hello"),
            ],
            concat!(
                r#"$.image: expected "16 bytes, from offset 5: 0a 1a 0a 00 00 00 0d 49 48 44 52", "#,
                r#"but found "16 bytes, from offset 5: 0a 1a 0a 00 00 00 0d 49 44 41 54""#
            ),
        ),
        (
            vec![(ORDER, json), (IMAGE, PNG)],
            r#"$.note: expected "hello", but it is missing"#,
        ),
        (
            vec![(ORDER, json), (IMAGE, PNG), (FIELD, b"")],
            r#"$.note: expected "hello", but found """#,
        ),
        (
            vec![
                (ORDER, json),
                (IMAGE, PNG),
                (FIELD, b"hello"),
                (other_name, b"x"),
            ],
            r#"$.other: expected nothing, but found "x""#,
        ),
        (
            vec![
                (ORDER, json),
                (IMAGE, PNG),
                (FIELD, b"hello"),
                (FIELD, b"again"),
            ],
            r#"$.note[1]: expected nothing, but found "again""#,
        ),
    ] {
        let actual = multipart("their own", &actual);
        assert_eq!(request(&body, &[], &actual, THEIRS), sentence);
    }
    let more = [
        (ORDER, json),
        (IMAGE, PNG),
        (FIELD, b"hello"),
        (other_name, b"x"),
    ];
    assert_eq!(
        response(&body, &[], &multipart("ours", &more), FORM_DATA),
        ""
    );
}

#[test]
fn headers_of_parts() {
    let base = "Content-Disposition: form-data; name=\"a\"";
    let with = |header: &str| format!("{base}\r\n{header}");
    let file = |name: &str| {
        with("Content-Type: text/plain").replace("\"a\"", &format!("\"a\"; filename=\"{name}\""))
    };
    for (expected, actual, sentence) in [
        (with("X-Id: 1"), with("x-id: 1"), ""),
        (
            with("X-Id: 1"),
            with("X-Id: 2"),
            r#"$.a['X-Id']: expected "1", but found "2""#,
        ),
        (
            with("X-Id: 1"),
            base.into(),
            r#"$.a['X-Id']: expected "1", but it is missing"#,
        ),
        (base.into(), with("X-Id: 1"), ""),
        (with("Content-Type: text/plain"), base.into(), ""),
        (base.into(), with("Content-Type: text/plain"), ""),
        (base.into(), with("Content-Type: application/json"), ""),
        (
            with("Content-Type: text/plain"),
            with("Content-Type: text/plain; charset=utf-8"),
            "",
        ),
        (
            with("Content-Type: text/plain"),
            with("Content-Type: application/json"),
            r#"$.a['Content-Type']: expected "text/plain", but found "application/json""#,
        ),
        (file("a.txt"), file("b.txt"), ""),
        (
            file("a.txt"),
            with("Content-Type: text/plain"),
            r#"$.a: expected a file, but found a field"#,
        ),
        (
            base.into(),
            file("a.txt"),
            r#"$.a: expected a field, but found a file"#,
        ),
        (with("Content-Transfer-Encoding: base64"), base.into(), ""),
        (
            with("Content-Transfer-Encoding: base64"),
            with("Content-Transfer-Encoding: binary"),
            "",
        ),
    ] {
        let content = |headers: &String| match headers.contains("base64") {
            true => &b"MQ=="[..],
            false => b"1",
        };
        let body = binary(
            &multipart("ours", &[(&expected, content(&expected))]),
            FORM_DATA,
        );
        let received = multipart("ours", &[(&actual, content(&actual))]);
        assert_eq!(
            request(&body, &[], &received, FORM_DATA),
            sentence,
            "{expected}"
        );
    }
}

#[test]
fn rules_of_parts() {
    let expected = multipart(
        "ours",
        &[
            (FIELD, b"1"),
            (IMAGE, PNG),
            (ORDER, b"{\"id\": 7, \"no\": [1]}"),
        ],
    );
    let body = binary(&expected, FORM_DATA);
    let jpeg = &b"\xff\xd8\xff\xe0"[..];
    let as_jpeg = IMAGE.replace("image/png", "image/jpeg");
    let order = &b"{\"id\": 8, \"no\": [2, 3]}"[..];
    let all = [
        ("$.note", regex(r"\d+")),
        ("$['image']", is_of("image/jpeg")),
        ("$.image.content-type", regex("image/.*")),
        ("$.order.id", RuleKind::Integer),
        ("$['order']['no']", RuleKind::MinType(1)),
    ];
    let actual = multipart("ours", &[(FIELD, b"77"), (&as_jpeg, jpeg), (ORDER, order)]);
    assert_eq!(request(&body, &all, &actual, FORM_DATA), "");

    let wrong = &b"{\"id\": \"8\", \"no\": [\"x\"]}"[..];
    let as_pdf = IMAGE.replace("image/png", "application/pdf");
    let actual = multipart("ours", &[(FIELD, b"x"), (IMAGE, PNG), (ORDER, wrong)]);
    assert_eq!(
        request(&body, &all, &actual, FORM_DATA),
        [
            r#"$.note: expected a value matching /\d+/, but found "x""#,
            r#"$.image: expected content of type image/jpeg, but found image/png"#,
            r#"$.order.id: expected an integer like 7, but found the string "8""#,
            r#"$.order.no[0]: expected a number like 1, but found the string "x""#,
        ]
        .join("\n")
    );
    let actual = multipart("ours", &[(FIELD, b"1"), (&as_pdf, jpeg), (ORDER, order)]);
    assert_eq!(
        request(&body, &all, &actual, FORM_DATA),
        r#"$.image['Content-Type']: expected a value matching /image/.*/, but found "application/pdf""#
    );

    let name = [(
        "$.image.content-disposition",
        regex(".*filename=\"b\\.png\""),
    )];
    let actual = multipart(
        "ours",
        &[
            (FIELD, b"1"),
            (IMAGE, PNG),
            (ORDER, b"{\"id\": 7, \"no\": [1]}"),
        ],
    );
    assert_eq!(
        request(&body, &name, &actual, FORM_DATA),
        concat!(
            r#"$.image['Content-Disposition']: expected a value matching /.*filename="b\.png"/, "#,
            r#"but found "form-data; name=\"image\"; filename=\"a.png\"""#
        )
    );
}

#[test]
fn parts_of_one_name_and_parts_without() {
    let body = binary(
        &multipart("ours", &[(FIELD, b"1"), (FIELD, b"2")]),
        FORM_DATA,
    );
    for (all, actual, sentence) in [
        (vec![], [b"1", b"2"], ""),
        (
            vec![],
            [b"2", b"2"],
            r#"$.note: expected "1", but found "2""#,
        ),
        (
            vec![],
            [b"1", b"x"],
            r#"$.note[1]: expected "2", but found "x""#,
        ),
        (vec![("$.note", regex("."))], [b"x", b"y"], ""),
        (vec![("$.note[*]", regex("."))], [b"x", b"y"], ""),
        (vec![("$.note[1]", regex("."))], [b"1", b"y"], ""),
        (
            vec![("$.note[1]", regex("."))],
            [b"x", b"y"],
            r#"$.note: expected "1", but found "x""#,
        ),
        (vec![("$.*", regex("."))], [b"x", b"y"], ""),
    ] {
        let parts = [(FIELD, &actual[0][..]), (FIELD, &actual[1][..])];
        assert_eq!(
            request(&body, &all, &multipart("ours", &parts), FORM_DATA),
            sentence
        );
    }

    let mixed = "multipart/mixed; boundary=ours";
    let json = "Content-Type: application/json";
    let body = binary(&multipart("ours", &[("A: b", b"1"), (json, b"[1]")]), mixed);
    for (all, actual, sentence) in [
        (vec![], [&b"1"[..], b"[ 1 ]"], ""),
        (vec![], [b"1", b"[2]"], "$[1][0]: expected 1, but found 2"),
        (
            vec![],
            [b"2", b"[1]"],
            r#"$[0]: expected "1", but found "2""#,
        ),
        (vec![("$[1][0]", RuleKind::Integer)], [b"1", b"[2]"], ""),
        (
            vec![("$.0", regex(".")), ("$['1'][*]", RuleKind::Integer)],
            [b"x", b"[2]"],
            "",
        ),
        (vec![("$[*]", RuleKind::Type)], [b"x", b"[2]"], ""),
    ] {
        let parts = [("A: b", actual[0]), (json, actual[1])];
        assert_eq!(
            request(&body, &all, &multipart("ours", &parts), mixed),
            sentence
        );
    }
}

#[test]
fn parts_of_xml_and_of_fields() {
    let xml = "Content-Disposition: form-data; name=\"doc\"\r\nContent-Type: text/xml";
    let form = format!("Content-Disposition: form-data; name=\"form\"\r\nContent-Type: {FORM}");
    let example: &[(&str, &[u8])] = &[(xml, b"<a><id>1</id></a>"), (&form, b"b=1&c=2")];
    let body = binary(&multipart("ours", example), FORM_DATA);
    let all = [
        ("$.doc.a.id['#text']", regex(r"\d+")),
        ("$.form.b", regex(r"\d+")),
    ];
    let actual: &[(&str, &[u8])] = &[(&form, b"c=2&b=7"), (xml, b"<a> <id>8</id> </a>")];
    let actual = multipart("ours", actual);
    assert_eq!(request(&body, &all, &actual, FORM_DATA), "");
    let actual: &[(&str, &[u8])] = &[(&form, b"c=3&b=x"), (xml, b"<a><id>x</id></a>")];
    let actual = multipart("ours", actual);
    assert_eq!(
        request(&body, &all, &actual, FORM_DATA),
        [
            r#"$.doc.a.id.#text: expected a value matching /\d+/, but found "x""#,
            r#"$.form.b: expected a value matching /\d+/, but found "x""#,
            r#"$.form.c: expected "2", but found "3""#,
        ]
        .join("\n")
    );
}

#[test]
fn the_boundary_of_the_example_is_found() {
    let example = multipart("in the body", &[(FIELD, b"1")]);
    let actual = multipart("ours", &[(FIELD, b"2")]);
    for declared in [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        THEIRS,
    ] {
        assert_eq!(
            request(&binary(&example, declared), &[], &actual, FORM_DATA),
            r#"$.note: expected "1", but found "2""#,
            "{declared}"
        );
    }
    assert_eq!(
        request(
            &binary(&example, THEIRS),
            &[],
            &actual,
            "multipart/form-data"
        ),
        "body: expected multipart, but cannot read it: the content type has no boundary"
    );
    assert_eq!(
        warnings(&text("hello", FORM_DATA), &[]),
        [concat!(
            "$.body: the example cannot be read: the delimiter --ours is not there; ",
            "it is compared byte by byte"
        )]
    );
}

#[test]
fn rules_that_no_part_has_are_told() {
    let body = binary(
        &multipart("ours", &[(FIELD, b"1"), (IMAGE, PNG)]),
        FORM_DATA,
    );
    for (path, kind, warning) in [
        (
            "$.other",
            RuleKind::Type,
            "$.matchingRules.body['$.other']: the example has no such part; its rules are not used",
        ),
        (
            "$.image.size",
            RuleKind::Type,
            concat!(
                "$.matchingRules.body['$.image.size']: a body of this content type is compared ",
                "byte by byte; its rules are not used"
            ),
        ),
        (
            "$.note.x",
            RuleKind::Type,
            concat!(
                "$.matchingRules.body['$.note.x']: a text has no parts that a path could name; ",
                "its rules are not used"
            ),
        ),
    ] {
        assert_eq!(warnings(&body, &[(path, kind)]), [warning]);
    }
    let unknown = RuleKind::Regex("(".into());
    let found = warnings(&body, &[("$.note", unknown)]);
    assert!(
        found[0].starts_with("$.matchingRules.body['$.note']: "),
        "{found:?}"
    );
}

#[test]
fn multipart_within_multipart() {
    let nest = |inner: &[u8]| {
        let mut body = multipart("b0", &[("Content-Type: text/plain", inner)]);
        for depth in 1..30 {
            let headers = format!("Content-Type: multipart/mixed; boundary=b{}", depth - 1);
            body = multipart(&format!("b{depth}"), &[(&headers, &body)]);
        }
        body
    };
    let outer = "multipart/mixed; boundary=b29";
    let body = binary(&nest(b"1"), outer);
    assert_eq!(
        warnings(&body, &[]),
        [concat!(
            "$.body: the example cannot be read: it is within 8 other multipart bodies; ",
            "it is compared byte by byte"
        )]
    );
    let matcher = response_matcher(&body, &[]);
    let compare = |actual: &[u8]| {
        let headers = [("Content-Type", outer)];
        let comparison = matcher.compare(&actual::Response {
            status: 200,
            headers: &headers,
            body: actual,
        });
        comparison.to_string()
    };
    assert_eq!(compare(&nest(b"1")), "");
    let sentence = compare(&nest(b"2"));
    assert!(
        sentence.starts_with("$[0][0][0][0][0][0][0][0]: expected \"…")
            && sentence.ends_with("(from character 1,150 of 1,382)"),
        "{sentence}"
    );
}

#[test]
fn hostile_multipart_bodies() {
    let body = binary(&multipart("ours", &[(FIELD, b"1")]), FORM_DATA);
    let endless = [&b"--ours\r\n"[..], &b"a".repeat(1_000_000)].concat();
    let markers = b"--ours".repeat(200_000);
    let headers = [
        &b"--ours\r\n"[..],
        &b"a:b\r\n".repeat(200_000),
        b"\r\n\r\n--ours--",
    ]
    .concat();
    for (actual, reason) in [
        (&b"--ours"[..], "the delimiter --ours is not there"),
        (b"--ours\r\n", "the last delimiter --ours-- is not there"),
        (
            b"--ours\r\n\r\n1\r\n",
            "the last delimiter --ours-- is not there",
        ),
        (
            b"--ours\r\nno header\r\n--ours--",
            "\"no header\" is no header of a part, since it has no colon",
        ),
        (
            b"--ours\r\n\xff\xff\r\n--ours--",
            "\"\\xff\\xff\" is no header of a part, since it has no colon",
        ),
        (&endless, "the last delimiter --ours-- is not there"),
        (&markers, "the delimiter --ours is not there"),
        (&headers, "a part has more than 1000 headers"),
    ] {
        assert_eq!(
            request(&body, &[], actual, FORM_DATA),
            format!("body: expected multipart, but cannot read it: {reason}")
        );
    }

    let many: Vec<_> = (0..50_000)
        .map(|at| format!("Content-Disposition: form-data; name=\"n{at}\""))
        .collect();
    let many: Vec<_> = many
        .iter()
        .map(|headers| (headers.as_str(), &b"1"[..]))
        .collect();
    let sentence = request(&body, &[], &multipart("ours", &many), FORM_DATA);
    assert_eq!(sentence.lines().count(), 50_001);

    let large = vec![0x80; 50_000_000];
    let body = binary(&multipart("ours", &[(IMAGE, &large)]), FORM_DATA);
    assert_eq!(
        request(
            &body,
            &[],
            &multipart("theirs", &[(IMAGE, &large)]),
            "multipart/form-data; boundary=theirs"
        ),
        ""
    );
}

#[test]
fn text_in_any_charset() {
    let in_charset = |charset: &str| format!("text/plain; charset={charset}");
    for (charset, bytes, meant) in [
        ("utf-8", &b"\xc3\xa9\xe6\x97\xa5"[..], "é日"),
        ("utf-8", b"\xef\xbb\xbf\xc3\xa9", "é"),
        ("ISO-8859-1", b"\xe9", "é"),
        ("windows-1252", b"\x80\x99", "€™"),
        ("Shift_JIS", b"\x93\xfa\x96\x7b", "日本"),
        ("utf-16", b"\xff\xfea\0b\0", "ab"),
        ("utf-16", b"\xfe\xff\0a\0b", "ab"),
        ("utf-16le", b"a\0b\0", "ab"),
    ] {
        let content_type = in_charset(charset);
        // The pact may hold the text, or its bytes.
        for body in [text(meant, &content_type), binary(bytes, &content_type)] {
            assert_eq!(response(&body, &[], bytes, &content_type), "", "{charset}");
            assert_eq!(response(&body, &[], bytes, ""), "", "{charset}");
            let utf_8 = in_charset("utf-8");
            assert_eq!(
                response(&body, &[], meant.as_bytes(), &utf_8),
                "",
                "{charset}"
            );
            assert_eq!(
                response(&body, &[], b"x", &utf_8),
                format!("body: expected {}, but found \"x\"", json!(meant))
            );
        }
    }
    // Bytes of UTF-16 that a pact holds as base64 may look like UTF-8.
    let body = text("a\0b\0", &in_charset("utf-16le"));
    assert_eq!(response(&body, &[], b"ab", "text/plain; charset=ascii"), "");
}

#[test]
fn text_that_cannot_be_read() {
    let body = text("é", "text/plain");
    for (actual, content_type, reason) in [
        (
            &b"\xff"[..],
            "text/plain",
            "invalid utf-8 sequence of 1 bytes from index 0",
        ),
        (
            b"\xfe",
            "text/plain",
            "invalid utf-8 sequence of 1 bytes from index 0",
        ),
        (
            b"a\xe9",
            "text/plain;charset=utf-8",
            "incomplete utf-8 byte sequence from index 1",
        ),
        (
            b"a",
            "text/plain; charset=utf-16le",
            "the bytes are not UTF-16LE",
        ),
        (
            b"a",
            "text/plain; charset=klingon",
            "the charset \"klingon\" is not known",
        ),
    ] {
        assert_eq!(
            response(&body, &[], actual, content_type),
            format!("body: expected text, but cannot read it: {reason}")
        );
    }
    // An example that is no text is compared as what it is.
    let body = binary(b"\xff", "text/plain");
    let matcher = response_matcher(&body, &[]);
    for (actual, accepted) in [(b"\xff", true), (b"\xfe", false)] {
        let comparison = matcher.compare(&actual::Response {
            status: 200,
            headers: &[("Content-Type", "text/plain")],
            body: actual,
        });
        assert_eq!(comparison.is_match(), accepted);
    }
    assert_eq!(
        warnings(&body, &[]),
        [concat!(
            "$.body: the example cannot be read: invalid utf-8 sequence of 1 bytes from index 0; ",
            "it is compared byte by byte"
        )]
    );
    let klingon = "text/plain; charset=klingon";
    assert_eq!(
        warnings(&text("a", klingon), &[]),
        [concat!(
            "$.body: the example cannot be read: the charset \"klingon\" is not known; ",
            "it is compared byte by byte"
        )]
    );
}

#[test]
fn json_in_other_charsets() {
    let body = Body::json(json!({"a": "é"}));
    for (actual, content_type, sentence) in [
        (
            &b"{\"a\": \"\xe9\"}"[..],
            "application/json; charset=iso-8859-1",
            "",
        ),
        (
            b"\xff\xfe{\0\"\0a\0\"\0:\0\"\0\xe9\0\"\0}\0",
            "application/json;charset=UTF-16",
            "",
        ),
        (b"\xef\xbb\xbf{\"a\": \"\xc3\xa9\"}", "application/json", ""),
        (
            b"{\"a\": \"\xe9\"}",
            "application/json",
            "body: expected JSON, but cannot read it: invalid utf-8 sequence of 1 bytes from index 7",
        ),
        (
            b"{}",
            "application/json; charset=klingon",
            "$.a: expected \"é\", but it is missing",
        ),
    ] {
        assert_eq!(response(&body, &[], actual, content_type), sentence);
    }
    let latin = "application/json; charset=iso-8859-1";
    let body = binary(b"{\"a\": \"\xe9\"}", latin);
    assert_eq!(
        response(&body, &[], "{\"a\": \"é\"}".as_bytes(), "application/json"),
        ""
    );
}

#[test]
fn bytes_show_where_they_differ() {
    let octets = "application/octet-stream";
    let expected: Vec<u8> = (0..2048_u16).map(|at| (at % 251) as u8).collect();
    let mut actual = expected.clone();
    actual[1000] = 0xff;
    actual.truncate(2000);
    assert_eq!(
        response(&binary(&expected, octets), &[], &actual, octets),
        concat!(
            r#"body: expected "2048 bytes, from offset 992: "#,
            r#"ef f0 f1 f2 f3 f4 f5 f6 f7 f8 f9 fa 00 01 02 03 04 05 06 07 08 09 0a 0b …", "#,
            r#"but found "2000 bytes, from offset 992: "#,
            r#"ef f0 f1 f2 f3 f4 f5 f6 ff f8 f9 fa 00 01 02 03 04 05 06 07 08 09 0a 0b …""#,
        )
    );
    for (expected, actual, sentence) in [
        (
            PNG,
            &b"Not found"[..],
            r#"body: expected "16 bytes, from offset 0: 89 50 4e 47 0d 0a 1a 0a 00 00 00 0d 49 48 44 52", but found "Not found""#,
        ),
        (
            b"\xff\x01",
            b"\xff",
            r#"body: expected "2 bytes, from offset 0: ff 01", but found "1 byte, from offset 0: ff""#,
        ),
        (
            b"\xff",
            b"",
            r#"body: expected "1 byte, from offset 0: ff", but the body is empty"#,
        ),
        (b"a", b"b", r#"body: expected "a", but found "b""#),
        (b"\xff\xfe", b"\xff\xfe", ""),
        (
            b"\xff\xfe",
            b"\xfe\xff",
            r#"body: expected "2 bytes, from offset 0: ff fe", but found "2 bytes, from offset 0: fe ff""#,
        ),
    ] {
        assert_eq!(
            response(&binary(expected, octets), &[], actual, octets),
            sentence
        );
    }
}

#[test]
fn a_content_type_rule_is_about_the_bytes_of_any_body() {
    let json = Body::json(json!({"a": 1}));
    for (body, rule, actual, content_type, sentence) in [
        (
            binary(b"\xff", "image/png"),
            "image/png",
            PNG,
            "image/png",
            "",
        ),
        (
            binary(PNG, "image/png"),
            "image/png",
            &b"\xff\xd8\xff\xe0"[..],
            "image/png",
            r#"body: expected content of type image/png, but found image/jpeg"#,
        ),
        (
            binary(PNG, "image/png"),
            "image/png",
            b"<html><body>",
            "text/html",
            r#"body: expected content of type image/png, but found text/html"#,
        ),
        (
            json.clone(),
            "application/json",
            b"[2]",
            "application/json",
            "",
        ),
        (
            json,
            "application/json",
            b"hello",
            "application/json",
            r#"body: expected content of type application/json, but found text/plain"#,
        ),
        (
            text("a", "text/plain"),
            "text/plain",
            b"other",
            "text/plain",
            "",
        ),
        (
            text("<a/>", "text/xml"),
            "text/xml",
            b"<b>1</b>",
            "text/xml",
            "",
        ),
        (
            text("a", "text/plain"),
            "application/pdf",
            b"%PDF-1.4",
            "application/pdf",
            "",
        ),
    ] {
        assert_eq!(
            response(&body, &[("$", is_of(rule))], actual, content_type),
            sentence
        );
    }
    // Beside other rules it is one of them.
    let body = Body::json(json!({"a": 1}));
    let all = [("$", is_of("application/json")), ("$.a", RuleKind::Integer)];
    assert_eq!(response(&body, &all, b"{\"a\": 2}", "application/json"), "");
    assert_eq!(
        response(&body, &all, b"{\"a\": \"x\"}", "application/json"),
        r#"$.a: expected an integer like 1, but found the string "x""#
    );
}

#[test]
fn other_rules_of_bytes() {
    let octets = "application/octet-stream";
    let body = binary(b"\xff\x01", octets);
    for (kind, actual, sentence) in [
        (RuleKind::Type, &b"\xfe"[..], ""),
        (RuleKind::NotEmpty, b"\xfe", ""),
        (
            RuleKind::NotEmpty,
            b"",
            r#"body: expected "2 bytes, from offset 0: ff 01", but the body is empty"#,
        ),
        (RuleKind::Equality, b"\xff\x01", ""),
    ] {
        assert_eq!(response(&body, &[("$", kind)], actual, octets), sentence);
    }
    assert_eq!(
        warnings(&body, &[("$", RuleKind::Integer)]),
        [concat!(
            "$.matchingRules.body['$']: a body of this content type is compared byte by byte; ",
            "its rules are not used"
        )]
    );
    // A text of a content type that is not known may have rules about text.
    let body = text("id 1", "application/vnd.orders");
    let rule = [("$", regex(r"id \d+"))];
    assert_eq!(
        response(&body, &rule, b"id 77", "application/vnd.orders"),
        ""
    );
    assert_eq!(
        response(&body, &rule, b"x", "application/vnd.orders"),
        r#"body: expected a value matching /id \d+/, but found "x""#
    );
}

#[test]
fn the_example_says_what_no_content_type_says() {
    for (content, actual, sentence) in [
        (Content::Text("{\"a\": 1}".into()), &b"{ \"a\":1 }"[..], ""),
        (
            Content::Text("{\"a\": 1}".into()),
            b"{\"a\": 2}",
            "$.a: expected 1, but found 2",
        ),
        (
            Content::Text("{a".into()),
            b"{b",
            r#"body: expected "{a", but found "{b""#,
        ),
        (
            Content::Text("1".into()),
            b"1.0",
            r#"body: expected "1", but found "1.0""#,
        ),
        (Content::Binary(b"[1]".into()), b"[ 1 ]", ""),
        (
            Content::Binary(b"hello".into()),
            b"hallo",
            r#"body: expected "hello", but found "hallo""#,
        ),
        (
            Content::Text("<order><id/></order>".into()),
            b"<order> <id></id> </order>",
            "",
        ),
        (Content::Json(json!("a")), b"\"a\"", ""),
        (
            Content::Json(json!([1])),
            b"[1.5]",
            "$[0]: expected 1, but found 1.5",
        ),
    ] {
        let body = undeclared(content);
        assert_eq!(response(&body, &[], actual, ""), sentence);
        assert_eq!(response(&body, &[], actual, "text/plain"), sentence);
    }
}

#[test]
fn content_types_as_they_are_written() {
    for (expected, actual, accepted) in [
        ("application/vnd.orders.v1+json", "application/json", true),
        (
            "Application/Vnd.Orders+JSON ; v=1",
            "application/problem+json",
            true,
        ),
        ("application/json", "text/json;charset=utf-8", true),
        (
            "application/json",
            "application/json ; profile=\"a;b\"",
            true,
        ),
        ("application/json", "application/xml", false),
        ("application/json", "text/plain", false),
        ("application/json", "", true),
    ] {
        let body = Body::Present {
            content: Content::Json(json!([1])),
            content_type: Some(expected.into()),
        };
        let sentence = response(&body, &[], b"[ 1 ]", actual);
        assert_eq!(
            sentence.is_empty(),
            accepted,
            "{expected} {actual} {sentence}"
        );
    }
}

#[test]
fn a_json_string_and_a_text() {
    let json = |content_type: &str| Body::Present {
        content: Content::Json(json!("hello")),
        content_type: Some(content_type.into()),
    };
    for (content_type, actual, sentence) in [
        ("application/json", &b"\"hello\""[..], ""),
        (
            "application/json",
            b"hello",
            "body: expected JSON, but cannot read it: expected value at line 1 column 1",
        ),
        ("text/plain", b"hello", ""),
        (
            "text/plain",
            b"\"hello\"",
            r#"body: expected "hello", but found "\"hello\"""#,
        ),
    ] {
        assert_eq!(
            response(&json(content_type), &[], actual, content_type),
            sentence
        );
    }
}

#[test]
fn messages_have_bodies_of_every_content_type() {
    let matcher = MessageMatcher::compile(&MessageContents {
        contents: text("a=1&b=2", FORM),
        ..MessageContents::default()
    });
    let metadata: Map<String, Value> = Map::new();
    for (contents, sentence) in [
        (&b"b=2&a=1&c=3"[..], ""),
        (b"b=2&a=3", r#"$.a: expected "1", but found "3""#),
    ] {
        let comparison = matcher.compare(&actual::Message {
            contents,
            content_type: Some(FORM),
            metadata: &metadata,
        });
        assert_eq!(comparison.to_string(), sentence);
    }
}
