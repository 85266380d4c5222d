//! XML that nobody should write or send: an answer within bounded time and memory.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use std::fmt::Write;

use pactwork_contract::{Body, Category, Content, Request, Response, RuleKind};
use pactwork_matching::{RequestMatcher, ResponseMatcher, actual};

const XML: &str = "application/xml";

fn body(text: &str) -> Body {
    Body::Present {
        content: Content::Text(text.into()),
        content_type: Some(XML.into()),
    }
}

fn matcher(example: &str, rules: impl IntoIterator<Item = (String, RuleKind)>) -> ResponseMatcher {
    let mut expected = Response {
        body: body(example),
        ..Response::default()
    };
    for (path, kind) in rules {
        expected.matching_rules.add(Category::Body, path, kind);
    }
    ResponseMatcher::compile(&expected)
}

fn received(matcher: &ResponseMatcher, actual: &str) -> String {
    let comparison = matcher.compare(&actual::Response {
        status: 200,
        headers: &[("Content-Type", XML)],
        body: actual.as_bytes(),
    });
    comparison.to_string()
}

fn sent(example: &str, actual: &str) -> String {
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

fn nested(depth: usize, inside: &str) -> String {
    format!("{}{inside}{}", "<a>".repeat(depth), "</a>".repeat(depth))
}

fn each(count: usize, one: impl Fn(usize) -> String) -> String {
    (0..count).map(one).collect()
}

/// None of these would end if the work doubled with each level.
#[test]
fn rules_at_every_one_of_many_levels() {
    let (example, other) = (nested(100, "1"), nested(100, "x"));
    let levels = |step: &str| {
        let paths = (1..=100).map(|depth| format!("${}", step.repeat(depth)));
        paths.collect::<Vec<_>>()
    };
    let text = format!("${}['#text']", ".a[0]".repeat(100));
    let integer = || (text.clone(), RuleKind::Integer);
    for (paths, also) in [
        (vec![], None),
        (vec!["$".to_owned()], Some(integer())),
        (levels(".a"), Some(integer())),
        (levels(".a[0]"), Some(integer())),
        (levels(".a[1]"), Some(integer())),
        (levels(".a[*]"), None),
        (
            levels(".*[*]")
                .iter()
                .map(|path| format!("{path}.*[0]"))
                .collect(),
            Some(integer()),
        ),
        (levels(".*[*]"), Some(integer())),
        (
            [levels(".*"), levels(".a"), levels(".a[0]")].concat(),
            Some(integer()),
        ),
    ] {
        let shown = format!("{:?}", paths.iter().take(3).collect::<Vec<_>>());
        let told = also.as_ref().map_or("", |_| "expected an integer like");
        let rules = paths.into_iter().map(|path| (path, RuleKind::Type));
        let expected = matcher(&example, rules.chain(also));
        assert_eq!(received(&expected, &example), "", "{shown}");
        let found = received(&expected, &other);
        assert!(found.contains(told), "{shown}: {found:.200}");
    }
}

#[test]
fn names_that_paths_may_write_in_three_ways_at_every_level() {
    let declared = " xmlns:n='u'";
    let mut example = format!("<n:a{declared}>");
    example.push_str(&"<n:a>".repeat(240));
    example.push_str(&"</n:a>".repeat(241));
    let one = |step: &str| (format!("${}", step.repeat(241)), RuleKind::Type);
    let any = (1..241).map(|depth| (format!("${}", ".*".repeat(depth)), RuleKind::Type));
    let rules = any.chain([one(".a"), one("['n:a']"), one("['u:a'][*]")]);
    assert_eq!(received(&matcher(&example, rules), &example), "");
}

#[test]
fn elements_inside_each_other_without_end() {
    let deep = nested(10_000, "");
    let expected = matcher("<a/>", []);
    assert_eq!(
        received(&expected, &deep),
        "body: expected XML, but cannot read it: its elements nest deeper than 256"
    );
    let expected = matcher(&deep, []);
    assert_eq!(
        expected.warnings()[0].message,
        "the example cannot be read: it is not XML: its elements nest deeper than 256; it is compared byte by byte"
    );
    assert_eq!(received(&expected, &deep), "");
    assert!(received(&expected, "<a/>").starts_with("body: expected "));
    assert_eq!(sent(&nested(256, "x"), &nested(256, "x")), "");
}

#[test]
fn attributes_and_namespaces_without_end() {
    let unreadable = "body: expected XML, but cannot read it: its elements have too many attributes and namespaces";
    let attributes = each(300_000, |at| format!(" a{at}='1'"));
    let declarations = |count| each(count, |at| format!(" xmlns:n{at}='u{}'", at % 100));
    let within = |inside: String| format!("<a{}>{inside}</a>", declarations(2_000));
    for (actual, most) in [
        (
            format!("<a{attributes}/>"),
            "up to 300000 attributes on one, and 0 namespaces around one",
        ),
        (
            format!("<a{}/>", declarations(60_000)),
            "up to 60000 attributes on one, and 60000 namespaces around one",
        ),
        (
            within("<b xmlns='u'/>".repeat(100_000)),
            "up to 2000 attributes on one, and 2001 namespaces around one",
        ),
        (
            within("<b n1:c='u'/>".repeat(1_000_000)),
            "up to 2000 attributes on one, and 2000 namespaces around one",
        ),
    ] {
        let found = received(&matcher("<a/>", []), &actual);
        assert_eq!(found, format!("{unreadable}: {most}"));
    }
    let twice = "<a xmlns='u' xmlns='u'/>";
    assert_eq!(
        received(&matcher("<a/>", []), twice),
        "body: expected XML, but cannot read it: an element has the attribute xmlns twice"
    );
    let expected = matcher(&format!("<a{attributes}/>"), []);
    assert!(expected.warnings()[0].message.contains(&unreadable[40..]));
    let many = format!("<a{}/>", each(3_000, |at| format!(" a{at}='1'")));
    assert_eq!(sent(&many, &many), "");
}

/// Each is compared with the one that it belongs to, and not with all the others.
#[test]
fn elements_beside_each_other_without_end() {
    let alike = format!("<a>{}</a>", "<b>1</b>".repeat(100_000));
    let different = format!("<a>{}</a>", each(40_000, |at| format!("<b{at}>1</b{at}>")));
    let others = format!("<a>{}</a>", each(40_000, |at| format!("<c{at}/>")));
    assert_eq!(sent(&different, &different), "");
    assert_eq!(received(&matcher("<a/>", []), &different), "");
    let found = received(&matcher(&different, []), &others);
    assert!(
        found.starts_with("$.a.b0: expected \"<b0>\", but it is missing"),
        "{found:.200}"
    );
    assert_eq!(found.lines().count(), 40_000);
    let every = [
        ("$.a.b".to_owned(), RuleKind::MinType(1)),
        ("$.a.b[*].#text".to_owned(), RuleKind::Integer),
    ];
    assert_eq!(received(&matcher("<a><b>1</b></a>", every), &alike), "");
}

#[test]
fn texts_and_references_without_end() {
    let text = format!("<a>{}</a>", "x &amp; &#233; ".repeat(200_000));
    let pieces = format!("<a>{}</a>", "x<![CDATA[<]]><!-- c -->".repeat(200_000));
    let mut open = String::from("<a>");
    write!(open, "{}", "<![CDATA[".repeat(200_000)).unwrap();
    assert_eq!(sent(&text, &text), "");
    assert_eq!(sent(&pieces, &pieces), "");
    for broken in [
        open,
        "<a b='".repeat(200_000),
        "<!--".repeat(200_000),
        "<?a ".repeat(200_000),
    ] {
        let found = received(&matcher("<a/>", []), &broken);
        assert!(
            found.starts_with("body: expected XML, but cannot read it: "),
            "{found:.200}"
        );
    }
    let each_ten = |at: usize| {
        format!(
            "<!ENTITY e{} \"{}\">",
            at + 1,
            format!("&e{at};").repeat(10)
        )
    };
    let bomb = format!(
        "<!DOCTYPE a [<!ENTITY e0 'x'>{}]><a>&e20;</a>",
        each(20, each_ten)
    );
    assert_eq!(
        received(&matcher("<a/>", []), &bomb),
        "body: expected XML, but cannot read it: XML with DTD detected"
    );
}
