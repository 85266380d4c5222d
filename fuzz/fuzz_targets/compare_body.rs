//! Comparing bodies of each content type. The input is a number that picks the
//! content type and the rules, and two bodies with a zero byte between them. A body
//! is always like itself.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pactwork_contract::{Body, Category, Content, Response, RuleKind};
use pactwork_matching::{ResponseMatcher, actual};

const CONTENT_TYPES: &[&str] = &[
    "application/json",
    "application/xml",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=b",
    "text/plain",
    "text/plain; charset=utf-16",
    "text/html; charset=shift_jis",
    "application/octet-stream",
    "multipart/mixed; boundary=b",
];

fn rules(response: &mut Response, pick: u8) {
    let kinds = [
        ("$", RuleKind::Type),
        ("$.*", RuleKind::Regex("[a-z]+|\\d*".into())),
        ("$[*]", RuleKind::MinMaxType(1, 3)),
        ("$.a[*].b", RuleKind::NotEmpty),
        ("$.a['@b']", RuleKind::Integer),
        ("$", RuleKind::ContentType("image/png".into())),
        ("$.a.#text", RuleKind::Date(String::new())),
        ("$", RuleKind::ArrayContains(Vec::new())),
    ];
    for (bit, (path, kind)) in kinds.into_iter().enumerate() {
        if pick & (1 << bit) != 0 {
            response.matching_rules.add(Category::Body, path, kind);
        }
    }
}

fuzz_target!(|bytes: &[u8]| {
    let [content_type, pick, bodies @ ..] = bytes else {
        return;
    };
    let content_type = CONTENT_TYPES[usize::from(*content_type) % CONTENT_TYPES.len()];
    let middle = bodies.iter().position(|byte| *byte == 0);
    let (example, actual) = bodies.split_at(middle.unwrap_or(bodies.len() / 2));
    let content = match std::str::from_utf8(example) {
        Ok(text) => Content::Text(text.into()),
        Err(_) => Content::Binary(example.into()),
    };
    let mut response = Response {
        body: Body::Present {
            content,
            content_type: Some(content_type.into()),
        },
        ..Response::default()
    };
    rules(&mut response, *pick);
    let matcher = ResponseMatcher::compile(&response);
    let compare = |body: &[u8]| {
        matcher.compare(&actual::Response {
            status: 200,
            headers: &[("Content-Type", content_type)],
            body,
        })
    };
    let _ = compare(actual).to_string();
    // An example may have another boundary than its content type says; an actual body may not.
    let is_bounded = !content_type.contains("boundary") || example.starts_with(b"--b\r\n");
    if *pick == 0 && is_bounded && !content_type.contains("charset") {
        let itself = compare(&response.body.to_bytes());
        assert!(itself.is_match(), "{itself}");
    }
});
