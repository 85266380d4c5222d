//! XML bodies, through the public matchers.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::too_many_lines,
    missing_docs
)]

use pactwork_contract::{Body, Category, Content, MatchingRules, Request, Response, RuleKind};
use pactwork_matching::{RequestMatcher, ResponseMatcher, actual};

const XML: &str = "application/xml";

fn body(text: &str) -> Body {
    Body::Present {
        content: Content::Text(text.into()),
        content_type: Some(XML.into()),
    }
}

fn rules(rules: &[(&str, RuleKind)]) -> MatchingRules {
    let mut all = MatchingRules::default();
    for (path, kind) in rules {
        all.add(Category::Body, *path, kind.clone());
    }
    all
}

fn matcher(example: &str, paths: &[(&str, RuleKind)]) -> ResponseMatcher {
    ResponseMatcher::compile(&Response {
        body: body(example),
        matching_rules: rules(paths),
        ..Response::default()
    })
}

fn received(matcher: &ResponseMatcher, actual: &[u8], content_type: &str) -> String {
    let comparison = matcher.compare(&actual::Response {
        status: 200,
        headers: &[("Content-Type", content_type)],
        body: actual,
    });
    comparison.to_string()
}

fn response(example: &str, paths: &[(&str, RuleKind)], actual: &str) -> String {
    let matcher = matcher(example, paths);
    assert_eq!(matcher.warnings(), []);
    received(&matcher, actual.as_bytes(), XML)
}

fn request(example: &str, actual: &str) -> String {
    let matcher = RequestMatcher::compile(&Request {
        body: body(example),
        ..Request::default()
    });
    let comparison = matcher.compare(&actual::Request {
        method: "GET",
        path: "/",
        query: None,
        headers: &[("Content-Type", XML)],
        body: actual.as_bytes(),
    });
    comparison.to_string()
}

