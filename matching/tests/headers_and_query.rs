//! Headers, query and path: case, order, repetition, encodings, and rules on
//! several values.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::too_many_lines,
    missing_docs
)]

use pactwork_contract::{Category, Request, Response, RuleKind};
use pactwork_matching::{RequestMatcher, ResponseMatcher, actual};

type Rule<'a> = (&'a str, RuleKind);

fn regex(pattern: &str) -> RuleKind {
    RuleKind::Regex(pattern.into())
}

/// What comparing the lines of one header of a response says.
fn header(name: &str, expected: &[&str], rules: &[Rule<'_>], actual: &[&str]) -> String {
    let mut response = Response::default();
    let expected = expected.iter().map(ToString::to_string).collect();
    response.headers.insert(name.into(), expected);
    for (path, kind) in rules {
        let all = &mut response.matching_rules;
        all.add(Category::Header, *path, kind.clone());
    }
    let matcher = ResponseMatcher::compile(&response);
    assert_eq!(matcher.warnings(), []);
    let other_case = name.to_uppercase();
    let mut lines = vec![("X-Other", "1")];
    lines.extend(actual.iter().map(|value| (other_case.as_str(), *value)));
    let comparison = matcher.compare(&actual::Response {
        status: 200,
        headers: &lines,
        body: b"",
    });
    comparison.to_string()
}

/// What comparing a request's query says.
fn query(expected: &[(&str, &[Option<&str>])], rules: &[Rule<'_>], actual: Option<&str>) -> String {
    let mut request = Request::default();
    for (name, values) in expected {
        let values = values.iter().map(|value| value.map(String::from));
        request.query.insert((*name).into(), values.collect());
    }
    for (path, kind) in rules {
        let all = &mut request.matching_rules;
        all.add(Category::Query, *path, kind.clone());
    }
    let matcher = RequestMatcher::compile(&request);
    assert_eq!(matcher.warnings(), []);
    compared(&matcher, "/", actual)
}

fn compared(matcher: &RequestMatcher, path: &str, query: Option<&str>) -> String {
    let comparison = matcher.compare(&actual::Request {
        method: "GET",
        path,
        query,
        headers: &[],
        body: b"",
    });
    comparison.to_string()
}

#[test]
fn values_of_headers() {
    for (name, expected, actual, accepted) in [
        ("X-Id", &["1"][..], &["1"][..], true),
        ("X-Id", &["a"], &["A"], false),
        ("X-Id", &[" a\t"], &["a "], true),
        ("X-Id", &[""], &[""], true),
        ("X-Id", &[], &[""], true),
        ("X-Id", &[], &["1"], false),
        ("X-Id", &[""], &["1"], false),
        ("X-Id", &["1"], &[""], false),
        ("X-List", &["a, b"], &["a,b"], true),
        ("X-List", &["a,b"], &["a", "b"], true),
        ("X-List", &["a", "b"], &["a ,\tb"], true),
        ("X-List", &["a, b"], &["b, a"], false),
        ("X-List", &["a", "b"], &["b", "a"], false),
        ("X-List", &["a"], &["a", "a"], false),
        ("X-List", &["a,,b"], &["a,b"], false),
        ("X-Quoted", &["\"a, b\""], &["\"a,b\""], false),
        ("X-Quoted", &["\"a\\\", b\", c"], &["\"a\\\", b\",c"], true),
        (
            "X-Json",
            &["{\"a\":\"b,c\",\"d\":[1,2]}"],
            &["{\"a\":\"b,c\",\"d\":[1,2]}"],
            true,
        ),
    ] {
        let sentence = header(name, expected, &[], actual);
        assert_eq!(
            sentence.is_empty(),
            accepted,
            "{expected:?} {actual:?} {sentence}"
        );
    }
}

#[test]
fn headers_that_are_one_value_with_commas() {
    let date = "Tue, 15 Nov 2022 12:45:26 GMT";
    let cookies = ["a=1; Expires=Tue, 15 Nov 2022 12:45:26 GMT", "b=2"];
    for (name, expected, actual, accepted) in [
        ("Date", &[date][..], &[date][..], true),
        (
            "Last-Modified",
            &[date],
            &["Tue,15 Nov 2022 12:45:26 GMT"],
            false,
        ),
        (
            "Expires",
            &[date],
            &["Tue", "15 Nov 2022 12:45:26 GMT"],
            false,
        ),
        (
            "If-Modified-Since",
            &["Tue", "15 Nov 2022 12:45:26 GMT"],
            &[date],
            false,
        ),
        ("Set-Cookie", &cookies, &cookies, true),
        (
            "Set-Cookie",
            &cookies,
            &["a=1; Expires=Tue, 15 Nov 2022 12:45:26 GMT, b=2"],
            false,
        ),
        ("Set-Cookie", &["a=1", "b=2"], &["a=1, b=2"], false),
        ("Set-Cookie", &["a=1", "b=2"], &["b=2", "a=1"], false),
        ("Set-Cookie", &["a=1"], &["a=1", "b=2"], false),
        (
            "User-Agent",
            &["x (KHTML, like y)"],
            &["x (KHTML, like y)"],
            true,
        ),
    ] {
        let sentence = header(name, expected, &[], actual);
        assert_eq!(
            sentence.is_empty(),
            accepted,
            "{name} {actual:?} {sentence}"
        );
    }
    let pattern = [("Set-Cookie", regex("[ab]=\\d+"))];
    assert_eq!(
        header("Set-Cookie", &["a=1"], &pattern, &["a=7", "b=8"]),
        ""
    );
    assert_eq!(
        header("Set-Cookie", &["a=1"], &pattern, &["a=7", "c=8"]),
        r#"header Set-Cookie[1]: expected a value matching /[ab]=\d+/, but found "c=8""#
    );
    let format = [(
        "Date",
        RuleKind::DateTime("EEE, dd MMM yyyy HH:mm:ss z".into()),
    )];
    assert_eq!(
        header("Date", &[date], &format, &["Wed, 16 Nov 2022 00:00:00 GMT"]),
        ""
    );
}

#[test]
fn parameters_of_content_types() {
    for (name, expected, actual, accepted) in [
        ("Content-Type", "application/json", "application/json", true),
        ("Content-Type", "application/json", "Application/JSON", true),
        (
            "Content-Type",
            "application/json",
            "application/json;charset=utf-8",
            true,
        ),
        (
            "Content-Type",
            "application/json;charset=utf-8",
            "application/json ; Charset=\"UTF-8\"",
            true,
        ),
        (
            "Content-Type",
            "application/json;charset=utf-8",
            "application/json",
            false,
        ),
        (
            "Content-Type",
            "application/json;charset=utf-8",
            "application/json;charset=utf-16",
            false,
        ),
        ("Content-Type", "a/b; x=1; y=2", "a/b;y=2;x=1", true),
        ("Content-Type", "a/b", "a/c", false),
        ("Content-Type", "a/b", "", false),
        (
            "Content-Type",
            "multipart/form-data; boundary=a",
            "multipart/form-data; boundary=b",
            true,
        ),
        (
            "Content-Type",
            "multipart/form-data; boundary=a",
            "multipart/mixed; boundary=a",
            false,
        ),
        (
            "Accept",
            "text/html;q=0.5, */*",
            "text/html; q=0.5,*/*",
            true,
        ),
        (
            "Accept",
            "text/html;q=0.5, */*",
            "text/html; q=0.4,*/*",
            false,
        ),
        ("Accept", "text/html, */*", "*/*, text/html", false),
        ("Accept", "text/html", "text/html, */*", false),
        ("Accept-Language", "de;q=0.5, en", "de;q=0.5,en", true),
    ] {
        let sentence = header(name, &[expected], &[], &[actual]);
        assert_eq!(
            sentence.is_empty(),
            accepted,
            "{expected} {actual} {sentence}"
        );
    }
}

#[test]
fn sentences_about_headers() {
    for (expected, actual, sentence) in [
        (
            &["1"][..],
            &[][..],
            r#"header X-Id: expected "1", but it is missing"#,
        ),
        (
            &["1"],
            &["2"],
            r#"header X-Id: expected "1", but found "2""#,
        ),
        (
            &["1"],
            &["1", "2"],
            r#"header X-Id: expected "1", but found ["1","2"]"#,
        ),
        (
            &["1", "2"],
            &["1"],
            r#"header X-Id: expected ["1","2"], but found "1""#,
        ),
    ] {
        assert_eq!(header("X-Id", expected, &[], actual), sentence);
    }
}

#[test]
fn rules_of_headers() {
    let digits = || regex(r"\d+");
    let sentence = |place: &str, found: &str| {
        format!("header {place}: expected a value matching /\\d+/, but found \"{found}\"")
    };
    for (path, expected, actual, outcome) in [
        ("X-Id", &["1"][..], &["77"][..], String::new()),
        ("x-id", &["1"], &["77"], String::new()),
        ("$.X-ID", &["1"], &["77"], String::new()),
        ("$['X-Id']", &["1"], &["x"], sentence("X-Id", "x")),
        ("X-Id[0]", &["1"], &["77"], String::new()),
        ("X-Id[0]", &["1", "a"], &["77", "a"], String::new()),
        ("X-Id[0]", &["1", "a"], &["77, a"], String::new()),
        (
            "X-Id[0]",
            &["1", "a"],
            &["77", "b"],
            r#"header X-Id[1]: expected "a", but found "b""#.into(),
        ),
        ("X-Id[*]", &["1", "2"], &["7", "8"], String::new()),
        (
            "$.X-Id[*]",
            &["1", "2"],
            &["7", "x"],
            sentence("X-Id[1]", "x"),
        ),
        ("$.X-Id[1]", &["1", "2"], &["1", "8"], String::new()),
        ("X-Id", &["1", "2"], &["7", "8", "9"], String::new()),
        ("X-Id", &["1"], &["7", "8"], sentence("X-Id", "7, 8")),
    ] {
        assert_eq!(
            header("X-Id", expected, &[(path, digits())], actual),
            outcome,
            "{path}"
        );
    }
}

#[test]
fn rules_of_lists() {
    for (name, path, pattern, expected, actual, accepted) in [
        (
            "Accept",
            "Accept",
            "text/.*",
            &["text/html, text/css"][..],
            &["text/plain, text/csv"][..],
            true,
        ),
        // Written for each item.
        (
            "Accept",
            "Accept",
            "text/(html|css)",
            &["text/html, text/css"],
            &["text/css,text/html"],
            true,
        ),
        (
            "Accept",
            "Accept",
            "text/(html|css)",
            &["text/html"],
            &["text/css,text/xml"],
            false,
        ),
        (
            "Accept",
            "Accept[0]",
            "text/.*",
            &["text/html, */*"],
            &["text/css, */*"],
            true,
        ),
        (
            "Accept",
            "Accept[0]",
            "text/.*",
            &["text/html, */*"],
            &["text/css, text/html"],
            false,
        ),
        (
            "Accept",
            "$.Accept[1]",
            "text/.*",
            &["a/b", "text/css"],
            &["a/b, text/html"],
            true,
        ),
        (
            "Accept",
            "$.Accept[*]",
            "text/\\w+",
            &["text/html, text/css"],
            &["text/css", "text/csv"],
            true,
        ),
        (
            "Vary",
            "Vary",
            "Accept|Origin",
            &["Accept"],
            &["Accept, Origin"],
            true,
        ),
        // Nobody knows whether this is a list.
        ("X-List", "X-List", "a|b", &["a"], &["a, b"], false),
        ("X-List", "X-List", "a, b", &["a, b"], &["a", "b"], true),
    ] {
        let sentence = header(name, expected, &[(path, regex(pattern))], actual);
        assert_eq!(
            sentence.is_empty(),
            accepted,
            "{path} {actual:?} {sentence}"
        );
    }
}

#[test]
fn header_values_that_are_no_ascii() {
    assert_eq!(header("X-Name", &["é"], &[], &["é"]), "");
    assert_eq!(
        header("X-Name", &["é"], &[], &["\u{fffd}"]),
        format!(
            "header X-Name: expected \"é\", but found \"{}\"",
            '\u{fffd}'
        )
    );
}

#[test]
fn queries_in_any_encoding() {
    for (name, value, actual, accepted) in [
        ("a", "x y", "a=x+y", true),
        ("a", "x y", "a=x%20y", true),
        ("a", "x y", "a=x y", true),
        ("a", "x+y", "a=x%2By", true),
        ("a", "x+y", "a=x+y", false),
        ("a", "é", "a=%C3%A9", true),
        ("a", "é", "a=%c3%a9", true),
        ("a", "é", "a=é", true),
        ("a", "é", "a=%E9", false),
        ("é", "1", "%C3%a9=1", true),
        ("a[]", "1", "a%5B%5D=1", true),
        ("a[]", "1", "a[]=1", true),
        ("a[0].b", "1", "a%5b0%5d.b=1", true),
        ("a", "b=c", "a=b=c", true),
        ("a", "b&c", "a=b%26c", true),
        ("a", "1;b=2", "a=1;b=2", true),
        ("a", "", "a=", true),
        ("a", "", "a", true),
        ("a", "", "&a&", true),
        ("a", "", "b", false),
        ("a", "a", "a=A", false),
        ("A", "a", "a=a", false),
        ("a", "%", "a=%", true),
        ("a", "%ff", "a=%fF", true),
        ("a", "%ff", "a=%fe", false),
        ("a", "\u{fffd}", "a=%ff", false),
    ] {
        let sentence = query(&[(name, &[Some(value)])], &[], Some(actual));
        assert_eq!(
            sentence.is_empty(),
            accepted,
            "{name}={value} {actual} {sentence}"
        );
    }
}

#[test]
fn empty_and_missing_values() {
    for (value, actual, sentence) in [
        (None, "a", ""),
        (None, "a=", ""),
        (Some(""), "a", ""),
        (None, "a=1", r#"query a: expected "", but found "1""#),
        (Some("1"), "a", r#"query a: expected "1", but found """#),
        (Some(""), "", r#"query a: expected "", but it is missing"#),
    ] {
        assert_eq!(query(&[("a", &[value])], &[], Some(actual)), sentence);
    }
    assert_eq!(query(&[], &[], None), "");
    assert_eq!(query(&[], &[], Some("")), "");
    assert_eq!(query(&[], &[], Some("&&")), "");
    assert_eq!(
        query(&[], &[], Some("a")),
        r#"query a: expected nothing, but found """#
    );
}

#[test]
fn names_in_any_order_values_in_theirs() {
    let expected: &[(&str, &[Option<&str>])] =
        &[("a", &[Some("1"), None, Some("2")]), ("b", &[Some("3")])];
    for (actual, sentence) in [
        ("a=1&a&a=2&b=3", ""),
        ("b=3&a=1&a=&a=2", ""),
        ("a=1&b=3&a=&a=2", ""),
        (
            "a=2&a&a=1&b=3",
            r#"query a: expected ["1","","2"], but found ["2","","1"]"#,
        ),
        (
            "a=1&a&a=2&b=3&b=3",
            r#"query b: expected "3", but found ["3","3"]"#,
        ),
        (
            "a=1&a&a=2&b=3&d=1&c=2",
            "query c: expected nothing, but found \"2\"\nquery d: expected nothing, but found \"1\"",
        ),
    ] {
        assert_eq!(query(expected, &[], Some(actual)), sentence, "{actual}");
    }
}

#[test]
fn rules_of_queries() {
    let digits = || regex(r"\d+");
    let sentence = |place: &str, found: &str| {
        format!("query {place}: expected a value matching /\\d+/, but found \"{found}\"")
    };
    for (path, name, actual, outcome) in [
        ("id", "id", "id=7", String::new()),
        ("$.id", "id", "id=x", sentence("id", "x")),
        ("id[0]", "id", "id=7", String::new()),
        ("$['id'][*]", "id", "id=7", String::new()),
        ("id", "id", "id=7&id=x", sentence("id[1]", "x")),
        ("a[]", "a[]", "a%5B%5D=7&a[]=8", String::new()),
        ("a[][0]", "a[]", "a[]=x", sentence("a[]", "x")),
        ("$['a[]'][0]", "a[]", "a[]=7", String::new()),
        ("a.b", "a.b", "a.b=7", String::new()),
        ("$['a.b']", "a.b", "a.b=x", sentence("a.b", "x")),
        (
            "filter[name]",
            "filter[name]",
            "filter%5Bname%5D=7",
            String::new(),
        ),
        (
            "$['filter[name]'][0]",
            "filter[name]",
            "filter[name]=x",
            sentence("filter[name]", "x"),
        ),
    ] {
        let expected: &[(&str, &[Option<&str>])] = &[(name, &[Some("1")])];
        assert_eq!(
            query(expected, &[(path, digits())], Some(actual)),
            outcome,
            "{path}"
        );
    }
}

#[test]
fn paths_in_any_encoding() {
    for (expected, actual, sentence) in [
        ("/a b/é", "/a%20b/%c3%A9", ""),
        ("/a%2Fb", "/a%2fb", ""),
        (
            "/a%2Fb",
            "/a/b",
            r#"path: expected "/a%2Fb", but found "/a/b""#,
        ),
        ("/%ff", "/%fe", r#"path: expected "/%ff", but found "/%fe""#),
        ("/a", "/a/", r#"path: expected "/a", but found "/a/""#),
        ("/a", "", r#"path: expected "/a", but found """#),
    ] {
        let matcher = RequestMatcher::compile(&Request {
            path: expected.into(),
            ..Request::default()
        });
        assert_eq!(compared(&matcher, actual, None), sentence);
    }
}