#[test]
fn without_rules_what_is_written_counts_and_how_does_not() {
    for (example, actual, sentence) in [
        ("<a/>", "<?xml version=\"1.0\"?>\n<a></a>", ""),
        ("<a b='1' c='2'/>", r#"<a c="2" b="1"/>"#, ""),
        ("<a>x</a>", "<a>\n  x\n</a>", ""),
        ("<a>x &amp; y</a>", "<a><![CDATA[x & y]]></a>", ""),
        ("<a><b/></a>", "<a><!-- c --><?p i?> <b/> </a>", ""),
        ("<a><b/><c/></a>", "<a><c/><b/></a>", ""),
        (
            "<a>x</a>",
            "<a>y</a>",
            r##"$.a['#text']: expected "x", but found "y""##,
        ),
        (
            "<a>x</a>",
            "<b>x</b>",
            r#"body: expected "<a>", but found "<b>""#,
        ),
        (
            "<a b='1'/>",
            "<a/>",
            r#"$.a['@b']: expected "1", but it is missing"#,
        ),
        (
            "<a b='1'/>",
            "<a b='2'/>",
            r#"$.a['@b']: expected "1", but found "2""#,
        ),
        (
            "<a><b/></a>",
            "<a/>",
            r#"$.a.b: expected "<b>", but it is missing"#,
        ),
        (
            "<a><b>1</b><b>2</b></a>",
            "<a><b>1</b><b>3</b></a>",
            r##"$.a.b[1]['#text']: expected "2", but found "3""##,
        ),
        (
            "<a><b>1</b><b>2</b></a>",
            "<a><b>1</b></a>",
            r#"$.a.b[1]: expected "<b>", but it is missing"#,
        ),
        (
            "<a/>",
            "<a>x</a>",
            r##"$.a['#text']: expected "", but found "x""##,
        ),
        ("<a/>", "<a c='1'><b/></a>", ""),
    ] {
        assert_eq!(
            response(example, &[], actual),
            sentence
                .replace("['#text']", ".#text")
                .replace("['@b']", ".@b"),
            "{actual}"
        );
    }
}

#[test]
fn a_request_has_nothing_more_than_expected() {
    assert_eq!(request("<a b='1'><c/></a>", "<a b='1'><c/></a>"), "");
    assert_eq!(
        request("<a/>", "<a b='1'/>"),
        r#"$.a.@b: expected nothing, but found "1""#
    );
    assert_eq!(
        request("<a><c/></a>", "<a><c/><c/><d/></a>"),
        concat!(
            r#"$.a.c[1]: expected nothing, but found "<c>""#,
            "\n",
            r#"$.a.d: expected nothing, but found "<d>""#
        )
    );
}

#[test]
fn namespaces_count_and_prefixes_do_not() {
    let example = r#"<n:a xmlns:n="urn:x" n:b="1"><n:c>2</n:c></n:a>"#;
    for (actual, sentence) in [
        (
            r#"<a xmlns="urn:x" xmlns:m="urn:x" m:b="1"><c>2</c></a>"#,
            "",
        ),
        (
            r#"<a xmlns="urn:y"/>"#,
            r#"body: expected "<a xmlns=\"urn:x\">", but found "<a xmlns=\"urn:y\">""#,
        ),
        (
            r#"<m:a xmlns:m="urn:x" m:b="1"><c>2</c></m:a>"#,
            r#"$['n:a']['n:c']: expected "<c xmlns=\"urn:x\">", but it is missing"#,
        ),
    ] {
        assert_eq!(response(example, &[], actual), sentence, "{actual}");
    }
    let integer = || RuleKind::Integer;
    for path in [
        "$.a.c",
        "$['n:a']['n:c']['#text']",
        "$['urn:x:a']['urn:x:c'].#text",
        "$.*.c",
        "$.a[0].c[*].#text",
    ] {
        let actual = r#"<a xmlns="urn:x" xmlns:m="urn:x" m:b="1"><c>7</c></a>"#;
        assert_eq!(
            response(example, &[(path, integer())], actual),
            "",
            "{path}"
        );
    }
}

#[test]
fn rules_hold_at_elements_attributes_and_texts() {
    let date = || RuleKind::Date("yyyy-MM-dd".into());
    let digits = || RuleKind::Regex(r"\d+".into());
    let people = "<people><person id='1'>Fred</person></people>";
    for (example, paths, actual, sentence) in [
        (
            "<a b='1'/>",
            vec![("$.a['@b']", RuleKind::Integer)],
            "<a b='7'/>",
            "",
        ),
        (
            "<a b='1'/>",
            vec![("$.a['@b']", RuleKind::Integer)],
            "<a b='x'/>",
            r#"$.a.@b: expected an integer like 1, but found the string "x""#,
        ),
        (
            "<a>2024-01-01</a>",
            vec![("$.a.#text", date())],
            "<a>2025-02-03</a>",
            "",
        ),
        ("<a>1</a>", vec![("$.a", digits())], "<a>22</a>", ""),
        (
            "<a b='x'>1</a>",
            vec![("$.a", digits())],
            "<a b='y'>2</a>",
            r#"$.a.@b: expected "x", but found "y""#,
        ),
        (
            people,
            vec![("$.people", RuleKind::Type)],
            "<people><person id='2'>A</person><person id='3'>B</person></people>",
            "",
        ),
        (
            people,
            vec![("$.people", RuleKind::Type)],
            "<people><person id='2'>A</person><cat/></people>",
            r#"$.people.cat: expected nothing, but found "<cat>""#,
        ),
        (
            people,
            vec![("$.people", RuleKind::MinType(2))],
            "<people><person id='2'>A</person></people>",
            "$.people: expected at least 2 elements, but found 1",
        ),
        (
            people,
            vec![
                ("$.people", RuleKind::Type),
                ("$.people.person['@id']", digits()),
            ],
            "<people><person id='1'/><person id='x'/></people>",
            r#"$.people.person[1].@id: expected a value matching /\d+/, but found "x""#,
        ),
        (
            people,
            vec![
                ("$.people", RuleKind::Type),
                ("$.people.person[1].#text", RuleKind::Equality),
            ],
            "<people><person id='1'/><person id='1'>Fred</person></people>",
            "",
        ),
        (
            "<a><b>x</b></a>",
            vec![("$.a.b", RuleKind::NotEmpty)],
            "<a><b/></a>",
            r##"$.a.b.#text: expected a value that is not empty, like "x", but found """##,
        ),
        (
            "<a><b>x</b></a>",
            vec![("$.a", RuleKind::NotEmpty)],
            "<a/>",
            concat!(
                r#"$.a: expected a value that is not empty, like "<a>", but found "<a/>""#,
                "\n",
                r#"$.a.b: expected a value like "<b>", but it is missing"#
            ),
        ),
    ] {
        let found = response(example, &paths, actual);
        assert_eq!(found, sentence, "{paths:?} {actual}");
    }
}

/// What a rule is about where more than one reading is possible: the first body is
/// the example and keeps its rule, the others keep it or do not.
#[test]
fn a_rule_is_about_what_its_example_keeps() {
    let digits = || RuleKind::Regex(r"\d+".into());
    let two = "<p><q>1</q><q>2</q></p>";
    let names = "<a xmlns:n='u'><n:b>x</n:b><b>1</b></a>";
    let twins = "<a xmlns:m='u' xmlns:n='u' n:b='1'/>";
    let people = "<people><person><name>A</name><age>1</age></person></people>";
    for (example, path, rule, actual, sentence) in [
        // Bounds at an element with text, or that has more inside: how often it stands there.
        (two, "$.p.q", RuleKind::MinType(2), two, ""),
        (
            two,
            "$.p.q",
            RuleKind::MinType(2),
            "<p><q>1</q></p>",
            "$.p.q: expected at least 2 elements, but found 1",
        ),
        (
            two,
            "$.p.q",
            RuleKind::MaxType(2),
            "<p><q/><q/><q/></p>",
            "$.p.q: expected at most 2 elements, but found 3",
        ),
        (
            two,
            "$.p.q",
            RuleKind::MinType(1),
            "<p/>",
            concat!(
                r#"$.p.q[0]: expected a value like "<q>", but it is missing"#,
                "\n",
                r#"$.p.q[1]: expected a value like "<q>", but it is missing"#
            ),
        ),
        (
            people,
            "$.people.person",
            RuleKind::MaxType(1),
            "<people><person><name>B</name><age>2</age></person><person/></people>",
            concat!(
                "$.people.person: expected at most 1 element, but found 2\n",
                r#"$.people.person[1].name: expected a value like "<name>", but it is missing"#,
                "\n",
                r#"$.people.person[1].age: expected a value like "<age>", but it is missing"#
            ),
        ),
        // `*` is about the attribute as well if that keeps the rule.
        (
            "<a id='x'><b>1</b></a>",
            "$.a.*",
            digits(),
            "<a id='y'><b>2</b></a>",
            r#"$.a.@id: expected "x", but found "y""#,
        ),
        (
            "<a id='1'><b>1</b></a>",
            "$.a.*",
            digits(),
            "<a id='2'><b>x</b></a>",
            r##"$.a.b.#text: expected a value matching /\d+/, but found "x""##,
        ),
        // A value beside elements is the element's text, not theirs.
        ("<a>1<b>x</b></a>", "$.a", digits(), "<a>2<b>x</b></a>", ""),
        (
            "<a>1<b>x</b></a>",
            "$.a",
            digits(),
            "<a>2<b>3</b></a>",
            r##"$.a.b.#text: expected "x", but found "3""##,
        ),
        // All the values below, of which one element has none.
        (
            "<r><a/><b>1</b></r>",
            "$.r",
            digits(),
            "<r><a/><b>2</b></r>",
            "",
        ),
        (
            "<r><a/><b>1</b></r>",
            "$.r",
            digits(),
            "<r><a/><b>x</b></r>",
            r##"$.r.b.#text: expected a value matching /\d+/, but found "x""##,
        ),
        // A local name is that of the element that is written so.
        (
            names,
            "$.a.b",
            digits(),
            "<a xmlns:n='u'><n:b>x</n:b><b>2</b></a>",
            "",
        ),
        (
            names,
            "$.a.b",
            digits(),
            "<a xmlns:n='u'><n:b>3</n:b><b>2</b></a>",
            r##"$.a['n:b'].#text: expected "x", but found "3""##,
        ),
        (
            twins,
            "$.a['@n:b']",
            digits(),
            "<a xmlns:o='u' o:b='2'/>",
            "",
        ),
        // `*` is not about an index: the root is not one of its own children.
        (
            "<b x='q'><b x='1'/></b>",
            "$.*.b['@x']",
            digits(),
            "<b x='q'><b x='2'/></b>",
            "",
        ),
    ] {
        let paths = vec![(path, rule)];
        assert_eq!(response(example, &paths, example), "", "{path} {example}");
        assert_eq!(
            response(example, &paths, actual),
            sentence,
            "{path} {actual}"
        );
    }
}

#[test]
fn a_rule_that_says_nothing_about_xml_is_a_warning() {
    let matcher = matcher("<a>1</a>", &[("$.a", RuleKind::Values)]);
    let warnings: Vec<_> = matcher.warnings().iter().map(ToString::to_string).collect();
    assert_eq!(
        warnings,
        ["$.matchingRules.body: the rule values says nothing about XML and is not used"]
    );
}

#[test]
fn what_cannot_be_read_says_why() {
    let expected = matcher("<a/>", &[]);
    let deep = "<a>".repeat(100_000);
    for (actual, reason) in [
        ("", r#"body: expected "<a/>", but the body is empty"#),
        (
            "<a>",
            "body: expected XML, but cannot read it: the root node was opened but never closed",
        ),
        (
            deep.as_str(),
            "body: expected XML, but cannot read it: its elements nest deeper than 256",
        ),
        (
            "<!DOCTYPE a [<!ENTITY b 'bbbb'>]><a>&b;</a>",
            "body: expected XML, but cannot read it: XML with DTD detected",
        ),
    ] {
        assert_eq!(received(&expected, actual.as_bytes(), XML), reason);
    }
    assert_eq!(
        received(&expected, b"<a>\xff</a>", XML),
        "body: expected XML, but cannot read it: invalid utf-8 sequence of 1 bytes from index 3"
    );
    let warned = matcher("<a", &[]);
    assert_eq!(received(&warned, b"<a", XML), "");
    assert_eq!(
        warned.warnings()[0].message,
        "the example cannot be read: it is not XML: the document does not have a root node; it is compared byte by byte"
    );
}

#[test]
fn charsets_are_read_as_declared() {
    let expected = matcher("<a>é</a>", &[]);
    for (actual, content_type) in [
        (&b"<a>\xc3\xa9</a>"[..], XML),
        (b"\xef\xbb\xbf<a>\xc3\xa9</a>", XML),
        (
            b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe9</a>",
            XML,
        ),
        (b"<a>\xe9</a>", "text/xml; charset=iso-8859-1"),
        (
            b"\xff\xfe<\0a\0>\0\xe9\0<\0/\0a\0>\0",
            "application/soap+xml",
        ),
    ] {
        assert_eq!(
            received(&expected, actual, content_type),
            "",
            "{content_type}"
        );
    }
}

/// What stands in a pact is served as it stands there.
#[test]
fn an_example_is_read_as_what_is_served_of_it() {
    let latin = "<?xml version='1.0' encoding='ISO-8859-1'?><a>";
    let bytes = |value: &[u8]| [latin.as_bytes(), value, b"</a>"].concat();
    let text = Content::Text(format!("{latin}\u{e9}</a>"));
    // As ISO-8859-1 and as UTF-8 these are different texts.
    let binary = Content::Binary(bytes(b"\xc3\xa9"));
    for (content, own, also, other) in [
        (text, &b"\xc3\xa9"[..], &b"\xe9"[..], &b"\xe8"[..]),
        (binary, b"\xc3\xa9", b"&#195;&#169;", b"\xe9"),
    ] {
        let expected = ResponseMatcher::compile(&Response {
            body: Body::Present {
                content,
                content_type: Some(XML.into()),
            },
            ..Response::default()
        });
        assert_eq!(expected.warnings(), []);
        assert_eq!(received(&expected, &bytes(own), XML), "");
        assert_eq!(received(&expected, &bytes(also), XML), "");
        assert!(received(&expected, &bytes(other), XML).starts_with("$.a.#text: expected "));
    }
}
